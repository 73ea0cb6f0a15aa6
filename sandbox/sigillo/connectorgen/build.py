"""Makes the neutral model of a document that an overlay lies on.

1. Both files are read, the overlay is laid over the document, and the whole is judged by the grammar.
2. What is sound of it is read on: the overlay's words at the root say what holds everywhere.
3. Each entry on an operation becomes an operation of the connector; each webhook an event; or it is left out by a word.
4. What names something is checked, and everything found wrong at any step is refused at once, where it comes from.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sigillo.connectorgen.app import Apps
from sigillo.connectorgen.brand import Brand, branded
from sigillo.connectorgen.choosing import Choosing
from sigillo.connectorgen.entries import Entries
from sigillo.connectorgen.findings import OVERLAY, Findings, below
from sigillo.connectorgen.grammar import EXTENSION
from sigillo.connectorgen.judging import judge
from sigillo.connectorgen.load import JsonObject, read_yaml
from sigillo.connectorgen.lookups import Lists, Lookups, located
from sigillo.connectorgen.model import ConnectorModel, Operation, Resource
from sigillo.connectorgen.naming import CAMEL, KEY, TOKEN
from sigillo.connectorgen.notes import Note
from sigillo.connectorgen.overlay import lay
from sigillo.connectorgen.references import cut
from sigillo.connectorgen.schemas import Schemas
from sigillo.connectorgen.starts import Starts
from sigillo.connectorgen.vocabulary import Vocabulary

_OWN = Brand()


def build(document: bytes, overlay: bytes, brand: Brand = _OWN) -> ConnectorModel:
    """Make the model of the two files' bytes; raises Refused with everything that is not understood."""
    findings = Findings()
    plain, over = read_yaml(document, findings), read_yaml(overlay, findings, OVERLAY)
    laid = lay(over, plain or {}, findings) if over is not None else None
    model = _read(laid.document if laid else plain or {}, findings, whole=None not in (plain, over))
    findings.moved(laid.origins.origin if laid else lambda finding: finding).raise_if_any()
    assert model is not None  # else refused above
    return branded(model, brand)


def _read(document: JsonObject, findings: Findings, *, whole: bool) -> ConnectorModel | None:
    """The model of what is sound; None where one of the two files could not be read, or the overlay has no root."""
    sound = judge(document, findings) if document else {}
    cut(sound, document, findings)
    if not whole or not isinstance(sound.get(EXTENSION), dict):
        if whole:
            findings.add(below("", EXTENSION), "nothing is said of the whole: lay a mapping on the target $")
        return None
    return _Builder(sound, findings).model()


