"""Plans on disk, so that a restart without a hub plays on."""

from __future__ import annotations

import contextlib
import hashlib
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from edge.recording.safe_file import write_safely
from scenes.codec import decode
from scenes.errors import InvalidMessageError
from scenes.messages import PlanMessage
from scenes.plan import Plan

logger = logging.getLogger(__name__)

KEPT = 2
"""The current plan and the one before it, should the current one's file be damaged."""

NEWEST_DAMAGED = "the newest stored plan is damaged: the one before it plays until the hub sends it"
ALL_DAMAGED = "the stored plans are damaged: the outputs hold their boot levels until the hub "
ALL_DAMAGED += "sends one"


class _Order(msgspec.Struct):
    epoch: int
    revision: int


class _OrderOnly(msgspec.Struct):
    """The part of a plan message that says how new it is."""

    plan: _Order


@dataclass(frozen=True, slots=True, order=True)
class _Stored:
    """A plan's file; its name says how new it is, even when its content is damaged."""

    epoch: int
    revision: int
    sha256: str
    path: Path

    @classmethod
    def named(cls, path: Path) -> _Stored | None:
        """What a file's name says; None for one that isn't a plan's."""
        epoch, _, rest = path.stem.partition("-")
        revision, _, sha256 = rest.partition("-")
        if not (epoch.isdecimal() and revision.isdecimal() and len(sha256) == 64):
            return None
        return cls(int(epoch), int(revision), sha256, path)


class PlanStore:
    """Two files a zone: the plan messages exactly as they came, named after their SHA-256.

    A new plan is a new file, so no write ever touches a plan that could be needed.
    """

    def __init__(self, directory: Path, store: str) -> None:
        self._directory = directory
        self._store = store
        self._problems: dict[str, str] = {}

    @property
    def problems(self) -> Mapping[str, str]:
        """What was wrong with a zone's stored plans when they were last loaded, in words."""
        return self._problems

    def load(self, zones: Iterable[str]) -> dict[str, Plan]:
        """The newest whole plan of each of ``zones`` that has one here.

        A file that is damaged is logged, set aside as ``*.broken`` and ignored; `problems` says
        what that means for the zone.
        """
        self._problems.clear()
        plans = {}
        for zone in zones:
            plan = self._load(zone)
            if plan is not None:
                plans[zone] = plan
        return plans

    def save(self, zone: str, payload: bytes) -> None:
        """Store a plan message that was decoded before; `OSError` when the disk won't have it."""
        order = msgspec.json.decode(payload, type=_OrderOnly).plan
        sha256 = hashlib.sha256(payload).hexdigest()
        path = self._directory / zone / f"{order.epoch}-{order.revision}-{sha256}.json"
        if not (path.exists() and _is_whole(path, sha256)):
            write_safely(path, payload)
        self._tidy(zone)

    def _load(self, zone: str) -> Plan | None:
        damaged = False
        for stored in self._stored(zone):
            try:
                plan = self._read(stored, zone)
            except (OSError, ValueError, msgspec.MsgspecError) as error:
                damaged = True
                logger.warning("a stored plan of %s is unreadable and set aside: %s", zone, error)
                _set_aside(stored.path)
                continue
            if damaged:
                self._problems[zone] = NEWEST_DAMAGED
            return plan
        if damaged:
            self._problems[zone] = ALL_DAMAGED
        return None

    def _stored(self, zone: str) -> list[_Stored]:
        """The files of a zone's plans, the newest first."""
        try:
            paths = list((self._directory / zone).glob("*.json"))
        except OSError as error:
            logger.warning("the stored plans of %s can't be listed: %s", zone, error)
            return []
        return sorted(filter(None, map(_Stored.named, paths)), reverse=True)

    def _read(self, stored: _Stored, zone: str) -> Plan:
        payload = stored.path.read_bytes()
        if hashlib.sha256(payload).hexdigest() != stored.sha256:
            raise InvalidMessageError("its checksum does not fit")
        plan = decode(PlanMessage, payload).plan
        if (plan.store, plan.zone) != (self._store, zone):
            raise InvalidMessageError(f"it belongs to {plan.store}/{plan.zone}")
        return plan

    def _tidy(self, zone: str) -> None:
        """Only the newest stay, and nothing that was begun or set aside."""
        kept = {stored.path for stored in self._stored(zone)[:KEPT]}
        for path in (self._directory / zone).iterdir():
            if path not in kept:
                with contextlib.suppress(OSError):
                    path.unlink()


def _is_whole(path: Path, sha256: str) -> bool:
    return hashlib.sha256(path.read_bytes()).hexdigest() == sha256


def _set_aside(path: Path) -> None:
    try:
        path.replace(path.with_suffix(".broken"))
    except OSError as error:
        logger.warning("%s can't be set aside: %s", path.name, error)
