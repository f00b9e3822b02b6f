"""Which column of the file is what."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from operator import itemgetter

from hub.sales.errors import UnusableHeaderError
from hub.sales.options import DELIMITERS, JOINTS, ImportOptions

Pick = Callable[[list[str]], tuple[str, ...]]
"""Takes a row and gives its (store, receipt, time, amount)."""


@dataclass(frozen=True, slots=True)
class Header:
    """How to take a row apart."""

    delimiter: str
    width: int
    pick: Pick


def read_header(line: str, options: ImportOptions) -> Header:
    """Understand the first line; `UnusableHeaderError` says which column is missing."""
    if not line.strip():
        raise UnusableHeaderError("the file has no header line")
    delimiters = (options.delimiter,) if options.delimiter else DELIMITERS
    needed = {
        name: columns
        for name, columns in options.columns.items()
        if not (name == "store" and options.store)
    }
    best = ""
    for delimiter in delimiters:
        names = [name.strip() for name in next(csv.reader([line], delimiter=delimiter))]
        complaint = _complaint(names, needed, options)
        if not complaint:
            return Header(delimiter, len(names), _picker(names, needed, options.store))
        # The complaint about the split that found most columns is the one that helps.
        best = complaint if not best or len(names) > 1 else best
    raise UnusableHeaderError(best)


def _complaint(names: list[str], needed: dict[str, tuple[str, ...]], options: ImportOptions) -> str:
    wanted = [column for columns in needed.values() for column in columns]
    missing = [column for column in wanted if column not in names]
    if missing:
        example = options.written("columns", ",".join(f"{name}=…" for name in needed))
        return (
            f"the header has no column {_listed(missing)}; it has {_listed(names)}. "
            f"Say which is which: {example}"
        )
    twice = [column for column in wanted if names.count(column) > 1]
    return f"the header has column {_listed(twice)} more than once" if twice else ""


def _listed(names: list[str]) -> str:
    shown = ", ".join(repr(name) for name in names[:20])
    return f"{shown}, …" if len(names) > 20 else shown


def _picker(names: list[str], needed: dict[str, tuple[str, ...]], store: str | None) -> Pick:
    places = {name: [names.index(column) for column in columns] for name, columns in needed.items()}
    if store is None and all(len(place) == 1 for place in places.values()):
        # The usual case, and the only one where a million rows a second matter.
        return itemgetter(*(places[name][0] for name in ("store", "receipt", "time", "amount")))

    def pick(row: list[str]) -> tuple[str, ...]:
        found = {
            name: JOINTS.get(name, "").join(row[index].strip() for index in place)
            for name, place in places.items()
        }
        return found.get("store", store or ""), found["receipt"], found["time"], found["amount"]

    return pick
