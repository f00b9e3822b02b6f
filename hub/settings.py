"""The hub's settings: by flag, environment or file, the earlier winning."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from hub.broker_address import BrokerAddress, BrokerUrlError
from scenes.errors import StemningError

ENVIRONMENT_PREFIX = "STEMNING_"

HubId = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=32)]


class SettingsError(StemningError, ValueError):
    """A setting that can't be; the text names it and where it came from."""

    code = "settings.invalid"


class Settings(BaseSettings):
    """Everything that can be set. Documented in hub/README.md, held to this by a test."""

    model_config = SettingsConfigDict(
        env_prefix=ENVIRONMENT_PREFIX, extra="forbid", frozen=True, env_ignore_empty=True
    )

    shop: Path | None = Field(default=None, description="Shop file (YAML); see hub/README.md.")
    data: Path = Field(default=Path("data/hub"), description="Where the hub keeps its files.")
    database: str = Field(
        default="",
        description="Database URL; empty means the SQLite file hub.db in data.",
    )
    broker: str = Field(default="mqtt://127.0.0.1:1883", description="MQTT broker.")
    host: str = Field(default="127.0.0.1", description="Address that the hub listens on.")
    port: int = Field(default=8080, ge=0, le=65535, description="Port; 0 takes a free one.")
    horizon_days: int = Field(
        default=30, ge=1, le=90, description="How many days ahead plans reach at least."
    )
    plan_days: int = Field(
        default=400,
        ge=1,
        le=36500,
        description="How many days plans stay on record, to tell why something was on.",
    )
    voice_days: int = Field(
        default=400,
        ge=1,
        le=36500,
        description="How many days it is kept what customers and staff said.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="How much the log says."
    )
    hub_id: HubId = Field(
        default="hub", description="The hub's name at the broker; one for each hub."
    )

    standby: bool = Field(
        default=False,
        description="Where another hub has data or database: show what it does, and take over "
        "when it is gone.",
    )

    proxies: str = Field(
        default="127.0.0.1,::1,::ffff:127.0.0.1",
        description="Proxies whose X-Forwarded-For and X-Forwarded-Proto are believed: addresses "
        "or networks, with commas between them.",
    )

    @field_validator("proxies")
    @classmethod
    def _addresses(cls, value: str) -> str:
        for each in filter(None, (part.strip() for part in value.split(","))):
            try:
                ip_network(each)
            except ValueError as error:
                raise ValueError(f"{each!r} is no address or network") from error
        return value

    @field_validator("broker")
    @classmethod
    def _readable(cls, value: str) -> str:
        try:
            BrokerAddress.parse(value)
        except BrokerUrlError as error:
            raise ValueError(str(error)) from error
        return value

    @property
    def database_url(self) -> str:
        """The database's URL, with the default filled in."""
        return self.database or f"sqlite:///{self.data / 'hub.db'}"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what the caller gives and the environment: no hidden file is read."""
        del settings_cls, dotenv_settings, file_secret_settings
        return init_settings, env_settings


def read_settings(flags: Mapping[str, Any], file: Path | None) -> Settings:
    """Flags over the environment over ``file`` (TOML) over defaults; `SettingsError` in words.

    Without ``file`` it is the one that ``STEMNING_SETTINGS`` names, if any.
    """
    named = os.environ.get(f"{ENVIRONMENT_PREFIX}SETTINGS")
    if file is None and named:
        file = Path(named)
    written = _read_file(file) if file is not None else {}
    unknown = sorted(written.keys() - Settings.model_fields.keys())
    if unknown:
        raise SettingsError(f"{file}: there is no setting {', '.join(map(repr, unknown))}")
    if others := sorted(flags.keys() - Settings.model_fields.keys()):
        raise SettingsError(f"there is no setting {', '.join(map(repr, others))}")
    try:
        # Whatever a flag or the environment says hides what the file says.
        above = Settings(**flags).model_dump(include=_given(flags))
        return Settings(**{**written, **above})
    except ValidationError as error:
        raise SettingsError("; ".join(_in_words(problem) for problem in error.errors())) from error


def _given(flags: Mapping[str, Any]) -> set[str]:
    return set(Settings(**flags).model_fields_set)


def _read_file(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"the settings file {file} can't be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} is no TOML: {error}") from error


def _in_words(problem: Any) -> str:  # noqa: ANN401
    name = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "value_error":
        # Our own sentence, which says the value, without pydantic's "Value error, ".
        return f"setting {name}: {problem['ctx']['error']}"
    return f"setting {name} = {problem['input']!r}: {problem['msg']}"
