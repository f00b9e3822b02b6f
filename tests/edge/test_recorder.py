"""Events in memory: bounded, the least important refused first, and every refusal counted."""

from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import get_args

import msgspec
import pytest

from edge.recording.policy import RAW_SHARE, SHARES, URGENT, Losses
from edge.recording.recorder import GROUP_EVENTS, MOST_IN_MEMORY, Recorder
from scenes.messages import AnyEvent, AsRun, DeviceTrouble, Presence, Started

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def presence(minute: int = 0) -> AnyEvent:
    at = AT + timedelta(minutes=minute)
    return Presence(seq=1, at=at, zone="hall", device="door", present=True)


def trouble() -> AnyEvent:
    return DeviceTrouble(seq=1, at=AT, device="door", problem="silent")


def quiet() -> Recorder:
    return Recorder(lambda: None)


def test_every_kind_of_event_has_its_place_in_the_policy() -> None:
    assert set(get_args(AnyEvent)) == SHARES.keys()
    assert SHARES.keys() >= URGENT
    assert SHARES[Presence] == RAW_SHARE < SHARES[AsRun] < SHARES[DeviceTrouble]


def test_raw_events_are_refused_first_and_alarms_last() -> None:
    recorder = quiet()
    for minute in range(MOST_IN_MEMORY):
        recorder.record(presence(minute))
    assert len(recorder) == RAW_SHARE * MOST_IN_MEMORY
    for _ in range(MOST_IN_MEMORY):
        recorder.record(trouble())
    assert len(recorder) == MOST_IN_MEMORY
    taken = recorder.take()
    assert taken.losses.counts == {"presence": 2500, "device-trouble": 7500}
    assert taken.losses.first == AT
    assert taken.losses.last == AT + timedelta(minutes=MOST_IN_MEMORY - 1)
    assert recorder.dropped == 10_000
    assert [event.at for event in taken.events[:3]] == [
        AT + timedelta(minutes=minute) for minute in range(3)
    ], "what came first is kept"


def test_it_is_said_once_that_events_are_dropped(caplog: pytest.LogCaptureFixture) -> None:
    recorder = quiet()
    for _ in range(MOST_IN_MEMORY):
        recorder.record(presence())
    assert caplog.text.count("there is no room for all events") == 1


def test_what_was_given_back_comes_again_in_order_with_its_losses() -> None:
    recorder = quiet()
    for minute in range(MOST_IN_MEMORY):
        recorder.record(presence(minute))
    recorder.give_back(recorder.take())
    recorder.record(trouble())
    taken = recorder.take()
    assert taken.losses.counts == {"presence": 2500}
    assert taken.events[0].at == AT
    assert isinstance(taken.events[-1], DeviceTrouble)
    assert recorder.take().losses.counts == {}, "and is not counted twice"


def test_many_events_and_an_alarm_hurry() -> None:
    wakes: list[int] = []
    recorder = Recorder(lambda: wakes.append(1))
    recorder.record(presence())
    recorder.record(presence())
    assert (len(wakes), recorder.hurried) == (1, False)
    recorder.record(trouble())
    assert (len(wakes), recorder.hurried) == (2, True)
    recorder.take()
    for _ in range(GROUP_EVENTS):
        recorder.record(presence())
    assert recorder.hurried


def test_what_happens_while_nobody_vouches_for_the_clock_is_marked() -> None:
    recorder = quiet()
    recorder.untrusted = lambda: True
    recorder.record(Started(seq=1, at=AT, version="1"))
    recorder.untrusted = lambda: False
    recorder.record(presence())
    assert [event.clock for event in recorder.take().events] == ["unsynced", None]


def test_many_threads_may_record_at_once() -> None:
    recorder = quiet()

    def record() -> None:
        for _ in range(1000):
            recorder.record(presence())

    threads = [Thread(target=record) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    taken = recorder.take()
    assert len(taken.events) + taken.losses.total == 10_000
    assert recorder.dropped == taken.losses.total


def test_losses_add_up_to_one_event() -> None:
    losses, more = Losses(), Losses()
    assert losses.event() is None
    losses.refuse(presence(5))
    more.refuse(presence(1))
    more.refuse(trouble())
    losses.merge(more)
    told = losses.event()
    assert told is not None
    assert msgspec.structs.asdict(told)["counts"] == {"presence": 2, "device-trouble": 1}
    assert (told.at, told.until) == (AT, AT + timedelta(minutes=5))
