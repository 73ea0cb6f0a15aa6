"""Failures as the document tells them: a response for each kind, with an example of each code that it may carry."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sigillo.api.catalogue import OPERATIONS
from sigillo.api.document.examples import REF
from sigillo.api.document.parameters import RATE_LIMIT, REQUEST_ID
from sigillo.api.operations import Operation
from sigillo.api.problems import MEDIA_TYPE, TYPE_PREFIX, Kind, kind_named
from sigillo.api.wire.problem import ProblemOut

Json = dict[str, Any]

# What each code says, by the kind of failure; the tests fail for a code that is answered and does not stand here.
DETAILS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "malformed": {
            "malformed_json": "The body is not JSON: expected a value at line 1, column 1.",
            "duplicate_key": "The object has the key 'subject' twice; send it once.",
            "malformed_form": "The form ends before its last boundary; send it whole.",
            "malformed": "Content-Length is not a number of bytes.",
            "malformed_http": "Invalid HTTP request received.",
        },
        "unauthorized": {
            "unauthorized": "Send your API key with the request: `Authorization: Bearer sk_test_…`.",
            "key_revoked": "This API key was revoked; use another one.",
        },
        "forbidden": {
            "scope_missing": "This needs a key with the scope `send`; yours has read.",
            "live_workspace": "Only a sandbox can do this; use a key `sk_test_…`.",
        },
        "not_found": {
            "not_found": "There is no letter ltr_0123456789abcdefghjk in this workspace.",
            "no_route": "There is nothing at this address; /openapi.json lists the operations.",
            "no_such_format": "This proof has no such format; it has asice, pdf, tst and xml.",
            "no_such_folder": "There is no folder 'Invoices' in this mailbox.",
        },
        "conflict": {
            "conflict": "The object's present state does not allow it.",
            "illegal_move": "A letter that is accepted cannot be cancelled.",
            "last_managing_key": "This is the last key that manages keys; make another one with all scopes first.",
            "consent_exists": "This recipient was asked already: con_0123456789abcdefghjk awaits their answer.",
            "already_advancing": "The clock is being advanced by another request; wait for its answer.",
            "too_many_faults": "A workspace has at most 100 faults; take some away.",
            "endpoint_disabled": "The endpoint is disabled. Enable it first: nothing is sent to it.",
            "letters_own_url": "This endpoint was made for the webhook_url of letters; its URL does not change.",
            "too_many_endpoints": "A workspace has at most 100 webhook endpoints; delete one that you need no more.",
            "address_taken": "There is a mailbox mario@studio.test on this server already; choose another address.",
            "mailbox_full": "The mailbox mario@studio.test has no room; delete messages, or give it a larger quota.",
            "too_many_mailboxes": "A workspace makes at most 10,000 mailboxes, those that were removed included.",
            "earlier_goes_first": "An earlier event of the same letter was not delivered yet: redeliver that one.",
            "idempotency_key_reused": "This Idempotency-Key was used for another request; take a new one.",
        },
        "too_large": {
            "too_large": "The body is larger than the 5,242,880 bytes that are allowed here; send less.",
        },
        "unsupported_media_type": {
            "unsupported_media_type": "Send the body as JSON, with `Content-Type: application/json`.",
        },
        "invalid": {
            "invalid": "subject is missing: add it.",
        },
        "too_many_requests": {
            "rate_limited": "This API key may make 1000000 requests in 60 s; wait as long as Retry-After says.",
            "too_many_wrong_keys": "Too many wrong API keys came from your address; wait, and check your key.",
        },
        "request_timeout": {
            "request_timeout": "The head of the request did not come within 10 s.",
        },
        "target_too_long": {
            "target_too_long": "The path and query may have 8,192 bytes; send fewer.",
        },
        "head_too_large": {
            "head_too_large": "The head of the request may have 65,536 bytes; send fewer or shorter headers.",
        },
        "unavailable": {
            "unavailable": "The server has as many connections as it takes; try again in a moment.",
        },
        "storage_full": {
            "storage_full": "The disk is full; nothing was kept. Make room and send it again.",
        },
    }
)
# What a connection may be told, whatever it asks for and before anybody knows what that is: api/connection.py.
_OF_CONNECTIONS = ("malformed", "request_timeout", "target_too_long", "head_too_large", "unavailable")
_WRONG_FIELD = {"pointer": "/subject", "code": "missing", "detail": "subject is missing: add it."}


def failures(operation: Operation) -> Json:
    """Give how an operation may fail, by status."""
    ordered = sorted(problem_names(operation), key=lambda name: kind_named(name).status)
    return {str(kind_named(name).status): {"$ref": f"#/components/responses/{name}"} for name in ordered}


def problem_names(operation: Operation) -> set[str]:
    """Give the kinds of failure of an operation: its own, those of any connection, and those that its key may meet."""
    names = {*operation.problems, *_OF_CONNECTIONS}
    if not operation.open:
        names |= {"unauthorized", "forbidden", "too_many_requests"}
    return names


def problem_responses() -> Json:
    """Give the response of each kind of failure that any operation has, in the order of names."""
    return {name: _response(kind_named(name)) for name in sorted({n for one in OPERATIONS for n in problem_names(one)})}


def _response(kind: Kind) -> Json:
    headers: Json = {"Request-Id": REQUEST_ID, **RATE_LIMIT}
    for name, value in kind.headers.items():
        described = {"description": "As HTTP has it.", "required": True, "schema": {"type": "string"}}
        headers[name] = {**described, "example": value}
    examples = {code: {"value": _example(kind, code, detail)} for code, detail in DETAILS.get(kind.name, {}).items()}
    content = {"schema": {"$ref": REF + ProblemOut.__name__}, "examples": examples}
    return {"description": kind.description, "headers": headers, "content": {MEDIA_TYPE: content}}


def _example(kind: Kind, code: str, detail: str) -> Json:
    return {
        "type": TYPE_PREFIX + code,
        "title": kind.title,
        "status": kind.status,
        "detail": detail,
        "instance": "/v1/letters",
        "code": code,
        "request_id": "req_000000000001",
        "errors": [_WRONG_FIELD] if code == "invalid" else [],
    }
