"""What can go wrong with an import as a whole; a bad row is reported, not raised."""

from __future__ import annotations

from hub.errors import ConflictError
from scenes.errors import StemningError


class SalesError(StemningError):
    """Root of the sales errors."""

    code = "sales.error"


class UnusableHeaderError(SalesError, ValueError):
    """The file's first line doesn't name the columns that are needed."""

    code = "sales.header"


class ImportOptionsError(SalesError, ValueError):
    """The options of an import contradict each other or name something that isn't there."""

    code = "sales.options"


class ImportBusyError(SalesError, ConflictError):
    """Another import is under way; worth trying again later."""

    code = "sales.busy"


class BadRowError(SalesError, ValueError):
    """One row cannot be used; the text is the reason that is reported."""

    code = "sales.bad-row"
