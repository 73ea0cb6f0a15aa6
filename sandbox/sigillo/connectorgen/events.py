"""What starts an automation: types of event, how messages are asked for and signed, and the feed for those who poll."""

from __future__ import annotations

from dataclasses import dataclass

from sigillo.connectorgen.answers import Shape
from sigillo.connectorgen.fields import Call, Choice, Json, Noun, Pagination, Path, Text


@dataclass(frozen=True, slots=True)
class Event:
    """A type of event, as a trigger of its own or one of several; `sample` is a whole message of it.

    `description` says when it triggers, `help` what follows. `resource` names what it is about, None: the workspace.
    """

    type: str
    label: Text
    description: Text
    help: Text
    resource: str | None
    advanced: bool
    sample: Json


@dataclass(frozen=True, slots=True)
class Signature:
    """Messages are signed as Standard Webhooks 1.0.0 says.

    HMAC-SHA256 over `{id}.{timestamp}.{body}` under the base64 behind `secret_prefix`; the header has `v1,` and base64
    for each signature, divided by blanks. Messages whose timestamp is more than `tolerance_s` off are not believed.
    """

    id_header: str
    timestamp_header: str
    signature_header: str
    secret_prefix: str
    tolerance_s: int


@dataclass(frozen=True, slots=True)
class Subscription:
    """How events are asked for and given up: five calls, and where their bodies have what.

    `create` takes the address at `url`, the list of event types at `types` (leave it out for all) and a note for
    people at `note`; its answer has `id` and `secret`. `read` tells by the path parameter `parameter` whether an id is
    still there (404: no), whether it is `enabled`, and by `secret_number` whether the secret is still the one that was
    told; where it is not, `rotate` tells another one. `remove` ends it (404: it was gone). `list` finds strays.
    """

    create: Call
    read: Call
    list: Call
    rotate: Call
    remove: Call
    parameter: str
    url: Path
    types: Path
    note: Path
    id: Path
    secret: Path
    secret_number: Path
    enabled: Path
    items: Path
    pagination: Pagination
    idempotency: str | None


@dataclass(frozen=True, slots=True)
class Feed:
    """The same events for those who poll: written after the one whose id `after` says, oldest first.

    `types` is the query parameter that filters, its values joined by commas. Without `after` the list is newest first.
    """

    call: Call
    after: str
    start: str
    types: str
    items: Path
    id: Path
    pagination: Pagination


@dataclass(frozen=True, slots=True)
class EventFile:
    """A file that an event may tell of: what `call` brings, its parameters taken from the message at these Paths.

    There is one where the message has something at `about` (whose file it is) and at `told`. `formats` are the values
    of the query parameter `format`, the first being the API's default; the message lists those that the file is to be
    had in at `offered`.
    """

    call: Call
    about: Path
    told: Path
    arguments: tuple[tuple[str, Path], ...]
    format: str
    formats: tuple[Choice, ...]
    offered: Path


@dataclass(frozen=True, slots=True)
class Trigger:
    """What starts a person's automation: events, as they happen or polled. `type` leads to the type in a message.

    `noun` is what each event is; what it is about has its resource's.
    """

    key: str
    noun: Noun
    name: Text
    title: Text
    description: Text
    events: tuple[Event, ...]
    type: Path
    id: Path
    occurred_at: Path
    shape: Shape
    subscription: Subscription
    signature: Signature
    feed: Feed
    files: tuple[EventFile, ...]
