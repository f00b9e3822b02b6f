"""What comes over the broker besides events: read, checked and handed on."""

from __future__ import annotations

import logging
from collections.abc import Callable

from hub.changes import Changes
from hub.link import Received
from hub.metrics import Metrics
from hub.reported import Reported
from hub.requests import Requests
from scenes.codec import decode
from scenes.errors import InvalidMessageError, InvalidTopicError
from scenes.messages import Hello, Reply, State
from scenes.topics import EdgeAddress, EdgeTopic, is_plan_topic, parse_edge_topic, parse_plan_topic

_KEPT = (EdgeTopic.HELLO, EdgeTopic.STATE)
_log = logging.getLogger(__name__)


class Inbox:
    """Takes hellos, states, replies and plans; counts and logs what breaks the contract.

    ``hear_plan(store, zone, payload)`` and ``hear_state`` are of who looks whose plans there are.
    """

    def __init__(
        self,
        reported: Reported,
        requests: Requests,
        changes: Changes,
        metrics: Metrics,
        hear_plan: Callable[[str, str, bytes], None],
        hear_state: Callable[[State], None],
    ) -> None:
        self._reported = reported
        self._requests = requests
        self._changes = changes
        self._metrics = metrics
        self._hear_plan = hear_plan
        self._hear_state = hear_state

    def take(self, received: Received) -> None:
        """Deal with one message."""
        try:
            if is_plan_topic(received.topic):
                self._hear_plan(*parse_plan_topic(received.topic), received.payload)
            else:
                self._take(received, parse_edge_topic(received.topic))
        except (InvalidMessageError, InvalidTopicError) as error:
            self._metrics.malformed.inc()
            _log.warning("a message over %s is ignored: %s", received.topic, error)

    def _take(self, received: Received, address: EdgeAddress) -> None:
        if address.topic in _KEPT and not received.payload:
            # Empty is how a retained message is taken back: the edge was removed.
            self._reported.forget(address.store, address.edge)
            self._changes.notify("edges")
            self._changes.notify("zones")
        elif address.topic is EdgeTopic.STATE:
            state = decode(State, received.payload)
            _refuse_impostor(address, state.store, state.edge)
            if self._reported.state(state, retained=received.retained):
                self._changes.notify("zones")
            self._hear_state(state)
        elif address.topic is EdgeTopic.HELLO:
            hello = decode(Hello, received.payload)
            _refuse_impostor(address, hello.store, hello.edge)
            self._reported.hello(hello, retained=received.retained)
            self._changes.notify("edges")
            self._changes.notify("zones")
        elif address.topic is EdgeTopic.REPLY:
            reply = decode(Reply, received.payload)
            _refuse_impostor(address, address.store, reply.edge)
            self._requests.answer(reply)


def _refuse_impostor(address: EdgeAddress, store: str, edge: str) -> None:
    if (store, edge) != (address.store, address.edge):
        raise InvalidMessageError(
            f"it says {store}/{edge} and came over the topic of {address.store}/{address.edge}"
        )
