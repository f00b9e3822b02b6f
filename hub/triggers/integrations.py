"""Who may ask from outside: made with a token that is shown once, known by its hash, revoked.

A token is the integration's id, a point, and 32 random bytes. So much chance can't be guessed, and
so its plain SHA-256 is as good as the slow hash that a person's password needs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import Connection, Engine, Row, insert, select, update
from sqlmodel import col

from hub.audit import Change, record
from hub.database import writing
from hub.errors import TooOftenError, UnknownCallerError
from hub.tables import IntegrationRow
from hub.triggers.allowances import Allowances
from hub.triggers.errors import IntegrationExistsError, UnknownIntegrationError
from scenes.rules import Measure

WRONG_PER_MINUTE = 20
"""So many wrong tokens from one address are told that they are wrong."""

_TOKEN_BYTES = 32
_CLAIM = re.compile(r"([a-z0-9-]{1,64})\.")
_WRONG = "no integration has this token (any more): send it as Authorization: Bearer TOKEN"
_NO_HASH = sha256(b"").hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What an integration may do, and how often.

    ``zones`` are zones, zone groups or ``all``; ``longest_s`` is how long one wish may hold.
    """

    zones: Sequence[str]
    scenes: Sequence[str] = ()
    measures: Sequence[Measure] = ()
    per_minute: int
    longest_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Integration:
    """A system outside. Its token is nowhere."""

    id: str
    store: str
    name: str
    rights: Rights
    author: str
    created_at: datetime
    revoked_at: datetime | None = None


class Integrations:
    """All integrations. Safe to use from any thread; the database is asked every time."""

    def __init__(self, engine: Engine, allowances: Allowances, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._allowances = allowances
        self._now = now

    def create(
        self, store: str, integration_id: str, name: str, rights: Rights, author: str
    ) -> tuple[Integration, str]:
        """Make one, and its token, which nobody can read again; `IntegrationExistsError`."""
        token = f"{integration_id}.{token_urlsafe(_TOKEN_BYTES)}"
        made = Integration(
            id=integration_id,
            store=store,
            name=name,
            rights=rights,
            author=author,
            created_at=self._now(),
        )
        with writing(self._engine) as connection:
            if _row(connection, integration_id) is not None:
                raise IntegrationExistsError(
                    f"an integration is or was called {integration_id!r}: choose another id"
                )
            connection.execute(
                insert(IntegrationRow).values(
                    id=made.id,
                    store=store,
                    name=name,
                    token_hash=_hash(token),
                    author=author,
                    created_at=made.created_at,
                    **_lists(rights),
                )
            )
            at = made.created_at
            record(connection, _change(made, "integration.create", at, author, after=made))
        return made, token

    def of_store(self, store: str) -> list[Integration]:
        """A store's integrations, those that are revoked too, by id."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(IntegrationRow.__table__.columns)  # type: ignore[attr-defined]
                .where(col(IntegrationRow.store) == store)
                .order_by(col(IntegrationRow.id))
            ).all()
        return [_integration(row) for row in rows]

    def get(self, integration_id: str) -> Integration:
        """One; `UnknownIntegrationError`."""
        with self._engine.connect() as connection:
            row = _row(connection, integration_id)
        if row is None:
            raise UnknownIntegrationError(f"there is no integration {integration_id!r}")
        return _integration(row)

    def revoke(
        self, integration_id: str, author: str, check: Callable[[Integration], None]
    ) -> Integration:
        """Let its token open nothing any more, for good. `UnknownIntegrationError`.

        ``check`` is given what it is now and raises to let nothing happen.
        """
        with writing(self._engine) as connection:
            row = _row(connection, integration_id)
            if row is None:
                raise UnknownIntegrationError(f"there is no integration {integration_id!r}")
            known = _integration(row)
            check(known)
            if known.revoked_at is not None:
                return known
            at = self._now()
            connection.execute(
                update(IntegrationRow)
                .where(col(IntegrationRow.id) == integration_id)
                .values(revoked_at=at)
            )
            record(connection, _change(known, "integration.revoke", at, author, before=known))
        return replace(known, revoked_at=at)

    def caller(self, token: str, address: str) -> Integration:
        """Whose token this is; `UnknownCallerError`, `TooOftenError` after many wrong ones.

        A right token is let in whatever came from its address before: behind one address there
        may be a whole shop, and nobody comes through by guessing.
        """
        claimed = _CLAIM.match(token)
        row = None
        if claimed is not None:
            with self._engine.connect() as connection:
                row = _row(connection, claimed[1])
        right = compare_digest(_hash(token), _NO_HASH if row is None else row.token_hash)
        if row is not None and right and row.revoked_at is None:
            return _integration(row)
        wait_s = self._allowances.take(f"wrong:{address}", WRONG_PER_MINUTE)
        if wait_s:
            raise TooOftenError("too many wrong tokens came from this address", wait_s)
        raise UnknownCallerError(_WRONG)


def refuse_revoked(connection: Connection, integration: Integration) -> None:
    """`UnknownCallerError` for an integration that was revoked since it was let in."""
    row = _row(connection, integration.id)
    if row is None or row.revoked_at is not None:
        raise UnknownCallerError(_WRONG)


def _hash(token: str) -> str:
    return sha256(token.encode("utf-8", "replace")).hexdigest()


def _row(connection: Connection, integration_id: str) -> Row[Any] | None:
    return connection.execute(
        select(IntegrationRow.__table__.columns).where(  # type: ignore[attr-defined]
            col(IntegrationRow.id) == integration_id
        )
    ).first()


def _integration(row: Row[Any]) -> Integration:
    return Integration(
        id=row.id,
        store=row.store,
        name=row.name,
        rights=Rights(
            zones=tuple(row.zones),
            scenes=tuple(row.scenes),
            measures=tuple(row.measures),
            per_minute=row.per_minute,
            longest_s=row.longest_s,
        ),
        author=row.author,
        created_at=row.created_at,
        revoked_at=row.revoked_at,
    )


def _lists(rights: Rights) -> dict[str, Any]:
    kept = asdict(rights)
    return {name: list(kept[name]) for name in ("zones", "scenes", "measures")} | {
        "per_minute": rights.per_minute,
        "longest_s": rights.longest_s,
    }


def _change(of: Integration, action: str, at: datetime, author: str, **what: Integration) -> Change:
    return Change(
        at=at,
        author=author,
        action=action,
        subject=of.id,
        store=of.store,
        before=what.get("before"),
        after=what.get("after"),
    )
