"""An import takes what is good, names what is not, and may be run as often as one likes."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlmodel import col

from hub.database import writing
from hub.sales.errors import ImportOptionsError, UnusableHeaderError
from hub.sales.importer import import_sales
from hub.sales.options import ImportOptions, parse_columns, parse_time_zone
from hub.tables import SalesImportRow, StoreRow
from tests.hub.sales.till import HEADER, NOW, add_store, receipts, take

DAY = HEADER + (
    "harbour,1,2026-03-14 09:15:00,20.00\n"
    "harbour,1,2026-03-14 09:15:00,5.50\n"
    "harbour,2,2026-03-14 09:20:00,-3.00\n"
)


@pytest.fixture(autouse=True)
def harbour(engine: Engine) -> None:
    add_store(engine, "harbour")


def test_lines_become_receipts(engine: Engine) -> None:
    report = take(engine, DAY)
    assert receipts(engine) == [
        ("harbour", "1", "2026-03-14 08:15:00", 2550, 2),
        ("harbour", "2", "2026-03-14 08:20:00", -300, 1),
    ]
    assert (report.rows, report.lines, report.receipts, report.receipts_new) == (3, 3, 2, 2)
    assert report.stores["harbour"].model_dump() == {
        "receipts": 2,
        "total": "22.50",
        "currency": "DKK",
    }


def test_lines_of_a_receipt_may_stand_apart_and_in_any_order(engine: Engine) -> None:
    lines = DAY.splitlines(keepends=True)[1:]
    take(engine, DAY)
    for seed in range(4):
        shuffled = random.Random(seed).sample(lines, len(lines))
        report = take(engine, HEADER + "".join(shuffled))
        assert (report.receipts_new, report.receipts_unchanged) == (0, 2)


def test_the_same_file_twice_changes_nothing(engine: Engine) -> None:
    take(engine, DAY)
    before = receipts(engine)
    report = take(engine, DAY)
    assert receipts(engine) == before
    assert receipts(engine, superseded=True) == []
    assert (report.receipts_new, report.receipts_unchanged, report.receipts_superseded) == (0, 2, 0)


def test_a_changed_receipt_supersedes_and_keeps_the_old(engine: Engine) -> None:
    take(engine, DAY)
    report = take(engine, DAY.replace("5.50", "4.50"))
    assert (report.receipts_new, report.receipts_unchanged, report.receipts_superseded) == (0, 1, 1)
    assert receipts(engine)[0] == ("harbour", "1", "2026-03-14 08:15:00", 2450, 2)
    assert receipts(engine, superseded=True) == [("harbour", "1", "2026-03-14 08:15:00", 2550, 2)]


def test_every_bad_row_is_named_and_the_rest_goes_in(engine: Engine) -> None:
    report = take(
        engine,
        HEADER
        + "harbour,1,2026-03-14 09:15:00,abc\n"
        + "harbour,1,2026-03-14 09:15:00,1.00\n"
        + "harbour,,2026-03-14 09:15:00,1.00\n"
        + "nowhere,1,2026-03-14 09:15:00,1.00\n"
        + "harbour,3,yesterday,1.00\n"
        + "harbour,4,2026-03-14,1.00\n"
        + "harbour,5,2026-03-14 09:15:00\n"
        + "harbour,6,0207-03-14 09:15:00,1.00\n"
        + "harbour,1,2026-03-16 09:15:00,1.00\n"
        + "harbour,7,2026-03-14 09:15:00,2.00\n"
        + "harbour,8,2099-01-01 09:15:00,1.00\n"
        + "harbour,7,2027-01-01 13:00:01,1.00\n",
    )
    assert [(bad.line, bad.reason) for bad in report.first_bad_rows] == [
        (2, "amount 'abc' is not a plain number"),
        (4, "the receipt's number is empty"),
        (5, "no store is called 'nowhere' here (add_stores=true makes it)"),
        (6, "time 'yesterday' is not like 2026-03-14 15:09:26"),
        (7, "time '2026-03-14' has no time of day"),
        (8, "has 3 fields where the header has 4"),
        (9, "time '0207-03-14 09:15:00' lies outside 1980 to 2100"),
        (
            10,
            (
                "receipt '1' has lines of 2026-03-14 09:15:00 already; if numbers begin again "
                "each day, join columns: columns=receipt=day+number"
            ),
        ),
        (12, "time '2099-01-01 09:15:00' lies in the future"),
        (13, "time '2027-01-01 13:00:01' lies in the future"),
    ]
    assert (report.rows, report.lines, report.bad_rows) == (12, 2, 10)
    assert [(number, total) for _, number, _, total, _ in receipts(engine)] == [
        ("1", 100),
        ("7", 200),
    ]


def test_a_till_whose_clock_is_a_day_ahead_is_believed(engine: Engine) -> None:
    assert take(engine, f"{HEADER}harbour,1,2027-01-01 13:00:00,1.00\n").bad_rows == 0


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({}, r"no store is called 'nope' here \(add_stores=true makes it\)"),
        ({"typed": True}, r"no store is called 'nope' here \(--add-stores makes it\)"),
        (
            {"store": "No Pe", "add_stores": True, "time_zone": parse_time_zone("UTC")},
            "store 'No Pe' is not an identifier",
        ),
    ],
)
def test_an_unknown_store_for_the_whole_file_fails_at_once(
    engine: Engine, options: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(ImportOptionsError, match=complaint):
        take(engine, DAY, **{"store": "nope", **options})
    with engine.connect() as connection:
        assert connection.execute(select(SalesImportRow)).all() == []


def test_a_byte_that_is_no_text_spoils_its_row_only(engine: Engine) -> None:
    bad = b"harbour,\xff1,2026-03-14 09:15:00,1.00\n"
    report = take(engine, DAY.encode() + bad)
    assert [bad.line for bad in report.first_bad_rows] == [5]
    assert report.receipts == 2


def test_bad_rows_are_all_counted_though_few_are_shown(engine: Engine) -> None:
    written: list[int] = []
    report = import_sales(
        engine,
        io.BytesIO((HEADER + "harbour,1,never,1\n" * 50).encode()),
        ImportOptions(),
        now=lambda: NOW,
        bad_rows=lambda bad, _values: written.append(bad.line),
    )
    assert (report.bad_rows, len(report.first_bad_rows)) == (50, 20)
    assert written == list(range(2, 52))


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        ("2026-03-29 01:59:59", "2026-03-29 00:59:59"),
        ("2026-03-29 02:30:00", "2026-03-29 01:00:00"),  # left out by the clock: the gap's end
        ("2026-03-29 03:00:00", "2026-03-29 01:00:00"),
        ("2026-10-25 02:30:00", "2026-10-25 00:30:00"),  # happens twice: the first
        ("2026-10-25 02:30:00+01:00", "2026-10-25 01:30:00"),
        ("2026-06-01T12:00:00Z", "2026-06-01 12:00:00"),
        ("2026-06-01 12:00:00.000000000", "2026-06-01 10:00:00"),
    ],
)
def test_local_times_become_instants(engine: Engine, local: str, utc: str) -> None:
    take(engine, f"{HEADER}harbour,1,{local},1.00\n")
    assert [at for _, _, at, _, _ in receipts(engine)] == [utc]


def test_a_file_may_have_a_time_zone_of_its_own(engine: Engine) -> None:
    take(engine, DAY, time_zone=parse_time_zone("America/New_York"))
    assert receipts(engine)[0][2] == "2026-03-14 13:15:00"


def test_other_names_marks_and_formats(engine: Engine) -> None:
    report = take(
        engine,
        "Kunde;Dag;Tid;Kasse;Bon;Beløb\n77;14.03.2026;09:15;3;17;12,50\n".encode("cp1252"),
        columns=parse_columns("time=Dag+Tid,receipt=Dag+Kasse+Bon,amount=Beløb"),
        decimal=",",
        encoding="cp1252",
        time_format="%d.%m.%Y %H:%M",
        store="harbour",
    )
    assert report.bad_rows == 0
    assert receipts(engine) == [("harbour", "14.03.2026/3/17", "2026-03-14 08:15:00", 1250, 1)]


def test_stores_are_added_only_when_asked_and_only_with_receipts(engine: Engine) -> None:
    text = HEADER + (
        "330,1,2026-03-14 09:15:00,1\n331,1,never,1\nNo Slug,1,2026-03-14 09:15:00,1\n"
    )
    assert take(engine, text).bad_rows == 3
    zone = parse_time_zone("America/New_York")
    report = take(engine, text, add_stores=True, time_zone=zone, currency="USD")
    assert report.stores_added == ["330"]
    assert [bad.line for bad in report.first_bad_rows] == [3, 4]
    with engine.connect() as connection:
        row = connection.execute(select(StoreRow).where(col(StoreRow.id) == "330")).one()
    assert (row.name, row.time_zone, row.currency) == ("Store 330", "America/New_York", "USD")
    assert receipts(engine)[0][2] == "2026-03-14 13:15:00"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no header line"),
        ("a;b;c\n", "no column 'store', 'receipt', 'time', 'amount'; it has 'a', 'b', 'c'"),
        ("store,receipt,time,sum\n", "no column 'amount'"),
        ("store,receipt,time,amount,amount\n", "'amount' more than once"),
    ],
)
def test_an_unusable_header_is_refused_and_nothing_is_noted(
    engine: Engine, text: str, reason: str
) -> None:
    with pytest.raises(UnusableHeaderError, match=reason):
        take(engine, text)
    with engine.connect() as connection:
        assert connection.execute(select(SalesImportRow)).all() == []


@pytest.mark.parametrize(
    "make",
    [
        lambda: ImportOptions(add_stores=True),
        lambda: ImportOptions(decimal="'"),
        lambda: ImportOptions(delimiter=",", decimal=","),
        lambda: ImportOptions(delimiter=",,"),
        lambda: ImportOptions(encoding="klingon"),
        lambda: ImportOptions(currency="euro"),
        lambda: parse_columns("colour=red"),
        lambda: parse_columns("amount=a+b"),
        lambda: parse_columns("amount"),
        lambda: parse_time_zone("Copenhagen/Europe"),
        lambda: parse_time_zone("../../etc/passwd"),
    ],
)
def test_options_that_cannot_be_meant_are_refused(make: Callable[[], object]) -> None:
    with pytest.raises(ImportOptionsError):
        make()


def test_an_import_that_broke_off_is_completed_by_the_next(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.sales.importer._CHUNK", 10)
    text = HEADER + "".join(
        f"harbour,{number:03},2026-03-14 09:15:00,{number}.25\n" for number in range(100)
    )

    class PowerCutError(Exception):
        pass

    class CutAfterThreeChunks:
        def reading(self, bytes_read: int) -> None:
            pass

        def writing(self, receipts: int, of: int) -> None:
            if receipts == 30:
                raise PowerCutError

    with pytest.raises(PowerCutError):
        import_sales(
            engine,
            io.BytesIO(text.encode()),
            ImportOptions(),
            now=lambda: NOW,
            progress=CutAfterThreeChunks(),
        )
    assert len(receipts(engine)) == 30
    report = take(engine, text)
    assert (report.receipts_new, report.receipts_unchanged) == (70, 30)
    assert sum(total for *_, total, _ in receipts(engine)) == sum(
        number * 100 + 25 for number in range(100)
    )
    with engine.connect() as connection:
        imports = connection.execute(select(SalesImportRow).order_by(col(SalesImportRow.id))).all()
    assert [row.finished_at for row in imports] == [None, NOW]


def test_nobody_who_bought_is_kept(engine: Engine) -> None:
    text = "household,store,receipt,time,amount\nHH-4711,harbour,1,2026-03-14 09:15:00,1.00\n"
    take(engine, text)
    with writing(engine) as connection:
        for table in ("receipt", "sales_import", "store"):
            rows = connection.exec_driver_sql(f"SELECT * FROM {table}").all()
            assert rows
            assert "4711" not in repr(rows)
