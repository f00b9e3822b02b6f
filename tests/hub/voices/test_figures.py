"""Figures of answers, held against SciPy's, and what is told of whom."""

from __future__ import annotations

import csv
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import hub.voices
from hub.errors import UnknownStoreError
from hub.parts import HubParts
from hub.voices.assembly import voices_document
from hub.voices.document import VoicesDocument
from hub.voices.errors import VoicesRangeError
from hub.voices.figures import mean, share, t_quantile
from hub.voices.questions import Complaint, Question
from hub.voices.reading import period
from hub.voices.table import COLUMNS, csv_lines
from scenes.audition import AUDITION
from tests.hub.shops import THURSDAY_NOON, FakeClock
from tests.hub.voices.saying import played, report, said

MINUTE = timedelta(minutes=1)


def told(hub: HubParts) -> VoicesDocument:
    """The store's document of its usual days."""
    return voices_document(hub.engine, period(hub.engine, "nordic", hub.now(), None, None))


@pytest.mark.parametrize("freedom", [4, 5, 6, 8, 12, 30, 100, 100_000])
def test_the_quantile_is_students(freedom: int) -> None:
    assert t_quantile(freedom) == pytest.approx(stats.t.ppf(0.975, freedom), rel=5e-4)


@pytest.mark.parametrize(("hits", "n"), [(0, 5), (5, 5), (3, 7), (40, 60), (999, 1000)])
def test_a_shares_interval_is_wilsons(hits: int, n: int) -> None:
    wilson = stats.binomtest(hits, n).proportion_ci(0.95, "wilson")
    found = share(hits, n)
    assert (found.value, found.low, found.high) == pytest.approx(
        (hits / n, wilson.low, wilson.high), abs=1e-9
    )


@given(st.lists(st.integers(1, 5), min_size=5, max_size=60))
def test_a_mean_lies_in_its_interval_and_that_on_the_scale(answers: list[int]) -> None:
    found = mean(answers, 1, 5)
    assert found.value == pytest.approx(fmean(answers))
    assert 1 <= found.low <= found.value <= found.high <= 5
    # Nobody is sure of everybody because five agreed.
    assert found.high - found.low > 0


def test_a_means_interval_is_students() -> None:
    answers = [1, 4, 5, 5, 3, 4, 2, 5, 5, 4, 3, 4]
    sure = stats.ttest_1samp(answers, 0).confidence_interval(0.95)
    found = mean(answers, 1, 5)
    assert (found.low, found.high) == pytest.approx((sure.low, sure.high), rel=1e-3)


def test_answers_count_for_what_the_log_says_was_played(parts_on_both: HubParts) -> None:
    hub, noon = parts_on_both, THURSDAY_NOON
    # Their rows say "event": that is what was wanted and reported, and the log knows better.
    said(hub, noon, 5, 4, 5, 4, 2)
    played(hub, "trading", noon - 10 * MINUTE, 10.5)
    played(hub, "trading", noon + 0.5 * MINUTE, 15)
    said(hub, noon + 20 * MINUTE, 1)
    played(hub, "evening", noon + 20 * MINUTE, 5)
    (evening, trading) = told(hub).cells
    assert (trading.scene, trading.scene_name, trading.zone_name) == (
        "trading",
        "Trading",
        "Entrance",
    )
    assert trading.n == 5
    assert trading.mean is not None
    assert trading.mean.value == 4.0
    assert trading.top is not None
    assert trading.top.value == 0.8
    assert trading.nps is None
    # One to four are not told, nor how many they are.
    assert (evening.scene, evening.n, evening.mean, evening.top) == ("evening", None, None, None)


