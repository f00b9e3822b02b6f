"""The disk thread: everything that may wait for a slow card, away from the control loop."""

from __future__ import annotations

import logging
import sqlite3
from collections import deque
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from threading import Event

from edge import tables
from edge.clock import Clock, Moment, earliest
from edge.identity import Identity
from edge.loop import Loop
from edge.recording.job import FAILURES, Job
from edge.recording.outbox import Outbox
from edge.recording.plan_store import PlanStore
from edge.recording.policy import RAW_SHARE, Losses
from edge.recording.recorder import Recorder
from edge.recording.sender import Sender
from scenes.codec import decode
from scenes.errors import InvalidMessageError
from scenes.messages import Committed

logger = logging.getLogger(__name__)

PLAN_S = 0.1
"""A plan waits so long for one that replaces it: a hub that starts may send two at once."""

FORGET_S = 60.0
_SQLITE_FULL = 13


class Disk:
    """Stores new plans, commits events in groups, and sends what is committed.

    Few writes are kind to an SD card: events wait for company as long as the configuration says,
    except for alarms, and what the hub has committed is forgotten with the next write or after
    `FORGET_S`. While the disk takes nothing the shop plays on, `problems` says so, and it is tried
    again. ``prepare`` raises `OSError` while nothing may be written at all; ``chores`` are other
    work on the same disk.
    """

    def __init__(
        self,
        identity: Identity,
        outbox: Path,
        plans: PlanStore,
        publish: Callable[[bytes], bool],
        clock: Clock,
        limits: tables.Outbox | None = None,
    ) -> None:
        self.loop = Loop("disk", self.step, clock)
        self.recorder = Recorder(self.loop.wake)
        self.prepare: Callable[[], None] = lambda: None
        self.chores: list[Job] = []
        self._identity = identity
        self._path = outbox
        self._plans = plans
        self._publish = publish
        self._limits = limits or tables.Outbox()
        self._preparing = Job(self._prepare)
        self._storing, self._recording = Job(self._store_plans), Job(self._record)
        self._outbox: Outbox | None = None
        self._sender: Sender | None = None
        self._last_seq = 0
        self._new_plans: dict[str, bytes] = {}
        self._commits: deque[bytes] = deque()
        self._reconnected = False
        self._plan_at: datetime | None = None
        self._write_at: datetime | None = None
        self._forget_at: datetime | None = None
        self._failing = False
        self._draining = False
        self._empty = Event()

    @property
    def waiting(self) -> int:
        """How many events the hub has not committed yet."""
        outbox = self._outbox
        return len(self.recorder) + (outbox.waiting if outbox is not None else 0)

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong, in words: the disk takes nothing, or the outbox not all."""
        fails = self._fails()
        found = [] if fails is None else [f"the disk fails, the shop plays on: {fails}"]
        outbox = self._outbox
        if outbox is not None and outbox.fill >= RAW_SHARE:
            found.append("the outbox is full until a hub takes events: new ones are dropped")
        return tuple(problem[:500] for problem in found)

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
        dues = []
        for job in self._jobs():
            dues.append(job.step(moment, hurry=self._draining))
            if self._preparing.problem is not None:
                break
        self._tell()
        if self._draining and self.waiting == 0:
            self._empty.set()
        return earliest(*dues)

    def drain(self, timeout_s: float) -> None:
        """Commit at once, and give the hub ``timeout_s`` to take everything. From any thread."""
        self._draining = True
        self.loop.wake()
        if timeout_s > 0:
            self._empty.wait(timeout_s)

    def finish(self, moment: Moment) -> None:
        """The loop has ended: write and send what is left, and let go."""
        self._draining = True
        self.step(moment)
        if self._outbox is not None:
            self._outbox.close()

    def _fails(self) -> str | None:
        return next((job.problem for job in self._jobs() if job.problem is not None), None)

    def _jobs(self) -> tuple[Job, ...]:
        return self._preparing, *self.chores, self._storing, self._recording

    def _prepare(self, moment: Moment) -> datetime | None:
        self.prepare()
        return None

    def _tell(self) -> None:
        fails = self._fails()
        if fails is not None and not self._failing:
            logger.warning("the disk fails, the shop plays on: %s", fails)
        elif fails is None and self._failing:
            logger.info("the disk works again")
        self._failing = fails is not None

    def _store_plans(self, moment: Moment) -> datetime | None:
        if not self._new_plans:
            return None
        if self._plan_at is None:
            self._plan_at = moment.later(PLAN_S)
        if moment.steady < self._plan_at and not self._draining:
            return self._plan_at
        while self._new_plans:
            zone, payload = next(iter(self._new_plans.items()))
            self._plans.save(zone, payload)
            # A newer one may have come while this one was written.
            if self._new_plans.get(zone) is payload:
                del self._new_plans[zone]
        self._plan_at = None
        return None

    def _record(self, moment: Moment) -> datetime | None:
        try:
            outbox, sender = self._ready()
            self._take_commits(sender)
            self._write(outbox, sender, moment)
        except FAILURES as error:
            # A full disk may have room again; after anything else the file is opened anew: it
            # may be gone, damaged, or on a disk that was mounted again.
            if _code(error) != _SQLITE_FULL:
                self._let_go()
            raise
        return earliest(self._write_at, self._forget_at, sender.step(moment))

    def _ready(self) -> tuple[Outbox, Sender]:
        """Open the outbox when it is first needed: the first light doesn't wait for it."""
        if self._outbox is None:
            max_bytes = self._limits.max_mb * 1e6
            self._outbox = Outbox(self._path, self._identity.boot, max_bytes, self._last_seq)
        if self._sender is None:
            self._sender = Sender(self._identity, self._outbox, self._publish)
        return self._outbox, self._sender

    def _let_go(self) -> None:
        if self._outbox is not None:
            self._last_seq = self._outbox.last_seq
            self._outbox.close()
        self._outbox = self._sender = None

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
        if self._write_at is None and len(self.recorder):
            self._write_at = moment.later(self._limits.group_s)
        due = earliest(self._write_at, self._forget_at)
        if self._draining or self.recorder.hurried or (due is not None and moment.steady >= due):
            self._commit(outbox)
            sender.more()
            self._write_at = self._forget_at = None

    def _commit(self, outbox: Outbox) -> None:
        taken = self.recorder.take()
        try:
            admitted, refused = outbox.admit(taken.events)
            losses = Losses()
            losses.merge(taken.losses)
            for event in refused:
                losses.refuse(event)
            if admitted or losses.total or outbox.to_forget:
                outbox.commit(admitted, losses)
        except BaseException:
            self.recorder.give_back(taken)
            raise
        self.recorder.refused(len(refused))


def _code(error: Exception) -> int | None:
    """SQLite's primary result code."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if code is None or not isinstance(error, sqlite3.Error) else code & 0xFF
