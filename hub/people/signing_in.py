"""Is it really you? By password anywhere, by PIN on a shop's shared tablet."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection

from hub.audit import Change
from hub.people.accounts import Account, Accounts, is_still
from hub.people.alarms import PinAlarm, PinAlarms
from hub.people.errors import BusyError, LockedError, WrongSecretError
from hub.people.good_secrets import PIN_PATTERN
from hub.people.hashing import Hasher
from hub.people.sessions import Kind, Opening, Session, Sessions
from hub.people.tries import (
    OF_ACCOUNT,
    OF_ADDRESS,
    OF_PIN,
    OF_TABLET,
    Limit,
    Lock,
    Tries,
    account_key,
    address_key,
    pin_key,
    tablet_key,
)
from scenes.language import _

BY_PIN, BY_LINK = "by PIN on ", "by a link: "
"""How somebody came in, as the audit has it."""


class SigningIn:
    """Checks passwords and PINs, within limits, and opens sessions. Safe from any thread."""

    def __init__(
        self,
        accounts: Accounts,
        sessions: Sessions,
        tries: Tries,
        hasher: Hasher,
        alarms: PinAlarms,
        now: Callable[[], datetime],
    ) -> None:
        self._accounts = accounts
        self._sessions = sessions
        self._tries = tries
        self._hasher = hasher
        self._alarms = alarms
        self._now = now

    def by_password(
        self,
        username: str,
        password: str,
        address: str,
        *,
        kind: Kind = Kind.PERSON,
        name: str = "",
        tablet: Session | None = None,
    ) -> tuple[Account, str]:
        """The account and the token of its new session; of a few minutes if on a ``tablet``.

        `WrongSecretError` that doesn't say which of the two is wrong, `LockedError`, `BusyError`;
        `TooManyKeysError` of a key.
        """
        account, kept = self._right_password(username, password, address)

        def check(connection: Connection) -> None:
            # Whoever was shut out by another one meanwhile is not let in by the old one.
            if not is_still(connection, account.id, "password_hash", kept):
                raise WrongSecretError(_not_together(password))
            if kind is Kind.KEY:
                self._sessions.refuse_many(connection, account.id)

        on = tablet.id if tablet else None
        opening = Opening(kind=kind, account=account.id, tablet=on, name=name)
        action = "key.create" if kind is Kind.KEY else "session.begin"
        return account, self._sessions.open(opening, self._told(action, account, name), check)

    def confirm(self, account: Account, password: str, address: str) -> None:
        """Whether somebody who is signed in knows their own password; the same errors."""
        self._right_password(account.username, password, address)

    def by_pin(self, tablet: Session, account_id: int, pin: str) -> tuple[Account, str]:
        """The account and the token of its few minutes on this tablet; the same errors.

        Only people of the tablet's store who have a PIN come in here.
        """
        account, kept = self._right_pin(tablet, account_id, pin)

        def check(connection: Connection) -> None:
            if not is_still(connection, account.id, "pin_hash", kept):
                raise WrongSecretError(_("this PIN is not right"))

        opening = Opening(kind=Kind.PIN, account=account.id, tablet=tablet.id, name=tablet.name)
        change = self._told("session.begin", account, f"{BY_PIN}{tablet.name}", tablet.store)
        return account, self._sessions.open(opening, change, check)

    def confirm_pin(self, tablet: Session, account_id: int, pin: str) -> None:
        """Whether who came in by PIN knows it, and isn't whoever stands there after them."""
        self._right_pin(tablet, account_id, pin)

    def on_tablet(self, store: str) -> list[Account]:
        """Who may come in by PIN on a tablet of a store, by name."""
        return [
            each
            for each in self._accounts.all()
            if each.active and each.has_pin and each.in_store(store)
        ]

    def _right_pin(self, tablet: Session, account_id: int, pin: str) -> tuple[Account, str | None]:
        """The account, and what is kept of its PIN."""
        store = tablet.store or ""
        account = next((each for each in self.on_tablet(store) if each.id == account_id), None)
        tries = (pin_key(account_id, tablet.id), OF_PIN), (tablet_key(tablet.id), OF_TABLET)
        kept = self._accounts.pin_hash(account_id) if account else None
        with self._counted(*tries):
            right = self._hasher.right(pin, kept)
        if account is None or not right:
            if locked := self._tries.wrong(*tries):
                self._alarms.sound(self._guessed(tablet, account, locked))
                said = _("too many wrong PINs: this is locked, and managers are told")
                raise LockedError(said, locked.lasts.total_seconds())
            raise WrongSecretError(_("this PIN is not right"))
        self._tries.right([tries[0][0]], [tries[1][0]])
        return account, kept

    def _guessed(self, tablet: Session, account: Account | None, lock: Lock) -> PinAlarm:
        of = None if lock.key == tablet_key(tablet.id) else account.id if account else 0
        return PinAlarm(
            at=self._now(),
            store=tablet.store or "",
            tablet=tablet.name,
            name=(account.name or account.username) if account else "",
            account=of,
            wrong=lock.wrong,
            until=lock.until,
        )

    def _right_password(self, username: str, password: str, address: str) -> tuple[Account, str]:
        """The account, and what is kept of its password."""
        tries = (account_key(username), OF_ACCOUNT), (address_key(address), OF_ADDRESS)
        found = self._accounts.find(username)
        with self._counted(*tries):
            right = self._hasher.right(password, found[1] if found else None)
        if found is None or not right:
            self._tries.wrong(*tries)
            raise WrongSecretError(_not_together(password))
        self._tries.right([tries[0][0]], [tries[1][0]])
        return found

    @contextmanager
    def _counted(self, *tries: tuple[str, Limit]) -> Iterator[None]:
        self._tries.begin(*tries)
        try:
            yield
        except BusyError:
            # It was never looked at.
            self._tries.right([], [key for key, _limit in tries])
            raise

    def _told(self, action: str, account: Account, why: str, store: str | None = None) -> Change:
        return Change(
            at=self._now(),
            author=account.name,
            action=action,
            subject=f"account {account.username}",
            store=store,
            why=why,
            account=account.username,
        )


def _not_together(password: str) -> str:
    if not re.fullmatch(PIN_PATTERN, password, re.ASCII):
        return _("this username and this password don't belong together")
    return _(
        "this username and this password don't belong together; a PIN is no password: it is typed "
        "on the shop's shared tablet, under one's name"
    )
