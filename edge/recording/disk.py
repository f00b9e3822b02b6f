"""The disk thread: everything that may wait for a slow card, away from the control loop."""

from __future__ import annotations

import logging
import sqlite3
from collections import deque
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from threading import Event

from edge.clock import Clock, Moment, earliest
from edge.identity import Identity
from edge.loop import Loop
from edge.recording.outbox import Outbox
from edge.recording.plan_store import PlanStore
from edge.recording.recorder import GROUP_EVENTS, Recorder
from edge.recording.sender import Sender
from scenes.codec import decode
from scenes.errors import InvalidMessageError
from scenes.messages import Committed

logger = logging.getLogger(__name__)

GROUP_S = 0.5
FORGET_S = 5.0
RETRY_S = 5.0


class Disk:
    """Stores new plans, commits events in groups, and sends what is committed.

    Few writes are kind to an SD card: events wait up to `GROUP_S` for company, and what the hub
    has committed is forgotten with the next write or after `FORGET_S`.
    """

    def __init__(
        self,
        identity: Identity,
        outbox: Path,
        plans: PlanStore,
        publish: Callable[[bytes], bool],
        clock: Clock,
    ) -> None:
        self.loop = Loop("disk", self.step, clock)
        self.recorder = Recorder(self.loop.wake)
        self._identity = identity
        self._path = outbox
        self._plans = plans
        self._publish = publish
        self._outbox: Outbox | None = None
        self._sender: Sender | None = None
        self._new_plans: dict[str, bytes] = {}
        self._commits: deque[bytes] = deque()
        self._reconnected = False
        self._write_at: datetime | None = None
        self._forget_at: datetime | None = None
        self._failing = False
        self._draining = False
        self._empty = Event()

    @property
    def waiting(self) -> int:
        """How many events the hub has not committed yet."""
        return len(self.recorder) + (self._outbox.waiting if self._outbox is not None else 0)

    def keep_plan(self, zone: str, payload: bytes) -> None:
        """Store a zone's new plan soon. From any thread."""
        self._new_plans[zone] = payload
        self.loop.wake()

    def committed(self, payload: bytes) -> None:
        """A commit message came. From any thread."""
        self._commits.append(payload)
        self.loop.wake()

    def reconnected(self) -> None:
        """The link is back. From any thread."""
        self._reconnected = True
        self.loop.wake()

    def step(self, moment: Moment) -> datetime | None:
        """Do what is due; when the next is."""
        try:
            outbox, sender = self._ready()
            self._take_commits(sender)
            self._write(outbox, sender, moment)
        except (OSError, sqlite3.Error) as error:
            if not self._failing:
                logger.warning("the disk fails, the shop plays on: %s", error)
            self._failing = True
            self._write_at = moment.later(RETRY_S)
            return self._write_at
        if self._draining and self.waiting == 0:
            self._empty.set()
        return earliest(self._write_at, self._forget_at, sender.step(moment))

    def drain(self, timeout_s: float) -> None:
        """Commit at once, and give the hub ``timeout_s`` to take everything. From any thread."""
        self._draining = True
        self.loop.wake()
        if timeout_s > 0:
            self._empty.wait(timeout_s)

    def finish(self, moment: Moment) -> None:
        """The loop has ended: write and send what is left, and let go."""
        self._write_at = self._forget_at = moment.steady
        self.step(moment)
        if self._outbox is not None:
            self._outbox.close()

    def _ready(self) -> tuple[Outbox, Sender]:
        """Open the outbox when it is first needed: the first light doesn't wait for it."""
        if self._outbox is None:
            self._outbox = Outbox(self._path, self._identity.boot)
        if self._sender is None:
            self._sender = Sender(self._identity, self._outbox, self._publish)
        return self._outbox, self._sender

    def _take_commits(self, sender: Sender) -> None:
        if self._reconnected:
            self._reconnected = False
            sender.start_over()
        while self._commits:
            try:
                message = decode(Committed, self._commits.popleft())
            except InvalidMessageError as error:
                logger.warning("a commit is refused (%s): %s", error.code, error)
                continue
            sender.committed(message.boot, message.seq)

    def _write(self, outbox: Outbox, sender: Sender, moment: Moment) -> None:
        if self._forget_at is None and outbox.to_forget:
            self._forget_at = moment.later(FORGET_S)
        if self._write_at is None and (len(self.recorder) or self._new_plans):
            self._write_at = moment.later(GROUP_S)
        full = len(self.recorder) >= GROUP_EVENTS and not self._failing
        if (
            self._draining
            or full
            or any(
                due is not None and moment.steady >= due
                for due in (self._write_at, self._forget_at)
            )
        ):
            self._commit(outbox)
            sender.more()
            self._store_plans()
            self._write_at = self._forget_at = None
            if self._failing:
                logger.info("the disk works again")
                self._failing = False

    def _commit(self, outbox: Outbox) -> None:
        events = self.recorder.take()
        if not events and not outbox.to_forget:
            return
        try:
            outbox.commit(events)
        except BaseException:
            self.recorder.give_back(events)
            raise

    def _store_plans(self) -> None:
        while self._new_plans:
            zone, payload = next(iter(self._new_plans.items()))
            self._plans.save(zone, payload)
            # A newer one may have come while this one was written.
            if self._new_plans.get(zone) is payload:
                del self._new_plans[zone]
