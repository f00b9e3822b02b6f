"""What the sky and the state say of a day: sunrise, sunset and public holidays.

`scenes` only asks. The hub answers with astral and holidays (`hub.planning.almanac`).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol


class Almanac(Protocol):
    """Of one store, by its place. Answers are the same whenever they are asked for."""

    def sunrise(self, day: date) -> datetime | None:
        """The instant (UTC) at which the sun rises on a local day; None where it doesn't."""
        ...

    def sunset(self, day: date) -> datetime | None:
        """The instant (UTC) at which the sun sets on a local day; None where it doesn't."""
        ...

    def holidays(self, day: date) -> tuple[str, ...]:
        """The English names of the public holidays on a local day; empty on most days."""
        ...


class NoAlmanac:
    """Of a store whose place nobody told: no sun and no holidays."""

    def sunrise(self, day: date) -> datetime | None:
        return None

    def sunset(self, day: date) -> datetime | None:
        return None

    def holidays(self, day: date) -> tuple[str, ...]:
        return ()
