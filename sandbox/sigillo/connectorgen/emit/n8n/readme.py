"""The package's README: how to install it, what it can do, its credentials, and the workflows that come with it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from sigillo.connectorgen.emit.n8n import prose, words, workflows
from sigillo.connectorgen.emit.n8n.names import Names
from sigillo.connectorgen.emit.n8n.wording import Wording
from sigillo.connectorgen.fields import Text
from sigillo.connectorgen.model import ConnectorModel, Resource

_WIDTH = 120


def text(model: ConnectorModel, names: Names, wording: Wording) -> str:
    """Give the README in Markdown."""
    return "\n".join(_Readme(model, names, wording).lines()) + "\n"


class _Readme:
    """Says it all in one language."""

    def __init__(self, model: ConnectorModel, names: Names, wording: Wording) -> None:
        self._model = model
        self._names = names
        self._wording = wording
        self._colon = " :" if wording.language == "fr" else ":"

    def lines(self) -> Iterator[str]:
        app, plain = self._model.app, self._wording.plain
        yield f"# {self._names.package}"
        yield from ("", plain(app.summary), "")
        yield from self._said(prose.NODES)
        yield from self._heading(prose.INSTALLATION)
        yield from self._said(prose.INSTALLING)
        yield from self._heading(prose.CREDENTIALS)
        yield from self._credentials()
        yield from self._heading(prose.OPERATIONS)
        for resource in self._model.resources:
            yield from self._resource(resource)
        yield from self._trigger()
        yield from self._heading(prose.EXAMPLES)
        yield from (*self._said(prose.IMPORTING), "")
        for example in workflows.EXAMPLES:
            yield from self._point(f"`examples/{example.file}.json`{self._colon} {plain(example.about)}")
        yield from self._heading(prose.KNOW)
        for known in prose.KNOWN:
            yield from self._point(plain(known))
        yield from (*self._heading(prose.LICENSE), app.license)

    def _credentials(self) -> Iterator[str]:
        app, plain = self._model.app, self._wording.plain
        yield from (*self._said(prose.CREDENTIAL), "")
        yield f"- **{plain(words.ENVIRONMENT)}**{self._colon}"
        for server in app.servers:
            yield f"  - *{plain(server.label)}*{self._colon} {plain(server.help)}"
        yield f"- **{self._wording.title(app.auth.label)}**{self._colon} {plain(app.auth.help)}"
        yield from ("", *self._said(prose.TEST), "", *self._said(prose.DOCKER))

    def _resource(self, resource: Resource) -> Iterator[str]:
        title, plain = self._wording.title, self._wording.plain
        yield from (f"**{title(resource.name)}** – {plain(resource.description)}", "")
        for operation in self._model.operations_of(resource.key):
            yield f"- *{title(operation.name)}*{self._colon} {plain(operation.description)}"
        yield ""

    def _trigger(self) -> Iterator[str]:
        plain, trigger = self._wording.plain, self._model.triggers[0]
        yield from (f"## {plain(prose.TRIGGER)}", "", plain(trigger.description))
        yield from (*self._said(prose.TRIGGERING), "", plain(prose.EVENT_HEAD), "|---|---|---|")
        for event in trigger.events:
            yield f"| {plain(event.label)} | `{event.type}` | {plain(event.help)} |"

    def _heading(self, heading: Text) -> Iterator[str]:
        yield from ("", f"## {self._wording.plain(heading)}", "")

    def _said(self, paragraph: Text) -> Iterator[str]:
        said = self._wording.plain(paragraph)
        said = said.replace("{app}", self._model.app.name).replace("{package}", self._names.package)
        yield from textwrap.wrap(said, _WIDTH, break_long_words=False, break_on_hyphens=False)

    def _point(self, said: str) -> Iterator[str]:
        yield from textwrap.wrap(
            f"- {said}", _WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
        )
