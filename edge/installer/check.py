"""``stemning edge check``: opens the devices, shows them, and tests what the installer asks for."""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console

from edge.clock import SystemClock
from edge.config import Config
from edge.installer.bench import Bench
from edge.installer.guard_news import calm_zones, guard_problems
from edge.installer.live import show_live
from edge.installer.rows import RUNS, Row, row_of, rows
from edge.installer.wiring_plan import wiring
from edge.privileges import refuse_root
from edge.settings import Chosen

LOOK_S = 0.1
NOT_GRANTED = "the guard gave no burst: it pauses for half a minute after each; ask again then"
PATIENCE_S = 5.0
"""So long a device may take to answer for the first time: a broker, a music server."""


def check(config: Config, chosen: Chosen, *, once: bool, test: str | None) -> int:
    """Show every device live, or once where nobody looks; returns 0 if all is well, else 1."""
    refuse_root(config, os.geteuid(), allowed=chosen.allow_root)
    # Every problem has its row; a log would only tear the view.
    logging.basicConfig(level=logging.CRITICAL)
    console = Console()
    live = console.is_terminal and not once and test is None
    if live:
        console.print(wiring(config))
    with _bench(config, chosen) as bench:
        if test is not None:
            return _test(bench, test)
        if live:
            show_live(bench, console)
            return 0
        return _snapshot(bench, [f"note: {remark}" for remark in config.remarks])


@contextmanager
def _bench(config: Config, chosen: Chosen) -> Iterator[Bench]:
    bench = Bench(config, chosen.data, chosen.broker, SystemClock())
    try:
        # A dropped connection to the Pi is an end like any other: outputs to their fail levels.
        # Ctrl-C too where whoever started this had it ignored.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.default_int_handler)
        bench.start()
        yield bench
    finally:
        bench.close()


def _snapshot(bench: Bench, notes: list[str]) -> int:
    _wait(lambda: not guard_problems(bench) and all(map(_well, rows(bench))), PATIENCE_S)
    problems, seen = guard_problems(bench), rows(bench)
    for line in (*problems, *notes, *calm_zones(bench), *map(_line, seen)):
        sys.stdout.write(f"{line}\n")
    return 0 if not problems and all(map(_well, seen)) else 1


def _test(bench: Bench, name: str) -> int:
    if name in bench.described:
        _wait(lambda: _well(row_of(bench, name)), PATIENCE_S)
    lasts_s = bench.test(name)
    levels: list[float] = []
    texts: dict[str, None] = {}

    def look() -> bool:
        row = row_of(bench, name)
        texts[row.text] = None
        if row.level is not None:
            levels.append(row.level)
        answer = bench.answers.get(name)
        return answer is not None and not answer.done

    _wait(look, lasts_s + 2 * LOOK_S)
    _wait(lambda: name in bench.answers, PATIENCE_S)
    answer, row = bench.answers.get(name), row_of(bench, name)
    problem = row.problem if answer is None or answer.done else answer.text
    if answer is None:
        problem = problem or "no answer"
    elif row.info.kind == "diffuser" and not any(text.startswith(RUNS) for text in texts):
        problem = problem or NOT_GRANTED
    if problem is not None:
        sys.stdout.write(f"{name}: {problem}\n")
        return 1
    seen = f"{min(levels):.0f} to {max(levels):.0f} %" if levels else ", then ".join(texts)
    sys.stdout.write(f"{name} was tested and says: {seen}\n")
    return 0


def _line(row: Row) -> str:
    where = f"{row.info.kind:9} {row.info.id:16} {row.info.zone:14}"
    return f"{where} {row.text}" if row.problem is None else f"{where} PROBLEM: {row.problem}"


def _well(row: Row) -> bool:
    return row.problem is None and row.since_s is not None


def _wait(done: Callable[[], bool], timeout_s: float) -> None:
    deadline = time.monotonic() + timeout_s
    while not done() and time.monotonic() < deadline:
        time.sleep(LOOK_S)
