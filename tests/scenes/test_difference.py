"""Two plans and what differs: every minute accounted for, and said as people say it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.difference import Difference, differences
from scenes.errors import OutsidePlanError
from scenes.names import Names
from scenes.plan import Slot
from scenes.rules import Layer
from scenes.stretches import Review
from tests.scenes.schedules import SCENE_NAMES, ZONES, plans
from tests.scenes.strategies import instants
from tests.scenes.test_wall_time import all_transitions

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
SOURCES = {"exception:sale": "Sale", "rule:trading": "Trading hours"}


def at(text: str) -> datetime:
    """A wall time in Copenhagen: "2026-11-23 09:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=COPENHAGEN).astimezone(UTC)


def slot(start: str, scene: str, source: str = "rule:r", layer: Layer = Layer.RULE) -> Slot:
    reason = "Rule" if layer is Layer.RULE else layer.value
    return Slot(start=at(start), scene=scene, layer=layer, reason=reason, source=source)


def week(days: int = 7, first: str = "2026-11-23") -> Review:
    """Whole days from a Monday on."""
    start = datetime.fromisoformat(first)
    return Review(
        start.replace(tzinfo=COPENHAGEN).astimezone(UTC),
        (start + timedelta(days=days)).replace(tzinfo=COPENHAGEN).astimezone(UTC),
        COPENHAGEN,
        Names(ZONES, SCENE_NAMES, SOURCES),
    )


def daily(
    review: Review, numbers: Sequence[int], begin: str, end: str, scene: str
) -> tuple[Slot, ...]:
    """Trading, and ``scene`` from ``begin`` to ``end`` on the review's days of these numbers."""
    slots = {review.start: slot(str(review.first_day), "trading")}
    for number in numbers:
        day = review.first_day + timedelta(days=number)
        until = day + timedelta(days=end <= begin)
        slots[at(f"{day} {begin}")] = slot(f"{day} {begin}", scene)
        slots[at(f"{until} {end}")] = slot(f"{until} {end}", "trading")
    return tuple(slots[start] for start in sorted(slots))


def said(
    before: dict[str, Sequence[Slot]], after: dict[str, Sequence[Slot]], review: Review
) -> list[str]:
    """The sentences; zones that nobody names stay Trading."""
    same = {zone: (slot(str(review.first_day), "trading"),) for zone in ZONES}
    return [each.sentence for each in differences(same | before, same | after, review)]


def only(zone: str, slots: Sequence[Slot], review: Review) -> list[str]:
    return said({}, {zone: slots}, review)


@given(
    st.data(), instants, st.integers(1, 20), st.deferred(lambda: st.sampled_from(all_transitions()))
)
def test_the_changes_applied_to_what_was_give_what_will_be_at_every_minute(
    data: st.DataObject, start: datetime, days: int, transition: tuple[str, datetime]
) -> None:
    name, moment = transition
    if data.draw(st.booleans()):
        start = moment - timedelta(minutes=data.draw(st.integers(0, 1440)))
    minutes = days * 1440
    review = Review(
        start, start + timedelta(minutes=minutes), ZoneInfo(name), Names(ZONES, SCENE_NAMES)
    )
    before = {zone: data.draw(plans(start, minutes)) for zone in ZONES}
    after = {
        zone: data.draw(st.one_of(st.just(before[zone]), plans(start, minutes))) for zone in ZONES
    }
    found = differences(before, after, review)
    assert all(each.sentence[0].isupper() or each.sentence[0].isdigit() for each in found)
    for zone in ZONES:
        assert_applied(zone, before[zone], after[zone], found, review)


def assert_applied(
    zone: str,
    before: Sequence[Slot],
    after: Sequence[Slot],
    found: Sequence[Difference],
    review: Review,
) -> None:
    changes = [change for each in found for change in each.changes if change.zone == zone]
    edges = {slot.start for slot in (*before, *after)} | {
        edge for change in changes for edge in (change.start, change.end)
    }
    for edge in sorted(edges):
        for probe in (edge, edge - timedelta(seconds=1)):
            if not review.start <= probe < review.end:
                continue
            one = [slot for slot in before if slot.start <= probe][-1]
            other = [slot for slot in after if slot.start <= probe][-1]
            here = [change for change in changes if change.start <= probe < change.end]
            assert len(here) <= 1, "one change at a time"
            if not here:
                assert (one.scene, one.source, one.reason, one.author, one.layer) == (
                    (other.scene, other.source, other.reason, other.author, other.layer)
                )
                continue
            assert here[0].before.scene == one.scene
            assert here[0].after.scene == other.scene
            assert here[0].stays == (one.scene == other.scene)
            if here[0].stays and here[0].other_claim:
                assert (here[0].after.source, here[0].after.author) == (other.source, other.author)


def test_one_evening() -> None:
    review = week()
    before = daily(review, [3], "17:00", "19:00", "rush")
    after = daily(review, [3], "17:00", "19:00", "evening")
    assert said({"entrance": before}, {"entrance": after}, review) == [
        "Thursday 17:00 to 19:00 Entrance: Rush hour → Evening"
    ]


