"""Today as a ribbon."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from hub.web.now.ribbon import WIDTH, ribbon
from scenes.plan import Plan, Slot
from scenes.rules import Layer
from scenes.scene import Scene

OSLO = ZoneInfo("Europe/Oslo")
MIDNIGHT = datetime(2026, 11, 20, 23, tzinfo=UTC)  # in Oslo


def plan(*slots: tuple[float, str, Layer], start: datetime = MIDNIGHT) -> Plan:
    names = {scene for _, scene, _ in slots}
    return Plan(
        store="oslo",
        zone="entrance",
        epoch=1,
        revision=1,
        compiled_at=start,
        slots=tuple(
            Slot(
                start=start + timedelta(hours=hour),
                scene=scene,
                layer=layer,
                reason="because",
                source="x",
            )
            for hour, scene, layer in slots
        ),
        until=start + timedelta(days=3),
        scenes={name: Scene(id=name, name=name.capitalize()) for name in names},
    )


SHOP_DAY = plan(
    (0, "closing", Layer.FALLBACK),
    (9.5, "calm-morning", Layer.RULE),
    (11, "trading", Layer.RULE),
    (20, "closing", Layer.FALLBACK),
    (33, "calm-morning", Layer.RULE),
)


def test_the_ribbon_spans_the_busy_hours_of_today() -> None:
    drawn = ribbon(SHOP_DAY, MIDNIGHT + timedelta(hours=12), OSLO)
    assert drawn is not None
    assert (drawn.labels[0], drawn.labels[-1]) == ("09:00", "20:00")
    assert [bit.css for bit in drawn.bits] == [
        "scene-closing",
        "scene-calm-morning",
        "scene-trading",
    ]
    assert [bit.now for bit in drawn.bits] == [False, False, True]
    assert drawn.words == "Today: 09:00 Closing, 09:30 Calm-morning, 11:00 Trading"


def test_the_ribbon_reaches_now_when_the_shop_is_not_busy() -> None:
    drawn = ribbon(SHOP_DAY, MIDNIGHT + timedelta(hours=22, minutes=20), OSLO)
    assert drawn is not None
    assert drawn.labels[-1] == "23:00"
    assert drawn.bits[-1].now


def test_a_day_of_nothing_but_the_fallback_has_no_ribbon() -> None:
    nothing = plan((0, "closing", Layer.FALLBACK))
    assert ribbon(nothing, MIDNIGHT + timedelta(hours=12), OSLO) is None


@given(
    hours=st.lists(st.integers(1, 47), unique=True, max_size=8).map(sorted),
    now_h=st.floats(0, 47),
    summer=st.booleans(),
)
def test_bits_fill_the_ribbon_without_gap(hours: list[int], now_h: float, summer: bool) -> None:
    # One of the starts makes the first day 23 hours long.
    start = datetime(2026, 3, 28, 23, tzinfo=UTC) if summer else MIDNIGHT
    course = [(0, "trading", Layer.RULE), *((hour, "evening", Layer.RULE) for hour in hours)]
    drawn = ribbon(plan(*course, start=start), start + timedelta(hours=now_h), OSLO)
    assert drawn is not None
    reached = 0
    for bit in drawn.bits:
        assert bit.x == reached
        reached += bit.width
    assert reached == WIDTH
    assert sum(bit.now for bit in drawn.bits) == 1
