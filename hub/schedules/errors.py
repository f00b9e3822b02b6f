"""What the desks of schedules and templates refuse."""

from __future__ import annotations

from hub.errors import ConflictError, NoDraftError, RefusedError
from hub.planning.deployed import UnknownTemplateError
from scenes.errors import StemningError
from scenes.language import _
from scenes.rules import DateException, QuietHour, Rule

__all__ = [
    "CantMoveError",
    "DeskBusyError",
    "DraftExistsError",
    "NoDraftError",
    "RebaseConflictError",
    "ScheduleRefusedError",
    "TemplateInUseError",
    "TemplateRefusedError",
    "UnknownPartError",
    "UnknownTemplateError",
    "UnknownVersionError",
    "template_keeps",
]


class DraftExistsError(ConflictError):
    """A store has a draft already, and there is one at most."""

    code = "draft.exists"


class UnknownPartError(StemningError, LookupError):
    """A schedule has nothing of this id."""

    code = "draft.unknown-part"


class CantMoveError(ConflictError):
    """Something planned can't be at another time as it was asked."""

    code = "draft.cant-move"


def template_keeps(item: Rule | DateException | QuietHour) -> str:
    """Why something of a template can't be changed in a store."""
    return _("the template keeps “{name}” as it is").format(name=item.name or item.id)


class UnknownVersionError(StemningError, LookupError):
    """A store's schedule never had this version."""

    code = "schedule.unknown-version"


class ScheduleRefusedError(RefusedError):
    """A schedule has mistakes that forbid its deployment."""

    code = "schedule.refused"


class RebaseConflictError(RefusedError):
    """Both a draft and what was deployed since change the same thing."""

    code = "draft.conflicts"


class TemplateRefusedError(RefusedError):
    """A template has mistakes, or stores that can't take it."""

    code = "template.refused"


class TemplateInUseError(ConflictError):
    """A template that stores build on can't be deleted."""

    code = "template.in-use"


class DeskBusyError(ConflictError):
    """Others changed the same thing again and again while this was tried."""

    code = "schedule.busy"
