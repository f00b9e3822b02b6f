"""Makes the devices that the configuration describes. The only module that knows drivers.

Each driver is loaded when it is named: a Pi without a music player never loads one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from threading import RLock
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar
from zoneinfo import ZoneInfo

from devices.bus import MessageBus
from devices.capabilities import Device, Light, Player, Sensor
from devices.catalogue import find_shared
from devices.errors import DeviceConfigurationError, DeviceUnavailableError
from devices.options import DeviceOptions, LightOptions
from edge.clock import Clock
from edge.closing import close_in_time
from edge.config import Config, Described
from edge.guarded_diffuser import GuardedDiffuser, GuardedScent
from edge.stand_in import stand_in
from scenes.messages import DeviceInfo, DeviceKind

if TYPE_CHECKING:
    from devices.drivers.simulated.floor import SimulatedFloor, SimulatedSpot
    from devices.drivers.simulated.shoppers import Atmosphere

logger = logging.getLogger(__name__)

T_co = TypeVar("T_co", covariant=True)

AskAtmosphere = Callable[[str], tuple[float, float, float]]
"""What a zone gives now, in per cent: light level, volume, scent intensity."""


@dataclass(frozen=True, slots=True)
class Wired(Generic[T_co]):
    """A device, how it is called and where it is; ``inline`` if its calls never wait."""

    device: T_co
    info: DeviceInfo
    inline: bool = False

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
    """All devices of an edge, open. ``close`` closes them in reverse order.

    Those named in ``left`` by then are left as they are: closing one brings a light to its fail
    level, which in an alarm is the wrong one.
    """

    lights: tuple[Wired[Light], ...]
    players: tuple[Wired[Player], ...]
    diffusers: tuple[Wired[GuardedDiffuser], ...]
    sensors: tuple[Wired[Sensor], ...]
    floor: Floor | None
    close: Callable[[], None]
    left: set[str]


def inventory(config: Config) -> dict[str, DeviceInfo]:
    """Every device that ``config`` describes, by its id; nothing is opened."""
    kinds: tuple[tuple[DeviceKind, Mapping[str, Described[DeviceOptions]]], ...] = (
        ("light", config.lights),
        ("player", config.players),
        ("diffuser", config.diffusers),
        ("sensor", config.sensors),
    )
    return {
        name: _info(name, kind, described)
        for kind, named in kinds
        for name, described in named.items()
    }


def open_devices(
    config: Config,
    clock: Clock,
    ask: AskAtmosphere,
    bus: Callable[[], MessageBus],
    failed: Callable[[str, Exception], None] | None = None,
    scent: GuardedScent | None = None,
    *,
    keep_trying: bool = False,
) -> Devices:
    """Open everything that ``config`` describes; on failure close what was opened, and raise.

    ``bus`` is called when the first device asks for the broker of MQTT-native devices; from any
    thread. Diffusers are given only as ``scent`` makes them: without it they are opened and
    closed. Raises a `devices.errors.DeviceError` that says what to mend; with ``failed``, tells
    that instead, by the device's name, and goes on without it. With ``keep_trying`` it raises
    nothing: a device that can't be opened is stood in for until it can (`edge.stand_in`).
    """
    with ExitStack() as stack:
        shared = _SharedParts(config, clock, bus)
        left: set[str] = set()
        # What is shared closes all that use it: it is left, too, to the end of the process.
        stack.callback(lambda: None if left else shared.close())
        opening = _Opening(config, shared, stack, failed, clock if keep_trying else None)
        opening.left = left
        return Devices(
            lights=tuple(opening.wired(config.lights)),
            players=tuple(opening.wired(config.players)),
            diffusers=tuple(opening.guarded(scent)),
            sensors=tuple(opening.wired(config.sensors)),
            floor=_floor(config, shared, clock, ask, stack),
            close=stack.pop_all().close,
            left=left,
        )


class _Opening:
    """Makes devices by their drivers, each closed when ``stack`` is.

    With ``retrying`` it tries those that fail again, by that clock.
    """

    def __init__(
        self,
        config: Config,
        shared: _SharedParts,
        stack: ExitStack,
        failed: Callable[[str, Exception], None] | None,
        retrying: Clock | None,
    ) -> None:
        self.left: set[str] = set()
        self._config = config
        self._retrying = retrying
        self._infos = inventory(config)
        self._shared = shared
        self._stack = stack
        self._failed = failed

    def wired(self, named: Mapping[str, Described[DeviceOptions]]) -> Iterator[Wired[Any]]:
        """The devices of one kind, but for those that can't be opened."""
        for name, described in named.items():
            device = self._open(name, described)
            if device is not None:
                yield Wired(device, self._infos[name], described.driver.inline)

    def guarded(self, scent: GuardedScent | None) -> Iterator[Wired[GuardedDiffuser]]:
        """The diffusers, which run only with the guard's leave; none without ``scent``."""
        for name, described in self._config.diffusers.items():
            device, driver = self._open(name, described), described.driver
            if scent is None or (device is None and driver.make is not None):
                continue
            fragrance = described.options.fragrance
            guarded = scent.diffuser(name, fragrance, device, inline=driver.inline)
            self._stack.callback(guarded.close)
            yield Wired(guarded, self._infos[name], inline=True)

    def _open(self, name: str, described: Described[DeviceOptions]) -> Any:  # noqa: ANN401
        """A device of the kind that its driver makes, or None."""
        make = described.driver.make
        if make is None:
            return None

        def open_it() -> Any:  # noqa: ANN401 - a device of the kind that its driver makes
            return make(described.options, self._shared.around(name))

        if self._retrying is not None:
            return self._open_or_stand_in(name, described, open_it, self._retrying)
        try:
            device: Device = open_it()
        except Exception as error:
            if self._failed is None:
                raise
            self._failed(name, error)
            return None
        self._close_at_the_end(name, described, device)
        return device

    def _open_or_stand_in(
        self,
        name: str,
        described: Described[Any],
        open_it: Callable[[], Any],
        clock: Clock,
    ) -> Any:  # noqa: ANN401
        it = stand_in(name, self._infos[name].kind, described.driver, open_it, clock)
        error = it.start()
        if error is None:
            self._close_at_the_end(name, described, it.device)
            return it.device
        logger.warning("%s can't be opened and is left out until it can: %s", name, error)
        self._stack.callback(it.close)
        return it

    def _close_at_the_end(self, name: str, described: Described[Any], device: Device) -> None:
        def close() -> None:
            if name in self.left:
                return
            if described.driver.inline:
                device.close()
            else:
                close_in_time(name, device.close)

        self._stack.callback(close)


