"""The effects document's English in the reader's language."""

from __future__ import annotations

from hub.insights import confounding, words
from hub.insights.document import WORDING
from hub.library_names import library_names
from hub.retelling import Retelling

retold = Retelling(
    (
        WORDING,
        words.NOT_ENOUGH,
        words.GRADE,
        words.RESAMPLING,
        words.EXPOSURE,
        words.VISITS,
        words.SALES,
        words.INTERVAL,
        words.COMPARISONS,
        words.CONFOUNDING,
        words.TOO_FEW,
        words.NO_SPREAD,
        words.NO_EXPOSURE,
        words.NO_VISITS,
        *words.NOTHING_TO_COMPARE.values(),
        words.RATIO,
        words.RATIO_ALONE,
        words.COMPARED,
        words.ONLY_LAST,
        words.NO_RECORDS,
        words.NONE_CONFIRMED,
        words.NUDGED,
        words.LESS_THAN_ONE,
        words.NO_RECEIPTS,
        words.NO_SENSED,
        confounding.TOO_LITTLE,
        confounding.SHARED_LITTLE,
        confounding.HOUR,
        confounding.WEEKDAY,
        confounding.BOTH,
        confounding.NEVER,
        confounding.BUT_FOR,
        confounding.ONE_AFTER_ANOTHER,
        confounding.HARDLY_TOGETHER,
        *confounding.WHEN.values(),
        confounding.WHEN_ON_DAYS,
        confounding.ON_DAYS,
        *confounding.WHEN,
        confounding.AT_OTHER_TIMES,
        confounding.DAYS,
    ),
    library_names,
)
