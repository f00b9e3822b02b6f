"""All zones of a store together."""

from __future__ import annotations

from dataclasses import replace

from hub.shop import Store
from hub.web.now.cards import Card
from hub.web.now.whole import Whole, whole
from tests.hub.web.test_cards import reporting, shown

STORE = Store(id="oslo", name="Oslo", time_zone="Europe/Oslo", currency="NOK")


def together(*cards: Card) -> Whole:
    return whole(STORE, cards, "")


def playing(of: Whole) -> list[str]:
    return [tile.scene for tile in (*of.tiles, *of.more_tiles) if tile.playing]


def test_a_scene_plays_in_the_whole_shop_when_every_zone_says_so_now() -> None:
    card = shown()
    assert playing(together(card, card)) == ["trading"]
    assert together(card, card).words == "All 2 zones play what is wanted"
    other = shown(reporting(scene="evening", scene_name="Evening"))
    assert playing(together(card, other)) == []
    old = shown(reporting(stale=True))
    mixed = together(card, old)
    assert playing(mixed) == []
    assert not mixed.good
    assert mixed.words == "1 of 2 zones play what is wanted"


def test_each_zone_with_trouble_is_named_with_the_first_of_it() -> None:
    broken = replace(shown(), problems=("1 of 2 lamps on", "no music"))
    assert together(shown(), broken).troubles == (("Entrance", "1 of 2 lamps on"),)
