"""Momentary requests to an agent (identify, announce …), and the wait for its reply."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Literal

from hub.errors import NoReplyError, UnavailableError
from scenes.codec import encode
from scenes.messages import Reply, Request
from scenes.topics import EdgeTopic, edge_topic

LONGEST_S = 5.0

Action = Literal["identify", "test", "refill", "announce", "log"]


@dataclass(frozen=True, slots=True)
class Announcement:
    """What a player announces: the fields of a `Request` that are about that."""

    source: str
    volume: float | None = None
    duck: float = 0.0


class Requests:
    """Sends requests and hands each reply to whoever waits for it."""

    def __init__(self, publish: Callable[[str, bytes], bool], now: Callable[[], datetime]) -> None:
        self._publish = publish
        self._now = now
        self._lock = threading.Lock()
        self._waiting: dict[str, tuple[asyncio.AbstractEventLoop, asyncio.Future[Reply]]] = {}

    async def ask(
        self,
        store: str,
        edge: str,
        action: Action,
        device: str,
        announcement: Announcement | None = None,
    ) -> Reply:
        """Ask an agent for one of its actions; ``announcement`` goes with ``announce``.

        `NoReplyError` when nothing came before the request expired, `UnavailableError` when the
        broker is gone. A request is never sent again and is void after it expired.
        """
        request = Request(
            id=token_hex(8),
            action=action,
            device=device,
            expires_at=self._now() + timedelta(seconds=LONGEST_S),
            **({} if announcement is None else asdict(announcement)),
        )
        loop = asyncio.get_running_loop()
        reply: asyncio.Future[Reply] = loop.create_future()
        with self._lock:
            self._waiting[request.id] = loop, reply
        try:
            if not self._publish(edge_topic(store, edge, EdgeTopic.REQUEST), encode(request)):
                raise UnavailableError("the broker is not connected, so nothing was asked")
            return await asyncio.wait_for(reply, LONGEST_S)
        except TimeoutError as error:
            raise NoReplyError(f"{edge} did not answer within {LONGEST_S:g} s") from error
        finally:
            with self._lock:
                del self._waiting[request.id]

    def answer(self, reply: Reply) -> None:
        """An agent's reply; from any thread. One that nobody waits for is forgotten."""
        with self._lock:
            loop, future = self._waiting.get(reply.id, (None, None))
        if loop is not None and future is not None:
            loop.call_soon_threadsafe(_resolve, future, reply)


def _resolve(future: asyncio.Future[Reply], reply: Reply) -> None:
    if not future.done():
        future.set_result(reply)
