"""Mock pins for the tests of this folder."""

from collections.abc import Iterator

import pytest

from devices.drivers.gpio.mock_pins import MockPinBank
from devices.drivers.gpio.pins import PinBank


@pytest.fixture
def bank() -> Iterator[MockPinBank]:
    """A bank of mock pins."""
    opened = PinBank.mock()
    yield opened
    opened.close()
