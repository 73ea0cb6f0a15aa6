"""Files through the real n8n, in and out, compared byte for byte."""

from __future__ import annotations

import hashlib

import pytest

from tests.connectors.n8n import workflows as wf
from tests.connectors.n8n.instance import N8n
from tests.connectors.n8n.letters import by_id, letter
from tests.webhooks.served import KEY, Served

_CONTRACT = b"%PDF-1.4\n" + bytes(range(256)) * 4000
_TERMS = b"Des conditions.\n"


def test_a_letter_goes_with_its_files_in_one_step(n8n: N8n, sandbox: Served, credential: str) -> None:
    """A binary field becomes a file of the letter, its name and every byte kept; nested fields reach their place."""
    parameters = letter(inputFields="contract", additionalFields={"tags": "a, b"})
    pairs = {"metadataInput": "json", "metadataJson": '{"deal": "4711"}'}
    send = wf.sigillo("Send", "letter", "send", credential=credential, **parameters, **pairs)
    file = wf.file(_CONTRACT, "contrat è.pdf", "application/pdf", field="contract")
    sent = n8n.run(wf.chain(wf.start(), *file, send)).json("Send")[0]
    assert (sent["tags"], sent["metadata"]) == (["a", "b"], {"deal": "4711"})
    assert sent["recipient"]["name"] == "Jeanne Dupré"
    _content, kept = sent["files"]
    assert (kept["name"], kept["sha256"]) == ("contrat è.pdf", hashlib.sha256(_CONTRACT).hexdigest())


def test_a_file_goes_up_unchanged(n8n: N8n, sandbox: Served, credential: str) -> None:
    """What was uploaded is what the service has, with its name and kind."""
    up = wf.sigillo("Up", "consent", "uploadEvidence", credential=credential, inputFields="data")
    run = n8n.run(wf.chain(wf.start(), *wf.file(_TERMS, "conditions générales.txt", "text/plain"), up))
    (made,) = run.json("Up")
    assert (made["name"], made["size"]) == ("conditions générales.txt", len(_TERMS))
    assert sandbox.client.get(f"/v1/files/{made['id']}/content").content == _TERMS


@pytest.mark.parametrize("form", ["pdf", "xml", "tst", "asice"])
def test_a_proof_comes_as_the_service_sealed_it(n8n: N8n, sandbox: Served, credential: str, form: str) -> None:
    """In each format the bytes are those of the API, under the name that it gives."""
    made = sandbox.letter()
    where = {"letterId": by_id(made["id"]), "kind": "deposit", "options": {"format": form}, "outputField": "proof"}
    download = wf.sigillo("Download", "proof", "download", credential=credential, **where)
    (item,) = n8n.run(wf.chain(wf.start(), download)).items("Download")
    answer = sandbox.client.get(f"/v1/letters/{made['id']}/proofs/deposit", params={"format": form})
    assert n8n.binary(item, "proof") == answer.content
    binary = item["binary"]["proof"]
    assert binary["mimeType"] == answer.headers["content-type"].split(";")[0]
    assert f'"{binary["fileName"]}"' in answer.headers["content-disposition"]


def test_a_large_file_is_streamed(n8n: N8n, sandbox: Served, credential: str) -> None:
    """A file of 160 MB goes through n8n with less memory than it is large, and arrives whole."""
    content = b"0123456789abcdef" * 10 * 1024 * 1024
    kept = sandbox("POST", "/v1/files", files={"file": ("large.txt", content)})
    headers = {"parameters": [{"name": "authorization", "value": f"Bearer {KEY}"}]}
    asked = {
        "url": f"{sandbox.client.base_url}/v1/files/{kept['id']}/content",
        "sendHeaders": True,
        "headerParameters": headers,
        "options": {"response": {"response": {"responseFormat": "file"}}},
    }
    fetch = wf.node("Fetch", "n8n-nodes-base.httpRequest", asked, version=4.2)
    up = wf.sigillo("Up", "consent", "uploadEvidence", credential=credential, inputFields="data")
    n8n.process.memory_mb()
    before_mb = n8n.process.memory_mb()
    (made,) = n8n.run(wf.chain(wf.start(), fetch, up)).json("Up")
    assert made["sha256"] == hashlib.sha256(content).hexdigest()
    assert n8n.process.memory_mb() - before_mb < 120


def test_a_missing_binary_field_is_named(n8n: N8n, credential: str) -> None:
    """Who names a field that the item has not is told which."""
    send = wf.sigillo("Send", "letter", "send", credential=credential, **letter(inputFields="contrat"))
    failure = n8n.run(wf.chain(wf.start(), *wf.file(_TERMS, "a.txt", "text/plain"), send)).failure
    assert "contrat" in failure["message"] + str(failure.get("description"))
