"""What agents reported of a zone at a moment, and how far that is from what was wanted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from hub.parts import HubParts
from hub.planning.planner import PlannedZone
from hub.web.agents_said import agents_said
from hub.web.devices.readings import fragrance_words, reading_words
from hub.web.history.reading import given_at
from hub.web.history.telling import Teller
from hub.web.looks import Look, scene_look
from hub.web.words import ago, clock_words, percent_words
from scenes.language import _, ngettext
from scenes.messages import AsRun, DeviceKind, Reading
from scenes.scene import EVERY_GROUP, Scene, ScentCue

_LONGEST_RECORD = timedelta(minutes=20)
_MINUTE = timedelta(seconds=90)
_PRESENT = timedelta(minutes=3)
"""The last minutes are on record a little later: until then the agents' own word is here."""
_CLOSE = 2.0
"""Per cent of a level that nobody sees or hears."""


@dataclass(frozen=True, slots=True)
class DeviceLine:
    """A device: what the scene asked of it, what it did, and the distance between the two.

    ``near`` is None where the two can't be compared.
    """

    device: str
    wanted: str
    reported: str
    distance: str
    near: bool | None


@dataclass(frozen=True, slots=True)
class Report:
    """What one agent reported of the zone; ``age`` says of when."""

    agent: str
    look: Look
    verdict: str
    level: Literal["good", "partly", "bad"]
    problem: str
    age: str
    devices: tuple[DeviceLine, ...]


@dataclass(frozen=True, slots=True)
class _Said:
    """An agent's word, from the record or as it is now."""

    agent: str
    scene: str | None
    confirmed: bool
    fading: bool
    problem: str
    age: str
    readings: Mapping[str, Reading]


def reports(
    hub: HubParts, planned: PlannedZone, at: datetime, wanted: Scene | None, teller: Teller
) -> Iterator[Report]:
    """What each agent of the zone reported then; ``wanted`` is what the plan asked for."""
    store, zone = planned.key
    with hub.engine.connect() as connection:
        records = given_at(connection, store, zone, at, at - _LONGEST_RECORD)
    groups = _groups(hub, store)
    said = [_recorded(agent, record, teller) for agent, record in sorted(records.items())]
    if not said and teller.now - at <= _PRESENT:
        said = list(_saying(hub, store, zone))
    for each in said:
        yield _report(each, wanted, groups, teller)


def _recorded(agent: str, record: AsRun, teller: Teller) -> _Said:
    return _Said(
        agent=agent,
        scene=record.scene,
        confirmed=record.confirmed,
        fading=record.fading_s > 0,
        problem=record.problem or "",
        age=_span_words(record, teller),
        readings=record.devices,
    )


def _span_words(record: AsRun, teller: Teller) -> str:
    until = clock_words(record.until, teller.tz)
    if record.until - record.at <= _MINUTE:
        return _("in the minute until {time}").format(time=until)
    return _("from {start} to {end}").format(start=clock_words(record.at, teller.tz), end=until)


def _saying(hub: HubParts, store: str, zone: str) -> Iterator[_Said]:
    for edge in hub.reported.edges():
        state = edge.state.message if edge.state and edge.store == store else None
        if state is None or zone not in state.zones or edge.stale:
            continue
        there = state.zones[zone]
        yield _Said(
            agent=edge.edge,
            scene=there.scene,
            confirmed=there.confirmed,
            fading=there.fading,
            problem=there.problem or "",
            age=ago(edge.age_s or 0.0),
            readings={name: it.reading for name, it in state.devices.items() if it.zone == zone},
        )


def _report(said: _Said, wanted: Scene | None, groups: Mapping[str, str], teller: Teller) -> Report:
    verdict, level = _verdict(said, wanted)
    return Report(
        agent=said.agent,
        look=scene_look(said.scene, teller.names.scene(said.scene) if said.scene else ""),
        verdict=verdict,
        level=level,
        problem=agents_said(said.problem),
        age=said.age,
        devices=tuple(
            _device(name, reading, wanted, groups.get(name, EVERY_GROUP))
            for name, reading in sorted(said.readings.items())
            if _kind(reading) is not None or reading.problem
        ),
    )


def _verdict(said: _Said, wanted: Scene | None) -> tuple[str, Literal["good", "partly", "bad"]]:
    if wanted is not None and said.scene != wanted.id:
        return _("Another scene than was wanted"), "bad"
    if said.confirmed:
        words = _("Every device did what the scene asks")
        return (_("On the way there: a fade was under way") if said.fading else words), "good"
    if said.fading:
        return _("On the way there: a fade was under way"), "partly"
    return _("Not every device did what the scene asks"), "partly"


def _device(name: str, reading: Reading, wanted: Scene | None, group: str) -> DeviceLine:
    kind = _kind(reading)
    reported = agents_said(reading.problem or "") or (reading_words(kind, reading) if kind else "")
    if wanted is None or kind is None:
        return DeviceLine(name, "", reported, "", None)
    match kind:
        case "light":
            return _compared(name, wanted.light_cue(group).level, reading.level, reported)
        case "player":
            goal = wanted.music.volume if wanted.music else 0.0
            return _compared(name, goal, reading.volume if reading.playing else 0.0, reported)
        case _:
            return _scented(name, wanted.scent, reading, reported)


def _scented(name: str, cue: ScentCue | None, reading: Reading, reported: str) -> DeviceLine:
    """A diffuser: the scene asks one fragrance of it or nothing, and it bursts now and then."""
    if cue is None or (reading.fragrance is not None and reading.fragrance != cue.fragrance):
        # A burst that the scene before began may still end; a test by hand is one, too.
        distance = _("not asked for") if reading.on else _("as asked")
        return DeviceLine(name, _("None"), reported, distance, near=not reading.on)
    asked = _("{fragrance} at {percent}").format(
        fragrance=fragrance_words(cue.fragrance), percent=percent_words(cue.intensity)
    )
    # Between its bursts it rests: one moment says nothing of the dose.
    return DeviceLine(name, asked, reported, "" if reading.problem else _("in bursts"), None)


def _compared(name: str, goal: float, really: float | None, reported: str) -> DeviceLine:
    asked = percent_words(goal)
    if really is None:
        return DeviceLine(name, asked, reported, _("not known"), None)
    off = really - goal
    if abs(off) <= _CLOSE:
        return DeviceLine(name, asked, reported, _("as asked"), near=True)
    points = round(abs(off))
    words = (
        ngettext("{n} point above", "{n} points above", points)
        if off > 0
        else ngettext("{n} point below", "{n} points below", points)
    )
    return DeviceLine(name, asked, reported, words.format(n=points), near=False)


def _kind(reading: Reading) -> DeviceKind | None:
    """What a record's reading is of: it says no more than what it read. No sensor counts."""
    if reading.level is not None:
        return "light"
    if reading.volume is not None or reading.playing is not None:
        return "player"
    if reading.on is not None or reading.fragrance is not None:
        return "diffuser"
    return None


def _groups(hub: HubParts, store: str) -> dict[str, str]:
    """The fixture group of each light that the store's agents name today."""
    return {
        info.id: info.group
        for edge in hub.reported.edges()
        if edge.store == store and edge.hello is not None
        for info in edge.hello.message.devices
        if info.group
    }
