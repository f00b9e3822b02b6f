"""The way of lights to their fail levels when nobody will drive them any more: gently, but soon."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from threading import Event, Thread

from edge.clock import Clock
from edge.config import Config
from edge.playing.light_output import STEP_S, LightOutput
from edge.playing.zone_player import ZonePlayer
from scenes.fades import LightLevel, lightness

logger = logging.getLogger(__name__)

FALL_S = 2.0
"""A slower commissioned fade is hurried to this: whoever waits for the end won't wait longer."""

LATE_S = 0.5
"""A busy machine, and a light that answers only after a while, get so much on top."""

Fall = tuple[str, Callable[[Event], None]]
"""A light's name, and its whole way; it is given up when the event is set."""


Safety = Callable[[str], str | None]
"""Why a zone has to be kept safe now, by the guard's last word, or None."""


def unguarded(_zone: str) -> None:
    """No zone has to be kept safe."""


class FailLevel:
    """Where a light of ``zone`` goes when nobody drives it: where it was commissioned to.

    But in an alarm, and in a zone that is calm, it stays at the zone's full light, whoever ends.
    """

    def __init__(self, config: Config, zone: str, output: LightOutput, safety: Safety) -> None:
        self._zone, self._output, self._safety = zone, output, safety
        self._usual = output.fail_level
        self._full = LightLevel(config.zone(zone).full_light)

    def choose(self) -> None:
        """Set the light's fail level by what is so now."""
        safe = self._safety(self._zone) is None
        self._output.fail_level = self._usual if safe else self._full


def falls_of(
    config: Config, zones: Iterable[ZonePlayer], clock: Clock, safety: Safety = unguarded
) -> list[Fall]:
    """The ways of all lights of ``zones``, as fast as is commissioned."""

    def way(output: LightOutput, zone: str) -> Fall:
        level = FailLevel(config, zone, output, safety)

        def go(over: Event) -> None:
            level.choose()
            gently(output, config.zone(zone).fade_s, clock, over)

        return output.name, go

    return [way(output, zone.zone) for zone in zones for output in zone.lighting.outputs]


def fall_back(falls: Sequence[Fall], clock: Clock, within_s: float = FALL_S + LATE_S) -> list[str]:
    """Go all ways side by side, each on a thread of its own: what hangs is left, and named."""
    over = Event()
    threads = [
        Thread(target=_go, args=(name, way, over), name=f"edge-fall-{name}", daemon=True)
        for name, way in falls
    ]
    for thread in threads:
        thread.start()
    end_s = clock.monotonic() + within_s
    for thread in threads:
        thread.join(max(end_s - clock.monotonic(), 0.0))
    late = [name for (name, _), thread in zip(falls, threads, strict=True) if thread.is_alive()]
    over.set()
    return late


def gently(output: LightOutput, fade_s: float, clock: Clock, over: Event) -> None:
    """Walk one light to its fail level from where it is, and return when it is there.

    ``fade_s`` is the least time from dark to full, as far as `FALL_S` allows. Raises what the
    driver raises.
    """
    lamp, now_s = output.lamp, clock.monotonic()
    way = abs(lightness(output.fail_level.level) - lightness(lamp.level(now_s)))
    if way > 0:
        fade_s = min(fade_s, FALL_S * 100 / way)
    while not output.fall_back(fade_s, clock.monotonic()):
        if over.wait(STEP_S):
            return
    # One that glides is told once, and then still on its way.
    if lamp.course is not None:
        over.wait(max(lamp.course.end_s - clock.monotonic(), 0.0))


def _go(name: str, way: Callable[[Event], None], over: Event) -> None:
    try:
        way(over)
    except Exception as error:  # noqa: BLE001 - whatever a driver throws, the rest goes on
        logger.warning("%s can't be brought gently to its fail level: %s", name, error)
