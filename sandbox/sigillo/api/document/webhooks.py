"""The webhooks as the document tells them: one for each type of event, signed as Standard Webhooks has it."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from types import MappingProxyType
from typing import Any

from sigillo.api.document.schemas import Schemas
from sigillo.api.wire.events import EventOut
from sigillo.domain.events import EventType
from sigillo.domain.services.lre import TABLE

Json = dict[str, Any]

# What happened, by type of event; the tests fail for a type that does not stand here.
HAPPENED: Mapping[EventType, tuple[str, str]] = MappingProxyType(
    {
        EventType.DEPOSITED: ("A letter was deposited", "It was taken in; the proof of deposit follows."),
        EventType.REJECTED: ("A letter was rejected", "Its deposit was refused; `reason` says why. It is over."),
        EventType.CONSENT_REQUESTED: ("A consent was asked for", "An individual must consent before the deposit."),
        EventType.CONSENT_GIVEN: ("A consent was given", "The letter is deposited next."),
        EventType.CONSENT_REFUSED: ("A consent was refused", "The letter will not be sent. It is over."),
        EventType.CONSENT_EXPIRED: ("A consent did not come", "Nobody answered within fifteen days. It is over."),
        EventType.NOTIFIED: ("A recipient was notified", "The fifteen days begin; the proof of dispatch follows."),
        EventType.REMINDED: ("A recipient was reminded", "The letter still waits for its recipient."),
        EventType.OPENED: ("A letter was opened", "The recipient looked at it."),
        EventType.IDENTITY_FAILED: ("An identity check failed", "The recipient may try again until the end."),
        EventType.ACCEPTED: ("A letter was accepted", "The recipient has it; the proof of reception follows."),
        EventType.REFUSED: ("A letter was refused", "The recipient does not want it; the proof of refusal follows."),
        EventType.NEGLECTED: ("A letter was neglected", "Nobody claimed it in time; the proof of negligence follows."),
        EventType.BOUNCED: ("A notice bounced", "It is over where `permanent` is true, else it is tried again."),
        EventType.TAKEN_IN_CHARGE: ("A PEC was taken in charge", "By the recipient's provider; the receipt follows."),
        EventType.DELAYED: ("A PEC is late", "Nobody took it in charge within 12 hours; the notice of it follows."),
        EventType.DELIVERED: ("A PEC was delivered", "The receipt of delivery follows. It is over."),
        EventType.UNDELIVERED: ("A letter was not delivered", "`reason` says why; a PEC's notice follows. It is over."),
        EventType.RELAYED: ("A PEC left for ordinary mail", "Nobody certifies what comes of it. It is over."),
        EventType.CANCELLED: ("A letter was cancelled", "Its sender withdrew it before the notice. It is over."),
        EventType.FAILED: ("A letter failed", "A technical failure; `reason` says which. It is over."),
        EventType.PROOF_AVAILABLE: ("A proof is available", "It can be downloaded in each of its `formats`."),
        EventType.CONSENT_ASKED: ("An individual was asked for a consent", "To electronic registered mail (L. 100)."),
        EventType.CONSENT_OBTAINED: ("An individual gave a consent", "It holds for letters to come."),
        EventType.CONSENT_DECLINED: ("An individual refused a consent", "No electronic registered mail for them."),
        EventType.CONSENT_LAPSED: ("A consent that was asked for did not come", "The request is over."),
        EventType.CONSENT_REVOKED: ("A consent was revoked", "It holds for no letter any more."),
        EventType.MAILBOX_RECEIVED: (
            "A message was let into a mailbox",
            "By hand; mail of letters is `letter.delivered`.",
        ),
        EventType.ALERT_RAISED: ("An alert was raised", "A measure is beyond its limit."),
        EventType.ALERT_CLEARED: ("An alert was cleared", "The measure is within its limit again."),
        EventType.ENDPOINT_DISABLED: ("An endpoint was disabled", "Nothing is sent to it any more; `reason` says why."),
        EventType.PING: ("A test was asked for", "Nothing happened: it shows that messages arrive. It is no event."),
    }
)
# Which fields of an event's data are there, by the first word of its type.
_ABOUT: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "letter": frozenset({"letter"}),
        "proof": frozenset({"letter", "proof"}),
        "consent": frozenset({"consent"}),
        "mailbox": frozenset({"mailbox", "sha256"}),
        "alert": frozenset({"alert"}),
        "webhook_endpoint": frozenset({"endpoint"}),
        "ping": frozenset({"endpoint"}),
    }
)
_REASONS: Mapping[EventType, Json] = MappingProxyType(
    {
        EventType.REJECTED: {"reason": "the deposit was refused"},
        EventType.BOUNCED: {"reason": "mailbox unknown", "permanent": True},
        EventType.FAILED: {"reason": "technical failure"},
        EventType.DELAYED: {
            "reason": "4.4.7 - Sigillo SANDBOX - messaggio non consegnato nelle prime dodici ore dal suo invio"
        },
        EventType.UNDELIVERED: {"reason": "5.1.1 - Sigillo SANDBOX - casella inesistente"},
    }
)
_DELIVERY = (
    "\n\nSent by POST to every endpoint that takes this type, and to the letter's `webhook_url`, at least once and in "
    "the order of the letter's events. Check the signature before you believe it, answer 2xx within the time-out, and "
    "drop what has a `webhook-id` you have seen: an answer other than 2xx, or none, is tried again with growing delays."
)
_SIGNATURE = (
    "Signatures, divided by blanks, each `v1,` and the base64 of HMAC-SHA256 over `{webhook-id}.{webhook-timestamp}."
    "{body}` under the secret's bytes (Standard Webhooks 1.0.0; the secret is the base64 after `whsec_`). While a "
    "secret is being changed there are two: accept either."
)


def webhooks(schemas: Schemas) -> Json:
    """Give the webhook of each type of event, in the order of a letter's course."""
    return {kind.value: {"post": _webhook(kind, schemas)} for kind in EventType}


