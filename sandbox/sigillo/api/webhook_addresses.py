"""URLs that webhooks are to be sent to: refused at once where they would never be called."""

from __future__ import annotations

from sigillo.api.desk import Desk
from sigillo.domain.errors import FieldError


def address_problems(desk: Desk, workspace_id: str, url: str, *, pointer: str) -> list[FieldError]:
    """Give why a workspace's webhooks will never call a URL, as far as that can be told from the URL itself.

    A name may still lead to an address that is refused; that shows at each attempt.
    """
    live = not desk.sandbox.workspaces.get(workspace_id).is_test
    refusal = desk.sandbox.courier.refusal(url, live=live)
    return [FieldError(pointer, "address_refused", refusal)] if refusal else []
