"""Root is refused where something real could be harmed."""

from typing import Any

import pytest

from edge.config import Config, read_config
from edge.privileges import RunsAsRootError, refuse_root

NOBODY = 65534


def config(**pins: str) -> Config:
    document: dict[str, Any] = {
        "store": "nordic",
        "edge": "ceiling",
        "lights": {"window": {"driver": "gpio-pwm", "pin": 12, "zone": "hall"}},
    }
    return read_config(document | ({"pins": pins} if pins else {}))


def test_root_is_refused_and_told_what_to_do() -> None:
    for real in (config(), config(factory="lgpio")):
        with pytest.raises(RunsAsRootError, match=r"sudo -u stemning .*--allow-root"):
            refuse_root(real, 0, allowed=False)


def test_somebody_else_a_person_who_insists_and_mock_pins_are_welcome() -> None:
    refuse_root(config(), NOBODY, allowed=False)
    refuse_root(config(), 0, allowed=True)
    refuse_root(config(factory="mock"), 0, allowed=False)
