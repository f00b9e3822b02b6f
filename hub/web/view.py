"""A store's page at one moment, from the hub's parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hub.api.edges import unknown_zones
from hub.api.views import zone_views
from hub.errors import OverrideEndError, UnknownStoreError
from hub.moments import moment
from hub.parts import HubParts
from hub.planning.ends import Closing, ForMinutes, NextChange, OverrideEnd, end_instant
from hub.planning.planner import PlannedZone
from hub.shop import Store
from hub.web.bar import Bar, Stray, bar, health_lines
from hub.web.cards import Card, card, own_changes
from hub.web.held import held_in, offers, waiting_words
from hub.web.looks import Look, scene_look
from hub.web.rendering import sentence
from hub.web.ribbon import ribbon
from hub.web.words import named_moment
from scenes.errors import UnknownSceneError

ENDS: dict[str, tuple[str, OverrideEnd]] = {
    "next-change": ("Until the next change", NextChange()),
    "30": ("30 minutes", ForMinutes(30)),
    "60": ("60 minutes", ForMinutes(60)),
    "closing": ("Until closing", Closing()),
}
"""The answers to "for how long?": what a form sends, the words on the button, what it means."""


@dataclass(frozen=True, slots=True)
class StorePage:
    """The top of the page and its cards; by itself it looks the same until ``changes_at``."""

    bar: Bar
    cards: tuple[Card, ...]
    changes_at: datetime | None


@dataclass(frozen=True, slots=True)
class EndChoice:
    """One answer to "for how long?". ``until`` is empty where the words say the instant."""

    value: str
    words: str
    until: str


@dataclass(frozen=True, slots=True)
class Ask:
    """The one question after a tap: a form that sends ``fields`` and the answer to ``action``.

    ``fields["seen"]`` is the tag of the choice that the person saw; ``problem`` why they are
    asked again, ``note`` what else they need to know.
    """

    store: str
    action: str
    title: str
    question: str
    fields: Mapping[str, str]
    look: Look
    description: str
    choices: tuple[EndChoice, ...]
    problem: str
    note: str = ""


def pick_store(hub: HubParts, store_id: str | None) -> Store | None:
    """The store that was asked for, or the first; None when the shop file names none."""
    stores = hub.planner.shop.stores
    if store_id is None:
        return stores[0] if stores else None
    store = hub.planner.shop.store(store_id)
    if store is None:
        raise UnknownStoreError(f"there is no store {store_id!r}")
    return store


def page_of(hub: HubParts, store_id: str) -> StorePage:
    """The page of a store by its id; `UnknownStoreError` when it is gone from the shop file."""
    store = hub.planner.shop.store(store_id)
    if store is None:
        raise UnknownStoreError(f"there is no store {store_id!r}")
    return store_page(hub, store)


def store_bar(hub: HubParts, store: Store, path: str = "/", *, live: bool = False) -> Bar:
    """The top of any page of a store. Only a live one says how things stand: it is told anew."""
    now = hub.now()
    known = {each.id for each in hub.planner.shop.stores}
    edges = [edge for edge in hub.reported.edges() if edge.store == store.id]
    # An edge of no store at all is nobody's, so every store's page tells of it.
    strays = [
        Stray(edge.edge, edge.store if edge.store not in known else "", tuple(zones))
        for edge in hub.reported.edges()
        if (edge.store == store.id or edge.store not in known)
        and (zones := unknown_zones(hub, edge))
    ]
    shown = bar(
        store,
        hub.planner.shop.stores,
        health_lines(hub.link.connected, edges, strays) if live else (),
        hub.shop_status,
        [sentence(problem) for problem in hub.office.problems()],
        now,
        path,
    )
    return replace(shown, offers=offers(hub, store))


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


def end_choice(value: str, instant: datetime, now: datetime, tz: ZoneInfo) -> EndChoice:
    """An answer to "for how long?", which means ``instant``."""
    words, end = ENDS[value]
    if isinstance(end, ForMinutes):
        return EndChoice(value, words, moment(instant, now, tz))
    # "Until closing" may be tomorrow's: the name alone would promise something else.
    return EndChoice(value, named_moment(words, instant, now, tz), "")


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
