"""What goes where: the pages' wiring, and the header as it lies in front of the installer."""

import re
from io import StringIO
from typing import Any

from rich.console import Console

from devices.pages import find_page
from edge.config import Config, read_config
from edge.installer.header import HEADER, header_pin, pins_in_use
from edge.installer.wiring_plan import wiring

DOCUMENT: dict[str, Any] = {
    "store": "nordic",
    "edge": "ceiling",
    "lights": {
        "window": {"driver": "gpio-pwm", "pin": 18, "zone": "hall"},
        "mirror": {"driver": "gpio-tunable-white", "warm_pin": 12, "cool_pin": 13, "zone": "hall"},
    },
    "players": {"music": {"driver": "mpd", "zone": "hall"}},
    "diffusers": {
        "scent": {"driver": "gpio-relay", "pin": 17, "zone": "hall", "fragrance": "linen"}
    },
    "sensors": {"door": {"driver": "gpio-pir", "pin": 5, "chip": 4, "zone": "hall"}},
}


def config(**changes: Any) -> Config:
    lights = {"window": DOCUMENT["lights"]["mirror"] | {"warm_pin": 18, "cool_pin": 13}}
    return read_config(DOCUMENT | {"lights": lights} | changes)


def printed(it: Config, width: int = 80) -> str:
    console = Console(file=StringIO(), width=width)
    console.print(wiring(it))
    text: str = console.file.getvalue()  # type: ignore[attr-defined] # it is the StringIO above
    return text


def test_the_header_has_every_pin_of_a_pi_once() -> None:
    numbers = sorted(it for it in HEADER if isinstance(it, int))
    assert numbers == list(range(28))
    assert len(HEADER) == 40
    assert [HEADER.count(supply) for supply in ("3V3", "5V", "GND")] == [2, 2, 8]
    # Known from any pinout: 2 is 5 V, GPIO 17 on 11, GPIO 18 on 12, the corner is GPIO 21.
    assert (HEADER[1], header_pin(17), header_pin(18), header_pin(21)) == ("5V", 11, 12, 40)


def test_each_pin_says_what_is_on_it() -> None:
    assert pins_in_use(config()) == {
        18: "window warm",
        13: "window cool",
        17: "scent",
        5: "door",
    }


def test_every_device_is_told_with_its_drivers_wiring_and_its_header_pin() -> None:
    text = printed(config())
    assert "diffusers: gpio-relay, a diffuser behind a relay" in text
    assert "scent: GPIO 17 (header pin 11)" in text
    assert "door: GPIO 5 of chip 4 (header pin 29)" in text
    relay = find_page("diffusers", "gpio-relay")
    assert relay is not None
    first_words = " ".join(relay.section("Wiring").split()[:6])
    assert first_words in " ".join(text.split())
    assert "window: warm GPIO 18 (header pin 12), cool GPIO 13 (header pin 33)" in text
    assert re.search(r"scent \(GPIO 17\) 11 12 window warm \(GPIO 18\)", text)


def test_the_guards_pins_are_told_too() -> None:
    guarded = config(
        guard={"emergency_pin": 4, "reset_pin": 27},
        zones={"hall": {"calm_pin": 22, "mute_pin": 23}},
    )
    text = printed(guarded)
    assert "guard emergency: GPIO 4 (header pin 7): a contact that is normally closed" in text
    assert "hall mute: GPIO 23 (header pin 16): a relay" in text
    assert pins_in_use(guarded)[22] == "hall calm"


def test_nothing_is_cut_at_80_columns() -> None:
    text = printed(config())
    assert max(len(line) for line in text.splitlines()) <= 80
    assert "…" not in text


def test_without_a_pin_there_is_no_header() -> None:
    text = printed(config(lights={}, diffusers={}, sensors={}))
    assert "players: mpd" in text
    assert "header" not in text
