"""Webhook endpoints and deliveries as JSON values: the one place that says how each is written."""

from __future__ import annotations

from datetime import UTC, datetime

from sigillo.api.letter_text import Json, event_json, instant
from sigillo.application.endpoints import DeliveryView
from sigillo.domain.calendar import format_instant
from sigillo.domain.endpoint import Attempt, Delivery, Endpoint


def endpoint_json(endpoint: Endpoint, wall_s: float) -> Json:
    """Give an endpoint as the API answers it, never its secret; ``wall_s`` is a reading of the wall in seconds."""
    return {
        "id": endpoint.id,
        "url": endpoint.url,
        "description": endpoint.description,
        "event_types": None if endpoint.event_types is None else list(endpoint.event_types),
        "letters_only": endpoint.letters_only,
        "enabled": endpoint.is_enabled,
        "status": "failing" if endpoint.is_enabled and endpoint.failures else endpoint.status.value,
        "failures": endpoint.failures,
        "failing_since": instant(endpoint.failing_since),
        "disabled_reason": endpoint.disabled_reason,
        "disabled_at": instant(endpoint.disabled_at),
        "secret_number": endpoint.secrets_made,
        "previous_secret_until": _overlap(endpoint, wall_s),
        "created_at": format_instant(endpoint.created_at),
    }


def delivery_json(delivery: Delivery) -> Json:
    """Give a delivery as lists answer it."""
    return {
        "id": delivery.id,
        "endpoint_id": delivery.endpoint_id,
        "event_id": delivery.event_id,
        "event_type": delivery.event_type,
        "letter_id": delivery.letter_id,
        "status": delivery.status.value,
        "attempt_count": delivery.attempts,
        "answer_status": delivery.answer_status,
        "created_at": format_instant(delivery.created_at),
        "next_attempt_at": instant(delivery.next_attempt_at),
        "settled_at": instant(delivery.settled_at),
    }


def delivery_detail_json(view: DeliveryView) -> Json:
    """Give a delivery with what it carries and every attempt."""
    told = view.told
    return {
        **delivery_json(view.delivery),
        "url": view.url,
        "event": event_json(told.event, told.letter, told.standing),
        "attempts": [_attempt_json(one) for one in view.attempts],
    }


def _attempt_json(attempt: Attempt) -> Json:
    return {
        "number": attempt.number,
        "at": format_instant(attempt.at),
        "sent_at": format_instant(attempt.sent_at),
        "latency_ms": round(attempt.latency_ms, 1),
        "request_headers": dict(attempt.request_headers),
        "status": attempt.status,
        "answer_headers": dict(attempt.headers),
        "answer_body": attempt.body.decode("utf-8", "replace"),
        "error": attempt.error,
    }


def _overlap(endpoint: Endpoint, wall_s: float) -> str | None:
    until_s = endpoint.previous_until_s
    if until_s is None or len(endpoint.signing_secrets(wall_s)) == 1:
        return None
    return format_instant(datetime.fromtimestamp(until_s, UTC))
