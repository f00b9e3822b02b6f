"""An ultrasonic sensor on mock pins and at lgpio's border, with an HC-SR04 made by the tests."""

import logging
import math
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from gpiozero.pins.mock import MockPWMPin, MockTriggerPin

from devices.capabilities import PresenceSensor
from devices.drivers.gpio.mock_pins import MockPinBank
from devices.drivers.gpio.pins import PinBank
from devices.drivers.gpio.sonar import CM_PER_S
from devices.drivers.gpio.ultrasonic import GpioUltrasonic, UltrasonicOptions
from devices.errors import DeviceConfigurationError
from tests.devices.contract_presence import PresenceContract, wait_for
from tests.devices.recorded_lgpio import RecordedLgpio
from tests.devices.test_chip_pins import lgpio
from tests.edge.fake_time import FakeClock
from tests.waiting import wait_until

__all__ = ["lgpio"]  # a fixture

TRIGGER, ECHO = 23, 24
FAR_CM, NEAR_CM = 300.0, 60.0
NOTHING_S = 0.038


def options(**more: object) -> UltrasonicOptions:
    described: dict[str, object] = {
        "driver": "gpio-ultrasonic",
        "zone": "hall",
        "trigger_pin": TRIGGER,
        "echo_pin": ECHO,
        "hold_s": 0.0,
        "interval_ms": 1.0,
    }
    return UltrasonicOptions(**(described | more))  # type: ignore[arg-type]


class Module:
    """What an HC-SR04 does: its pulse is as long as the way there and back."""

    def __init__(self, edge: Callable[[float, bool], None]) -> None:
        self.pulse_s: float | None = FAR_CM / CM_PER_S
        self.pings = 0
        self._edge = edge

    def put(self, distance_cm: float) -> None:
        self.pulse_s = distance_cm / CM_PER_S
        self.wait_for_pings()

    def wait_for_pings(self, number: int = 4) -> None:
        """Until it was asked some more; the first may have been under way before."""
        enough = self.pings + number
        wait_until(lambda: self.pings >= enough, 20, "more pings")

    def trigger(self, high: bool) -> None:
        if high:
            return
        pulse_s = self.pulse_s
        if pulse_s is not None:
            self._edge(1000.0, True)
            self._edge(1000.0 + pulse_s, False)
        self.pings += 1


def mock_module(bank: MockPinBank, monkeypatch: pytest.MonkeyPatch) -> Module:
    """An HC-SR04 on mock pins."""
    echo, trigger = bank.factory().pin(ECHO), bank.factory().pin(TRIGGER)

    def edge(at_s: float, high: bool) -> None:
        # The pin's own way of telling, with the module's time instead of this machine's.
        echo._last_change = at_s
        echo._state = float(high)
        echo._call_when_changed()

    module = Module(edge)
    change = trigger._change_state

    def changed(value: float) -> bool:
        told: bool = change(value)
        if told:
            module.trigger(bool(value))
        return told

    monkeypatch.setattr(trigger, "_change_state", changed)
    return module


def chip_module(bank: PinBank, monkeypatch: pytest.MonkeyPatch) -> Module:
    """An HC-SR04 behind lgpio's border."""

    def edge(at_s: float, high: bool) -> None:
        bank.factory().pin(ECHO)._call_when_changed(100, ECHO, int(high), int(at_s * 1e9))

    module = Module(edge)

    def write(_handle: int, pin: int, level: bool) -> int:
        assert pin == TRIGGER
        module.trigger(level)
        return 0

    monkeypatch.setattr("lgpio.gpio_write", write)
    return module


class UltrasonicContract(PresenceContract):
    module: Module

    @pytest.fixture
    def sensor(self) -> Iterator[PresenceSensor]:
        raise NotImplementedError

    def open(self, bank: PinBank) -> Iterator[PresenceSensor]:
        opened = GpioUltrasonic(bank, options(), FakeClock().monotonic)
        wait_for(opened, False)
        yield opened
        opened.close()

    def move(self, present: bool) -> None:
        self.module.put(NEAR_CM if present else FAR_CM)

    def test_it_tells_how_far_away_the_nearest_thing_is(self, sensor: PresenceSensor) -> None:
        self.module.put(87.3)
        assert sensor.reading().distance_cm == pytest.approx(87.3, abs=0.1)


class TestOnMockPins(UltrasonicContract):
    @pytest.fixture
    def sensor(
        self, bank: MockPinBank, monkeypatch: pytest.MonkeyPatch
    ) -> Iterator[PresenceSensor]:
        self.module = mock_module(bank, monkeypatch)
        yield from self.open(bank)


class TestAtTheBorderOfLgpio(UltrasonicContract):
    @pytest.fixture
    def sensor(
        self, lgpio: RecordedLgpio, monkeypatch: pytest.MonkeyPatch
    ) -> Iterator[PresenceSensor]:
        chips = PinBank.lgpio()
        self.module = chip_module(chips, monkeypatch)
        yield from self.open(chips)
        chips.close()


