"""What people nudge in a zone, or mute in a whole store: checked, made, and told to the audit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex

import msgspec

from hub.audit import Change
from hub.errors import NoZonesError
from hub.planning.asked import Asked
from hub.planning.book import PlannedZone
from hub.planning.choice_records import ZoneKey
from hub.planning.choices import By, in_zone, why_of, zone_subject
from hub.planning.ends import OverrideEnd, end_instant
from hub.shop import Shop, Store
from scenes.adjustment import FULL, Sense, limits_of
from scenes.errors import StemningError
from scenes.language import _
from scenes.nudge import CALMS, Calm, Nudge, NudgeKind
from scenes.rules import OverrideWhy


class NudgeRangeError(StemningError, ValueError):
    """Nobody can make a sense so much more, or so much less."""

    code = "nudge.range"


@dataclass(frozen=True, slots=True)
class NudgeWish:
    """A person's wish to have ``percent`` of what scenes ask of one sense, until when, and why."""

    sense: Sense
    percent: float
    end: OverrideEnd
    author: str = ""
    why: OverrideWhy = "other"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A person's wish for so many points of per cent more or less than there is, and why."""

    sense: Sense
    points: float
    author: str = ""
    why: OverrideWhy = "other"


def for_a_zone(wish: NudgeWish, before: PlannedZone, now: datetime) -> Nudge | None:
    """A nudge for one zone; None for one that changes nothing.

    `NudgeRangeError`, `OverrideEndError`.
    """
    low, high = limits_of(wish.sense)
    if not low <= wish.percent <= high:
        said = _("{sense} goes from {low} to {high} % of the scene's own")
        raise NudgeRangeError(said.format(sense=wish.sense, low=f"{low:g}", high=f"{high:g}"))
    end = end_instant(wish.end, now, before.store, before.base)
    if wish.percent == FULL:
        return None
    return Nudge(
        id=token_hex(8),
        zone=before.zone.id,
        kind=wish.sense,
        percent=wish.percent,
        start=now,
        end=end,
        author=wish.author,
        reason=wish.reason,
        why=wish.why,
    )


def for_a_store(store: Store, calm: Calm, end: datetime, by: By) -> Nudge:
    """A mute or scent-off of a store, to be given to each zone with `in_zone`; `NoZonesError`."""
    if not store.zones:
        raise NoZonesError(f"{store.name} has no zones")
    return Nudge(
        id=token_hex(8),
        zone=store.zones[0].id,
        kind=calm,
        percent=0.0,
        start=by.at,
        end=end,
        author=by.author,
        reason=by.reason,
    )


def spread_calms(shop: Shop, asked: Mapping[ZoneKey, Asked], now: datetime) -> dict[ZoneKey, Asked]:
    """What a store's mute or scent-off asks of zones that came after it began."""
    found: dict[ZoneKey, Asked] = {}
    for store in shop.stores:
        for calm in CALMS:
            held = [each.nudging(calm, now) for key, each in asked.items() if key[0] == store.id]
            whole = next(filter(None, held), None)
            for zone in store.zones if whole else ():
                key = (store.id, zone.id)
                after = found.get(key) or asked.get(key, Asked())
                if whole and after.nudging(calm, now) is None:
                    theirs = msgspec.structs.replace(in_zone(whole, zone.id), start=now)
                    found[key] = after.nudged(theirs)
    return found


def zone_nudge_change(
    before: PlannedZone, kind: NudgeKind, after: Nudge | None, now: datetime, author: str
) -> Change:
    """A nudge in a zone; without ``after`` its end."""
    return Change(
        at=now,
        author=author,
        action=f"{kind}.{'nudge' if after else 'end'}",
        store=before.store.id,
        subject=zone_subject(before.zone.id),
        why=why_of(after),
        before=before.asked.nudging(kind, now),
        after=after,
    )