def test_what_belongs_to_no_scene_is_counted_apart(parts: HubParts) -> None:
    noon = THURSDAY_NOON
    said(parts, noon, 1, 2, 3, 4, 5)
    played(parts, "trading", noon, 0.5)
    played(parts, "evening", noon + 0.5 * MINUTE, 1)
    said(parts, noon + 5 * MINUTE, 1, 2, 3, 4, 5, 5)
    played(parts, "trading", noon + 5 * MINUTE, 1)
    played(parts, "trading", noon + 5 * MINUTE, 1, confirmed=False, edge="other")
    said(parts, noon + 9 * MINUTE, 1, 2, 3, 4, 5, 5, 5)
    said(parts, noon + 20 * MINUTE, *[4] * 8)
    played(parts, "trading", noon + 20 * MINUTE, 1, adjust={"volume": 60.0})
    said(parts, noon + 25 * MINUTE, *[4] * 9)
    played(parts, AUDITION, noon + 25 * MINUTE, 1)
    document = told(parts)
    assert document.cells == []
    (left,) = document.left_out
    told_of = left.changing, left.unconfirmed, left.nudged, left.unlogged
    assert told_of == (5, 6, 8 + 9, 7)
    # The edge was alone, and tells now.
    played(parts, "trading", noon + 9 * MINUTE, 1)
    (cell,) = told(parts).cells
    assert (cell.scene, cell.n) == ("trading", 7)


def test_recommendations_are_netted(parts: HubParts) -> None:
    said(parts, THURSDAY_NOON, 10, 9, 9, 8, 7, 6, 0, 10, question=Question.NPS)
    played(parts, "trading", THURSDAY_NOON, 1)
    (cell,) = told(parts).cells
    assert cell.nps is not None
    assert cell.nps.value == pytest.approx(100 * (4 - 2) / 8)
    assert -100 <= cell.nps.low < cell.nps.value < cell.nps.high <= 100


def test_staff_and_surplus_are_told_too(parts: HubParts, clock: FakeClock) -> None:
    report(parts)
    for what in (Complaint.TOO_LOUD, Complaint.TOO_LOUD, Complaint.TOO_DARK):
        parts.voices.complain("nordic", "entrance", what)
    assert [(each.what, each.n) for each in told(parts).staff] == [("too-dark", 1), ("too-loud", 2)]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 10, 2), date(2026, 10, 1)),
        (date(2025, 1, 1), date(2026, 10, 1)),
        (date.min, date.min),
        (date.max, date.max),
        (None, date.min),
        (date.max, None),
    ],
)
def test_days_that_are_none_are_refused(
    parts: HubParts, first: date | None, last: date | None
) -> None:
    with pytest.raises(VoicesRangeError):
        period(parts.engine, "nordic", parts.now(), first, last)
    with pytest.raises(UnknownStoreError):
        period(parts.engine, "attic", parts.now(), None, None)


def test_days_are_the_stores_own(parts: HubParts) -> None:
    midnight = datetime(2026, 10, 21, 22, 0, tzinfo=UTC)
    said(parts, midnight - MINUTE, *[5] * 5)
    played(parts, "evening", midnight - MINUTE, 1)
    said(parts, midnight, *[1] * 5)
    played(parts, "closed", midnight, 1)
    day = date(2026, 10, 22)
    document = voices_document(parts.engine, period(parts.engine, "nordic", parts.now(), day, day))
    assert [cell.scene for cell in document.cells] == ["closed"]


def test_the_table_says_the_same_in_the_columns_that_are_described(parts: HubParts) -> None:
    said(parts, THURSDAY_NOON, 5, 4, 5, 4, 2)
    said(parts, THURSDAY_NOON + MINUTE, 5)
    played(parts, "trading", THURSDAY_NOON, 1)
    played(parts, "evening", THURSDAY_NOON + MINUTE, 1)
    evening, trading = csv.DictReader(csv_lines(told(parts)))
    assert (evening["n"], evening["mean"]) == ("1-4", "")
    assert (trading["scene"], trading["n"], trading["mean"]) == ("trading", "5", "4")
    readme = (Path(hub.voices.__file__).parent / "README.md").read_text()
    assert tuple(re.findall(r"^\| `(\w+)`", readme, re.MULTILINE)) == COLUMNS
