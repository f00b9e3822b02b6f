"""A day in 30 seconds: at each frame what an edge would do, and a frame wherever it changes."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.clock import Moment
from edge.playing.light_channel import LightChannel
from scenes import music_goal
from scenes.errors import UnknownSceneError
from scenes.fades import LightFade, LightLevel
from scenes.music_goal import LONGEST_WAIT_S, MusicGoal
from scenes.plan import Slot
from scenes.rehearsal import (
    FRAMES_PER_S,
    Frame,
    RehearsedTime,
    RehearsedZone,
    rehearse,
)
from scenes.rules import Layer
from scenes.scene import LightCue, MusicCue, Scene, ScentCue

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
MIDNIGHT = datetime(2026, 11, 22, 23, tzinfo=UTC)
DAY = RehearsedTime(MIDNIGHT, MIDNIGHT + timedelta(days=1), COPENHAGEN)
GROUPS = ("all", "accent")
SONG = MusicCue(source="playlist:calm", volume=25, crossfade_s=10)

cues = st.builds(
    LightCue,
    level=st.sampled_from((0.0, 20.0, 100.0)),
    temperature_k=st.sampled_from((None, 2700, 4000)),
    fade_s=st.sampled_from((0.0, 3.0, 600.0, 9000.0)),
)
music = st.none() | st.builds(
    MusicCue,
    source=st.sampled_from(("playlist:calm", "playlist:rush", "stream:radio")),
    volume=st.sampled_from((0.0, 25.0, 60.0)),
    crossfade_s=st.sampled_from((0.0, 5.0, 1200.0)),
    change=st.sampled_from(("now", "song-end")),
)


@st.composite
def days(draw: st.DrawFn) -> tuple[tuple[Slot, ...], dict[str, Scene]]:
    """A day's slots, the first up to a day before it, and the recipes that they name."""
    scenes = {
        name: Scene(
            id=name,
            name=name,
            light={group: draw(cues) for group in GROUPS},
            music=draw(music),
            scent=ScentCue(fragrance="linen", intensity=20) if name == "b" else None,
        )
        for name in ("a", "b", "c")
    }
    minutes = draw(st.sets(st.integers(-1440, 1439), min_size=1, max_size=6))
    starts = sorted(minutes | {min(minutes | {0})})
    return tuple(slot(minute, draw(st.sampled_from("abc"))) for minute in starts), scenes


def slot(minute: float, scene: str) -> Slot:
    start = MIDNIGHT + timedelta(minutes=minute)
    return Slot(start=start, scene=scene, layer=Layer.RULE, reason="Rule", source="rule:r")


def frames(
    slots: tuple[Slot, ...], scenes: dict[str, Scene], time: RehearsedTime = DAY
) -> tuple[Frame, ...]:
    return (
        rehearse([RehearsedZone("entrance", "Entrance", slots, GROUPS)], scenes, time)
        .zones[0]
        .frames
    )


@given(days())
def test_each_frame_shows_what_an_edges_lights_would(
    day: tuple[tuple[Slot, ...], dict[str, Scene]],
) -> None:
    slots, scenes = day
    for group in GROUPS:
        channel = LightChannel(group, (), LightLevel(0.0))
        todo = {each.start: each for each in slots}
        for frame in frames(slots, scenes):
            # The edge's clock comes by each slot's start and each frame.
            for start in [start for start in todo if start <= frame.at]:
                moment = Moment(start, start)
                channel.step(moment)
                cue = scenes[todo.pop(start).scene].light_cue(group)
                if channel.fade is None:
                    channel.join(cue, None, start, moment)
                else:
                    channel.aim(cue, start, moment)
            channel.step(Moment(frame.at, frame.at))
            assert frame.light[group] == channel.level
            assert isinstance(channel.fade, LightFade)
            assert frame.light[group] == channel.fade.at(frame.at)
            if channel.fading(Moment(frame.at, frame.at)):
                assert frame.moves


