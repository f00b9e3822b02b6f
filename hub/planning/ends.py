"""How long an override lasts, as people say it, and the instant that it means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hub.errors import OverrideEndError
from hub.planning.almanac import PlaceAlmanac
from hub.planning.base import BasePlan
from hub.shop import Store
from scenes.compiler import closing_after
from scenes.language import _

LONGEST = timedelta(days=7)
"""No choice lasts longer, whatever its end is called: what is meant for longer is a rule."""
UNKNOWN_END = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class NextChange:
    """Until the plan would have changed the scene anyway."""


@dataclass(frozen=True, slots=True)
class Closing:
    """Until the store closes next."""


@dataclass(frozen=True, slots=True)
class ForMinutes:
    """For so many minutes."""

    minutes: float


@dataclass(frozen=True, slots=True)
class Until:
    """Until an instant (aware)."""

    instant: datetime


@dataclass(frozen=True, slots=True)
class UntilEnded:
    """Until a person ends it, `LONGEST` at most."""


OverrideEnd = NextChange | Closing | ForMinutes | Until | UntilEnded


def end_instant(
    end: OverrideEnd, now: datetime, store: Store, base: BasePlan | None = None
) -> datetime:
    """The instant that ``end`` means at ``now``; `OverrideEndError` when it means none.

    A change or a closing that is more than `LONGEST` away means the end of that time.
    ``base`` is the zone's plan without choices; a whole store has none, and no next change.
    """
    match end:
        case NextChange():
            if base is None:
                raise OverrideEndError(
                    _(
                        "the zones of a store change at different times: "
                        "say minutes, closing or an instant"
                    )
                )
            return min(_next_change(now, store, base), now + LONGEST)
        case Closing():
            closing = _closing(now, store)
            if closing is None:
                raise OverrideEndError(
                    _(
                        "{store} does not close in the next eight days, by its opening hours: "
                        "say minutes or an instant"
                    ).format(store=store.name)
                )
            return min(closing, now + LONGEST)
        case ForMinutes(minutes):
            return _checked(now, now + timedelta(minutes=minutes))
        case Until(instant):
            return _checked(now, instant)
        case UntilEnded():
            return now + LONGEST


def _closing(now: datetime, store: Store) -> datetime | None:
    return closing_after(now, store.schedule, PlaceAlmanac(store.place, store.tz), store.tz)


def _next_change(now: datetime, store: Store, base: BasePlan) -> datetime:
    """Of the plan as it would be without overrides; a plan that never changes lends no end."""
    change = base.next_change(now)
    return change or _closing(now, store) or now + UNKNOWN_END


def _checked(now: datetime, instant: datetime) -> datetime:
    if instant <= now:
        raise OverrideEndError("an override ends in the future")
    if instant > now + LONGEST:
        raise OverrideEndError("an override lasts seven days at most; write a rule for longer")
    return instant.astimezone(UTC)
