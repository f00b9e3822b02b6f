"""The sentences of the effects document."""

from __future__ import annotations

from hub.insights.document import WORDING, Estimate, Method

NOT_ENOUGH = "not enough data"


def method(min_days: int, cell_minutes: int) -> Method:
    """How everything is counted and estimated."""
    return Method(
        wording=WORDING,
        grade_reason=(
            "Grade D: nothing was randomised. People made the schedule, so a scene and whatever "
            "else was true of its hours come together; the figures say what went together with a "
            "scene, not what it caused. Grade X: the schedule cannot answer the question at all."
        ),
        resampling=(
            "The day is the unit that is drawn (local days of the store), never the visitor: "
            "visitors of one day share its weather, its campaign and its mood."
        ),
        exposure=(
            "Verified exposure is time for which the as-run log of every edge that answers for "
            "the zone confirms the same scene. An edge answers from its first record to its last; "
            "while it is silent in between, nothing is verified. Fades are left out. Hours count "
            "whether or not the shop is open."
        ),
        visits=(
            "A visit counts for the scene that was verified when it began, with its whole length, "
            "as each sensor saw it; visits whose length is not to be trusted are left out."
        ),
        sales=(
            "Receipts are the whole store's, by their time; a zone's row holds those that fell "
            "into its verified exposure. What other zones played at the time is part of it."
        ),
        interval=(
            "95 % intervals are percentile bootstrap intervals over days (1,999 draws, "
            "scipy.stats.bootstrap), widened for few days as Student's t widens the normal. With "
            f"fewer than {min_days} days there is no interval: {NOT_ENOUGH}."
        ),
        comparisons=(
            "Two scenes of a zone are compared in the quarter-hours of the week that both had "
            f"(at least {cell_minutes} minutes each), between the first and the last day on which "
            "both were in use, by the Mantel-Haenszel ratio; days are drawn for the interval."
        ),
        confounding=(
            f"Where two scenes share fewer than {min_days} days of such quarter-hours there is "
            "no figure but the reason: the hour, the weekday or the date came with the scene."
        ),
    )


def too_few_days(days: int, needed: int) -> str:
    """Why a figure has no interval."""
    return f"{NOT_ENOUGH}: {days} of {needed} days"


def ratio_words(what: str, ratio: Estimate) -> str:
    """``dwell +12.0 % (+5.1 % to +19.4 %)``."""
    if ratio.value is None:
        return f"{what}: {ratio.note}"
    words = f"{what} {_percent(ratio.value)}"
    if ratio.interval is None:
        return f"{words} ({ratio.note})"
    return f"{words} ({_percent(ratio.interval.low)} to {_percent(ratio.interval.high)})"


def _percent(ratio: float) -> str:
    # Adding 0.0 keeps a rounded nothing from being a negative one.
    return f"{round((ratio - 1) * 100, 1) + 0.0:+.1f} %".replace("-", "−")
