"""The import of a till's file, from its bytes to the database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import attrgetter
from typing import BinaryIO, Protocol

from sqlalchemy import Engine, insert, select, update
from sqlmodel import col

from hub.audit import Change, record
from hub.database import writing
from hub.money import minor_digits, write_amount
from hub.sales.errors import BadRowError, ImportOptionsError, UnusableHeaderError
from hub.sales.header import read_header
from hub.sales.options import ImportOptions, parse_time_zone
from hub.sales.receipts import Collector, Receipt, Till
from hub.sales.report import SHOWN_BAD_ROWS, BadRow, ImportReport, StoreTotal
from hub.sales.rows import Rows
from hub.sales.source import CountingSource
from hub.sales.writing import Outcome, write_receipts
from hub.tables import SalesImportRow, StoreRow

_CHUNK = 2000
"""Receipts in one transaction: small enough that nobody who wants to write waits long."""

_CLOCKS_DIFFER = timedelta(days=1)
"""What a till's clock or time zone may be wrong by before its receipt is from the future."""


class Progress(Protocol):
    """Is told how far an import is."""

    def reading(self, bytes_read: int) -> None:
        """So many bytes of the file are read."""

    def writing(self, receipts: int, of: int) -> None:
        """So many receipts are in the database."""


class Unwatched:
    """The progress that nobody wants to see."""

    def reading(self, bytes_read: int) -> None:
        """Nothing."""

    def writing(self, receipts: int, of: int) -> None:
        """Nothing."""


BadRowSink = Callable[[BadRow, tuple[str, ...]], None]
"""Takes every bad row with its (store, receipt, time, amount), as far as they could be read."""


@dataclass(slots=True)
class _BadRows:
    sink: BadRowSink | None
    count: int = 0
    first: list[BadRow] = field(default_factory=list)

    def refuse(self, line: int, reason: str, values: tuple[str, ...] = ("", "", "", "")) -> None:
        bad = BadRow(line=line, reason=reason)
        self.count += 1
        if len(self.first) < SHOWN_BAD_ROWS:
            self.first.append(bad)
        if self.sink is not None:
            self.sink(bad, values)


def import_sales(
    engine: Engine,
    source: BinaryIO,
    options: ImportOptions,
    *,
    now: Callable[[], datetime],
    progress: Progress | None = None,
    bad_rows: BadRowSink | None = None,
) -> ImportReport:
    """Read CSV lines, group them to receipts and keep those that are new or changed.

    A receipt is known by (store, number), so the same file twice changes nothing, and an import
    that was killed is completed by running it again: each transaction holds whole receipts. No
    column but store, receipt, time and amount is looked at.

    `UnusableHeaderError` when the header lacks a column, `ImportOptionsError` when the store of
    the whole file is unknown; bad rows are reported, not raised.
    """
    watch = progress or Unwatched()
    started_at, refused = now(), _BadRows(bad_rows)
    collector = Collector(
        _known_stores(engine, options.only), options, refused.refuse, started_at + _CLOCKS_DIFFER
    )
    read = _read(collector, source, options, watch, refused)
    import_id = _begin(engine, options.file_name, read, started_at)
    outcome = _write(engine, read.receipts, import_id, watch)
    report = ImportReport(
        import_id=import_id,
        file_name=options.file_name,
        rows=read.rows,
        lines=read.lines,
        bad_rows=read.refused.count,
        receipts=len(read.receipts),
        receipts_new=outcome.new,
        receipts_unchanged=outcome.unchanged,
        receipts_superseded=outcome.superseded,
        stores_added=read.added,
        stores=_totals(read),
        first_bad_rows=read.refused.first,
    )
    _finish(engine, report, now())
    return report


@dataclass(frozen=True, slots=True)
class _Read:
    """A whole file, understood."""

    receipts: list[Receipt]
    tills: dict[str, Till]
    added: list[str]
    rows: int
    lines: int
    sha256: str
    refused: _BadRows