def test_the_same_on_several_days_is_said_once() -> None:
    review = week()
    assert only("entrance", daily(review, range(5), "09:00", "11:00", "calm"), review) == [
        "Monday to Friday 09:00 to 11:00 Entrance: Trading → Calm"
    ]
    assert only("entrance", daily(review, [1, 3], "09:00", "11:00", "calm"), review) == [
        "Tuesday and Thursday 09:00 to 11:00 Entrance: Trading → Calm"
    ]
    assert only("entrance", daily(review, [0, 2, 3, 4, 6], "09:00", "11:00", "calm"), review) == [
        "Monday, Wednesday to Friday and Sunday 09:00 to 11:00 Entrance: Trading → Calm"
    ]
    assert only("entrance", daily(review, range(7), "09:00", "11:00", "calm"), review) == [
        "Every day 09:00 to 11:00 Entrance: Trading → Calm"
    ]


def test_the_same_in_several_zones_is_said_once() -> None:
    review = week()
    calm = daily(review, [0], "09:00", "11:00", "calm")
    assert said({}, dict.fromkeys(ZONES, calm), review) == [
        "Monday 09:00 to 11:00 everywhere: Trading → Calm"
    ]
    assert said({}, {"window": calm, "entrance": calm}, review) == [
        "Monday 09:00 to 11:00 Entrance and Window: Trading → Calm"
    ]


def test_across_midnight_and_whole_days() -> None:
    review = week()
    assert only("entrance", daily(review, [4], "22:00", "02:00", "calm"), review) == [
        "Friday 22:00 to Saturday 02:00 Entrance: Trading → Calm"
    ]
    assert only("entrance", daily(review, [3, 4], "22:00", "02:00", "calm"), review) == [
        "Thursday and Friday 22:00 to 02:00 the next day Entrance: Trading → Calm"
    ]
    assert only("entrance", daily(review, [2], "20:00", "00:00", "calm"), review) == [
        "Wednesday 20:00 to 24:00 Entrance: Trading → Calm"
    ]
    days = (
        slot("2026-11-23", "trading"),
        slot("2026-11-24", "calm"),
        slot("2026-11-27", "trading"),
    )
    assert only("entrance", days, review) == [
        "Tuesday to Thursday all day Entrance: Trading → Calm"
    ]
    assert only("entrance", (slot("2026-11-23", "calm"),), review) == [
        "All the time Entrance: Trading → Calm"
    ]
    weekend = (
        slot("2026-11-23", "trading"),
        slot("2026-11-27 20:00", "calm"),
        slot("2026-11-29 10:00", "trading"),
    )
    assert only("entrance", weekend, review) == [
        "Friday 20:00 to Sunday 10:00 Entrance: Trading → Calm"
    ]


def test_beyond_a_week_a_day_carries_its_date() -> None:
    review = week(days=21)
    assert only("entrance", daily(review, [10], "09:00", "11:00", "calm"), review) == [
        "Thursday 3 December 09:00 to 11:00 Entrance: Trading → Calm"
    ]
    assert only("entrance", daily(review, [3, 10, 17], "09:00", "11:00", "calm"), review) == [
        "Every Thursday 09:00 to 11:00 Entrance: Trading → Calm"
    ]
    weekdays = [number for number in range(21) if number % 7 < 5]
    assert only("entrance", daily(review, weekdays, "09:00", "11:00", "calm"), review) == [
        "Every Monday to Friday 09:00 to 11:00 Entrance: Trading → Calm"
    ]
    assert only("entrance", daily(review, range(9), "09:00", "11:00", "calm"), review) == [
        "Monday 23 November to Tuesday 1 December 09:00 to 11:00 Entrance: Trading → Calm"
    ], "nine days, not two"
    new_year = week(days=14, first="2026-12-21")
    assert only("entrance", daily(new_year, [11], "09:00", "11:00", "calm"), new_year) == [
        "Friday 1 January 2027 09:00 to 11:00 Entrance: Trading → Calm"
    ]


def test_a_slot_that_ends_at_the_gap_ends_when_the_clock_shows_its_end() -> None:
    review = week(first="2026-03-23")
    gap = datetime(2026, 3, 29, 1, tzinfo=UTC)
    night = (
        slot("2026-03-23", "trading"),
        slot("2026-03-29 01:00", "calm"),
        Slot(start=gap, scene="trading", layer=Layer.RULE, reason="Rule", source="rule:r"),
    )
    assert only("entrance", night, review) == ["Sunday 01:00 to 03:00 Entrance: Trading → Calm"]


def test_a_repeated_time_says_which_of_the_two_it_is() -> None:
    review = week(first="2026-10-19")
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    hour = (
        slot("2026-10-19", "trading"),
        Slot(start=first, scene="calm", layer=Layer.RULE, reason="Rule", source="rule:r"),
        Slot(
            start=first + timedelta(hours=1),
            scene="trading",
            layer=Layer.RULE,
            reason="Rule",
            source="rule:r",
        ),
    )
    assert only("entrance", hour, review) == [
        "Sunday 02:30 (first) to 02:30 (second) Entrance: Trading → Calm"
    ]


