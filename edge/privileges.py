"""What an agent may run as."""

from __future__ import annotations

from edge.config import Config
from scenes.errors import StemningError

ROOT = 0


class RunsAsRootError(StemningError, PermissionError):
    """The agent was started as root."""

    code = "edge.runs-as-root"


def refuse_root(config: Config, user_id: int, *, allowed: bool) -> None:
    """Raise `RunsAsRootError` for root, unless it is allowed or no real thing is driven.

    A service that talks to the network has no use for the whole machine. With mock pins (a
    developer's container, the demo) there is nothing to protect.
    """
    if user_id != ROOT or allowed or _mock_pins(config):
        return
    raise RunsAsRootError(
        "it does not run as root: start it as a user of the group gpio, such as "
        "sudo -u stemning (deploy/README.md makes that user), or say --allow-root"
    )


def _mock_pins(config: Config) -> bool:
    pins = config.shared.get("pins")
    return pins is not None and getattr(pins.options, "factory", None) == "mock"
