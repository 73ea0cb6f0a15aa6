"""A courier that faults may strike: it is failed, delayed, cut off, answered in place of the receiver, or spoilt."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from sigillo.application.faults import Faults
from sigillo.application.ports.courier import Carried, Courier, Parcel
from sigillo.domain.fault import Attempt, Effect, Fault, When

HEADER = "Sigillo-Fault"
_NOTHING = Carried(None, 0.0, {}, {}, b"", None)


@dataclass(frozen=True, slots=True)
class FaultyCourier:
    """Carries by ``courier`` what no fault strikes; ``sleep`` waits as many seconds."""

    courier: Courier
    faults: Faults
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    def refusal(self, url: str, *, live: bool) -> str | None:
        """Say why a URL is never called, None where it may be."""
        return self.courier.refusal(url, live=live)

    async def carry(self, parcel: Parcel) -> Carried:
        """Make one attempt, or what a fault makes of it."""
        attempt = Attempt(parcel.url)
        if parcel.live or not self.faults.may_strike(parcel.workspace_id, attempt):
            return await self.courier.carry(parcel)
        fault = await asyncio.to_thread(self.faults.meet, parcel.workspace_id, attempt)
        if fault is None:
            return await self.courier.carry(parcel)
        return await self._struck(parcel, fault)

    async def close(self) -> None:
        """Let go of connections."""
        await self.courier.close()

    async def _struck(self, parcel: Parcel, fault: Fault) -> Carried:
        effect = fault.plot.effect
        replaced = effect.disconnect or effect.status is not None
        carried = _NOTHING
        if effect.when is When.AFTER or not replaced:
            carried = await self.courier.carry(replace(parcel, spoilt=effect.corrupt_body))
        await self.sleep(effect.latency_ms / 1000)
        late = replace(
            carried,
            latency_ms=carried.latency_ms + effect.latency_ms,
            headers={**carried.headers, HEADER: fault.id},
        )
        return _replaced(late, effect, fault.id) if replaced else late


def _replaced(carried: Carried, effect: Effect, fault_id: str) -> Carried:
    if effect.disconnect:
        error = f"The fault {fault_id} ended the connection without an answer."
        return replace(carried, status=None, headers={}, body=b"", error=error)
    headers = {HEADER: fault_id}
    if effect.retry_after_s is not None:
        headers["Retry-After"] = str(effect.retry_after_s)
    body = f"The fault {fault_id} answered in place of the receiver.".encode()
    return replace(carried, status=effect.status, headers=headers, body=body, error=None)
