"""Exposure counts when every edge that answers for the zone confirms the same scene."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hub.insights.estimate.exposure import NOTHING, AsRunLog, verified_exposure


@dataclass(frozen=True)
class Record:
    edge: int
    scene: int
    start: int
    until: int
    confirmed: bool = True
    fading: int = 0


def log_of(records: list[Record]) -> AsRunLog:
    def column(name: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        return np.array([getattr(record, name) for record in records], dtype=np.int64)

    return AsRunLog(
        edge=column("edge"),
        scene=column("scene"),
        start=column("start"),
        until=column("until"),
        confirmed=column("confirmed").astype(np.bool_),
        fading=column("fading"),
    )


def exposed(records: list[Record]) -> list[tuple[int, int, int]]:
    found = verified_exposure(log_of(records))
    return list(zip(found.start.tolist(), found.until.tolist(), found.scene.tolist(), strict=True))


def scene_at(records: list[Record], instant: int) -> int:
    """The rule, said as plainly as can be: one instant, one edge after the other."""
    said = set()
    for edge in {record.edge for record in records if record.until > record.start}:
        mine = [record for record in records if record.edge == edge and record.until > record.start]
        first, last = min(r.start for r in mine), max(r.until for r in mine)
        if not first <= instant < last:
            continue
        now = [record for record in mine if record.start <= instant < record.until]
        steady = all(r.confirmed and instant >= r.start + r.fading for r in now)
        scenes = {record.scene for record in now}
        said.add(scenes.pop() if now and steady and len(scenes) == 1 else NOTHING)
    return said.pop() if len(said) == 1 else NOTHING


def test_one_edge_is_merged_to_one_stretch() -> None:
    minutes = [Record(0, 1, start, start + 60) for start in range(0, 600, 60)]
    assert exposed(minutes) == [(0, 600, 1)]


def test_an_unconfirmed_minute_is_no_exposure() -> None:
    records = [Record(0, 1, 0, 60), Record(0, 1, 60, 120, confirmed=False), Record(0, 1, 120, 180)]
    assert exposed(records) == [(0, 60, 1), (120, 180, 1)]


def test_a_fade_is_no_exposure() -> None:
    assert exposed([Record(0, 1, 0, 60), Record(0, 2, 60, 120, fading=5)]) == [
        (0, 60, 1),
        (65, 120, 2),
    ]


def test_every_edge_must_confirm_the_same_scene() -> None:
    records = [
        Record(0, 1, 0, 300),
        Record(1, 1, 0, 100),
        Record(1, 2, 100, 200),
        Record(1, 1, 200, 300, confirmed=False),
    ]
    assert exposed(records) == [(0, 100, 1)]


def test_an_edge_that_falls_silent_verifies_nothing_until_it_is_back() -> None:
    records = [Record(0, 1, 0, 300), Record(1, 1, 0, 100), Record(1, 1, 200, 300)]
    assert exposed(records) == [(0, 100, 1), (200, 300, 1)]


def test_an_edge_that_was_replaced_is_asked_no_more() -> None:
    assert exposed([Record(0, 1, 0, 100), Record(1, 1, 100, 200)]) == [(0, 200, 1)]


def test_no_records_are_no_exposure() -> None:
    assert exposed([]) == []
    assert exposed([Record(0, 1, 50, 50)]) == []


records = st.builds(
    Record,
    edge=st.integers(0, 2),
    scene=st.integers(0, 2),
    start=st.integers(0, 40),
    until=st.integers(0, 40),
    confirmed=st.booleans() | st.just(value=True),
    fading=st.just(0) | st.integers(0, 10),
)


@given(st.lists(records, max_size=12))
def test_it_is_the_plain_rule_at_every_instant(some: list[Record]) -> None:
    found = verified_exposure(log_of(some))
    instants = np.arange(-1, 42, dtype=np.int64)
    assert found.scene_at(instants).tolist() == [scene_at(some, int(i)) for i in instants]
    assert (found.until > found.start).all()
    assert (found.start[1:] >= found.until[:-1]).all()