@dataclass(frozen=True, slots=True)
class _Around:
    """What one device's driver may ask for (`devices.catalogue.Surroundings`)."""

    name: str
    edge: str
    shared: Callable[[str], object]
    bus: Callable[[], MessageBus]
    now: Callable[[], datetime]
    monotonic: Callable[[], float]


class _SharedParts:
    """Makes what devices share when the first of them asks for it, from any thread."""

    def __init__(self, config: Config, clock: Clock, bus: Callable[[], MessageBus]) -> None:
        self._config = config
        self._clock = clock
        self._bus = bus
        self._made: dict[str, Any] = {}
        # One part may ask for another while it is made.
        self._lock = RLock()
        self._closed = False

    def around(self, name: str) -> _Around:
        edge = f"{self._config.store}/{self._config.edge}"
        return _Around(name, edge, self.get, self._bus, self._clock.now, self._clock.monotonic)

    def get(self, name: str) -> object:
        with self._lock:
            if name not in self._made:
                self._made[name] = self._make(name)
            return self._made[name]

    def close(self) -> None:
        """Close what was made, the last one first; nothing more is made."""
        with self._lock, ExitStack() as stack:
            self._closed = True
            for part in self._made.values():
                stack.callback(part.close)

    def _make(self, name: str) -> object:
        if self._closed:
            raise DeviceUnavailableError(f"the agent ends: {name} is closed")
        configured = self._config.shared.get(name)
        part = configured.part if configured else find_shared(name)
        if part is None:
            raise DeviceConfigurationError(f"no installed driver brings {name} to share")
        options = configured.options if configured else part.options()
        made: object = part.make(options, self.around(name))
        return made


def _info(name: str, kind: DeviceKind, described: Described[DeviceOptions]) -> DeviceInfo:
    options = described.options
    return DeviceInfo(
        id=name,
        kind=kind,
        zone=options.zone,
        driver=options.driver,
        group=options.group if isinstance(options, LightOptions) else None,
        sensor_type=described.driver.sensor_type if kind == "sensor" else None,
    )


def _floor(
    config: Config, shared: _SharedParts, clock: Clock, ask: AskAtmosphere, stack: ExitStack
) -> SimulatedFloor | None:
    table = config.floor
    if table is None:
        return None
    from devices.drivers.gpio.mock_pins import MockPinBank  # noqa: PLC0415
    from devices.drivers.gpio.pir import PirOptions  # noqa: PLC0415
    from devices.drivers.simulated.floor import SimulatedFloor, SimulatedSpot  # noqa: PLC0415
    from devices.drivers.simulated.shoppers import Atmosphere  # noqa: PLC0415

    bank = shared.get("pins")
    assert isinstance(bank, MockPinBank)  # noqa: S101 - the configuration was checked for it

    def atmosphere(zone: str) -> Atmosphere:
        light, volume, scent = ask(zone)
        return Atmosphere(light=light, volume=volume, scent=scent)

    def spot(sensor: PirOptions) -> SimulatedSpot:
        def drive(present: bool) -> None:
            bank.drive(sensor.pin, present, sensor.chip)

        return SimulatedSpot(drive, sensor.zone)

    options = [described.options for described in config.sensors.values()]
    floor = SimulatedFloor(
        [spot(it) for it in options if isinstance(it, PirOptions)],
        atmosphere,
        ZoneInfo(table.time_zone),
        seed=table.seed,
        speed=table.speed,
        visits_per_hour=table.visits_per_hour,
        now=clock.now,
    )
    stack.callback(floor.close)
    return floor
