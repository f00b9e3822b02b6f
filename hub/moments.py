"""Instants, days and weekdays in words: in the store's own time and in the spoken language."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date

from scenes.language import _, spoken

_WEEK = timedelta(days=6)
_LOCALES = {"en": "en_GB", "sv": "sv_SE", "nb": "nb_NO", "ru": "ru_RU"}


def locale() -> Locale:
    """How numbers and dates are written in the spoken language; 24 hours a day in all of them."""
    return Locale.parse(_LOCALES.get(spoken(), "en_GB"))


def clock(instant: datetime, tz: ZoneInfo) -> str:
    """Wall time in the store, HH:MM."""
    return f"{instant.astimezone(tz):%H:%M}"


def moment(instant: datetime, now: datetime, tz: ZoneInfo) -> str:
    """When something is, as short as it stays clear: 18:00, tomorrow 09:00, Mon 09:00, 24 Dec."""
    local, today = instant.astimezone(tz), now.astimezone(tz).date()
    days = (local.date() - today).days
    time = f"{local:%H:%M}"
    if days == 0:
        return time
    if days == 1:
        return _("tomorrow {time}").format(time=time)
    if days == -1:
        return _("yesterday {time}").format(time=time)
    if abs(instant - now) < _WEEK:
        return f"{weekday(local.date(), short=True)} {time}"
    return f"{short_date(local.date())} {time}"


def weekday(day: date, *, short: bool = False) -> str:
    """Monday, or Mon."""
    return _bare(format_date(day, "ccc" if short else "cccc", locale=locale()))


def short_date(day: date) -> str:
    """24 Dec."""
    return _bare(format_date(day, "d MMM", locale=locale()))


def long_date(day: date, *, year: bool = True) -> str:
    """24 December 2026."""
    return _bare(format_date(day, "d MMMM y" if year else "d MMMM", locale=locale()))


def _bare(words: str) -> str:
    """Without the dot of an abbreviation: it would end the sentence around it."""
    return words.replace(".", "")
