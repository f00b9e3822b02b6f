"""A real year of 457 stores: every line counted, every store right to the cent."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlmodel import col

from hub.database import migrate, open_database
from hub.sales.importer import import_sales
from hub.sales.options import ImportOptions, parse_columns, parse_time_zone
from hub.sales.report import ImportReport
from hub.tables import ReceiptRow
from tests.hub.sales.real_receipts import COLUMNS, LINES, STORES, StoreTruth, write_csv

NOW = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)


def take(engine: Engine, path: Path) -> ImportReport:
    options = ImportOptions(
        columns=parse_columns(COLUMNS),
        time_zone=parse_time_zone("America/New_York"),
        add_stores=True,
        currency="USD",
    )
    with path.open("rb") as source:
        return import_sales(engine, source, options, now=lambda: NOW)


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


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_a_real_year_goes_in_to_the_cent_and_only_once(tmp_path: Path) -> None:
    path = tmp_path / "till.csv"
    truth = write_csv(path)
    assert len(truth) == STORES
    with path.open("ab") as file:
        file.write(b"900,330,1,1,1,not money,0,0,0,1,2017-01-01 11:53:26\n")
    engine = open_database(f"sqlite:///{tmp_path / 'hub.db'}")
    migrate(engine)

    first = take(engine, path)

    assert stored(engine) == truth
    assert (first.lines, first.bad_rows) == (LINES, 1)
    assert first.first_bad_rows[0].line == LINES + 2
    assert first.receipts_new == sum(store.receipts for store in truth.values())

    second = take(engine, path)

    assert stored(engine) == truth
    assert (second.receipts_new, second.receipts_superseded) == (0, 0)
    assert second.receipts_unchanged == first.receipts_new
    engine.dispose()
