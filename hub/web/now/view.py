"""A store's page at one moment, from the hub's parts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.api.views import zone_views
from hub.errors import OverrideEndError, UnknownStoreError
from hub.parts import HubParts
from hub.planning.ends import end_instant
from hub.planning.planner import PlannedZone
from hub.shop import Store
from hub.web.bar import Bar
from hub.web.held import held_in, waiting_words
from hub.web.looks import scene_look
from hub.web.now.cards import Card, card, own_changes
from hub.web.now.ribbon import ribbon
from hub.web.question import ENDS, Ask, end_choice
from hub.web.store_bar import store_bar
from scenes.errors import UnknownSceneError


@dataclass(frozen=True, slots=True)
class StorePage:
    """The top of the page and its cards; by itself it looks the same until ``changes_at``."""

    bar: Bar
    cards: tuple[Card, ...]
    changes_at: datetime | None


def page_of(hub: HubParts, store_id: str) -> StorePage:
    """The page of a store by its id; `UnknownStoreError` when it is gone from the shop file."""
    store = hub.planner.shop.store(store_id)
    if store is None:
        raise UnknownStoreError(f"there is no store {store_id!r}")
    return store_page(hub, store)


def store_page(hub: HubParts, store: Store) -> StorePage:
    """Everything that the store's page shows now."""
    now, tz = hub.now(), store.tz
    plans = hub.planner.plans()
    held = held_in(hub, store, now)
    presets = {store.schedule.quiet_scene, store.schedule.emergency_scene}
    # A preset is begun for the whole store; in one zone it would be nobody's quiet hour.
    scenes = [scene for scene in hub.planner.shop.scenes.values() if scene.id not in presets]
    views = zone_views(hub, store=store.id)
    cards = tuple(
        card(
            view,
            scenes,
            ribbon(plans[store.id, view.zone], now, tz),
            now,
            tz,
            held.get(view.desired.layer),
        )
        for view in views
    )
    changes = [moment for view in views for moment in own_changes(view) if moment > now]
    return StorePage(store_bar(hub, store, live=True), cards, min(changes, default=None))


def question(
    hub: HubParts, planned: PlannedZone, scene_id: str, seen: str, problem: str = ""
) -> Ask:
    """For how long? `UnknownSceneError` for a scene that is not in the library."""
    scene = hub.planner.shop.scenes.get(scene_id)
    if scene is None:
        raise UnknownSceneError(f"no scene is called {scene_id!r}")
    now = hub.now()
    ends = _reachable_ends(planned, now)
    return Ask(
        store=planned.store.id,
        action="/override",
        title=f"{scene.name}, {planned.zone.name}",
        question="For how long?",
        fields={
            "store": planned.store.id,
            "zone": planned.zone.id,
            "scene": scene.id,
            "seen": seen,
        },
        look=scene_look(scene.id, scene.name),
        description=scene.description,
        choices=tuple(end_choice(value, instant, now, planned.store.tz) for value, instant in ends),
        problem=problem,
        note=waiting_words(planned.plan.at(now).layer),
    )


def _reachable_ends(planned: PlannedZone, now: datetime) -> list[tuple[str, datetime]]:
    """The ends that mean an instant here: a store without opening hours has no closing."""
    ends = []
    for value, (_, end) in ENDS.items():
        try:
            instant = end_instant(end, now, planned.store, planned.base)
        except OverrideEndError:
            continue
        if instant - now < timedelta(days=7):
            ends.append((value, instant))
    return ends
