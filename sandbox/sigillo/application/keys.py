"""API keys: made, listed, revoked, and found by their secret.

A secret has 192 random bits, so it is kept as its plain SHA-256: a slow or salted hash protects what people choose,
which a dictionary would find; nobody finds a preimage among 2**192, and every request can afford to look.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256

from sigillo.application.idempotency import Answered, Once, answer_once
from sigillo.application.ports.audit import Audit, Use
from sigillo.application.ports.entropy import Entropy
from sigillo.application.ports.storage import Answer, Store, Transaction
from sigillo.application.ports.wall import Wall
from sigillo.domain.api_key import ALL_SCOPES, ApiKey, Scope, first_characters, in_order, key_id
from sigillo.domain.errors import Conflict, FieldError, Invalid, NotFound, Unauthorized
from sigillo.domain.rate import Rate
from sigillo.domain.workspace import Mode, Workspace

_SECRET_BYTES = 24
KeyReply = Callable[[ApiKey], Answer]


class KeyRevoked(Unauthorized):
    """The key was good once; ``key_id`` is whose use was tried."""

    code = "key_revoked"

    def __init__(self, key_id: str) -> None:
        super().__init__("This API key was revoked; use another one.")
        self.key_id = key_id


@dataclass(frozen=True, slots=True)
class KeyDraft:
    """A key to be made; ``rate`` None leaves it to the server's own limit."""

    name: str
    scopes: tuple[Scope, ...]
    rate: Rate | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """A key's answer; ``secret`` is None where the answer is an earlier one, because no secret is kept."""

    answered: Answered
    secret: str | None


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of all workspaces."""

    store: Store
    wall: Wall
    entropy: Entropy
    audit: Audit

    def of_secret(self, secret: str) -> tuple[ApiKey, Workspace]:
        """Give the key of a secret and what it opens; raises :class:`Unauthorized`, for a revoked one KeyRevoked."""
        found = self.store.key_of(key_hash(secret))
        if found is None:
            raise Unauthorized("This API key opens no workspace here; check it, and that it is for this server.")
        if found.revoked_at is not None:
            raise KeyRevoked(found.id)
        with self.store.reading(found.workspace_id) as tx:
            return found, tx.workspace

    def create(
        self, workspace_id: str, draft: KeyDraft, *, granter: ApiKey, reply: KeyReply, once: Once | None = None
    ) -> Made:
        """Make a key on behalf of another, which can give no more than it has; raises :class:`Invalid`.

        The answer that is kept under an idempotency key has no secret in it.
        """
        _require_within(draft, granter)
        secrets: list[str] = []
        with self.store.writing(workspace_id) as tx:

            def work() -> Answer:
                secrets.append(new_secret(tx.workspace.mode, self.entropy))
                return reply(add_key(tx, secrets[0], draft, at=self._now()))

            answered = answer_once(tx, once, work)
        return Made(answered, secrets[0] if secrets else None)

    def get(self, workspace_id: str, wanted_id: str) -> ApiKey:
        """Give a key; raises :class:`NotFound`."""
        with self.store.reading(workspace_id) as tx:
            return _find(tx, wanted_id)

    def page(self, workspace_id: str, *, limit: int, before: int | None) -> list[ApiKey]:
        """Give at most ``limit`` keys, newest first, of ordinals below ``before``; revoked ones are among them."""
        with self.store.reading(workspace_id) as tx:
            return tx.keys.page(limit=limit, before=before)

    def managing(self, workspace_id: str, *, refused: Collection[str] = ()) -> list[ApiKey]:
        """Give the keys that manage keys, newest first, those of the refused secrets left out."""
        hashes = [key_hash(secret) for secret in refused]
        with self.store.reading(workspace_id) as tx:
            found = [one for one in _all(tx) if one.manages_keys and one.sha256 not in hashes]
        return sorted(found, key=lambda one: -one.ordinal)

    def revoke(self, workspace_id: str, wanted_id: str) -> ApiKey:
        """Let a key open nothing any more; a second time changes nothing.

        Raises :class:`NotFound`, and :class:`Conflict` for the last key that manages keys: nobody could make another.
        """
        with self.store.writing(workspace_id) as tx:
            key = _find(tx, wanted_id)
            if key.revoked_at is not None:
                return key
            if key.manages_keys and sum(one.manages_keys for one in _all(tx)) == 1:
                detail = "This is the last key that manages keys; make another one with all scopes first."
                raise Conflict(detail, code="last_managing_key")
            revoked = replace(key, revoked_at=self._now())
            tx.keys.save(revoked)
        return revoked

    def uses(self, workspace_id: str, wanted_id: str, *, limit: int, before: int | None) -> list[Use]:
        """Give at most ``limit`` of a key's last uses, newest first; raises :class:`NotFound`."""
        self.get(workspace_id, wanted_id)
        return self.audit.uses(wanted_id, limit=limit, before=before)

    def last_used_at(self, key: ApiKey) -> datetime | None:
        """Give when a key was used last, wall time."""
        at_s = self.audit.last_used_at_s(key.id)
        return None if at_s is None else datetime.fromtimestamp(at_s, UTC)

    def _now(self) -> datetime:
        return datetime.fromtimestamp(int(self.wall()), UTC)


def add_key(tx: Transaction, secret: str, draft: KeyDraft, *, at: datetime) -> ApiKey:
    """Keep a new key of the workspace, and give it."""
    digest = key_hash(secret)
    key = ApiKey(
        id=key_id(digest),
        workspace_id=tx.workspace.id,
        ordinal=tx.keys.count() + 1,
        sha256=digest,
        name=draft.name,
        scopes=in_order(draft.scopes),
        starts=first_characters(secret),
        created_at=at,
        rate=draft.rate,
    )
    tx.keys.add(key)
    return key


def whole_key(name: str) -> KeyDraft:
    """Give the draft of a key that may do everything."""
    return KeyDraft(name, ALL_SCOPES)


def new_secret(mode: Mode, entropy: Entropy) -> str:
    """Give an API key of 192 random bits: ``sk_test_`` or ``sk_live_`` and 32 characters."""
    return f"sk_{mode.value}_{urlsafe_b64encode(entropy(_SECRET_BYTES)).decode()}"


def key_hash(key: str) -> str:
    """Give the hex SHA-256 under which an API key is kept."""
    return sha256(key.encode()).hexdigest()


def _find(tx: Transaction, wanted_id: str) -> ApiKey:
    found = tx.keys.find(wanted_id)
    if found is None:
        raise NotFound(f"There is no API key {wanted_id[:40]!r} in this workspace.")
    return found


def _all(tx: Transaction) -> list[ApiKey]:
    return tx.keys.page(limit=tx.keys.count(), before=None)


def _require_within(draft: KeyDraft, granter: ApiKey) -> None:
    found = [
        FieldError(f"/scopes/{i}", "more_than_yours", f"Your own key has not the scope {scope}; leave it out.")
        for i, scope in enumerate(draft.scopes)
        if scope not in granter.scopes
    ]
    if granter.rate and (draft.rate is None or draft.rate.per_second > granter.rate.per_second):
        detail = f"Your own key is limited to {granter.rate}; give the new one that much or less."
        found.append(FieldError("/rate_limit", "more_than_yours", detail))
    if found:
        raise Invalid(found)
