"""Server-sent events: every open page of a store hears of each change, made once for all.

Events: ``build`` (which templates and scripts this hub serves), ``reader`` (whose page it is, and
in which language), ``zones`` (all cards, at the start and when zones come or go), ``zone`` (one
card, its element in ``id``), ``bar`` (the top of the page) and ``beat`` (the hub's clock and when
each zone was last reported, at least every 2 s: the page counts on it to notice a lost
connection). ``plan`` says no more than that somebody changed what is planned, or a draft of it: a
page that shows it asks anew. Pages that show no zones hear all but those. `for_reader` adds what
one reader alone is told, and ends the stream when they are not let in any more.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from hub.changes import Changes, Subscription, plans_of
from hub.errors import UnknownStoreError
from hub.web.assets import build_id
from hub.web.bar import Bar
from hub.web.now.cards import Card
from hub.web.now.floor import Ground, Place
from hub.web.now.whole import Whole
from hub.web.scene_picture import Picture

BEAT_S = 2.0
_REST_S = 0.02
"""Changes that come closer together than this are told as one."""
_BACKLOG = 64
"""Messages that a page may lag behind before it is cut off, to come back and start anew."""

_LINE_END = re.compile("\r\n|\r|\n")
"""What ends a line for a browser; what came after another end would be taken for a new field."""

_log = logging.getLogger(__name__)


class Snapshot(Protocol):
    """What a store's page shows at one moment."""

    @property
    def bar(self) -> Bar: ...
    @property
    def ground(self) -> Ground: ...
    @property
    def whole(self) -> Whole: ...
    @property
    def pictures(self) -> tuple[tuple[str, Picture], ...]: ...
    @property
    def cards(self) -> tuple[Card, ...]: ...
    @property
    def changes_at(self) -> datetime | None: ...


Render = Callable[[str, Mapping[str, object]], str]
"""A template's name and its values to HTML."""


def message(event: str, data: str, identity: str = "") -> str:
    """One server-sent event; ``data`` may have many lines, some of them an agent's own."""
    head = f"event: {event}\n" + (f"id: {identity}\n" if identity else "")
    return head + "".join(f"data: {line}\n" for line in _LINE_END.split(data)) + "\n"


def fingerprint(shown: Snapshot) -> str:
    """Another one whenever a page would look otherwise, but for what ticks; of this process."""
    bar = replace(shown.bar, stores=())  # whatever else the reader may see is not told live
    return f"{hash((bar, shown.ground, shown.whole, shown.pictures, shown.cards)):x}"


class Feed:
    """The event stream of one store. Lives in the event loop; looks while somebody watches."""

    def __init__(self, look: Callable[[], Snapshot], changes: Changes, render: Render) -> None:
        self._look = look
        self._changes = changes
        self._render = render
        self._watchers: set[asyncio.Queue[tuple[str, ...] | None]] = set()
        self._last: Snapshot | None = None
        self._task: asyncio.Task[None] | None = None

    async def listen(
        self, reader: str = "", *, zones: bool = True, seen: str = ""
    ) -> AsyncGenerator[str]:
        """The whole picture now, then every change until the hub closes or the page leaves.

        ``reader`` says whose page it is; without ``zones`` only the top of it is told. A page that
        was made this moment has the picture, if ``seen`` is its `fingerprint` still.
        """
        queue: asyncio.Queue[tuple[str, ...] | None] = asyncio.Queue(_BACKLOG)
        if self._task is None or self._task.done():
            # Watching begins before looking, so that no change falls in between.
            self._task = asyncio.create_task(self._watch(self._changes.subscribe()))
        # The others hear now what the newcomer sees, so that all go on from the same picture.
        now = self._tell_differences()

        def heard(texts: tuple[str, ...]) -> str:
            return "".join(text for text in texts if zones or not _of_zones(text))

        picture = _beat(now) if seen == fingerprint(now) else heard(self._picture())
        self._watchers.add(queue)
        try:
            yield message("build", build_id()) + message("reader", reader) + picture
            while (texts := await queue.get()) is not None:
                if text := heard(texts):
                    yield text
        finally:
            self._watchers.discard(queue)

    async def _watch(self, subscription: Subscription) -> None:
        try:
            while self._watchers and not self._changes.closed:
                topics = await subscription.wait(self._rest_s())
                try:
                    now = self._tell_differences()
                    about_plans = topics & {"shop", plans_of(now.whole.store)}
                    self._tell(*([message("plan", "")] if about_plans else ()), _beat(now))
                except UnknownStoreError:
                    return  # it was taken out of the shop file, so its pages end
                except Exception:  # noqa: BLE001
                    # The pages hear no beat then and say so; the next look tells everything.
                    self._last = None
                    _log.exception("the pages could not be told of a change")
                await asyncio.sleep(_REST_S)
        finally:
            subscription.close()
            for queue in tuple(self._watchers):
                self._cut_off(queue)

    def _rest_s(self) -> float:
        """How long nothing needs to be said if nobody says anything."""
        if self._last is None or self._last.changes_at is None:
            return BEAT_S
        until_s = (self._last.changes_at - self._last.bar.now).total_seconds()
        return min(BEAT_S, until_s + _REST_S)

    def _tell_differences(self) -> Snapshot:
        now = self._look()
        before, self._last = self._last, now
        if before is None or _floor(before) != _floor(now):
            self._tell(*self._picture())
            return now
        if now.bar != before.bar:
            self._tell(self._bar(now))
        if now.pictures != before.pictures:
            self._tell(self._part("now/_pictures.html", "pictures", pictures=now.pictures))
        for card, old in zip(now.cards, before.cards, strict=True):
            if card != old:
                panel = self._part("now/_zone.html", card.id, card=card)
                self._tell(panel, self._part("now/_spot.html", card.spot, card=card))
        if now.whole != before.whole:
            whole = now.whole
            panel = self._part("now/_whole.html", whole.id, whole=whole)
            self._tell(panel, self._part("now/_spot_all.html", whole.spot, whole=whole))
        return now

    def _part(self, template: str, identity: str, **values: object) -> str:
        return message("zone", self._render(template, values), identity)

    def _picture(self) -> tuple[str, ...]:
        now = self._last or self._look()
        zones = message("zones", self._render("now/_zones.html", {"shown": now}))
        return self._bar(now), zones, _beat(now)

    def _bar(self, now: Snapshot) -> str:
        return message("bar", self._render("_bar.html", {"bar": now.bar}))

    def _tell(self, *texts: str) -> None:
        for queue in tuple(self._watchers):
            if queue.full():
                self._cut_off(queue)
            else:
                queue.put_nowait(texts)

    def _cut_off(self, queue: asyncio.Queue[tuple[str, ...] | None]) -> None:
        self._watchers.discard(queue)
        while not queue.empty():
            queue.get_nowait()
        queue.put_nowait(None)


def _of_zones(text: str) -> bool:
    return text.startswith("event: zone")


def _floor(now: Snapshot) -> tuple[Ground, list[tuple[str, Place]]]:
    """Which zones there are, and where."""
    return now.ground, [(card.id, card.place) for card in now.cards]


def _beat(now: Snapshot) -> str:
    reports = {
        part: card.reported_at.isoformat()
        for card in now.cards
        if card.reported_at is not None
        for part in (card.id, card.spot)
    }
    return message("beat", json.dumps({"now": now.bar.now.isoformat(), "reports": reports}))
