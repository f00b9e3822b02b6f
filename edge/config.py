"""The configuration file of an edge: read whole, and all its mistakes told at once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from edge import tables
from edge.errors import ConfigurationError
from edge.table_reading import no_such, read_table, shown

S = TypeVar("S", bound=msgspec.Struct)

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
    store: tables.Name
    edge: tables.Name
    data: tables.PathText | None = None
    log_level: tables.Text | None = None


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """What an edge is and what hangs on it. Device names are unique over all kinds."""

    store: str
    edge: str
    pins: tables.Pins = tables.Pins()
    lights: dict[str, tables.PwmLight] = {}
    players: dict[str, tables.PlayerTable] = {}
    diffusers: dict[str, tables.RelayDiffuser] = {}
    sensors: dict[str, tables.PirSensor] = {}
    floor: tables.SimulatedFloor | None = None
    settings: dict[str, str] = {}


def load_config(path: Path) -> Config:
    """Read a configuration file; `ConfigurationError` names every mistake in it."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigurationError(
            str(path), ["there is no such file; stemning edge --help shows an example"]
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(str(path), [f"can't be read: {error}"]) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(str(path), [f"is no TOML file: {error}"]) from error
    return read_config(document, str(path))


def read_config(document: Mapping[str, object], place: str = "configuration") -> Config:
    """Read a configuration that was parsed; `ConfigurationError` names every mistake in it."""
    problems: list[str] = []
    parts = _Parts(document, problems)
    top = parts.top()
    broker = parts.one("broker", tables.Broker)
    pins = parts.one("pins", tables.Pins)
    floor = parts.one("floor", tables.SimulatedFloor) if "floor" in document else None
    devices = {kind: parts.devices(kind) for kind in tables.DRIVERS}
    problems += _conflicts(devices)
    if pins is not None:
        problems += _mock_only(pins, floor)
    if floor is not None:
        problems += _time_zone(floor)
    if problems or top is None:
        raise ConfigurationError(place, problems)
    settings = {
        "broker.url": broker.url if broker else None,
        "data": top.data,
        "log_level": top.log_level,
    }
    return Config(
        store=top.store,
        edge=top.edge,
        pins=pins or tables.Pins(),
        lights=_only(tables.PwmLight, devices["lights"]),
        players=_players(devices["players"]),
        diffusers=_only(tables.RelayDiffuser, devices["diffusers"]),
        sensors=_only(tables.PirSensor, devices["sensors"]),
        floor=floor,
        settings={key: value for key, value in settings.items() if value is not None},
    )


class _Parts:
    """Reads the document's tables, collecting problems."""

    def __init__(self, document: Mapping[str, object], problems: list[str]) -> None:
        self._document = document
        self._problems = problems

    def top(self) -> _Top | None:
        named = {"broker", "pins", "floor", *tables.DRIVERS}
        own = {field.name for field in msgspec.structs.fields(_Top)}
        for key in self._document.keys() - named - own:
            self._problems.append(f"{key}: {no_such('setting or table', key, named | own)}")
        values = {key: value for key, value in self._document.items() if key in own}
        return read_table(_Top, values, "", self._problems)

    def one(self, name: str, kind: type[S]) -> S | None:
        table = self._table(self._document.get(name, {}), name)
        return None if table is None else read_table(kind, table, name, self._problems)

    def devices(self, kind: str) -> dict[str, msgspec.Struct]:
        """The devices of one kind that are described well."""
        found = {}
        for name, raw in (self._table(self._document.get(kind, {}), kind) or {}).items():
            place = f"{kind}.{name}"
            table = self._table(raw, place)
            if table is None:
                continue
            try:
                msgspec.convert(name, tables.Name)
            except msgspec.ValidationError:
                self._problems.append(
                    f"{place}: {name!r} is no name (lower-case letters, digits and single hyphens)"
                )
            device = read_table(self._kind_of(kind, table), table, place, self._problems)
            if device is not None:
                found[name] = device
        return found

    def _kind_of(self, kind: str, table: Mapping[str, object]) -> type[msgspec.Struct]:
        drivers = tables.DRIVERS[kind]
        driver = table.get("driver")
        # Without a driver that exists, the first one's table finds the other mistakes.
        return drivers.get(driver if isinstance(driver, str) else "", next(iter(drivers.values())))

    def _table(self, value: object, place: str) -> Mapping[str, object] | None:
        if isinstance(value, dict):
            return value
        self._problems.append(f"{place}: {shown(value)} is no table ([{place}])")
        return None


def _conflicts(devices: Mapping[str, Mapping[str, msgspec.Struct]]) -> Iterator[str]:
    """Names and pins that two devices claim."""
    pin_owners: dict[tuple[int, int], str] = {}
    name_owners: dict[str, str] = {}
    for kind, named in devices.items():
        for name, device in named.items():
            place = f"{kind}.{name}"
            owner = name_owners.setdefault(name, place)
            if owner != place:
                yield f"{place}: the name is taken by {owner}"
            if isinstance(device, tables.PwmLight | tables.RelayDiffuser | tables.PirSensor):
                owner = pin_owners.setdefault((device.chip, device.pin), place)
                if owner != place:
                    yield f"{place}.pin: {device.pin} is taken by {owner}"


def _mock_only(pins: tables.Pins, floor: tables.SimulatedFloor | None) -> Iterator[str]:
    """What goes with mock pins alone."""
    if pins.factory == "mock":
        return
    for name, path in (("record", pins.record), ("drive", pins.drive)):
        if path is not None:
            yield f'pins.{name}: goes only with factory = "mock"'
    if floor is not None:
        yield 'floor: simulated shoppers need mock pins ([pins] factory = "mock")'


def _time_zone(floor: tables.SimulatedFloor) -> Iterator[str]:
    try:
        ZoneInfo(floor.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield f"floor.time_zone: {floor.time_zone!r} is no time zone such as Europe/Copenhagen"


def _only(kind: type[S], devices: Mapping[str, msgspec.Struct]) -> dict[str, S]:
    return {name: device for name, device in devices.items() if isinstance(device, kind)}


def _players(devices: Mapping[str, msgspec.Struct]) -> dict[str, tables.PlayerTable]:
    return {
        name: device
        for name, device in devices.items()
        if isinstance(device, tables.MpdPlayer | tables.SimulatedPlayer)
    }
