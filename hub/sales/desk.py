"""Imports that come over HTTP: one at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from typing import BinaryIO

from sqlalchemy import Engine

from hub.sales.errors import ImportBusyError
from hub.sales.importer import import_sales
from hub.sales.options import ImportOptions
from hub.sales.report import ImportReport


class ImportDesk:
    """Takes one file at a time, so that uploads can't fill the memory of a hub."""

    def __init__(self, engine: Engine, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._now = now
        self._busy = threading.Lock()

    def take(self, source: BinaryIO, options: ImportOptions) -> ImportReport:
        """Import a file; `ImportBusyError` while another one is under way. Blocks."""
        if not self._busy.acquire(blocking=False):
            raise ImportBusyError("another import is under way; try again when it is done")
        try:
            return import_sales(self._engine, source, options, now=self._now)
        finally:
            self._busy.release()
