"""All zones of a store as one choice: how many play what is wanted, and a scene for all of them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from hub.api.precondition import etag
from hub.parts import HubParts
from hub.shop import Store
from hub.web.now.cards import Card, Tile
from hub.web.now.ribbon import Ribbon
from scenes.language import _, ngettext

EVERYWHERE = "*"
"""In place of a zone where all of them are meant."""


@dataclass(frozen=True, slots=True)
class Day:
    """A zone's day; ``x`` is where now lies in it."""

    name: str
    today: Ribbon
    x: float = field(compare=False)


@dataclass(frozen=True, slots=True)
class Whole:
    """``seen`` is the tag of all zones' choices together; ``words`` how many zones are as wanted.

    ``troubles`` names each zone with trouble and the first of it, ``days`` have all of them.
    """

    id: str
    spot: str
    store: str
    name: str
    seen: str
    words: str
    good: bool
    troubles: tuple[tuple[str, str], ...]
    tiles: tuple[Tile, ...]
    more_tiles: tuple[Tile, ...]
    days: tuple[Day, ...] = ()
    zone: str = EVERYWHERE


def whole(store: Store, cards: Sequence[Card], seen: str) -> Whole:
    """All zones together."""
    playing = [each for each in cards if each.status in {"playing", "fading"} and not each.stale]
    return Whole(
        id=f"all-{store.id}",
        spot=f"spot-all-{store.id}",
        store=store.id,
        name=store.name,
        seen=seen,
        words=_words(len(playing), len(cards)),
        good=bool(cards) and len(playing) == len(cards),
        troubles=tuple((each.name, each.problems[0]) for each in cards if each.problems),
        tiles=_tiles(cards, 0),
        more_tiles=_tiles(cards, 1),
        days=tuple(Day(each.name, each.today, each.today_x) for each in cards if each.today),
    )


def whole_tag(hub: HubParts, store: str) -> str:
    """Another one whenever somebody chose for any zone of the store, or returned to the plan."""
    editions = "/".join(planned.edition for planned in hub.planner.zones(store))
    return etag("choices", hashlib.sha256(editions.encode()).hexdigest()[:16])


def _words(playing: int, zones: int) -> str:
    if zones == 0:
        return _("No zones yet")
    if playing == zones:
        return ngettext(
            "The zone plays what is wanted", "All {n} zones play what is wanted", zones
        ).format(n=zones)
    return ngettext(
        "{playing} of {n} zone plays what is wanted",
        "{playing} of {n} zones play what is wanted",
        zones,
    ).format(playing=playing, n=zones)


def _tiles(cards: Sequence[Card], part: int) -> tuple[Tile, ...]:
    """The tiles of one zone, said of all: playing where every zone says now that it plays it."""
    rows = [(card.tiles, card.more_tiles)[part] for card in cards]
    known = not any(card.stale for card in cards)
    return tuple(
        Tile(
            scene=same[0].scene,
            look=same[0].look,
            playing=known and all(tile.playing for tile in same),
            asked=any(tile.asked for tile in same),
        )
        for same in zip(*rows, strict=True)
    )