def _read(
    collector: Collector,
    source: BinaryIO,
    options: ImportOptions,
    watch: Progress,
    refused: _BadRows,
) -> _Read:
    counted = CountingSource(source, watch.reading)
    if options.store:
        # Better than the same complaint about every row.
        _require_store(collector, options.store)
    lines = counted.text(options.encoding)
    try:
        header = read_header(lines.readline(), options)
        rows = Rows(lines, header.delimiter, header.width, refused.refuse)
        collector.take(rows, header.pick)
    except UnicodeError as error:
        # Only encodings that know no stray bytes (UTF-16) come here: the rest is per row.
        raise UnusableHeaderError(f"the file is not {options.encoding}: {error}") from error
    receipts = sorted(collector.receipts.values(), key=attrgetter("store", "number"))
    tills = {receipt.store: collector.till(receipt.store) for receipt in receipts}
    return _Read(
        receipts=receipts,
        tills=tills,
        added=sorted(tills.keys() - collector.known),
        rows=rows.count,
        lines=collector.lines,
        sha256=counted.sha256,
        refused=refused,
    )


def _require_store(collector: Collector, store: str) -> None:
    try:
        collector.till(store)
    except BadRowError as error:
        raise ImportOptionsError(str(error)) from error


def _write(engine: Engine, receipts: list[Receipt], import_id: int, watch: Progress) -> Outcome:
    outcome = Outcome()
    watch.writing(0, len(receipts))
    for start in range(0, len(receipts), _CHUNK):
        chunk = receipts[start : start + _CHUNK]
        with writing(engine) as connection:
            write_receipts(connection, chunk, import_id, outcome)
        watch.writing(start + len(chunk), len(receipts))
    return outcome


def _known_stores(engine: Engine, only: frozenset[str] | None) -> dict[str, Till]:
    with engine.connect() as connection:
        query = select(col(StoreRow.id), col(StoreRow.time_zone), col(StoreRow.currency))
        return {
            store: Till(parse_time_zone(time_zone), currency)
            for store, time_zone, currency in connection.execute(query)
            if only is None or store in only
        }


def _begin(engine: Engine, file_name: str, read: _Read, started_at: datetime) -> int:
    """Note that an import began, and make its new stores; the import's id."""
    with writing(engine) as connection:
        # Looked up again inside the transaction: the hub may have read its shop file meanwhile.
        there = set(
            connection.scalars(select(col(StoreRow.id)).where(col(StoreRow.id).in_(read.added)))
        )
        new_stores = [
            {
                "id": store,
                "name": f"Store {store}",
                "time_zone": read.tills[store].zone.key,
                "currency": read.tills[store].currency,
            }
            for store in read.added
            if store not in there
        ]
        if new_stores:
            connection.execute(insert(StoreRow), new_stores)
        result = connection.execute(
            insert(SalesImportRow).values(
                file_name=file_name,
                sha256=read.sha256,
                started_at=started_at,
                lines=0,
                receipts_new=0,
                receipts_unchanged=0,
                receipts_superseded=0,
                bad_rows=0,
            )
        )
        key = result.inserted_primary_key
    if key is None:
        raise RuntimeError("the database gave the import no number")
    return int(key[0])


def _finish(engine: Engine, report: ImportReport, finished_at: datetime) -> None:
    with writing(engine) as connection:
        connection.execute(
            update(SalesImportRow)
            .where(col(SalesImportRow.id) == report.import_id)
            .values(
                finished_at=finished_at,
                lines=report.lines,
                receipts_new=report.receipts_new,
                receipts_unchanged=report.receipts_unchanged,
                receipts_superseded=report.receipts_superseded,
                bad_rows=report.bad_rows,
            )
        )
        record(connection, _told(report, finished_at))


def _told(report: ImportReport, finished_at: datetime) -> Change:
    return Change(
        at=finished_at,
        # A till's file says nothing of who brings it.
        author="",
        action="sales.import",
        subject=report.file_name or f"import {report.import_id}",
        after={
            "import": report.import_id,
            "new": report.receipts_new,
            "superseded": report.receipts_superseded,
            "bad_rows": report.bad_rows,
            "stores": list(report.stores_added),
        },
    )


def _totals(read: _Read) -> dict[str, StoreTotal]:
    sums: dict[str, list[int]] = {}
    for receipt in read.receipts:
        sums.setdefault(receipt.store, []).append(sum(receipt.amounts))
    currencies = {store: till.currency for store, till in read.tills.items()}
    return {
        store: StoreTotal(
            receipts=len(totals),
            total=write_amount(sum(totals), minor_digits(currencies[store])),
            currency=currencies[store],
        )
        for store, totals in sums.items()
    }
