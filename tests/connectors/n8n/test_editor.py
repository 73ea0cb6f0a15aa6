"""The node in n8n's editor, as a person sees it in a real browser."""

from __future__ import annotations

from pathlib import Path

from tests.connectors.n8n import workflows as wf
from tests.connectors.n8n.instance import OWNER, N8n
from tests.connectors.n8n.letters import letter
from tests.connectors.n8n.programs import HERE, run


def test_a_person_sees_the_fields_of_a_letter(n8n: N8n, credential: str, tmp_path: Path) -> None:
    """The opened node shows resource, operation and fields by their labels, is run, and a picture of it is kept."""
    send = wf.sigillo("Send a letter", "letter", "send", credential=credential, **letter(simplify=True))
    workflow = n8n.add(wf.chain(wf.start(), send))
    picture = tmp_path / "node.png"
    address = str(n8n.client.base_url)
    asked = (address, workflow, "Send a letter", "deposited", OWNER["email"], OWNER["password"], picture)
    said = run(HERE / "screenshot.mjs", *asked, folder=HERE)
    assert said.returncode == 0, said.stderr
    for label in ("Resource", "Operation", "Recipient Email", "Recipient Name", "Subject"):
        assert label in said.stdout
    assert picture.read_bytes().startswith(b"\x89PNG")
