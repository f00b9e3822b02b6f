"""Cartridges: level by what was given since the last refill, and days by recent use."""

from pathlib import Path

import pytest

from edge.cartridges import Cartridges
from tests.edge.fake_time import FakeClock

DAY_S = 86_400.0


class Shelf:
    """One cartridge of 100 ml, and the agent's restarts."""

    def __init__(self, tmp_path: Path) -> None:
        self.path = tmp_path / "cartridges.json"
        self.clock = FakeClock()
        self.total_ml = 0.0
        self.cartridges = self.restart()

    def restart(self) -> Cartridges:
        self.cartridges = Cartridges(self.path, {"scent": 100.0}, self.clock.now)
        return self.cartridges

    def give(self, ml: float, days: float = 0.0) -> None:
        """So much is given, then so much time passes, and the guard says so."""
        self.total_ml += ml
        self.clock.advance(days * DAY_S)
        self.cartridges.heard({"scent": self.total_ml, "other": 3.0})
        self.cartridges.keep(self.clock.moment)

    @property
    def level(self) -> tuple[float, float | None]:
        """Millilitres and days."""
        level = self.cartridges.level("scent")
        assert level is not None
        return level.ml, level.days


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def test_nothing_is_said_before_the_guard_has_spoken(shelf: Shelf) -> None:
    assert shelf.cartridges.level("scent") is None
    shelf.give(0)
    assert shelf.cartridges.level("other") is None


def test_the_level_falls_with_what_is_given(shelf: Shelf) -> None:
    shelf.give(0)
    shelf.give(2.5)
    assert shelf.level == (97.5, None), "no day of use is known yet"


def test_days_left_go_by_the_use_of_two_weeks(shelf: Shelf) -> None:
    shelf.give(0)
    for _ in range(30):
        shelf.give(1.0, days=1)
    ml, days = shelf.level
    assert ml == 70
    assert days == pytest.approx(70, rel=0.05)
    for _ in range(14):
        shelf.give(2.0, days=1)
    assert shelf.level[1] == pytest.approx(42 / 2, rel=0.05), "the weeks before count no more"


def test_an_empty_one_is_empty_and_a_new_one_full(shelf: Shelf) -> None:
    shelf.give(0)
    shelf.give(130, days=2)
    assert list(shelf.level) == [0, 0]
    shelf.cartridges.refill("scent")
    full_ml, _ = shelf.level
    shelf.give(10)
    left_ml, _ = shelf.level
    assert (full_ml, left_ml) == (100, 90)


def test_a_refill_and_the_days_outlive_the_agent(shelf: Shelf) -> None:
    shelf.give(0)
    shelf.give(40, days=2)
    shelf.cartridges.refill("scent")
    shelf.cartridges.keep(shelf.clock.moment)
    shelf.restart()
    shelf.give(0)
    ml, days = shelf.level
    assert ml == 100
    assert days == pytest.approx(5, rel=0.01)


def test_a_guard_that_lost_its_state_fills_no_cartridge(shelf: Shelf) -> None:
    shelf.give(0)
    shelf.give(40, days=2)
    shelf.total_ml = 0.0
    shelf.give(0)
    assert shelf.level[0] == 60
    shelf.give(10, days=1)
    assert shelf.level[0] == 50


def test_a_clock_that_was_wrong_stops_no_counting(shelf: Shelf) -> None:
    shelf.give(0)
    shelf.clock.set_wall(400 * DAY_S)
    shelf.give(1, days=1)
    shelf.clock.set_wall(-400 * DAY_S)
    for _ in range(5):
        shelf.give(2, days=1)
    assert shelf.level[1] == pytest.approx((100 - 11) / 2, rel=0.3)


def test_a_damaged_file_counts_from_full(shelf: Shelf, caplog: pytest.LogCaptureFixture) -> None:
    shelf.give(0)
    shelf.give(400)
    shelf.path.write_text("{")
    shelf.restart()
    shelf.give(0)
    assert shelf.level[0] == 100, "not 0, whatever it ever gave"
    shelf.give(30)
    assert shelf.level[0] == 70
    assert "count from full" in caplog.text


def test_little_is_written(shelf: Shelf) -> None:
    shelf.give(0)
    shelf.path.unlink()
    for _ in range(10):
        shelf.give(0.01)
    assert not shelf.path.exists(), "once a day is enough"
    shelf.give(0.01, days=1.1)
    assert shelf.path.exists()


def test_one_that_is_new_to_the_agent_or_whose_file_is_lost_is_full(shelf: Shelf) -> None:
    shelf.give(250)
    assert shelf.level[0] == 100
    shelf.give(10)
    shelf.path.unlink()
    shelf.restart()
    shelf.cartridges.refill("scent")
    shelf.give(0)
    assert shelf.level[0] == 100
