"""What every light does that carries a fade out by itself."""

import time
from collections.abc import Iterator

import pytest

from devices.capabilities import GlidingLight
from devices.errors import DeviceError, DeviceRefusedError
from scenes.fades import LightLevel
from tests.waiting import wait_until

PROMPTLY_S = 5.0
NEAR = 3.0
"""Per cent: the steps of a coarse dimmer."""


class GlidingLightContract:
    """Inherit, give a dark ``light``, and tell what it really ``shows``."""

    @pytest.fixture
    def light(self) -> Iterator[GlidingLight]:
        raise NotImplementedError

    def shows(self) -> float:
        """Per cent of full output that leaves the lamp now."""
        raise NotImplementedError

    def wait_for(self, level: float) -> None:
        """Wait until the lamp really shows ``level``."""
        wait_until(lambda: abs(self.shows() - level) < NEAR, PROMPTLY_S, f"{level:g} %")

    def test_is_known_as_one(self, light: GlidingLight) -> None:
        assert isinstance(light, GlidingLight)

    def test_takes_its_time_and_arrives(self, light: GlidingLight) -> None:
        began = time.monotonic()
        light.glide(LightLevel(100.0), 1.0)
        on_the_way = []
        while (shown := self.shows()) < 100 - NEAR:
            on_the_way.append(shown)
            assert time.monotonic() - began < PROMPTLY_S, "it never arrives"
            time.sleep(0.02)
        assert time.monotonic() - began > 0.8
        assert on_the_way == sorted(on_the_way), "it went back and forth"
        assert light.reading().level == pytest.approx(100)

    def test_goes_down_as_it_goes_up(self, light: GlidingLight) -> None:
        light.shine(LightLevel(80.0))
        light.glide(LightLevel(0.0), 0.5)
        self.wait_for(0)
        wait_until(lambda: light.reading().level == 0, PROMPTLY_S, "dark")

    def test_a_new_glide_replaces_the_one_under_way(self, light: GlidingLight) -> None:
        light.glide(LightLevel(100.0), 60.0)
        light.glide(LightLevel(40.0), 0.5)
        self.wait_for(40)
        assert light.reading().level == pytest.approx(40)

    def test_shining_ends_a_glide(self, light: GlidingLight) -> None:
        light.glide(LightLevel(100.0), 60.0)
        light.shine(LightLevel(30.0))
        self.wait_for(30)
        assert light.reading().level == pytest.approx(30)

    def test_no_time_at_all_is_at_once(self, light: GlidingLight) -> None:
        light.glide(LightLevel(70.0), 0.0)
        self.wait_for(70)

    @pytest.mark.parametrize("level", [-1.0, 100.1, float("nan")])
    def test_refuses_an_impossible_level_and_stays(self, light: GlidingLight, level: float) -> None:
        light.shine(LightLevel(20.0))
        with pytest.raises(DeviceRefusedError):
            light.glide(LightLevel(level), 1.0)
        assert light.reading().level == pytest.approx(20)

    def test_says_so_when_closed(self, light: GlidingLight) -> None:
        light.close()
        with pytest.raises(DeviceError):
            light.glide(LightLevel(20.0), 1.0)
