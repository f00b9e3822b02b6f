"""(j) A person's choice inside the hub: ``python -m tests.bench.override_hub_time``.

From the call of the planner until the plan is encoded and handed over, with 200 zones of 60 rules
and more each (the stores of (i)) planned 30 days ahead, on SQLite that is synchronous=FULL.
Target: 10 ms at p99. The floor, after each choice of the same run: a bare commit of rows of the
same size through the standard library's driver, on the same disk. ``--profile`` adds where the
time goes.
"""

import cProfile
import pstats
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random

import msgspec

from hub.clock import utc_now
from hub.database import migrate, open_database
from hub.planning.ends import Closing, ForMinutes, NextChange, OverrideEnd
from hub.planning.planner import Choice, Planner
from hub.scene_library import starter_scenes
from hub.shop import Place, Shop, Store, Zone
from hub.tables.packed import pack
from scenes.codec import encode
from scenes.messages import PlanMessage
from scenes.plan import Plan
from tests.bench.compile import PLACES, SCENES, ZONES, a_schedule
from tests.bench.figures import Spread, say

STORES = 10
HORIZON = timedelta(days=30)
ROUNDS, WARM_UP = 600, 50
ENDS: tuple[OverrideEnd, ...] = (ForMinutes(30), NextChange(), Closing())


def a_shop() -> Shop:
    """The stores of the compiler's benchmark, as the planner loads them."""
    dice = Random(4)
    library = starter_scenes()
    # The compiler's benchmark has names of its own: real recipes stand behind them.
    recipes = zip(SCENES, library.values(), strict=False)
    scenes = {name: msgspec.structs.replace(recipe, id=name) for name, recipe in recipes} | library
    zones = tuple(Zone(f"zone-{number}", "Zone", "calm") for number in range(ZONES // STORES))
    stores = tuple(
        Store(
            id=f"store-{number}",
            name="Store",
            time_zone=PLACES[number % len(PLACES)][0],
            currency="EUR",
            zones=zones,
            schedule=a_schedule(dice, [zone.id for zone in zones]),
            place=_place(number),
        )
        for number in range(STORES)
    )
    return Shop(stores, scenes)


def _place(number: int) -> Place:
    return PLACES[number % len(PLACES)][1]


def milliseconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


class Floor:
    """One commit of a plan's row, a choice's and an audit's, and nothing around it."""

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode = WAL", "synchronous = FULL"):
            self.connection.execute(f"PRAGMA {pragma}")
        self.connection.execute("CREATE TABLE kept (id INTEGER PRIMARY KEY, body BLOB)")

    def commit(self, plan: bytes) -> None:
        """``plan`` is what the plan's row holds."""
        self.connection.execute("BEGIN IMMEDIATE")
        for body in (plan, b"x" * 300, b"x" * 800):
            self.connection.execute("INSERT INTO kept (body) VALUES (?)", (body,))
        self.connection.execute("COMMIT")


def measure(directory: Path, profile: cProfile.Profile | None) -> None:
    """Print the table."""
    engine = open_database(f"sqlite:///{directory / 'hub.db'}")
    migrate(engine)
    out: list[bytes] = []

    def publish(plan: Plan) -> None:
        out.append(encode(PlanMessage(plan=plan)))

    planner = Planner(engine, publish, utc_now, HORIZON)
    shop = a_shop()
    first_s = milliseconds(lambda: planner.load(shop)) / 1000
    slots = [len(plan.slots) for plan in planner.plans().values()]
    say(
        f"(j) a choice inside the hub, ms; {len(slots)} zones with {sum(slots) // len(slots)} slots"
    )
    say(f"    first load {first_s:.1f} s")
    planner = Planner(engine, publish, utc_now, HORIZON)
    say(f"    load after a restart {milliseconds(lambda: planner.load(shop)) / 1000:.1f} s")
    out.clear()
    floor = Floor(directory / "bare.db")
    dice = Random(7)
    ours, bare, computed, sizes = [], [], [], []
    keys = list(planner.plans())
    row = pack(encode(PlanMessage(plan=planner.plans()[keys[0]])))
    for number in range(WARM_UP + ROUNDS):
        store, zone = dice.choice(keys)
        choice = Choice(dice.choice(SCENES), dice.choice(ENDS), author="Kim", why="too-loud")
        # Of two commits the second is cheaper where the disk has more to write than ours.
        first = number % 2 == 0 and milliseconds(partial(floor.commit, row))
        if profile is not None and number >= WARM_UP:
            profile.enable()
        busy = time.thread_time()
        took = milliseconds(partial(planner.override, store, zone, choice))
        busy = (time.thread_time() - busy) * 1000
        if profile is not None:
            profile.disable()
        row = pack(message := out.pop())
        last = first or milliseconds(partial(floor.commit, row))
        if number >= WARM_UP:
            ours.append(took)
            bare.append(last)
            computed.append(busy)
            sizes.append((len(message), len(row)))
    floor.connection.close()
    engine.dispose()
    print_table(Spread.of(ours), Spread.of(bare), Spread.of(computed), sizes)


def print_table(ours: Spread, bare: Spread, computed: Spread, sizes: list[tuple[int, int]]) -> None:
    """The floor, the choice and what of it the processor did, and the ratio."""
    said, kept = (sum(each) / len(sizes) / 1024 for each in zip(*sizes, strict=True))
    say(f"    a plan's message has {said:.0f} KiB, its row {kept:.1f} KiB")
    say(f"    {'':>12} {'p50':>7} {'p99':>7} {'max':>7}")
    say(f"    {'floor':>12} {bare.p50:>7.2f} {bare.p99:>7.2f} {bare.largest:>7.2f}")
    say(f"    {'choice':>12} {ours.p50:>7.2f} {ours.p99:>7.2f} {ours.largest:>7.2f}")
    say(f"    {'processor':>12} {computed.p50:>7.2f} {computed.p99:>7.2f} {computed.largest:>7.2f}")
    say(f"    {'ratio':>12} {ours.p50 / bare.p50:>7.2f} {ours.p99 / bare.p99:>7.2f}")


def main() -> None:
    """Measure in a directory of its own."""
    profile = cProfile.Profile() if "--profile" in sys.argv else None
    with tempfile.TemporaryDirectory() as name:
        measure(Path(name), profile)
    if profile is not None:
        pstats.Stats(profile).sort_stats("tottime").print_stats(15)


if __name__ == "__main__":
    main()
