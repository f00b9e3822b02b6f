"""What a zone gives now, summed up for the simulated shoppers."""

from __future__ import annotations

from edge.clock import Moment
from edge.playing.zone_player import ZonePlayer


def atmosphere(zone: ZonePlayer, moment: Moment) -> tuple[float, float, float]:
    """Mean light level, mean volume and mean scent intensity, per cent. Reads no device."""
    return (
        _mean([output.lamp.level(moment.steady_s) for output in zone.lighting.outputs]),
        _mean([music.level(moment) for music in zone.music]),
        _mean([scent.intensity for scent in zone.scent]),
    )


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0
