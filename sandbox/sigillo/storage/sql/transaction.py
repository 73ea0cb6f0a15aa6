"""A unit of work in one workspace, on one connection."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import delete, select, update

from sigillo.application.ports.consents import ConsentRows
from sigillo.application.ports.faults import FaultRows
from sigillo.application.ports.keys import KeyRows
from sigillo.application.ports.kpis import RuleRows, TallyRows
from sigillo.application.ports.mail import MailRows
from sigillo.application.ports.mailboxes import FolderRows, MailboxRows, MessageRows
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
from sigillo.storage.sql.mail_messages import SqlMessages
from sigillo.storage.sql.mailboxes import SqlFolders, SqlMailboxes
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

_ROWS: Mapping[str, Callable[[Scope], object]] = {
    "letters": SqlLetters,
    "consents": SqlConsents,
    "events": SqlEvents,
    "files": SqlFiles,
    "proofs": SqlProofs,
    "answers": SqlAnswers,
    "scenarios": SqlScenarios,
    "keys": SqlKeys,
    "faults": SqlFaults,
    "tallies": SqlTallies,
    "rules": SqlRules,
    "endpoints": SqlEndpoints,
    "deliveries": SqlDeliveries,
    "mail": SqlMail,
    "mailboxes": SqlMailboxes,
    "mail_folders": SqlFolders,
    "mail_messages": SqlMessages,
}


class SqlTransaction:
    """A unit of work in one workspace, on one connection. Of its rows only those are made that somebody asks for."""

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
    mailboxes: MailboxRows
    mail_folders: FolderRows
    mail_messages: MessageRows

    def __init__(self, connection: Connection, workspace_id: str) -> None:
        row = connection.execute(text_of(FIND_WORKSPACE), (workspace_id,)).fetchone()
        if row is None:
            raise NotFound(f"There is no workspace {workspace_id}.")
        self._scope = Scope(connection, row[0], workspace_id)
        self._changed = False
        self.workspace = codec.workspace_value(row[1:])

    def __getattr__(self, name: str) -> object:
        """Make the rows of this name, at first need; raises AttributeError for what are no rows."""
        make = _ROWS.get(name)
        if make is None:
            raise AttributeError(name)
        made = vars(self)[name] = make(self._scope)
        return made

    def save_workspace(self, workspace: Workspace) -> None:
        """Keep the workspace's clock, counters and settings; written once, when the transaction ends."""
        self.workspace = workspace
        self._changed = True

    def finish(self) -> None:
        """Write what waited for the end of the transaction."""
        self._flush()
        if self._changed:
            self._scope.run(_SAVE_WORKSPACE, *codec.workspace_row(self.workspace), self._scope.workspace)
            self._changed = False

    def clear(self) -> None:
        """Forget every letter, event, file, proof, answer and scenario of the workspace."""
        self._flush()
        for query in _CLEAR:
            self._scope.run(query, self._scope.workspace)
        vars(self).pop("events", None)  # it counts from the journal's last fact, which is gone

    def _flush(self) -> None:
        """Write the counts that wait, where there are any."""
        tallies = vars(self).get("tallies")
        if isinstance(tallies, SqlTallies):
            tallies.flush()
