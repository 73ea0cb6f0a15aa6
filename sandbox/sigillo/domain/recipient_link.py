"""Where a letter's recipient answers: an address that only the mail to them tells.

The secret follows from the workspace's lot, so that nothing has to be kept and the same journal gives the same mail.
"""

from __future__ import annotations

import hmac

from sigillo.domain.workspace import Workspace

_CODES = 10**6


def page_secret(workspace: Workspace, letter_id: str) -> str:
    """Give the 20 characters (100 bits) that open the recipient's page of a letter, and of no other one."""
    node = workspace.lot.child("recipient-page", workspace.id, letter_id)
    return node.token("r").partition("_")[2]


def page_path(workspace: Workspace, letter_id: str) -> str:
    """Give the path of the recipient's page, e.g. ``/r/ltr_…/…``."""
    return f"/r/{letter_id}/{page_secret(workspace, letter_id)}"


def opens(workspace: Workspace, letter_id: str, secret: str) -> bool:
    """Tell whether the secret is the letter's, in a time that does not depend on how much of it is right."""
    return hmac.compare_digest(page_secret(workspace, letter_id).encode(), secret.encode())


def identity_code(workspace: Workspace, letter_id: str, failures: int) -> str:
    """Give the six digits of the one-time code that stands for CPCE R. 53-1's second factor.

    ``failures`` counts the identity checks that failed before; each gives another code.
    """
    return f"{workspace.lot.child('identity-code', workspace.id, letter_id, failures).below(_CODES):06d}"
