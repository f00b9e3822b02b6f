"""What can be wrong about who asks."""

from __future__ import annotations

from hub.errors import ConflictError, NotAllowedError, TooOftenError, UnknownCallerError
from scenes.errors import StemningError


class SignInError(UnknownCallerError):
    """Nobody is signed in, and what is asked for needs somebody. 401 over HTTP."""

    code = "people.sign-in"


class PinError(SignInError):
    """A shared tablet asks for what needs a person with a PIN. 401 over HTTP."""

    code = "people.pin"


class WrongSecretError(UnknownCallerError):
    """Username and password, or person and PIN, don't belong together. 401 over HTTP."""

    code = "people.wrong"


class ForbiddenError(NotAllowedError):
    """Who asks may not. 403 over HTTP."""

    code = "people.forbidden"


class ForeignRequestError(NotAllowedError):
    """A browser sends what no page of the hub's made. 403 over HTTP."""

    code = "people.csrf"


class UndeclaredRouteError(NotAllowedError):
    """A route that doesn't say what it needs is for nobody. 403 over HTTP."""

    code = "people.undeclared"


class LockedError(TooOftenError):
    """Too many wrong ones. 429 over HTTP."""

    code = "people.locked"


class BusyError(TooOftenError):
    """More people sign in at once than this machine checks. 429 over HTTP."""

    code = "people.busy"


class WeakSecretError(StemningError, ValueError):
    """A password or PIN that is guessed too easily."""

    code = "people.weak"


class WeakPinError(WeakSecretError):
    """A PIN that is guessed too easily, or none."""


class AccountError(StemningError, ValueError):
    """An account can't be like this."""

    code = "people.account"


class UsernameError(AccountError):
    """A username can't be like this."""


class UnknownAccountError(StemningError, LookupError):
    """No account has this number."""

    code = "people.unknown"


class UnknownSessionError(StemningError, LookupError):
    """No tablet or key has this id."""

    code = "people.unknown-session"


class TooManyKeysError(ConflictError):
    """An account has as many access keys as one may. 409 over HTTP."""

    code = "people.keys"


class UsernameTakenError(ConflictError):
    """Somebody has this username, maybe with other capitals."""

    code = "people.username-taken"


class LastHeadOfficeError(ConflictError):
    """Without this account nobody could let anybody in any more."""

    code = "people.last-head-office"


class WelcomeOverError(ConflictError):
    """There are accounts already."""

    code = "people.welcome-over"
