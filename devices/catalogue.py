"""Finds drivers by the name that the configuration file gives them.

A driver is announced by its packaging entry point, ours and other people's alike: the group
``stemning.drivers.lights`` (or ``players``, ``diffusers``, ``sensors``) and the driver's name,
pointing to a `Driver`. A driver's module is loaded when it is named, not before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.metadata import EntryPoint, EntryPoints, entry_points
from typing import Any, Generic, Protocol, TypeVar

from msgspec import Struct

from devices.bus import MessageBus
from devices.capabilities import Device
from devices.errors import DeviceConfigurationError
from scenes.messages import SensorType

GROUP = "stemning.drivers"
KINDS = ("lights", "players", "diffusers", "sensors")
"""The tables of the configuration file that describe devices."""

SHARED = "shared"
"""The group of parts that several devices share; each has a top-level table of its own name."""

O_contra = TypeVar("O_contra", bound=Struct, contravariant=True)
O = TypeVar("O", bound=Struct)  # noqa: E741 - options
D = TypeVar("D")


class Surroundings(Protocol):
    """What a driver may ask for while it makes a device."""

    @property
    def name(self) -> str:
        """The device's name in the configuration file."""
        ...

    @property
    def edge(self) -> str:
        """Who this edge is in the world, the same at each start: "nordic/entrance-ceiling"."""
        ...

    def shared(self, name: str) -> object:
        """The part that devices share (``pins``, ``sacn``), made when it is first asked for."""
        ...

    def bus(self) -> MessageBus:
        """The broker that MQTT-native devices talk to."""
        ...

    def now(self) -> datetime:
        """Wall time, aware UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that only ever run forward."""
        ...


@dataclass(frozen=True, slots=True)
class Driver(Generic[O, D]):
    """One driver: the options it takes, and how to make its device.

    ``make`` raises a `DeviceError` that says what to mend. A driver without one is a diffuser
    that the guard itself switches. ``inline``: no call ever waits for anything (a network, a
    bus, a lock held by one that waits), so the player may call it on its own thread; others are
    called on a thread of their own. ``sensor_type``: what a sensor sees people by.
    """

    options: type[O]
    make: Callable[[O, Surroundings], D] | None
    inline: bool = False
    sensor_type: SensorType = "other"


@dataclass(frozen=True, slots=True)
class SharedPart(Generic[O]):
    """A part that devices share: the options of its top-level table, and how to make it.

    What is made has a ``close()``; it is closed after the devices.
    """

    options: type[O]
    make: Callable[[O, Surroundings], Any]


def driver_names(kind: str) -> tuple[str, ...]:
    """The drivers that are installed for ``lights``, ``players``, ``diffusers`` or ``sensors``."""
    return tuple(sorted(_announced(kind).names))


def shared_names() -> tuple[str, ...]:
    """The parts that devices can share."""
    return driver_names(SHARED)


def find_driver(kind: str, name: str) -> Driver[Any, Device] | None:
    """The driver ``name`` of ``kind``, or None. `DeviceConfigurationError` if it won't load."""
    found = _load(kind, name)
    if found is None or isinstance(found, Driver):
        return found
    raise DeviceConfigurationError(f"the driver {name} is announced, but is no driver: {found!r}")


def find_shared(name: str) -> SharedPart[Any] | None:
    """The shared part ``name``, or None; `DeviceConfigurationError` if it can't be loaded."""
    found = _load(SHARED, name)
    if found is None or isinstance(found, SharedPart):
        return found
    raise DeviceConfigurationError(f"{name} is announced as a shared part, but is {found!r}")


def entry_point_of(kind: str, name: str) -> EntryPoint | None:
    """Where a driver is announced; two distributions that announce one name are refused."""
    found = tuple(_announced(kind).select(name=name))
    if len({point.value for point in found}) > 1:
        raise DeviceConfigurationError(
            f"two installed distributions bring a driver {name} for {kind}: uninstall one"
        )
    return found[0] if found else None


@cache
def _announced(kind: str) -> EntryPoints:
    """What all installed distributions announce; reading it takes a Pi a while."""
    return entry_points(group=f"{GROUP}.{kind}")


def _load(kind: str, name: str) -> object:
    point = entry_point_of(kind, name)
    if point is None:
        return None
    try:
        return point.load()
    except Exception as error:
        raise DeviceConfigurationError(f"the driver {name} can't be loaded: {error}") from error
