"""``stemning sales import``."""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from hub.database_arguments import add_database_arguments, opened_database
from hub.money import UNKNOWN_CURRENCY
from hub.sales.errors import ImportOptionsError
from hub.sales.importer import BadRowSink, import_sales
from hub.sales.options import ImportOptions, parse_columns, parse_time_zone
from hub.sales.report import BadRow, ImportReport

if TYPE_CHECKING:
    from rich.console import Console

_SHOWN_STORES = 10

_EPILOG = """\
A till's file needs four things: store, receipt, time and amount. Lines of one receipt may stand
anywhere; they become one receipt, known by store and number. So a file may be imported as often
as you like: what is there already stays, what changed is a new revision. A bad row is named with
its line and reason, and the rest goes in. No other column is looked at, so nothing about who
bought is kept.

examples:
  the columns are called store, receipt, time and amount:
    stemning sales import march.csv
  they have other names:
    stemning sales import march.csv \\
        --columns store=store_id,receipt=basket_id,time=transaction_timestamp,amount=sales_value
  one shop, receipt numbers that begin again each day, European marks:
    stemning sales import bon.csv --store harbour --decimal , --encoding cp1252 \\
        --columns receipt=Dag+Bon,time=Dag+Tid,amount=Total --time-format "%d.%m.%Y %H:%M"
  receipts of stores that the shop file does not name:
    stemning sales import chain.csv --add-stores --time-zone America/New_York --currency USD

exit codes: 0 done, also with bad rows; 1 it failed and nothing is half-applied; 2 wrong usage"""


class SalesCommand:
    """Receipts from tills."""

    name = "sales"
    summary = "Import receipts from tills (CSV)."

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the subcommand and its arguments."""
        parser.epilog = "example:\n  stemning sales import march.csv\n\nmore: sales import --help"
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="import")
        verb = verbs.add_parser(
            "import",
            help="read a CSV file of receipt lines",
            description="Read a CSV file of receipt lines into the hub's database.",
            epilog=_EPILOG,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        verb.add_argument("file", help="the CSV file, or - for standard input")
        _add_reading_arguments(verb)
        _add_store_arguments(verb)
        report = verb.add_argument_group("what you get to know")
        report.add_argument(
            "--bad-rows", type=Path, metavar="FILE", help="write every bad row to a CSV file"
        )
        report.add_argument("--json", action="store_true", help="print the whole report as JSON")
        add_database_arguments(verb)

    def run(self, arguments: argparse.Namespace) -> int:
        """Import and tell."""
        from rich.console import Console

        from hub.clock import utc_now
        from hub.sales.progress import ImportProgress

        options = _options(arguments)
        console = Console(stderr=True)
        with ExitStack() as stack:
            source, size = stack.enter_context(_source(arguments.file))
            sink = stack.enter_context(_bad_rows_file(arguments.bad_rows))
            # Whoever adds stores may import before any hub ran; else no store is known anyway.
            engine = stack.enter_context(opened_database(arguments, make=options.add_stores))
            progress = stack.enter_context(ImportProgress(console, size))
            report = import_sales(
                engine, source, options, now=utc_now, progress=progress, bad_rows=sink
            )
        if arguments.json:
            sys.stdout.write(report.model_dump_json(indent=2) + "\n")
        else:
            _tell(report, Console())
        return 0


def _add_reading_arguments(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("how the file is written")
    group.add_argument(
        "--columns",
        default="",
        metavar="FIELD=COLUMN,…",
        help="which column is store, receipt, time and amount; A+B joins two columns",
    )
    group.add_argument(
        "--delimiter", metavar="CHARACTER", help="default: the one of , ; tab | the header fits"
    )
    group.add_argument("--decimal", default=".", metavar="MARK", help="decimal mark (default .)")
    group.add_argument("--encoding", default="utf-8-sig", help="default UTF-8")
    group.add_argument(
        "--time-format", metavar="FORMAT", help='say "%%d.%%m.%%Y %%H:%%M"; default ISO 8601'
    )
    group.add_argument(
        "--time-zone",
        metavar="ZONE",
        help="zone of times without an offset (default: each store's own)",
    )


def _add_store_arguments(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("whose receipts")
    group.add_argument("--store", metavar="ID", help="the store, when no column says it")
    group.add_argument(
        "--add-stores",
        action="store_true",
        help="make stores that nobody knows yet, with --time-zone and --currency",
    )
    group.add_argument(
        "--currency",
        default=UNKNOWN_CURRENCY,
        metavar="CODE",
        help="the currency of added stores, say EUR (default XXX: unknown)",
    )


def _options(arguments: argparse.Namespace) -> ImportOptions:
    delimiter = arguments.delimiter
    return ImportOptions(
        columns=parse_columns(arguments.columns),
        delimiter="\t" if delimiter in {"\\t", "tab"} else delimiter,
        decimal=arguments.decimal,
        encoding=arguments.encoding,
        time_format=arguments.time_format,
        time_zone=parse_time_zone(arguments.time_zone) if arguments.time_zone else None,
        store=arguments.store,
        add_stores=arguments.add_stores,
        currency=arguments.currency,
        file_name="" if arguments.file == "-" else Path(arguments.file).name,
        typed=True,
    )


@contextmanager
def _source(file: str) -> Iterator[tuple[BinaryIO, int]]:
    """The bytes and how many there are; 0 for a stream."""
    if file == "-":
        yield sys.stdin.buffer, 0
        return
    with ExitStack() as stack:
        try:
            opened = stack.enter_context(Path(file).open("rb"))
        except OSError as error:
            raise ImportOptionsError(f"{file} can't be read: {error.strerror}") from error
        yield opened, Path(file).stat().st_size


@contextmanager
def _bad_rows_file(path: Path | None) -> Iterator[BadRowSink | None]:
    """A sink that writes bad rows to a file; only the columns that an import looks at."""
    if path is None:
        yield None
        return
    try:
        opened = path.open("w", newline="", encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise ImportOptionsError(f"{path} can't be written: {error.strerror}") from error
    with opened:
        writer = csv.writer(opened)
        writer.writerow(("line", "reason", "store", "receipt", "time", "amount"))

        def write(bad: BadRow, values: tuple[str, ...]) -> None:
            writer.writerow((bad.line, bad.reason, *values))

        yield write


def _tell(report: ImportReport, console: Console) -> None:
    def say(line: str) -> None:
        console.print(line, highlight=False, markup=False, soft_wrap=True)

    say(
        f"{_count(report.lines, 'line')} in {_count(report.receipts, 'receipt')}: "
        f"{report.receipts_new:,} new, {report.receipts_unchanged:,} already there, "
        f"{report.receipts_superseded:,} changed."
    )
    if report.stores_added:
        say(f"{_count(len(report.stores_added), 'store')} added.")
    if len(report.stores) <= _SHOWN_STORES:
        for store, total in report.stores.items():
            say(f"  {store}: {_count(total.receipts, 'receipt')}, {total.total} {total.currency}")
    else:
        say(f"{len(report.stores):,} stores; --json shows the total of each.")
    if report.bad_rows:
        were = "was" if report.bad_rows == 1 else "were"
        say(f"{_count(report.bad_rows, 'bad row')} {were} left out:")
        for bad in report.first_bad_rows:
            say(f"  line {bad.line}: {bad.reason}")
        if report.bad_rows > len(report.first_bad_rows):
            say("  … --bad-rows FILE writes them all")


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


sales = SalesCommand()
