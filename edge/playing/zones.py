"""Puts an edge's devices together to zones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from devices.capabilities import GlidingLight, Light, Player
from edge.clock import Clock
from edge.config import Config
from edge.guarded_diffuser import GuardedDiffuser
from edge.playing.gliding_output import GlidingOutput
from edge.playing.health import Health, Told
from edge.playing.light_channel import LightChannel
from edge.playing.light_output import LightOutput
from edge.playing.music_channel import MusicChannel
from edge.playing.scent_channel import ScentChannel
from edge.playing.volume_governor import VolumeGovernor
from edge.playing.worker import Worker
from edge.playing.zone_player import ZonePlayer
from edge.wiring import Devices, Wired
from scenes.fades import LightLevel


def zone_players(config: Config, devices: Devices, told: Told, clock: Clock) -> list[ZonePlayer]:
    """One player for each zone that has an output here, in the order of their names.

    A zone that is only watched here has none: this edge gives it nothing, so it must not claim
    that the zone's scene was played.
    """
    outputs = (*devices.lights, *devices.players, *devices.diffusers)
    parts = _Parts(config, told, clock)
    return [
        ZonePlayer(
            zone,
            lights=parts.lights(it for it in devices.lights if it.info.zone == zone),
            music=[parts.music(it) for it in devices.players if it.info.zone == zone],
            scent=[parts.scent(it) for it in devices.diffusers if it.info.zone == zone],
            limits=config.zone(zone),
        )
        for zone in sorted({wired.info.zone for wired in outputs})
    ]


class _Parts:
    """Makes the channels of zones."""

    def __init__(self, config: Config, told: Told, clock: Clock) -> None:
        self._config = config
        self._told = told
        self._clock = clock

    def lights(self, lights: Iterable[Wired[Light]]) -> list[LightChannel]:
        groups: defaultdict[tuple[str, float], list[LightOutput]] = defaultdict(list)
        for wired in lights:
            options = self._config.lights[wired.name].options
            groups[options.group, options.boot_level].append(self._light(wired))
        return [
            LightChannel(group, outputs, LightLevel(boot_level))
            for (group, boot_level), outputs in groups.items()
        ]

    def music(self, wired: Wired[Player]) -> MusicChannel:
        governor = VolumeGovernor(self._config.zone(wired.info.zone))
        return MusicChannel(wired.name, wired.device, self._health(wired), self._clock, governor)

    def scent(self, wired: Wired[GuardedDiffuser]) -> ScentChannel:
        fragrance = self._config.diffusers[wired.name].options.fragrance
        return ScentChannel(wired.name, wired.device, fragrance, self._health(wired))

    def _light(self, wired: Wired[Light]) -> LightOutput:
        options = self._config.lights[wired.name].options
        light, worker = wired.device, None
        if not wired.inline:
            worker = Worker(f"light-{wired.name}", light.reading, self._clock)
        # Each kind is made with its own device's type.
        if isinstance(light, GlidingLight):
            return GlidingOutput(
                wired.name,
                light,
                self._health(wired),
                worker=worker,
                fail_level=options.fail_level,
                lease_s=options.lease_s,
            )
        return LightOutput(
            wired.name,
            light,
            self._health(wired),
            worker=worker,
            fail_level=options.fail_level,
            lease_s=options.lease_s,
        )

    def _health(self, wired: Wired[Light] | Wired[Player] | Wired[GuardedDiffuser]) -> Health:
        return Health(wired.name, self._told)
