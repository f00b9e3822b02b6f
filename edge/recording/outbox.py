"""Events on disk until the hub has committed them."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from edge.recording.policy import Losses, share_of
from scenes.codec import encode
from scenes.messages import AnyEvent

logger = logging.getLogger(__name__)

BATCH_EVENTS = 500
BATCH_BYTES = 256 * 1024
BOOTS_KEPT = 1000
SPACE_IS_BACK = 0.7
"""No fuller than this, and what had no room is told: a little below where raw events are refused,
so that an outbox at its brim doesn't tell of it all the time."""

_ROW_BYTES = 50
"""What a row takes beside its body, about."""

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
CREATE TABLE IF NOT EXISTS dropped (
    kind TEXT PRIMARY KEY,
    count INTEGER NOT NULL,
    first TEXT NOT NULL,
    last TEXT NOT NULL
);
"""
_CHECKPOINT_PAGES = 1000
_LARGEST_IDLE_WAL = _CHECKPOINT_PAGES * 4096


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
    ``last_seq`` is the boot's last number where that is known: the file may be another one.
    """

    def __init__(self, path: Path, boot: str, max_bytes: float = 256e6, last_seq: int = 0) -> None:
        self._boot = boot
        self._max_bytes = max_bytes
        self._trimmed: dict[str, int] = {}
        self._forget: dict[str, int] = {}
        self._database = _open(path)
        try:
            self._begin(last_seq)
        except BaseException:
            self._database.close()
            raise

    def _begin(self, last_seq: int) -> None:
        with self._database:
            self._database.execute(
                "INSERT INTO boot (boot, last_seq) VALUES (?, ?) "
                "ON CONFLICT DO UPDATE SET last_seq = max(last_seq, excluded.last_seq)",
                (self._boot, last_seq),
            )
            # Numbers of old boots stay known: they show that nothing was lost. Not for ever.
            self._database.execute(
                "DELETE FROM boot WHERE boot NOT IN (SELECT boot FROM event) "
                "AND number <= (SELECT max(number) FROM boot) - ?",
                (BOOTS_KEPT,),
            )
        self.last_seq = self._number("SELECT last_seq FROM boot WHERE boot = ?", self._boot)
        self.waiting = self._number("SELECT count(*) FROM event")
        self._bytes = self._number("SELECT coalesce(sum(length(body)), 0) FROM event")
        self._bytes += self.waiting * _ROW_BYTES
        self._losses = Losses()
        for kind, count, first, last in self._database.execute("SELECT * FROM dropped"):
            span = datetime.fromisoformat(first), datetime.fromisoformat(last)
            self._losses.add(kind, count, *span)

    @property
    def fill(self) -> float:
        """How much of the room is taken: 1 is full."""
        return self._bytes / self._max_bytes

    def admit(self, events: Sequence[AnyEvent]) -> tuple[list[AnyEvent], list[AnyEvent]]:
        """Those of ``events`` that there is room for, and the others, each in order."""
        admitted, refused, filled = [], [], float(self._bytes)
        for event in events:
            size = len(encode(event)) + _ROW_BYTES
            if filled + size <= share_of(event) * self._max_bytes:
                filled += size
                admitted.append(event)
            else:
                refused.append(event)
        return admitted, refused

    def commit(self, events: Sequence[AnyEvent], losses: Losses | None = None) -> None:
        """Number ``events`` and keep them, all or none; also forgets what was trimmed.

        ``losses`` are remembered, and told as an event as soon as there is space.
        `sqlite3.Error` when the disk won't have them: then nothing has changed.
        """
        lost = Losses()
        lost.merge(self._losses)
        if losses is not None:
            lost.merge(losses)
        told = lost.event() if self._space_beside(events) else None
        if told is not None:
            lost = Losses()
        seq, rows = self.last_seq, []
        for event in events if told is None else [told, *events]:
            seq += 1
            rows.append((self._boot, seq, encode(msgspec.structs.replace(event, seq=seq))))
        with self._database:
            # Forgotten first: what comes takes the place of what goes.
            self._database.executemany(
                "DELETE FROM event WHERE boot = ? AND seq <= ?", list(self._forget.items())
            )
            self._database.executemany("INSERT INTO event VALUES (?, ?, ?)", rows)
            if rows:
                self._database.execute(
                    "UPDATE boot SET last_seq = ? WHERE boot = ?", (seq, self._boot)
                )
            self._remember(lost)
        self._forget.clear()
        self._losses, self.last_seq = lost, seq
        self.waiting += len(rows)
        self._bytes += sum(len(body) + _ROW_BYTES for _, _, body in rows)

    def _space_beside(self, events: Sequence[AnyEvent]) -> bool:
        size = sum(len(encode(event)) + _ROW_BYTES for event in events)
        return self._bytes + size <= SPACE_IS_BACK * self._max_bytes

    def _remember(self, lost: Losses) -> None:
        if lost == self._losses:
            return
        self._database.execute("DELETE FROM dropped")
        if lost.first is not None and lost.last is not None:
            span = lost.first.isoformat(), lost.last.isoformat()
            self._database.executemany(
                "INSERT INTO dropped VALUES (?, ?, ?, ?)",
                [(kind, count, *span) for kind, count in lost.counts.items()],
            )

    def trim(self, boot: str, seq: int) -> bool:
        """The hub has every event of ``boot`` up to ``seq``: none of them is pending any more.

        Whether that was news.

        One that no event of this boot has yet is nobody's word: it would silence what comes.

        The disk forgets them with the next commit. Were the power cut before, they would be
        sent again, which harms nobody.
        """
        known = self._trimmed.get(boot, 0)
        if seq <= known:
            return False
        if not self.gave(boot, seq):
            logger.warning("a commit of event %d of boot %s is ignored: there is none", seq, boot)
            return False
        gone, size = self._database.execute(
            "SELECT count(*), coalesce(sum(length(body)), 0) FROM event "
            "WHERE boot = ? AND seq > ? AND seq <= ?",
            (boot, known, seq),
        ).fetchone()
        self._trimmed[boot] = seq
        self._forget[boot] = seq
        self.waiting -= gone
        self._bytes -= size + gone * _ROW_BYTES
        return bool(gone)

    def gave(self, boot: str, seq: int) -> bool:
        """Whether an event of ``boot`` had the number ``seq``, or a later one had."""
        row = self._database.execute("SELECT last_seq FROM boot WHERE boot = ?", (boot,)).fetchone()
        return row is not None and seq <= row[0]

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

    def _number(self, query: str, *arguments: str) -> int:
        number: int = self._database.execute(query, arguments).fetchone()[0]
        return number


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
        # A page that many commits touch is written to the database once: kind to a card. And
        # what a long backlog left of the log is given back.
        database.execute(f"PRAGMA wal_autocheckpoint={_CHECKPOINT_PAGES}")
        database.execute(f"PRAGMA journal_size_limit={_LARGEST_IDLE_WAL}")
        verdict = database.execute("PRAGMA quick_check").fetchone()[0]
        if verdict != "ok":
            raise sqlite3.DatabaseError(verdict)
        database.executescript(_SCHEMA)
    except BaseException:
        database.close()
        raise
    return database
