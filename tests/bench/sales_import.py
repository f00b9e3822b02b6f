"""A real year of receipts into an empty hub, and again: ``python -m tests.bench.sales_import``.

Target: 1,469,307 lines in 60 s and under 1 GiB. The floor is Python's csv module reading the
same file and doing nothing with it.
"""

import csv
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from hub.database import migrate, open_database
from hub.sales.importer import import_sales
from hub.sales.options import ImportOptions, parse_columns, parse_time_zone
from tests.bench.figures import say

_COLUMNS = "store=store_id,receipt=basket_id,time=transaction_timestamp,amount=sales_value"


def floor_s(path: Path) -> float:
    begin = time.perf_counter()
    with path.open(newline="", encoding="utf-8") as file:
        for _ in csv.reader(file):
            pass
    return time.perf_counter() - begin


def import_s(path: Path, database: str) -> tuple[float, str]:
    engine = open_database(database)
    migrate(engine)
    options = ImportOptions(
        columns=parse_columns(_COLUMNS),
        time_zone=parse_time_zone("America/New_York"),
        add_stores=True,
        currency="USD",
    )
    begin = time.perf_counter()
    with path.open("rb") as source:
        report = import_sales(engine, source, options, now=lambda: datetime.now(UTC))
    took = time.perf_counter() - begin
    engine.dispose()
    return took, f"{report.lines:,} lines, {report.receipts_new:,} new receipts"


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "till.csv"
        # In a process of its own: the writer's memory is not the importer's.
        command = [sys.executable, "-m", "tests.hub.sales.real_receipts", str(path)]
        subprocess.run(command, check=True)
        say("(d) a real year of receipts, 1,469,307 lines (target: 60 s and 1 GiB)")
        floor = floor_s(path)
        say(f"    floor (csv alone): {floor:.1f} s, {path.stat().st_size / 1e6:.0f} MB")
        for what in ("first import", "second import"):
            took, did = import_s(path, f"sqlite:///{name}/hub.db")
            say(f"    {what}: {took:.1f} s, {took / floor:.1f} times the floor ({did})")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        say(f"    peak resident memory: {peak:.0f} MiB")


if __name__ == "__main__":
    main()
