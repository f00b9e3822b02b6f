"""How full the diffusers are: by what the guard says that each ever gave, since it was refilled."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock

import msgspec

from edge.clock import Moment
from edge.recording.safe_file import write_safely

logger = logging.getLogger(__name__)

DAY = timedelta(days=1)
WINDOW = 14 * DAY
LONGEST_DAYS = 3650.0
NOISE_ML = 1e-6


class Mark(msgspec.Struct, frozen=True):
    """What a diffuser had ever given at an instant."""

    at: datetime
    total_ml: float


class Record(msgspec.Struct):
    """One diffuser: its total when it was full, its total now, and a mark for each day."""

    full_at_ml: float = 0.0
    total_ml: float = 0.0
    days: list[Mark] = msgspec.field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Level:
    """Millilitres that are left, and for how many days by the use of the last two weeks."""

    ml: float
    days: float | None


class Cartridges:
    """Keeps the records in one small file; without it all count from full.

    From any thread; only `keep` waits for the disk.
    """

    def __init__(
        self, path: Path, capacities: Mapping[str, float], now: Callable[[], datetime]
    ) -> None:
        self._path = path
        self._capacities = capacities
        self._now = now
        self._lock = Lock()
        self._unkept = False
        self._records = _read(path)
        self._heard: set[str] = set()

    def heard(self, totals: Mapping[str, float]) -> None:
        """The guard says what each diffuser has ever given."""
        with self._lock:
            for name in totals.keys() & self._capacities.keys():
                self._heard.add(name)
                # What a diffuser gave before anybody kept its level is not this cartridge's.
                new = Record(full_at_ml=totals[name], total_ml=totals[name])
                record = self._records.setdefault(name, new)
                self._unkept |= self._note(record, totals[name])

    def refill(self, name: str) -> None:
        """``name`` has a new cartridge."""
        with self._lock:
            record = self._records.get(name)
            # One that nobody has heard of yet will be full when somebody does.
            if record is not None:
                record.full_at_ml = record.total_ml
                self._unkept = True

    def keep(self, _moment: Moment) -> datetime | None:
        """Write what is new, on the thread that may wait for a disk; `OSError` if it can't be."""
        with self._lock:
            content, unkept = msgspec.json.encode(self._records), self._unkept
        if unkept:
            write_safely(self._path, content)
            with self._lock:
                self._unkept = msgspec.json.encode(self._records) != content
        return None

    def level(self, name: str) -> Level | None:
        """How full ``name`` is; None before the guard has said anything of it."""
        with self._lock:
            if name not in self._heard:
                return None
            record = self._records[name]
            left_ml = max(0.0, self._capacities[name] - (record.total_ml - record.full_at_ml))
            used_ml = self._daily_ml(record)
        days = min(left_ml / used_ml, LONGEST_DAYS) if used_ml else None
        return Level(round(left_ml, 2), None if days is None else round(days, 1))

    def _note(self, record: Record, total_ml: float) -> bool:
        """Take a total; whether that began a day."""
        if total_ml < record.total_ml - NOISE_ML:
            # The guard lost its state: what was given before is still gone from the cartridge.
            lost_ml = record.total_ml - total_ml
            record.full_at_ml -= lost_ml
            record.days = [Mark(it.at, it.total_ml - lost_ml) for it in record.days]
        record.total_ml = total_ml
        now = self._now()
        # A clock that was ahead must not keep the days from being counted ever after.
        record.days = [it for it in record.days if now - WINDOW - DAY <= it.at <= now + DAY]
        if record.days and now < record.days[-1].at + DAY:
            return False
        record.days.append(Mark(now, total_ml))
        return True

    def _daily_ml(self, record: Record) -> float:
        now = self._now()
        marks = [it for it in record.days if now - WINDOW <= it.at <= now - DAY]
        if not marks:
            return 0.0
        return max(0.0, record.total_ml - marks[0].total_ml) / ((now - marks[0].at) / DAY)


def _read(path: Path) -> dict[str, Record]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Record])
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.DecodeError) as error:
        logger.warning("the cartridges' levels can't be read and count from full: %s", error)
        return {}
