"""The zones in which a scene can be tried out: what is on there, and who would notice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hub.api.choice_tags import audition_tag
from hub.parts import HubParts
from hub.planning.book import PlannedZone
from hub.shop import Store
from hub.web.now.cards import Card
from hub.web.now.view import store_page
from scenes.audition import AUDITION_PREFIX
from scenes.language import _


@dataclass(frozen=True, slots=True)
class Place:
    """A zone, and what its agents report of it. ``tried`` says who auditions what there.

    ``tag`` is that of the zone's audition, also of none; ``end`` when one of this scene that is
    under way there ends, whoever began it.
    """

    card: Card
    tag: str
    tried: str = ""
    end: datetime | None = None


def places(hub: HubParts, scene: str, store: Store) -> tuple[Place, ...]:
    """Every zone of a store, by its own order."""
    cards = {card.zone: card for card in store_page(hub, store).cards}
    return tuple(
        _place(hub, scene, planned, cards[planned.zone.id])
        for planned in hub.planner.zones(store.id)
        if planned.zone.id in cards
    )


def _place(hub: HubParts, scene: str, planned: PlannedZone, card: Card) -> Place:
    audition, tag = planned.audition_at(hub.now()), audition_tag(planned)
    if audition is None:
        return Place(card, tag)
    name = audition.recipe.name.removeprefix(AUDITION_PREFIX)
    if audition.of == scene:
        words = _("{scene} is tried out").format(scene=name)
        return Place(card, tag, words, audition.end)
    words = _("{who} tries out {scene}").format(who=audition.author or _("Somebody"), scene=name)
    return Place(card, tag, words)
