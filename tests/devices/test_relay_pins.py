"""The guard's own pins, real ones over a recorded lgpio and mock ones over files."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from devices.drivers.gpio.pins import PinBank
from devices.drivers.gpio.relay_mock_pins import MockPins
from devices.drivers.gpio.relay_pins import ChipPins, open_pins
from scenes.fades import LightLevel
from tests.devices.lights import mono
from tests.devices.recorded_lgpio import RecordedLgpio

LIBRARY = ChipPins()._lgpio  # imported as the guard does it, so it leaves nothing here


@pytest.fixture
def lgpio(monkeypatch: pytest.MonkeyPatch) -> RecordedLgpio:
    recorded = RecordedLgpio()
    names = ("chip_open", "chip_close", "_claim_input", "_claim_output", "_read", "_write")
    for name in names:
        monkeypatch.setattr(LIBRARY, f"gpio{name}", recorded.note(f"gpio{name}"))
    return recorded


def test_an_output_is_claimed_at_its_first_level_and_then_written(lgpio: RecordedLgpio) -> None:
    pins = ChipPins()
    for level in (1, 0):
        pins.write(2, 17, level)
    assert lgpio.calls == [
        ("gpiochip_open", 2),
        ("gpio_claim_output", 102, 17, 1),
        ("gpio_write", 102, 17, 0),
    ]


def test_an_input_is_pulled_up(lgpio: RecordedLgpio) -> None:
    pins = ChipPins()
    assert [pins.read(0, 4), pins.read(0, 4)] == [0, 0]
    assert lgpio.calls == [
        ("gpiochip_open", 0),
        ("gpio_claim_input", 100, 4, LIBRARY.SET_PULL_UP),
        ("gpio_read", 100, 4),
        ("gpio_read", 100, 4),
    ]


def test_what_a_pin_refuses_is_an_os_error_and_tried_again(
    lgpio: RecordedLgpio, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> int:
        raise LIBRARY.error("'GPIO busy'")

    pins = ChipPins()
    with monkeypatch.context() as broken:
        broken.setattr(LIBRARY, "gpio_claim_output", busy)
        with pytest.raises(OSError, match="GPIO busy"):
            pins.write(0, 17, 0)
    pins.write(0, 17, 0)
    assert lgpio.calls[-1] == ("gpio_claim_output", 100, 17, 0)


def test_a_level_that_can_not_be_read_is_an_os_error(
    lgpio: RecordedLgpio, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> int:
        raise LIBRARY.error("'bad handle'")

    pins = ChipPins()
    monkeypatch.setattr(LIBRARY, "gpio_read", gone)
    with pytest.raises(OSError, match="bad handle"):
        pins.read(0, 4)
    assert lgpio.calls[-1][0] == "gpio_claim_input"


def test_pins_are_let_go_of_chip_by_chip(lgpio: RecordedLgpio) -> None:
    pins = ChipPins()
    pins.write(0, 17, 0)
    pins.write(2, 4, 0)
    pins.close()
    assert lgpio.of("gpiochip_close") == [("gpiochip_close", 100), ("gpiochip_close", 102)]


def test_a_machine_without_chips_says_so() -> None:
    with pytest.raises(OSError, match=r"open|chip|file"):
        open_pins(None).write(0, 17, 0)


def test_importing_lgpio_leaves_nothing_behind(tmp_path: Path) -> None:
    script = (
        "import os, threading\n"
        "from devices.drivers.gpio.relay_pins import ChipPins\n"
        "print(threading.active_count())\n"
        "ChipPins()\n"
        "print(os.getcwd(), os.listdir(), [it for it in os.listdir('/dev/shm') if 'guard' in it])"
    )
    shown = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert shown.stdout.splitlines() == ["1", f"{tmp_path} [] []"]


def test_a_mock_record_has_the_agents_lines(tmp_path: Path) -> None:
    record = tmp_path / "pins.jsonl"
    pins = open_pins([str(record), None])
    for level in (0, 0, 1):
        pins.write(1, 17, level)
    bank = PinBank.mock(record=record)
    light = mono(bank, 12)
    light.shine(LightLevel(40))
    bank.close()
    lines = [json.loads(line) for line in record.read_text().splitlines()]
    assert [(it["chip"], it["pin"], it["level"]) for it in lines[:3]] == [
        (1, 17, 0.0),
        (1, 17, 1.0),
        (0, 12, 0.4),
    ]
    assert len({tuple(it) for it in lines}) == 1, "the same keys in the same order"
    assert {len(it["at"]) for it in lines} <= {25, 32}
    record.unlink()
    pins.write(1, 17, 0)
    assert record.exists(), "whoever reads it may put it aside"


def test_mock_inputs_are_moved_by_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "guard.fifo"
    pins = MockPins(None, str(pipe))
    assert pins.read(0, 4) == 1, "nothing hangs on it, so it is pulled up"
    with pipe.open("w") as writer:
        writer.write("4 0\n1/4 1\nnonsense\n")
    assert (pins.read(0, 4), pins.read(1, 4)) == (0, 1)
    again = MockPins(None, str(pipe))
    with pipe.open("w") as writer:
        writer.write("0/4 1\n")
    assert again.read(0, 4) == 1
