"""Errors that more than one part of the hub raises or answers.

Over HTTP a leaf's builtin decides its status: `LookupError` 404, `PermissionError` 403,
`ValueError` 422, `TimeoutError` 504, `ConnectionError` 503; a `ConflictError` is 409.
"""

from __future__ import annotations

from collections.abc import Sequence

from scenes.errors import StemningError
from scenes.language import _


class ConflictError(StemningError):
    """The request is fine, the present state of things forbids it."""

    code = "conflict"


class RefusedError(ConflictError):
    """Something is in the way, often several things; ``problems`` says each in a sentence."""

    code = "refused"

    def __init__(self, message: str, problems: Sequence[str]) -> None:
        super().__init__(f"{message}: {'; '.join(problems)}")
        self.problems = tuple(problems)


class PreconditionRequiredError(StemningError):
    """A write doesn't say what its author saw. 428 over HTTP."""

    code = "precondition.required"


class PreconditionFailedError(StemningError):
    """Somebody else was faster. 412 over HTTP.

    ``tag`` is the resource's tag now, ``changed`` what happened since, in sentences.
    """

    code = "precondition.failed"

    def __init__(self, tag: str, changed: Sequence[str] = ()) -> None:
        super().__init__(
            _(
                "somebody else changed this since you saw it, so nothing was written; "
                "look again and decide anew"
            )
            + "".join(f". {one}" for one in changed)
        )
        self.tag = tag
        self.changed = tuple(changed)


class UnavailableError(StemningError, ConnectionError):
    """A part that the hub needs (database, broker) doesn't answer now."""

    code = "unavailable"


class UnknownCallerError(StemningError):
    """Nobody knows who asks. 401 over HTTP."""

    code = "caller.unknown"


class NotAllowedError(StemningError, PermissionError):
    """Who asks is known, and may not. 403 over HTTP."""

    code = "caller.not-allowed"


class TooOftenError(StemningError):
    """Somebody asks more often than was agreed. 429 over HTTP; ``retry_after_s`` until it may."""

    code = "caller.too-often"

    def __init__(self, text: str, retry_after_s: float) -> None:
        super().__init__(text)
        self.retry_after_s = retry_after_s


class UnknownStoreError(StemningError, LookupError):
    """No store has this id."""

    code = "store.unknown"


class UnknownZoneError(StemningError, LookupError):
    """No zone has this id (in this store)."""

    code = "zone.unknown"


class AmbiguousZoneError(ConflictError):
    """Several stores have a zone of this id, and the request names no store."""

    code = "zone.ambiguous"


class OverrideEndError(StemningError, ValueError):
    """An override can't end like this."""

    code = "override.end"


class CalmHeldError(ConflictError):
    """A mute or scent-off holds already, and nobody said that it is to be replaced."""

    code = "calm.held"


class QuietHourHeldError(ConflictError):
    """Somebody's quiet hour holds, and who begins another one doesn't say that it replaces it."""

    code = "quiet-hour.held"


class NoZonesError(ConflictError):
    """A choice for a whole store that has no zones."""

    code = "store.no-zones"


class NoDraftError(StemningError, LookupError):
    """The store has no draft of its next schedule."""

    code = "draft.none"


class NotInOfficeError(ConflictError):
    """Another hub decides; this one only shows."""

    code = "hub.not-in-office"


class PlanRangeError(StemningError, ValueError):
    """A stretch of time that is none."""

    code = "plan.range"


class PlaceError(StemningError, ValueError):
    """A place that isn't one, or whose holidays nobody knows."""

    code = "place.invalid"


class UnknownEdgeError(StemningError, LookupError):
    """No agent of this id has ever reported."""

    code = "edge.unknown"


class EdgeOnlineError(ConflictError):
    """An agent that is at work can't be removed: it would be back within seconds."""

    code = "edge.online"


class NoReplyError(StemningError, TimeoutError):
    """An agent did not answer a request before it expired."""

    code = "edge.no-reply"


class NothingToPlanError(StemningError, ValueError):
    """At its first start a hub needs a shop file."""

    code = "hub.nothing-to-plan"
