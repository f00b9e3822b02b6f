"""The almanac of a store whose place nobody told."""

from datetime import date, datetime


class NoAlmanac:
    """No sun and no holidays."""

    def sunrise(self, day: date) -> datetime | None:
        return None

    def sunset(self, day: date) -> datetime | None:
        return None

    def holidays(self, day: date) -> tuple[str, ...]:
        return ()
