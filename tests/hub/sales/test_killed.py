"""An import that is killed leaves whole receipts only, and running it again completes it."""

from __future__ import annotations

import random
import subprocess
import sys
from functools import partial
from pathlib import Path

from sqlalchemy import Engine, func, select
from sqlmodel import col

from hub.database import migrate, open_database
from hub.tables import ReceiptRow, SalesImportRow
from tests.hub.sales.till import HEADER, add_store
from tests.waiting import wait_until

RECEIPTS = 30_000
PROGRAM = """
import sys
from datetime import UTC, datetime
from hub.database import open_database
from hub.sales.importer import import_sales
from hub.sales.options import ImportOptions

engine = open_database(sys.argv[1])
with open(sys.argv[2], "rb") as source:
    import_sales(engine, source, ImportOptions(), now=lambda: datetime.now(UTC))
"""


def stored(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.scalar(select(func.count(col(ReceiptRow.id)))) or 0


def has(engine: Engine, receipts: int) -> bool:
    return stored(engine) >= receipts


def test_killed_and_run_again(tmp_path: Path) -> None:
    path, url = tmp_path / "till.csv", f"sqlite:///{tmp_path / 'hub.db'}"
    # Every receipt has two lines, far apart in the file.
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADER)
        for cents in (25, 75):
            for number in range(RECEIPTS):
                file.write(f"harbour,{number:05},2026-03-14 09:15:00,{number % 90}.{cents}\n")
    engine = open_database(url)
    migrate(engine)
    add_store(engine, "harbour")
    command = [sys.executable, "-c", PROGRAM, url, str(path)]
    dice = random.Random(1)
    for _ in range(3):
        enough = min(stored(engine) + dice.randrange(1, 8000), RECEIPTS - 1)
        importing = subprocess.Popen(command)
        wait_until(partial(has, engine, enough), 30, "receipts to come in")
        importing.kill()
        importing.wait(10)
        with engine.connect() as connection:
            halves = select(func.count()).where(col(ReceiptRow.lines) != 2)
            assert connection.scalar(halves) == 0
    assert subprocess.run(command, check=True, timeout=50).returncode == 0
    assert stored(engine) == RECEIPTS
    with engine.connect() as connection:
        total = connection.scalar(select(func.sum(col(ReceiptRow.total_minor))))
        finished = connection.scalars(
            select(col(SalesImportRow.finished_at)).order_by(col(SalesImportRow.id))
        ).all()
    assert total == sum(number % 90 * 200 + 100 for number in range(RECEIPTS))
    assert finished[-1] is not None
    engine.dispose()
