"""An order that several threads change: whole, and nothing of it lost."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest

from edge.playing.announcement import Announcement, Wish
from edge.playing.gesture import identify_gesture
from edge.playing.music_order import MusicOrder, StandingOrder
from tests.edge.fake_time import FakeClock
from tests.edge.fakes import FakeJukebox

THREADS = 4
CHANGES = 500


@pytest.fixture
def hasty_threads() -> Iterator[None]:
    """Let threads take turns after every few instructions."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("hasty_threads")
def test_no_change_is_lost_between_threads() -> None:
    standing = StandingOrder()
    start = Barrier(THREADS)

    def louder(order: MusicOrder) -> MusicOrder:
        return replace(order, most=(order.most or 0.0) + 1)

    def change() -> None:
        start.wait(10)
        for _ in range(CHANGES):
            standing.change(louder)

    threads = [Thread(target=change, daemon=True) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert standing.now.most == THREADS * CHANGES


def test_only_what_is_over_is_taken_out() -> None:
    clock = FakeClock()
    wish = Wish("file:jingle.ogg", None, 0.0, clock.utc + timedelta(seconds=5))
    over, other = (Announcement(wish, FakeJukebox(clock)) for _ in range(2))
    gesture = identify_gesture(40, clock.moment)
    order = MusicOrder(gesture=gesture, announcement=other)
    assert order.without_announcement(over) is order
    assert order.without_announcement(other) == MusicOrder(gesture=gesture)
    assert order.without_gesture(identify_gesture(20, clock.moment)) is order
    assert order.without_gesture(gesture) == MusicOrder(announcement=other)
