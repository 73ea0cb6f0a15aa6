"""Makes the neutral model of a document that an overlay lies on.

1. The document is judged, the overlay laid over it, and what the overlay brought judged with it.
2. The overlay's words at the root say what holds everywhere: the app, its resources, pages, idempotency.
3. Each entry on an operation becomes an operation of the connector; each webhook an event.
4. What names something is checked, and everything found wrong is refused at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from sigillo.connectorgen.artwork import seal
from sigillo.connectorgen.choosing import Choosing
from sigillo.connectorgen.entries import Entries
from sigillo.connectorgen.findings import OVERLAY, Findings, below
from sigillo.connectorgen.grammar import EXTENSION
from sigillo.connectorgen.load import JsonObject, judge, read_yaml
from sigillo.connectorgen.lookups import Lists, Located, Lookups, leads, located, success
from sigillo.connectorgen.model import App, Auth, ConnectorModel, Failures, Logo, Operation, Resource, Server
from sigillo.connectorgen.notes import Note
from sigillo.connectorgen.overlay import lay
from sigillo.connectorgen.schemas import Schemas
from sigillo.connectorgen.starts import Starts

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9 ]{0,49}")
_WORDS = ("idempotency", "sandbox_scope")


@dataclass(frozen=True, slots=True)
class Brand:
    """What an operator replaces in a private connector; None keeps what the overlay says.

    `name` is letters, digits and blanks; `base_url` is where the live server is, without a path; `logo` is an SVG.
    """

    name: str | None = None
    base_url: str | None = None
    logo: bytes | None = None


def build(document: bytes, overlay: bytes, brand: Brand = Brand()) -> ConnectorModel:
    """Make the model of the two files' bytes; raises Refused with everything that is not understood."""
    plain = read_yaml(document)
    judge(plain)
    laid = lay(read_yaml(overlay, OVERLAY), plain)
    judge(laid)
    findings = Findings()
    model = _Builder(laid, findings).model()
    findings.raise_if_any()
    return branded(model, brand)


def branded(model: ConnectorModel, brand: Brand) -> ConnectorModel:
    """Give the connector under another name, address and logo; ValueError for what is none."""
    app = model.app
    if brand.name is not None:
        if not _NAME.fullmatch(brand.name):
            raise ValueError("A name is letters, digits and blanks, begins with a letter and is at most 50 long.")
        app = replace(app, name=brand.name, key=re.sub(r"[^a-z0-9]", "", brand.name.lower()))
    if brand.base_url is not None:
        if not re.fullmatch(r"https?://[A-Za-z0-9.:\[\]-]+", brand.base_url):
            raise ValueError("A base URL is http:// or https://, a host, and no path.")
        servers = tuple(replace(one, url=brand.base_url) if one.key == "live" else one for one in app.servers)
        app = replace(app, servers=servers, default_server="live")
    if brand.logo is not None:
        if b"<svg" not in brand.logo:
            raise ValueError("A logo is an SVG file.")
        app = replace(app, logo=Logo(brand.logo, brand.logo))
    return replace(model, app=app)


