"""An LD2410 through pyserial on a pseudo-terminal: seen, silent, unplugged and back."""

import logging
import termios
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import serial

from devices.capabilities import PresenceSensor
from devices.drivers.ld2410 import sensor as driver
from devices.drivers.ld2410.sensor import Ld2410, Ld2410Options
from tests.devices.contract_presence import PresenceContract, wait_for
from tests.devices.radar import NOBODY, SOMEBODY, Radar, sample
from tests.edge.fake_time import FakeClock
from tests.waiting import wait_until

Listen = Callable[..., Ld2410]


@pytest.fixture
def radar(tmp_path: Path) -> Iterator[Radar]:
    module = Radar(tmp_path / "radar")
    yield module
    module.unplug()


@pytest.fixture
def listen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Listen]:
    """Make a sensor on the radar's port, with a clock that stands still and short patience."""
    monkeypatch.setattr(driver, "FIRST_RETRY_S", 0.05)
    monkeypatch.setattr(driver, "LONGEST_RETRY_S", 0.1)
    opened: list[Ld2410] = []

    def make(clock: FakeClock | None = None, **more: object) -> Ld2410:
        described = {"driver": "ld2410", "zone": "hall", "port": str(tmp_path / "radar")}
        options = Ld2410Options(**(described | more))  # type: ignore[arg-type]
        opened.append(Ld2410(options, (clock or FakeClock()).monotonic))
        return opened[-1]

    yield make
    for each in opened:
        each.close()


def problem(sensor: Ld2410, words: str) -> Callable[[], bool]:
    return lambda: words in (sensor.reading().problem or "")


class TestLd2410(PresenceContract):
    @pytest.fixture
    def sensor(self, radar: Radar, listen: Listen) -> PresenceSensor:
        self.radar = radar
        radar.plug_in()
        opened = listen()
        radar.say(NOBODY)
        wait_for(opened, False)
        return opened

    def move(self, present: bool) -> None:
        self.radar.say(SOMEBODY if present else NOBODY)


def test_it_says_nothing_before_the_first_report(radar: Radar, listen: Listen) -> None:
    radar.plug_in()
    reading = listen().reading()
    assert (reading.present, reading.problem) == (None, None)


def test_it_tells_how_far_away_somebody_is(radar: Radar, listen: Listen) -> None:
    radar.plug_in()
    sensor = listen()
    radar.say(sample("engineering-documented")[0])
    wait_until(lambda: sensor.reading().distance_cm == 30, 20, "the distance")
    assert sensor.reading().present is True


def test_torn_frames_and_garbage_are_passed_over(radar: Radar, listen: Listen) -> None:
    radar.plug_in()
    sensor, told = listen(), list[bool]()
    sensor.watch(told.append)
    radar.say(SOMEBODY[5:], b"\xf4\xf3", SOMEBODY[:11], NOBODY[:-2], SOMEBODY, b"\x00\xff" * 40)
    wait_until(lambda: told == [True], 20, "the whole frame among them")


