"""The configuration file of an edge: read whole, and all its mistakes told at once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from devices.catalogue import (
    KINDS,
    Driver,
    SharedPart,
    driver_names,
    find_driver,
    find_shared,
    shared_names,
)
from devices.errors import DeviceConfigurationError
from devices.options import (
    DeviceOptions,
    DiffuserOptions,
    LightOptions,
    Name,
    PlayerOptions,
    SensorOptions,
    Text,
)
from edge import tables
from edge.errors import ConfigurationError
from edge.remarks import remarks
from edge.table_reading import no_such, perhaps, read_table, shown
from edge.toml_mistakes import toml_mistake

S = TypeVar("S", bound=msgspec.Struct)
O_co = TypeVar("O_co", bound=DeviceOptions, covariant=True)

EXAMPLE = """\
store = "nordic-main-street"
edge = "entrance-ceiling"

[broker]
url = "mqtt://192.168.1.10:1883"

[lights.window]
driver = "gpio-pwm"
pin = 12
zone = "entrance"

[players.music]
driver = "mpd"
zone = "entrance"
volume_cap = 60

[diffusers.scent]
driver = "gpio-relay"
pin = 17
zone = "entrance"
fragrance = "linen"

[sensors.door]
driver = "gpio-pir"
pin = 5
zone = "entrance"
"""


class _Top(msgspec.Struct, frozen=True, kw_only=True):
    store: Name
    edge: Name
    data: Text | None = None
    log_level: Text | None = None


@dataclass(frozen=True, slots=True)
class Described(Generic[O_co]):
    """A device as the file describes it: its driver, and the driver's options."""

    driver: Driver[Any, Any]
    options: O_co


@dataclass(frozen=True, slots=True)
class Shared:
    """A part that devices share, and its options."""

    part: SharedPart[Any]
    options: msgspec.Struct


@dataclass(frozen=True, kw_only=True)
class Config:
    """What an edge is and what hangs on it. Device names are unique over all kinds.

    ``remarks`` are sentences on what is allowed and yet perhaps not what was meant.

    ``zones`` holds the limits of the zones that have a table; see `zone` for any other.
    ``shared`` holds every part that is installed, with its table's options or their defaults.
    """

    store: str
    edge: str
    lights: Mapping[str, Described[LightOptions]]
    players: Mapping[str, Described[PlayerOptions]]
    diffusers: Mapping[str, Described[DiffuserOptions]]
    sensors: Mapping[str, Described[SensorOptions]]
    shared: Mapping[str, Shared] = field(default_factory=dict)
    zones: Mapping[str, tables.Zone] = field(default_factory=dict)
    bus: tables.Bus = field(default_factory=tables.Bus)
    clock: tables.Clock = field(default_factory=tables.Clock)
    outbox: tables.Outbox = field(default_factory=tables.Outbox)
    guard: tables.Guard = field(default_factory=tables.Guard)
    floor: tables.SimulatedFloor | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()

    def zone(self, name: str) -> tables.Zone:
        """The limits of a zone, commissioned or the defaults."""
        return self.zones.get(name) or tables.Zone()


