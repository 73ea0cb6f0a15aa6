"""Letters through the real n8n: what goes out, what comes back, which item it belongs to."""

from __future__ import annotations

from typing import Any

import pytest

from tests.connectors.n8n import workflows as wf
from tests.connectors.n8n.instance import N8n
from tests.connectors.n8n.letters import by_id, letter
from tests.webhooks.served import Served


def test_items_are_sent_in_their_order_and_stay_paired(n8n: N8n, sandbox: Served, credential: str) -> None:
    """Each of three letters has its own recipient from its own item, and none is made twice."""
    rows = [{"to": f"accept+{days}d@lre.test", "reference": "order"} for days in (1, 2, 3)]
    fields = {"additionalFields": {"reference": "={{ $json.reference }}"}}
    send = wf.sigillo(
        "Send", "letter", "send", credential=credential, **letter(recipientEmail="={{ $json.to }}", **fields)
    )
    sent = n8n.run(wf.chain(wf.start(), *wf.items(rows), send)).items("Send")
    assert [item["json"]["recipient"]["email"] for item in sent] == [row["to"] for row in rows]
    assert [item["pairedItem"]["item"] for item in sent] == [0, 1, 2]
    kept = sandbox("GET", "/v1/letters", params={"reference": "order"})["data"]
    assert [one["recipient"]["email"] for one in reversed(kept)] == [row["to"] for row in rows]


_PAIRS = [{"key": "deal", "value": "4711"}, {"key": "b", "value": "2"}]


@pytest.mark.parametrize(
    "metadata",
    [
        {
            "metadataInput": "fields",
            "metadata": {"entry": [{"key": "deal", "value": "4711"}, {"key": "b", "value": "2"}]},
        },
        {"metadataInput": "json", "metadataJson": '{"deal": "4711", "b": "2"}'},
        {"metadataInput": "json", "metadataJson": "={{ $json.pairs }}"},
    ],
    ids=["fields", "JSON", "expression"],
)
def test_pairs_come_from_fields_json_or_an_expression(n8n: N8n, credential: str, metadata: dict[str, Any]) -> None:
    """However metadata is written, the letter has the same pairs."""
    send = wf.sigillo("Send", "letter", "send", credential=credential, **letter(**metadata))
    given = wf.items([{"pairs": {"deal": "4711", "b": "2"}}])
    assert n8n.run(wf.chain(wf.start(), *given, send)).json("Send")[0]["metadata"] == {"deal": "4711", "b": "2"}


@pytest.mark.parametrize(
    "rows",
    [{"entry": "={{ [{ key: 'deal', value: '4711' }] }}"}, "={{ { entry: [{ key: 'deal', value: '4711' }] } }}"],
    ids=["rows", "all"],
)
def test_an_expression_in_place_of_rows_is_refused(n8n: N8n, credential: str, rows: object) -> None:
    """n8n makes empty rows of it, or drops it before the node sees it: nothing is sent, and the way out is told."""
    parameters: dict[str, Any] = letter(metadataInput="fields", metadata=rows)
    send = wf.sigillo("Send", "letter", "send", credential=credential, **parameters)
    assert "switch to JSON" in n8n.run(wf.chain(wf.start(), send)).failure["message"]


@pytest.mark.parametrize("tags", ["a, b", "={{ ['a', 'b'] }}", '["a", "b"]'], ids=["commas", "expression", "JSON"])
def test_a_list_of_words_comes_from_text_or_an_expression(n8n: N8n, credential: str, tags: str) -> None:
    """However tags are written, the letter has the same two."""
    parameters = letter(additionalFields={"tags": tags})
    send = wf.sigillo("Send", "letter", "send", credential=credential, **parameters)
    assert n8n.run(wf.chain(wf.start(), send)).json("Send")[0]["tags"] == ["a", "b"]


def test_a_list_is_paged_limited_and_paired(n8n: N8n, sandbox: Served, credential: str) -> None:
    """All of 120 letters come over two pages, or as many as the limit says; each is paired with the item that asked."""
    for number in range(120):
        sandbox.letter(reference="paged", subject=f"Bail {number}")
    many: dict[str, Any] = {"credential": credential, "filters": {"reference": "paged"}}
    everything = wf.sigillo("All", "letter", "getAll", **many, returnAll=True)
    some = wf.sigillo("Some", "letter", "getAll", **many, limit=105)
    rows = wf.items([{"n": 1}, {"n": 2}])
    run = n8n.run(wf.chain(wf.start(), everything))
    assert [one["subject"] for one in run.json("All")] == [f"Bail {number}" for number in reversed(range(120))]
    items = n8n.run(wf.chain(wf.start(), *rows, some)).items("Some")
    assert [item["pairedItem"]["item"] for item in items] == [0] * 105 + [1] * 105


def test_filters_with_several_values_are_one_question(n8n: N8n, sandbox: Served, credential: str) -> None:
    """A list of statuses finds letters in any of them, and no others."""
    cancelled = sandbox.letter(reference="filtered")
    sandbox.letter(reference="filtered")
    sandbox("POST", f"/v1/letters/{cancelled['id']}/cancel")
    for status, count in ((["cancelled", "refused"], 1), (["cancelled", "deposited"], 2)):
        filters = {"reference": "filtered", "status": status}
        many = wf.sigillo("Many", "letter", "getAll", credential=credential, filters=filters, returnAll=True)
        assert len(n8n.run(wf.chain(wf.start(), many)).json("Many")) == count


def test_a_thing_is_named_by_a_locator_and_told_in_few_fields(n8n: N8n, sandbox: Served, credential: str) -> None:
    """By its id or from the list it is the same letter; simplified it has ten flat fields at most."""
    made = sandbox.letter()
    for mode in ("id", "list"):
        where = {"letterId": {**by_id(made["id"]), "mode": mode}}
        whole = wf.sigillo("Whole", "letter", "get", credential=credential, **where, simplify=False)
        brief = wf.sigillo("Brief", "letter", "get", credential=credential, **where, simplify=True)
        run = n8n.run(wf.chain(wf.start(), whole, brief))
        assert run.json("Whole")[0] == sandbox("GET", f"/v1/letters/{made['id']}")
        told = run.json("Brief")[0]
        assert told["id"] == made["id"]
        assert len(told) <= 10
        assert not any(isinstance(value, dict | list) for value in told.values())
