"""The example workflows that come with the package, imported by n8n's own commands and run against the live sandbox."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.connectors.n8n import workflows as wf
from tests.connectors.n8n.instance import N8n
from tests.connectors.n8n.package import SOURCE
from tests.connectors.n8n.programs import LOSES_FILES
from tests.webhooks.served import KEY, Served

_EXAMPLES = {path.stem: json.loads(path.read_text()) for path in sorted((SOURCE / "examples").glob("*.json"))}
_CREDENTIAL = "sigillo-sandbox"
_LOOPING, _WAITING = "unpaid-invoice", "proof-archive"


@pytest.fixture(scope="module")
def imported(n8n: N8n, sandbox: Served, tmp_path_factory: pytest.TempPathFactory) -> N8n:
    """n8n with the examples in it as they are, and a credential under the id that they name."""
    folder = tmp_path_factory.mktemp("examples")
    opens = {"environment": "own", "url": str(sandbox.client.base_url), "apiKey": KEY}
    kept = {"id": _CREDENTIAL, "name": "Sigillo sandbox", "type": wf.CREDENTIAL_TYPE, "data": opens}
    n8n.command("import:credentials", _input(folder / "credentials.json", [kept]))
    n8n.command("import:workflow", _input(folder / "workflows.json", list(_EXAMPLES.values())))
    return n8n


@pytest.mark.parametrize("name", [name for name in _EXAMPLES if name not in (_LOOPING, _WAITING)])
def test_an_example_runs_as_it_is(imported: N8n, name: str) -> None:
    """It runs to its end, and every node of the package that it comes to gives something."""
    workflow = _EXAMPLES[name]
    start = next(node["name"] for node in workflow["nodes"] if node["type"].endswith("manualTrigger"))
    run = imported.press(workflow["id"], start)
    assert run.status == "success", run.data["data"]["resultData"].get("error")
    ran = run.data["data"]["resultData"]["runData"]
    for node in workflow["nodes"]:
        if node["type"] == wf.TYPE:
            assert node["name"] in ran, f"{node['name']} did not run"
            assert run.items(node["name"]), f"{node['name']} gave nothing"


def test_each_invoice_has_its_outcome_and_its_proof(imported: N8n, sandbox: Served) -> None:
    """Two are decided at once, the third after rounds of waiting; their proofs are archived, and none is sent anew."""
    run = imported.press(_LOOPING, "Start")
    assert run.status == "success", run.data["data"]["resultData"].get("error")
    letters = {one["reference"]: one for one in run.json("Send letter")}
    outcomes = {name: sandbox("GET", f"/v1/letters/{one['id']}")["outcome"] for name, one in letters.items()}
    invoices = ("invoice-2026-117", "invoice-2026-121", "invoice-2026-130")
    assert outcomes == dict(zip(invoices, ("accepted", "refused", "neglected"), strict=True))
    rounds = run.data["data"]["resultData"]["runData"]
    assert len(rounds["Wait"]) > 1
    archives = [one["data"]["main"][0][0] for one in rounds["Archive the proofs"]]
    archived = [file for archive in archives for file in _unpacked(imported.binary(archive))]
    wanted = [
        sandbox.client.get(f"/v1/letters/{letters[name]['id']}/proofs/{kind}", params={"format": "pdf"}).content
        for name, kind in zip(invoices, ("reception", "refusal", "negligence"), strict=True)
    ]
    assert archived == wanted
    again = imported.press(_LOOPING, "Start").json("Send letter")
    assert [one["id"] for one in again] == [one["id"] for one in letters.values()]


@pytest.mark.skipif(LOSES_FILES, reason="this n8n loses files of events that come at the same time")
def test_the_trigger_archives_each_proof(imported: N8n, sandbox: Served) -> None:
    """Activated as it is, it verifies and packs what is issued: a proof in PDF, and a receipt that is mail."""
    imported.activate(_WAITING)
    try:
        sent = [sandbox.letter(), sandbox.letter("deliver@pec.test", service="pec")]
        runs = imported.executions(_WAITING, count=2)
    finally:
        imported.deactivate(_WAITING)
    assert {run.status for run in runs} == {"success"}
    names = {run.items("Archive the proof")[0]["binary"]["data"]["fileName"] for run in runs}
    assert {f"{sent[0]['number']}-deposit.zip", f"{sent[1]['number']}-acceptance.zip"} <= names
    for run in runs:
        told = run.json("Proof issued")[0]["data"]
        path = f"/v1/letters/{told['letter']['id']}/proofs/{told['proof']['kind']}"
        form = "pdf" if "pdf" in told["proof"]["formats"] else "eml"
        (proof,) = _unpacked(imported.binary(run.items("Archive the proof")[0]))
        assert proof == sandbox.client.get(path, params={"format": form}).content


def test_an_example_runs_without_an_editor(imported: N8n) -> None:
    """`n8n execute` runs one to its end, a signed receipt archived in its last item."""
    said = imported.command("execute", "--id=pec-and-receipt", "--rawOutput")
    result: dict[str, Any] = json.JSONDecoder().raw_decode(said[said.index('{\n  "data"') :])[0]["data"]["resultData"]
    assert "error" not in result
    (receipt,) = result["runData"]["Download receipt"][0]["data"]["main"][0]
    assert receipt["binary"]["data"]["fileName"].endswith(".eml")
    (archive,) = result["runData"]["Archive the receipt"][0]["data"]["main"][0]
    assert archive["binary"]["data"]["fileName"].endswith(".zip")


def _unpacked(archive: bytes) -> list[bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return [opened.read(name) for name in opened.namelist()]


def _input(path: Path, content: object) -> str:
    path.write_text(json.dumps(content))
    return f"--input={path}"