def load_config(path: Path) -> Config:
    """Read a configuration file; `ConfigurationError` names every mistake in it."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigurationError(
            str(path), ["there is no such file; stemning edge init writes one"]
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(str(path), [f"can't be read: {error}"]) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(str(path), [toml_mistake(error)]) from error
    return read_config(document, str(path))


def read_config(document: Mapping[str, object], place: str = "configuration") -> Config:
    """Read a configuration that was parsed; `ConfigurationError` names every mistake in it."""
    problems: list[str] = []
    parts = _Parts(document, problems)
    top = parts.top()
    single = {name: parts.single(name, kind) for name, kind in tables.SINGLE.items()}
    named = {name: parts.named(name, kind) for name, kind in tables.NAMED.items()}
    shared = parts.shared()
    devices = {kind: parts.devices(kind) for kind in KINDS}
    guard = cast("tables.Guard | None", single["guard"]) or tables.Guard()
    zones = cast("dict[str, tables.Zone]", named["zones"])
    problems += _conflicts(devices, guard.claims(zones))
    problems += _unknown_zones(zones, devices)
    problems += guard.lonely_pins(zones)
    if guard.drive is not None and not _mocked(shared):
        problems.append('guard.drive: goes only with mock pins ([pins] factory = "mock")')
    floor = cast("tables.SimulatedFloor | None", single["floor"])
    if floor is not None:
        problems += _floor_problems(floor, shared)
    if problems or top is None:
        raise ConfigurationError(place, problems)
    broker = cast("tables.Broker | None", single["broker"])
    settings = {
        "broker.url": broker.url if broker else None,
        "data": top.data,
        "log_level": top.log_level,
    }
    return Config(
        store=top.store,
        edge=top.edge,
        lights={
            name: _never_darker(cast("Described[LightOptions]", it), zones)
            for name, it in devices["lights"].items()
        },
        players=cast("dict[str, Described[PlayerOptions]]", devices["players"]),
        diffusers=cast("dict[str, Described[DiffuserOptions]]", devices["diffusers"]),
        sensors=cast("dict[str, Described[SensorOptions]]", devices["sensors"]),
        shared=shared,
        zones=zones,
        bus=cast("tables.Bus | None", single["bus"]) or tables.Bus(),
        clock=cast("tables.Clock | None", single["clock"]) or tables.Clock(),
        outbox=cast("tables.Outbox | None", single["outbox"]) or tables.Outbox(),
        guard=guard,
        floor=floor,
        settings={key: value for key, value in settings.items() if value is not None},
        remarks=tuple(
            remarks(
                {
                    f"{kind}.{name}": it.options
                    for kind, those in devices.items()
                    for name, it in those.items()
                },
                zones,
            )
        ),
    )


class _Parts:
    """Reads the document's tables, collecting problems."""

    def __init__(self, document: Mapping[str, object], problems: list[str]) -> None:
        self._document = document
        self._problems = problems

    def top(self) -> _Top | None:
        known = {*tables.SINGLE, *tables.NAMED, *shared_names(), *KINDS}
        own = {field.name for field in msgspec.structs.fields(_Top)}
        for key in self._document.keys() - known - own:
            self._problems.append(f"{key}: {no_such('setting or table', key, known | own)}")
        values = {key: value for key, value in self._document.items() if key in own}
        return read_table(_Top, values, "", self._problems)

    def single(self, name: str, kind: type[S]) -> S | None:
        """A table that stands once; None when it isn't there."""
        if name not in self._document:
            return None
        table = self._table(self._document[name], name)
        read = None if table is None else read_table(kind, table, name, self._problems)
        if read is not None:
            self._problems += [f"{name}.{problem}" for problem in _own_problems(read)]
        return read

    def named(self, name: str, kind: type[S]) -> dict[str, S]:
        """The tables of which there is one for each name, those that are right."""
        found = {}
        for key, table in self._tables(name):
            read = read_table(kind, table, f"{name}.{key}", self._problems)
            if read is not None:
                self._problems += [f"{name}.{key}.{problem}" for problem in _own_problems(read)]
                found[key] = read
        return found

    def shared(self) -> dict[str, Shared]:
        """Every shared part, with its table's options or their defaults."""
        found = {}
        for name in shared_names():
            # One that nobody configured is loaded when a device asks for it.
            if name not in self._document:
                continue
            part = find_shared(name)
            table = self._table(self._document[name], name)
            if part is None or table is None:
                continue
            options = read_table(part.options, table, name, self._problems)
            if options is not None:
                self._problems += [f"{name}.{problem}" for problem in _own_problems(options)]
                found[name] = Shared(part, options)
        return found

    def devices(self, kind: str) -> dict[str, Described[DeviceOptions]]:
        """The devices of one kind that are described well."""
        found = {}
        for name, table in self._tables(kind):
            place = f"{kind}.{name}"
            driver = self._driver(kind, table, place)
            if driver is None:
                continue
            options = read_table(driver.options, table, place, self._problems)
            if options is not None:
                self._problems += [f"{place}.{problem}" for problem in _own_problems(options)]
                found[name] = Described(driver, options)
        return found

    def _driver(
        self, kind: str, table: Mapping[str, object], place: str
    ) -> Driver[Any, Any] | None:
        name = table.get("driver")
        if "driver" not in table:
            self._problems.append(f"{place}.driver: is missing: {_drivers_of(kind)}")
            return None
        try:
            driver = find_driver(kind, name) if isinstance(name, str) else None
        except DeviceConfigurationError as error:
            self._problems.append(f"{place}.driver: {error}")
            return None
        if driver is None:
            meant = perhaps(name, driver_names(kind)) if isinstance(name, str) else ""
            self._problems.append(f"{place}.driver: {shown(name)} is no {_drivers_of(kind)}{meant}")
        return driver

    def _tables(self, kind: str) -> Iterator[tuple[str, Mapping[str, object]]]:
        for name, raw in (self._table(self._document.get(kind, {}), kind) or {}).items():
            place = f"{kind}.{name}"
            table = self._table(raw, place)
            if table is None:
                continue
            try:
                msgspec.convert(name, Name)
            except msgspec.ValidationError:
                self._problems.append(
                    f"{place}: {name!r} is no name (lower-case letters, digits and single hyphens)"
                )
            yield name, table

    def _table(self, value: object, place: str) -> Mapping[str, object] | None:
        if isinstance(value, dict):
            return value
        self._problems.append(f"{place}: {shown(value)} is no table ([{place}])")
        return None


