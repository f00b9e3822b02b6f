"""Shops, clocks and hubs for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hub.app import build, plan_first
from hub.parts import HubParts
from hub.settings import Settings
from hub.shop import Shop, Store, Zone
from scenes.rules import WEEKDAYS, OpenHours, Rule, Weekday
from scenes.scene import LightCue, Scene
from scenes.schedule import Schedule

THURSDAY_NOON = datetime(2026, 10, 22, 10, 0, tzinfo=UTC)
"""12:00 in Copenhagen, three days before its clocks go back."""

SHOP_FILE = """
stores:
  - id: nordic
    name: Nordic
    time_zone: Europe/Copenhagen
    currency: DKK
    hours:
      mon-fri: 10:00-20:00
      sat: {from: 10:00, until: 18:00}
    zones:
      - {id: entrance, name: Entrance, fallback: trading}
      - {id: fitting-rooms, name: Fitting rooms, fallback: trading}
    rules:
      - id: calm-mornings
        name: Calm mornings
        scene: calm-morning
        zones: all
        weekdays: mon-sat
        from: 09:00
        until: 11:00
      - {id: evenings, scene: evening, zones: [entrance], from: 17:00, until: 20:00}
"""


@dataclass
class FakeClock:
    """A clock that stands until it is told otherwise."""

    instant: datetime = THURSDAY_NOON
    passed_s: float = 1000.0

    def __call__(self) -> datetime:
        """Now."""
        return self.instant

    def forward(self, **by: float) -> None:
        """Let time pass: ``clock.forward(minutes=5)``. Less than nothing sets the clock back."""
        step = timedelta(**by)
        self.instant += step
        self.passed_s += max(0.0, step.total_seconds())

    def monotonic(self) -> float:
        """Seconds that passed, whatever the clock was set to."""
        return self.passed_s


def scene(scene_id: str, level: float = 50) -> Scene:
    """A scene with nothing but light."""
    return Scene(id=scene_id, name=scene_id.title(), light={"all": LightCue(level=level)})


SCENES = {name: scene(name) for name in ("trading", "calm-morning", "evening", "event")}
HOURS: Mapping[Weekday, OpenHours] = {day: OpenHours("10:00", "20:00") for day in WEEKDAYS[:6]}


def rule(rule_id: str, scene_id: str, from_: str, until: str, **more: object) -> Rule:
    """A rule for the zone ``entrance``, every day unless said otherwise."""
    fields: dict[str, object] = {"zones": ("entrance",), **more}
    return Rule(id=rule_id, scene=scene_id, from_=from_, until=until, **fields)  # type: ignore[arg-type]


@dataclass(frozen=True)
class ShopMaker:
    """A shop with one store; ``shop()`` is what the planner loads."""

    rules: Sequence[Rule] = (
        rule("calm", "calm-morning", "09:00", "11:00"),
        rule("evening", "evening", "17:00", "20:00"),
    )
    time_zone: str = "Europe/Copenhagen"
    zones: Sequence[str] = ("entrance", "fitting-rooms")
    hours: Mapping[Weekday, OpenHours] = field(default_factory=lambda: HOURS)
    scenes: Mapping[str, Scene] = field(default_factory=lambda: SCENES)

    def store(self) -> Store:
        """The store alone."""
        return Store(
            id="nordic",
            name="Nordic",
            time_zone=self.time_zone,
            currency="DKK",
            zones=tuple(Zone(name, name.title(), "trading") for name in self.zones),
            schedule=Schedule(hours=dict(self.hours), rules=tuple(self.rules)),
        )

    def shop(self) -> Shop:
        """The shop."""
        return Shop((self.store(),), self.scenes)


def a_hub(
    directory: Path,
    database_url: str,
    clock: FakeClock,
    *,
    shop_file: str = SHOP_FILE,
    broker: str = "mqtt://127.0.0.1:1",
) -> HubParts:
    """A planned hub whose parts don't run; nothing listens at the broker's default address."""
    path = directory / "shop.yaml"
    path.write_text(shop_file, encoding="utf-8")
    parts = build(
        Settings(data=directory / "data", database=database_url, shop=path, broker=broker),
        clock,
        monotonic=clock.monotonic,
    )
    plan_first(parts)
    return parts
