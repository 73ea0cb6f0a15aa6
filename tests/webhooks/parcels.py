"""Parcels to send, and a courier to send them with."""

from __future__ import annotations

import asyncio
import time
from base64 import b64encode
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from sigillo.application.ports.courier import Carried, Parcel
from sigillo.webhooks.addresses import AddressPolicy
from sigillo.webhooks.sender import HttpCourier

T = TypeVar("T")
SECRET = "whsec_" + b64encode(bytes(range(32))).decode()
OLD_SECRET = "whsec_" + b64encode(bytes(range(40, 64))).decode()


def parcel(url: str, **changes: object) -> Parcel:
    """A small message to a URL, dated now."""
    plain = Parcel(
        workspace_id="ws_0123456789abcdefghjk",
        url=url,
        message_id="evt_0123456789abcdefghjk_01",
        timestamp_s=int(time.time()),  # noqa: TID251 – verifiers compare it with the machine's own clock
        secrets=(SECRET,),
        body='{"id":"evt_0123456789abcdefghjk_01","name":"Zoë – 1"}'.encode(),
        live=False,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # the fields of a parcel


def carried(work: Callable[[HttpCourier], Awaitable[T]], *, limit_s: float = 5.0, **options: object) -> T:
    """Run what uses a courier on a loop of its own; the courier is closed after it."""

    async def run() -> T:
        courier = HttpCourier(AddressPolicy(), limit_s=limit_s, **options)  # type: ignore[arg-type]  # of a courier
        try:
            return await work(courier)
        finally:
            await courier.close()

    return asyncio.run(run())


def carry_one(url: str, *, limit_s: float = 5.0, live: bool = False, **options: object) -> Carried:
    """Carry one small message."""
    return carried(lambda courier: courier.carry(parcel(url, live=live)), limit_s=limit_s, **options)
