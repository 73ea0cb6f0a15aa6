"""The post as the sandbox asks for it: one signer a provider, the provider's id put in, the same bytes anew."""

from __future__ import annotations

from collections.abc import Callable
from email import message_from_bytes
from email.message import Message
from functools import partial
from io import BytesIO
from typing import cast

import pytest

from sigillo.application.ports.post import Post
from sigillo.bootstrap import build
from sigillo.domain.pec import notices
from sigillo.domain.pec.certification import Kind
from sigillo.domain.pec.dispatch import Office
from sigillo.domain.verdict import Conclusion
from sigillo.domain.workspace import Workspace
from sigillo.proofs.recent import Recent
from tests.mail.pec.post import ANNA, AT, DISPATCH, MESSAGE, post
from tests.unit.proofs.verify.world import codes

WORKSPACE = Workspace(id="ws_post", name="post", seed="post")
OTHER = Workspace(id="ws_other", name="other", seed="post")
OFFICE = post().office
ANOTHER = Office("comune.example", OFFICE.dialect)
Write = Callable[[Post, Workspace, Office], bytes]


def _acceptance(by: Post, workspace: Workspace, office: Office) -> bytes:
    said = notices.accepted(DISPATCH, office, at=AT)
    return by.notice(said, by=office, workspace=workspace, message_id="a@pec.test")


def _delivery(by: Post, workspace: Workspace, office: Office) -> bytes:
    said = notices.delivered(DISPATCH, office, at=AT, recipient=ANNA)
    return by.notice(said, by=office, workspace=workspace, message_id="d@pec.test", original=MESSAGE)


def _transport(by: Post, workspace: Workspace, office: Office) -> bytes:
    said = notices.transported(DISPATCH, office, at=AT)
    return by.transport(said, by=office, workspace=workspace, original=MESSAGE)


def _anomaly(by: Post, workspace: Workspace, office: Office) -> bytes:
    said = notices.anomalous(DISPATCH, office, at=AT, error="messaggio non certificato")
    return by.anomaly(said, by=office, workspace=workspace, original=MESSAGE)


KINDS: dict[Kind, Write] = {
    Kind.ACCEPTANCE: _acceptance,
    Kind.DELIVERY: _delivery,
    Kind.TRANSPORT: _transport,
    Kind.ANOMALY: _anomaly,
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_it_writes_is_read_and_judged_valid(kind: Kind) -> None:
    """Each kind verifies under the workspace's published root, and reads back as what it is."""
    sandbox = build(data=None)
    raw = KINDS[kind](sandbox.post, WORKSPACE, OFFICE)
    assert sandbox.post.read(raw).kind is kind
    trust = sandbox.sealers.of(WORKSPACE).trust()
    verdict = sandbox.verifier.verify([("m.eml", BytesIO(raw))], [trust.root_pem, trust.crl_pem])[0]
    assert (codes(verdict), verdict.conclusion) == ({}, Conclusion.VALID)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_bytes_from_any_post(kind: Kind) -> None:
    """A post that was just built writes what another one wrote; another workspace and another provider do not."""
    first, second = build(data=None).post, build(data=None).post
    raw = KINDS[kind](first, WORKSPACE, OFFICE)
    assert KINDS[kind](second, OTHER, OFFICE) != raw
    assert KINDS[kind](second, WORKSPACE, ANOTHER) != raw
    assert KINDS[kind](second, WORKSPACE, OFFICE) == raw


@pytest.mark.parametrize("kind", [Kind.DELIVERY, Kind.TRANSPORT])
def test_the_message_inside_has_the_providers_id(kind: Kind) -> None:
    """What the sender handed in goes on under the provider's Message-ID; its own is kept beside (RFC 6109 §2.2.1)."""
    raw = KINDS[kind](build(data=None).post, WORKSPACE, OFFICE)
    inner = next(part for part in message_from_bytes(raw).walk() if part.get_content_type() == "message/rfc822")
    message = cast("list[Message]", inner.get_payload())[0]
    assert message["Message-ID"] == f"<{DISPATCH.identifier}>"
    assert message["X-Riferimento-Message-ID"] == DISPATCH.original_id


def test_what_is_recent_is_kept_within_bounds() -> None:
    """Of a thousand names the last ten are kept; each was built once, and what fell out is built anew."""
    built: list[int] = []
    recent: Recent[int, int] = Recent(10)

    def value(name: int) -> int:
        built.append(name)
        return name

    for name in [*range(1000), 999, 995]:
        assert recent.get(name, partial(value, name)) == name
    assert built == list(range(1000))
    recent.get(989, partial(value, 989))
    assert built[1000:] == [989]
