"""Picks the drivers that the configuration names. The only module that imports drivers.

Each driver is imported when it is named: a Pi without a music player never loads one.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar
from zoneinfo import ZoneInfo

from devices.capabilities import Device, Diffuser, Light, Player, PresenceSensor
from edge import tables
from edge.clock import Clock
from edge.config import Config
from scenes.messages import DeviceInfo

if TYPE_CHECKING:
    from devices.drivers.gpio.mock_pins import MockPinBank
    from devices.drivers.gpio.pins import PinBank
    from devices.drivers.simulated.floor import SimulatedFloor, SimulatedSpot
    from devices.drivers.simulated.shoppers import Atmosphere

T_co = TypeVar("T_co", covariant=True)
D = TypeVar("D", bound=Device)

AskAtmosphere = Callable[[str], tuple[float, float, float]]
"""What a zone gives now, in per cent: light level, volume, scent intensity."""


@dataclass(frozen=True, slots=True)
class Wired(Generic[T_co]):
    """A device, and how it is called and where it is."""

    device: T_co
    info: DeviceInfo

    @property
    def name(self) -> str:
        """The device's id."""
        return self.info.id


class Floor(Protocol):
    """A simulated shop floor."""

    def start(self) -> None:
        """Let shoppers come."""
        ...


@dataclass(frozen=True, slots=True)
class Devices:
    """All devices of an edge, open. ``close`` closes them in reverse order."""

    lights: tuple[Wired[Light], ...]
    players: tuple[Wired[Player], ...]
    diffusers: tuple[Wired[Diffuser], ...]
    sensors: tuple[Wired[PresenceSensor], ...]
    floor: Floor | None
    close: Callable[[], None]


def inventory(config: Config) -> dict[str, DeviceInfo]:
    """Every device that ``config`` names, by its id; nothing is opened."""
    infos: dict[str, DeviceInfo] = {}
    for name, light in config.lights.items():
        infos[name] = DeviceInfo(
            id=name, kind="light", zone=light.zone, driver=light.driver, group=light.group
        )
    for name, player in config.players.items():
        infos[name] = DeviceInfo(id=name, kind="player", zone=player.zone, driver=player.driver)
    for name, diffuser in config.diffusers.items():
        infos[name] = DeviceInfo(
            id=name, kind="diffuser", zone=diffuser.zone, driver=diffuser.driver
        )
    for name, sensor in config.sensors.items():
        infos[name] = DeviceInfo(id=name, kind="sensor", zone=sensor.zone, driver=sensor.driver)
    return infos


def open_devices(config: Config, clock: Clock, ask: AskAtmosphere) -> Devices:
    """Open everything that ``config`` names; on failure close what was opened, and raise.

    Raises a `devices.errors.DeviceError` that says what to mend.
    """
    infos = inventory(config)
    with ExitStack() as stack:
        pins = _Pins(config.pins, clock, stack)

        def wired(name: str, device: D) -> Wired[D]:
            stack.callback(device.close)
            return Wired(device, infos[name])

        return Devices(
            lights=tuple(wired(name, pins.light(it)) for name, it in config.lights.items()),
            players=tuple(wired(name, _player(it)) for name, it in config.players.items()),
            diffusers=tuple(wired(n, pins.diffuser(it)) for n, it in config.diffusers.items()),
            sensors=tuple(wired(name, pins.sensor(it)) for name, it in config.sensors.items()),
            floor=_floor(config, pins, clock, ask, stack) if config.floor is not None else None,
            close=stack.pop_all().close,
        )


class _Pins:
    """Everything on pins; the bank is made for the first of them."""

    def __init__(self, table: tables.Pins, clock: Clock, stack: ExitStack) -> None:
        self._table = table
        self._clock = clock
        self._stack = stack
        self._bank: PinBank | None = None
        self.mock: MockPinBank | None = None

    def light(self, table: tables.PwmLight) -> Light:
        from devices.drivers.gpio.light import GpioLight  # noqa: PLC0415

        return GpioLight(
            self._opened(),
            table.pin,
            chip=table.chip,
            frequency_hz=table.frequency_hz,
            boot_level=table.boot_level,
            fail_level=table.fail_level,
        )

    def diffuser(self, table: tables.RelayDiffuser) -> Diffuser:
        from devices.drivers.gpio.diffuser import GpioDiffuser  # noqa: PLC0415

        return GpioDiffuser(
            self._opened(),
            table.pin,
            chip=table.chip,
            active_high=table.active_high,
            fragrance=table.fragrance,
        )

    def sensor(self, table: tables.PirSensor) -> PresenceSensor:
        from devices.drivers.gpio.pir import GpioPir  # noqa: PLC0415

        return GpioPir(self._opened(), table.pin, chip=table.chip)

    def _opened(self) -> PinBank:
        if self._bank is None:
            from devices.drivers.gpio.pins import PinBank  # noqa: PLC0415

            if self._table.factory == "mock":
                record, drive = _path(self._table.record), _path(self._table.drive)
                self._bank = self.mock = PinBank.mock(record, drive, self._clock.now)
            else:
                self._bank = PinBank.lgpio()
            self._stack.callback(self._bank.close)
        return self._bank


def _player(table: tables.PlayerTable) -> Player:
    if isinstance(table, tables.MpdPlayer):
        from devices.drivers.mpd.player import MpdPlayer  # noqa: PLC0415

        return MpdPlayer(table.host, table.port, table.volume_cap)
    from devices.drivers.simulated.player import SimulatedPlayer  # noqa: PLC0415

    return SimulatedPlayer()


def _floor(
    config: Config, pins: _Pins, clock: Clock, ask: AskAtmosphere, stack: ExitStack
) -> SimulatedFloor | None:
    from devices.drivers.simulated.floor import SimulatedFloor, SimulatedSpot  # noqa: PLC0415
    from devices.drivers.simulated.shoppers import Atmosphere  # noqa: PLC0415

    table, bank = config.floor, pins.mock
    if table is None or bank is None:
        return None

    def atmosphere(zone: str) -> Atmosphere:
        light, volume, scent = ask(zone)
        return Atmosphere(light=light, volume=volume, scent=scent)

    def spot(sensor: tables.PirSensor) -> SimulatedSpot:
        def drive(present: bool) -> None:
            bank.drive(sensor.pin, present, sensor.chip)

        return SimulatedSpot(drive, sensor.zone)

    floor = SimulatedFloor(
        [spot(sensor) for sensor in config.sensors.values()],
        atmosphere,
        ZoneInfo(table.time_zone),
        seed=table.seed,
        speed=table.speed,
        visits_per_hour=table.visits_per_hour,
        now=clock.now,
    )
    stack.callback(floor.close)
    return floor


def _path(text: str | None) -> Path | None:
    return None if text is None else Path(text)
