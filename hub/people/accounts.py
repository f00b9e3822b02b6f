"""Accounts of people: made, changed, and never left without anybody at head office."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Engine, func, insert, select, update
from sqlmodel import col

from hub.audit import Change, record
from hub.database import writing
from hub.people.errors import (
    ForbiddenError,
    LastHeadOfficeError,
    UnknownAccountError,
    UsernameTakenError,
)
from hub.people.rights import Right, Role
from hub.people.who import Theme, Who
from hub.tables import AccountRow
from scenes.language import _

MANAGED_BY: dict[Role, frozenset[Role]] = {
    Role.MANAGER: frozenset({Role.STAFF, Role.ANALYST, Role.INSTALLER}),
    Role.HEAD_OFFICE: frozenset(Role),
}
"""Whose accounts a role makes and changes, in its own stores."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person. ``stores`` is None for all; of password and PIN there is nothing here."""

    id: int
    username: str
    name: str
    role: Role
    stores: frozenset[str] | None
    language: str | None
    theme: Theme | None
    active: bool
    has_password: bool
    has_pin: bool
    created_at: datetime
    edition: int

    def in_store(self, store: str) -> bool:
        """Whether this person is of ``store``."""
        return self.stores is None or store in self.stores


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """An account that shall be made; with hashes only."""

    username: str
    name: str
    role: Role
    stores: frozenset[str] | None
    password_hash: str = ""
    pin_hash: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What shall be otherwise of an account; what is None stays as it is.

    ``stores`` is in a tuple, since None means all of them; "" takes a PIN, language or theme away.
    """

    name: str | None = None
    role: Role | None = None
    stores: tuple[frozenset[str] | None] | None = None
    active: bool | None = None
    password_hash: str | None = None
    pin_hash: str | None = None
    language: str | None = None
    theme: str | None = None


NEW_PASSWORD, NEW_PIN, NO_PIN = "a new password", "a new PIN", "no PIN any more"
"""What the audit has of secrets."""

Secret = Literal["password_hash", "pin_hash"]
Check = Callable[[Account], None]


def managed_roles(who: Who) -> frozenset[Role]:
    """Whose accounts ``who`` makes and changes.

    A PIN is few digits that many may have seen: head office that came in by one is a manager here.
    """
    if who.role is None or Right.PEOPLE not in who.rights:
        return frozenset()
    return MANAGED_BY.get(Role.MANAGER if who.by_pin else who.role, frozenset())


def may_manage(who: Who, role: Role, stores: frozenset[str] | None) -> bool:
    """Whether ``who`` makes and changes accounts of that role in all of those stores."""
    if role not in managed_roles(who):
        return False
    return who.stores is None or (stores is not None and bool(stores) and stores <= who.stores)


class Accounts:
    """All accounts. Safe to use from any thread; ``changed`` hears of each whose rights may be."""

    def __init__(
        self, engine: Engine, now: Callable[[], datetime], changed: Callable[[], None]
    ) -> None:
        self._engine = engine
        self._now = now
        self._changed = changed

    def any(self) -> bool:
        """Whether there is an account at all."""
        with self._engine.connect() as connection:
            return connection.execute(select(col(AccountRow.id)).limit(1)).first() is not None

    def all(self) -> list[Account]:
        """Every account, by name."""
        with self._engine.connect() as connection:
            rows = connection.execute(_SELECT.order_by(func.lower(col(AccountRow.name)))).all()
        return [account_of(row) for row in rows]

    def get(self, account: int) -> Account:
        """One; `UnknownAccountError`."""
        with self._engine.connect() as connection:
            return _get(connection, account)

    def find(self, username: str) -> tuple[Account, str] | None:
        """An active account by its username in any capitals, and its password's hash."""
        with self._engine.connect() as connection:
            row = connection.execute(
                _SELECT.where(col(AccountRow.folded) == fold(username), col(AccountRow.active))
            ).first()
        return None if row is None else (account_of(row), row.password_hash)

    def password_hash(self, account: int) -> str:
        """What is kept of an account's password."""
        return self._hash(account, "password_hash") or ""

    def pin_hash(self, account: int) -> str | None:
        """What is kept of an account's PIN."""
        return self._hash(account, "pin_hash")

    def _hash(self, account: int, column: Secret) -> str | None:
        with self._engine.connect() as connection:
            row = connection.execute(
                _SELECT.where(col(AccountRow.id) == account, col(AccountRow.active))
            ).first()
        return None if row is None else getattr(row, column)

    def create(
        self, new: NewAccount, author: str, why: str = "", *, first: bool = False
    ) -> Account:
        """Make one; `UsernameTakenError`. ``first`` is for the one that lets everybody else in."""
        # The first account is what a hub that lost its database is put right with.
        with writing(self._engine, urgent=True, fenced=not first) as connection:
            if _by_name(connection, new.username) is not None:
                raise UsernameTakenError(
                    _("somebody has the username “{name}” already").format(name=new.username)
                )
            at = self._now()
            values = {
                "username": new.username,
                "folded": fold(new.username),
                "name": new.name,
                "role": new.role,
                "stores": None if new.stores is None else sorted(new.stores),
                "password_hash": new.password_hash,
                "pin_hash": new.pin_hash,
                "active": True,
                "created_at": at,
                "edition": 1,
            }
            connection.execute(insert(AccountRow).values(values))
            made = account_of(_by_name(connection, new.username))
            record(connection, _change("account.create", author, at, made, why, after=made))
        self._changed()
        return made

    def change(
        self, account: int, wish: Wish, by: Who, check: Check = lambda _now: None, why: str = ""
    ) -> Account:
        """Change one. `UnknownAccountError`, `LastHeadOfficeError`.

        ``check`` is given what it is now and raises to let nothing happen.
        """
        with writing(self._engine, urgent=True) as connection:
            before = _get(connection, account)
            check(before)
            values = _values(wish)
            if not values:
                return before
            values["edition"] = before.edition + 1
            connection.execute(
                update(AccountRow).where(col(AccountRow.id) == account).values(values)
            )
            after = _get(connection, account)
            if _counts(before) and not _counts(after):
                _refuse_last(connection)
            at = self._now()
            secrets = _secrets(wish)
            words = "; ".join(part for part in (why, *secrets) if part)
            record(
                connection,
                _change("account.change", by.name, at, after, words, before=before, after=after),
            )
        self._changed()
        return after


