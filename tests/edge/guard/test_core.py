"""What the guard grants, ends and remembers."""

from typing import Any

import pytest

from edge.guard.core import BIN_S, CALM, LATCHED, OPEN
from edge.guard.setup import FLOW_ML_H
from tests.edge.guard.bench import AGENT, OTHER, Bench
from tests.edge.guard.bench import SMALL_DAY_ML as DAILY_ML


def refusal(bench: Bench) -> tuple[str, str, Any]:
    """Why the pump isn't given."""
    found: tuple[str, str, Any] = bench.guard.status(AGENT)["outputs"]["scent"][2]
    return found


def test_a_burst_ends_by_itself_and_a_pause_follows() -> None:
    bench = Bench()
    assert bench.ask(seconds=4) == "on"
    bench.wait(3.99, "scent")
    assert bench.what() == "on"
    bench.wait(0.01, "scent")
    assert bench.what() == "end"
    bench.wait(19.9)
    assert bench.ask() == "pause"
    bench.wait(0.1)
    assert bench.ask() == "on"


def test_a_long_burst_is_followed_by_three_times_its_length() -> None:
    bench = Bench()
    bench.ask(seconds=10)
    bench.wait(10, "scent")
    bench.wait(29.9)
    assert bench.ask() == "pause"
    assert refusal(bench) == ("pause", "it pauses between two bursts", pytest.approx(0.1))
    bench.wait(0.1)
    assert bench.ask() == "on"


@pytest.mark.parametrize("seconds", [0, -1, 10.01, float("nan"), float("inf")])
def test_a_burst_of_no_possible_length_is_refused(seconds: float) -> None:
    assert Bench().ask(seconds=seconds) == "length"


def test_an_output_that_is_not_there_and_one_that_runs_are_not_given() -> None:
    bench = Bench()
    bench.guard.burst(AGENT, "nothing", 1, 5, bench.now)
    bench.guard.renew(AGENT, "nothing", bench.now)
    assert bench.ask(seconds=1) == "on"
    bench.guard.burst(OTHER, "scent", 99, 10, bench.now)
    bench.tick()
    assert bench.guard.outputs["scent"].number == 1
    bench.wait(1, "scent")
    assert bench.what() == "end"


def test_a_lease_that_is_not_renewed_ends_the_burst() -> None:
    bench = Bench()
    bench.ask()
    bench.wait(2, "scent")
    bench.wait(0.31)
    assert bench.what() == "lease"


def test_only_the_holder_may_renew() -> None:
    bench = Bench()
    bench.ask()
    bench.wait(0.2)
    bench.guard.renew(OTHER, "scent", bench.now)
    bench.wait(0.1)
    assert bench.what() == "lease"


def test_a_connection_that_closes_ends_what_it_holds_and_nothing_else() -> None:
    bench = Bench()
    bench.ask("scent")
    bench.ask("fig", holder=OTHER)
    bench.guard.gone(AGENT, bench.now)
    assert (bench.what("scent"), bench.what("fig")) == ("lease", "on")
    bench.guard.gone(None, bench.now)
    assert bench.what("fig") == "lease"


def test_nothing_runs_before_its_share_is_on_the_disk() -> None:
    bench = Bench()
    bench.guard.burst(AGENT, "scent", 1, 10, bench.now)
    bench.guard.tick(bench.now)
    assert bench.what() == "asked"
    kept = bench.guard.snapshot(bench.now)["outputs"]["0/17"]
    assert kept["bins"][-1] >= FLOW_ML_H * 10 / 3600
    bench.guard.saved(bench.guard.version, None)
    bench.guard.tick(bench.now)
    assert bench.what() == "on"


def test_who_waits_for_the_disk_has_to_renew_too() -> None:
    bench = Bench()
    bench.guard.burst(AGENT, "scent", 1, 10, bench.now)
    bench.guard.tick(bench.now + 0.31)
    assert bench.what() == "lease"
    bench.guard.saved(bench.guard.version, None)
    bench.guard.tick(bench.now + 0.31)
    assert not bench.guard.outputs["scent"].on


def test_what_can_not_be_kept_is_not_given_until_it_can() -> None:
    bench = Bench()
    bench.full = True
    assert bench.ask() == "disk"
    assert bench.guard.status()["problem"] == "the disk is full"
    assert bench.ask("fig") == "disk"
    bench.full = False
    bench.save()
    assert bench.guard.status()["problem"] is None
    assert bench.ask() == "on"


def test_the_day_has_an_end_and_begins_again_with_the_hour_that_leaves_it() -> None:
    bench = Bench()
    given = 0
    while bench.burst() == "on":
        given += 1
    assert given == int(DAILY_ML / (FLOW_ML_H * 10 / 3600))
    name, text, wait_s = refusal(bench)
    assert (name, text) == ("budget", f"the day's {DAILY_ML:g} ml are given")
    assert 23 * BIN_S < wait_s <= 25 * BIN_S
    bench.wait(wait_s - 1)
    assert bench.ask() == "budget"
    bench.wait(1.001)
    assert bench.ask() == "on"


def test_time_without_the_guard_frees_nothing() -> None:
    bench = Bench()
    while bench.burst() == "on":
        pass
    bench.now += 100 * 3600  # off for days
    bench.boot()
    bench.wait(41)
    assert bench.ask() == "budget"


