"""Server-sent events: every open page of a store hears of each change, made once for all.

Events: ``build`` (which templates and scripts this hub serves), ``zones`` (all cards, at the
start and when zones come or go), ``zone`` (one card, its element in ``id``), ``bar`` (the top of
the page) and ``beat`` (the hub's clock and when each zone was last reported, at least every 5 s:
the page counts on it to notice a lost connection).
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Callable, Mapping
from datetime import datetime
from typing import Protocol

from hub.changes import Changes, Subscription
from hub.errors import UnknownStoreError
from hub.web.assets import build_id
from hub.web.bar import Bar
from hub.web.now.cards import Card

BEAT_S = 5.0
_REST_S = 0.05
"""Changes that come closer together than this are told as one."""
_BACKLOG = 64
"""Messages that a page may lag behind before it is cut off, to come back and start anew."""

_log = logging.getLogger(__name__)


class Snapshot(Protocol):
    """What a store's page shows at one moment."""

    @property
    def bar(self) -> Bar: ...
    @property
    def cards(self) -> tuple[Card, ...]: ...
    @property
    def changes_at(self) -> datetime | None: ...


Render = Callable[[str, Mapping[str, object]], str]
"""A template's name and its values to HTML."""


def message(event: str, data: str, identity: str = "") -> str:
    """One server-sent event; ``data`` may have many lines."""
    head = f"event: {event}\n" + (f"id: {identity}\n" if identity else "")
    return head + "".join(f"data: {line}\n" for line in data.split("\n")) + "\n"


class Feed:
    """The event stream of one store. Lives in the event loop; looks while somebody watches."""

    def __init__(self, look: Callable[[], Snapshot], changes: Changes, render: Render) -> None:
        self._look = look
        self._changes = changes
        self._render = render
        self._watchers: set[asyncio.Queue[str | None]] = set()
        self._last: Snapshot | None = None
        self._task: asyncio.Task[None] | None = None

    async def listen(self) -> AsyncGenerator[str]:
        """The whole picture now, then every change until the hub closes or the page leaves."""
        queue: asyncio.Queue[str | None] = asyncio.Queue(_BACKLOG)
        if self._task is None or self._task.done():
            # Watching begins before looking, so that no change falls in between.
            self._task = asyncio.create_task(self._watch(self._changes.subscribe()))
        # The others hear now what the newcomer sees, so that all go on from the same picture.
        self._tell_differences()
        picture = self._picture()
        self._watchers.add(queue)
        try:
            yield "retry: 1000\n" + message("build", build_id()) + picture
            while (text := await queue.get()) is not None:
                yield text
        finally:
            self._watchers.discard(queue)

    async def _watch(self, subscription: Subscription) -> None:
        try:
            while self._watchers and not self._changes.closed:
                await subscription.wait(self._rest_s())
                try:
                    now = self._tell_differences()
                    self._tell(_beat(now))
                except UnknownStoreError:
                    return  # it was taken out of the shop file, so its pages end
                except Exception:  # noqa: BLE001
                    # The pages hear no beat then and say so; the next look tells everything.
                    self._last = None
                    _log.exception("the pages could not be told of a change")
                await asyncio.sleep(_REST_S)
        finally:
            subscription.close()
            self._tell(None)

    def _rest_s(self) -> float:
        """How long nothing needs to be said if nobody says anything."""
        if self._last is None or self._last.changes_at is None:
            return BEAT_S
        until_s = (self._last.changes_at - self._last.bar.now).total_seconds()
        return min(BEAT_S, until_s + _REST_S)

    def _tell_differences(self) -> Snapshot:
        now = self._look()
        before, self._last = self._last, now
        if before is None or [card.id for card in now.cards] != [card.id for card in before.cards]:
            self._tell(self._picture())
            return now
        if now.bar != before.bar:
            self._tell(self._bar(now))
        for card, old in zip(now.cards, before.cards, strict=True):
            if card != old:
                self._tell(message("zone", self._render("now/_zone.html", {"card": card}), card.id))
        return now

    def _picture(self) -> str:
        now = self._last or self._look()
        zones = message("zones", self._render("now/_zones.html", {"cards": now.cards}))
        return self._bar(now) + zones + _beat(now)

    def _bar(self, now: Snapshot) -> str:
        return message("bar", self._render("_bar.html", {"bar": now.bar}))

    def _tell(self, text: str | None) -> None:
        for queue in tuple(self._watchers):
            if queue.full():
                self._watchers.discard(queue)
                while not queue.empty():
                    queue.get_nowait()
                queue.put_nowait(None)
            else:
                queue.put_nowait(text)


def _beat(now: Snapshot) -> str:
    reports = {
        card.id: card.reported_at.isoformat() for card in now.cards if card.reported_at is not None
    }
    return message("beat", json.dumps({"now": now.bar.now.isoformat(), "reports": reports}))
