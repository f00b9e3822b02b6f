"""A pair of light barriers on mock pins."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from devices.capabilities import Direction, PassageSensor
from devices.drivers.gpio.beam_pair import BeamPairOptions, GpioBeamPair
from devices.drivers.gpio.mock_pins import MockPinBank
from devices.errors import DeviceConfigurationError
from tests.devices.contract_passage import PassageContract
from tests.edge.fake_time import FakeClock

OUTER, INNER = 5, 6


def options(**more: object) -> BeamPairOptions:
    described = {"driver": "gpio-beam-pair", "zone": "hall", "outer_pin": OUTER, "inner_pin": INNER}
    return BeamPairOptions(**(described | more))  # type: ignore[arg-type]


class TestGpioBeamPair(PassageContract):
    broken_high = False

    @pytest.fixture
    def sensor(self, bank: MockPinBank) -> Iterator[PassageSensor]:
        self.bank = bank
        self.clock = FakeClock(datetime(2026, 3, 2, 14, 2, tzinfo=UTC))
        described = options(broken="high" if self.broken_high else "low")
        opened = GpioBeamPair(bank, described, self.clock.now, self.clock.monotonic)
        self.free(OUTER)
        self.free(INNER)
        yield opened
        opened.close()

    def break_beam(self, pin: int) -> None:
        self.bank.drive(pin, self.broken_high)

    def free(self, pin: int) -> None:
        self.bank.drive(pin, not self.broken_high)

    def walk(self, direction: Direction) -> None:
        first, last = (OUTER, INNER) if direction == "in" else (INNER, OUTER)
        self.break_beam(first)
        self.break_beam(last)
        self.free(first)
        self.free(last)

    def test_reads_whether_a_beam_is_broken(self, sensor: PassageSensor) -> None:
        assert sensor.reading().present is False
        self.break_beam(INNER)
        assert sensor.reading().present is True
        self.free(INNER)
        assert sensor.reading().present is False

    def test_a_beam_that_stays_broken_is_told_with_its_beginning(
        self, sensor: PassageSensor
    ) -> None:
        told: list[Direction] = []
        sensor.watch_passages(told.append)
        self.clock.advance(60)
        self.break_beam(OUTER)
        self.clock.advance(60)
        assert sensor.reading().problem is None
        self.clock.advance(1)
        reading = sensor.reading()
        assert reading.present is None
        assert reading.problem == (
            "the beams on GPIO 5 and GPIO 6 have been blocked since 14:03 UTC: look for a thing "
            "in the way, a dead emitter, a cut cable"
        )
        self.break_beam(INNER)
        self.free(OUTER)
        self.free(INNER)
        assert told == []
        assert sensor.reading().problem is None
        self.walk("in")
        assert told == ["in"]


class TestReceiversThatPullLowWhileTheySeeTheirLight(TestGpioBeamPair):
    broken_high = True


def test_who_passes_before_anybody_watches_is_not_counted_later(bank: MockPinBank) -> None:
    clock, told = FakeClock(), list[Direction]()
    sensor = GpioBeamPair(bank, options(), clock.now, clock.monotonic)
    bank.drive(OUTER, False)
    sensor.watch_passages(told.append)
    for pin, level in ((INNER, False), (OUTER, True), (INNER, True)):
        bank.drive(pin, level)
    assert told == ["in"]
    sensor.close()


def test_one_pin_for_both_beams_is_refused() -> None:
    assert options(inner_pin=OUTER).problems() == [
        "inner_pin: is the outer beam's: each beam needs a pin of its own"
    ]
    assert options().problems() == []
    assert options(chip=1).claims() == ("GPIO 5 of chip 1", "GPIO 6 of chip 1")


def test_a_pin_that_is_taken_lets_go_of_the_other(bank: MockPinBank) -> None:
    clock = FakeClock()
    sensor = GpioBeamPair(bank, options(), clock.now, clock.monotonic)
    with pytest.raises(DeviceConfigurationError, match="GPIO 6 is given to two devices"):
        GpioBeamPair(bank, options(outer_pin=13), clock.now, clock.monotonic)
    sensor.close()
    GpioBeamPair(bank, options(outer_pin=13), clock.now, clock.monotonic).close()
