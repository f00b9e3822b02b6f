"""How a sensor tells the one who listens: each change once, and whatever becomes of them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVarTuple, Unpack

log = logging.getLogger(__name__)

Told = TypeVarTuple("Told")


def tell(name: str, what: str, listener: Callable[[Unpack[Told]], None], *told: *Told) -> None:
    """Call ``listener(*told)``. What it raises is logged as ``what`` that ``name`` wanted to tell.

    It must not reach a driver's thread: that one often serves every sensor of the machine.
    """
    try:
        listener(*told)
    except Exception:
        log.exception("%s: nobody could be told %s", name, what)


class Changes:
    """A sensor's one listener, who is told each change of what is on or off.

    ``name`` and ``what`` are for the log: "the sensor on GPIO 4", "present". Not
    locked: the calls of one sensor come one at a time.
    """

    def __init__(self, name: str, what: str) -> None:
        self._name = name
        self._what = what
        self._told = False
        self._listener: Callable[[bool], None] | None = None

    def watch(self, listener: Callable[[bool], None]) -> None:
        """Tell ``listener`` from now on; for all that anybody knows, it is off."""
        self._listener = listener

    def end(self) -> None:
        """Tell nobody any more."""
        self._listener = None

    def tell(self, on: bool) -> None:
        """Tell it, unless that is no change or nobody listens."""
        if self._listener is None or on == self._told:
            return
        self._told = on
        tell(self._name, f"{self._what}: {on}", self._listener, on)
