"""The document is read strictly: what is not understood is refused, with its place, all in one run."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sigillo.connectorgen.findings import Findings, Refused
from sigillo.connectorgen.judging import judge
from sigillo.connectorgen.load import read_yaml
from sigillo.connectorgen.references import cut
from tests.connectors.small import Json, as_bytes, document


def _refusals(changed: Json) -> list[str]:
    findings = Findings()
    cut(judge(changed, findings), changed, findings)
    with pytest.raises(Refused) as refused:
        findings.raise_if_any()
    return [f"{finding.pointer}: {finding.detail}" for finding in refused.value.findings]


def test_the_small_document_is_understood() -> None:
    """A document within the grammar passes."""
    findings = Findings()
    cut(judge(document(), findings), document(), findings)
    assert not findings.found


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (lambda d: d.update({"x-other": 1}), "/x-other: 'x-other' of a document is not understood"),
        (
            lambda d: d["paths"]["/v1/me"]["get"].update({"callbacks": {}}),
            "/paths/~1v1~1me/get/callbacks: 'callbacks' of a operation is not understood",
        ),
        (
            lambda d: d["paths"]["/v1/me"].update({"trace": {}}),
            "/paths/~1v1~1me/trace: 'trace' of a path is not understood",
        ),
        (
            lambda d: d["components"]["schemas"]["Me"]["properties"]["name"].update({"not": {}}),
            "/components/schemas/Me/properties/name/not: 'not' of a schema is not understood",
        ),
        (
            lambda d: d["components"]["schemas"]["Me"].update({"type": "thing"}),
            "/components/schemas/Me/type: the type 'thing' is not understood",
        ),
        (
            lambda d: d["components"]["schemas"]["Me"].update({"format": "uuid"}),
            "/components/schemas/Me/format: the format 'uuid' is not understood",
        ),
        (
            lambda d: d["components"]["schemas"]["Me"].update({"allOf": [{"$ref": "#/components/schemas/No"}]}),
            "/components/schemas/Me/allOf/0/$ref: '#/components/schemas/No' leads nowhere in this document",
        ),
        (lambda d: d.update({"paths": []}), "/paths: a mapping is expected here"),
        (
            lambda d: d["paths"]["/v1/notes"]["get"].update({"parameters": {}}),
            "/paths/~1v1~1notes/get/parameters: a list is expected here",
        ),
    ],
)
def test_what_is_not_understood_is_refused_with_its_place(change: Callable[[Json], None], finding: str) -> None:
    """Each construct outside of the grammar is one finding."""
    changed = document()
    change(changed)
    assert _refusals(changed) == [finding]


def test_everything_is_told_in_one_run() -> None:
    """Two mistakes are two findings, in the order of their places."""
    changed = document()
    changed["x-b"] = changed["x-a"] = 1
    assert _refusals(changed) == [
        "/x-a: 'x-a' of a document is not understood",
        "/x-b: 'x-b' of a document is not understood",
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"a: [", "no YAML that can be read"),
        (b"- a", "the root must be a mapping"),
        (b"a: 1\nb: 2\na: 3", "the key 'a' stands twice"),
        (b"a: !!python/object/apply:os.system [ls]", "no YAML that can be read"),
    ],
)
def test_yaml_that_is_none_or_ambiguous_is_refused(text: bytes, says: str) -> None:
    """Broken YAML, another root, a key that stands twice, and tags that build objects."""
    findings = Findings()
    assert read_yaml(text, findings) is None
    with pytest.raises(Refused, match=says):
        findings.raise_if_any()


def test_an_instant_stays_the_text_it_is() -> None:
    """YAML's timestamps are not turned into dates."""
    read = read_yaml(as_bytes({"a": "x"}) + b"at: 2026-03-01T09:00:00Z", Findings())
    assert read == {"a": "x", "at": "2026-03-01T09:00:00Z"}
