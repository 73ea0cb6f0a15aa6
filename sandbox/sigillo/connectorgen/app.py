"""What the connector connects to: the overlay's words at the root about names, servers, the key, and failures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sigillo.connectorgen.artwork import seal
from sigillo.connectorgen.fields import Call
from sigillo.connectorgen.findings import Findings
from sigillo.connectorgen.load import JsonObject
from sigillo.connectorgen.lookups import Located, json_schema, leads
from sigillo.connectorgen.model import App, Auth, Failures, Logo, Server
from sigillo.connectorgen.naming import (
    CAMEL,
    COLOUR,
    EMAIL,
    LICENCE,
    PAGE,
    PERSON,
    ROOT,
    SERVER,
    STEM,
    TITLE,
    TOKEN,
    VERSION,
)
from sigillo.connectorgen.notes import Note
from sigillo.connectorgen.schemas import Schemas


class Apps:
    """Reads the overlay's `app`."""

    def __init__(
        self, document: JsonObject, operations: Mapping[str, Located], schemas: Schemas, findings: Findings
    ) -> None:
        self._schemes = document.get("components", {}).get("securitySchemes", {})
        self._operations = operations
        self._schemas = schemas
        self._findings = findings

    def read(self, note: Note) -> App:
        """Give the app that a note describes."""
        light, dark = seal()
        author = note.named("author", PERSON)
        app = App(
            key=note.named("key", STEM),
            name=note.named("name", TITLE),
            summary=note.text("summary"),
            version=note.named("version", VERSION),
            homepage=note.named("homepage", PAGE),
            documentation=note.named("documentation", PAGE),
            author=author,
            email=note.named("email", EMAIL),
            repository=note.named("repository", PAGE),
            license=note.named("license", LICENCE),
            holders=(author,),
            colour=note.named("colour", COLOUR),
            root=note.named("root", ROOT),
            servers=tuple(self._servers(note)),
            default_server=note.string("default_server"),
            auth=self._auth(note.note("auth")),
            failures=self._failures(note.note("failures")),
            logo=Logo(light, dark),
        )
        keys = [server.key for server in app.servers]
        if app.default_server not in keys:
            note.wrong("default_server", "it is none of the servers")
        if len(set(keys)) < len(keys):
            note.wrong("servers", "two servers have the same key")
        note.close()
        return app

    def _servers(self, note: Note) -> Iterator[Server]:
        for server in note.notes("servers"):
            url = server.named("url", SERVER) if server.string_or_none("url") else None
            yield Server(server.named("key", CAMEL), server.text("label"), server.text("help"), url)
            server.close()

    def _auth(self, note: Note) -> Auth:
        scheme = self._schemes.get(note.string("scheme"), {})
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
            test=test.call if test else Call("", "GET", "/"),
            account=note.paths("account"),
            identity=note.path("identity"),
        )
        if test is not None:
            self._check_test(auth, test, note)
        note.close()
        return auth

    def _check_test(self, auth: Auth, test: Located, note: Note) -> None:
        """What tells a good key takes nothing, and says whose it is."""
        if test.call.method != "GET" or "{" in test.call.path:
            note.wrong("test", f"{test.call.id} is no GET that needs nothing")
        answer = json_schema(test)
        if answer is None:
            note.wrong("test", f"{test.call.id} answers with no JSON")
            return
        shape = self._schemas.shape(answer[1], answer[0])
        for key, path in [*(("account", path) for path in auth.account), ("identity", auth.identity)]:
            if leads(shape, path) is None:
                note.wrong(key, f"{'.'.join(path)!r} is nothing that {test.call.id} answers")

    def _failures(self, note: Note) -> Failures:
        failures = Failures(
            detail=note.path("detail"),
            code=note.path("code"),
            fields=note.path("fields"),
            pointer=note.path("pointer"),
            field_detail=note.path("field_detail"),
            request_id=note.path("request_id"),
            retry=note.numbers("retry"),
            retry_after=note.named("retry_after", TOKEN),
        )
        note.close()
        return failures
