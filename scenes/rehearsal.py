"""A day in 30 seconds, without touching a lamp: what each zone would shine, play and smell of.

The fades are the edge's own (`scenes.fades`, `scenes.music_goal`), so the rehearsal shows what an
edge does that hears of every slot in time. What only the shop knows is left out: the limits that
were commissioned, devices that fail, and songs that end before their wait is over.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from operator import attrgetter
from typing import TypeVar
from zoneinfo import ZoneInfo

from scenes import music_goal
from scenes.compiler import recipes
from scenes.day_words import clock_words
from scenes.fades import LightFade, LightLevel, VolumeFade, fade_end
from scenes.music_goal import MusicGoal
from scenes.plan import Slot, recipe_of
from scenes.scene import EVERY_GROUP, Scene

LASTS_S = 30.0
FRAMES_PER_S = 20.0
"""While something moves. 20 frames a second of a day in 30 s are 144 s apart: who draws them may go
straight from one to the next, and no eye sees it."""


@dataclass(frozen=True, slots=True)
class RehearsedZone:
    """A zone, its ``slots`` (from the beginning or before it on) and its fixture ``groups``.

    Without groups, those that its scenes name.
    """

    id: str
    name: str
    slots: Sequence[Slot]
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """A zone at ``at`` (UTC), ``offset_s`` into the rehearsal; ``local`` is what the clock shows.

    ``light`` is by fixture group. ``music`` is the source that is heard, ``volume`` per cent of the
    zone's cap. ``intensity`` is per cent; no scent is 0 and has no ``fragrance``. While it
    ``moves``, light and volume are on their way to the next frame's, else they stay.
    """

    offset_s: float
    at: datetime
    local: str
    scene: str
    light: Mapping[str, LightLevel]
    music: str | None
    volume: float
    fragrance: str | None
    intensity: float
    moves: bool


@dataclass(frozen=True, slots=True)
class ZoneRehearsal:
    """One zone's frames, rising; the first at 0 s."""

    zone: str
    name: str
    frames: tuple[Frame, ...]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """[start, end) in UTC, played in ``lasts_s`` seconds."""

    start: datetime
    end: datetime
    lasts_s: float
    zones: tuple[ZoneRehearsal, ...]


@dataclass(frozen=True, slots=True)
class RehearsedTime:
    """What is rehearsed, [start, end) in UTC, of a store whose clocks show ``tz``."""

    start: datetime
    end: datetime
    tz: ZoneInfo
    lasts_s: float = LASTS_S

    @property
    def step(self) -> timedelta:
        """From frame to frame, while something moves."""
        return (self.end - self.start) / ceil(self.lasts_s * FRAMES_PER_S)

    def offset_s(self, instant: datetime) -> float:
        """Where an instant comes in the rehearsal."""
        return (instant - self.start) / (self.end - self.start) * self.lasts_s


def rehearse(
    zones: Sequence[RehearsedZone], scenes: Mapping[str, Scene], time: RehearsedTime
) -> Rehearsal:
    """What the zones do in ``time``. A frame stands only where something changes.

    A slot that begins before it is joined in the middle, as an edge joins it that was just switched
    on. `UnknownSceneError` when a slot names a scene that is not in ``scenes``; `ValueError` when a
    zone's slots begin after ``time`` does.
    """
    found = []
    for zone in zones:
        if not zone.slots or zone.slots[0].start > time.start:
            raise ValueError(f"the slots of {zone.id} begin after the rehearsal does")
        course = _Course(zone, recipes(zone.slots, scenes), time.end)
        found.append(ZoneRehearsal(zone.id, zone.name, tuple(_frames(course, time))))
    return Rehearsal(time.start, time.end, time.lasts_s, tuple(found))


@dataclass(frozen=True, slots=True)
class _Playing:
    """What a player follows from ``start`` on, while it still plays ``before``."""

    start: datetime
    goal: MusicGoal
    before: str | None

    @property
    def fades(self) -> tuple[VolumeFade, ...]:
        """The ways of the volume."""
        return (self.goal.fall, self.goal.rise) if self.goal.fall else (self.goal.rise,)

    def heard(self, instant: datetime) -> str | None:
        """The source that is heard."""
        if self.goal.change_by is not None and instant < self.goal.change_by:
            return self.before
        if self.goal.source is None:
            return self.before if self.goal.at(instant) > 0 else None
        return self.goal.source_at(instant)


_Fade = LightFade | VolumeFade
_Way = tuple[datetime, datetime]
T = TypeVar("T", Slot, LightFade, _Playing)


def _at(begun: Sequence[T], instant: datetime) -> T:
    """The last that has begun."""
    return begun[bisect_right(begun, instant, key=attrgetter("start")) - 1]


def _followed(begun: Sequence[T]) -> Iterator[tuple[T, datetime | None]]:
    """Each, and when the one after it begins."""
    starts = [*(each.start for each in begun[1:]), None]
    return zip(begun, starts, strict=True)


def _ways(fades: Sequence[_Fade], after: datetime | None) -> Iterator[_Way]:
    """When fades move, until ``after`` at the latest: then another stands in their place."""
    for fade in fades:
        end = fade.end if after is None else min(fade.end, after)
        if fade.origin != fade.target and fade.start <= end:
            yield fade.start, end


