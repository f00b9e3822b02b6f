"""The simulated shop floor in front of mock sensors."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from devices.drivers.gpio.mock_pins import MockPinBank
from devices.drivers.gpio.pir import GpioPir
from devices.drivers.simulated.floor import SimulatedFloor, SimulatedSpot
from devices.drivers.simulated.shoppers import Atmosphere
from devices.errors import DeviceConfigurationError
from tests.waiting import wait_until

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PLEASANT = Atmosphere(light=65, volume=35, scent=40)
Signal = list[tuple[datetime, bool]]


class Day:
    """A floor whose time this test moves, and what it did to its sensors."""

    def __init__(self, *zones: str, seed: int = 1, visits_per_hour: float = 40) -> None:
        self.instant = NOON
        self.atmosphere: Callable[[str], Atmosphere] = lambda zone: Atmosphere()
        self.signals: list[Signal] = [[] for _ in zones]
        spots = [
            SimulatedSpot(self._driver(signal), zone)
            for zone, signal in zip(zones, self.signals, strict=True)
        ]
        self.floor = SimulatedFloor(
            spots, self._ask, now=lambda: NOON, seed=seed, visits_per_hour=visits_per_hour
        )

    def run(self, hours: float) -> list[Signal]:
        end = self.instant + timedelta(hours=hours)
        while self.instant < end:
            self.instant += timedelta(seconds=1)
            self.floor.advance(self.instant)
        return self.signals

    def _ask(self, zone: str) -> Atmosphere:
        return self.atmosphere(zone)

    def _driver(self, signal: Signal) -> Callable[[bool], None]:
        return lambda moving: signal.append((self.instant, moving))


def busy_s(signal: Signal) -> float:
    """Seconds during which a sensor saw movement."""
    ends = zip(signal[::2], signal[1::2], strict=False)
    return sum((end - start).total_seconds() for (start, _), (end, _) in ends)


def test_the_same_seed_gives_the_same_shoppers() -> None:
    assert Day("entrance", "tills", seed=3).run(2) == Day("entrance", "tills", seed=3).run(2)
    assert Day("entrance", seed=3).run(2) != Day("entrance", seed=4).run(2)


def test_one_sensor_more_changes_nothing_for_the_others() -> None:
    assert Day("entrance", "tills").run(1)[0] == Day("entrance").run(1)[0]


def test_a_sensor_is_told_of_changes_only_and_ends_low() -> None:
    day = Day("entrance", visits_per_hour=200)
    (signal,) = day.run(1)
    day.floor.close()
    day.floor.close()
    assert len(signal) > 20
    assert [moving for _, moving in signal] == [n % 2 == 0 for n in range(len(signal))]
    assert signal[-1][1] is False


def test_a_pleasant_zone_sees_more_movement() -> None:
    plain, pleasant = Day("entrance"), Day("entrance")
    pleasant.atmosphere = lambda zone: PLEASANT if zone == "entrance" else Atmosphere()
    assert busy_s(pleasant.run(6)[0]) > 1.1 * busy_s(plain.run(6)[0])


def test_shoppers_come_even_if_nobody_can_tell_the_atmosphere(
    caplog: pytest.LogCaptureFixture,
) -> None:
    day = Day("entrance")

    def fails(zone: str) -> Atmosphere:
        raise OSError(f"no light in {zone}")

    day.atmosphere = fails
    assert day.run(1)[0] == Day("entrance").run(1)[0]
    assert "no light in entrance" in caplog.text


def test_a_sensor_that_cannot_be_moved_stops_nobody(caplog: pytest.LogCaptureFixture) -> None:
    moved: list[bool] = []

    def broken(moving: bool) -> None:
        raise OSError("cut cable")

    floor = SimulatedFloor(
        [SimulatedSpot(broken, "entrance"), SimulatedSpot(moved.append, "tills")],
        lambda zone: Atmosphere(),
        now=lambda: NOON,
    )
    floor.advance(NOON + timedelta(hours=1))
    assert moved
    assert "cut cable" in caplog.text


def test_it_moves_a_mock_sensor_in_its_own_time(bank: MockPinBank) -> None:
    sensor = GpioPir(bank, 4)
    told: list[bool] = []
    sensor.watch(told.append)
    floor = SimulatedFloor(
        [SimulatedSpot(lambda high: bank.drive(4, high), "entrance")],
        lambda zone: PLEASANT,
        speed=2000,
    )
    assert told == []
    floor.start()
    wait_until(lambda: len(told) >= 6, 10, "shoppers")
    floor.close()
    assert sensor.reading().present is False
    seen = len(told)
    assert told == [n % 2 == 0 for n in range(seen)]


@pytest.mark.parametrize("option", ["speed", "visits_per_hour"])
@pytest.mark.parametrize("value", [0.0, -1.0, float("nan")])
def test_an_impossible_option_is_named(option: str, value: float) -> None:
    with pytest.raises(DeviceConfigurationError, match=option):
        SimulatedFloor([], lambda zone: Atmosphere(), **{option: value})  # type: ignore[arg-type]
