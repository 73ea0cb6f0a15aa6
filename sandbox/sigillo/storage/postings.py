"""The message that a PEC letter is part of, read back from the letter's document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sigillo.domain.pec.certification import ReceiptType
from sigillo.domain.pec.dispatch import Addressee, Dispatch, Role
from sigillo.domain.pec.posting import Posting


def posting_value(document: Mapping[str, Any]) -> Posting:
    """Read what was written field by field; the names of the fields are those of the values."""
    sent = document["dispatch"]
    return Posting(
        dispatch=Dispatch(
            sender=sent["sender"],
            recipients=tuple(_addressee(one) for one in sent["recipients"]),
            subject=sent["subject"],
            identifier=sent["identifier"],
            original_id=sent["original_id"],
            reply_to=sent["reply_to"],
            receipt_type=ReceiptType(sent["receipt_type"]),
        ),
        message_ordinal=document["message_ordinal"],
        dialect=document["dialect"],
        recipient_dialect=document["recipient_dialect"],
        is_handed_in=document["is_handed_in"],
    )


def _addressee(document: Mapping[str, Any]) -> Addressee:
    return Addressee(document["address"], Role(document["role"]), document["is_certified"])
