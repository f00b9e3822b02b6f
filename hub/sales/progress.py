"""How far an import is, for a terminal or a log."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

_READING_SHARE = 70
_WHOLE = 100


class ImportProgress:
    """A bar on a terminal; elsewhere a line at every quarter. Reading is about 70 % of the way.

    ``size`` is the file's in bytes, 0 when nobody knows (standard input).
    """

    def __init__(self, console: Console, size: int) -> None:
        self._console = console
        self._size = size
        self._quarter = 0
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("Reading", total=_WHOLE if size else None)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def reading(self, bytes_read: int) -> None:
        """So many bytes of the file are read."""
        if self._size:
            self._show("Reading", _READING_SHARE * min(1.0, bytes_read / self._size))

    def writing(self, receipts: int, of: int) -> None:
        """So many receipts are in the database."""
        share = receipts / of if of else 1.0
        self._show("Writing", _READING_SHARE + (_WHOLE - _READING_SHARE) * share)

    def _show(self, stage: str, percent: float) -> None:
        self._bar.update(self._task, description=stage, completed=percent, total=_WHOLE)
        quarter = int(percent // 25)
        if quarter > self._quarter:
            self._quarter = quarter
            if not self._console.is_terminal:
                self._console.print(f"{stage}: {percent:.0f} %", highlight=False)
