"""What the commands of one IMAP session work on: its mailbox, the folder it has selected, and the way to its client."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sigillo.application.mail_folders import MailFolders
from sigillo.domain.errors import Conflict, NotFound, SigilloError
from sigillo.domain.mail_folder import FolderStatus, MailSearch
from sigillo.domain.mailbox import Box, MailboxFull
from sigillo.mail.servers.imap_fetch import told_flags
from sigillo.mail.servers.imap_selected import FEW, Changes, Selected, Standing
from sigillo.mail.servers.service import Service
from sigillo.mail.servers.session import Session

T = TypeVar("T")


class Refused(Exception):
    """The command is answered with NO and this text, which may begin with a response code (RFC 5530)."""


@dataclass(slots=True)
class Talk:
    """A session of somebody who logged in. ``tell`` writes untagged lines, each ended with CR LF."""

    service: Service
    session: Session
    box: Box
    tell: Callable[[bytes], None]
    selected: Selected | None = None

    @property
    def folders(self) -> MailFolders:
        """Give what the store has of the mailbox."""
        return self.service.sandbox.mail_folders

    @property
    def chosen(self) -> Selected:
        """Give the selected folder; commands that need one are dispatched only where there is one."""
        assert self.selected is not None
        return self.selected

    @property
    def writable(self) -> Selected:
        """Give the selected folder to change it; raises Refused for one that was opened by EXAMINE."""
        if self.chosen.is_read_only:
            raise Refused("[READ-ONLY] The folder was opened to be read; SELECT it")
        return self.chosen

    async def ask(self, work: Callable[[], T], *, code_for_missing: str = "NONEXISTENT") -> T:
        """Ask the store, beside the event loop; what it refuses is refused to the client."""
        try:
            return await self.service.beside(work)
        except SigilloError as wrong:
            raise Refused(f"{_code(wrong, code_for_missing)}{wrong.detail}") from None

    async def look(self) -> None:
        """Read what came in, and tell the client how the selected folder differs from what it knows (§5.2)."""
        selected = self.selected
        if selected is None:
            return
        box, name, folders = self.box, selected.name, self.folders

        def read() -> Callable[[], None] | None:
            folders.sync(box)
            status = folders.status(box, name)
            if status == selected.status and len(selected) > FEW:
                return None
            standing = self.standing(name, status)
            last = selected.uids[-1] if selected.uids else 0
            noticed = last if selected.is_read_only else folders.notice(box, name)
            return lambda: self._tell_changes(selected, selected.renewed(standing, noticed_uid=noticed))

        tell = await self.ask(read)
        if tell is not None and selected is self.selected:
            tell()

    def standing(self, name: str, status: FolderStatus) -> Standing:
        """Read how a folder stands: of a large one the uids alone. Asks the store."""
        if status.messages > FEW:
            return Standing(status, self.folders.search(self.box, name, MailSearch()), None)
        messages = self.folders.listing(self.box, name)
        return Standing(status, [one.uid for one in messages], messages)

    def told_removed(self, uids: list[int]) -> None:
        """Tell that messages are gone."""
        self.tell(b"".join(b"* %d EXPUNGE\r\n" % number for number in self.chosen.removed(uids)))

    def _tell_changes(self, selected: Selected, changes: Changes) -> None:
        told = [b"* %d EXPUNGE\r\n" % number for number in changes.went]
        if changes.has_new:
            told.append(b"* %d EXISTS\r\n* %d RECENT\r\n" % (len(selected), len(selected.recent)))
        told += [told_flags(selected.number(uid), selected.flags(uid), uid=uid) for uid in changes.changed]
        if told:
            self.tell(b"".join(told))


def _code(wrong: SigilloError, code_for_missing: str) -> str:
    if isinstance(wrong, MailboxFull):
        return "[OVERQUOTA] "
    if isinstance(wrong, NotFound):
        return f"[{code_for_missing}] "
    if isinstance(wrong, Conflict):
        return "[ALREADYEXISTS] " if wrong.code == "folder_exists" else "[CANNOT] "
    return "[CANNOT] "
