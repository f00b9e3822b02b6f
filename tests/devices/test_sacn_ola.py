"""What OLA reports is what the cue says."""

import itertools
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import Any

import msgspec
import pytest

from devices.drivers.sacn.light import SacnLight, SacnLightOptions
from devices.drivers.sacn.sender import SacnOptions, SacnSender
from devices.drivers.sacn.stream import Stream
from scenes.fades import LightFade, LightLevel
from tests.parts.ola import UNIVERSES, Ola
from tests.waiting import wait_until

FADE_S = 1.0
TICK_S = 0.025
SOON_S = 1.5
"""A receiver that had to find out by itself that a source is gone would take 2.5 s."""

_universes = itertools.count(1)


@pytest.fixture
def universe() -> int:
    """One that no other test of this module uses."""
    number = next(_universes)
    assert number <= UNIVERSES, "OLA listens to too few universes for so many tests"
    return number


class Source:
    """A light at address 1 of a universe, and a sender of its own."""

    def __init__(self, ola: Ola, universe: int, edge: str = "nordic/ceiling", **more: Any) -> None:
        options = {"universe": universe, "address": 1, "destination": ola.host, **more}
        self.options = msgspec.convert(
            {"driver": "sacn", "zone": "hall", **options}, SacnLightOptions
        )
        self._sender = SacnSender(SacnOptions(bind_address=ola.ours), edge, time.monotonic)
        self.light = SacnLight("ceiling", self._sender, self.options)

    def encoded(self, level: LightLevel) -> tuple[int, ...]:
        """The values that a level is, in this fixture."""
        return tuple(self.options.layout().encode(level))

    def close(self) -> None:
        """As the edge's wiring does it."""
        self.light.close()
        self._sender.close()


@pytest.fixture
def source(ola: Ola) -> Iterator[Callable[..., Source]]:
    """Make sources; they are closed at the end."""
    made: list[Source] = []

    def make(universe: int, **options: Any) -> Source:
        made.append(Source(ola, universe, **options))
        return made[-1]

    yield make
    for each in made:
        each.close()


@contextmanager
def trace(ola: Ola, universe: int, count: int = 1) -> Iterator[list[tuple[int, ...]]]:
    """The first ``count`` values of a universe, each time that OLA tells other ones."""
    seen: list[tuple[int, ...]] = []
    done = Event()

    def look() -> None:
        while not done.is_set():
            values = ola.values(universe)[:count]
            if values and (not seen or values != seen[-1]):
                seen.append(values)

    thread = Thread(target=look)
    thread.start()
    try:
        wait_until(lambda: seen, 20, "a first look at OLA")
        yield seen
    finally:
        done.set()
        thread.join()
        # Whoever waited for a value saw it; the thread may not have looked since.
        last = ola.values(universe)[:count]
        if seen and last != seen[-1]:
            seen.append(last)


def shows(ola: Ola, universe: int, values: tuple[int, ...], within_s: float = 5) -> None:
    """Wait until OLA has these values."""
    wait_until(lambda: ola.values(universe)[: len(values)] == values, within_s, f"{values}")


PROFILES: dict[str, tuple[dict[str, Any], LightLevel, LightLevel]] = {
    "dimmer": ({}, LightLevel(5), LightLevel(95)),
    "dimmer in 16 bits": ({"bits": 16}, LightLevel(100), LightLevel(0)),
    "rgb": ({"profile": "rgb"}, LightLevel(10, colour="#ff2000"), LightLevel(90, colour="#ffe0a0")),
    "rgb, warm to cool": (
        {"profile": "rgb"},
        LightLevel(20, temperature_k=2000),
        LightLevel(80, temperature_k=5000),
    ),
    "rgbw": (
        {"profile": "rgbw", "channels": ["full", "white", "red", "green", "blue"]},
        LightLevel(20, temperature_k=2200),
        LightLevel(80, temperature_k=4000),
    ),
    "tunable white": (
        {"profile": "tunable-white"},
        LightLevel(30, temperature_k=2700),
        LightLevel(70, temperature_k=6000),
    ),
}


