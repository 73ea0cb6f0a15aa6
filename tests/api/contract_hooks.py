"""What tells good refusals from others, makes chains of requests go deep, and tells afterwards how deep they went."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any

import schemathesis
from schemathesis.cli import EventHandler, ExecutionContext, handler
from schemathesis.core.deserialization import deserialize_yaml
from schemathesis.engine.events import EngineEvent, ScenarioFinished
from schemathesis.generation import GenerationMode
from schemathesis.generation.meta import TestPhase

from sigillo.api.document.failures import DETAILS
from sigillo.api.wire.texts import INSTANT

# Why data of the right shape may be refused all the same, by the code of the refusal: what no schema can say.
_ONLY_THE_SERVER = "only the server gives what it takes"
_BETWEEN_FIELDS = "fields that need or exclude each other, with null beside left out"
_BY_THE_CLOCK = "compared with the workspace's clock"
_BY_THE_PAST = "compared with what the recipient was asked, gave or revoked before"
_WHERE_IT_MAY_GO = "which addresses webhooks may go to, the workspace and the machine say"
_AT_RANDOM = "bytes and names at random are seldom a file's, a certificate's, or a web address"
REASONS = {
    "bad_cursor": _ONLY_THE_SERVER,
    "unknown_event": _ONLY_THE_SERVER,
    "unknown_file": _ONLY_THE_SERVER,
    "unknown_scenario": _ONLY_THE_SERVER,
    "unknown_template": _ONLY_THE_SERVER,
    "scenario_takes_no_delay": _ONLY_THE_SERVER,
    "scenario_of_another_service": _ONLY_THE_SERVER,
    "cursor_with_after": _BETWEEN_FIELDS,
    "nothing_to_send": _BETWEEN_FIELDS,
    "nothing_to_play": _BETWEEN_FIELDS,
    "missing": _BETWEEN_FIELDS,
    "one_of": _BETWEEN_FIELDS,
    "empty_period": _BETWEEN_FIELDS,
    "no_body": _BETWEEN_FIELDS,
    "not_with_status": _BETWEEN_FIELDS,
    "only_with_status": _BETWEEN_FIELDS,
    "not_with_webhook": _BETWEEN_FIELDS,
    "only_with_webhook": _BETWEEN_FIELDS,
    "not_a_full_hour": "a pattern cannot tell what stands between two zones",
    "bad_duration": "a pattern cannot tell how long a duration is",
    "bad_delay": "a pattern cannot tell how long a duration is",
    "out_of_range": "a pattern cannot tell how long a duration is, nor what a zone makes of the clock's first day",
    "in_the_past": _BY_THE_CLOCK,
    "in_the_future": _BY_THE_CLOCK,
    "consent_revoked": _BY_THE_PAST,
    "consent_required": _BY_THE_PAST,  # the same letter goes out where the individual consented to an earlier request
    "address_refused": _WHERE_IT_MAY_GO,
    "file_type_not_allowed": _AT_RANDOM,
    "empty_file": _AT_RANDOM,
    "malformed": _AT_RANDOM,
    "bad_url": _AT_RANDOM,
    "bad_email": _AT_RANDOM,
    "bad_address": _AT_RANDOM,
    "duplicate_recipient": _BETWEEN_FIELDS,
    "too_many_recipients": "how many recipients a message may have, its sender's provider says",
    "dialect_of_domain": "which dialect a domain speaks, the mailboxes there say",
    "ordinary_mail_refused": "whether a mailbox takes ordinary mail, its owner says",
}
_OWN_SCHEMA = ("createScenario",)  # a scenario's document has a schema of its own, specs/scenario.schema.json


@schemathesis.check
def refused_for_a_reason(ctx: Any, response: Any, case: Any) -> None:
    """Data of the right shape is refused only for what no schema can say, or for the state of things."""
    if not _is_good(case):
        return
    problem = json.loads(response.content) if response.status_code in (409, 422) else {}
    if problem and case.operation.definition.raw["operationId"] not in _OWN_SCHEMA:
        codes = {one["code"] for one in problem["errors"]} or {problem["code"]}
        unknown = codes - set(REASONS) - set(DETAILS["conflict"])
        assert not unknown, f"refused for {', '.join(sorted(unknown))}: say it in the schema, or why none can"


def _is_good(case: Any) -> bool:
    """Whether all of a request is meant to be right."""
    return case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE


_REVOKED: set[str] = set()


@schemathesis.check
def a_revoked_key_says_so(ctx: Any, response: Any, case: Any) -> None:
    """In place of `use_after_free`: a key that was revoked can be read still, and tells since when it opens nothing."""
    operation, key_id = case.operation.definition.raw["operationId"], str(case.path_parameters.get("key_id"))
    if operation == "revokeApiKey" and response.status_code == 200:
        _REVOKED.add(key_id)
    if operation in ("revokeApiKey", "getApiKey") and response.status_code == 200 and key_id in _REVOKED:
        assert json.loads(response.content)["revoked_at"], f"{key_id} was revoked, and does not say so"


# With this set, requests are made such that chains go deep; without it, nothing is changed of what is generated.
DEEP = "SIGILLO_DEEP"
# The file to write, one line for each request.
TRACE = "SIGILLO_TRACE"
_NARROWING = ("type", "status", "letter_id", "folder", "kind", "unseen", "from", "subject")
_NAMING = ("scenario", "file_ids", "consent", "sender", "webhook_url")
_RECIPIENT = {"kind": "professional", "name": "Jeanne Dupré", "email": "manual@lre.test"}  # who waits to be played
_EFFECT = {"status": 503, "retry_after_s": 2}
_PDF = b"%PDF-1.7\n% one page\n%%EOF\n"
_MESSAGE = (
    b"From: ufficio@example.com\r\nSubject: Preventivo\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\n%PDF-1.7\r\n"
)
_FILES = {
    "uploadFile": ("file", _PDF),
    "verifyDocuments": ("files", _PDF),
    "receiveMailboxMessage": ("message", _MESSAGE),
}
_BOUNDARY = "0f0f0f"
_NUMBERS = count(1)  # nobody is asked twice for a consent, and no idempotency key is used twice


@schemathesis.hook
def filter_case(context: Any, case: Any) -> bool:
    """Leave out what no form can say: a list written into one is text, so a document to verify like any other."""
    if case.operation.definition.raw["operationId"] != "verifyDocuments" or not isinstance(case.body, dict):
        return True
    files = case.body.get("files", [])
    return isinstance(files, list) and all(isinstance(one, str | bytes) for one in files)


@schemathesis.hook
def before_load_schema(context: Any, raw_schema: dict[str, Any]) -> None:
    """Take out what costs the run much and tells it nothing.

    The format of an instant, where its pattern says more: nothing has the pattern and breaks the format, and seconds
    are spent in looking for it. In deep chains a mailbox's `notify_address`, whose name reads as the id of something
    that nothing makes: no chain would begin with a mailbox, as only what is likely to succeed alone begins one.
    """
    for schema in _schemas(raw_schema):
        if schema.get("pattern") == INSTANT:
            schema.pop("format", None)
    if os.environ.get(DEEP):
        del raw_schema["components"]["schemas"]["PecMailboxIn"]["properties"]["notify_address"]


@schemathesis.deserializer("application/yaml")
def read_yaml(context: Any, response: Any) -> Any:
    """Read the document as YAML once: it is asked for several times, and is long."""
    return _read(response.content)


@lru_cache(maxsize=1)
def _read(text: bytes) -> Any:
    return deserialize_yaml(text)


def _schemas(value: Any) -> Iterator[dict[str, Any]]:
    """Give every object of a document."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _schemas(inner)


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """Name nothing that is not there: no cursor, a known recipient, real files, and no key that was used before."""
    _spare_the_run(case)
    _begin_anew(case)
    if not os.environ.get(DEEP):
        return
    for name in (*_NARROWING, "cursor", "after", "view"):
        case.query.pop(name, None)
    case.headers.pop("Idempotency-Key", None)
    match case.operation.definition.raw["operationId"]:
        case "sendLetter" if isinstance(case.body, dict) and case.media_type == "application/json":
            kept = {name: value for name, value in case.body.items() if name not in _NAMING}
            case.body = {**kept, "recipient": _RECIPIENT, "service": "lre", "content": "Bonjour"}
        case "requestConsent" if isinstance(case.body, dict):
            case.body = _consent(next(_NUMBERS))
        case "playRecipient" if isinstance(case.body, dict):
            case.body = {"action": "accept"}
        case "createFault" if isinstance(case.body, dict):
            case.body = {name: value for name, value in case.body.items() if name != "preset"} | {"effect": _EFFECT}
        case "createMailbox" if isinstance(case.body, dict):
            case.body = {"address": f"box{next(_NUMBERS)}@studio.test"}
        case name if name in _FILES:
            _send_file(case, *_FILES[name])


