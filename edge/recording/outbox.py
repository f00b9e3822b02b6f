"""Events on disk until the hub has committed them."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import msgspec

from scenes.codec import encode
from scenes.messages import AnyEvent

logger = logging.getLogger(__name__)

BATCH_EVENTS = 500
BATCH_BYTES = 256 * 1024
BOOTS_KEPT = 1000

_SCHEMA = """
CREATE TABLE IF NOT EXISTS boot (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    boot TEXT NOT NULL UNIQUE,
    last_seq INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS event (
    boot TEXT NOT NULL,
    seq INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (boot, seq)
) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Pending:
    """Consecutive events of one boot, as JSON, from ``first_seq`` to ``last_seq``.

    ``oldest_seq`` is the lowest number of the boot that is not committed yet.
    """

    boot: str
    first_seq: int
    last_seq: int
    oldest_seq: int
    bodies: tuple[bytes, ...]


class Outbox:
    """SQLite in WAL mode with full synchronisation: what is committed survives a power cut.

    Used by one thread. An event gets its number when it is committed, in the same transaction
    that keeps the boot's last number, so the numbers of a boot have no gap whatever happens.
    """

    def __init__(self, path: Path, boot: str) -> None:
        self._boot = boot
        self._database = _open(path)
        with self._database:
            self._database.execute("INSERT INTO boot (boot, last_seq) VALUES (?, 0)", (boot,))
            # Numbers of old boots stay known: they show that nothing was lost. Not for ever.
            self._database.execute(
                "DELETE FROM boot WHERE boot NOT IN (SELECT boot FROM event) "
                "AND number <= (SELECT max(number) FROM boot) - ?",
                (BOOTS_KEPT,),
            )
        self._last_seq = 0
        self._trimmed: dict[str, int] = {}
        self._forget: dict[str, int] = {}
        self.waiting = self._count()

    def commit(self, events: Sequence[AnyEvent]) -> None:
        """Number ``events`` and keep them, all or none; also forgets what was trimmed.

        `sqlite3.Error` when the disk won't have them: then nothing has changed.
        """
        seq = self._last_seq
        rows = []
        for event in events:
            seq += 1
            rows.append((self._boot, seq, encode(msgspec.structs.replace(event, seq=seq))))
        with self._database:
            self._database.executemany("INSERT INTO event VALUES (?, ?, ?)", rows)
            self._database.execute("UPDATE boot SET last_seq = ? WHERE boot = ?", (seq, self._boot))
            self._database.executemany(
                "DELETE FROM event WHERE boot = ? AND seq <= ?", list(self._forget.items())
            )
        self._forget.clear()
        self._last_seq = seq
        self.waiting += len(rows)

    def trim(self, boot: str, seq: int) -> bool:
        """The hub has every event of ``boot`` up to ``seq``: none of them is pending any more.

        Whether that was news.

        The disk forgets them with the next commit. Were the power cut before, they would be
        sent again, which harms nobody.
        """
        known = self._trimmed.get(boot, 0)
        if seq <= known:
            return False
        gone = self._database.execute(
            "SELECT count(*) FROM event WHERE boot = ? AND seq > ? AND seq <= ?", (boot, known, seq)
        ).fetchone()[0]
        self._trimmed[boot] = seq
        self._forget[boot] = seq
        self.waiting -= gone
        return bool(gone)

    @property
    def to_forget(self) -> bool:
        """Whether the disk still holds what was trimmed."""
        return bool(self._forget)

    def boots(self) -> list[str]:
        """The boots that have events, oldest first; all of these may be trimmed already."""
        rows = self._database.execute(
            "SELECT boot FROM boot WHERE EXISTS (SELECT 1 FROM event WHERE event.boot = boot.boot) "
            "ORDER BY number"
        )
        return [row[0] for row in rows]

    def pending(self, boot: str, after: int = 0, limit: int = BATCH_EVENTS) -> Pending | None:
        """The first batch of ``boot`` with numbers above ``after``, or None."""
        trimmed = self._trimmed.get(boot, 0)
        after = max(after, trimmed)
        bodies: list[bytes] = []
        size, last = 0, after
        rows = self._database.execute(
            "SELECT seq, body FROM event WHERE boot = ? AND seq > ? ORDER BY seq LIMIT ?",
            (boot, after, limit),
        )
        with closing(rows):
            for seq, body in rows:
                size += len(body)
                if bodies and size > BATCH_BYTES:
                    break
                bodies.append(body)
                last = seq
        if not bodies:
            return None
        oldest = self._database.execute(
            "SELECT min(seq) FROM event WHERE boot = ? AND seq > ?", (boot, trimmed)
        ).fetchone()[0]
        return Pending(boot, last - len(bodies) + 1, last, oldest, tuple(bodies))

    def close(self) -> None:
        """Let go of the file. What wasn't committed is lost."""
        self._database.close()

    def _count(self) -> int:
        count: int = self._database.execute("SELECT count(*) FROM event").fetchone()[0]
        return count


def _open(path: Path) -> sqlite3.Connection:
    """Open the database; one that is damaged is set aside, because the shop goes on."""
    try:
        return _connect(path)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        logger.warning("the outbox is damaged and set aside as %s.broken: %s", path.name, error)
        for suffix in ("", "-wal", "-shm"):
            damaged = path.with_name(path.name + suffix)
            if damaged.exists():
                damaged.replace(path.with_name(f"{path.name}.broken{suffix}"))
        return _connect(path)


def _connect(path: Path) -> sqlite3.Connection:
    # Made by the agent's main thread, used by the disk thread alone.
    database = sqlite3.connect(path, timeout=10, check_same_thread=False)
    try:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=FULL")
        verdict = database.execute("PRAGMA quick_check").fetchone()[0]
        if verdict != "ok":
            raise sqlite3.DatabaseError(verdict)
        database.executescript(_SCHEMA)
    except BaseException:
        database.close()
        raise
    return database
