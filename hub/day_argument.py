"""Days as they are typed."""

from __future__ import annotations

import argparse
from datetime import date, timedelta

_WORDS = {"yesterday": timedelta(-1), "today": timedelta(0), "tomorrow": timedelta(1)}


def day(text: str) -> date:
    """For an argument's ``type``: 2026-03-14. What is none is wrong usage."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no day like 2026-03-14") from error


def day_or_word(text: str) -> date | timedelta:
    """Also yesterday, today and tomorrow: so many days from a today that the shop's clock says."""
    try:
        return _WORDS[text] if text in _WORDS else day(text)
    except argparse.ArgumentTypeError as error:
        raise argparse.ArgumentTypeError(f"{error} and not yesterday, today or tomorrow") from error
