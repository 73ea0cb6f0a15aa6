"""What lies beside the letters: files, proofs made, answers kept, scenarios of the workspace's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import orjson
from sqlalchemy import delete, literal_column, select
from sqlalchemy.dialects.sqlite import insert

from sigillo.application.ports.storage import Answer, SealedProof
from sigillo.domain.errors import Conflict
from sigillo.domain.workspace import StoredFile
from sigillo.storage import codec
from sigillo.storage.schema import answers, files, proofs, scenarios, short_files
from sigillo.storage.sql.sqlite import IntegrityError
from sigillo.storage.sql.statements import NO_OFFSET, Query, Scope, inserting, value

_ADD_FILE = inserting(files)
_FILE = Query(
    select(*tuple(files.c)[1:]).where(files.c.workspace == value("workspace_key"), files.c.id == value("id")),
    ("workspace_key", "id"),
)
_ADD_BYTES = Query(insert(short_files).on_conflict_do_nothing(), tuple(short_files.columns.keys()))
SHORT_BYTES = Query(
    select(short_files.c.data)
    .where(short_files.c.sha256 == value("hash"))
    .limit(literal_column("1"))
    .offset(NO_OFFSET),
    ("hash",),
)
"""The bytes of a short file, of any workspace."""

_ADD_PROOF = inserting(proofs)
_PROOFS = Query(
    select(*tuple(proofs.c)[2:])
    .where(proofs.c.workspace == value("workspace_key"), proofs.c.ordinal == value("ordinal"))
    .order_by(proofs.c.kind, proofs.c.format),
    ("workspace_key", "ordinal"),
)
_PROOF = Query(
    select(proofs.c.size).where(
        proofs.c.workspace == value("workspace_key"),
        proofs.c.ordinal == value("ordinal"),
        proofs.c.kind == value("kind"),
        proofs.c.format == value("format"),
    ),
    ("workspace_key", "ordinal", "kind", "format"),
)
_ADD_ANSWER = inserting(answers)
_ANSWER = Query(
    select(*tuple(answers.c)[2:]).where(answers.c.workspace == value("workspace_key"), answers.c.key == value("key")),
    ("workspace_key", "key"),
)
_ADD_SCENARIO = inserting(scenarios)
_DROP_SCENARIO = Query(
    delete(scenarios).where(scenarios.c.workspace == value("workspace_key"), scenarios.c.name == value("name")),
    ("workspace_key", "name"),
)
_SCENARIOS = Query(
    select(scenarios.c.name, scenarios.c.document)
    .where(scenarios.c.workspace == value("workspace_key"))
    .order_by(scenarios.c.name),
    ("workspace_key",),
)


class SqlFiles:
    """The files' particulars, in ``files``, and the bytes of short ones, in ``short_files``."""

    __slots__ = ("_scope",)

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def add(self, file: StoredFile) -> None:
        """Keep an uploaded file's particulars."""
        self._scope.run(_ADD_FILE, *codec.file_row(self._scope.workspace, file))

    def keep_bytes(self, sha256: str, data: bytes) -> None:
        """Keep the bytes of a short file; a second time changes nothing."""
        self._scope.run(_ADD_BYTES, self._scope.workspace, sha256, data)

    def find(self, file_ids: Sequence[str]) -> list[StoredFile]:
        """Give those of the files that exist, in the order asked."""
        rows = (self._scope.run(_FILE, self._scope.workspace, file_id).fetchone() for file_id in file_ids)
        return [codec.file_value(row) for row in rows if row is not None]


class SqlProofs:
    """Which proofs were made, in ``proofs``."""

    __slots__ = ("_scope",)

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def of_letter(self, ordinal: int) -> list[SealedProof]:
        """Give the proofs of a letter that were made, by kind and format."""
        return [SealedProof(*row) for row in self._scope.run(_PROOFS, self._scope.workspace, ordinal)]

    def add(self, ordinal: int, proof: SealedProof) -> None:
        """Keep that a proof was made; a second time changes nothing."""
        row = codec.proof_row(self._scope.workspace, ordinal, proof)
        if self._scope.run(_PROOF, *row[:4]).fetchone() is None:
            self._scope.run(_ADD_PROOF, *row)


class SqlAnswers:
    """Answers under idempotency keys, in ``answers``."""

    __slots__ = ("_scope",)

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def find(self, key: str) -> Answer | None:
        """Give the answer under a key, or None."""
        row = self._scope.run(_ANSWER, self._scope.workspace, key).fetchone()
        return codec.answer_value(row) if row else None

    def add(self, key: str, answer: Answer) -> None:
        """Keep an answer under a key that has none; raise :class:`Conflict` when it has one."""
        try:
            self._scope.run(_ADD_ANSWER, *codec.answer_row(self._scope.workspace, key, answer))
        except IntegrityError:
            raise Conflict(f"The idempotency key {key!r} already has its answer.") from None


class SqlScenarios:
    """The workspace's own scenarios, in ``scenarios``."""

    __slots__ = ("_all", "_scope")

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._all: dict[str, Mapping[str, object]] | None = None  # read once for all letters of a transaction

    def all(self) -> dict[str, Mapping[str, object]]:
        """Give every document by name, in order of name."""
        if self._all is None:
            rows = self._scope.run(_SCENARIOS, self._scope.workspace)
            self._all = {name: orjson.loads(document) for name, document in rows}
        return dict(self._all)

    def put(self, name: str, document: Mapping[str, object]) -> None:
        """Keep a document under its name, in place of one before."""
        self._all = None
        self._scope.run(_DROP_SCENARIO, self._scope.workspace, name)
        self._scope.run(_ADD_SCENARIO, self._scope.workspace, name, orjson.dumps(dict(document)).decode())
