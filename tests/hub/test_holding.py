"""Holds: one hub has them, the next takes all of them at once, or none."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from hub.errors import UnavailableError
from hub.holding import Holding, holds_of
from tests.waiting import wait_until


class Told:
    """What a holding said, in order."""

    def __init__(self) -> None:
        self.all: list[str] = []
        self.broken = False

    def taken(self) -> None:
        if self.broken:
            raise RuntimeError("no")
        self.all.append("taken")

    def lost(self) -> None:
        self.all.append("lost")


@pytest.fixture
def made() -> Iterator[list[Holding]]:
    holdings: list[Holding] = []
    yield holdings
    for holding in holdings:
        holding.stop()


def holding(made: list[Holding], engine: Engine, data: Path) -> Holding:
    made.append(Holding(holds_of(data, engine)))
    return made[-1]


def test_with_one_database_only_one_holds_whatever_their_data(
    made: list[Holding], engine: Engine, tmp_path: Path
) -> None:
    first, second = (holding(made, engine, tmp_path / name) for name in ("one", "two"))
    assert first.take()
    assert not second.take()
    assert "another hub" in second.refusal()
    assert "--standby" in second.refusal()
    third = holding(made, engine, tmp_path / "two")
    assert not third.take(), "also with the data of one that was refused"
    first.release()
    assert third.take()
    assert not first.take()


def test_with_one_data_directory_only_one_holds(
    made: list[Holding], sqlite_template: Path, engine: Engine, tmp_path: Path
) -> None:
    first, second = (holding(made, engine, tmp_path) for _ in range(2))
    assert first.take()
    assert first.take(), "once more is no harm"
    assert not second.take()


def test_exactly_one_of_those_who_wait_takes_what_was_let_go(
    made: list[Holding], engine: Engine, tmp_path: Path
) -> None:
    first = holding(made, engine, tmp_path / "first")
    assert first.take()
    waiting = [(holding(made, engine, tmp_path / name), Told()) for name in ("one", "two", "three")]
    for one, told in waiting:
        assert not one.take()
        one.watch(told.taken, told.lost)
    first.release()
    wait_until(lambda: any(one.held for one, _ in waiting), 10, "one of them")
    (winner,) = [one for one, _ in waiting if one.held]
    winner.stop()
    wait_until(lambda: sum(len(told.all) for _, told in waiting) == 2, 10, "another one of them")
    assert sum(one.held for one, _ in waiting) == 1
    assert [told.all for one, told in waiting if one is winner] == [["taken"]]


def test_who_can_not_take_office_lets_go_again(
    made: list[Holding], engine: Engine, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    first, told = holding(made, engine, tmp_path / "first"), Told()
    told.broken = True
    first.watch(told.taken, told.lost)
    second = holding(made, engine, tmp_path / "second")
    wait_until(lambda: "not the office" in caplog.text, 10, "the first to fail")
    wait_until(second.take, 10, "the second to have its turn")
    assert not first.held


def test_a_data_directory_that_can_not_be_is_a_sentence(
    made: list[Holding], engine: Engine, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UnavailableError, match="the data directory can't be used"):
        holding(made, engine, tmp_path / "file").take()


def test_stopping_ends_the_thread(made: list[Holding], engine: Engine, tmp_path: Path) -> None:
    one, told = holding(made, engine, tmp_path), Told()
    one.watch(told.taken, told.lost)
    wait_until(lambda: told.all == ["taken"], 10, "the holds")
    one.stop()
    assert not [thread for thread in threading.enumerate() if thread.name == "holding"]
