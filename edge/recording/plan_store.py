"""Plans on disk, so that a restart without a hub plays on."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Iterable
from pathlib import Path

import msgspec

from scenes.codec import decode, encode
from scenes.errors import InvalidMessageError
from scenes.messages import PlanMessage
from scenes.plan import Plan

logger = logging.getLogger(__name__)


class _Envelope(msgspec.Struct, forbid_unknown_fields=True):
    """A plan message exactly as it came, and the SHA-256 of these bytes."""

    sha256: str
    message: msgspec.Raw


class PlanStore:
    """One file a zone. A file is either wholly the old plan or wholly the new one."""

    def __init__(self, directory: Path, store: str) -> None:
        self._directory = directory
        self._store = store

    def load(self, zones: Iterable[str]) -> dict[str, Plan]:
        """The plans of ``zones`` that are here and whole.

        A file that is not is logged, set aside as ``*.broken`` and ignored: the hub's retained
        plan will come.
        """
        plans = {}
        for zone in zones:
            path = self._path(zone)
            try:
                plans[zone] = self._read(path, zone)
            except FileNotFoundError:
                continue
            except (OSError, ValueError, msgspec.MsgspecError) as error:
                logger.warning("the stored plan of %s is unreadable and set aside: %s", zone, error)
                _set_aside(path)
        return plans

    def save(self, zone: str, payload: bytes) -> None:
        """Store a plan message that was decoded before; `OSError` when the disk won't have it."""
        envelope = _Envelope(hashlib.sha256(payload).hexdigest(), msgspec.Raw(payload))
        self._directory.mkdir(parents=True, exist_ok=True)
        _write_safely(self._path(zone), encode(envelope))

    def _read(self, path: Path, zone: str) -> Plan:
        envelope = msgspec.json.decode(path.read_bytes(), type=_Envelope)
        payload = bytes(envelope.message)
        if hashlib.sha256(payload).hexdigest() != envelope.sha256:
            raise InvalidMessageError("its checksum does not fit")
        plan = decode(PlanMessage, payload).plan
        if (plan.store, plan.zone) != (self._store, zone):
            raise InvalidMessageError(f"it belongs to {plan.store}/{plan.zone}")
        return plan

    def _path(self, zone: str) -> Path:
        return self._directory / f"{zone}.json"


def _write_safely(path: Path, content: bytes) -> None:
    """Replace ``path`` so that a power cut at any moment leaves the old or the new content."""
    temporary = path.with_suffix(".tmp")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        # Without this a power cut may forget the rename.
        os.fsync(directory)
    finally:
        os.close(directory)


def _set_aside(path: Path) -> None:
    try:
        path.replace(path.with_suffix(".broken"))
    except OSError as error:
        logger.warning("%s can't be set aside: %s", path.name, error)