class _Builder:
    """Holds what every part of the model is read with."""

    def __init__(self, document: JsonObject, findings: Findings) -> None:
        self._document = document
        self._findings = findings
        self._readable = not findings.found
        self._root = Note(document[EXTENSION], below("", EXTENSION), findings)
        self._vocabulary = Vocabulary(self._root, findings)
        self._schemas = Schemas(document, findings)
        self._operations = located(document, findings)
        self._lists = Lists(self._root.note("pages"), self._schemas)
        app = self._root.note("app")
        self._settings = {
            "idempotency": self._root.named("idempotency", TOKEN),
            "sandbox_scope": self._root.string("sandbox_scope"),
            "scheme": app.note("auth").string("scheme"),
        }
        self._app = Apps(document, self._operations, self._schemas, findings).read(app)

    def model(self) -> ConnectorModel:
        """Give the model; what is wrong is in the findings."""
        resources = tuple(self._resources())
        keys = frozenset(resource.key for resource in resources)
        groups = dict(self._root.items("groups"))
        for key, words in groups.items():
            words.text("label")
            words.text_or_none("help")
            words.close()
            if not KEY.allows(key):
                self._root.wrong("groups", f"{key!r} cannot be: {KEY.says}", key)
        lookups = Lookups(self._operations, self._lists, self._schemas, self._findings)
        choosing = Choosing(self._schemas, lookups, groups, self._findings)
        security = self._document.get("security", [])
        said = self._vocabulary, self._settings
        entries = Entries(self._schemas, self._lists, choosing, *said, security, self._findings)
        starts = Starts(self._document, self._operations, self._lists, self._schemas, *said, keys, self._findings)
        read = list(self._entries(entries))
        triggers = tuple(starts.read(note) for note in self._root.notes("triggers"))
        if len(triggers) != 1:
            self._root.wrong("triggers", f"one trigger is understood, not {len(triggers)}: its events can be many")
        self._root.close()
        if self._readable:  # else what could not be read may need the words that nothing asked for
            self._vocabulary.close()
        self._check(resources, read)
        operations = tuple(operation for operation, _ in read)
        return _in_order(ConnectorModel(self._app, resources, operations, triggers))

    def _resources(self) -> Iterator[Resource]:
        for note in self._root.notes("resources"):
            yield Resource(
                note.named("key", KEY),
                note.text("name"),
                note.text("plural"),
                self._vocabulary.noun(note, "key"),
                note.text("description"),
                note.named("first", CAMEL),
            )
            note.close()

    def _entries(self, entries: Entries) -> Iterator[tuple[Operation, Note]]:
        for found in self._operations.values():
            at = below(found.at, EXTENSION)
            words = found.operation.get(EXTENSION)
            if words is None:
                told = f"nothing is said about the operation {found.call.id!r}: give it an entry, or omit: true"
                self._findings.add(at, told)
            elif isinstance(words, dict):
                self._omitted(Note(words, at, self._findings))
            elif not isinstance(words, list) or not words:
                self._findings.add(at, "a list of entries is expected here")
            else:
                for index, words_ in enumerate(words):
                    entry = Note(words_, below(at, index), self._findings)
                    yield entries.read(entry, found), entry

    def _omitted(self, note: Note) -> None:
        """An operation that the connector does not have, and why."""
        if not note.flag("omit"):
            note.wrong("omit", "a list of entries is expected here, or omit: true with its reason")
        note.string("reason")
        note.close()

    def _check(self, resources: tuple[Resource, ...], read: list[tuple[Operation, Note]]) -> None:
        """Keys are unique and resources are named; each resource has something."""
        keys = [operation.key for operation, _ in read]
        verbs = [(operation.resource, operation.verb) for operation, _ in read]
        known = {resource.key for resource in resources}
        for operation, entry in read:
            if keys.count(operation.key) > 1:
                entry.wrong("key", f"two entries have the key {operation.key!r}")
            if verbs.count((operation.resource, operation.verb)) > 1:
                entry.wrong("verb", f"two entries of {operation.resource!r} have the verb {operation.verb!r}")
            if operation.resource not in known:
                entry.wrong("resource", f"{operation.resource!r} is none of the resources at the root")
        stems = [resource.key.replace("_", "") for resource in resources]
        about = {operation.resource for operation, _ in read}
        for index, resource in enumerate(resources):
            if stems.count(resource.key.replace("_", "")) > 1:
                self._root.wrong("resources", f"two resources have the key {resource.key!r}", index, "key")
            if resource.key not in about:
                told = f"nothing is about {resource.key!r}: add an operation or take it away"
                self._root.wrong("resources", told, index)
            elif (resource.key, resource.first) not in verbs:
                told = f"{resource.key!r} has no operation {resource.first!r}"
                self._root.wrong("resources", told, index, "first")


def _in_order(model: ConnectorModel) -> ConnectorModel:
    order = [resource.key for resource in model.resources]
    known = [operation for operation in model.operations if operation.resource in order]
    first = {(resource.key, resource.first) for resource in model.resources}
    # Stable: else the document's order.
    known.sort(key=lambda one: (order.index(one.resource), (one.resource, one.verb) not in first))
    return replace(model, operations=tuple(known))
