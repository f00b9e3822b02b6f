"""What the demo's history played when: some of it by the dice, so that it can be compared."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

FIRST_HOUR, OPEN_HOUR, CLOSE_HOUR, LAST_HOUR = 8, 9, 20, 21
AFTERNOON = (13, 15, 17, 19)
AFTERNOON_SCENES = ("trading", "evening", "rush-hour")
_SATURDAY, _SUNDAY = 5, 6


@dataclass(frozen=True, slots=True)
class Hours:
    """A scene from one hour of a day to another, local time."""

    start: int
    until: int
    scene: str


class Schedule:
    """The scenes of every zone on every day, as a function of the seed.

    By the dice: on the sales floor the three blocks of an afternoon get its three scenes in a
    new order each day; the fitting rooms' afternoon is evening or trading, and the entrance's
    working-day afternoon has a quiet hour or not, once each in every two days. Everything else
    comes by the clock, and so its scenes can't be told from their hours: calm morning, closing.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def day(self, zone: str, number: int, weekday: int) -> list[Hours]:
        """The whole day, without gaps; ``number`` counts the days from a Monday."""
        middle = {
            "entrance": self._entrance,
            "sales-floor": self._sales_floor,
            "fitting-rooms": self._fitting_rooms,
        }[zone](number, weekday)
        morning = "trading" if weekday in {_SATURDAY, _SUNDAY} else "calm-morning"
        changes = [
            (FIRST_HOUR, "opening"),
            (OPEN_HOUR, morning),
            (11, "trading"),
            *middle,
            (19, "closing"),
            (CLOSE_HOUR, "cleaning"),
            (LAST_HOUR, ""),
        ]
        return list(_joined(changes))

    def _sales_floor(self, number: int, _weekday: int) -> list[tuple[int, str]]:
        order = list(AFTERNOON_SCENES)
        random.Random(f"{self._seed}/floor/{number}").shuffle(order)
        return list(zip(AFTERNOON[:-1], order, strict=True))

    def _fitting_rooms(self, number: int, _weekday: int) -> list[tuple[int, str]]:
        return [(13, "evening" if self._coin("fitting", number) else "trading")]

    def _entrance(self, number: int, weekday: int) -> list[tuple[int, str]]:
        if weekday == _SATURDAY:
            return [(12, "event"), (16, "trading")]
        if weekday == _SUNDAY or not self._coin("entrance", number):
            return []
        return [(14, "quiet-hour"), (17, "trading")]

    def _coin(self, what: str, number: int) -> bool:
        """True on one of the days 2k and 2k + 1, by the dice."""
        first = random.Random(f"{self._seed}/{what}/{number // 2}").random() < 0.5
        return first == (number % 2 == 0)


def _joined(changes: list[tuple[int, str]]) -> Iterator[Hours]:
    """Neighbours with the same scene are one."""
    start, scene = changes[0]
    for (_, before), (hour, after) in pairwise(changes):
        if after != before:
            yield Hours(start, hour, scene)
            start, scene = hour, after
