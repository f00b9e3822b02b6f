"""How to read a till's file: which column is what, and how it writes numbers and times."""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from hub.money import UNKNOWN_CURRENCY
from hub.sales.errors import ImportOptionsError

FIELDS = ("store", "receipt", "time", "amount")

JOINTS = {"store": "-", "receipt": "/", "time": " "}
"""What stands between the parts when several columns make one field (``time=date+clock``)."""

DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """The options of one import.

    ``columns`` maps store, receipt, time and amount to the file's own column names (several are
    joined). ``store`` names the store when the file has no column for it. ``time_zone`` is the
    zone of times without an offset (default: each store's own) and that of the stores that
    ``add_stores`` makes. ``delimiter`` None means: the one that the header fits. ``typed`` says
    that the options were flags of a command, for messages that name one. ``only`` are the stores
    whose receipts may come, None for all.
    """

    columns: dict[str, tuple[str, ...]] = field(default_factory=lambda: parse_columns(""))
    delimiter: str | None = None
    decimal: str = "."
    encoding: str = "utf-8-sig"
    time_format: str | None = None
    time_zone: ZoneInfo | None = None
    store: str | None = None
    add_stores: bool = False
    currency: str = UNKNOWN_CURRENCY
    file_name: str = ""
    typed: bool = False
    only: frozenset[str] | None = None

    def __post_init__(self) -> None:
        """`ImportOptionsError` for what cannot be meant."""
        if self.add_stores and self.time_zone is None:
            example = self.written("time_zone", "Europe/Copenhagen")
            raise ImportOptionsError(f"adding stores needs their time zone, say {example}")
        if self.decimal not in {".", ","}:
            raise ImportOptionsError(f"the decimal mark is . or , and not {self.decimal!r}")
        if self.delimiter is not None and len(self.delimiter) != 1:
            raise ImportOptionsError(f"a delimiter is one character, not {self.delimiter!r}")
        if self.delimiter == self.decimal:
            raise ImportOptionsError("the delimiter and the decimal mark are the same")
        try:
            codecs.lookup(self.encoding)
        except LookupError as error:
            raise ImportOptionsError(f"no encoding is called {self.encoding!r}") from error
        if not (len(self.currency) == 3 and self.currency.isascii() and self.currency.isupper()):
            raise ImportOptionsError(
                f"a currency is three capital letters, say EUR, not {self.currency!r}"
            )

    def written(self, option: str, value: str = "") -> str:
        """An option as whoever reads a message would give it: a flag, or a query parameter."""
        if self.typed:
            return f"--{option.replace('_', '-')} {value}".rstrip()
        return f"{option}={value or 'true'}"


def parse_columns(text: str) -> dict[str, tuple[str, ...]]:
    """Read ``store=store_id,receipt=day+number``; fields that are not named keep their own name.

    `ImportOptionsError` for anything that isn't ``field=column`` with a field we know.
    """
    columns: dict[str, tuple[str, ...]] = {name: (name,) for name in FIELDS}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or not value or name not in columns:
            raise ImportOptionsError(
                f"{part!r} doesn't say field=column; the fields are {', '.join(FIELDS)}"
            )
        parts = tuple(filter(None, (piece.strip() for piece in value.split("+"))))
        if len(parts) != 1 and name not in JOINTS:
            raise ImportOptionsError(f"{part!r}: {name} is one column")
        columns[name] = parts
    return columns


def parse_time_zone(name: str) -> ZoneInfo:
    """A zone by its IANA name; `ImportOptionsError` when there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ImportOptionsError(
            f"no time zone is called {name!r}; try Europe/Copenhagen or UTC"
        ) from error
