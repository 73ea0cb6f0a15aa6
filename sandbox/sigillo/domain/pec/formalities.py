"""The formal checks on a message that somebody hands in (RFC 6109 §3.1.1; DM 2 Nov 2005 art. 12), all at once.

1. From: one address, and it is the sender of the envelope.
2. To: one address or more.
3. Every recipient of the envelope stands in To or Cc.
4. Bcc is empty.
5. The number of recipients, and the size times that number, keep within the sender's plan.
6. No file of a kind that the provider blocks, be it in an archive or under a second name.

How real providers word each reason was nowhere to be found: the words are inferred, in the form of those that are known
(``5.1.1 - provider - indirizzo non valido``), and so are the codes, from RFC 3463.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from sigillo.domain.pec.certification import ReceiptType
from sigillo.domain.pec.dialects import Limits
from sigillo.domain.pec.dispatch import Role, is_address

_MB: Final = 1024 * 1024
_MOST_NAMED: Final = 5
_PROGRAM: Final = ".exe"


@dataclass(frozen=True, slots=True)
class Envelope:
    """Whom the mail client named to the server: the reverse path, and each forward path once, in order."""

    sender: str
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CarriedFile:
    """A file of a message, or of an archive in it, whose name stands before it; ``is_program`` tells its bytes."""

    name: str
    is_program: bool = False


@dataclass(frozen=True, slots=True)
class Examined:
    """What a message that was handed in says and carries.

    ``senders`` are the names and addresses in From, ``to`` and ``cc`` likewise, ``submitters`` those in Sender;
    ``original_id`` has its angle brackets;
    ``virus`` is the name of one that was found.
    """

    senders: tuple[tuple[str, str], ...]
    to: tuple[tuple[str, str], ...]
    cc: tuple[tuple[str, str], ...]
    has_hidden: bool
    subject: str
    size_bytes: int
    original_id: str | None = None
    reply_to: str | None = None
    receipt_type: ReceiptType = ReceiptType.COMPLETE
    files: tuple[CarriedFile, ...] = ()
    virus: str | None = None
    submitters: tuple[tuple[str, str], ...] = ()

    def role(self, address: str) -> Role:
        """Tell where a recipient stands; one that stands in both or in neither counts as primary (§3.3.2)."""
        wanted = address.casefold()
        return Role.CC if wanted in _folded(self.cc) and wanted not in _folded(self.to) else Role.TO

    def name(self, address: str) -> str:
        """Give the name that the message gives an address, or the address."""
        wanted = address.casefold()
        named = (name for name, each in (*self.senders, *self.to, *self.cc) if each.casefold() == wanted)
        return next((name for name in named if name), address)


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that a message breaks: an enhanced status code (RFC 3463) and Italian words for the notice."""

    status: str
    words: str


def violations(message: Examined, envelope: Envelope, limits: Limits) -> tuple[Violation, ...]:
    """Give every rule that a message breaks, in the order of the rules; empty when it may go on."""
    return (
        *_about_sender(message, envelope),
        *_about_recipients(message, envelope),
        *_about_size(message, envelope, limits),
        *_about_files(message, limits),
    )


def reason(found: Iterable[Violation], provider: str) -> str:
    """Give the words of the notice (``errore-esteso``) for at least one violation."""
    first, *others = found
    return f"{first.status} - {provider} - {'; '.join([first.words, *(each.words for each in others)])}"


def is_far_too_large(size_bytes: int, limits: Limits) -> bool:
    """Tell whether one copy alone is so much over the plan that the server turns it away without a notice (I)."""
    return size_bytes > 2 * limits.product_bytes


def _about_sender(message: Examined, envelope: Envelope) -> Iterator[Violation]:
    # 1
    addresses = [address for _, address in message.senders]
    if len(addresses) != 1 or not is_address(addresses[0]):
        yield Violation("5.1.7", "il campo From non contiene un solo indirizzo valido del mittente")
    elif addresses[0].casefold() != envelope.sender.casefold():
        words = f"il mittente {addresses[0]} indicato nel campo From non coincide con {envelope.sender}"
        yield Violation("5.7.1", words)
    others = [address for _, address in message.submitters if address.casefold() not in _folded(message.senders)]
    if others:
        yield Violation("5.7.1", f"il campo Sender ({_listed(others)}) non coincide con il campo From")


def _about_recipients(message: Examined, envelope: Envelope) -> Iterator[Violation]:
    # 2
    bad = [address for _, address in (*message.to, *message.cc) if not is_address(address)]
    if not message.to:
        yield Violation("5.1.3", "il campo To non contiene alcun indirizzo")
    if bad:
        yield Violation("5.1.3", f"indirizzi non validi nei campi To e Cc: {_listed(bad)}")
    # 3
    named = _folded(message.to) | _folded(message.cc)
    hidden = [address for address in envelope.recipients if address.casefold() not in named]
    if hidden:
        yield Violation("5.7.1", f"destinatari non presenti nei campi To e Cc: {_listed(hidden)}")
    # 4
    if message.has_hidden:
        yield Violation("5.7.1", "destinatari in copia nascosta (Bcc) non ammessi")


def _about_size(message: Examined, envelope: Envelope, limits: Limits) -> Iterator[Violation]:
    # 5
    count = len(envelope.recipients)
    if count > limits.recipients:
        yield Violation("5.5.3", f"i destinatari sono {count}, oltre il limite di {limits.recipients}")
    if message.size_bytes * count > limits.product_bytes:
        most = limits.product_bytes // _MB
        words = f"la dimensione del messaggio per il numero dei destinatari supera il limite di {most} MB"
        yield Violation("5.3.4", words)


def _about_files(message: Examined, limits: Limits) -> Iterator[Violation]:
    # 6
    blocked = frozenset(limits.blocked_extensions)
    found = [file.name for file in message.files if _is_blocked(file, blocked)]
    if found:
        yield Violation("5.7.1", f"tipi di allegato non consentiti: {_listed(found)}")


def _is_blocked(file: CarriedFile, blocked: frozenset[str]) -> bool:
    """Look at each extension of a name: ``a.exe.pdf`` and ``a.exe. .`` are meant to be run, too."""
    name = file.name.rpartition("/")[2].casefold()
    extensions = {f".{each.strip()}" for each in name.split(".")[1:]}
    return not blocked.isdisjoint(extensions) or (file.is_program and _PROGRAM in blocked)


def _listed(names: list[str]) -> str:
    more = f" e altri {len(names) - _MOST_NAMED}" if len(names) > _MOST_NAMED else ""
    return ", ".join(name[-80:] for name in names[:_MOST_NAMED]) + more


def _folded(mailboxes: tuple[tuple[str, str], ...]) -> frozenset[str]:
    return frozenset(address.casefold() for _, address in mailboxes)
