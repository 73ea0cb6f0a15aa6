"""The package for n8n: literals made here, behaviour written by hand in `runtime/n8n` and copied beside them."""

from __future__ import annotations

from sigillo.connectorgen.emit.n8n import credentials, nodes, package, readme, schemas, workflows
from sigillo.connectorgen.emit.n8n.names import Names
from sigillo.connectorgen.emit.n8n.wording import Wording
from sigillo.connectorgen.model import ConnectorModel


def emit(model: ConnectorModel, language: str = "en") -> dict[str, bytes]:
    """Give every file of the package by its path; `language` is one of LANGUAGES (n8n publishes English only)."""
    names, wording = Names(model.app), Wording(language)
    texts = dict(nodes.sources(model, names, wording))
    texts.update([credentials.source(model.app, names, wording)])
    texts.update(schemas.files(model, names.node))
    texts.update(workflows.files(model, names))
    texts["README.md"] = readme.text(model, names, wording)
    files = {path: text.encode() for path, text in texts.items()}
    files.update(package.files(model.app, names, wording))
    return dict(sorted(files.items()))