def test_unplugged_and_back_is_told_once_each(
    radar: Radar, listen: Listen, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    radar.plug_in()
    sensor, told = listen(), list[bool]()
    sensor.watch(told.append)
    radar.say(SOMEBODY)
    wait_until(lambda: told == [True], 20, "somebody")
    radar.unplug()
    wait_until(problem(sensor, "No such file"), 20, "tries without a device node")
    assert sensor.reading().present is None
    assert told == [True], "nobody can be told to have left"
    radar.plug_in()
    radar.say(NOBODY)
    wait_until(lambda: told == [True, False], 20, "its return, and what changed in between")
    assert sensor.reading().problem is None
    levels = [record.levelname for record in caplog.records if "radar" in record.message]
    assert levels == ["ERROR", "INFO"]


def test_a_port_that_appears_later_is_taken(radar: Radar, listen: Listen) -> None:
    sensor = listen()
    wait_until(problem(sensor, "No such file"), 20, "the first try")
    radar.plug_in()
    radar.say(NOBODY)
    wait_for(sensor, False)


@pytest.mark.parametrize(
    "said",
    [b"", b"\x55\xaa\x00" * 20, SOMEBODY.replace(b"\xaa\x02", b"\xaa\x04")],
    ids=["silence", "noise", "measuring its background"],
)
def test_silence_and_noise_are_no_empty_shop(radar: Radar, listen: Listen, said: bytes) -> None:
    radar.plug_in()
    clock = FakeClock()
    sensor, told = listen(clock, silence_s=5), list[bool]()
    sensor.watch(told.append)
    radar.say(SOMEBODY)
    wait_for(sensor, True)
    clock.advance(4.9)
    radar.say(said)
    assert not problem(sensor, "says nothing")()
    clock.advance(0.2)
    wait_until(problem(sensor, "says nothing for 5 s: look at its supply"), 20, "word of it")
    assert sensor.reading().present is None
    assert told == [True]


def test_without_settings_it_is_left_as_it_is(radar: Radar, listen: Listen) -> None:
    radar.plug_in()
    listen()
    # All it is told is to report, in case that somebody left it in configuration.
    wait_until(lambda: radar.asked == sample("commands-documented")[-1:], 20, "the command")


def test_it_is_given_its_settings_at_each_start(
    radar: Radar, listen: Listen, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    settings = {
        "last_gate": 8,
        "no_one_s": 5,
        "moving_sensitivity": 40,
        "still_sensitivity": 40,
    }
    for _ in range(2):
        radar.plug_in()
        sensor = listen(**settings)
        wait_until(lambda: radar.asked == sample("commands-documented"), 20, "all commands")
        radar.say(NOBODY)
        wait_for(sensor, False)
        sensor.close()
        radar.unplug()
    assert caplog.text.count("took its settings (V1.02.22062416)") == 2


def test_settings_that_it_refuses_are_a_problem(tmp_path: Path, listen: Listen) -> None:
    radar = Radar(tmp_path / "radar", refuses=0x60)
    radar.plug_in()
    sensor = listen(last_gate=4, no_one_s=1)
    wait_until(problem(sensor, "refuses the command 0x0060"), 20, "word of it")
    radar.unplug()


def test_a_wire_that_is_missing_is_told(tmp_path: Path, listen: Listen) -> None:
    radar, clock = Radar(tmp_path / "radar", mute=True), FakeClock()
    radar.plug_in()
    sensor = listen(clock, last_gate=4, no_one_s=1)
    wait_until(lambda: radar.asked, 20, "the first command")
    told = problem(sensor, "look at the wire to its RX pin")

    def told_in_time() -> bool:
        # The radar may have the command before the sensor looks at the clock.
        clock.advance(1.1)
        return told()

    wait_until(told_in_time, 20, "word of it")
    radar.unplug()


def test_a_port_that_another_program_has_is_told(radar: Radar, listen: Listen) -> None:
    radar.plug_in()
    with serial.Serial(str(radar.path), 256_000, exclusive=True):
        sensor = listen()
        wait_until(problem(sensor, "exclusively lock"), 20, "word of it")


def test_a_system_that_refuses_the_baud_rate_is_told(
    radar: Radar, listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As pyserial 3.5 is refused by glibc 2.42: by an error that is no OSError."""

    def refuse(*_arguments: object) -> None:
        raise termios.error(22, "Invalid argument")

    monkeypatch.setattr("serial.serialposix.termios.tcsetattr", refuse)
    radar.plug_in()
    sensor = listen()
    wait_until(problem(sensor, "can't be set to 256000 baud on this system (Invalid"), 20, "word")


def test_closing_is_quick_whatever_it_waits_for(radar: Radar, listen: Listen) -> None:
    sensor = listen()
    wait_until(problem(sensor, "No such file"), 20, "the first try")
    sensor.close()
    assert not sensor._thread.is_alive()
    assert sensor.reading().problem == f"the radar on {radar.path} is closed"


@pytest.mark.parametrize("port", ["/dev/ttyAMA0", "/dev/serial0"])
def test_the_pis_own_port_takes_its_two_pins_and_an_adapter_none(port: str) -> None:
    def claims(name: str) -> tuple[str, ...]:
        return Ld2410Options(driver="ld2410", zone="hall", port=name).claims()

    assert claims(port) == (f"the serial port {port}", "GPIO 14", "GPIO 15")
    assert claims("/dev/ttyUSB0") == ("the serial port /dev/ttyUSB0",)


def test_options_that_go_together() -> None:
    def problems(**more: object) -> list[str]:
        options = Ld2410Options(driver="ld2410", zone="hall", port="/dev/ttyAMA0", **more)  # type: ignore[arg-type]
        return options.problems()

    assert problems(last_gate=4) == [
        "last_gate: goes together with no_one_s: give both, or neither"
    ]
    assert problems(still_sensitivity=40) == [
        "moving_sensitivity: goes together with still_sensitivity: give both, or neither"
    ]
    assert problems() == problems(last_gate=4, no_one_s=0) == []