@given(days())
def test_each_frame_is_as_loud_as_the_music_goal_says(
    day: tuple[tuple[Slot, ...], dict[str, Scene]],
) -> None:
    slots, scenes = day
    found = frames(slots, scenes)
    # A song's wait ends by itself: asked must be also where there is no frame.
    probes = {MIDNIGHT + timedelta(minutes=minute) for minute in range(0, 1440, 7)}
    for instant in sorted(probes | {frame.at for frame in found}):
        begun = [each for each in slots if each.start <= instant]
        goal, heard = goal_at(begun, scenes, instant)
        frame = [each for each in found if each.at <= instant][-1]
        if frame.at == instant or not frame.moves:
            assert frame.volume == goal.at(instant)
            assert frame.music == heard


def goal_at(
    begun: list[Slot], scenes: dict[str, Scene], now: datetime
) -> tuple[MusicGoal, str | None]:
    """A player that is asked at every slot, at the latest end of every song, and now."""
    start = begun[0].start
    goal = music_goal.joined(scenes[begun[0].scene].music, None, start, start)
    told: str | None = None
    moments = sorted({each.start for each in begun} | {now})
    for moment in moments:
        told = goal.leaving if goal.fall is not None else told
        if goal.change_by is not None and goal.change_by <= moment:
            goal = music_goal.at_last(goal, told, goal.change_by)
        told = heard_at(goal, told, moment)
        cues = [scenes[each.scene].music for each in begun[1:] if each.start == moment]
        if cues and not goal.leads_to(cues[0]):
            goal = music_goal.changed(goal, cues[0], told, moment, moment)
            told = heard_at(goal, told, moment)
    return goal, told


def heard_at(goal: MusicGoal, told: str | None, moment: datetime) -> str | None:
    if goal.change_by is not None and moment < goal.change_by:
        return told
    if goal.source is None:
        return told if goal.at(moment) > 0 else None
    return goal.source if goal.turned(moment) else goal.leaving


@given(days())
def test_frames_rise_and_between_two_of_them_nothing_is_missed(
    day: tuple[tuple[Slot, ...], dict[str, Scene]],
) -> None:
    slots, scenes = day
    found = frames(slots, scenes)
    assert found[0].offset_s == 0
    assert all(one.at < other.at for one, other in pairwise(found))
    assert all(one.offset_s < other.offset_s for one, other in pairwise(found))
    assert found[-1].offset_s < DAY.lasts_s
    assert {each.start for each in slots if each.start > MIDNIGHT and changes(each, slots)} <= {
        frame.at for frame in found
    }
    for one, other in pairwise(found):
        if one.moves:
            assert other.offset_s - one.offset_s <= 1 / FRAMES_PER_S + 1e-9
        elif other.at not in {each.start for each in slots}:
            # A slot may step to its light without a fade; else it stays until it begins to move.
            assert (one.light, one.volume) == (other.light, other.volume)
    assert not found[-1].moves or DAY.lasts_s - found[-1].offset_s <= 1 / FRAMES_PER_S + 1e-9


def changes(each: Slot, slots: tuple[Slot, ...]) -> bool:
    return slots[slots.index(each) - 1].scene != each.scene


def test_a_quiet_day_is_one_frame_and_no_fade_costs_more_than_its_length() -> None:
    calm = Scene(id="a", name="Calm", light={"all": LightCue(level=60)})
    slow = Scene(id="b", name="Slow", light={"all": LightCue(level=20, fade_s=3600)})
    assert len(frames((slot(-60, "a"),), {"a": calm})) == 1
    found = frames((slot(-60, "a"), slot(600, "b")), {"a": calm, "b": slow})
    assert len(found) == 2 + 3600 // 144, "the first, the slot, and each 144 s to its end"
    assert found[1].local == "10:00"
    assert found[-1].light["all"] == LightLevel(20)


