"""What every light does, whatever drives it."""

from collections.abc import Iterator

import pytest

from devices.capabilities import Light
from devices.errors import DeviceError, DeviceRefusedError
from scenes.fades import LightLevel

TOLERANCE = 0.01


class LightContract:
    """Inherit and give a ``light`` whose fail level is 0."""

    @pytest.fixture
    def light(self) -> Iterator[Light]:
        raise NotImplementedError

    def test_starts_dark(self, light: Light) -> None:
        assert light.reading().level == 0

    def test_reads_the_level_that_it_was_told_last(self, light: Light) -> None:
        for level in (100, 0, 0.1, 1.25, 29, 50, 99.9, 100, 1):
            light.shine(LightLevel(level))
            assert light.reading().level == pytest.approx(level, abs=TOLERANCE)

    def test_saying_it_twice_changes_nothing(self, light: Light) -> None:
        light.shine(LightLevel(40.0))
        before = light.reading()
        light.shine(LightLevel(40.0))
        assert light.reading() == before

    def test_takes_a_temperature_and_a_colour(self, light: Light) -> None:
        light.shine(LightLevel(30.0, temperature_k=2700.0))
        light.shine(LightLevel(50.0, colour="#ffb46b"))
        assert light.reading().level == pytest.approx(50, abs=TOLERANCE)

    @pytest.mark.parametrize("level", [-1.0, 100.1, float("nan"), float("inf")])
    def test_refuses_an_impossible_level_and_stays(self, light: Light, level: float) -> None:
        light.shine(LightLevel(20.0))
        with pytest.raises(DeviceRefusedError):
            light.shine(LightLevel(level))
        assert light.reading().level == pytest.approx(20, abs=TOLERANCE)

    def test_says_so_when_closed(self, light: Light) -> None:
        light.shine(LightLevel(20.0))
        light.close()
        light.close()
        with pytest.raises(DeviceError):
            light.shine(LightLevel(20.0))
        assert light.reading().problem
