"""The ledger's writer: takes batches as they come, commits many at once, then answers."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError

from hub.database import writing
from hub.errors import NotInOfficeError
from hub.ledger.batch import Batch, read_batch
from hub.ledger.store import Progress, write_batches
from hub.metrics import Metrics
from scenes.codec import encode
from scenes.errors import InvalidMessageError, InvalidTopicError
from scenes.messages import Committed
from scenes.topics import EdgeTopic, edge_topic

MOST_WAITING_BYTES = 32 * 1024 * 1024
_AT_ONCE_BYTES = 1024 * 1024
_CROWD = 500
_LULL_S = 0.3
_FIRST_RETRY_S, _LONGEST_RETRY_S = 0.1, 5.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Waiting:
    topic: str
    payload: bytes
    received_at: datetime
    arrived_s: float


class Ledger:
    """Stores events exactly once, in a thread of its own.

    What it can't store it doesn't answer, so the edge keeps it and sends it again; what it can't
    hold in memory it refuses at once. ``publish(topic, payload)`` may not wait.
    """

    def __init__(
        self,
        engine: Engine,
        publish: Callable[[str, bytes], object],
        on_commit: Callable[[], None],
        now: Callable[[], datetime],
        metrics: Metrics,
    ) -> None:
        self._engine = engine
        self._publish = publish
        self._on_commit = on_commit
        self._now = now
        self._metrics = metrics
        self._something = threading.Condition()
        self._waiting: deque[_Waiting] = deque()
        self._waiting_bytes = 0
        self._stopping = threading.Event()
        self._failing = False
        self._last_commit = (0, 0.0)
        self._progress: Progress = {}
        self._thread = threading.Thread(target=self._run, name="ledger", daemon=True)

    @property
    def backlog(self) -> int:
        """Batches that wait to be stored."""
        return len(self._waiting)

    @property
    def pouring(self) -> bool:
        """Whether events come in such crowds that everything else may wait a little."""
        many, when_s = self._last_commit
        return bool(self._waiting) or (many > _CROWD and time.monotonic() - when_s < _LULL_S)

    @property
    def failing(self) -> bool:
        """Whether the database refuses to store events now."""
        return self._failing

    def start(self) -> None:
        """Begin to store."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the transaction under way and end; what waits comes again from the edges."""
        self._stopping.set()
        with self._something:
            self._something.notify_all()
        if self._thread.is_alive():
            self._thread.join(10)

    def offer(self, topic: str, payload: bytes) -> bool:
        """Take a batch without waiting; False when too much waits already."""
        with self._something:
            if self._waiting_bytes + len(payload) > MOST_WAITING_BYTES:
                self._metrics.refused.labels("full").inc()
                return False
            self._waiting.append(_Waiting(topic, payload, self._now(), time.monotonic()))
            self._waiting_bytes += len(payload)
            self._something.notify()
        return True

    def forget(self) -> None:
        """Know nothing any more of how far boots are: another hub may have written since."""
        self._progress.clear()

    def _run(self) -> None:
        while not self._stopping.is_set():
            taken = self._take()
            batches = [batch for waiting in taken if (batch := self._read(waiting)) is not None]
            if batches and self._store(batches):
                for waiting in taken:
                    self._metrics.ack_s.observe(time.monotonic() - waiting.arrived_s)

    def _take(self) -> list[_Waiting]:
        """What waits, up to what fits well into one transaction."""
        with self._something:
            self._something.wait_for(lambda: self._waiting or self._stopping.is_set())
            taken: list[_Waiting] = []
            size = 0
            while self._waiting and size < _AT_ONCE_BYTES:
                waiting = self._waiting.popleft()
                size += len(waiting.payload)
                taken.append(waiting)
            self._waiting_bytes -= size
            return taken

    def _read(self, waiting: _Waiting) -> Batch | None:
        try:
            return read_batch(waiting.topic, waiting.payload, waiting.received_at)
        except (InvalidMessageError, InvalidTopicError) as error:
            self._metrics.malformed.inc()
            _log.warning("a batch over %s is dropped: %s", waiting.topic, error)
            return None

    def _store(self, batches: Sequence[Batch]) -> bool:
        """Commit and answer, however long the database takes to come back."""
        retry_s = _FIRST_RETRY_S
        while not self._stopping.is_set():
            try:
                self._commit(batches)
            except NotInOfficeError:
                # They are the events of the hub in office; should it be gone, they come again.
                self.forget()
                return False
            except (OperationalError, InterfaceError) as error:
                self._complain(error)
                self._stopping.wait(retry_s)
                retry_s = min(2 * retry_s, _LONGEST_RETRY_S)
            except SQLAlchemyError as error:
                return self._store_one_by_one(batches, error)
            else:
                if self._failing:
                    _log.info("the database stores events again")
                    self._failing = False
                return True
        return False

    def _store_one_by_one(self, batches: Sequence[Batch], error: SQLAlchemyError) -> bool:
        """One batch that the database will never take must not hold up the others."""
        if len(batches) == 1:
            self._metrics.refused.labels("database").inc()
            _log.error("a batch of %s can't be stored: %s", "/".join(batches[0].boot), error)
            return False
        stored = [self._store([batch]) for batch in batches]
        return all(stored)

    def _complain(self, error: DBAPIError) -> None:
        self._metrics.database_errors.inc()
        # What this process knew may not be so any more when the database comes back.
        self.forget()
        if not self._failing:
            _log.error("events can't be stored now, the edges keep them: %s", error.orig)
        self._failing = True

    def _commit(self, batches: Sequence[Batch]) -> None:
        with writing(self._engine) as connection:
            written = write_batches(connection, batches, self._progress, self._now())
        reached = written.reached
        self._last_commit = (written.events, time.monotonic())
        self._metrics.events.inc(written.events)
        self._metrics.batches.inc(len(batches))
        gaps = sum(batch.first > reached[batch.boot] for batch in batches)
        if gaps:
            self._metrics.refused.labels("gap").inc(gaps)
        self._progress.update(reached)
        for (store, edge, boot), seq in reached.items():
            answer = Committed(store=store, edge=edge, boot=boot, seq=seq)
            self._publish(edge_topic(store, edge, EdgeTopic.COMMITTED), encode(answer))
        self._on_commit()
