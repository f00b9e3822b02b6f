"""Till times to instants."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hub.sales.errors import BadRowError
from scenes.wall_time import instant_of

_EARLIEST_YEAR, _LATEST_YEAR = 1980, 2100


def read_time(text: str, zone: ZoneInfo, time_format: str | None = None) -> datetime:
    """The UTC instant of a till's time; `BadRowError` when it is none.

    ISO 8601 unless ``time_format`` (strptime) says otherwise. A time without an offset is local
    in ``zone``, by the rule of `scenes.wall_time`: a repeated time is its first occurrence, one
    that daylight saving leaves out is the moment the clock jumped.
    """
    plain = text.strip()
    try:
        # A naive reading is the point here: most tills write wall time.
        read = (
            datetime.strptime(plain, time_format)  # noqa: DTZ007
            if time_format
            else datetime.fromisoformat(plain)
        )
    except ValueError:
        wanted = f"in the format {time_format}" if time_format else "like 2026-03-14 15:09:26"
        raise BadRowError(f"time {plain!r} is not {wanted}") from None
    if time_format is None and len(plain) <= len("2026-W10-6"):
        raise BadRowError(f"time {plain!r} has no time of day")
    if not _EARLIEST_YEAR <= read.year <= _LATEST_YEAR:
        raise BadRowError(f"time {plain!r} lies outside {_EARLIEST_YEAR} to {_LATEST_YEAR}")
    return read.astimezone(UTC) if read.tzinfo else _local_to_utc(read, zone)


def _local_to_utc(naive: datetime, zone: ZoneInfo) -> datetime:
    instant = naive.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == naive:
        return instant
    return instant_of(naive.date(), naive.strftime("%H:%M:%S"), zone)