def test_a_fade_that_is_cut_short_moves_until_the_next_one_begins() -> None:
    scenes = {
        name: Scene(id=name, name=name, light={"all": LightCue(level=level, fade_s=900)})
        for name, level in (("a", 20), ("b", 60))
    }
    slots = tuple(slot(minute, "ab"[minute // 10 % 2]) for minute in range(0, 1440, 10))
    found = frames(slots, scenes)
    steps = {MIDNIGHT + number * DAY.step for number in range(600)}
    fading = {each for each in steps if each >= slots[1].start}
    assert {each.at for each in found} == {each.start for each in slots} | fading


def test_a_rehearsal_lasts_as_long_as_it_is_asked_to_on_a_day_of_25_hours() -> None:
    start = datetime(2026, 10, 24, 22, tzinfo=UTC)
    time = RehearsedTime(start, start + timedelta(hours=25), COPENHAGEN, lasts_s=10)
    night = Slot(
        start=start + timedelta(hours=3, minutes=30),
        scene="b",
        layer=Layer.RULE,
        reason="Rule",
        source="rule:r",
    )
    first = Slot(start=start, scene="a", layer=Layer.RULE, reason="Rule", source="rule:r")
    scenes = {name: Scene(id=name, name=name) for name in "ab"}
    zone = RehearsedZone("entrance", "Entrance", (first, night))
    found = rehearse([zone], scenes, time)
    assert [frame.local for frame in found.zones[0].frames] == ["00:00", "02:30 (second)"]
    assert found.zones[0].frames[1].offset_s == pytest.approx(1.4)
    assert (found.start, found.end, found.lasts_s) == (time.start, time.end, 10)


def test_scent_steps_and_music_fades_to_silence_before_it_is_gone() -> None:
    full = Scene(id="a", name="Full", music=SONG, scent=ScentCue(fragrance="linen", intensity=25))
    bare = Scene(id="b", name="Bare", scent=ScentCue(fragrance="linen", intensity=0))
    found = frames((slot(-60, "a"), slot(600, "b")), {"a": full, "b": bare})
    assert [(each.fragrance, each.intensity) for each in found] == [
        ("linen", 25),
        (None, 0),
        (None, 0),
    ]
    assert [(each.music, each.volume) for each in found] == [
        ("playlist:calm", 25),
        ("playlist:calm", 25),
        (None, 0),
    ]


def test_a_song_may_end_and_is_waited_for_as_long_as_an_edge_waits() -> None:
    other = MusicCue(source="playlist:rush", volume=40, crossfade_s=10, change="song-end")
    scenes = {
        "a": Scene(id="a", name="A", music=SONG),
        "b": Scene(id="b", name="B", music=other),
    }
    found = frames((slot(-60, "a"), slot(600, "b")), scenes)
    ten = MIDNIGHT + timedelta(hours=10)
    turned = next(each for each in found if each.music == "playlist:rush")
    assert (
        timedelta(0) <= turned.at - ten - timedelta(seconds=LONGEST_WAIT_S) <= timedelta(seconds=10)
    )
    waiting = [each for each in found if ten + timedelta(seconds=10) <= each.at < turned.at]
    assert {each.music for each in waiting} == {"playlist:calm"}
    assert waiting[0].volume == 40


def test_groups_are_those_that_the_scenes_name_unless_told() -> None:
    scene = Scene(id="a", name="A", light={"window": LightCue(level=20)})
    found = rehearse([RehearsedZone("entrance", "Entrance", (slot(0, "a"),))], {"a": scene}, DAY)
    assert found.zones[0].frames[0].light == {"window": LightLevel(20)}


def test_what_cannot_be_rehearsed_is_refused() -> None:
    with pytest.raises(UnknownSceneError):
        frames((slot(0, "a"),), {})
    with pytest.raises(ValueError, match="begin after"):
        frames((slot(1, "a"),), {"a": Scene(id="a", name="A")})
