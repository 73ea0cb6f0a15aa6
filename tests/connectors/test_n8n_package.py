"""The package for n8n as files: up to date, the same in every process, in every language and under every brand."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from sigillo.connectorgen.brand import Brand, branded
from sigillo.connectorgen.build import build
from sigillo.connectorgen.check import difference
from sigillo.connectorgen.emit import n8n
from sigillo.connectorgen.emit.n8n.wording import camel
from sigillo.connectorgen.fields import LANGUAGES
from tests.connectors.project import OVERLAY, PACKAGES, ROOT, SPEC, model
from tests.connectors.small import action, as_bytes, document, entry, overlay, text

_HASHES = """
import hashlib, sys
from pathlib import Path
from sigillo.connectorgen.build import build
from sigillo.connectorgen.emit import n8n
files = n8n.emit(build(Path(sys.argv[1]).read_bytes(), Path(sys.argv[2]).read_bytes()))
for path, content in files.items():
    print(hashlib.sha256(content).hexdigest(), path)
"""


@cache
def _files() -> dict[str, bytes]:
    return n8n.emit(model())


def test_the_package_that_is_checked_in_is_up_to_date() -> None:
    """What lies in connectors/n8n is what the document and the overlay give: `sigillo connectors build` writes it."""
    assert not list(difference(_files(), PACKAGES / "n8n"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_makes_a_whole_package(language: str) -> None:
    """The same files with other texts."""
    files = n8n.emit(model(), language)
    assert list(files) == list(_files())
    label = {"en": "Recipient Name", "fr": "Nom du destinataire", "it": "Nome del destinatario"}[language]
    assert f"displayName: '{label}'" in files["nodes/Sigillo/resources/letter.ts"].decode()


def test_the_same_input_gives_the_same_bytes_in_every_process(tmp_path: Path) -> None:
    """Whatever the hash seed, the folder, the time zone and the locale are."""
    said = [
        subprocess.run(
            [sys.executable, "-c", _HASHES, SPEC, OVERLAY],
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
            cwd=folder,
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": locale},
        ).stdout
        for seed, zone, locale, folder in [
            ("1", "Europe/Rome", "C", tmp_path),
            ("4711", "Pacific/Apia", "C.UTF-8", ROOT),
        ]
    ]
    assert said[0] == said[1]
    assert len(said[0].splitlines()) == len(_files())


def test_a_brand_names_everything() -> None:
    """Package, classes, files, types, icons and example workflows carry the operator's name, and its server is live."""
    logo = b"<svg xmlns='http://www.w3.org/2000/svg'/>"
    files = n8n.emit(branded(model(), Brand("Posta Sicura", "https://mail.example.com", logo)))
    assert json.loads(files["package.json"])["name"] == "n8n-nodes-postasicura"
    assert "export class PostaSicuraTrigger " in files["nodes/PostaSicuraTrigger/PostaSicuraTrigger.node.ts"].decode()
    assert "live: 'https://mail.example.com'" in files["nodes/PostaSicura/operations.ts"].decode()
    assert files["icons/postasicura.svg"] == logo
    own = [node["type"] for node in json.loads(files["examples/unpaid-invoice.json"])["nodes"]]
    assert "n8n-nodes-postasicura.postaSicura" in own
    named = [path for path in files if not path.startswith("runtime/") and "sigillo" in path.lower()]
    assert named == []


def test_another_operation_is_in_the_package_after_one_entry() -> None:
    """Its field, its table and its output schema: no code was written for it."""
    words = entry(verb="getAll", fields=[], advanced=[], columns=["id"], title=text("Get many notes"))
    laid = overlay(action("$.paths['/v1/notes'].get", [words]))
    files = n8n.emit(build(as_bytes(document()), as_bytes(laid)))
    assert "action: 'Get many notes'" in files["nodes/Small/resources/note.ts"].decode()
    assert "getAll: {\n\t\t\tmethod: 'GET',\n\t\t\tpath: '/v1/notes'" in files["nodes/Small/operations.ts"].decode()
    assert "nodes/Small/__schema__/v1.0.0/note/getAll.json" in files


def test_every_operation_has_an_output_schema_with_types() -> None:
    """Objects with their members, files with their names, and what is deleted says so."""
    for operation in model().operations:
        path = f"nodes/Sigillo/__schema__/v1.0.0/{camel(operation.resource)}/{operation.verb}.json"
        schema = json.loads(_files()[path])
        assert schema["type"] == "object"
        assert schema["version"] == 1
        assert schema["properties"]


def test_the_manifest_asks_for_nothing_at_run_time() -> None:
    """No dependency, one peer, no script that runs at installation."""
    manifest = json.loads(_files()["package.json"])
    assert "dependencies" not in manifest
    assert manifest["peerDependencies"] == {"n8n-workflow": "*"}
    assert not {"prepare", "postinstall", "preinstall", "install"} & set(manifest["scripts"])
    assert manifest["keywords"][0] == "n8n-community-node-package"
