"""A store's page at one moment, from the hub's parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hub.api.views import zone_views
from hub.errors import OverrideEndError, UnknownStoreError
from hub.library_names import scene_description, scene_name
from hub.parts import HubParts
from hub.planning.choices import STORE_WIDE
from hub.planning.ends import end_instant
from hub.planning.planner import PlannedZone
from hub.shop import Store
from hub.web.bar import Bar
from hub.web.held import Begun, until_words, waiting_words
from hub.web.looks import scene_look, store_wide_look
from hub.web.now.cards import Around, Card, card, own_changes
from hub.web.now.devices import zone_devices
from hub.web.now.floor import Ground, ground, places
from hub.web.now.nudges import Over
from hub.web.now.ribbon import Ribbon, busy_spans, ribbon
from hub.web.now.whole import EVERYWHERE, Whole, whole, whole_tag
from hub.web.question import ENDS, Ask, end_choice, whys
from hub.web.scene_picture import Picture, picture
from hub.web.store_bar import store_bar
from scenes.adjustment import SENSES, Sense
from scenes.errors import UnknownSceneError
from scenes.language import _
from scenes.nudge import CALMS, Calm, Nudge
from scenes.rules import Layer
from scenes.scene import Scene

ZONE_ENDS = ("next-change", "30", "60", "closing")
"""The answers to how long a scene holds in a zone, of `ENDS`."""


@dataclass(frozen=True, slots=True)
class StorePage:
    """The page at one moment; by itself it looks the same until ``changes_at``.

    ``pictures`` are the scenes' by id: tiles only point at them.
    """

    bar: Bar
    ground: Ground
    whole: Whole
    cards: tuple[Card, ...]
    pictures: tuple[tuple[str, Picture], ...]
    changes_at: datetime | None


def page_of(hub: HubParts, store_id: str) -> StorePage:
    """The page of a store by its id; `UnknownStoreError` when it is gone from the shop file."""
    store = hub.planner.shop.store(store_id)
    if store is None:
        raise UnknownStoreError(f"there is no store {store_id!r}")
    return store_page(hub, store)


def store_page(hub: HubParts, store: Store) -> StorePage:
    """Everything that the store's page shows now; it reads no database."""
    now, tz = hub.now(), store.tz
    floor = hub.floors.last(store)
    scenes = choosable(hub, store)
    devices, stand = zone_devices(hub.reported.edges(), store.id), places(floor)
    views = zone_views(hub, store=store.id)
    cards = tuple(
        card(
            view,
            Around(
                library=scenes,
                place=stand[view.zone],
                devices=devices.get(view.zone, ()),
                nudges=_nudges(planned, now),
                over=_over(planned, now),
                counted=hub.reactions.inside(store.id, view.zone),
                today=_today(planned, now, tz),
            ),
            now,
            tz,
        )
        for view in views
        if view.zone in stand  # a zone that came this instant is told with the next change
        for planned in [hub.planner.planned(store.id, view.zone)]
    )
    changes = [moment for view in views for moment in own_changes(view) if moment > now]
    return StorePage(
        bar=store_bar(hub, store),
        ground=ground(floor),
        whole=whole(store, cards, whole_tag(hub, store.id)),
        cards=cards,
        pictures=tuple((scene.id, picture(scene)) for scene in scenes),
        changes_at=min(changes, default=None),
    )


def _today(planned: PlannedZone, now: datetime, tz: ZoneInfo) -> Ribbon | None:
    base = planned.base
    return ribbon(planned.plan, now, tz, busy_spans(base.slots, base.end))


def _over(planned: PlannedZone, now: datetime) -> Over:
    """What holds over a zone's nudges, of what somebody began in the whole store."""
    store, slot = planned.store, planned.plan.at(now)
    calms = {
        calm: _wide_words(calm, nudge, now, store)
        for calm in CALMS
        if (nudge := planned.nudge_at(calm, now))
    }
    words = ""
    if slot.layer in STORE_WIDE:
        held = planned.asked.at(slot.layer, now)
        # A quiet hour may be the schedule's own.
        look = store_wide_look(slot.layer)
        words = _wide_words(slot.layer, held, now, store) if held else look.word
    return Over(slot.layer, slot.source, calms, words)


def _wide_words(what: Layer | Calm, held: Begun, now: datetime, store: Store) -> str:
    return f"{store_wide_look(what).word} {until_words(held, now, store)}"


def _nudges(planned: PlannedZone, now: datetime) -> dict[Sense, Nudge]:
    """What holds of each sense of a zone."""
    held = {sense: planned.nudge_at(sense, now) for sense in SENSES}
    return {sense: nudge for sense, nudge in held.items() if nudge is not None}


def choosable(hub: HubParts, store: Store) -> list[Scene]:
    """What somebody can choose for a zone.

    A preset is begun for the whole store; in one zone it would be nobody's quiet hour.
    """
    presets = {store.schedule.quiet_scene, store.schedule.emergency_scene}
    return [scene for scene in hub.planner.shop.scenes.values() if scene.id not in presets]


def question(
    hub: HubParts, planned: PlannedZone, scene_id: str, seen: str, problem: str = ""
) -> Ask:
    """For how long? `UnknownSceneError` for a scene that is not in the library."""
    return _ask(hub, [planned], planned.zone.id, planned.zone.name, scene_id, seen, problem)


def question_everywhere(
    hub: HubParts, store: Store, scene_id: str, seen: str, problem: str = ""
) -> Ask:
    """For how long, in the whole shop? `UnknownSceneError`."""
    zones = hub.planner.zones(store.id)
    return _ask(hub, zones, EVERYWHERE, _("the whole shop"), scene_id, seen, problem)


def _ask(
    hub: HubParts,
    zones: Sequence[PlannedZone],
    zone: str,
    where: str,
    scene_id: str,
    seen: str,
    problem: str,
) -> Ask:
    scene = hub.planner.shop.scenes.get(scene_id)
    if scene is None:
        raise UnknownSceneError(f"no scene is called {scene_id!r}")
    now, store = hub.now(), zones[0].store
    ends = _reachable_ends(zones, now)
    # The strongest that holds in any of them.
    above = min((each.plan.at(now).layer for each in zones), key=list(Layer).index)
    return Ask(
        store=store.id,
        action="/override",
        title=f"{scene_name(scene.id, scene.name)}, {where}",
        question=_("For how long?"),
        fields={"store": store.id, "zone": zone, "scene": scene.id, "seen": seen},
        look=scene_look(scene.id, scene.name),
        description=scene_description(scene.id, scene.description),
        choices=tuple(end_choice(value, instant, now, store.tz) for value, instant in ends),
        problem=problem,
        note=waiting_words(above),
        whys=whys(),
    )


def _reachable_ends(zones: Sequence[PlannedZone], now: datetime) -> list[tuple[str, datetime]]:
    """The ends that mean an instant here: a store without opening hours has no closing.

    Of several zones, those that mean one for all of them; the first to end says when.
    """
    ends = []
    for value in ZONE_ENDS:
        end = ENDS[value][1]
        try:
            instant = min(end_instant(end, now, each.store, each.base) for each in zones)
        except OverrideEndError:
            continue
        if instant - now < timedelta(days=7):
            ends.append((value, instant))
    return ends
