"""The effects document as the page shows it."""

from datetime import UTC, date, datetime

import pytest

from hub.insights.document import (
    WORDING,
    Comparison,
    EffectRow,
    EffectsDocument,
    Estimate,
    Interval,
    Method,
)
from hub.web.effects.view import PLOT_WIDTH, effects_page
from hub.web.rendering import render

WORDS = "Quiet hour only ran on Sundays, Trading never did"


def estimate(value: float, low: float, high: float) -> Estimate:
    return Estimate(value=value, interval=Interval(low=low, high=high))


def row(scene: str, dwell: Estimate, days: int = 20) -> EffectRow:
    return EffectRow(
        zone="entrance",
        zone_name="Entrance",
        scene=scene,
        scene_name=scene.capitalize(),
        days=days,
        exposure_hours=61.25,
        visits=1234,
        receipts=99,
        sales="812.50",
        visits_per_hour=estimate(20, 18, 22),
        dwell_mean_s=dwell,
        dwell_median_s=dwell,
        dwell_p90_s=dwell,
        receipts_per_hour=estimate(9.631, 8.94, 10.41),
        sales_per_hour=estimate(2309.4, 2142, 2490),
        grade="D",
    )


DOCUMENT = EffectsDocument(
    computed_at=datetime(2026, 11, 21, tzinfo=UTC),
    store="oslo",
    store_name="Oslo",
    time_zone="Europe/Oslo",
    currency="NOK",
    first_day=date(2026, 9, 26),
    last_day=date(2026, 11, 21),
    method=Method(
        wording=WORDING,
        grade_reason="Nothing was randomised.",
        resampling="By day.",
        exposure="As reported.",
        visits="As seen.",
        sales="By receipt.",
        interval="95 %.",
        comparisons="Same hours.",
        confounding="In words.",
    ),
    rows=[
        row("trading", estimate(233, 220, 245.6)),
        row("evening", estimate(277, 258, 296)),
        row("closed", Estimate(value=1900, note="not enough data: 1 of 7 days"), days=1),
    ],
    comparisons=[
        Comparison(
            zone="entrance",
            zone_name="Entrance",
            scene="quiet-hour",
            scene_name="Quiet hour",
            baseline="trading",
            baseline_name="Trading",
            grade="X",
            words=WORDS,
            confounder="weekday",
        )
    ],
)


def test_figures_carry_their_interval_or_say_why_there_is_none() -> None:
    trading, _, closed = effects_page(DOCUMENT).zones[0].rows
    assert (trading.dwell_mean.value, trading.dwell_mean.interval) == ("3:53", "3:40 to 4:06")
    assert (trading.receipts.value, trading.receipts.interval) == ("9.63", "8.94 to 10.4")
    assert (trading.sales.value, trading.visits, trading.hours) == ("2,309", "1,234", "61.2 h")
    assert (closed.dwell_mean.interval, closed.days) == ("", "1 day")
    assert closed.dwell_mean.note == "not enough data: 1 of 7 days"


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (3 / 3600, "less than a minute"),
        (60 / 3600, "1 minute"),
        (0.5, "30 minutes"),
        (61.2, "61.2 h"),
    ],
)
def test_how_long_a_scene_played_is_said_as_people_say_it(hours: float, words: str) -> None:
    row = DOCUMENT.rows[0].model_copy(update={"exposure_hours": hours})
    page = effects_page(DOCUMENT.model_copy(update={"rows": [row]}))
    assert page.zones[0].rows[0].hours == words


def test_intervals_are_drawn_on_one_scale_that_nothing_uncertain_stretches() -> None:
    trading, evening, closed = (row.whisker for row in effects_page(DOCUMENT).zones[0].rows)
    assert closed is None
    assert trading is not None
    assert evening is not None
    assert 0 < trading.low < trading.value < trading.high < evening.value < evening.high
    assert evening.high < PLOT_WIDTH


def test_the_page_says_association_and_what_is_confounded() -> None:
    html = render("effects/_effects.html", {"effects": effects_page(DOCUMENT)})
    assert "Association, not effect." in html
    assert WORDS in html
    assert "1 of 1 comparisons" in html
    assert html.count('data-grade="D"') == len(DOCUMENT.rows)
    assert "Seen together, not proven: nobody chose by lot" in html
    assert 'data-grade="D" title="Seen together, not proven"' in html
    assert html.count('data-grade="X"') == len(DOCUMENT.comparisons)
    assert "26 September 2026 to 21 November 2026" in html


def test_nothing_measured_is_said() -> None:
    empty = DOCUMENT.model_copy(update={"rows": [], "comparisons": [], "first_day": None})
    assert "Nothing measured yet" in render(
        "effects/_effects.html", {"effects": effects_page(empty)}
    )
