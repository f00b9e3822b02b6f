"""What every diffuser does, whatever drives it."""

import time
from collections.abc import Iterator

import pytest

from devices.capabilities import Diffuser
from devices.errors import DeviceError, DeviceRefusedError
from tests.waiting import wait_until

PROMPTLY_S = 2.0


class DiffuserContract:
    """Inherit and give a ``diffuser`` that holds ``fig``."""

    @pytest.fixture
    def diffuser(self) -> Iterator[Diffuser]:
        raise NotImplementedError

    def test_is_off_at_first_and_says_what_is_in_it(self, diffuser: Diffuser) -> None:
        assert (diffuser.reading().on, diffuser.reading().fragrance) == (False, "fig")

    def test_a_burst_ends_by_itself(self, diffuser: Diffuser) -> None:
        began = time.monotonic()
        diffuser.burst(0.2)
        assert diffuser.reading().on
        wait_until(lambda: diffuser.reading().on is False, PROMPTLY_S, "the burst to end")
        assert time.monotonic() - began >= 0.2

    def test_stop_ends_a_burst_now(self, diffuser: Diffuser) -> None:
        diffuser.burst(10.0)
        for _ in range(2):
            diffuser.stop()
            assert diffuser.reading().on is False

    def test_a_new_burst_replaces_the_one_under_way(self, diffuser: Diffuser) -> None:
        diffuser.burst(0.1)
        began = time.monotonic()
        diffuser.burst(0.5)
        wait_until(lambda: diffuser.reading().on is False, PROMPTLY_S, "the burst to end")
        assert time.monotonic() - began >= 0.5
        diffuser.burst(10.0)
        diffuser.burst(0.1)
        wait_until(lambda: diffuser.reading().on is False, PROMPTLY_S, "the short burst to end")

    def test_a_stopped_burst_does_not_end_the_next(self, diffuser: Diffuser) -> None:
        diffuser.burst(0.1)
        diffuser.stop()
        began = time.monotonic()
        diffuser.burst(0.4)
        wait_until(lambda: diffuser.reading().on is False, PROMPTLY_S, "the burst to end")
        assert time.monotonic() - began >= 0.4

    @pytest.mark.parametrize("duration_s", [-1.0, 10.01, float("inf"), float("nan")])
    def test_refuses_a_burst_that_is_too_long(self, diffuser: Diffuser, duration_s: float) -> None:
        with pytest.raises(DeviceRefusedError):
            diffuser.burst(duration_s)
        assert diffuser.reading().on is False

    def test_a_burst_of_nothing_is_off(self, diffuser: Diffuser) -> None:
        diffuser.burst(5.0)
        diffuser.burst(0.0)
        assert diffuser.reading().on is False

    def test_closing_switches_off_and_refuses_more(self, diffuser: Diffuser) -> None:
        diffuser.burst(5.0)
        diffuser.close()
        diffuser.close()
        with pytest.raises(DeviceError):
            diffuser.burst(1.0)
        assert diffuser.reading().problem
