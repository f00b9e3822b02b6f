"""The compiler against a brute-force model that asks each minute "who wins now?"."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.compiler import (
    Wish,
    closing_after,
    compile_slots,
    fallback_wish,
    join_slots,
    override_wishes,
    recipes,
    standing_wishes,
)
from scenes.errors import UnknownSceneError
from scenes.plan import Plan, Slot
from scenes.rules import WEEKDAYS, Layer, OpenHours, Override, Rule
from scenes.scene import Scene
from scenes.schedule import Schedule
from tests.scenes.no_almanac import NoAlmanac
from tests.scenes.strategies import FALLBACK, SCENES, ZONE, instants, overrides, rules
from tests.scenes.test_wall_time import ALL_ZONES, all_transitions

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
HOUR = timedelta(hours=1)
LIBRARY = {name: Scene(id=name, name=name) for name in (*SCENES, FALLBACK)}


def rule_wishes(
    the_rules: tuple[Rule, ...], zone: ZoneInfo, start: datetime, end: datetime
) -> list[Wish]:
    schedule = Schedule(rules=the_rules)
    return standing_wishes(schedule, [ZONE], zone, NoAlmanac(), start, end)[ZONE]


def compiled(
    the_rules: tuple[Rule, ...],
    the_overrides: tuple[Override, ...],
    zone: ZoneInfo,
    start: datetime,
    end: datetime,
) -> tuple[Slot, ...]:
    wishes = rule_wishes(the_rules, zone, start, end) + override_wishes(the_overrides, ZONE)
    return compile_slots(wishes, FALLBACK, start, end)


def brute_force(wishes: list[Wish], start: datetime, end: datetime, instant: datetime) -> Wish:
    """Who wins now? Straight from the words of DESIGN and of `Rule`."""
    standing = [wish for wish in wishes if wish.start <= instant < wish.end]
    best = fallback_wish(FALLBACK, start, end)
    for wish in standing:
        if list(Layer).index(wish.layer) != list(Layer).index(best.layer):
            if list(Layer).index(wish.layer) < list(Layer).index(best.layer):
                best = wish
        elif wish.priority != best.priority:
            best = max(best, wish, key=lambda each: each.priority)
        elif wish.start != best.start:
            best = max(best, wish, key=lambda each: each.start)
        elif wish.source < best.source:
            best = wish
    return best


@given(rules(), st.data(), st.sampled_from(ALL_ZONES), instants, st.integers(1, 6))
def test_every_minute_has_the_strongest_wish(
    the_rules: tuple[Rule, ...], data: st.DataObject, name: str, start: datetime, days: int
) -> None:
    zone, end = ZoneInfo(name), start + timedelta(days=days)
    the_overrides = data.draw(overrides(start))
    slots = compiled(the_rules, the_overrides, zone, start, end)
    wishes = rule_wishes(the_rules, zone, start, end) + override_wishes(the_overrides, ZONE)
    plan = Plan(
        store="s",
        zone=ZONE,
        epoch=1,
        revision=1,
        compiled_at=start,
        slots=slots,
        until=end,
        scenes=recipes(slots, LIBRARY),
    )
    edges = {edge for wish in wishes for edge in (wish.start, wish.end)}
    probes = {start + timedelta(minutes=37) * number for number in range(days * 24 * 60 // 37)}
    probes |= {edge + delta for edge in edges for delta in (timedelta(0), timedelta(seconds=-1))}
    for instant in sorted(probe for probe in probes if start <= probe < end):
        slot, wish = plan.at(instant), brute_force(wishes, start, end, instant)
        assert (slot.scene, slot.source, slot.layer) == (wish.scene, wish.source, wish.layer)


@given(rules(), st.data(), st.sampled_from(ALL_ZONES), instants)
def test_slots_are_total_gapless_and_in_order(
    the_rules: tuple[Rule, ...], data: st.DataObject, name: str, start: datetime
) -> None:
    end = start + timedelta(days=10)
    slots = compiled(the_rules, data.draw(overrides(start)), ZoneInfo(name), start, end)
    assert slots[0].start == start
    assert all(one.start < other.start < end for one, other in pairwise(slots))
    claims = [(slot.source, slot.scene, slot.reason, slot.author) for slot in slots]
    assert all(one != other for one, other in pairwise(claims)), "equal neighbours are one slot"
    assert all(slot.reason for slot in slots)


@given(rules(), st.data(), st.sampled_from(ALL_ZONES), instants, st.integers(1, 14_000))
def test_two_halves_equal_the_whole(
    the_rules: tuple[Rule, ...], data: st.DataObject, name: str, start: datetime, minutes: int
) -> None:
    zone, end = ZoneInfo(name), start + timedelta(days=10)
    middle = start + timedelta(minutes=minutes)
    the_overrides = data.draw(overrides(start))
    halves = join_slots(
        compiled(the_rules, the_overrides, zone, start, middle),
        compiled(the_rules, the_overrides, zone, middle, end),
    )
    assert halves == compiled(the_rules, the_overrides, zone, start, end)


@dataclass(frozen=True)
class Change:
    """A clock change: local time is UTC plus ``before``, and from ``moment`` on plus ``after``."""

    moment: datetime
    before: timedelta
    after: timedelta

    @classmethod
    def of(cls, zone: ZoneInfo, moment: datetime) -> "Change":
        before, after = (
            instant.astimezone(zone).replace(tzinfo=UTC) - instant
            for instant in (moment - timedelta(seconds=1), moment)
        )
        return cls(moment, before, after)

    @property
    def middle(self) -> datetime:
        """The wall time in the middle of what is skipped or repeated."""
        return self.moment + (self.before + self.after) / 2

    def takes_effect(self, wall: datetime) -> tuple[str, datetime]:
        """How a wall time (written as if it were UTC) stands to the change, and when it is due."""
        early, late = wall - self.before, wall - self.after
        if early < self.moment:
            return "repeated" if late >= self.moment else "once", early
        return ("once", late) if late >= self.moment else ("missing", self.moment)

    def spans(self, rule: Rule, start: datetime, end: datetime) -> set[tuple[datetime, datetime]]:
        """When ``rule`` holds in [start, end), as DESIGN has it."""
        found = set()
        midnight = start.replace(hour=0, minute=0, second=0) - timedelta(days=3)
        for day in (midnight + timedelta(days=number) for number in range(8)):
            wall, until = day + of_day(rule.from_), day + of_day(rule.until)
            until += timedelta(days=until <= wall)
            begins, ends = self.takes_effect(wall)[1], self.takes_effect(until)[1]
            if begins < ends and begins < end and ends > start:
                found.add((begins, ends))
        return found


def of_day(wall_time: str) -> timedelta:
    hours, minutes, *seconds = (int(part) for part in wall_time.split(":"))
    return timedelta(hours=hours, minutes=minutes, seconds=sum(seconds))


NIGHT = Rule(id="night", zones=(ZONE,), scene="calm", from_="01:30", until="04:30")
GAP = Rule(id="gap", zones=(ZONE,), scene="rush", from_="02:10", until="02:20", priority=1)


def rules_around(change: Change) -> tuple[Rule, ...]:
    """A night rule, a short one inside it, and one that begins amid what the change moves."""
    middle = change.middle.replace(microsecond=0)
    from_, until = (f"{wall:%H:%M:%S}" for wall in (middle, middle + timedelta(hours=1)))
    amid = Rule(id="amid", zones=(ZONE,), scene="evening", from_=from_, until=until, priority=2)
    return NIGHT, GAP, amid


Spans = dict[Rule, set[tuple[datetime, datetime]]]


def due_by(spans: Spans, probe: datetime) -> tuple[str, str]:
    """(scene, source) by asking each rule whether it holds now."""
    standing = [
        rule for rule, each in spans.items() if any(begins <= probe < ends for begins, ends in each)
    ]
    best = max(standing, key=lambda rule: rule.priority, default=None)
    return (best.scene, f"rule:{best.id}") if best else (FALLBACK, "fallback")


def probes_of(spans: Spans, moment: datetime) -> set[datetime]:
    """Five hours around the change, and both sides of every edge."""
    edges = {edge for each in spans.values() for span in each for edge in span}
    around = {moment + timedelta(minutes=23) * number for number in range(-13, 14)}
    return around | edges | {edge - timedelta(seconds=1) for edge in edges}


def test_plans_hold_across_every_clock_change_of_ten_years() -> None:
    """Wishes and slots around each change in every zone, against arithmetic with two offsets."""
    for name, moment in all_transitions():
        zone, change = ZoneInfo(name), Change.of(ZoneInfo(name), moment)
        start, end = moment - timedelta(days=1), moment + timedelta(days=1)
        spans = {rule: change.spans(rule, start, end) for rule in rules_around(change)}
        wishes = rule_wishes(tuple(spans), zone, start, end)
        found = sorted((wish.source, wish.start, wish.end) for wish in wishes)
        expected = [(f"rule:{rule.id}", *span) for rule, each in spans.items() for span in each]
        assert found == sorted(expected), (name, moment)
        slots = compile_slots(wishes, FALLBACK, start, end)
        assert slots[0].start == start
        assert all(one.start < other.start for one, other in pairwise(slots))
        for probe in probes_of(spans, moment):
            if start <= probe < end:
                due = next(slot for slot in reversed(slots) if slot.start <= probe)
                assert (due.scene, due.source) == due_by(spans, probe), (name, moment, probe)


def test_ten_years_hold_every_case_of_these_wall_times() -> None:
    """Or the test above would show less than it says."""
    times = (NIGHT.from_, GAP.from_, GAP.until)
    kinds = set()
    for name, moment in all_transitions():
        change = Change.of(ZoneInfo(name), moment)
        day = (moment + change.after).replace(hour=0, minute=0, second=0)
        kinds |= {(wall, change.takes_effect(day + of_day(wall))[0]) for wall in times}
        assert change.takes_effect(change.middle)[0] != "once"
    assert kinds == {(wall, kind) for wall in times for kind in ("once", "missing", "repeated")}


def test_zones_groups_and_all_get_the_wishes_that_name_them_and_share_them() -> None:
    rules = tuple(
        Rule(id=name, zones=(name,), scene="calm", from_="09:00", until="11:00")
        for name in ("window", "front", "all", "elsewhere")
    )
    schedule = Schedule(rules=rules, zone_groups={"front": ("window", "entrance")})
    start = datetime(2026, 11, 20, tzinfo=UTC)
    zones = ["window", "entrance", "cellar"]
    wishes = standing_wishes(
        schedule, zones, COPENHAGEN, NoAlmanac(), start, start + timedelta(days=1)
    )
    assert {zone: [wish.source for wish in wishes[zone]] for zone in zones} == {
        "window": ["rule:all", "rule:front", "rule:window"],
        "entrance": ["rule:all", "rule:front"],
        "cellar": ["rule:all"],
    }
    assert wishes["window"][0] is wishes["cellar"][0]


def test_a_wish_for_no_time_is_refused() -> None:
    start = datetime(2026, 11, 20, tzinfo=UTC)
    with pytest.raises(ValueError, match="ends after it starts"):
        fallback_wish(FALLBACK, start, start)


def test_a_rule_over_midnight_belongs_to_the_day_it_begins_on() -> None:
    late = Rule(
        id="late", zones=(ZONE,), scene="evening", from_="22:00", until="02:00", weekdays=("fri",)
    )
    start = datetime(2026, 11, 20, tzinfo=UTC)
    slots = compiled((late,), (), COPENHAGEN, start, start + timedelta(days=2))
    assert [(slot.start.isoformat(), slot.scene) for slot in slots] == [
        ("2026-11-20T00:00:00+00:00", FALLBACK),
        ("2026-11-20T21:00:00+00:00", "evening"),
        ("2026-11-21T01:00:00+00:00", FALLBACK),
    ]


def test_reasons_read_like_sentences() -> None:
    rule = Rule(
        id="calm-mornings",
        zones=(ZONE,),
        scene="calm",
        from_="09:00",
        until="11:00",
        weekdays=("mon", "tue", "wed", "thu", "fri"),
        name="Calm mornings",
    )
    start = datetime(2026, 11, 23, 9, tzinfo=UTC)
    anna = Override(
        id="1",
        zone=ZONE,
        scene="rush",
        start=start,
        end=start + timedelta(hours=1),
        author="Anna",
        reason="delivery",
    )
    slots = compiled((rule,), (anna,), COPENHAGEN, start, start + timedelta(hours=2))
    assert [slot.reason for slot in slots] == [
        "Anna chose this: delivery",
        "Nothing is planned: the zone's fallback scene",
    ]
    slots = compiled((rule,), (), COPENHAGEN, start, start + timedelta(hours=2))
    assert slots[0].reason == "Rule “Calm mornings”, Mon to Fri 09:00 to 11:00"


def test_closing_is_the_next_one_also_past_midnight() -> None:
    hours = dict.fromkeys(WEEKDAYS, OpenHours(from_="10:00", until="20:00"))
    hours["sat"] = OpenHours(from_="10:00", until="01:00")
    saturday_evening = datetime(2026, 11, 21, 22, tzinfo=UTC)
    week = Schedule(hours=hours)
    closing = closing_after(saturday_evening, week, NoAlmanac(), COPENHAGEN)
    assert closing == datetime(2026, 11, 22, 0, tzinfo=UTC)
    sunday = closing_after(closing, week, NoAlmanac(), COPENHAGEN)
    assert sunday == datetime(2026, 11, 22, 19, tzinfo=UTC)
    assert closing_after(closing, Schedule(), NoAlmanac(), COPENHAGEN) is None


def test_an_unknown_scene_is_named() -> None:
    slot = Slot(
        start=datetime(2026, 1, 1, tzinfo=UTC),
        scene="disco",
        layer=Layer.RULE,
        reason="r",
        source="rule:x",
    )
    with pytest.raises(UnknownSceneError, match="disco"):
        recipes([slot], LIBRARY)


@pytest.mark.parametrize("field", ["reason", "author", "block", "scene", "source"])
def test_neighbours_that_say_anything_else_stay_two_slots(field: str) -> None:
    noon = datetime(2026, 11, 23, 11, tzinfo=UTC)
    said = {"scene": "calm", "source": "rule:a", "reason": "Rule", "author": "Kim", "block": "b1"}

    def wish(start: datetime, **more: str) -> Wish:
        return Wish(start=start, end=start + HOUR, layer=Layer.RULE, priority=0, **said | more)

    one, same, other = wish(noon), wish(noon + HOUR), wish(noon + HOUR, **{field: "evening"})
    assert len(compile_slots([one, same], FALLBACK, noon, noon + 2 * HOUR)) == 1
    slots = compile_slots([one, other], FALLBACK, noon, noon + 2 * HOUR)
    assert [getattr(slot, field) for slot in slots] == [said[field], "evening"]
