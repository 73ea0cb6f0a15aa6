"""The example workflows that come with the package, imported by n8n's own commands and run against the live sandbox."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.connectors.n8n import workflows as wf
from tests.connectors.n8n.instance import N8n
from tests.connectors.n8n.package import SOURCE
from tests.webhooks.served import KEY, Served

_EXAMPLES = {path.stem: json.loads(path.read_text()) for path in sorted((SOURCE / "examples").glob("*.json"))}
_CREDENTIAL = "sigillo-sandbox"


@pytest.fixture(scope="module")
def imported(n8n: N8n, sandbox: Served, tmp_path_factory: pytest.TempPathFactory) -> N8n:
    """n8n with the examples in it as they are, and a credential under the id that they name."""
    folder = tmp_path_factory.mktemp("examples")
    opens = {"environment": "own", "url": str(sandbox.client.base_url), "apiKey": KEY}
    kept = {"id": _CREDENTIAL, "name": "Sigillo sandbox", "type": wf.CREDENTIAL_TYPE, "data": opens}
    n8n.command("import:credentials", _input(folder / "credentials.json", [kept]))
    n8n.command("import:workflow", _input(folder / "workflows.json", list(_EXAMPLES.values())))
    return n8n


@pytest.mark.parametrize("name", _EXAMPLES)
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


def test_an_example_runs_without_an_editor(imported: N8n) -> None:
    """`n8n execute` runs one to its end, a signed receipt in its last item."""
    said = imported.command("execute", "--id=pec-and-receipt", "--rawOutput")
    result: dict[str, Any] = json.JSONDecoder().raw_decode(said[said.index('{\n  "data"') :])[0]["data"]["resultData"]
    assert "error" not in result
    (receipt,) = result["runData"]["File the receipt"][0]["data"]["main"][0]
    assert receipt["binary"]["data"]["fileName"].endswith(".eml")


def _input(path: Path, content: object) -> str:
    path.write_text(json.dumps(content))
    return f"--input={path}"
