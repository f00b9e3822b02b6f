"""Where the broker is."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from scenes.errors import StemningError


class BrokerUrlError(StemningError, ValueError):
    """A broker's URL that can't be used."""

    code = "broker.url"


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    """Host and TCP port of an MQTT broker."""

    host: str
    port: int = 1883

    @classmethod
    def parse(cls, url: str) -> BrokerAddress:
        """Read ``mqtt://host[:port]``; `BrokerUrlError` for anything else."""
        # What stands before an @ may be a password, and this sentence ends in a log.
        said = repr(url) if "@" not in url else "an address with a name or a password in it"
        hint = f"{said} is no broker; write mqtt://host:1883"
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise BrokerUrlError(hint) from error
        extra = parts.path.strip("/") or parts.query or parts.fragment or parts.username
        if parts.scheme != "mqtt" or not parts.hostname or extra:
            raise BrokerUrlError(hint)
        return cls(parts.hostname, 1883 if port is None else port)

    def __str__(self) -> str:
        return f"mqtt://{self.host}:{self.port}"