def _never_darker(
    light: Described[LightOptions], zones: Mapping[str, tables.Zone]
) -> Described[LightOptions]:
    """A light that also starts and fails no darker than its zone's commissioned minimum."""
    options = light.options
    least = zones[options.zone].minimum_light if options.zone in zones else 0.0
    raised = msgspec.structs.replace(
        options,
        boot_level=max(options.boot_level, least),
        fail_level=max(options.fail_level, least),
    )
    return Described(light.driver, raised)


def _drivers_of(kind: str) -> str:
    return f"driver of a {kind.removesuffix('s')} ({', '.join(driver_names(kind))})"


def _own_problems(options: msgspec.Struct) -> list[str]:
    """What the options say of each other, where they say something."""
    check = getattr(options, "problems", None)
    return [] if check is None else list(check())


def _conflicts(
    devices: Mapping[str, Mapping[str, Described[DeviceOptions]]],
    guards: Iterator[tuple[str, str]],
) -> Iterator[str]:
    """Names and pins that two devices have, and what two devices must agree upon but don't."""
    claim_owners: dict[str, str] = {}
    for place, claim in guards:
        owner = claim_owners.setdefault(claim, place)
        if owner != place:
            yield f"{place}: {claim} is taken by {owner}"
    agreed: dict[str, tuple[str, object]] = {}
    name_owners: dict[str, str] = {}
    for kind, named in devices.items():
        for name, device in named.items():
            place = f"{kind}.{name}"
            owner = name_owners.setdefault(name, place)
            if owner != place:
                yield f"{place}: the name is taken by {owner}"
            for claim in device.options.claims():
                owner = claim_owners.setdefault(claim, place)
                if owner != place:
                    yield f"{place}: {claim} is taken by {owner}"
            for what, value in device.options.agreements().items():
                owner, said = agreed.setdefault(what, (place, value))
                if said != value:
                    yield f"{place}: the {what} is {shown(value)} here, {shown(said)} in {owner}"


def _unknown_zones(
    zones: Mapping[str, tables.Zone],
    devices: Mapping[str, Mapping[str, Described[DeviceOptions]]],
) -> Iterator[str]:
    """Limits of a zone that nothing stands in: a slip of the pen would leave the zone without.

    The guard's relays are something; a calm button alone would calm nothing.
    """
    known = {device.options.zone for named in devices.values() for device in named.values()}
    relays = {
        name for name, zone in zones.items() if (zone.mute_pin, zone.full_light_pin) != (None, None)
    }
    for name in zones.keys() - known - relays:
        yield f"zones.{name}: {no_such('zone with a device', name, known)}"


def _mocked(shared: Mapping[str, Shared]) -> bool:
    pins = shared.get("pins")
    return getattr(pins.options if pins else None, "factory", None) == "mock"


def _floor_problems(floor: tables.SimulatedFloor, shared: Mapping[str, Shared]) -> Iterator[str]:
    if not _mocked(shared):
        yield 'floor: simulated shoppers need mock pins ([pins] factory = "mock")'
    try:
        ZoneInfo(floor.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield f"floor.time_zone: {floor.time_zone!r} is no time zone such as Europe/Copenhagen"
