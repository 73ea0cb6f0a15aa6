"""What a letter of the service ``pec`` is part of: the message to all of its recipients, and who carries it."""

from __future__ import annotations

from dataclasses import dataclass

from sigillo.domain.pec.dialects import DIALECTS
from sigillo.domain.pec.dispatch import Addressee, Dispatch, Office, Role


@dataclass(frozen=True, slots=True)
class Posting:
    """One recipient's share of a message (RFC 6109 §3: certified for each recipient, accepted as one).

    ``dispatch`` is the whole message's; ``message_ordinal`` the ordinal of its first letter, to which the receipts of
    the message as a whole belong; ``dialect`` and ``recipient_dialect`` name how both providers write. ``is_handed_in``
    tells that a mail client wrote the message, which is the letter's first part then, and whole; it is composed from
    the letter's text and files where not.
    """

    dispatch: Dispatch
    message_ordinal: int
    dialect: str
    recipient_dialect: str
    is_handed_in: bool = False

    @property
    def message_id(self) -> str:
        """Give the PEC message id, without angle brackets, that all letters of the message share."""
        return self.dispatch.identifier

    @property
    def sender_office(self) -> Office:
        """Give the sender's provider."""
        return Office(_domain(self.dispatch.sender), DIALECTS[self.dialect])

    def addressee(self, address: str) -> Addressee:
        """Give the recipient with this address, as the message names it; KeyError for one that it does not have."""
        wanted = address.casefold()
        for recipient in self.dispatch.recipients:
            if recipient.address.casefold() == wanted:
                return recipient
        raise KeyError(address)

    def recipient_office(self, address: str) -> Office:
        """Give the provider of a recipient."""
        return Office(_domain(address), DIALECTS[self.recipient_dialect])

    def role(self, address: str) -> Role:
        """Tell whether a recipient stands in To or in Cc."""
        return self.addressee(address).role


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()
