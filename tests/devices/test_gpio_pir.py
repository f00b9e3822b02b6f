"""A motion sensor on a mock pin, moved from inside and from outside the process."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.capabilities import PresenceSensor
from devices.drivers.gpio.mock_pins import MockPinBank
from devices.drivers.gpio.pins import PinBank
from devices.drivers.gpio.pir import GpioPir
from devices.errors import DeviceConfigurationError
from tests.devices.contract_presence import PresenceContract
from tests.waiting import wait_until


class TestGpioPir(PresenceContract):
    @pytest.fixture
    def sensor(self, bank: MockPinBank) -> Iterator[PresenceSensor]:
        self.bank = bank
        opened = GpioPir(bank, 4)
        yield opened
        opened.close()

    def move(self, present: bool) -> None:
        self.bank.drive(4, present)


class TestGpioPirThroughThePipe(PresenceContract):
    @pytest.fixture
    def sensor(self, tmp_path: Path) -> Iterator[PresenceSensor]:
        self.pipe = tmp_path / "pins"
        bank = PinBank.mock(drive=self.pipe)
        opened = GpioPir(bank, 4, chip=2)
        yield opened
        opened.close()
        bank.close()
        assert not self.pipe.exists()

    def move(self, present: bool) -> None:
        # As somebody at a shell: echo "2/4 1" > pins
        with self.pipe.open("w") as pipe:
            pipe.write(f"2/4 {int(present)}\n")


def test_a_pin_with_a_resistor_on_the_board_is_refused(bank: MockPinBank) -> None:
    with pytest.raises(DeviceConfigurationError, match="GPIO 2 has a pull-up resistor"):
        GpioPir(bank, 2)


def test_driving_a_pin_without_a_sensor_says_so(bank: MockPinBank) -> None:
    with pytest.raises(DeviceConfigurationError, match="no sensor is on GPIO 4"):
        bank.drive(4, True)
    sensor = GpioPir(bank, 4)
    with pytest.raises(DeviceConfigurationError, match="no sensor is on GPIO 4 of chip 3"):
        bank.drive(4, True, chip=3)
    sensor.close()
    with pytest.raises(DeviceConfigurationError, match="no sensor is on GPIO 4"):
        bank.drive(4, True)


def test_nonsense_in_the_pipe_is_skipped(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    pipe = tmp_path / "pins"
    bank = PinBank.mock(drive=pipe)
    sensor = GpioPir(bank, 4)
    told: list[bool] = []
    sensor.watch(told.append)
    with pipe.open("wb") as writing:
        writing.write(b"wave!\n4 2\n\xff\xfe\n5 1\n" + b"x" * 10_000 + b"\n")
        writing.write(b"4 ")
        writing.flush()
        writing.write(b"1\n\n4 0\r\n")
    wait_until(lambda: told == [True, False], 20, "the lines that mean something")
    assert "'wave!' says neither" in caplog.text
    assert "no sensor is on GPIO 5" in caplog.text
    bank.close()
    bank.close()


def test_a_pipe_left_by_a_killed_agent_is_used_again(tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "pins")
    bank = PinBank.mock(drive=tmp_path / "pins")
    sensor = GpioPir(bank, 4)
    (tmp_path / "pins").write_text("4 1\n")
    wait_until(lambda: sensor.reading().present, 20, "somebody in view")
    bank.close()


@pytest.mark.parametrize("taken", ["file", "nowhere/pins"])
def test_a_pipe_that_cannot_be_is_named(tmp_path: Path, taken: str) -> None:
    (tmp_path / "file").write_text("my notes")
    with pytest.raises(DeviceConfigurationError, match=f"cannot make the pipe .*{taken}"):
        PinBank.mock(drive=tmp_path / taken)
    assert (tmp_path / "file").read_text() == "my notes"
