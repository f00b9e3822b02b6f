"""Puts an edge's devices together to zones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from devices.capabilities import Diffuser, Light, Player
from edge.clock import Clock
from edge.config import Config
from edge.playing.health import Health, Told
from edge.playing.light_channel import LightChannel, LightOutput
from edge.playing.music_channel import MusicChannel
from edge.playing.scent_channel import ScentChannel
from edge.playing.zone_player import ZonePlayer
from edge.wiring import Devices, Wired
from scenes.fades import LightLevel


def zone_players(config: Config, devices: Devices, told: Told, clock: Clock) -> list[ZonePlayer]:
    """One player for each zone that has an output here, in the order of their names.

    A zone that is only watched here has none: this edge gives it nothing, so it must not claim
    that the zone's scene was played.
    """
    outputs = (*devices.lights, *devices.players, *devices.diffusers)
    return [
        ZonePlayer(
            zone,
            lights=_lights((it for it in devices.lights if it.info.zone == zone), config, told),
            music=[_music(it, told, clock) for it in devices.players if it.info.zone == zone],
            scent=[_scent(it, config, told) for it in devices.diffusers if it.info.zone == zone],
        )
        for zone in sorted({wired.info.zone for wired in outputs})
    ]


def _lights(lights: Iterable[Wired[Light]], config: Config, told: Told) -> list[LightChannel]:
    groups: defaultdict[tuple[str, float], list[LightOutput]] = defaultdict(list)
    for wired in lights:
        options = config.lights[wired.name].options
        output = LightOutput(wired.name, wired.device, Health(wired.name, told))
        groups[options.group, options.boot_level].append(output)
    return [
        LightChannel(group, outputs, LightLevel(boot_level))
        for (group, boot_level), outputs in groups.items()
    ]


def _music(wired: Wired[Player], told: Told, clock: Clock) -> MusicChannel:
    return MusicChannel(wired.name, wired.device, Health(wired.name, told), clock)


def _scent(wired: Wired[Diffuser], config: Config, told: Told) -> ScentChannel:
    fragrance = config.diffusers[wired.name].options.fragrance
    return ScentChannel(wired.name, wired.device, fragrance, Health(wired.name, told))