def is_still(connection: Connection, account: int, column: Secret, kept: str | None) -> bool:
    """Whether an active account's secret is the one that somebody checked a moment ago."""
    row = connection.execute(
        _SELECT.where(col(AccountRow.id) == account, col(AccountRow.active))
    ).first()
    return row is not None and getattr(row, column) == kept


def fold(username: str) -> str:
    """A username as it is compared."""
    return username.strip().casefold()


def account_of(row: Any) -> Account:  # noqa: ANN401 - a row of the table
    """What a row says, without its hashes."""
    return Account(
        id=row.id,
        username=row.username,
        name=row.name,
        role=Role(row.role),
        stores=None if row.stores is None else frozenset(row.stores),
        language=row.language,
        theme=row.theme,
        active=row.active,
        has_password=bool(row.password_hash),
        has_pin=row.pin_hash is not None,
        created_at=row.created_at,
        edition=row.edition,
    )


_SELECT = select(*AccountRow.__table__.columns)  # type: ignore[attr-defined]


def _by_name(connection: Connection, username: str) -> Any:  # noqa: ANN401
    return connection.execute(_SELECT.where(col(AccountRow.folded) == fold(username))).first()


def _get(connection: Connection, account: int) -> Account:
    row = connection.execute(_SELECT.where(col(AccountRow.id) == account)).first()
    if row is None:
        raise UnknownAccountError(_("there is no account {number}").format(number=account))
    return account_of(row)


def _values(wish: Wish) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name in ("name", "role", "active", "password_hash"):
        if (value := getattr(wish, name)) is not None:
            values[name] = value
    for name in ("pin_hash", "language", "theme"):
        if (value := getattr(wish, name)) is not None:
            values[name] = value or None
    if wish.stores is not None:
        values["stores"] = None if wish.stores[0] is None else sorted(wish.stores[0])
    return values


def _secrets(wish: Wish) -> tuple[str, ...]:
    """That a secret is another one, never which."""
    pin = {None: "", "": NO_PIN}.get(wish.pin_hash, NEW_PIN)
    return (NEW_PASSWORD if wish.password_hash else "", pin)


def _counts(account: Account) -> bool:
    """Whether this one may let everybody else in; by PIN alone head office is but a manager."""
    of_all = account.role is Role.HEAD_OFFICE and account.stores is None
    return account.active and account.has_password and of_all


def _refuse_last(connection: Connection) -> None:
    left = connection.execute(
        _SELECT.where(
            col(AccountRow.role) == Role.HEAD_OFFICE,
            col(AccountRow.active),
        )
    ).all()
    if not any(_counts(account_of(row)) for row in left):
        raise LastHeadOfficeError(
            _(
                "this is the last account of head office that has a password: without it nobody "
                "could let anybody in"
            )
        )


def _change(
    action: str, author: str, at: datetime, of: Account, why: str = "", **what: Account
) -> Change:
    shown = {name: _shown(account) for name, account in what.items()}
    return Change(
        at=at,
        author=author,
        action=action,
        subject=f"account {of.username}",
        store=next(iter(of.stores)) if of.stores is not None and len(of.stores) == 1 else None,
        why=why,
        before=shown.get("before"),
        after=shown.get("after"),
    )


def _shown(account: Account) -> dict[str, Any]:
    return {
        "username": account.username,
        "name": account.name,
        "role": account.role,
        "stores": None if account.stores is None else sorted(account.stores),
        "active": account.active,
        "pin": account.has_pin,
        "language": account.language,
        "theme": account.theme,
    }


def refuse_unmanaged(by: Who, *accounts: Account | NewAccount) -> None:
    """`ForbiddenError` unless ``by`` may manage accounts like all of these."""
    for account in accounts:
        if not may_manage(by, account.role, account.stores):
            raise ForbiddenError(
                _(
                    "a manager, and whoever came in by PIN, manages staff, analysts and installers "
                    "of their own stores; head office manages everybody"
                )
            )


def as_wished(account: Account, wish: Wish) -> Account:
    """What an account will be."""
    return replace(
        account,
        role=wish.role or account.role,
        stores=account.stores if wish.stores is None else wish.stores[0],
    )
