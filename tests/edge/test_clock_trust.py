"""Whether the clock can be trusted, and what is taken for the time while it can't."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Condition

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.clock import Moment
from edge.clock_evidence import Machine
from edge.clock_memory import LONG_AGO, ClockMemory
from edge.clock_trust import BUDGET, SAVE_S, TrustedClock
from edge.errors import ClockEarlyError
from scenes.messages import ClockState
from tests.edge.fake_time import START, FakeClock

DAY = timedelta(days=1)


class FakeEvidence:
    """A machine whose knowledge of the time is what the test says."""

    def __init__(self) -> None:
        self.boot = "boot-1"
        self.synced = False
        self.battery: datetime | None = None

    def synchronised(self) -> bool:
        return self.synced

    def real_time_clock(self) -> datetime | None:
        return self.battery


class Pi:
    """A machine with a card; its own clock loses the time with the power."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.evidence = FakeEvidence()
        self.machine = FakeClock()
        self.boots = 1
        self.steps: list[tuple[float, ClockState]] = []
        self.start_agent()

    def start_agent(self) -> None:
        self.clock = TrustedClock(self.machine, self.evidence, ClockMemory(self.directory))
        self.clock.told = lambda step_s, state: self.steps.append((step_s, state))

    def cut_power(self, wakes_at: datetime = LONG_AGO) -> None:
        self.boots += 1
        self.evidence.boot = f"boot-{self.boots}"
        self.evidence.synced = False
        self.machine = FakeClock(wakes_at)
        self.machine.steady_s = 20.0
        self.start_agent()

    def state(self) -> str:
        return self.clock.state

    def problem(self) -> str | None:
        return self.clock.problem

    def run(self, seconds: float, look_s: float = 1.0) -> None:
        while seconds > 0:
            self.machine.advance(min(look_s, seconds))
            seconds -= look_s
            self.clock.look()
            self.clock.keep(Moment.read(self.clock))

    def hear_the_time(self, true: datetime) -> None:
        self.machine.utc = true
        self.evidence.synced = True
        self.clock.look()


@pytest.fixture
def pi(tmp_path: Path) -> Pi:
    return Pi(tmp_path)


def test_a_fresh_pi_is_unsynced_until_a_time_server_vouches(pi: Pi) -> None:
    assert pi.state() == "unsynced"
    assert pi.problem() is not None
    assert pi.clock.now() == pi.machine.utc, "the clock is the best guess there is"
    pi.hear_the_time(START + 3 * DAY)
    assert (pi.state(), pi.problem()) == ("synced", None)
    assert pi.clock.now() == START + 3 * DAY
    (told,) = pi.steps
    assert (round(told[0]), told[1]) == (3 * 86_400, "synced")


def test_who_loses_its_time_server_holds_the_time_for_thirty_days(pi: Pi) -> None:
    pi.hear_the_time(START)
    pi.evidence.synced = False
    pi.run(BUDGET.total_seconds() - 10, look_s=36_000)
    assert (pi.state(), pi.problem()) == ("holdover", None)
    pi.run(20)
    assert pi.state() == "unsynced"
    assert pi.clock.now() == pi.machine.utc, "and goes on by its own crystal"


def test_a_restart_of_the_agent_alone_forgets_nothing(pi: Pi) -> None:
    pi.hear_the_time(START)
    pi.run(5)
    pi.evidence.synced = False
    pi.start_agent()
    assert pi.state() == "holdover"


def test_after_a_power_cut_it_goes_on_from_the_last_saved_time(pi: Pi) -> None:
    pi.hear_the_time(START)
    pi.run(3600, look_s=10)
    pi.cut_power()
    assert pi.state() == "unsynced"
    first = pi.clock.now()
    assert timedelta(hours=1, seconds=-SAVE_S) <= first - START <= timedelta(hours=1)
    pi.run(100)
    assert pi.clock.now() - first == timedelta(seconds=100), "the guess runs"
    pi.run(SAVE_S)
    pi.cut_power()
    assert pi.clock.now() > first + timedelta(seconds=100), "and is saved too"