def _webhook(kind: EventType, schemas: Schemas) -> Json:
    summary, happened = HAPPENED.get(kind, ("", ""))
    return {
        "operationId": _operation_id(kind),
        "tags": ["events"],
        "summary": summary,
        "description": happened + _DELIVERY,
        "security": [],
        "parameters": _headers(schemas),
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {
                        "description": f"A fact of the journal, of type `{kind.value}`.",
                        "allOf": [
                            schemas.references[EventOut],
                            {"type": "object", "properties": {"type": {"const": kind.value}}},
                        ],
                    },
                    "examples": {"example": {"value": _example(kind, schemas)}},
                }
            },
        },
        "responses": {
            "2XX": {"description": "Taken; it is not sent again."},
            "default": {
                "description": "Not taken: it is sent again, later and later. 410 disables the endpoint at once."
            },
        },
    }


def _operation_id(kind: EventType) -> str:
    """Give the name for code: `on` and the type, `onLetterConsentGiven`."""
    return "on" + "".join(word.capitalize() for word in kind.value.replace(".", "_").split("_"))


def _headers(schemas: Schemas) -> list[Json]:
    event_id = schemas.by_name[EventOut.__name__]["properties"]["id"]
    told = {
        "webhook-id": (
            "The event's id, the same at each try.",
            {"type": "string", "pattern": event_id.get("pattern", ".")},
            event_id.get("examples", [""])[0],
        ),
        "webhook-timestamp": (
            "When this try was made: seconds since 1970 on the machine's own clock, never the workspace's. Refuse "
            "what is minutes old.",
            {"type": "string", "pattern": "^[0-9]+$"},
            "1767600000",
        ),
        "webhook-signature": (
            _SIGNATURE,
            {"type": "string", "pattern": "^v1,[A-Za-z0-9+/]+=*( v1,[A-Za-z0-9+/]+=*)*$"},
            "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
        ),
    }
    return [
        {
            "name": name,
            "in": "header",
            "required": True,
            "description": text,
            "schema": {**schema, "examples": [example]},
        }
        for name, (text, schema, example) in told.items()
    ]


def _example(kind: EventType, schemas: Schemas) -> Json:
    """Give an event of the type: the letter stands where the table of moves puts it."""
    example: Json = deepcopy(schemas.first_example(EventOut))
    about = _ABOUT.get(kind.value.partition(".")[0], frozenset())
    data = {name: value for name, value in example["data"].items() if name in about}
    moved = next((step for step in TABLE.values() if step.event is kind and step.target is not None), None)
    if "letter" in data and moved and moved.target:
        data["letter"] |= {"status": moved.target.value, "outcome": moved.outcome.value if moved.outcome else None}
    return {**example, "type": kind.value, "data": {**data, **_REASONS.get(kind, {})}}
