"""A deploy that ends at any point of it: the old plan or the new one in every zone, never a mix."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import SQLModel

from hub.database import open_database, writing
from scenes.codec import decode
from scenes.messages import PlanMessage
from scenes.plan import Plan
from tests.hub.schedules.deployment import ZONES, Deployed, DeployingHub, Points, prepare

POINTS_AT_LEAST = 20
BEGUN = ("draft.change", "draft.begin")
DEPLOYED = ("draft.deploy", "schedule.deploy", *BEGUN)


class Nursery:
    """A hub that has started, and dies as often as one likes at a point of its deploy.

    `tests.hub.schedules.deploy_nursery`: each life is a fork of the same start, on the same
    database, which is put back as the start left it.
    """

    def __init__(self, database: Path, wire: Path) -> None:
        self.database = database
        self._begun = wire
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.hub.schedules.deploy_nursery", database, wire],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._answer() == "started"
        self._started = copy_of(database, "started.db")

    def ended(self, point: int, wire: Path) -> int:
        """Let one live; the signal that ended it, or 0. ``wire`` has all that it said."""
        for file in self.database.parent.glob(f"{self.database.name}*"):
            file.unlink()
        copy_of(self._started, self.database.name)
        shutil.copy(self._begun, wire)
        asked = self._process.stdin
        assert asked is not None
        asked.write(f"{point} {wire}\n")
        asked.flush()
        return int(self._answer())

    def _answer(self) -> str:
        answered = self._process.stdout
        assert answered is not None
        return answered.readline().strip()

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.fixture
def nursery(before: Before, tmp_path: Path) -> Iterator[Nursery]:
    made = Nursery(copy_of(before.database, "dying.db"), tmp_path / "begun.wire")
    yield made
    made.close()


@contextmanager
def opened(path: Path) -> Iterator[Engine]:
    engine = open_database(f"sqlite:///{path}")
    yield engine
    engine.dispose()


def copy_of(database: Path, name: str) -> Path:
    """As it lies on the disk, with what is in its write-ahead log."""
    for file in database.parent.glob(f"{database.name}*"):
        shutil.copy(file, database.parent / file.name.replace(database.name, name))
    return database.parent / name


def read(wire: Path) -> list[Plan]:
    if not wire.exists():
        return []
    lines = wire.read_bytes().splitlines()
    return [decode(PlanMessage, line).plan for line in lines]


@dataclass(frozen=True)
class Before:
    """A database before its deploy, and what there is without the deploy and after it."""

    database: Path
    old: Deployed
    new: Deployed


@pytest.fixture
def before(sqlite_template: Path, tmp_path: Path) -> Before:
    path = tmp_path / "before.db"
    shutil.copy(sqlite_template, path)
    with opened(path) as engine:
        prepare(engine)
    with opened(copy_of(path, "old.db")) as engine:
        old = Deployed.after_restart(engine, nobody)
    with opened(copy_of(path, "new.db")) as engine:
        DeployingHub(engine, nobody, Points()).deploy(behind_commits=True)
        new = Deployed.after_restart(engine, nobody)
    assert (old.version, old.drafted, old.told) == (1, True, BEGUN)
    assert (new.version, new.drafted, new.told) == (2, False, DEPLOYED)
    assert all(old.plans[zone] != new.plans[zone] for zone in ZONES)
    return Before(path, old, new)


def nobody(_plan: Plan) -> None:
    """Listens."""


def assert_whole(found: Deployed, before: Before, out: list[Plan]) -> None:
    """All is old or all is new, and so is what was published, from first to last."""
    assert found in (before.old, before.new)
    last = {plan.zone: plan for plan in out}
    assert {zone: plan.slots for zone, plan in last.items()} == found.plans
    late = [plan for plan in out if any(slot.source == "rule:late" for slot in plan.slots)]
    assert not late or found == before.new, "a plan went out that no database knows"


@pytest.mark.timeout(120)
def test_a_hub_that_is_killed_at_any_point_of_a_deploy(
    before: Before, tmp_path: Path, nursery: Nursery
) -> None:
    deployed = []
    for point in count():
        wire = tmp_path / f"{point}.wire"
        ended = nursery.ended(point, wire)
        assert ended in (0, signal.SIGKILL)
        with opened(nursery.database) as engine:
            out = read(wire)
            found = Deployed.after_restart(engine, out.append)
        assert_whole(found, before, out)
        deployed.append(found == before.new)
        if not ended:
            break  # that point is behind the deploy's end
    assert_every_point(deployed)


class Crash(BaseException):
    """No Exception, so that nobody catches it and carries on."""


def crash() -> None:
    raise Crash


@pytest.mark.timeout(120)
def test_on_postgresql_a_deploy_that_breaks_off_at_any_point_of_it(
    migrated_postgres: str, before: Before
) -> None:
    engine = open_database(migrated_postgres)
    deployed: list[bool] = []
    out: list[Plan] = []
    for point in count():
        if deployed[-1:] != [False]:
            empty(engine)
            out[:] = prepare(engine)
        hub = DeployingHub(engine, out.append, points := Points(point, crash))
        with suppress(Crash):
            hub.deploy(behind_commits=False)
        held = {zone: plan.slots for (_, zone), plan in hub.planner.plans().items()}
        found = Deployed.after_restart(engine, out.append)
        assert_whole(found, before, out)
        assert held == found.plans, "and so was what the broken hub held"
        deployed.append(found == before.new)
        if points.reached <= point:
            break
    engine.dispose()
    assert_every_point(deployed)


def empty(engine: Engine) -> None:
    names = ", ".join(f'"{table.name}"' for table in SQLModel.metadata.sorted_tables)
    with writing(engine, fenced=False) as connection:
        connection.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY")


def assert_every_point(deployed: list[bool]) -> None:
    assert len(deployed) > POINTS_AT_LEAST
    assert deployed == sorted(deployed), "once it is deployed, it stays deployed"
    assert deployed[0] is False
    assert deployed[-1] is True
