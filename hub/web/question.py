"""The one question after a tap, and the answers to "for how long?"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import get_args
from zoneinfo import ZoneInfo

from hub.moments import moment
from hub.planning.ends import Closing, ForMinutes, NextChange, OverrideEnd, UntilEnded
from hub.web.looks import Look
from hub.web.words import named_moment
from scenes.language import N_, _
from scenes.reasons import why_words
from scenes.rules import OverrideWhy

ENDS: dict[str, tuple[str, OverrideEnd]] = {
    "next-change": (N_("Until the next change"), NextChange()),
    "30": (N_("30 minutes"), ForMinutes(30)),
    "60": (N_("60 minutes"), ForMinutes(60)),
    "closing": (N_("Until closing"), Closing()),
    "until-ended": (N_("Until somebody ends it, a week at most"), UntilEnded()),
}
"""The answers to "for how long?": what a form sends, the words on the button, what it means."""


@dataclass(frozen=True, slots=True)
class EndChoice:
    """One answer to "for how long?". ``until`` is empty where the words say the instant."""

    value: str
    words: str
    until: str


@dataclass(frozen=True, slots=True)
class Ask:
    """The one question after a tap: a form that sends ``fields`` and the answer to ``action``.

    ``fields["seen"]`` is the tag of the choice that the person saw; ``problem`` why they are
    asked again, ``note`` what else they need to know; ``whys`` are kinds of reasons to pick one
    of, each with its words, or none.
    """

    store: str
    action: str
    title: str
    question: str
    fields: Mapping[str, str]
    look: Look
    description: str
    choices: tuple[EndChoice, ...]
    problem: str
    note: str = ""
    whys: tuple[tuple[str, str], ...] = ()


def whys() -> tuple[tuple[str, str], ...]:
    """The kinds of reasons for a choice that somebody may give, in words."""
    said = ((why, why_words(why)) for why in get_args(OverrideWhy))
    return tuple((why, words[:1].upper() + words[1:]) for why, words in said if words)


def end_choice(value: str, instant: datetime, now: datetime, tz: ZoneInfo) -> EndChoice:
    """An answer to "for how long?", which means ``instant``."""
    name, end = ENDS[value]
    words = _(name)
    if isinstance(end, UntilEnded):
        return EndChoice(value, words, "")
    if isinstance(end, ForMinutes):
        return EndChoice(value, words, moment(instant, now, tz))
    # "Until closing" may be tomorrow's: the name alone would promise something else.
    return EndChoice(value, named_moment(words, instant, now, tz), "")