class Bench:
    """A sensor before a module, with a clock that stands still."""

    def __init__(self, bank: MockPinBank, monkeypatch: pytest.MonkeyPatch) -> None:
        self.clock = FakeClock()
        self.module = mock_module(bank, monkeypatch)
        self.module.pulse_s = NEAR_CM / CM_PER_S
        self.sensor = GpioUltrasonic(bank, options(), self.clock.monotonic)
        self.told: list[bool] = []
        self.sensor.watch(self.told.append)
        wait_until(lambda: self.told == [True], 20, "somebody")

    def problem(self) -> str:
        return self.sensor.reading().problem or ""


@pytest.fixture
def bench(bank: MockPinBank, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    made = Bench(bank, monkeypatch)
    yield made
    made.sensor.close()


@pytest.mark.parametrize(
    ("pulse_s", "words"),
    [(None, "gives no echo"), (0.00005, "gives an echo that is nearer than it can see")],
)
def test_no_possible_echo_is_a_problem_and_no_empty_shop(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, pulse_s: float | None, words: str
) -> None:
    monkeypatch.setattr("devices.drivers.gpio.sonar.LONGEST_PULSE_S", 0.01)
    bench.module.pulse_s = pulse_s
    bench.module.wait_for_pings()
    assert bench.problem() == ""
    bench.clock.advance(5.1)
    wait_until(lambda: words in bench.problem(), 20, "word of it")
    assert bench.sensor.reading().present is None
    assert bench.told == [True], "nobody can be told to have left"


def test_an_echo_pin_that_stays_high_is_told(bench: Bench, bank: MockPinBank) -> None:
    bench.module.pulse_s = None
    bench.module.wait_for_pings(1)
    bank.factory().pin(ECHO)._state = 1.0
    bench.clock.advance(5.1)
    wait_until(lambda: "has its echo pin high all the time" in bench.problem(), 20, "word of it")


def test_a_problem_and_its_end_are_logged_once(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("devices.drivers.gpio.sonar.LONGEST_PULSE_S", 0.01)
    caplog.set_level(logging.INFO)
    bench.module.pulse_s = None
    bench.clock.advance(6)
    wait_until(bench.problem, 20, "the problem")
    bench.module.wait_for_pings(6)
    bench.module.put(FAR_CM)
    wait_until(lambda: bench.told == [True, False], 20, "its end")
    bench.module.wait_for_pings(6)
    assert bench.problem() == ""
    assert [record.levelname for record in caplog.records] == ["ERROR", "INFO"]


def test_nothing_in_range_is_an_answer(bench: Bench) -> None:
    bench.module.pulse_s = NOTHING_S
    bench.clock.advance(60)
    wait_until(lambda: bench.told == [True, False], 20, "nobody")
    reading = bench.sensor.reading()
    assert (reading.present, reading.distance_cm, reading.problem) == (False, None, None)


class TriggerPin(MockTriggerPin, MockPWMPin):  # type: ignore[misc] # gpiozero has no types
    """gpiozero's model of such a sensor, on a bank whose pins can all dim."""


def test_gpiozeros_own_model_of_such_a_sensor_is_seen(bank: MockPinBank) -> None:
    """Its pulse lasts as long as this machine lets it: at least so far away."""
    echo = bank.factory().pin(ECHO)
    trigger: Any = bank.factory().pin(TRIGGER, pin_class=TriggerPin, echo_pin=echo)
    trigger.echo_time = 0.002
    sensor = GpioUltrasonic(bank, options(near_cm=400.0), FakeClock().monotonic)
    wait_until(lambda: sensor.reading().distance_cm, 20, "a distance")
    assert (sensor.reading().distance_cm or math.inf) >= 0.002 * CM_PER_S - 0.1
    sensor.close()


def test_without_a_sensor_on_its_mock_pins_it_says_so(
    bank: MockPinBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("devices.drivers.gpio.sonar.LONGEST_PULSE_S", 0.01)
    clock = FakeClock()
    sensor = GpioUltrasonic(bank, options(), clock.monotonic)
    assert sensor.reading().problem is None, "it is only beginning"
    clock.advance(6)
    wait_until(lambda: sensor.reading().problem, 20, "the problem")
    sensor.close()


def test_a_pin_that_is_taken_is_named_and_the_other_let_go(bank: MockPinBank) -> None:
    clock = FakeClock()
    sensor = GpioUltrasonic(bank, options(trigger_pin=5, echo_pin=6), clock.monotonic)
    with pytest.raises(DeviceConfigurationError, match="GPIO 5 is given to two devices"):
        GpioUltrasonic(bank, options(trigger_pin=5), clock.monotonic)
    GpioUltrasonic(bank, options(), clock.monotonic).close()
    sensor.close()


def test_options_of_two_pins() -> None:
    assert options().claims() == ("GPIO 23", "GPIO 24")
    assert options().problems() == []
    assert options(echo_pin=TRIGGER).problems() == [
        "echo_pin: is the trigger's: each needs a pin of its own"
    ]
