"""Before saving: every conflict, everything that never plays and every gap, and nothing else."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from scenes.compiler import compile_slots
from scenes.names import Names
from scenes.opening import Opening
from scenes.plan import Slot
from scenes.review import conflicts, gaps, never_plays
from scenes.rules import Layer
from scenes.stretches import Review
from scenes.wishes import Wish
from tests.scenes.schedules import SCENE_NAMES, ZONES

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
MONDAY = datetime(2026, 11, 22, 23, tzinfo=UTC)
SOURCES = {"rule:rush": "Rush hour", "rule:late": "Evening", "quiet-hour:quiet": "Quiet"}
REVIEW = Review(MONDAY, MONDAY + timedelta(days=7), COPENHAGEN, Names(ZONES, SCENE_NAMES, SOURCES))
LAYERS = {"rule": Layer.RULE, "exception": Layer.EXCEPTION, "quiet-hour": Layer.QUIET_HOUR}


def wish(source: str, scene: str, start: float, end: float, priority: int = 0) -> Wish:
    """From so many hours after Monday 00:00 on."""
    return Wish(
        start=MONDAY + timedelta(hours=start),
        end=MONDAY + timedelta(hours=end),
        layer=LAYERS[source.partition(":")[0]],
        scene=scene,
        source=source,
        reason=source,
        priority=priority,
    )


def compiled(wishes: Mapping[str, Sequence[Wish]]) -> dict[str, tuple[Slot, ...]]:
    return {
        zone: compile_slots(wishes.get(zone, ()), "trading", REVIEW.start, REVIEW.end)
        for zone in ZONES
    }


@st.composite
def wishes_of_a_zone(draw: st.DrawFn) -> tuple[Wish, ...]:
    kinds = st.tuples(
        st.sampled_from(("rule:a", "rule:b", "rule:c", "exception:a", "exception:b")),
        st.integers(-10, 160),
        st.integers(1, 30),
    )
    scenes = dict(
        zip(("a", "b", "c"), draw(st.permutations(("calm", "rush", "calm"))), strict=True)
    )
    priority = draw(st.integers(0, 1))
    return tuple(
        wish(source, scenes[source[-1]], start, start + hours, priority * (source[-1] == "a"))
        for source, start, hours in draw(st.lists(kinds, max_size=8))
    )


all_wishes = st.fixed_dictionaries({zone: wishes_of_a_zone() for zone in ZONES})


@given(all_wishes)
def test_every_hour_has_just_the_conflicts_that_its_wishes_have(
    wishes: dict[str, tuple[Wish, ...]],
) -> None:
    found = conflicts(wishes, REVIEW)
    for zone in ZONES:
        for hour in range(7 * 24):
            instant = REVIEW.start + timedelta(hours=hour)
            told = {
                (each.winner, each.loser)
                for each in found
                for stretch in each.stretches
                if stretch.zone == zone and stretch.start <= instant < stretch.end
            }
            assert told == brute_force(wishes[zone], instant)


def brute_force(wishes: Sequence[Wish], instant: datetime) -> set[tuple[str, str]]:
    """Straight from the words: one layer, one priority, one time, two scenes, not on purpose."""
    standing = [each for each in wishes if each.start <= instant < each.end]
    winner = min(standing, key=lambda each: each.strength, default=None)
    return {
        (winner.source, each.source)
        for each in standing
        if winner is not None
        and (each.layer, each.priority) == (winner.layer, winner.priority)
        and each.scene != winner.scene
        and not (each.start < winner.start and winner.end <= each.end)
    }


@given(all_wishes)
def test_what_never_plays_is_in_no_slot_and_everything_else_is(
    wishes: dict[str, tuple[Wish, ...]],
) -> None:
    slots = compiled(wishes)
    silent = {each.source: set(each.zones) for each in never_plays(wishes, slots, REVIEW)}
    for zone in ZONES:
        wanted = {
            each.source
            for each in wishes[zone]
            if each.start < REVIEW.end and each.end > REVIEW.start
        }
        heard = {slot.source for slot in slots[zone]}
        told = {source for source, zones in silent.items() if zone in zones}
        assert told == {
            source for source in wanted - heard if not under_exceptions(source, zone, wishes, slots)
        }


def under_exceptions(
    source: str,
    zone: str,
    wishes: Mapping[str, Sequence[Wish]],
    slots: Mapping[str, Sequence[Slot]],
) -> bool:
    """Hour by hour: whether a rule has exceptions, and nothing else, above it."""
    hours = [REVIEW.start + timedelta(hours=hour) for hour in range(7 * 24)]
    over = {
        [slot for slot in slots[zone] if slot.start <= hour][-1].source.partition(":")[0]
        for each in wishes[zone]
        if each.source == source
        for hour in hours
        if each.start <= hour < each.end
    }
    return source.startswith("rule:") and over == {"exception"}


@given(all_wishes, st.lists(st.tuples(st.integers(-5, 160), st.integers(1, 12)), max_size=5))
def test_a_gap_is_wherever_it_is_open_and_nothing_is_planned(
    wishes: dict[str, tuple[Wish, ...]], hours: list[tuple[int, int]]
) -> None:
    openings = [
        Opening(MONDAY + timedelta(hours=start), MONDAY + timedelta(hours=start + length))
        for start, length in hours
    ]
    slots = compiled(wishes)
    found = gaps(slots, openings, REVIEW)
    for zone in ZONES:
        for hour in range(7 * 24):
            instant = REVIEW.start + timedelta(hours=hour)
            due = [slot for slot in slots[zone] if slot.start <= instant][-1]
            is_open = any(each.start <= instant < each.end for each in openings)
            told = any(
                stretch.zone == zone and stretch.start <= instant < stretch.end
                for each in found
                for stretch in each.stretches
            )
            assert told == (is_open and due.layer is Layer.FALLBACK)


def said(wishes: Mapping[str, Sequence[Wish]]) -> list[str]:
    return [each.sentence for each in conflicts(wishes, REVIEW)]


def test_who_began_last_wins_and_it_is_said_once_for_all_days() -> None:
    rush = [wish("rule:rush", "rush", day * 24 + 16, day * 24 + 18) for day in range(5)]
    late = [wish("rule:late", "evening", day * 24 + 17, day * 24 + 20) for day in range(3, 7)]
    assert said({"entrance": [*rush, *late]}) == [
        (
            "“Rush hour” and “Evening” both want Entrance Thursday and Friday 17:00 to 18:00; "
            "“Evening” wins because it began last"
        )
    ]
    assert said(dict.fromkeys(ZONES, (rush[3], late[0]))) == [
        (
            "“Rush hour” and “Evening” both want every zone Thursday 17:00 to 18:00; "
            "“Evening” wins because it began last"
        )
    ]


def test_of_two_that_begin_at_once_the_id_decides() -> None:
    together = [wish("rule:rush", "rush", 9, 11), wish("rule:late", "evening", 9, 12)]
    assert said({"window": together}) == [
        (
            "“Rush hour” and “Evening” both want Window Monday 09:00 to 11:00; "
            "“Evening” wins because both begin at once and “late” sorts before “rush”"
        )
    ]


def test_two_of_one_name_are_told_apart_by_their_ids() -> None:
    names = Names(ZONES, SCENE_NAMES, {"rule:a": "Sale", "rule:b": "Sale"})
    review = Review(REVIEW.start, REVIEW.end, COPENHAGEN, names)
    found = conflicts(
        {"window": [wish("rule:a", "rush", 9, 11), wish("rule:b", "calm", 10, 12)]}, review
    )
    assert [each.sentence for each in found] == [
        (
            "“Sale” (a) and “Sale” (b) both want Window Monday 10:00 to 11:00; "
            "“Sale” (b) wins because it began last"
        )
    ]


def test_a_conflict_is_told_only_for_the_time_that_nothing_stronger_hides_it() -> None:
    both = [wish("rule:rush", "rush", 9, 12), wish("rule:late", "evening", 10, 13)]
    assert said({"window": [*both, wish("quiet-hour:quiet", "calm", 8, 14)]}) == []
    assert said({"window": [*both, wish("rule:calm", "calm", 8, 14, priority=1)]}) == []
    assert said({"window": [*both, wish("quiet-hour:quiet", "calm", 10.5, 14)]}) == [
        (
            "“Rush hour” and “Evening” both want Window Monday 10:00 to 10:30; "
            "“Evening” wins because it began last"
        )
    ]


def test_a_rule_within_another_is_meant_and_no_conflict() -> None:
    rush = wish("rule:rush", "rush", 9, 20)
    assert said({"window": [rush, wish("rule:late", "evening", 17, 20)]}) == []
    assert len(said({"window": [rush, wish("rule:late", "evening", 17, 21)]})) == 1


def test_two_that_begin_together_are_no_rule_within_another_since_an_id_decides() -> None:
    rush = wish("rule:rush", "rush", 9, 11)
    assert len(said({"window": [rush, wish("rule:late", "evening", 9, 11)]})) == 1
    assert len(said({"window": [rush, wish("rule:late", "evening", 9, 10)]})) == 1


def test_another_priority_or_layer_or_the_same_scene_is_no_conflict() -> None:
    rush = wish("rule:rush", "rush", 9, 11)
    assert said({"window": [rush, wish("rule:late", "evening", 9, 11, priority=1)]}) == []
    assert said({"window": [rush, wish("quiet-hour:quiet", "calm", 9, 11)]}) == []
    assert said({"window": [rush, wish("rule:late", "rush", 10, 12)]}) == []


def test_a_rule_that_never_plays_says_what_is_above_it() -> None:
    rush, late = wish("rule:rush", "rush", 9, 11), wish("rule:late", "evening", 8, 12, priority=1)
    quiet = wish("quiet-hour:quiet", "calm", 9, 9.5)

    def told(wishes: Mapping[str, Sequence[Wish]]) -> list[str]:
        return [each.sentence for each in never_plays(wishes, compiled(wishes), REVIEW)]

    assert told({"window": [rush, late]}) == ["Rule “Rush hour” never plays: “Evening” is above it"]
    assert told({"window": [rush, late, quiet]}) == [
        "Rule “Rush hour” never plays: “Evening” and “Quiet” are above it"
    ]
    assert told({"window": [rush, late], "entrance": [rush]}) == [
        "Rule “Rush hour” never plays in Window: “Evening” is above it"
    ]
    # One week's exception is above it on its dates; the week after it plays.
    sale = wish("exception:sale", "evening", 8, 12)
    assert told({"window": [rush, sale]}) == []
    assert told({"window": [rush, sale], "entrance": [rush, late]}) == [
        "Rule “Rush hour” never plays in Entrance: “Evening” is above it"
    ]
    many = [wish(f"rule:r{n}", "calm", 9 + n / 2, 9.5 + n / 2, priority=1) for n in range(4)]
    assert told({"window": [rush, *many]}) == [
        "Rule “Rush hour” never plays: “r0”, “r1”, “r2” and others are above it"
    ]


def test_a_gap_in_opening_hours() -> None:
    sunday = Opening(MONDAY + timedelta(hours=6 * 24 + 10), MONDAY + timedelta(hours=6 * 24 + 18))
    planned = wish("rule:late", "evening", 6 * 24 + 12, 6 * 24 + 20)
    wishes = {"entrance": [wish("rule:rush", "rush", 0, 200)], "window": [planned]}
    assert [each.sentence for each in gaps(compiled(wishes), [sunday], REVIEW)] == [
        "Nothing is planned Sunday 10:00 to 12:00 in Window: the fallback Trading plays",
        "Nothing is planned Sunday 10:00 to 18:00 in Fitting rooms: the fallback Trading plays",
    ]
    assert [each.sentence for each in gaps(compiled({}), [sunday], REVIEW)] == [
        "Nothing is planned Sunday 10:00 to 18:00 everywhere: the fallback Trading plays"
    ]
