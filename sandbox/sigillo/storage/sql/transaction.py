"""A unit of work in one workspace, on one connection."""

from __future__ import annotations

from sqlalchemy import delete, select, update

from sigillo.application.ports.consents import ConsentRows
from sigillo.application.ports.faults import FaultRows
from sigillo.application.ports.keys import KeyRows
from sigillo.application.ports.kpis import RuleRows, TallyRows
from sigillo.application.ports.mail import MailRows
from sigillo.application.ports.storage import (
    AnswerRows,
    EventRows,
    FileRows,
    LetterRows,
    ProofRows,
    ScenarioRows,
)
from sigillo.application.ports.webhooks import DeliveryRows, EndpointRows
from sigillo.domain.errors import NotFound
from sigillo.domain.workspace import Workspace
from sigillo.storage import codec
from sigillo.storage.schema import CONTENTS, workspaces
from sigillo.storage.sql.consents import SqlConsents
from sigillo.storage.sql.deliveries import SqlDeliveries
from sigillo.storage.sql.endpoints import SqlEndpoints
from sigillo.storage.sql.events import SqlEvents
from sigillo.storage.sql.faults import SqlFaults
from sigillo.storage.sql.keys import SqlKeys
from sigillo.storage.sql.kpis import SqlRules, SqlTallies
from sigillo.storage.sql.letters import SqlLetters
from sigillo.storage.sql.mail import SqlMail
from sigillo.storage.sql.papers import SqlAnswers, SqlFiles, SqlProofs, SqlScenarios
from sigillo.storage.sql.sqlite import Connection
from sigillo.storage.sql.statements import Query, Scope, text_of, value

STATE = tuple(workspaces.c)[1:]
FIND_WORKSPACE = Query(select(*workspaces.c).where(workspaces.c.id == value("id")), ("id",))
_SAVE_WORKSPACE = Query(
    update(workspaces)
    .values({column: value(column.name) for column in STATE})
    .where(workspaces.c.key == value("workspace_key")),
    (*(column.name for column in STATE), "workspace_key"),
)
_CLEAR = tuple(
    Query(delete(table).where(table.c.workspace == value("workspace_key")), ("workspace_key",)) for table in CONTENTS
)


class SqlTransaction:
    """A unit of work in one workspace, on one connection."""

    workspace: Workspace
    letters: LetterRows
    consents: ConsentRows
    events: EventRows
    files: FileRows
    proofs: ProofRows
    answers: AnswerRows
    scenarios: ScenarioRows
    keys: KeyRows
    faults: FaultRows
    tallies: TallyRows
    rules: RuleRows
    endpoints: EndpointRows
    deliveries: DeliveryRows
    mail: MailRows

    def __init__(self, connection: Connection, workspace_id: str) -> None:
        row = connection.execute(text_of(FIND_WORKSPACE), (workspace_id,)).fetchone()
        if row is None:
            raise NotFound(f"There is no workspace {workspace_id}.")
        self._scope = scope = Scope(connection, row[0], workspace_id)
        self._changed = False
        self.workspace = codec.workspace_value(row[1:])
        self.letters = SqlLetters(scope)
        self.consents = SqlConsents(scope)
        self.events = SqlEvents(scope)
        self.files = SqlFiles(scope)
        self.proofs = SqlProofs(scope)
        self.answers = SqlAnswers(scope)
        self.scenarios = SqlScenarios(scope)
        self.keys = SqlKeys(scope)
        self.faults = SqlFaults(scope)
        self._tallies = self.tallies = SqlTallies(scope)
        self.rules = SqlRules(scope)
        self.endpoints = SqlEndpoints(scope)
        self.deliveries = SqlDeliveries(scope)
        self.mail = SqlMail(scope)

    def save_workspace(self, workspace: Workspace) -> None:
        """Keep the workspace's clock, counters and settings; written once, when the transaction ends."""
        self.workspace = workspace
        self._changed = True

    def finish(self) -> None:
        """Write what waited for the end of the transaction."""
        self._tallies.flush()
        if self._changed:
            self._scope.run(_SAVE_WORKSPACE, *codec.workspace_row(self.workspace), self._scope.workspace)
            self._changed = False

    def clear(self) -> None:
        """Forget every letter, event, file, proof, answer and scenario of the workspace."""
        self._tallies.flush()
        for query in _CLEAR:
            self._scope.run(query, self._scope.workspace)
        self.events = SqlEvents(self._scope)
