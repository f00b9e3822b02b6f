"""Who manages accounts, tablets and keys: the rules, and what each of it does to what is open."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from hub.audit import Change
from hub.people.accounts import (
    Account,
    Accounts,
    Check,
    NewAccount,
    Wish,
    as_wished,
    may_manage,
    refuse_unmanaged,
)
from hub.people.alarms import PinAlarms
from hub.people.errors import AccountError, ForbiddenError, SignInError, UnknownSessionError
from hub.people.good_secrets import check_password, check_pin
from hub.people.hashing import Hasher
from hub.people.names import clean_name, clean_username
from hub.people.rights import Right, Role
from hub.people.sessions import Kind, Opening, Session, Sessions
from hub.people.tries import Tries
from hub.people.who import Who
from scenes.language import _


def _refuse_by_pin(who: Who) -> None:
    if who.by_pin:
        raise ForbiddenError(_("sign in with your password to set passwords"))


def _refuse_own(who: Who, account: int, *, confirmed: bool) -> None:
    """Whoever finds a page open that somebody signed in on makes it no account of theirs."""
    if who.account == account and not confirmed:
        raise ForbiddenError(_("change your own password and PIN in your own settings"))


def _unseen(_now: Account) -> None:
    """Whatever it is now."""


class PeopleOffice:
    """Makes and changes accounts in somebody's name. Safe to use from any thread."""

    def __init__(
        self,
        accounts: Accounts,
        sessions: Sessions,
        hasher: Hasher,
        tries: Tries,
        alarms: PinAlarms,
        now: Callable[[], datetime],
        stores: Callable[[], Iterable[str]],
    ) -> None:
        self._accounts = accounts
        self._sessions = sessions
        self._hasher = hasher
        self._tries = tries
        self._alarms = alarms
        self._now = now
        self._stores = stores

    def managed(self, who: Who) -> list[Account]:
        """The accounts that ``who`` sees: of their own stores, all for head office."""
        return [
            each
            for each in self._accounts.all()
            if who.stores is None or (each.stores is not None and each.stores & who.stores)
        ]

    def create(self, who: Who, new: NewAccount, password: str, pin: str) -> Account:
        """Make an account; ``password`` and ``pin`` may be empty, not both.

        `ForbiddenError`, `AccountError`, `WeakSecretError`, `UsernameTakenError`.
        """
        new = replace(new, username=clean_username(new.username), name=clean_name(new.name))
        refuse_unmanaged(who, new)
        self._check_stores(new.role, new.stores)
        if not password and not pin:
            raise AccountError(_("give a password, or a PIN for the shop's tablet, or both"))
        if password:
            _refuse_by_pin(who)
            check_password(password, new.username)
        if pin:
            check_pin(pin)
        hashed = replace(
            new,
            password_hash=self._hasher.hash(password) if password else "",
            pin_hash=self._hasher.hash(pin) if pin else None,
        )
        return self._accounts.create(hashed, who.name)

    def change(self, who: Who, account: int, wish: Wish, check: Check = _unseen) -> Account:
        """Change somebody's name, role, stores, or whether they come in at all.

        Whoever is let in by that account has the new rights at once, or is out.
        """

        def allowed(now: Account) -> None:
            refuse_unmanaged(who, now, as_wished(now, wish))
            check(now)

        if wish.name is not None:
            wish = replace(wish, name=clean_name(wish.name))
        known = self._accounts.get(account)
        if wish.stores is not None or wish.role is not None:
            wished = as_wished(known, wish)
            self._check_stores(wished.role, wished.stores)
        changed = self._accounts.change(account, wish, who, allowed)
        if not changed.active:
            self._sessions.end_of(account)
        return changed

    def new_password(
        self, who: Who, account: int, password: str, *, confirmed: bool = False
    ) -> Account:
        """Give somebody another password; every other session of theirs ends.

        Oneself only where it is ``confirmed`` that it is oneself.
        """
        known = self._accounts.get(account)
        _refuse_own(who, account, confirmed=confirmed)
        self._refuse_secrets(who, known)
        _refuse_by_pin(who)
        check_password(password, known.username)
        wish = Wish(password_hash=self._hasher.hash(password))
        changed = self._accounts.change(account, wish, who)
        self._sessions.end_of(account, but=who.session)
        self._tries.forgive_password(changed.username)
        return changed

    def new_pin(self, who: Who, account: int, pin: str, *, confirmed: bool = False) -> Account:
        """Give somebody another PIN, or none (empty); whoever came in by the old one is out.

        Oneself only where it is ``confirmed`` that it is oneself.
        """
        _refuse_own(who, account, confirmed=confirmed)
        self._refuse_secrets(who, self._accounts.get(account))
        if pin:
            check_pin(pin)
        wish = Wish(pin_hash=self._hasher.hash(pin) if pin else "")
        changed = self._accounts.change(account, wish, who)
        self._sessions.end_of(account, but=who.session, kinds=(Kind.PIN,))
        self._forgive_pins(account)
        return changed

    def unlock_pin(self, who: Who, account: int) -> None:
        """Let somebody's PIN open the tablets again that locked it.

        Nobody does so for the account that they came in by PIN as: whoever stands there after
        them would guess on.
        """
        known = self._accounts.get(account)
        if who.by_pin or who.account != account:
            refuse_unmanaged(who, known)
        only = next(iter(known.stores)) if known.stores and len(known.stores) == 1 else None
        self._forgive_pins(
            account, self._told("pin.unlocked", who, f"account {known.username}", only)
        )

    def unlock_tablet(self, who: Who, tablet: str) -> None:
        """Let PINs open a tablet again that too many wrong ones locked as a whole.

        Not by PIN: whoever stands at the tablet would guess on.
        """
        session = self._sessions.get(tablet)
        if session.kind is not Kind.TABLET or not who.may(Right.PEOPLE, session.store):
            raise ForbiddenError(_("a manager of the store unlocks its tablets"))
        if who.by_pin:
            raise ForbiddenError(_("sign in with your password to unlock this tablet"))
        told = self._told("tablet.unlocked", who, f"tablet {session.name}", session.store)
        self._tries.forgive_tablet(tablet, told)
        self._alarms.over_on(session.store or "", session.name)

    def _forgive_pins(self, account: int, change: Change | None = None) -> None:
        self._tries.forgive_pins(account, change)
        self._alarms.over(account)

    def end_sessions(self, who: Who, account: int) -> int:
        """Sign somebody out everywhere, with their keys; how many they were."""
        known = self._accounts.get(account)
        self._refuse_secrets(who, known)
        but = who.session if who.account == account else ""
        return self._sessions.end_of(
            account, but=but, change=self._told("session.end-all", who, f"account {known.username}")
        )

    def make_tablet(self, who: Who, store: str, name: str) -> str:
        """Make a browser a shop's shared tablet; its token. Whatever it was before is over."""
        self._check_known(store)
        if not who.may(Right.PEOPLE, store):
            raise ForbiddenError(_("a manager of the store makes its tablets"))
        name = clean_name(name)
        change = self._told("tablet.create", who, f"tablet {name}", store)
        token = self._sessions.open(Opening(kind=Kind.TABLET, store=store, name=name), change)
        for before in (who.session, who.tablet):
            if before and who.csrf:
                self._sessions.end(before)
        return token

    def tablets(self, who: Who) -> list[Session]:
        """The shared tablets of the stores of ``who``."""
        return [each for each in self._sessions.of(Kind.TABLET) if who.in_store(each.store or "")]

    def make_key(self, who: Who, name: str) -> str:
        """An access key of one's own account; the key, which nobody can read again.

        `SignInError`, `TooManyKeysError`.
        """
        if who.account is None or who.by_pin:
            raise SignInError(_("sign in with your password to make an access key"))
        name = clean_name(name)
        account = who.account
        opening = Opening(kind=Kind.KEY, account=account, name=name)
        return self._sessions.open(
            opening,
            self._told("key.create", who, f"key {name}"),
            lambda connection: self._sessions.refuse_many(connection, account),
        )

    def keys(self, who: Who) -> list[Session]:
        """One's own access keys, and those of the accounts that one manages."""
        return [
            each
            for each in self._sessions.of(Kind.KEY)
            if each.account is not None
            and (
                each.account.id == who.account
                or may_manage(who, each.account.role, each.account.stores)
            )
        ]

    def end_tablet(self, who: Who, tablet: str) -> None:
        """Make a tablet a browser like any other; `UnknownSessionError`, `ForbiddenError`."""
        session = self._sessions.get(tablet)
        if session.kind is not Kind.TABLET or not who.may(Right.PEOPLE, session.store):
            raise ForbiddenError(_("a manager of the store ends its tablets"))
        subject = f"tablet {session.name}"
        self._sessions.end(tablet, self._told("tablet.end", who, subject, session.store))

    def end_key(self, who: Who, key: str) -> None:
        """Let a key open nothing any more; `UnknownSessionError`, `ForbiddenError`."""
        session = self._sessions.get(key)
        if session.kind is not Kind.KEY or session.account is None:
            raise UnknownSessionError(_("this is no access key"))
        if session.account.id != who.account:
            refuse_unmanaged(who, session.account)
        self._sessions.end(key, self._told("key.end", who, f"key {session.name}"))

    def _refuse_secrets(self, who: Who, account: Account) -> None:
        if who.account != account.id:
            refuse_unmanaged(who, account)

    def _check_stores(self, role: Role, stores: frozenset[str] | None) -> None:
        if stores is None:
            return
        if not stores:
            raise AccountError(_("name at least one store"))
        self._check_known(*stores)
        if role is Role.HEAD_OFFICE:
            raise AccountError(_("head office is of all stores"))

    def _check_known(self, *stores: str) -> None:
        if unknown := sorted({*stores} - {*self._stores()}):
            raise AccountError(_("there is no store {store}").format(store=repr(unknown[0])))

    def _told(self, action: str, who: Who, subject: str, store: str | None = None) -> Change:
        return Change(at=self._now(), author=who.name, action=action, subject=subject, store=store)
