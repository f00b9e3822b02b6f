"""Gives a new demo its eight weeks of history, and an old one nothing: its data is kept."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from hub.database import migrate, open_database
from hub.demo.history import HistoryPlace, make_history
from hub.demo.people import DemoPeople, make_demo_people
from hub.demo.shop import EDGES
from hub.demo.truth import STORE

TIME_ZONE = ZoneInfo("Europe/Copenhagen")
CURRENCY = "DKK"
DATABASE = "hub.db"
"""As the hub itself calls it, so that commands find it by the directory alone."""


def database_url(directory: Path) -> str:
    """URL of the demo's database."""
    return f"sqlite:///{directory.resolve() / DATABASE}"


def prepare(directory: Path, console: Console) -> None:
    """Make the demo's database with its history, all or nothing; keep one that is there."""
    finished = directory / DATABASE
    if finished.exists():
        console.print(f"Going on with the data in {directory} (RESET=1 starts afresh).")
        return
    unfinished = directory / "history.db"
    for suffix in ("", "-wal", "-shm"):
        unfinished.with_name(unfinished.name + suffix).unlink(missing_ok=True)
    engine = open_database(f"sqlite:///{unfinished.resolve()}")
    migrate(engine)
    place = HistoryPlace(TIME_ZONE, CURRENCY, {edge.zone: edge.name for edge in EDGES})
    today = datetime.now(TIME_ZONE).date()
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("Eight weeks of history", total=1.0)
        make_history(
            engine,
            directory,
            place,
            today,
            lambda: datetime.now(UTC),
            lambda what, share: bar.update(task, description=what, completed=share),
        )
    # Closing the last connection folds the write-ahead log into the file, so one name is all.
    engine.dispose()
    unfinished.replace(finished)
    console.print("Eight weeks of history are made; their true effects are written down.")


def people_of(directory: Path) -> DemoPeople:
    """The demo's people, with this start's PINs; the database gets the newest tables for that."""
    engine = open_database(database_url(directory))
    try:
        migrate(engine)
        return make_demo_people(engine, STORE)
    finally:
        engine.dispose()
