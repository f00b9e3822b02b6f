"""Nudges over a plan: total, cut where they begin and end, never where they may not."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from scenes.adjustment import Adjustment, combined
from scenes.nudge import KINDS, Nudge, NudgeKind, adjusted_slots, nudge_words
from scenes.plan import Plan, Slot, plainly, same_claim
from scenes.repetition import Repetition
from scenes.rules import Layer, OverrideWhy
from scenes.scene import LightCue, MusicCue, Scene

START = datetime(2026, 11, 2, 8, tzinfo=UTC)
END = START + timedelta(hours=3)
MINUTE = timedelta(minutes=1)
TZ = ZoneInfo("Europe/Copenhagen")
LAYERS = (Layer.EMERGENCY, Layer.QUIET_HOUR, Layer.OVERRIDE, Layer.RULE)
PERCENT: dict[str, st.SearchStrategy[float]] = {
    "mute": st.just(0.0),
    "scent-off": st.just(0.0),
    "light": st.integers(20, 150).map(float),
    "volume": st.integers(0, 150).map(float),
    "scent": st.integers(0, 100).map(float),
}


def nudge(
    kind: NudgeKind,
    percent: float,
    minutes: tuple[int, int] = (0, 60),
    author: str = "Kim",
    why: OverrideWhy = "other",
) -> Nudge:
    return Nudge(
        id=f"{kind}-1",
        zone="entrance",
        kind=kind,
        percent=percent,
        start=START + minutes[0] * MINUTE,
        end=START + minutes[1] * MINUTE,
        author=author,
        why=why,
    )


@st.composite
def nudges(draw: st.DrawFn) -> list[Nudge]:
    found = []
    for kind in draw(st.lists(st.sampled_from(KINDS), unique=True)):
        begins = draw(st.integers(-10, 200))
        lasts = draw(st.integers(1, 200))
        found.append(nudge(kind, draw(PERCENT[kind]), (begins, begins + lasts)))
    return found


@st.composite
def gapless(draw: st.DrawFn) -> tuple[Slot, ...]:
    later = sorted(draw(st.sets(st.integers(1, 179), max_size=5)))
    found: list[Slot] = []
    for minute in (0, *later):
        layer = draw(st.sampled_from(LAYERS))
        found.append(slot(minute, draw(st.sampled_from("ab")), layer))
    # As a compiler gives them: neighbours differ.
    return tuple(
        each
        for number, each in enumerate(found)
        if not number or not same_claim(found[number - 1], each)
    )


def slot(minute: int, scene: str = "a", layer: Layer = Layer.RULE, source: str = "") -> Slot:
    return Slot(
        start=START + minute * MINUTE,
        scene=scene,
        layer=layer,
        reason=f"Because of {layer} {scene}",
        source=source or f"{layer}:{scene}",
    )


def due(slots: Sequence[Slot], instant: datetime) -> Slot:
    return [each for each in slots if each.start <= instant][-1]


@given(gapless(), nudges())
def test_every_minute_says_what_holds_then(slots: tuple[Slot, ...], asked: list[Nudge]) -> None:
    found = adjusted_slots(slots, asked, END, TZ)
    assert found[0].start == START
    assert all(one.start < other.start for one, other in pairwise(found))
    assert not any(same_claim(one, other) for one, other in pairwise(found))
    assert plainly(found) == slots, "nobody's wish is lost or moved"
    for minute in range(180):
        instant = START + minute * MINUTE
        here = due(found, instant)
        holding = [each for each in asked if each.start <= instant < each.end]
        wanted = combined((each.sense, each.percent) for each in holding)
        adjust = here.adjust or Adjustment()
        match here.layer:
            case Layer.EMERGENCY:
                assert here.adjust is None
            case Layer.QUIET_HOUR:
                assert adjust.volume <= 100
                assert adjust.scent <= 100
                assert adjust.light == wanted.light
            case _:
                assert adjust == wanted
        assert (here.adjust is None) == (not here.adjust_reason)


@given(gapless(), nudges(), st.integers(1, 179))
def test_halves_are_as_the_whole(slots: tuple[Slot, ...], asked: list[Nudge], minute: int) -> None:
    """What was due until now is taken from the last plan: nothing may change by that."""
    now = START + minute * MINUTE
    whole = adjusted_slots(slots, asked, END, TZ)
    again = msgspec.structs.replace(due(slots, now), start=now)
    later = (again, *(each for each in slots if each.start > now))
    earlier = tuple(each for each in whole if each.start < now)
    second = adjusted_slots(later, asked, END, TZ)
    joined = earlier + (second[1:] if same_claim(earlier[-1], second[0]) else second)
    assert joined == whole


def test_the_words_tell_who_what_until_when_and_why() -> None:
    quieter = nudge("volume", 80, (0, 60), why="too-loud")
    assert nudge_words(quieter, TZ) == "20 % quieter until 10:00, Kim: too loud"
    assert nudge_words(nudge("light", 130, author=""), TZ) == "30 % brighter until 10:00"
    assert nudge_words(nudge("mute", 0), TZ) == "Muted until 10:00, Kim"
    assert nudge_words(nudge("scent", 40), TZ) == "60 % less scent until 10:00, Kim"
    days = nudge("scent-off", 0, (0, 3 * 24 * 60))
    assert nudge_words(days, TZ) == "Scent off until Thursday 09:00, Kim"


def test_a_slot_tells_every_nudge_that_made_it_so() -> None:
    asked = [nudge("light", 80, (10, 60)), nudge("mute", 0, (20, 40))]
    found = adjusted_slots([slot(0)], asked, END, TZ)
    assert [(each.start - START) // MINUTE for each in found] == [0, 10, 20, 40, 60]
    assert found[2].adjust == Adjustment(light=80, volume=0)
    assert found[2].adjust_reason == "Muted until 09:40, Kim; 20 % darker until 10:00, Kim"
    assert found[4].adjust is None


def test_an_audition_sounds_as_it_was_made_unless_it_is_to_be_silent() -> None:
    tried = slot(0, "audition", Layer.OVERRIDE, "audition:1")
    louder = nudge("volume", 120)
    assert adjusted_slots([tried], [louder], END, TZ)[0].adjust is None
    found = adjusted_slots([tried], [louder, nudge("mute", 0)], END, TZ)[0]
    assert found.adjust == Adjustment(volume=0)
    assert found.adjust_reason == "Muted until 10:00, Kim"


SCENES = {
    "a": Scene(
        id="a",
        name="A",
        light={"all": LightCue(level=80, fade_s=60)},
        music=MusicCue(source="playlist:a", volume=50),
    ),
    "b": Scene(id="b", name="B", light={"all": LightCue(level=20, fade_s=60)}),
}


def plan_of(slots: Sequence[Slot], until: datetime = END) -> Plan:
    return Plan(
        store="nordic",
        zone="entrance",
        epoch=1,
        revision=1,
        compiled_at=START,
        slots=tuple(slots),
        until=until,
        scenes=SCENES,
        time_zone="Europe/Copenhagen",
    )


def test_a_plan_gives_the_adjusted_recipe_quickly_and_scenes_at_their_own_pace() -> None:
    slots = adjusted_slots([slot(0), slot(60, "b")], [nudge("light", 50, (20, 80))], END, TZ)
    plan = plan_of(slots)
    found = [plan.recipe(index).light["all"] for index in range(len(plan.slots))]
    assert [(cue.level, cue.fade_s) for cue in found] == [(80, 60), (40, 1), (10, 60), (20, 1)]
    assert plan.scene_at(START + 30 * MINUTE).light["all"].level == 40


def test_a_wish_goes_on_over_what_people_nudge_meanwhile() -> None:
    slots = adjusted_slots([slot(0), slot(60, "b")], [nudge("volume", 50, (20, 40))], END, TZ)
    plan = plan_of(slots)
    assert len(plan.slots) == 4
    for index in range(3):
        assert plan.claim_of(index) == (START, START + 60 * MINUTE)
    assert plan.claim_of(3) == (START + 60 * MINUTE, END)


def test_a_nudge_is_for_once_and_no_later_week_repeats_it() -> None:
    until = START + timedelta(days=14)
    slots = adjusted_slots([slot(0)], [nudge("volume", 50, (-10, 20000))], until, TZ)
    plan = plan_of(slots, until)
    assert plan.slots[0].adjust is not None
    repeated = Repetition(plan).plan_at(until + timedelta(days=3))
    assert repeated.at(until + timedelta(days=3)).adjust is None
