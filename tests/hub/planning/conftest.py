"""What the tests of planning share."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.database import open_database
from tests.hub.planning.shops import a_shop
from tests.hub.planning.test_planner import Desk
from tests.hub.shops import FakeClock


@pytest.fixture
def desk(tmp_path: Path, sqlite_template: Path, clock: FakeClock) -> Iterator[Desk]:
    """A planner on SQLite that has planned, for what is the same on every database."""
    shutil.copy(sqlite_template, tmp_path / "hub.db")
    engine = open_database(f"sqlite:///{tmp_path / 'hub.db'}")
    made = Desk(engine, clock)
    made.load(a_shop())
    yield made
    engine.dispose()
