"""Random schedules, and random plans of a zone, for the property tests."""

from datetime import date, datetime, timedelta

from hypothesis import strategies as st

from scenes.plan import Slot
from scenes.rules import (
    WEEKDAYS,
    DateException,
    DateSpan,
    Layer,
    OpenHours,
    QuietHour,
    Reaction,
    Rule,
    SpecialDays,
    SpecialHours,
    Weekday,
)
from scenes.schedule import Schedule, TemplateUse

ZONES = {"entrance": "Entrance", "window": "Window", "fitting-rooms": "Fitting rooms"}
SCENE_NAMES = {"calm": "Calm", "trading": "Trading", "rush": "Rush hour", "evening": "Evening"}
HOLIDAYS = ("Christmas Day", "New Year's Day")
GROUPS = ("sales-floor", "front")

scenes = st.sampled_from(tuple(SCENE_NAMES))
# Few ids and names, so that two schedules often speak of the same item.
ids = st.sampled_from(("early", "late", "sale"))
names = st.sampled_from(("", "Sale", "Late night"))
notes = st.sampled_from(("", "Works until Friday"))
wall_times = st.sampled_from(("00:00", "09:00", "11:00", "17:30", "22:00", "23:59:30"))
times_of_day = st.one_of(
    wall_times, st.sampled_from(("opening", "closing-00:30", "sunrise+01:00", "sunset"))
)
dates = st.dates(date(2026, 11, 20), date(2027, 1, 10))
open_hours = st.builds(OpenHours, wall_times, wall_times)
zone_names = st.lists(
    st.sampled_from((*ZONES, *GROUPS, "all")), min_size=1, max_size=3, unique=True
).map(tuple)


@st.composite
def spans(draw: st.DrawFn) -> DateSpan:
    first = draw(dates)
    last = first + timedelta(days=draw(st.integers(0, 10)))
    return DateSpan(first=first.isoformat(), last=last.isoformat())


special_days = st.one_of(
    st.builds(SpecialDays, dates=st.tuples(spans())),
    st.builds(SpecialDays, holidays=st.tuples(st.sampled_from((*HOLIDAYS, "all")))),
)


@st.composite
def weekday_sets(draw: st.DrawFn) -> tuple[Weekday, ...]:
    chosen = draw(st.sets(st.sampled_from(WEEKDAYS), min_size=1))
    return tuple(weekday for weekday in WEEKDAYS if weekday in chosen)


_common = {
    "id": ids,
    "zones": zone_names,
    "scene": scenes,
    "name": names,
    "note": notes,
    "priority": st.integers(-1, 1),
    "locked": st.booleans(),
}
_times = {"from_": times_of_day, "until": times_of_day}
_validity = {
    "weekdays": weekday_sets(),
    "valid_from": st.none() | dates.map(date.isoformat),
    "valid_to": st.none() | dates.map(date.isoformat),
}
rules = st.builds(Rule, **_common, **_times, **_validity)
exceptions = st.builds(DateException, days=special_days, **_common, **_times)
quiet_hours = st.builds(QuietHour, days=st.none() | special_days, **_common, **_times, **_validity)
reactions = st.builds(
    Reaction,
    measure=st.sampled_from(("occupancy", "waiting", "noise")),
    above=st.sampled_from((8.0, 12.5)),
    below=st.sampled_from((0.0, 7.0)),
    for_s=st.sampled_from((90.0, 300.0)),
    measured_in=st.none() | st.sampled_from(tuple(ZONES)),
    **_common,
)
special_hours = st.builds(
    SpecialHours, id=ids, days=special_days, hours=st.none() | open_hours, name=names, note=notes
)


def _items(kind: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.lists(kind, max_size=3, unique_by=lambda item: item.id).map(tuple)  # type: ignore[attr-defined]


schedules = st.builds(
    Schedule,
    hours=st.dictionaries(st.sampled_from(WEEKDAYS), open_hours, max_size=3),
    special_hours=_items(special_hours),
    zone_groups=st.dictionaries(
        st.sampled_from(GROUPS),
        st.lists(st.sampled_from(tuple(ZONES)), max_size=2, unique=True).map(tuple),
    ),
    rules=_items(rules),
    exceptions=_items(exceptions),
    quiet_hours=_items(quiet_hours),
    reactions=_items(reactions),
    quiet_scene=scenes,
    emergency_scene=scenes,
    template=st.none()
    | st.builds(
        TemplateUse,
        id=st.sampled_from(("summer", "winter")),
        version=st.integers(1, 3),
        without=st.dictionaries(
            ids | st.sampled_from(GROUPS), st.sampled_from(("No café here", "Listed building"))
        ),
    ),
)
"""Well-formed documents; what they mean together may be as senseless as people's drafts are."""


@st.composite
def plans(draw: st.DrawFn, start: datetime, minutes: int) -> tuple[Slot, ...]:
    """Up to eight slots, the first at ``start``, the others within so many minutes."""
    later = draw(st.sets(st.integers(1, minutes - 1), max_size=7))
    return tuple(
        Slot(
            start=start + timedelta(minutes=minute),
            scene=draw(scenes),
            layer=layer,
            reason=draw(st.sampled_from(("Rule early", "Rule late"))),
            source=f"{layer.value}:{draw(ids)}",
            author=draw(st.sampled_from(("", "Anna"))),
        )
        for minute in (0, *sorted(later))
        for layer in (draw(st.sampled_from((Layer.RULE, Layer.EXCEPTION))),)
    )
