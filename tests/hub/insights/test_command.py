"""``stemning effects``, as it is typed."""

from __future__ import annotations

import argparse
import io
import json
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from hub.database import migrate, open_database
from hub.database_arguments import DatabaseMissingError
from hub.errors import UnknownStoreError
from hub.insights.assembly import effects_document
from hub.insights.command import effects
from hub.insights.errors import InsightsNotInstalledError
from hub.insights.printing import print_effects
from tests.hub.insights.shop import STORE, days, local, open_shop, play, visit

NOW = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A database with a shop whose schedule confounds its scenes."""
    url = f"sqlite:///{tmp_path / 'hub.db'}"
    engine = open_database(url)
    migrate(engine)
    open_shop(engine)
    for day in days(8):
        play(engine, "calm-morning", day, "09:00", "11:00")
        play(engine, "rush-hour", day, "16:00", "19:00")
        visit(engine, local(day, "09:30"), 100 + day.day)
    engine.dispose()
    return url


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    effects.configure(parser)
    return effects.run(parser.parse_args(words))


def test_it_prints_a_table_and_what_cannot_be_told(
    url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    assert run("--database", url) == 0
    said = capsys.readouterr().out
    assert "Harbour: association, not effect" in said
    assert "calm-morning" in said
    assert "16.0" in said
    assert "cannot be told: calm-morning only ran 09–11 every day, rush-hour never did" in said
    assert "Grade D: nothing was randomised" in said


def shown(url: str, *, width: int, terminal: bool, wide: bool = False) -> str:
    engine = open_database(url)
    document = effects_document(engine, STORE, NOW)
    engine.dispose()
    text = io.StringIO()
    console = Console(file=text, width=width, force_terminal=terminal, color_system=None)
    print_effects(document, console, wide=wide)
    return text.getvalue()


def test_eighty_columns_show_every_name_and_figure_whole(url: str) -> None:
    said = shown(url, width=80, terminal=True)
    assert "…" not in said
    assert max(map(len, said.splitlines())) <= 80
    for whole in ("calm-morning", "rush-hour", "Visits", "Dwell", "Receipts", "DKK"):
        assert whole in said
    assert "median, s" not in said
    assert "Median and 90th percentile of dwell: --wide" in said


@pytest.mark.parametrize(
    ("width", "terminal", "wide"), [(80, False, False), (80, True, True), (200, True, False)]
)
def test_a_pipe_and_who_asks_get_everything(
    url: str, width: int, terminal: bool, wide: bool
) -> None:
    said = shown(url, width=width, terminal=terminal, wide=wide)
    assert "…" not in said
    for whole in ("calm-morning", "Dwell mean, s", "median, s", "p90, s", "Receipts/h", "DKK/h"):
        assert whole in said
    assert "--wide" not in said


def test_json_is_the_document(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--database", url, "--store", STORE, "--from", "2026-10-01", "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert document["first_day"] == "2026-10-01"
    assert document["comparisons"][0]["confounder"] == "too-little"


def test_an_unknown_store_and_a_day_that_is_none(url: str) -> None:
    with pytest.raises(UnknownStoreError):
        run("--database", url, "--store", "nowhere")
    with pytest.raises(SystemExit) as ended:
        run("--database", url, "--from", "yesterday")
    assert ended.value.code == 2


def test_a_time_that_ends_before_it_begins_is_wrong_usage(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        run("--database", url, "--from", "2026-10-02", "--to", "2026-10-01")
    assert ended.value.code == 2
    assert "--to 2026-10-01 lies before --from 2026-10-02" in capsys.readouterr().err


def test_where_no_hub_ever_was_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(DatabaseMissingError, match="start the hub once, or name another"):
        run("--data", str(tmp_path / "hub"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("make", [Path.touch, lambda file: sqlite3.connect(file).close()])
def test_a_file_without_a_hubs_tables_is_no_database(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    file = tmp_path / "hub.db"
    make(file)
    with pytest.raises(DatabaseMissingError, match="there is no hub's database at"):
        run("--database", f"sqlite:///{file}")
    assert file.read_bytes() == b""


def test_without_the_libraries_it_says_what_to_install(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.insights.service.LIBRARIES", ("no_such_library",))
    with pytest.raises(InsightsNotInstalledError, match=r"the extra insights from your checkout"):
        run("--database", url)