def test_what_the_sun_moves_from_day_to_day_is_said_once() -> None:
    review = week()
    slots = [slot("2026-11-23", "trading")]
    for number in range(7):
        day = review.first_day + timedelta(days=number)
        slots.append(slot(f"{day} 15:4{9 - number}:1{number}", "evening", "rule:evening"))
        slots.append(slot(f"{day} 20:00", "trading"))
    assert only("entrance", slots, review) == [
        "Every day 15:43–15:49 to 20:00 Entrance: Trading → Evening"
    ]


def test_what_drifts_over_midnight_is_said_apart_on_both_sides_of_it() -> None:
    review = week()
    begins = ("24 00:04", "25 00:02", "26 00:00", "26 23:58", "27 23:56")
    ends = ("24 03:00", "25 03:00", "26 03:00", "27 03:00", "28 03:00")
    slots = [slot("2026-11-23", "trading")]
    for begin, end in zip(begins, ends, strict=True):
        slots.append(slot(f"2026-11-{begin}", "evening", "rule:evening"))
        slots.append(slot(f"2026-11-{end}", "trading"))
    assert only("entrance", slots, review) == [
        "Tuesday to Thursday 00:00–00:04 to 03:00 Entrance: Trading → Evening",
        "Thursday and Friday 23:56–23:58 to 03:00 the next day Entrance: Trading → Evening",
    ]


def test_an_end_that_drifts_over_midnight_is_said_apart_too() -> None:
    review = week()
    ends = ("23 23:58", "24 23:59", "26 00:00", "27 00:01", "28 00:03")
    slots = [slot("2026-11-23", "trading")]
    for day, end in zip(range(23, 28), ends, strict=True):
        slots.append(slot(f"2026-11-{day} 22:00", "evening", "rule:evening"))
        slots.append(slot(f"2026-11-{end}", "trading"))
    assert only("entrance", slots, review) == [
        "Monday to Wednesday 22:00 to 23:58–24:00 Entrance: Trading → Evening",
        "Thursday and Friday 22:00 to 00:01–00:03 the next day Entrance: Trading → Evening",
    ]


def test_what_moves_by_more_than_five_minutes_a_day_is_said_apart() -> None:
    review = week()
    slots = [slot("2026-11-23", "trading")]
    for day, minute in ((24, 40), (25, 45), (26, 51)):
        slots.append(slot(f"2026-11-{day} 15:{minute}", "evening", "rule:evening"))
        slots.append(slot(f"2026-11-{day} 20:00", "trading"))
    assert only("entrance", slots, review) == [
        "Tuesday and Wednesday 15:40–15:45 to 20:00 Entrance: Trading → Evening",
        "Thursday 15:51 to 20:00 Entrance: Trading → Evening",
    ]


def test_seconds_are_said_where_nothing_else_tells_the_ends_apart() -> None:
    review = week()
    blink = (
        slot("2026-11-23", "trading"),
        slot("2026-11-24 09:00", "calm"),
        slot("2026-11-24 09:00:30", "trading"),
    )
    assert only("entrance", blink, review) == ["Tuesday 09:00 to 09:00:30 Entrance: Trading → Calm"]


@pytest.mark.parametrize(
    ("source", "layer", "author", "words"),
    [
        ("exception:sale", Layer.EXCEPTION, "", "now by the exception “Sale”"),
        ("quiet-hour:sunday", Layer.QUIET_HOUR, "", "now by the quiet hour “sunday”"),
        ("reaction:crowd", Layer.REACTION, "", "now by the reaction “crowd”"),
        ("override:7", Layer.OVERRIDE, "Anna", "now by a choice of Anna"),
        ("override:8", Layer.EMERGENCY, "", "now by an emergency"),
        ("fallback", Layer.FALLBACK, "", "now by the fallback"),
        ("rule:r", Layer.RULE, "", "with another reason: Rule until noon"),
    ],
)
def test_a_scene_that_stays_says_by_what(
    source: str, layer: Layer, author: str, words: str
) -> None:
    review = week()
    other = Slot(
        start=at("2026-11-26 10:00"),
        scene="trading",
        layer=layer,
        reason="Rule until noon",
        source=source,
        author=author,
    )
    after = (slot("2026-11-23", "trading"), other, slot("2026-11-26 12:00", "trading"))
    assert only("entrance", after, review) == [
        f"Thursday 10:00 to 12:00 Entrance stays Trading, {words}"
    ]


def test_the_earliest_comes_first_and_equal_plans_differ_in_nothing() -> None:
    review = week()
    one = daily(review, [3], "17:00", "19:00", "rush")
    other = daily(review, [0], "09:00", "11:00", "calm")
    assert said({}, {"window": one, "fitting-rooms": other}, review) == [
        "Monday 09:00 to 11:00 Fitting rooms: Trading → Calm",
        "Thursday 17:00 to 19:00 Window: Trading → Rush hour",
    ]
    assert said({"window": one}, {"window": one}, review) == []


def test_a_plan_that_begins_too_late_is_refused() -> None:
    review = week()
    with pytest.raises(OutsidePlanError):
        only("entrance", (slot("2026-11-24", "calm"),), review)
