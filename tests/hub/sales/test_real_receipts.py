"""A real year of 457 stores: every line counted, every store right to the cent."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlmodel import col

from hub.database import open_database
from hub.sales.report import ImportReport
from hub.tables import ReceiptRow
from tests.hub.sales.real_receipts import COLUMNS, LINES, STORES, StoreTruth, write_csv

GIBIBYTE = 1024**3


def take(database: str, path: Path) -> tuple[ImportReport, int]:
    """Import as a person does, by the command; its report and its peak memory in bytes."""
    command = [sys.executable, "-m", "stemning", "sales", "import", str(path), "--json"]
    command += ["--columns", COLUMNS, "--add-stores", "--currency", "USD"]
    command += ["--time-zone", "America/New_York", "--database", database]
    report = path.with_suffix(".json")
    with report.open("wb") as output:
        process = subprocess.Popen(command, stdout=output)
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)  # Popen doesn't know who waited
    assert process.returncode == 0
    return ImportReport.model_validate_json(report.read_bytes()), used.ru_maxrss * 1024


def stored(engine: Engine) -> dict[str, StoreTruth]:
    query = (
        select(
            col(ReceiptRow.store),
            func.count(),
            func.sum(col(ReceiptRow.total_minor)),
            func.sum(col(ReceiptRow.lines)),
        )
        .where(col(ReceiptRow.superseded).is_(False))
        .group_by(col(ReceiptRow.store))
    )
    with engine.connect() as connection:
        return {
            store: StoreTruth(receipts, int(total), int(lines))
            for store, receipts, total, lines in connection.execute(query)
        }


def some_stores(path: Path, to: Path, truth: dict[str, StoreTruth]) -> int:
    """Write a fifth of the stores' year anew; how many receipts that is.

    The whole of it is imported again by ``python -m tests.bench.sales_import``.
    """
    chosen = sorted(truth)[::5]
    with path.open("rb") as year, to.open("wb") as file:
        head = next(year)
        column = head.replace(b'"', b"").strip().split(b",").index(b"store_id")
        file.write(head)
        names = {name.encode() for name in chosen}
        file.writelines(line for line in year if line.split(b",", column + 1)[column] in names)
    return sum(truth[name].receipts for name in chosen)


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_a_real_year_goes_in_to_the_cent_and_only_once(tmp_path: Path) -> None:
    path = tmp_path / "till.csv"
    truth = write_csv(path)
    assert len(truth) == STORES
    with path.open("ab") as file:
        file.write(b"900,330,1,1,1,not money,0,0,0,1,2017-01-01 11:53:26\n")
    database = f"sqlite:///{tmp_path / 'hub.db'}"

    first, peak = take(database, path)
    engine = open_database(database)

    assert stored(engine) == truth
    assert (first.lines, first.bad_rows) == (LINES, 1)
    assert first.first_bad_rows[0].line == LINES + 2
    assert first.receipts_new == sum(store.receipts for store in truth.values())

    receipts = some_stores(path, tmp_path / "again.csv", truth)
    second, _ = take(database, tmp_path / "again.csv")

    assert stored(engine) == truth
    assert (second.receipts_new, second.receipts_superseded) == (0, 0)
    assert second.receipts_unchanged == receipts
    engine.dispose()
    assert peak < GIBIBYTE
