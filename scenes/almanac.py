"""What the sky and the state say of a day: sunrise, sunset and public holidays.

`scenes` only asks. The hub answers with astral and holidays (`hub.planning.almanac`).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol


class Almanac(Protocol):
    """Of one store, by its place. Answers are the same whenever they are asked for."""

    def sunrise(self, day: date) -> datetime | None:
        """The instant (UTC) at which the sun rises, before a local day's noon; None: it doesn't.

        In [the noon before, the noon of the day), by the sun: it may be before the day's midnight.
        """
        ...

    def sunset(self, day: date) -> datetime | None:
        """The instant (UTC) at which the sun sets, after a local day's noon; None: it doesn't.

        In [the noon of the day, the next noon), by the sun: near midsummer in the north it may be
        after midnight, and is that evening's still.
        """
        ...

    def holidays(self, day: date) -> tuple[str, ...]:
        """The English names of the public holidays on a local day; empty on most days."""
        ...