def _consent(number: int) -> dict[str, object]:
    """Every other one was given before, and can be revoked; those asked for can be played."""
    given = {} if number % 2 else {"obtained_at": "2025-12-01T09:00:00Z"}
    return {"recipient": {"name": "Jeanne Dupré", "email": f"jeanne{number}@example.com"}, **given}


def _spare_the_run(case: Any) -> None:
    """Let a good fault strike nobody: one that strikes the next requests would be taken for their fault."""
    if _is_good(case) and case.operation.definition.raw["operationId"] == "createFault" and isinstance(case.body, dict):
        case.body = {**case.body, "match": {"webhook": True, "url": "https://nobody.example.com/"}}


def _begin_anew(case: Any) -> None:
    """Give each good request of a chain an idempotency key of its own, where it has one.

    With a key of an earlier chain it would be given that one's answer, as documented, and what was made then may have
    been deleted since. Requests that are no chain share keys.
    """
    chained = _is_good(case) and case.meta.phase.name is TestPhase.STATEFUL
    if chained and "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = f"chain-{next(_NUMBERS)}"


def _send_file(case: Any, field: str, data: bytes) -> None:
    head = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"; filename="bail.pdf"\r\n\r\n'
    case.headers["Content-Type"] = f"multipart/form-data; boundary={_BOUNDARY}"
    case.body = head.encode() + data + f"\r\n--{_BOUNDARY}--\r\n".encode()


@handler()
class Trace(EventHandler):
    """Writes down what each request was: its operation, its answer's status, and the link that led to it."""

    def __init__(self, *_: Any, **__: Any) -> None:
        self._path = os.environ.get(TRACE)

    def handle_event(self, ctx: ExecutionContext, event: EngineEvent) -> None:
        """Write the requests of a scenario that ended."""
        if not self._path or not isinstance(event, ScenarioFinished):
            return
        with Path(self._path).open("a", encoding="utf-8") as out:
            for case_id, node in event.recorder.cases.items():
                interaction = event.recorder.interactions.get(case_id)
                answer = interaction.response if interaction else None
                line = {
                    "operation": node.value.operation.definition.raw.get("operationId"),
                    "status": answer.status_code if answer else None,
                    "link": node.transition.id if node.transition and node.is_transition_applied else None,
                }
                out.write(json.dumps(line) + "\n")