class _Course:
    """What one zone does, as a function of time: one fade after the other."""

    def __init__(self, zone: RehearsedZone, scenes: Mapping[str, Scene], end: datetime) -> None:
        self.slots = [slot for slot in zone.slots if slot.start < end]
        self._recipes = [recipe_of(self.slots, index, scenes) for index in range(len(self.slots))]
        named = {group for scene in scenes.values() for group in scene.light}
        self.groups = zone.groups or tuple(sorted(named)) or (EVERY_GROUP,)
        self._fades = {group: list(self._fades_of(group)) for group in self.groups}
        self._playings = self._playings_until(end)

    def scene(self, instant: datetime) -> Scene:
        """The scene that is due."""
        return self._recipes[bisect_right(self.slots, instant, key=attrgetter("start")) - 1]

    def light(self, group: str, instant: datetime) -> LightLevel:
        """What a fixture group shines."""
        return _at(self._fades[group], instant).at(instant)

    def playing(self, instant: datetime) -> _Playing:
        """What the players follow."""
        return _at(self._playings, instant)

    def ways(self) -> Iterator[_Way]:
        """When light or volume move; a fade that is cut short moves until the next one begins."""
        for fades in self._fades.values():
            for fade, after in _followed(fades):
                yield from _ways((fade,), after)
        for playing, after in _followed(self._playings):
            yield from _ways(playing.fades, after)

    def moves(self, instant: datetime) -> bool:
        """Whether light or volume are on their way."""
        fades: list[_Fade] = [_at(self._fades[group], instant) for group in self.groups]
        fades += self.playing(instant).fades
        return any(fade.start <= instant and not fade.done(instant) for fade in fades)

    def _fades_of(self, group: str) -> Iterator[LightFade]:
        """A fade for every slot that asks for other light; each from the level that is then."""
        fade: LightFade | None = None
        for slot, recipe in zip(self.slots, self._recipes, strict=True):
            cue = recipe.light_cue(group)
            target = LightLevel.of(cue)
            if fade is not None and fade.target == target:
                continue
            origin = target if fade is None else fade.at(slot.start)
            end = fade_end(slot.start, cue.fade_s, slot.start)
            fade = LightFade(origin, target, slot.start, end)
            yield fade

    def _playings_until(self, end: datetime) -> list[_Playing]:
        first = self.slots[0]
        cue = self._recipes[0].music
        goal = music_goal.joined(cue, None, first.start, first.start)
        playings = [_Playing(first.start, goal, None)]
        for slot, recipe in zip(self.slots[1:], self._recipes[1:], strict=True):
            _wait(playings, slot.start)
            cue, last = recipe.music, playings[-1]
            if not last.goal.leads_to(cue):
                heard = last.heard(slot.start)
                goal = music_goal.changed(last.goal, cue, heard, slot.start, slot.start)
                playings.append(_Playing(slot.start, goal, heard))
        _wait(playings, end)
        return playings


def _wait(playings: list[_Playing], until: datetime) -> None:
    """What becomes of the last before ``until``, when the song that plays doesn't end."""
    last = playings[-1]
    by = last.goal.change_by
    if by is not None and by <= until:
        playings.append(_Playing(by, music_goal.at_last(last.goal, last.before, by), last.before))


def _frames(course: _Course, time: RehearsedTime) -> Iterator[Frame]:
    last: Frame | None = None
    for instant in sorted(_instants(course, time)):
        frame = _frame(course, time, instant)
        if last is None or _shows(frame) != _shows(last):
            yield frame
            last = frame


def _instants(course: _Course, time: RehearsedTime) -> set[datetime]:
    """Where something may change: slots, the ends of fades, and steps on the way between them."""
    found = {time.start, *(slot.start for slot in course.slots)}
    for start, end in course.ways():
        found |= {start, end}
        first = max(ceil((start - time.start) / time.step), 0)
        last = int((min(end, time.end) - time.start) / time.step)
        found |= {time.start + number * time.step for number in range(first, last + 1)}
    return {instant for instant in found if time.start <= instant < time.end}


def _frame(course: _Course, time: RehearsedTime, instant: datetime) -> Frame:
    scene, playing = course.scene(instant), course.playing(instant)
    scent = scene.scent if scene.scent is not None and scene.scent.intensity > 0 else None
    return Frame(
        offset_s=time.offset_s(instant),
        at=instant,
        local=clock_words(instant, time.tz, seconds=False),
        scene=scene.id,
        light={group: course.light(group, instant) for group in course.groups},
        music=playing.heard(instant),
        volume=playing.goal.at(instant),
        fragrance=scent.fragrance if scent else None,
        intensity=scent.intensity if scent else 0.0,
        moves=course.moves(instant),
    )


def _shows(frame: Frame) -> object:
    """What is seen of a frame, but for when."""
    return (
        frame.scene,
        frame.light,
        frame.music,
        frame.volume,
        frame.fragrance,
        frame.intensity,
        frame.moves,
    )
