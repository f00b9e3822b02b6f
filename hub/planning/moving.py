"""What else is asked of zones because they came into the shop, or left it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from hub.planning.asked import Asked
from hub.planning.choice_records import Turn, ZoneKey
from hub.planning.choices import spread
from hub.planning.nudging import spread_calms
from hub.shop import Shop


def moved(shop: Shop, asked: Mapping[ZoneKey, Asked], now: datetime) -> dict[ZoneKey, Turn]:
    """A zone that came takes part in what holds in its whole store.

    Whoever set off what was at work in a zone that left is not there to end it: it ends now.
    """
    here = {(store.id, zone.id) for store, zone in shop.zones()}
    after = {
        key: replace(each, runs=()) for key, each in asked.items() if key not in here and each.runs
    }
    after |= {key: turn.after for key, turn in spread(shop, asked, now).items()}
    after |= spread_calms(shop, {**asked, **after}, now)
    return {key: Turn(key[0], asked.get(key, Asked()), each) for key, each in after.items()}
