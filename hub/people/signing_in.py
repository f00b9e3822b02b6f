"""Is it really you? By password anywhere, by PIN on a shop's shared tablet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from hub.audit import Change
from hub.people.accounts import Account, Accounts, fold
from hub.people.alarms import PinAlarms
from hub.people.errors import BusyError, LockedError, WrongSecretError
from hub.people.hashing import Hasher
from hub.people.sessions import Kind, Opening, Session, Sessions
from hub.people.tries import OF_ACCOUNT, OF_ADDRESS, OF_PIN, OF_TABLET, Limit, Tries

_WRONG = "this username and this password don't belong together"


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
        self, username: str, password: str, address: str, kind: Kind = Kind.PERSON, name: str = ""
    ) -> tuple[Account, str]:
        """The account and the token of its new session.

        `WrongSecretError` that doesn't say which of the two is wrong, `LockedError`, `BusyError`.
        """
        account = self._right_password(username, password, address)
        opening = Opening(kind=kind, account=account.id, name=name)
        action = "key.create" if kind is Kind.KEY else "session.begin"
        return account, self._sessions.open(opening, self._told(action, account, name))

    def confirm(self, account: Account, password: str, address: str) -> None:
        """Whether somebody who is signed in knows their own password; the same errors."""
        self._right_password(account.username, password, address)

    def by_pin(self, tablet: Session, account_id: int, pin: str) -> tuple[Account, str]:
        """The account and the token of its few minutes on this tablet; the same errors.

        Only people of the tablet's store who have a PIN come in here.
        """
        store = tablet.store or ""
        account = next((each for each in self.on_tablet(store) if each.id == account_id), None)
        tries = (f"pin:{account_id}:{tablet.id}", OF_PIN), (f"tablet:{tablet.id}", OF_TABLET)
        kept = self._accounts.pin_hash(account_id) if account else None
        with self._counted(*tries):
            right = self._hasher.right(pin, kept)
        if account is None or not right:
            if self._tries.wrong(*tries):
                name = account.name if account else "somebody who isn't of this store"
                self._alarms.sound(store, tablet.name, name)
                raise LockedError("too many wrong PINs: this is locked, and managers are told", 900)
            raise WrongSecretError("this PIN is not right")
        self._tries.right([tries[0][0]], [tries[1][0]])
        opening = Opening(kind=Kind.PIN, account=account.id, tablet=tablet.id, name=tablet.name)
        change = self._told("session.begin", account, f"by PIN on {tablet.name}", store)
        return account, self._sessions.open(opening, change)

    def on_tablet(self, store: str) -> list[Account]:
        """Who may come in by PIN on a tablet of a store, by name."""
        return [
            each
            for each in self._accounts.all()
            if each.active and each.has_pin and each.in_store(store)
        ]

    def _right_password(self, username: str, password: str, address: str) -> Account:
        folded = fold(username)
        tries = (f"account:{folded}", OF_ACCOUNT), (f"address:{address}", OF_ADDRESS)
        found = self._accounts.find(username)
        with self._counted(*tries):
            right = self._hasher.right(password, found[1] if found else None)
        if found is None or not right:
            self._tries.wrong(*tries)
            raise WrongSecretError(_WRONG)
        self._tries.right([tries[0][0]], [tries[1][0]])
        return found[0]

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
