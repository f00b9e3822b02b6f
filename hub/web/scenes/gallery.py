"""Every scene as a card: its picture, what it is for, where it stands and where it is used."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.library_names import scene_description
from hub.parts import HubParts
from hub.scene_book.records import Standing
from hub.shop import Store
from hub.web.looks import Look, scene_look, tile_order
from hub.web.scene_picture import Picture, picture
from hub.web.scenes.said import mood_word, state_look
from scenes.language import _


@dataclass(frozen=True, slots=True)
class SceneCard:
    """One scene of the gallery; ``mood`` and ``used`` are in words."""

    id: str
    look: Look
    picture: Picture
    mood: str
    description: str
    used: str
    on_now: bool
    state: Look


@dataclass(frozen=True, slots=True)
class Shelf:
    """Scenes that stand alike, under one heading."""

    id: str
    title: str
    cards: tuple[SceneCard, ...]


def shelves(hub: HubParts, store: Store, now: datetime) -> tuple[Shelf, ...]:
    """Every scene: those that can be played, drafts that never were, those that are retired."""
    playing = _on_now(hub, store, now)
    planned = scenes_named(store)
    found = sorted(
        hub.scene_book.everything(), key=lambda each: tile_order(each.id, each.scene.name)
    )
    titles = {
        "published": _("Ready to play"),
        "draft": _("Drafts"),
        "retired": _("Retired"),
    }
    return tuple(
        Shelf(state, title, cards)
        for state, title in titles.items()
        if (
            cards := tuple(
                _card(each, playing.get(each.id, ()), planned)
                for each in found
                if each.state == state
            )
        )
    )


def scenes_named(store: Store) -> frozenset[str]:
    """The ids of all scenes that a store's schedule and its fallbacks name."""
    plan = store.schedule
    lists = (plan.rules, plan.exceptions, plan.quiet_hours, plan.reactions)
    return frozenset(
        {
            *(item.scene for items in lists for item in items if item.scene),
            plan.quiet_scene,
            plan.emergency_scene,
            *(zone.fallback for zone in store.zones),
        }
    )


def _on_now(hub: HubParts, store: Store, now: datetime) -> dict[str, list[str]]:
    """The names of the zones in which the plan has each scene on now."""
    on: dict[str, list[str]] = {}
    for planned in hub.planner.zones(store.id):
        on.setdefault(planned.plan.at(now).scene, []).append(planned.zone.name)
    return on


def _card(standing: Standing, zones: Sequence[str], planned: Collection[str]) -> SceneCard:
    scene = standing.scene
    return SceneCard(
        id=standing.id,
        look=scene_look(standing.id, scene.name),
        picture=picture(scene),
        mood=mood_word(scene.mood) if scene.mood else "",
        description=scene_description(standing.id, scene.description),
        used=_used(standing.id, zones, planned),
        on_now=bool(zones),
        state=state_look(standing),
    )


def _used(scene: str, zones: Sequence[str], planned: Collection[str]) -> str:
    if zones:
        return _("On now by plan: {zones}").format(zones=", ".join(zones))
    return _("In this store’s plan") if scene in planned else _("Not in this store’s plan")
