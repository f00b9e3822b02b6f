"""Sends what the outbox holds, in order, until the hub says that it is committed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from edge.clock import Moment
from edge.identity import Identity
from edge.recording.outbox import BATCH_EVENTS, Outbox, Pending
from scenes.codec import encode
from scenes.messages import RawEventBatch

WINDOW = 4
PROBE_EVENTS = 20
PATIENCE = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class _Sent:
    boot: str
    last_seq: int


class Sender:
    """Keeps a few batches on their way, the oldest boot's first.

    When no commit comes for `PATIENCE`, all of it is sent again: a broker's acknowledgement
    means nothing. Until the hub answers, that is one small batch at a time, of each boot in
    turn: a boot that the hub won't take (its database was lost, and with it what this boot sent
    before) must not hold up the others.
    """

    def __init__(
        self, identity: Identity, outbox: Outbox, publish: Callable[[bytes], bool]
    ) -> None:
        self._identity = identity
        self._outbox = outbox
        self._publish = publish
        self._cursor: dict[str, int] = {}
        self._sent: list[_Sent] = []
        self._progress_at: dict[str, datetime] = {}
        self._answered = True
        self._nothing_more = False
        self._passed_over: set[str] = set()

    def more(self) -> None:
        """The outbox has new events."""
        self._nothing_more = False

    def start_over(self) -> None:
        """The link is new: what was on its way may be lost."""
        self._cursor.clear()
        self._sent.clear()
        self._progress_at.clear()
        self._answered = True
        self._nothing_more = False

    def committed(self, boot: str, seq: int) -> None:
        """The hub has every event of ``boot`` up to ``seq`` for good."""
        news = self._outbox.trim(boot, seq)
        if not self._outbox.gave(boot, seq):
            return
        left = [sent for sent in self._sent if sent.boot != boot or sent.last_seq > seq]
        if not news and len(left) == len(self._sent):
            return  # the same commit again
        self._sent = left
        self._progress_at.pop(boot, None)
        self._passed_over.discard(boot)
        self._answered = True
        self._nothing_more = False

    def step(self, moment: Moment) -> datetime | None:
        """Send what may be sent; when to come again."""
        late = {boot for boot, at in self._progress_at.items() if moment.steady - at >= PATIENCE}
        if late:
            self.start_over()
            self._passed_over |= late
            self._answered = False
        while not self._nothing_more and len(self._sent) < (WINDOW if self._answered else 1):
            pending = self._next()
            # Without a link there is nothing more either, until it is back and all starts over.
            if pending is None or not self._publish(self._message(pending)):
                self._nothing_more = True
                break
            self._cursor[pending.boot] = pending.last_seq
            self._sent.append(_Sent(pending.boot, pending.last_seq))
        for sent in self._sent:
            self._progress_at.setdefault(sent.boot, moment.steady)
        return min((at + PATIENCE for at in self._progress_at.values()), default=None)

    def _next(self) -> Pending | None:
        boots = self._outbox.boots()
        if self._passed_over.issuperset(boots):
            self._passed_over.clear()
        for boot in sorted(boots, key=self._passed_over.__contains__):
            doubtful = boot in self._passed_over
            if doubtful and boot in self._cursor:
                continue  # one batch is enough to see whether the hub takes it now
            limit = PROBE_EVENTS if doubtful or not self._answered else BATCH_EVENTS
            pending = self._outbox.pending(boot, self._cursor.get(boot, 0), limit)
            if pending is not None:
                return pending
        return None

    def _message(self, pending: Pending) -> bytes:
        return encode(
            RawEventBatch(
                store=self._identity.store,
                edge=self._identity.edge,
                boot=pending.boot,
                events=tuple(msgspec.Raw(body) for body in pending.bodies),
                oldest=pending.oldest_seq,
            )
        )