def test_a_crash_loop_never_gives_more_than_the_day() -> None:
    bench = Bench()
    given_ml = 0.0
    for _ in range(200):
        if bench.ask() == "on":
            bench.wait(1.0, "scent")
            given_ml += FLOW_ML_H * 1.0 / 3600
        bench.boot()
        bench.wait(41)
    assert 0 < given_ml <= DAILY_ML
    assert bench.ask() == "budget"


def test_a_clean_end_gives_back_what_was_reserved_and_keeps_the_pause() -> None:
    bench = Bench()
    bench.ask(seconds=2)
    bench.wait(2, "scent")
    bench.wait(5)
    bench.disk = bench.guard.snapshot(bench.now, clean=True)
    bench.boot()
    out = bench.guard.outputs["scent"]
    assert DAILY_ML - out.left_ml == pytest.approx(FLOW_ML_H * 2 / 3600)
    assert out.total_ml == pytest.approx(FLOW_ML_H * 2 / 3600)
    bench.wait(14.9)
    assert bench.ask() == "pause"
    bench.wait(0.1)
    assert bench.ask() == "on"


def test_the_first_start_ever_needs_no_pause_but_one_after_a_crash_does() -> None:
    bench = Bench()
    assert bench.ask(seconds=1) == "on"
    bench.boot()
    assert bench.ask() == "pause"
    bench.wait(39.9)
    assert bench.ask() == "pause"
    bench.wait(0.1)
    assert bench.ask() == "on"


def test_a_plug_that_lost_its_agent_counts_to_its_own_end() -> None:
    bench = Bench()
    assert bench.ask("plug", 10) == "on"
    bench.wait(0.35)
    assert bench.what("plug") == "lease"
    assert bench.guard.outputs["plug"].total_ml == pytest.approx(FLOW_ML_H * 10 / 3600)
    bench.wait(39.5)
    assert bench.ask("plug") == "pause"
    bench.wait(0.2)
    assert bench.ask("plug") == "on"


def test_an_open_contact_ends_all_and_latches() -> None:
    bench = Bench()
    bench.ask("scent")
    bench.guard.contact(True)
    bench.tick()
    assert bench.what() == "safety"
    assert bench.guard.reason("anywhere") == OPEN
    assert bench.guard.reset() == OPEN
    bench.guard.contact(False)
    assert bench.guard.reason("anywhere") == LATCHED
    bench.wait(60)
    assert bench.ask() == "safety"
    assert bench.guard.reset() is None
    assert bench.guard.reason("anywhere") is None
    assert bench.ask() == "on"


def test_the_alarm_is_not_waiting_for_any_disk_and_outlives_the_guard() -> None:
    bench = Bench()
    bench.full = True
    bench.guard.contact(True)
    assert bench.guard.alarm
    bench.full = False
    bench.tick()
    bench.boot()
    assert bench.guard.reason("hall") == LATCHED
    assert bench.guard.reset() is None
    bench.tick()
    bench.boot()
    assert bench.guard.reason("hall") is None


def test_calm_is_for_its_zone_until_it_is_pressed_again() -> None:
    bench = Bench()
    bench.ask("scent")
    bench.guard.press("hall")
    bench.tick()
    assert (bench.what(), bench.guard.reason("hall")) == ("safety", CALM)
    assert bench.ask("fig") == "on"
    bench.wait(40)
    bench.boot()
    assert bench.guard.status()["calm"] == ["hall"]
    bench.guard.press("hall")
    bench.tick()
    bench.wait(41)
    assert bench.ask() == "on"


def test_calm_is_forgotten_where_no_button_could_end_it() -> None:
    bench = Bench()
    bench.guard.press("hall")
    bench.tick()
    assert bench.disk is not None
    bench.disk["calm"] = ["hall", "attic"]
    assert bench.boot().calm == {"hall"}


@pytest.mark.parametrize("kept", [{}, {"alarm": False}, {"alarm": False, "calm": 3}])
def test_a_state_that_can_not_be_read_counts_as_the_worst_it_can_have_said(
    kept: dict[str, object],
) -> None:
    bench = Bench(kept)
    assert bench.guard.reason("hall") == LATCHED
    bench.guard.reset()
    assert bench.ask() == "pause"
    bench.wait(41)
    assert bench.ask() == "budget"
    bench.wait(25 * BIN_S)
    assert bench.ask() == "on"


def test_a_refusal_is_told_to_its_asker_alone() -> None:
    bench = Bench()
    assert bench.ask("scent", 3) == "on"
    number = bench.guard.outputs["scent"].number
    assert bench.ask("scent", 3, holder=OTHER) == "pause", "somebody else has it"
    assert bench.guard.status(AGENT)["outputs"]["scent"][:3] == [number, True, None]
    bench.wait(3, "scent")
    assert bench.ask("scent", 30, holder=OTHER) == "length"
    assert bench.guard.status(AGENT)["outputs"]["scent"][:2] == [number, False]
    assert bench.what("scent") == "end"
    assert bench.guard.status()["outputs"]["scent"][0] == number, "to whoever never asked"
    assert bench.ask("scent", 3) == "pause"
    refused = bench.numbers
    bench.wait(20)
    assert bench.ask("scent", 3, holder=OTHER) == "on"
    assert bench.guard.status(AGENT)["outputs"]["scent"][0] == refused
    assert bench.what("scent") == "pause"


def test_what_one_was_told_is_forgotten_with_its_connection() -> None:
    bench = Bench()
    assert bench.ask("scent", 30) == "length"
    bench.guard.gone(AGENT, bench.now)
    assert bench.what("scent") == "asked", "another client may have its number"
