"""Special hours that meet on a day: of all that name it, the first of the list holds."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from scenes.rules import DateSpan, OpenHours, SpecialDays, SpecialHours
from scenes.special_overlaps import overlaps
from tests.scenes.schedules import HOLIDAYS

FIRST = date(2026, 12, 20)
HOURS = (None, OpenHours("10:00", "14:00"), OpenHours("10:00", "16:00"))


@st.composite
def spans(draw: st.DrawFn) -> DateSpan:
    first = FIRST + timedelta(days=draw(st.integers(0, 25)))
    last = first + timedelta(days=draw(st.sampled_from((0, 0, 1, 3, 20))))
    return DateSpan(first=first.isoformat(), last=last.isoformat())


days = st.builds(
    SpecialDays,
    dates=st.lists(spans(), min_size=1, max_size=4).map(tuple),
    holidays=st.lists(st.sampled_from((*HOLIDAYS, "all")), max_size=2, unique=True).map(tuple),
)
lists = st.lists(st.tuples(days, st.sampled_from(HOURS)), max_size=8).map(
    lambda pairs: [
        SpecialHours(id=f"s{place}", days=days, hours=hours)
        for place, (days, hours) in enumerate(pairs)
    ]
)


def names_of(special: SpecialHours) -> list[str]:
    """Each date, one by one, then each holiday, as they are told."""
    dates = {
        (FIRST + timedelta(days=number)).isoformat()
        for number in range(60)
        for span in special.days.dates
        if span.first <= (FIRST + timedelta(days=number)).isoformat() <= span.last
    }
    holidays = special.days.holidays
    return sorted(dates) + ["every public holiday" if it == "all" else it for it in holidays]


@given(lists)
def test_each_is_told_against_whoever_holds_on_a_day_of_it(specials: list[SpecialHours]) -> None:
    expected: dict[tuple[str, str], str] = {}
    for special in specials:
        for name in names_of(special):
            holder = next(each for each in specials if name in names_of(each))
            if holder.hours != special.hours:
                expected.setdefault((special.id, holder.id), name)
    found = [(each.loser.id, each.holder.id, each.shared) for each in overlaps(specials)]
    assert found == sorted((*pair, name) for pair, name in expected.items())