class _Builder:
    """Holds what every part of the model is read with."""

    def __init__(self, document: JsonObject, findings: Findings) -> None:
        self._document = document
        self._findings = findings
        self._root = Note(document.get(EXTENSION), below("", EXTENSION), findings)
        self._schemas = Schemas(document, findings)
        self._operations = located(document)
        self._lists = Lists(self._root.note("pages"), self._schemas)
        self._settings = {word: self._root.string(word) for word in _WORDS}

    def model(self) -> ConnectorModel:
        """Give the model; what is wrong is in the findings."""
        groups = dict(self._root.items("groups"))
        lookups = Lookups(self._operations, self._lists, self._schemas, self._findings)
        choosing = Choosing(self._schemas, lookups, groups, self._findings)
        entries = Entries(self._schemas, self._lists, choosing, self._settings, self._findings)
        starts = Starts(self._document, self._operations, self._lists, self._schemas, self._settings, self._findings)
        model = ConnectorModel(
            app=self._app(self._root.note("app")),
            resources=tuple(self._resources()),
            operations=tuple(self._entries(entries)),
            triggers=tuple(starts.read(note) for note in self._root.notes("triggers")),
        )
        self._root.close()
        self._check(model)
        return self._in_order(model)

    def _resources(self) -> Iterator[Resource]:
        for note in self._root.notes("resources"):
            yield Resource(
                note.string("key"),
                note.text("name"),
                note.text("plural"),
                note.text("description"),
                note.string("first"),
            )
            note.close()

    def _entries(self, entries: Entries) -> Iterator[Operation]:
        for found in self._operations.values():
            words = found.operation.get(EXTENSION, [])
            if not isinstance(words, list):
                self._findings.add(below(found.at, EXTENSION), "a list of entries is expected here")
                continue
            for index, entry in enumerate(words):
                yield entries.read(Note(entry, below(found.at, EXTENSION, index), self._findings), found)

    def _check(self, model: ConnectorModel) -> None:
        """Keys are unique and resources are named; each resource has something."""
        keys = [operation.key for operation in model.operations]
        verbs = [(operation.resource, operation.verb) for operation in model.operations]
        resources = {resource.key for resource in model.resources}
        for operation in model.operations:
            at = self._operations[operation.call.id].at
            if keys.count(operation.key) > 1 or verbs.count((operation.resource, operation.verb)) > 1:
                self._findings.add(at, f"two entries have the key {operation.key!r} or its verb {operation.verb!r}")
            if operation.resource not in resources:
                self._findings.add(at, f"{operation.resource!r} is none of the resources at the root")
        for resource in model.resources:
            if (resource.key, resource.first) not in verbs:
                self._findings.add("/x-connector/resources", f"{resource.key!r} has no operation {resource.first!r}")
        for key in sorted(resources - {operation.resource for operation in model.operations}):
            self._findings.add("/x-connector/resources", f"nothing is about {key!r}: add an operation or take it away")

    def _in_order(self, model: ConnectorModel) -> ConnectorModel:
        order = [resource.key for resource in model.resources]
        known = [operation for operation in model.operations if operation.resource in order]
        first = {(resource.key, resource.first) for resource in model.resources}
        # Stable: else the document's order.
        known.sort(key=lambda one: (order.index(one.resource), (one.resource, one.verb) not in first))
        return replace(model, operations=tuple(known))

    def _app(self, note: Note) -> App:
        light, dark = seal()
        app = App(
            key=note.string("key"),
            name=note.string("name"),
            summary=note.text("summary"),
            version=note.string("version"),
            homepage=note.string("homepage"),
            documentation=note.string("documentation"),
            author=note.string("author"),
            email=note.string("email"),
            repository=note.string("repository"),
            license=str(self._document.get("info", {}).get("license", {}).get("name", "")),
            colour=note.string("colour"),
            root=note.string("root"),
            servers=tuple(self._servers(note)),
            default_server=note.string("default_server"),
            auth=self._auth(note.note("auth")),
            failures=self._failures(note.note("failures")),
            logo=Logo(light, dark),
        )
        if app.default_server not in {server.key for server in app.servers}:
            note.wrong("default_server", "it is none of the servers")
        note.close()
        return app

    def _servers(self, note: Note) -> Iterator[Server]:
        for server in note.notes("servers"):
            yield Server(server.string("key"), server.text("label"), server.text("help"), server.string_or_none("url"))
            server.close()

    def _auth(self, note: Note) -> Auth:
        scheme = self._document.get("components", {}).get("securitySchemes", {}).get(note.string("scheme"), {})
        if (scheme.get("type"), scheme.get("scheme")) != ("http", "bearer"):
            note.wrong("scheme", "only a scheme of the type http, bearer, is understood")
        test = self._operations.get(note.string("test"))
        if test is None:
            note.wrong("test", "there is no such operation")
        auth = Auth(
            header="Authorization",
            prefix="Bearer ",
            label=note.text("label"),
            help=note.text("help"),
            placeholder=note.string("placeholder"),
            test=test.call if test else next(iter(self._operations.values())).call,
            account=note.paths("account"),
            identity=note.path("identity"),
        )
        if test is not None:
            self._check_account(auth, test, note)
        note.close()
        return auth

    def _check_account(self, auth: Auth, test: Located, note: Note) -> None:
        at, content = success(test)
        shape = self._schemas.shape(content["application/json"]["schema"], at)
        for path in (*auth.account, auth.identity):
            if leads(shape, path) is None:
                note.wrong("account", f"{'.'.join(path)!r} is nothing that {test.call.id} answers")

    def _failures(self, note: Note) -> Failures:
        retry = note.any("retry")
        failures = Failures(
            detail=note.path("detail"),
            code=note.path("code"),
            fields=note.path("fields"),
            pointer=note.path("pointer"),
            field_detail=note.path("field_detail"),
            request_id=note.path("request_id"),
            retry=tuple(status for status in retry if isinstance(status, int)) if isinstance(retry, list) else (),
            retry_after=note.string("retry_after"),
        )
        note.close()
        return failures
