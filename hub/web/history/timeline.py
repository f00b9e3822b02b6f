"""A day's timeline: plays, changes and alarms as entries, the newest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from hub.audit import Change
from hub.web.history.adjustments import adjusted_words
from hub.web.history.happenings import happening
from hub.web.history.reading import Told
from hub.web.history.spans import Span
from hub.web.history.telling import ALARMS, Teller
from hub.web.looks import Look, scene_look
from hub.web.words import age, clock_words
from scenes.language import _

Kind = Literal["played", "changed", "alarm"]
KINDS: tuple[Kind, ...] = ("played", "changed", "alarm")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. ``zone`` is an id, empty for the whole store; ``person`` who did it, if anybody."""

    at: datetime
    time: str
    kind: Kind
    icon: str
    css: str
    level: str
    words: str
    details: tuple[str, ...]
    zone: str
    zone_name: str
    person: str


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked for; empty: everything."""

    zone: str = ""
    kind: str = ""
    person: str = ""

    def shows(self, entry: Entry) -> bool:
        """Whether an entry is asked for. What is about the whole store is about each zone."""
        return (
            (not self.zone or entry.zone in {"", self.zone})
            and (not self.kind or entry.kind == self.kind)
            and (not self.person or entry.person == self.person)
        )


def played(spans: Iterable[Span], teller: Teller) -> Iterator[Entry]:
    """Spans as entries."""
    for span in spans:
        look = scene_look(span.scene, teller.names.scene(span.scene) if span.scene else "")
        words, details, level = _span_words(span, look, teller)
        yield Entry(
            at=span.start,
            time=clock_words(span.start, teller.tz),
            kind="played",
            icon=look.icon,
            css=look.css,
            level=level,
            words=words,
            details=details,
            zone=span.zone,
            zone_name=teller.names.zones.get(span.zone, span.zone),
            person="",
        )


def changed(changes: Sequence[Change], teller: Teller) -> Iterator[Entry]:
    """The audit as entries."""
    for change in changes:
        zone = teller.zone_of(change)
        alarm = change.action in ALARMS
        person = teller.person(change)
        yield Entry(
            at=change.at,
            time=clock_words(change.at, teller.tz),
            kind="alarm" if alarm else "changed",
            icon="siren" if alarm else ("hand" if person else "circle-dot"),
            css="",
            level="bad" if alarm and not change.action.endswith(".end") else "plain",
            words=teller.sentence(change),
            details=teller.details(change),
            zone=zone,
            zone_name=teller.names.zones.get(zone, zone),
            person=person,
        )


def happened(told: Iterable[Told], teller: Teller) -> Iterator[Entry]:
    """What agents told as entries."""
    for each in told:
        zone = each.event.zone or ""
        zone_name = teller.names.zones.get(zone, zone)
        it = happening(each, zone_name)
        if it is None:
            continue
        untrusted = each.event.clock is not None
        yield Entry(
            at=each.event.at,
            time=clock_words(each.event.at, teller.tz),
            kind="alarm",
            icon=it.icon,
            css="",
            level=it.level,
            words=it.words,
            details=(_("By the agent's clock, which nobody vouched for then"),)
            if untrusted
            else (),
            zone=zone,
            zone_name=zone_name,
            person="",
        )


def newest_first(entries: Iterable[Entry]) -> list[Entry]:
    """In the order of the page; of one moment, what was done before what came of it is below."""
    return sorted(entries, key=lambda entry: (entry.at, KINDS.index(entry.kind)), reverse=True)


def _span_words(span: Span, look: Look, teller: Teller) -> tuple[str, tuple[str, ...], str]:
    until = clock_words(span.until, teller.tz)
    lasted = age((span.until - span.start).total_seconds())
    if span.scene is None:
        words = _("Nothing was reported until {time}").format(time=until)
        return words, (_("For {age}").format(age=lasted),), "unknown"
    words = _("{scene} until {time}").format(scene=look.word, time=until)
    details = [_("For {age}, reported by {agent}").format(age=lasted, agent=span.edge)]
    if span.adjust:
        details.append(adjusted_words(span.adjust))
    if not span.confirmed:
        details.append(_("Not every device did what the scene asks"))
    return words, tuple(details), "good" if span.confirmed else "partly"
