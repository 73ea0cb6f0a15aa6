"""The package's README: how to install it, what it can do, its credentials, and the workflows that come with it."""

from __future__ import annotations

from collections.abc import Iterator

from sigillo.connectorgen.emit.n8n import workflows
from sigillo.connectorgen.emit.n8n.names import Names
from sigillo.connectorgen.emit.n8n.wording import Wording
from sigillo.connectorgen.model import ConnectorModel, Resource


def text(model: ConnectorModel, names: Names, wording: Wording) -> str:
    """Give the README in Markdown."""
    return "\n".join(_lines(model, names, wording)) + "\n"


def _lines(model: ConnectorModel, names: Names, wording: Wording) -> Iterator[str]:
    app = model.app
    yield f"# {names.package}"
    yield from ("", wording.plain(app.summary), "")
    yield f"Two nodes: **{app.name}** does things, **{app.name} Trigger** starts a workflow when something happens."
    yield from ("", "## Installation", "")
    yield f"In n8n: *Settings* → *Community nodes* → *Install* → `{names.package}`. On a server of your own,"
    yield f"`npm install {names.package}` in the folder `~/.n8n/nodes` does the same; restart n8n after it."
    yield from ("", "## Credentials", "")
    yield f"*Credentials* → *Create credential* → **{app.name} API**."
    yield ""
    yield "- **Environment**:"
    for server in app.servers:
        yield f"  - *{wording.plain(server.label)}*: {wording.plain(server.help)}"
    yield f"- **{wording.title(app.auth.label)}**: {wording.plain(app.auth.help)}"
    yield from ("", "*Test* asks the server whose key it is.")
    yield from ("", "## Operations", "")
    for resource in model.resources:
        yield from _resource(model, resource, wording)
    yield from ("## Trigger", "")
    yield wording.plain(model.triggers[0].description)
    yield "It registers a webhook when the workflow is activated and takes it away when it is deactivated; messages"
    yield "whose signature or age is wrong start nothing. Each event is one item, with the proof attached if you ask."
    yield from ("", "| Event | Type | What it says |", "|---|---|---|")
    for event in model.triggers[0].events:
        yield f"| {wording.plain(event.label)} | `{event.type}` | {wording.plain(event.help)} |"
    yield from ("", "## Workflows to begin with", "")
    yield "Import them with *…* → *Import from file* (they lie in `examples/` of the repository)."
    yield ""
    for example in workflows.EXAMPLES:
        yield f"- `examples/{example.file}.json`: {example.about}"
    yield from ("", "## What to know", "")
    yield "- Items are sent one after another, each with an idempotency key: a repetition of the same execution sends"
    yield "  nothing twice."
    yield "- Files come from binary fields of the item, and proofs go into one, with the name the server gives them."
    yield "- An expression for all of a name-value list goes into *Using JSON*. n8n drops one that stands in place of"
    yield "  all of *Using Fields Below* (the node then says that there are none), as it drops one in place of a whole"
    yield "  collection such as *Additional Fields*, which no node can notice: give each field its own expression."
    yield "- n8n looks after a trigger's webhook when the workflow is activated. Where somebody deleted it at the"
    yield "  server, deactivate the workflow and activate it again. A secret that was changed there the node replaces."
    yield "- As a tool of an AI agent, fill the fields with `$fromAI(…)`."
    yield "- A sandbox's proofs say SANDBOX: nothing that it emits has legal value."
    yield from ("", "## License", "", app.license)


def _resource(model: ConnectorModel, resource: Resource, wording: Wording) -> Iterator[str]:
    yield f"**{wording.title(resource.name)}** – {wording.plain(resource.description)}"
    yield ""
    for operation in model.operations_of(resource.key):
        yield f"- *{wording.title(operation.name)}*: {wording.plain(operation.description)}"
    yield ""
