"""The live view: every device with its level, reading, age and problem, and a key for each test."""

from __future__ import annotations

import os
import select
import string
import sys
import termios
import time
import tty
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager, suppress

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from edge.installer.bench import Bench
from edge.installer.guard_news import calm_zones, guard_problems
from edge.installer.rows import Row, rows

REFRESH_S = 0.25
SHOWN_S = 5.0
"""So long what came of a test stands there when the test is over."""

BAR_CELLS = 10
END_KEY = "q"
KEYS = [key for key in string.digits[1:] + string.ascii_lowercase if key != END_KEY]


def show_live(bench: Bench, console: Console) -> None:
    """Until Ctrl-C or q."""
    outputs = [info.id for info in bench.described.values() if info.kind != "sensor"]
    keys = dict(zip(KEYS, outputs, strict=False))
    fresh_until: dict[str, float] = {}
    with (
        suppress(KeyboardInterrupt),
        _keyboard() as typed,
        Live(console=console, auto_refresh=False) as live,
    ):
        while True:
            fresh = {name for name, until in fresh_until.items() if time.monotonic() < until}
            live.update(view(bench, keys, fresh), refresh=True)
            key = typed(REFRESH_S)
            if key == END_KEY:
                break
            if key in keys:
                name = keys[key]
                fresh_until[name] = time.monotonic() + bench.test(name) + SHOWN_S
    console.print("every output is left at its fail level")


def view(bench: Bench, keys: dict[str, str], fresh: Container[str] = ()) -> RenderableType:
    """The table of this moment, with the ``fresh`` tests' answers; fits 80 columns."""
    table = Table(box=None, expand=True, padding=(0, 1, 0, 0))
    table.add_column("", no_wrap=True, style="bold cyan", width=1)
    table.add_column("device", no_wrap=True, max_width=16)
    table.add_column("zone", no_wrap=True, max_width=12, style="dim")
    table.add_column("", no_wrap=True, width=BAR_CELLS)
    table.add_column("now", ratio=1)
    table.add_column("for", justify="right", no_wrap=True, min_width=5)
    by_name = {name: key for key, name in keys.items()}
    for row in rows(bench):
        answer = bench.answers.get(row.info.id) if row.info.id in fresh else None
        table.add_row(
            by_name.get(row.info.id, ""),
            row.info.id,
            row.info.zone,
            _bar(row),
            _now(row, answer.text if answer is not None else None),
            "" if row.since_s is None else age(row.since_s),
        )
    news = [
        *(Text(line, "bold red") for line in guard_problems(bench)),
        *(Text(line, "bold yellow") for line in calm_zones(bench)),
    ]
    return Group(
        *news, table, Text(f"a device's key tests it, within its limits; {END_KEY} ends", "dim")
    )


def age(seconds: float) -> str:
    """A duration in at most five letters."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes = seconds / 60
    return f"{minutes:.0f} min" if minutes < 100 else f"{minutes / 60:.0f} h"


def _bar(row: Row) -> Text:
    if row.level is None:
        return Text("")
    full = round(row.level / 100 * BAR_CELLS)
    return Text("█" * full, "yellow").append("·" * (BAR_CELLS - full), "dim")


def _now(row: Row, answer: str | None) -> Text:
    text = Text(row.text)
    if row.problem is not None:
        text = Text(row.problem, "bold red")
    if answer is not None:
        text.append(f"\n{answer}", "cyan")
    return text


@contextmanager
def _keyboard() -> Iterator[Callable[[float], str]]:
    """A function that waits for a key for so many seconds; "" if none comes, or none can."""
    if not sys.stdin.isatty():
        yield _no_key
        return
    before = termios.tcgetattr(sys.stdin)
    tty.setcbreak(sys.stdin)
    try:
        yield _next_key
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)


def _next_key(timeout_s: float) -> str:
    ready, _, _ = select.select([sys.stdin], [], [], timeout_s)
    # Not stdin.read: it would keep a second key to itself.
    return os.read(sys.stdin.fileno(), 1).decode(errors="replace") if ready else ""


def _no_key(timeout_s: float) -> str:
    time.sleep(timeout_s)
    return ""
