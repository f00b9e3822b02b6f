"""Why there is no effects document."""

from __future__ import annotations

from hub.errors import ConflictError, UnavailableError
from scenes.errors import StemningError


class InsightsNotInstalledError(UnavailableError):
    """The analysis libraries are not installed here."""

    code = "insights.not-installed"


class InsightsFailedError(UnavailableError):
    """The analysis ended without a document; the log says more."""

    code = "insights.failed"


class InsightsBusyError(UnavailableError):
    """Too many wait for an analysis already."""

    code = "insights.busy"
    retry_after_s = 5


class InsightsTooSlowError(StemningError, TimeoutError):
    """The analysis took longer than it may."""

    code = "insights.too-slow"


class AmbiguousStoreError(ConflictError):
    """There are several stores, and the request names none."""

    code = "store.ambiguous"
