"""`stemning edge clock`: who vouches for the time, and a person's word for it."""

from datetime import timedelta
from pathlib import Path

import pytest

import stemning
from edge.clock_memory import ClockMemory, Remembered
from edge.installer.clock import show_clock
from tests.edge.fake_time import START, FakeClock
from tests.edge.test_clock_trust import FakeEvidence


def test_it_tells_how_things_stand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    evidence = FakeEvidence()
    ClockMemory(tmp_path).write(Remembered(later_than=START - timedelta(days=1)))
    assert show_clock(tmp_path, FakeClock(), evidence, "kernel", confirm=False) == 0
    assert capsys.readouterr().out.splitlines() == [
        "this clock      2026-03-02 09:00:00 UTC",
        "trust           unsynced: nobody vouches for it, so no scent and no as-run record",
        "battery         no clock with one",
        "certainly past  2026-03-01 09:00 UTC",
        "if this clock is right: stemning edge clock --trust",
    ]
    evidence.synced, evidence.battery = True, START
    show_clock(tmp_path, FakeClock(), evidence, "kernel", confirm=False)
    told = capsys.readouterr().out
    assert "trust           synced" in told
    assert "battery         2026-03-02 09:00:00 UTC" in told


def test_a_persons_word_is_kept_for_the_agent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clock, evidence = FakeClock(), FakeEvidence()
    show_clock(tmp_path, clock, evidence, "kernel", confirm=True)
    assert "believed until the power is cut, for 30 days: 2026-03-02 09" in capsys.readouterr().out
    word = ClockMemory(tmp_path).confirmation()
    assert word is not None
    assert (word.at, word.boot) == (START, evidence.boot)


def test_where_somebody_else_keeps_the_time_there_is_nothing_to_vouch_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    show_clock(tmp_path, FakeClock(), FakeEvidence(), "always", confirm=True)
    assert "somebody else keeps the time here" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_a_word_for_a_time_that_is_past_is_refused_with_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "edge.toml").write_text('store = "nordic"\nedge = "ceiling"\n')
    ClockMemory(tmp_path).write(Remembered(later_than=START + timedelta(days=40_000)))
    flags = ["--config", str(tmp_path / "edge.toml"), "--data", str(tmp_path)]
    assert stemning.main(["edge", "clock", *flags, "--trust"]) == 1
    assert "set it first (sudo timedatectl set-time" in capsys.readouterr().err
    assert stemning.main(["edge", "clock", *flags]) == 0
    assert "this clock" in capsys.readouterr().out
