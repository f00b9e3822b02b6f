"""Lines to receipts: a receipt is known by its store and number, wherever its lines stand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from zoneinfo import ZoneInfo

from hub.money import InvalidAmountError, minor_digits, read_amount
from hub.sales.errors import BadRowError
from hub.sales.header import Pick
from hub.sales.options import ImportOptions
from hub.sales.times import read_time

Refuse = Callable[[int, str, tuple[str, ...]], None]
"""Takes line number, reason and the (store, receipt, time, amount) of a row that is left out."""

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
_LONGEST = 64
_SAME_RECEIPT = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Till:
    """What reading a store's receipts needs to know of it."""

    zone: ZoneInfo
    currency: str


class Receipt:
    """A receipt while its lines come together. ``at`` is the time of its latest line."""

    __slots__ = ("amounts", "at", "number", "store", "time_text")

    def __init__(self, store: str, number: str, time_text: str, at: datetime) -> None:
        self.store = store
        self.number = number
        self.time_text = time_text
        self.at = at
        self.amounts: list[int] = []

    @property
    def content_hash(self) -> str:
        """The same for the same time and amounts, in whatever order the lines came."""
        content = f"{self.at.isoformat()} {sorted(self.amounts)}"
        return blake2b(content.encode(), digest_size=16).hexdigest()


class Collector:
    """Takes rows and has receipts. Memory grows with receipts (about 0.5 kB), not with lines."""

    def __init__(
        self, stores: dict[str, Till], options: ImportOptions, refuse: Refuse, latest: datetime
    ) -> None:
        """``latest`` is when a receipt can be from at most."""
        self.known = frozenset(stores)
        self._stores = dict(stores)
        self._options = options
        self._refuse = refuse
        self._latest = latest
        # A till has few different amounts and currencies: each text is read once.
        self._read_amounts: dict[str, dict[str, int]] = {}
        self.receipts: dict[tuple[str, str], Receipt] = {}
        self.lines = 0

    def take(self, rows: Iterable[tuple[int, list[str]]], pick: Pick) -> None:
        """Read all rows; what cannot be used goes to ``refuse`` and the rest is kept."""
        receipts, amounts = self.receipts, self._read_amounts
        for line_number, row in rows:
            store, number, time_text, amount = pick(row)
            store, number = store.strip(), number.strip()
            try:
                # A row is refused before it has changed anything.
                minor = amounts.get(store, {}).get(amount)
                if minor is None:
                    minor = self._amount(store, amount)
                receipt = receipts.get((store, number))
                if receipt is None:
                    receipt = self._open(store, number, time_text)
                elif receipt.time_text != time_text:
                    self._reconcile_time(receipt, time_text)
            except (BadRowError, InvalidAmountError) as error:
                self._refuse(line_number, str(error), (store, number, time_text, amount))
            else:
                receipt.amounts.append(minor)
                self.lines += 1

    def till(self, store: str) -> Till:
        """What is known of a store; `BadRowError` for one that nobody knows."""
        found = self._stores.get(store)
        return found if found is not None else self._new_till(store)

    def _new_till(self, store: str) -> Till:
        options = self._options
        if not store:
            raise BadRowError("the store is empty")
        if not options.add_stores or options.time_zone is None:
            raise BadRowError(
                f"no store is called {store!r} here ({options.written('add_stores')} makes it)"
            )
        if not _SLUG.match(store) or len(store) > _LONGEST:
            raise BadRowError(
                f"store {store!r} is not an identifier: lower-case letters, digits and hyphens"
            )
        return self._stores.setdefault(store, Till(options.time_zone, options.currency))

    def _amount(self, store: str, text: str) -> int:
        minor = read_amount(text, minor_digits(self.till(store).currency), self._options.decimal)
        self._read_amounts.setdefault(store, {})[text] = minor
        return minor

    def _open(self, store: str, number: str, time_text: str) -> Receipt:
        if not number:
            raise BadRowError("the receipt's number is empty")
        if len(number) > _LONGEST or not number.isprintable():
            raise BadRowError(f"the receipt's number is unreadable or over {_LONGEST} characters")
        at = self._time(store, time_text)
        return self.receipts.setdefault((store, number), Receipt(store, number, time_text, at))

    def _reconcile_time(self, receipt: Receipt, time_text: str) -> None:
        at = self._time(receipt.store, time_text)
        if abs(at - receipt.at) > _SAME_RECEIPT:
            raise BadRowError(
                f"receipt {receipt.number!r} has lines of {receipt.time_text.strip()} already; if "
                "numbers begin again each day, join columns: "
                + self._options.written("columns", "receipt=day+number")
            )
        if at > receipt.at:
            receipt.at, receipt.time_text = at, time_text

    def _time(self, store: str, text: str) -> datetime:
        options = self._options
        at = read_time(text, options.time_zone or self.till(store).zone, options.time_format)
        if at > self._latest:
            raise BadRowError(f"time {text.strip()!r} lies in the future")
        return at
