"""Ids on the wire: a prefix that says what it is, and 20 characters without i, l, o and u."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

_TOKEN = "[0-9abcdefghjkmnpqrstvwxyz]{20}"  # noqa: S105 – an alphabet, no secret
LETTER_ID = rf"^ltr_{_TOKEN}$"
CONSENT_ID = rf"^con_{_TOKEN}$"
FILE_ID = rf"^file_{_TOKEN}$"
KEY_ID = rf"^key_{_TOKEN}$"
FAULT_ID = rf"^fault_{_TOKEN}$"
EVENT_ID = rf"^evt_{_TOKEN}_[0-9]{{2,18}}$"
ENDPOINT_ID = rf"^whe_{_TOKEN}$"
DELIVERY_ID = rf"^whd_{_TOKEN}_[0-9]{{2,18}}$"
MAIL_ID = rf"^mail_{_TOKEN}_[0-9]{{2,18}}(_forwarded)?$"
MESSAGE_ID = rf"^msg_{_TOKEN}_[0-9]{{2,18}}$"
MAILBOX_ADDRESS = "^[A-Za-z0-9][A-Za-z0-9._+=-]{0,63}@[A-Za-z0-9][A-Za-z0-9.-]{0,251}[A-Za-z0-9]$"
RULE_ID = rf"^rule_(technical_failures|{_TOKEN})$"
SHA256 = r"^[0-9a-f]{64}$"

LetterId = Annotated[str, Field(description="A letter's id.", pattern=LETTER_ID, examples=["ltr_0123456789abcdefghjk"])]
ConsentId = Annotated[
    str, Field(description="A consent's id.", pattern=CONSENT_ID, examples=["con_0123456789abcdefghjk"])
]
FileId = Annotated[str, Field(description="A file's id.", pattern=FILE_ID, examples=["file_0123456789abcdefghjk"])]
FaultId = Annotated[str, Field(description="A fault's id.", pattern=FAULT_ID, examples=["fault_0123456789abcdefghjk"])]
KeyId = Annotated[str, Field(description="An API key's id.", pattern=KEY_ID, examples=["key_0123456789abcdefghjk"])]
EventId = Annotated[
    str, Field(description="An event's id.", pattern=EVENT_ID, examples=["evt_0123456789abcdefghjk_01"])
]
MailId = Annotated[
    str, Field(description="A message's id.", pattern=MAIL_ID, examples=["mail_0123456789abcdefghjk_03"])
]
MessageId = Annotated[
    str,
    Field(
        description="The id of a message in a mailbox; it gets another one when it is moved.",
        pattern=MESSAGE_ID,
        examples=["msg_0123456789abcdefghjk_07"],
    ),
]
EndpointId = Annotated[
    str, Field(description="A webhook endpoint's id.", pattern=ENDPOINT_ID, examples=["whe_0123456789abcdefghjk"])
]
DeliveryId = Annotated[
    str, Field(description="A webhook delivery's id.", pattern=DELIVERY_ID, examples=["whd_0123456789abcdefghjk_01"])
]
Sha256 = Annotated[str, Field(description="SHA-256, hex.", pattern=SHA256, examples=["9f86d081" * 8])]
