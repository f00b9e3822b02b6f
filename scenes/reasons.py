"""Why a scene is on, in a sentence a manager reads: the reasons that wishes and slots carry."""

from __future__ import annotations

from scenes.audition import AUDITION_PREFIX, Audition
from scenes.day_words import from_to, span_words, weekday_words
from scenes.holiday_words import holiday_words
from scenes.language import _
from scenes.occurrences import Planned, Span
from scenes.rules import DateException, DateSpan, Layer, Override, OverrideWhy, QuietHour, Rule
from scenes.special_days import Match
from scenes.time_of_day import time_words


def planned_words(planned: Planned, span: Span) -> str:
    """Like "Rule “Calm mornings”, Mon to Fri 09:00 to 11:00", for one time that it holds.

    Of special days it names those that this one is of, and the special hours that moved it.
    """
    match planned:
        case Rule():
            kind = _("Rule")
        case DateException():
            kind = _("Exception")
        case QuietHour():
            kind = _("Quiet hour")
    words = f"{kind} “{planned.name}”, " if planned.name else f"{kind} "
    if span.why is not None:
        words += f"{_special_day_words(span.why)}, "
    elif not isinstance(planned, DateException):
        words += f"{weekday_words(planned.weekdays, short=True)} "
    words += from_to(time_words(planned.from_), time_words(planned.until))
    if span.special is not None:
        name = span.special.name or span.special.id
        words += " " + _("(special hours “{name}”)").format(name=name)
    return words


def _special_day_words(why: Match) -> str:
    return (
        span_words(why.what, year=False)
        if isinstance(why.what, DateSpan)
        else holiday_words(why.what)
    )


def why_words(why: OverrideWhy) -> str:
    """The kind of a reason; empty where only the person's own words tell."""
    match why:
        case "too-loud":
            return _("too loud")
        case "too-dark":
            return _("too dark")
        case "too-strong":
            return _("too strong")
        case "event":
            return _("event")
        case "complaint":
            return _("complaint")
        case "other":
            return ""


def override_words(override: Override) -> str:
    """Like "Kim chose this: too loud"; the kind of reason before the person's own words."""
    who = override.author or _("Somebody in the shop")
    if override.layer is Layer.EMERGENCY:
        said = _("Emergency, set off by {who}").format(who=who)
    elif override.layer is Layer.QUIET_HOUR:
        said = _("Quiet hour, begun by {who}").format(who=who)
    else:
        said = _("{who} chose this").format(who=who)
    why = ", ".join(words for words in (why_words(override.why), override.reason) if words)
    return f"{said}: {why}" if why else said


def audition_words(audition: Audition) -> str:
    """Like "Kim auditions Evening": for a minute, then all is as before."""
    who = audition.author or _("Somebody in the shop")
    name = audition.recipe.name.removeprefix(AUDITION_PREFIX)
    return _("{who} auditions {scene}").format(who=who, scene=name)
