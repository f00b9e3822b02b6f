"""The first account: made by whoever reads the hub's log. There is no password before it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from hmac import compare_digest
from secrets import choice

from hub.people.accounts import Account, Accounts, NewAccount
from hub.people.errors import BusyError, LockedError, WelcomeOverError, WrongSecretError
from hub.people.good_secrets import check_password
from hub.people.hashing import Hasher
from hub.people.rights import Role
from hub.people.tries import OF_WELCOME, Lock, Tries
from scenes.language import _, ngettext

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""None that is taken for another one."""

_HALF = 4
_KEY = "welcome"
_log = logging.getLogger(__name__)


class Welcome:
    """The one-time code, in memory and in the log. Safe to use from any thread."""

    def __init__(
        self, accounts: Accounts, tries: Tries, hasher: Hasher, say: Callable[[str], None]
    ) -> None:
        self._accounts = accounts
        self._tries = tries
        self._hasher = hasher
        self._say = say
        self._lock = threading.Lock()
        self._code = ""
        self._over = False

    @property
    def over(self) -> bool:
        """Whether there is an account, so that nobody is welcomed any more."""
        if not self._over:
            self._over = self._accounts.any()
        return self._over

    def announce(self) -> None:
        """Say a code in the log while there is no account; the same one until it was used up."""
        if self.over:
            return
        with self._lock:
            if not self._code:
                self._new_code()

    def create(self, code: str, username: str, name: str, password: str) -> Account:
        """Make the first account, of head office.

        `WrongSecretError`, `LockedError`, `BusyError`, `WelcomeOverError`, `WeakSecretError`.
        """
        if self.over:
            raise WelcomeOverError(_("there are accounts already: sign in"))
        check_password(password, username)
        self._tries.begin((_KEY, OF_WELCOME))
        with self._lock:
            if not self._code or not compare_digest(_bare(code), _bare(self._code)):
                if locked := self._tries.wrong((_KEY, OF_WELCOME)):
                    self._new_code()
                    raise _too_many(locked)
                raise WrongSecretError(_("this is not the code that the hub's log says"))
            new = NewAccount(
                username=username,
                name=name,
                role=Role.HEAD_OFFICE,
                stores=None,
                password_hash=self._hash(password),
            )
            made = self._accounts.create(new, name, "the first account", first=True)
            self._code, self._over = "", True
        self._tries.right([_KEY])
        return made

    def _hash(self, password: str) -> str:
        try:
            return self._hasher.hash(password)
        except BusyError:
            # The code was right, and is it at the next try.
            self._tries.right([_KEY])
            raise

    def _new_code(self) -> None:
        halves = ("".join(choice(_LETTERS) for _letter in range(_HALF)) for _half in range(2))
        self._code = "-".join(halves)
        self._say(self._code)


def say_in_log(code: str) -> None:
    """How the code is said."""
    _log.warning("nobody has an account yet: make the first one at /welcome with the code %s", code)


def _too_many(locked: Lock) -> LockedError:
    wait_s = locked.lasts.total_seconds()
    minutes = round(wait_s / 60)
    said = ngettext(
        "too many wrong codes: a new one is in the log; try again in {n} minute",
        "too many wrong codes: a new one is in the log; try again in {n} minutes",
        minutes,
    )
    return LockedError(said.format(n=minutes), wait_s)


def _bare(code: str) -> bytes:
    return "".join(filter(str.isalnum, code)).upper().encode()
