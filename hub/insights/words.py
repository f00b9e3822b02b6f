"""The sentences of the effects document: messages, which pages say in their reader's language.

The document itself is English, as it is made for everybody at once.
"""

from __future__ import annotations

from hub.insights.document import WORDING, Estimate, Method
from scenes.language import N_

NOT_ENOUGH = N_("not enough data")
GRADE = N_(
    "Grade D: nothing was randomised. People made the schedule, so a scene and whatever else was "
    "true of its hours come together; the figures say what went together with a scene, not what "
    "it caused. Grade X: the schedule cannot answer the question at all."
)
RESAMPLING = N_(
    "The day is the unit that is drawn (local days of the store), never the visitor: visitors of "
    "one day share its weather, its campaign and its mood."
)
EXPOSURE = N_(
    "Verified exposure is time for which the as-run log of every edge that answers for the zone "
    "confirms the same scene. An edge answers from its first record to its last; while it is "
    "silent in between, nothing is verified. Fades are left out. Hours count whether or not the "
    "shop is open."
)
VISITS = N_(
    "A visit counts for the scene that was verified when it began, with its whole length, as each "
    "sensor saw it; visits whose length is not to be trusted are left out."
)
SALES = N_(
    "Receipts are the whole store's, by their time; a zone's row holds those that fell into its "
    "verified exposure. What other zones played at the time is part of it."
)
INTERVAL = N_(
    "95 % intervals are percentile bootstrap intervals over days (1,999 draws, "
    "scipy.stats.bootstrap), widened for few days as Student's t widens the normal. With fewer "
    "than {days} days there is no interval: not enough data."
)
COMPARISONS = N_(
    "Two scenes of a zone are compared in the quarter-hours of the week that both had (at least "
    "{minutes} minutes each), between the first and the last day on which both were in use, by "
    "the Mantel-Haenszel ratio; days are drawn for the interval."
)
CONFOUNDING = N_(
    "Where two scenes share fewer than {days} days of such quarter-hours there is no figure but "
    "the reason: the hour, the weekday or the date came with the scene."
)
TOO_FEW = N_("not enough data: {days} of {needed} days")
NO_SPREAD = N_("no interval: the days do not vary")
NO_EXPOSURE = N_("no exposure")
NO_VISITS = N_("no visits")
NOTHING_TO_COMPARE = {
    "dwell": N_("no visits to compare"),
    "visits": N_("no visits to compare"),
    "receipts": N_("no receipts to compare"),
    "sales": N_("no sales to compare"),
}
RATIO, RATIO_ALONE = N_("{change} ({low} to {high})"), N_("{change} ({note})")
COMPARED = N_(
    "{scene} against {baseline}: dwell {dwell}; visits an hour {visits}; sales an hour {sales}. "
    "95 % intervals, {days} days, {hours} h against {others} h of the same weekdays and times of "
    "day."
)
ONLY_LAST = N_(
    "Only the last {days} days of this time are counted. To see earlier ones, ask for a time that "
    "ends earlier."
)
NO_RECORDS = N_("No as-run records in this time: nothing was played, or nobody reported it.")
NONE_CONFIRMED = N_("As-run records are there, but none of them is confirmed by every edge.")
NUDGED = N_(
    "In {share} of the confirmed time people had made a scene louder, quieter, brighter, darker "
    "or less scented; it is counted with the scene."
)
LESS_THAN_ONE = N_("less than 1 %")
NO_RECEIPTS = N_("No receipts in this time: import sales to see what went with a scene.")
NO_SENSED = N_("No visits in this time: the sensors reported none.")


def method(min_days: int, cell_minutes: int) -> Method:
    """How everything is counted and estimated."""
    return Method(
        wording=WORDING,
        grade_reason=GRADE,
        resampling=RESAMPLING,
        exposure=EXPOSURE,
        visits=VISITS,
        sales=SALES,
        interval=INTERVAL.format(days=min_days),
        comparisons=COMPARISONS.format(minutes=cell_minutes),
        confounding=CONFOUNDING.format(days=min_days),
    )


def too_few_days(days: int, needed: int) -> str:
    """Why a figure has no interval."""
    return TOO_FEW.format(days=days, needed=needed)


def ratio_words(ratio: Estimate) -> str:
    """``+12.0 % (+5.1 % to +19.4 %)``."""
    if ratio.value is None:
        return ratio.note
    change = _percent(ratio.value)
    if ratio.interval is None:
        return RATIO_ALONE.format(change=change, note=ratio.note)
    low, high = _percent(ratio.interval.low), _percent(ratio.interval.high)
    return RATIO.format(change=change, low=low, high=high)


def _percent(ratio: float) -> str:
    # Adding 0.0 keeps a rounded nothing from being a negative one.
    return f"{round((ratio - 1) * 100, 1) + 0.0:+.1f} %".replace("-", "−")