def test_a_clock_that_woke_later_than_the_saved_time_is_the_better_guess(pi: Pi) -> None:
    pi.hear_the_time(START)
    pi.run(5)
    pi.cut_power(wakes_at=START + DAY)
    assert (pi.state(), pi.clock.now()) == ("unsynced", START + DAY)


def test_a_plan_says_that_it_is_later_than_when_it_was_made(pi: Pi) -> None:
    pi.cut_power()
    pi.clock.at_least(START)
    assert (pi.state(), pi.clock.now()) == ("unsynced", START)
    pi.clock.at_least(START - DAY)
    assert pi.clock.now() == START


@pytest.mark.parametrize("woken_after", [timedelta(), 10 * DAY, BUDGET - DAY])
def test_a_battery_that_agrees_and_is_not_early_holds_the_time(
    pi: Pi, woken_after: timedelta
) -> None:
    pi.hear_the_time(START)
    pi.run(5)
    pi.evidence.battery = START + timedelta(seconds=30) + woken_after
    pi.cut_power(wakes_at=pi.evidence.battery)
    assert pi.state() == "holdover"


@pytest.mark.parametrize(
    ("battery", "wakes_at"),
    [
        (None, START + DAY),  # no battery
        (START, START + DAY),  # something else set the clock
        (LONG_AGO, LONG_AGO),  # an empty battery
        (START - DAY, START - DAY),  # it has stood still
        (START + BUDGET + DAY, START + BUDGET + DAY),  # too long ago that anybody set it
    ],
)
def test_a_battery_that_can_not_be_right_vouches_for_nothing(
    pi: Pi, battery: datetime | None, wakes_at: datetime
) -> None:
    pi.hear_the_time(START)
    pi.run(5)
    pi.evidence.battery = battery
    pi.cut_power(wakes_at=wakes_at)
    assert pi.state() == "unsynced"


def test_a_battery_alone_is_not_believed(pi: Pi) -> None:
    pi.evidence.battery = pi.machine.utc
    pi.clock.look()
    assert pi.state() == "unsynced"


def test_a_persons_word_counts_until_the_power_is_cut(pi: Pi, tmp_path: Path) -> None:
    pi.clock.at_least(START - DAY)
    memory = ClockMemory(tmp_path)
    assert memory.confirm(pi.evidence, pi.machine) == pi.machine.utc
    pi.run(6)
    assert pi.state() == "holdover"
    pi.cut_power(wakes_at=START + DAY)
    pi.run(6)
    assert pi.state() == "unsynced"


def test_a_person_can_not_vouch_for_what_is_certainly_past(pi: Pi, tmp_path: Path) -> None:
    pi.hear_the_time(START)
    pi.run(5)
    pi.cut_power()
    with pytest.raises(ClockEarlyError, match=r"says 1970-01-01 00:00 UTC, but it was 2026"):
        ClockMemory(tmp_path).confirm(pi.evidence, pi.machine)


def test_a_clock_that_somebody_sets_is_no_longer_held_over(pi: Pi) -> None:
    pi.hear_the_time(START)
    pi.evidence.synced = False
    pi.run(60)
    before = pi.clock.now()
    pi.machine.set_wall(-3600)
    pi.run(1)
    assert pi.state() == "unsynced"
    assert pi.clock.now() == before + timedelta(seconds=1), "an hour ago is certainly past"


def test_between_two_looks_a_set_clock_is_never_corrected_twice(pi: Pi) -> None:
    pi.hear_the_time(START)
    pi.run(5)
    pi.cut_power()
    guess = pi.clock.now()
    pi.machine.utc = START + DAY  # a time server has set it, and nobody has looked yet
    assert pi.clock.now() == guess


def test_steps_of_a_synced_clock_are_told(pi: Pi) -> None:
    pi.hear_the_time(START)
    pi.steps.clear()
    pi.run(10)
    assert pi.steps == []
    pi.machine.set_wall(-3600)
    pi.run(1)
    (told,) = pi.steps
    assert (round(told[0]), told[1]) == (-3600, "synced")


