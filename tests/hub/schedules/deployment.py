"""A deploy over three zones, and the points at which it may be ended.

A point lies before and after each statement, before each commit, when the connection goes back to
its pool (so behind the commit) and before and after each plan that goes out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Engine, event, select
from sqlmodel import col

from hub.audit import Search, find
from hub.by import By
from hub.planning.drafts import find_draft
from hub.planning.planner import Planner
from hub.schedules.desk import ScheduleDesk
from hub.schedules.history import versions
from hub.shop import Library, Shop
from hub.tables import PlanRow
from scenes.plan import Plan, Slot
from tests.hub.shops import SCENES, THURSDAY_NOON, ShopMaker, rule, scene

STORE = "nordic"
HORIZON = timedelta(days=2)
ZONES = ("entrance", "fitting-rooms", "window")
KIM = By("Kim", "more of the evening")
LIBRARY = {**SCENES, **{name: scene(name) for name in ("quiet-hour", "emergency")}}
LATE = rule("late", "event", "13:00", "23:00", zones=("all",))
STATEMENTS = ("before_cursor_execute", "after_cursor_execute", "commit")


def shop() -> Shop:
    return ShopMaker(zones=ZONES, scenes=LIBRARY).shop()


def noon() -> datetime:
    return THURSDAY_NOON


def desk_over(engine: Engine, planner: Planner) -> ScheduleDesk:
    library = Library(LIBRARY)
    return ScheduleDesk(engine, planner, lambda: library, noon, lambda: None)


def prepare(engine: Engine) -> list[Plan]:
    """A hub that plans three zones, and a draft that changes all of them; what is out then."""
    published: list[Plan] = []
    planner = Planner(engine, published.append, noon, HORIZON)
    planner.load(shop())
    desk = desk_over(engine, planner)
    draft = desk.begin(STORE, None, KIM)
    later = msgspec.structs.replace(draft.schedule, rules=(*draft.schedule.rules, LATE))
    desk.change(STORE, lambda _: later, KIM, lambda *_: None)
    return published


@dataclass
class Points:
    """Counts the points while ``armed``, and ends it all at one of them by ``end``."""

    chosen: int | None = None
    end: Callable[[], None] = lambda: None
    armed: bool = False
    reached: int = 0

    def reach(self, *_: object) -> None:
        """One point."""
        if self.armed:
            self.reached += 1
            if self.reached - 1 == self.chosen:
                self.end()


class DeployingHub:
    """A hub that has started, as far as its plans go; every point of its deploy is counted."""

    def __init__(self, engine: Engine, publish: Callable[[Plan], None], points: Points) -> None:
        self._points = points
        self._publish = publish
        self._engine = engine
        self.planner = Planner(engine, self._out, noon, HORIZON)
        self.planner.load(shop())
        self._desk = desk_over(engine, self.planner)

    def deploy(self, *, behind_commits: bool) -> None:
        """Deploy the draft."""
        watched: list[tuple[object, str]] = [(self._engine, name) for name in STATEMENTS]
        if behind_commits:
            watched.append((self._engine.pool, "checkin"))
        for target, name in watched:
            event.listen(target, name, self._points.reach)
        self._points.armed = True
        try:
            self._desk.deploy(STORE, KIM, lambda *_: None)
        finally:
            self._points.armed = False
            for target, name in watched:
                event.remove(target, name, self._points.reach)

    def _out(self, plan: Plan) -> None:
        self._points.reach()
        self._publish(plan)
        self._points.reach()


@dataclass(frozen=True)
class Deployed:
    """What a database says of the deploy, and what it lets a hub play."""

    version: int
    drafted: bool
    told: tuple[str, ...]
    plans: dict[str, tuple[Slot, ...]] = field(hash=False)

    @classmethod
    def after_restart(cls, engine: Engine, publish: Callable[[Plan], None]) -> Deployed:
        """Start the hub again, and look."""
        planner = Planner(engine, publish, noon, HORIZON)
        planner.load(shop())
        with engine.connect() as connection:
            newest = versions(connection, STORE, 1)[0]
            entries = find(connection, Search(store=STORE, author="Kim"), 20)
            kept = {
                plan.zone: plan.slots
                for body in connection.scalars(
                    select(col(PlanRow.body)).order_by(col(PlanRow.revision))
                )
                for plan in [msgspec.json.decode(body, type=Plan)]
            }
            found = cls(
                version=newest.number,
                drafted=find_draft(connection, STORE) is not None,
                told=tuple(entry.change.action for entry in entries),
                plans={zone: plan.slots for (_, zone), plan in planner.plans().items()},
            )
        assert kept == found.plans, "what is kept is what is played"
        return found
