"""What can go wrong at an edge that a person can mend."""

from __future__ import annotations

from collections.abc import Sequence

from scenes.errors import StemningError


class ConfigurationError(StemningError, ValueError):
    """The configuration is wrong; ``problems`` holds one sentence for each mistake."""

    code = "edge.configuration"

    def __init__(self, place: str, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n  ".join([f"{place}:", *self.problems]))


class DataDirectoryError(StemningError, OSError):
    """The data directory can't be used, or another agent uses it."""

    code = "edge.data-directory"


class AgentRunsError(DataDirectoryError):
    """Another agent uses the data directory."""

    code = "edge.agent-runs"


class UnknownNameError(StemningError, LookupError):
    """Somebody named a kit, a driver or an output that isn't there."""

    code = "edge.unknown-name"


class ClockEarlyError(StemningError, ValueError):
    """Somebody vouches for a clock that says a time which is certainly past."""

    code = "edge.clock-early"


class GuardSilentError(StemningError, ConnectionError):
    """Nobody answers where the guard should."""

    code = "edge.guard-silent"
