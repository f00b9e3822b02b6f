"""The agent's settings: one table for the command line, the environment and the file."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from edge.errors import ConfigurationError

DEFAULT_MQTT_PORT = 1883
LOG_LEVELS = ("debug", "info", "warning", "error")


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. ``key`` is its place in the configuration file, where it has one.

    A ``switch`` is yes or no; its flag takes no value and means yes.
    """

    name: str
    flag: str
    environment: str
    key: str | None
    default: str
    help: str
    switch: bool = False

    def add_to(self, parser: argparse.ArgumentParser, **more: Any) -> None:  # noqa: ANN401
        """Let ``parser`` take the flag; ``more`` is for `argparse`."""
        how: dict[str, Any] = {"metavar": self.name.upper()}
        if self.switch:
            how = {"action": "store_const", "const": "yes"}
        parser.add_argument(
            self.flag,
            dest=self.name,
            help=f"{self.help} [{self.environment}; default {self.default}]",
            **how,
            **more,
        )


SETTINGS = (
    Setting(
        name="config",
        flag="--config",
        environment="STEMNING_EDGE_CONFIG",
        key=None,
        default="edge.toml",
        help="the configuration file: who this edge is and what hangs on it",
    ),
    Setting(
        name="broker",
        flag="--broker",
        environment="STEMNING_BROKER",
        key="broker.url",
        default="mqtt://127.0.0.1:1883",
        help="the MQTT broker, as mqtt://host:port",
    ),
    Setting(
        name="data",
        flag="--data",
        environment="STEMNING_DATA",
        key="data",
        default="data/edge",
        help="the directory for the stored plans and the outbox; one agent each",
    ),
    Setting(
        name="log_level",
        flag="--log-level",
        environment="STEMNING_LOG_LEVEL",
        key="log_level",
        default="info",
        help=f"how much is logged: {', '.join(LOG_LEVELS)}",
    ),
    Setting(
        name="allow_root",
        flag="--allow-root",
        environment="STEMNING_ALLOW_ROOT",
        key=None,
        default="no",
        help="run as root although real pins are used, for containers without any other user",
        switch=True,
    ),
)


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    """Where the broker listens."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Value:
    """A setting's value, and who said so (for messages)."""

    text: str
    origin: str


def resolve(
    name: str,
    flags: Mapping[str, str | None],
    environment: Mapping[str, str],
    file: Mapping[str, str],
) -> Value:
    """A setting's value: flag, else environment, else file (by key), else default.

    An empty environment variable counts as not set.
    """
    setting = next(setting for setting in SETTINGS if setting.name == name)
    given = flags.get(setting.name)
    if given is not None:
        return Value(given, setting.flag)
    if environment.get(setting.environment):
        return Value(environment[setting.environment], setting.environment)
    if setting.key is not None and setting.key in file:
        return Value(file[setting.key], setting.key)
    return Value(setting.default, f"the default of {setting.flag}")


@dataclass(frozen=True, slots=True)
class Chosen:
    """The settings that hold, once the configuration file is read."""

    broker: BrokerAddress
    data: Path
    log_level: str
    allow_root: bool

    @classmethod
    def of(
        cls,
        flags: Mapping[str, str | None],
        environment: Mapping[str, str],
        file: Mapping[str, str],
    ) -> Chosen:
        """What flags, environment and file say together; `ConfigurationError` for nonsense."""

        def value(name: str) -> Value:
            return resolve(name, flags, environment, file)

        return cls(
            broker=broker_address(value("broker")),
            data=Path(value("data").text),
            log_level=log_level(value("log_level")),
            allow_root=yes_or_no(value("allow_root")),
        )


def yes_or_no(value: Value) -> bool:
    """Read a switch; `ConfigurationError` for anything but yes and no."""
    if value.text not in {"yes", "no"}:
        raise ConfigurationError(value.origin, [f"{value.text!r} is neither yes nor no"])
    return value.text == "yes"


def broker_address(value: Value) -> BrokerAddress:
    """Read ``mqtt://host:port``; `ConfigurationError` for anything else.

    What stands before an @ is never repeated: it may be a password, and this ends in a log.
    """
    refusal = ConfigurationError(value.origin, [_no_address(value.text)])
    try:
        parts = urlsplit(value.text)
        port = parts.port or DEFAULT_MQTT_PORT
    except ValueError:
        raise refusal from None
    if parts.scheme != "mqtt" or not parts.hostname or parts.path not in {"", "/"}:
        raise refusal
    if parts.username or parts.password or parts.query or parts.fragment:
        raise refusal
    return BrokerAddress(parts.hostname, port)


def _no_address(text: str) -> str:
    if "@" not in text:
        return f"{text!r} is no broker's address (mqtt://host:port)"
    place = text.rpartition("@")[2]
    return (
        f"a broker's address (mqtt://host:port) takes no name and no password: "
        f"leave out what stands before @{place}"
    )


def log_level(value: Value) -> str:
    """One of `LOG_LEVELS` as logging names it; `ConfigurationError` for anything else."""
    if value.text.lower() not in LOG_LEVELS:
        raise ConfigurationError(
            value.origin, [f"{value.text!r} is no log level ({', '.join(LOG_LEVELS)})"]
        )
    return value.text.upper()