def test_where_somebody_else_keeps_the_time_it_is_always_trusted(tmp_path: Path) -> None:
    machine = FakeClock(LONG_AGO + DAY)
    clock = TrustedClock(machine, None, ClockMemory(tmp_path))
    clock.keep(Moment.read(clock))
    clock.save()
    assert (clock.state, clock.now()) == ("synced", machine.utc)
    assert list(tmp_path.iterdir()) == [], "and nothing is written"


def test_it_is_saved_at_most_every_ten_minutes(pi: Pi, tmp_path: Path) -> None:
    pi.hear_the_time(START)
    written = set()
    for _ in range(3600):
        pi.run(1)
        written.add((tmp_path / "clock.json").read_bytes())
    assert 6 <= len(written) <= 8


def test_an_unreadable_memory_is_none(pi: Pi, tmp_path: Path) -> None:
    pi.hear_the_time(START)
    pi.run(5)
    (tmp_path / "clock.json").write_bytes(b"\x00")
    (tmp_path / "clock-confirmed.json").write_bytes(b"\x00")
    pi.cut_power()
    pi.run(6)
    assert (pi.state(), pi.clock.now().year) == ("unsynced", 1970)


def test_it_waits_as_the_machine_does(pi: Pi) -> None:
    before = pi.clock.monotonic()
    pi.clock.wait(Condition(), 3)
    assert pi.clock.monotonic() == before + 3


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("run"), st.integers(1, 2000)),
            st.tuples(st.just("set"), st.integers(-7200, 7200)),
            st.tuples(st.just("sync"), st.booleans().map(int)),
            st.tuples(st.just("cut"), st.integers(0, 1)),
        ),
        max_size=12,
    )
)
def test_while_nobody_vouches_the_time_never_runs_backward(
    tmp_path_factory: pytest.TempPathFactory, happenings: list[tuple[str, int]]
) -> None:
    pi = Pi(tmp_path_factory.mktemp("card"))
    true = START
    for what, amount in happenings:
        before = pi.clock.now() if pi.state() == "unsynced" else None
        if what == "run":
            pi.run(amount, look_s=100)
            true += timedelta(seconds=amount)
        elif what == "set":
            pi.machine.set_wall(amount)
            pi.clock.look()
        elif what == "sync":
            pi.evidence.synced = bool(amount)
            if amount:
                pi.hear_the_time(true)
        else:
            pi.cut_power()
        if pi.state() == "unsynced":
            floor = ClockMemory(pi.directory).read().later_than
            assert pi.clock.now() >= floor
            if before is not None and what == "run":
                assert pi.clock.now() - before == pytest.approx(
                    timedelta(seconds=amount), abs=timedelta(milliseconds=1)
                )
        elif what == "sync" and amount:
            assert pi.clock.now() == true


def test_the_machine_answers() -> None:
    machine = Machine()
    assert machine.synchronised() in (True, False)
    assert len(machine.boot) == 36
    battery = machine.real_time_clock()
    assert battery is None or battery.tzinfo is UTC


def test_a_battery_is_asked_by_the_disks_thread_and_its_last_word_counts(pi: Pi) -> None:
    pi.hear_the_time(START)
    pi.run(5)
    pi.evidence.battery = START + timedelta(seconds=60)
    pi.cut_power(wakes_at=pi.evidence.battery)
    assert pi.state() == "holdover"

    def hang() -> datetime | None:
        raise AssertionError("the player's thread must not wait for a bus")

    pi.evidence.real_time_clock = hang  # type: ignore[method-assign]
    for _ in range(30):
        pi.machine.advance(1)
        pi.clock.look()
    assert pi.state() == "holdover", "it has run on since"
    pi.machine.utc += DAY
    pi.clock.look()
    assert pi.state() == "unsynced", "and does not agree with a clock that was set"
