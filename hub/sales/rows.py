"""CSV rows with their line numbers, whatever state the file is in."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Iterable, Iterator

Refuse = Callable[[int, str], None]
"""Takes the line number of a row that cannot be used, and the reason."""


class Rows:
    """The rows of a CSV file, as (line number, fields), each with as many fields as the header.

    Quoted fields may hold line breaks. A quote that is never closed would swallow everything
    after it, so when a row of several lines turns out bad only its first line is refused, and
    reading goes on with its second.
    """

    def __init__(self, lines: Iterable[str], delimiter: str, width: int, refuse: Refuse) -> None:
        """``lines`` follow the header, so that the first of them is line 2."""
        self._feed = _Feed(lines)
        self._delimiter = delimiter
        self._width = width
        self._refuse = refuse
        self.count = 0

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        """Every usable row; the others go to ``refuse``. Blank lines are neither."""
        feed, width = self._feed, self._width
        reader = csv.reader(feed, delimiter=self._delimiter)
        while True:
            feed.begin_row()
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                self._drop(f"cannot be read as CSV: {error}")
                continue
            if len(row) == width:
                self.count += 1
                yield feed.row_number, row
            elif row:
                self._drop(f"has {len(row)} fields where the header has {width}")

    def _drop(self, reason: str) -> None:
        feed = self._feed
        if len(feed.row) > 1:
            reason = "opens a quote that is not closed on this line, and the row is unusable"
        self.count += 1
        self._refuse(feed.row_number, reason)
        feed.again_from_second()


class _Feed:
    """Lines for a CSV reader; remembers those of the row under way."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._again: deque[str] = deque()
        self._number = 1
        self.row: list[str] = []
        self.row_number = 2

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self._number += 1
        self.row.append(line)
        return line

    def begin_row(self) -> None:
        """What comes next is a new row."""
        self.row.clear()
        self.row_number = self._number + 1

    def again_from_second(self) -> None:
        """Give the lines of this row once more, without the first."""
        self._again.extendleft(reversed(self.row[1:]))
        self._number -= len(self.row) - 1
