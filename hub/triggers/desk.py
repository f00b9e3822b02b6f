"""Triggers over MQTT: read, checked and done on a thread of their own.

Nobody hears of a refusal here, so each is counted and logged; never with what was refused, for
that holds the token.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from hub.errors import TooOftenError
from hub.link import Received
from hub.metrics import Metrics
from hub.triggers.allowances import Allowances
from hub.triggers.integrations import Integration, Integrations
from hub.triggers.triggers import Triggers, Wish
from scenes.codec import decode
from scenes.errors import InvalidMessageError, InvalidTopicError, StemningError
from scenes.messages import Trigger
from scenes.topics import parse_trigger_topic

MOST_WAITING = 1000
MOST_BYTES = 16_384
"""No trigger is nearly as long; so what waits takes little memory, whatever the broker lets by."""
LONGEST_TOPIC = 200
"""In characters; ids are much shorter, and topics are remembered."""
PER_TOPIC, AT_ONCE = 1200, 120
"""So many a minute are read of one topic, which is twice what any integration may, and so many at
once. Reading the others would cost the people in the shop the time that their choices take."""
ALL_PER_MINUTE, ALL_AT_ONCE = 6000, 300
"""The same for all topics together: whoever floods thinks of many."""
MOST_IDS = 1000
"""So many ids of each integration are remembered, so that none acts twice."""

_log = logging.getLogger(__name__)


class TriggerDesk:
    """Takes triggers from the broker. ``offer`` may be called from any thread and never waits."""

    def __init__(
        self,
        integrations: Integrations,
        triggers: Triggers,
        now: Callable[[], datetime],
        metrics: Metrics,
        allowances: Allowances,
    ) -> None:
        self._integrations = integrations
        self._triggers = triggers
        self._now = now
        self._metrics = metrics
        self._allowances = allowances
        self._done: dict[str, OrderedDict[str, None]] = {}
        self._waiting: queue.Queue[Received | None] = queue.Queue(MOST_WAITING)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="triggers", daemon=True)

    def start(self) -> None:
        """Begin to take."""
        self._thread.start()

    def stop(self) -> None:
        """End after the one under way."""
        self._stopping.set()
        with suppress(queue.Full):
            self._waiting.put_nowait(None)
        if self._thread.is_alive():
            self._thread.join(10)

    def offer(self, received: Received) -> None:
        """A message over a trigger's topic."""
        if len(received.payload) > MOST_BYTES or len(received.topic) > LONGEST_TOPIC:
            self._metrics.malformed.inc()
            self._count("malformed")
            return
        if self._too_often(received.topic):
            self._count("flooded")
            return
        try:
            self._waiting.put_nowait(received)
        except queue.Full:
            self._count("full")

    def _too_often(self, topic: str) -> bool:
        """Whether more come than anybody reads: told before any of it is looked at.

        A flood over one topic takes nothing from what there is for all.
        """
        take = self._allowances.take
        return bool(
            take(f"topic:{topic}", PER_TOPIC, AT_ONCE) or take("all", ALL_PER_MINUTE, ALL_AT_ONCE)
        )

    def take(self, received: Received) -> None:
        """Do what a message asks for, once, or count why not."""
        try:
            self._count(self._take(received))
        except (InvalidMessageError, InvalidTopicError) as error:
            self._metrics.malformed.inc()
            self._count("malformed")
            _log.warning("a trigger over %s is ignored: %s", received.topic, error)
        except TooOftenError as error:
            # Counted alone: a flood must not fill the log.
            self._count("refused")
            _log.debug("a trigger over %s comes too often: %s", received.topic, error)
        except StemningError as error:
            self._count("refused")
            _log.warning("a trigger over %s is refused: %s", received.topic, error)
        except SQLAlchemyError as error:
            self._count("failed")
            _log.error("a trigger over %s can't be done now: %s", received.topic, type(error))

    def _take(self, received: Received) -> str:
        store, named = parse_trigger_topic(received.topic)
        if received.retained:
            # Nobody knows when it was said; it would be asked again at every connecting.
            _log.warning("a retained trigger over %s is ignored", received.topic)
            return "retained"
        if not received.payload:
            return "empty"  # somebody took a retained one back
        trigger = decode(Trigger, received.payload)
        left_s = (trigger.expires_at - self._now()).total_seconds()
        if left_s <= 0:
            return "expired"
        integration = self._integrations.caller(trigger.token, f"mqtt:{store}/{named}")
        if (integration.store, integration.id) != (store, named):
            raise InvalidMessageError(f"the token is that of {integration.id}")
        done = self._done.setdefault(integration.id, OrderedDict())
        if trigger.id in done:
            return "repeated"
        self._act(integration, trigger, left_s)
        done[trigger.id] = None
        while len(done) > MOST_IDS:
            done.popitem(last=False)
        return "taken"

    def _act(self, integration: Integration, trigger: Trigger, left_s: float) -> None:
        if trigger.scene is None:
            self._triggers.end(integration, trigger.key)
            return
        lasting_s = min(left_s, integration.rights.longest_s)
        self._triggers.ask(integration, Wish(trigger.key, trigger.zone, trigger.scene, lasting_s))

    def _count(self, result: str) -> None:
        self._metrics.triggers.labels(result).inc()

    def _run(self) -> None:
        while not self._stopping.is_set():
            received = self._waiting.get()
            if received is None:
                continue
            try:
                self.take(received)
            except Exception:  # noqa: BLE001
                # Whatever one message did, the next one is read.
                _log.exception("failed at a trigger over %s", received.topic)
