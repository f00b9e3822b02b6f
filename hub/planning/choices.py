"""What people choose for a zone or a whole store: checked, made, and told to the audit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import TypeVar

import msgspec
from sqlalchemy import Connection

from hub.audit import Change, record
from hub.errors import NoZonesError
from hub.planning.asked import NO_CHOICE, Asked, Choice
from hub.planning.book import PlannedZone
from hub.planning.choice_records import Turn, ZoneKey
from hub.planning.ends import end_instant
from hub.shop import Shop, Store
from scenes.errors import UnknownSceneError
from scenes.nudge import Calm, Nudge
from scenes.rules import Layer, Override

Chosen = TypeVar("Chosen", Override, Nudge)

STORE_WIDE = (Layer.QUIET_HOUR, Layer.EMERGENCY)
"""The layers of choices for a whole store."""
CHOOSE, RETURN = "override.choose", "override.return"


def known_scene(scene: str, shop: Shop) -> None:
    """`UnknownSceneError` for a scene that is not in the library."""
    if scene not in shop.scenes:
        raise UnknownSceneError(f"no scene is called {scene!r}")


def for_a_zone(choice: Choice, before: PlannedZone, shop: Shop, now: datetime) -> Override:
    """A choice for one zone; `UnknownSceneError`, `OverrideEndError`."""
    known_scene(choice.scene, shop)
    return Override(
        id=token_hex(8),
        zone=before.zone.id,
        scene=choice.scene,
        start=now,
        end=end_instant(choice.end, now, before.store, before.base),
        author=choice.author,
        reason=choice.reason,
        why=choice.why,
    )


@dataclass(frozen=True, slots=True)
class By:
    """Who does something to a whole store, when, and why in their own words."""

    at: datetime
    author: str = ""
    reason: str = ""


def for_a_store(store: Store, layer: Layer, shop: Shop, end: datetime, by: By) -> Override:
    """The quiet hour or emergency of a store, to be given to each zone with `in_zone`.

    `UnknownSceneError` when its preset is not in the library, `NoZonesError`.
    """
    quiet = layer is Layer.QUIET_HOUR
    scene = store.schedule.quiet_scene if quiet else store.schedule.emergency_scene
    if scene not in shop.scenes:
        raise UnknownSceneError(
            f"the {'quiet' if quiet else 'emergency'} scene of {store.name} is {scene!r}, "
            "and no scene is called so: add it, or name another one in the schedule"
        )
    if not store.zones:
        raise NoZonesError(f"{store.name} has no zones")
    return Override(
        id=token_hex(8),
        zone=store.zones[0].id,
        scene=scene,
        start=by.at,
        end=end,
        author=by.author,
        reason=by.reason,
        layer=layer,
    )


def in_zone(whole: Chosen, zone: str) -> Chosen:
    """A store's choice in one of its zones. What stands before the point is the choice's own."""
    return msgspec.structs.replace(whole, id=f"{edition(whole)}.{zone}", zone=zone)


def edition(choice: Override | Nudge | None) -> str:
    """Which choice this is; the same in every zone of a store's."""
    return choice.id.partition(".")[0] if choice else NO_CHOICE


def spread(shop: Shop, asked: Mapping[ZoneKey, Asked], now: datetime) -> dict[ZoneKey, Turn]:
    """What a store's quiet hour or emergency asks of zones that came after it began."""
    turns: dict[ZoneKey, Turn] = {}
    for store in shop.stores:
        for layer in STORE_WIDE:
            held = [each.standing(layer, now) for key, each in asked.items() if key[0] == store.id]
            whole = next(filter(None, held), None)
            for zone in store.zones if whole else ():
                key = (store.id, zone.id)
                before = asked.get(key, Asked())
                after = turns[key].after if key in turns else before
                if whole and after.standing(layer, now) is None:
                    theirs = msgspec.structs.replace(in_zone(whole, zone.id), start=now)
                    turns[key] = Turn(store.id, before, after.having(theirs))
    return turns


def told(change: Change) -> Callable[[Connection, datetime], None]:
    """Writes a change to the audit, in the transaction that makes it."""
    return lambda connection, _now: record(connection, change)


def zone_change(before: PlannedZone, after: Override | None, now: datetime, author: str) -> Change:
    """A choice for a zone; without ``after`` the return to the plan."""
    return Change(
        at=now,
        author=author,
        action=CHOOSE if after else RETURN,
        store=before.store.id,
        subject=zone_subject(before.zone.id),
        why=why_of(after),
        before=before.asked.standing(Layer.OVERRIDE, now),
        after=after,
    )


def zone_subject(zone: str) -> str:
    """How the audit names a zone."""
    return f"zone {zone}"


def store_subject(store: str) -> str:
    """How the audit names a store."""
    return f"store {store}"


def store_change(
    store: Store, what: Layer | Calm, before: Chosen | None, after: Chosen | None, by: By
) -> Change:
    """A quiet hour, emergency, mute or scent-off; without ``after`` its end.

    Both as one of the zones has it.
    """
    return Change(
        at=by.at,
        author=by.author,
        action=f"{what}.{'begin' if after else 'end'}",
        store=store.id,
        subject=store_subject(store.id),
        why=by.reason,
        before=before,
        after=after,
    )


def why_of(choice: Override | Nudge | None) -> str:
    """The kind of reason and the person's own words, as the audit has them."""
    return ": ".join(words for words in (choice.why, choice.reason) if words) if choice else ""