@pytest.mark.parametrize(
    ("kind", "destination"),
    [*((kind, "unicast") for kind in PROFILES), ("dimmer", "multicast"), ("rgbw", "multicast")],
)
def test_through_a_fade_ola_reports_what_the_cue_says(
    ola: Ola, universe: int, source: Callable[..., Source], kind: str, destination: str
) -> None:
    options, origin, target = PROFILES[kind]
    to = ola.host if destination == "unicast" else "multicast"
    ours = source(universe, destination=to, **options)
    ours.light.shine(origin)
    first = ours.encoded(origin)
    shows(ola, universe, first)
    begun = datetime.now(UTC)
    fade = LightFade(origin, target, begun, begun + timedelta(seconds=FADE_S))
    told = [first]
    with trace(ola, universe, len(first)) as seen:
        while (now := datetime.now(UTC)) < fade.end:
            ours.light.shine(fade.at(now))
            told.append(ours.encoded(fade.at(now)))
            time.sleep(TICK_S)  # the player's own pace
        ours.light.shine(target)
        told.append(ours.encoded(target))
        shows(ola, universe, told[-1])
    # Each look at OLA found what the fade was at some moment, and never an earlier one again.
    places = [told.index(values) for values in seen]
    assert places == sorted(places)
    assert seen[0] == first
    assert seen[-1] == told[-1]
    assert len(seen) > 8, "OLA was hardly asked"
    assert ours.light.reading().level == target.level


def test_a_higher_source_wins_and_gives_back_without_a_flash(
    ola: Ola, universe: int, source: Callable[..., Source]
) -> None:
    ours = source(universe)
    ours.light.shine(LightLevel(40))
    shows(ola, universe, (102,))
    with trace(ola, universe) as seen:
        desk = source(universe, edge="nordic/desk", priority=150, boot_level=60, fail_level=60)
        desk.light.shine(LightLevel(60))
        shows(ola, universe, (153,))
        ours.light.shine(LightLevel(44))
        assert ola.values(universe)[0] == 153
        desk.close()
        shows(ola, universe, (112,), SOON_S)
    assert [value for (value,) in seen] == [102, 153, 112]


def test_a_higher_source_that_dies_gives_back_without_a_flash(
    ola: Ola, universe: int, source: Callable[..., Source]
) -> None:
    ours = source(universe)
    ours.light.shine(LightLevel(40))
    shows(ola, universe, (102,))
    desk = Stream(universe, ola.host, 150, bytes(16), "a desk without manners")
    desk.put(0, bytes([153]))
    with trace(ola, universe) as seen:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as cable:
            cable.sendto(desk.packet(0), (ola.host, 5568))
        shows(ola, universe, (153,))
        # Ours is sent all the while, so it is there when the other's time is over.
        shows(ola, universe, (102,), 8)
    assert [value for (value,) in seen] == [102, 153, 102]


def test_a_lower_source_is_never_seen(
    ola: Ola, universe: int, source: Callable[..., Source]
) -> None:
    ours = source(universe, priority=120)
    ours.light.shine(LightLevel(40))
    shows(ola, universe, (102,))
    with trace(ola, universe) as seen:
        lower = source(universe, edge="nordic/desk", priority=100)
        for level in (100, 0, 70):
            lower.light.shine(LightLevel(level))
            wait_until(lambda: lower.light.reading().level is not None, 20, "a packet")
        ours.light.shine(LightLevel(60))
        shows(ola, universe, (153,))
    assert [value for (value,) in seen] == [102, 153]


def test_after_the_end_of_a_stream_the_fail_level_stays(
    ola: Ola, universe: int, source: Callable[..., Source]
) -> None:
    ours = source(universe, fail_level=20)
    ours.light.shine(LightLevel(80))
    shows(ola, universe, (204,))
    with trace(ola, universe) as seen:
        ours.close()
        shows(ola, universe, (51,), SOON_S)
    assert [value for (value,) in seen] == [204, 51]


def test_the_end_of_a_stream_hands_over_at_once(
    ola: Ola, universe: int, source: Callable[..., Source]
) -> None:
    other = source(universe, edge="nordic/desk", priority=90)
    other.light.shine(LightLevel(30))
    ours = source(universe, fail_level=20)
    ours.light.shine(LightLevel(80))
    shows(ola, universe, (204,))
    ours.close()
    shows(ola, universe, (76,), SOON_S)
