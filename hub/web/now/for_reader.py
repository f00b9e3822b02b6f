"""A store's event stream as one reader hears it: while they may, with what is told them alone."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from dataclasses import replace
from functools import partial

import anyio.to_thread
from sqlalchemy.exc import SQLAlchemyError

from hub.parts import HubParts
from hub.people.door import Door, Shown
from hub.people.who import Who, asking
from hub.shop import Store
from hub.web.guessed import guessed_at, tells
from hub.web.now.live import Render, message

_LOOKS_S = 0.5
"""So long a page waits for the database; what it says later counts the next time."""


class StillLetIn:
    """Whether whoever opened a page is let in as they were then, as far as can be told soon."""

    def __init__(self, door: Door, shown: Shown) -> None:
        self._door = door
        self._shown = shown
        self._at_first = _without_end(asking.get())
        self._asked: asyncio.Task[Who | None] | None = None

    async def __call__(self) -> bool:
        """Ask once more."""
        who = self._door.remembered(self._shown, using=False)
        if who is None:
            self._asked = self._asked or asyncio.create_task(self._look())
            await asyncio.wait({self._asked}, timeout=_LOOKS_S)
            who = self._looked_up()
        return who is None or _without_end(who) == self._at_first

    def stop(self) -> None:
        """Look nothing up any more."""
        if self._asked is not None:
            self._asked.cancel()

    def _looked_up(self) -> Who | None:
        if self._asked is None or not self._asked.done():
            return None
        asked, self._asked = self._asked, None
        return asked.result()

    async def _look(self) -> Who | None:
        try:
            return await anyio.to_thread.run_sync(
                lambda: self._door.who(self._shown, using=False), abandon_on_cancel=True
            )
        except SQLAlchemyError:
            return None  # nobody can be told from nobody now; the pages go on and say so


def _without_end(who: Who) -> Who:
    return replace(who, until=None)


async def for_reader(
    texts: AsyncGenerator[str],
    hub: HubParts,
    shown: Shown,
    store: Store,
    render: Render,
    *,
    people: bool,
) -> AsyncGenerator[str]:
    """``texts`` as long as whoever asks is let in as now, and PINs that were guessed at.

    ``people`` is for the page of that name, which tells of all their stores.
    """
    who, still = asking.get(), StillLetIn(hub.people.door, shown)
    look = partial(guessed_at, hub, store, people=people)
    told: int | None = None
    try:
        async for text in texts:
            if not await still():
                return
            yield text
            edition = hub.people.alarms.edition
            if tells(who, store) and edition != told:
                told = edition
                # Without the database it is told at the next change, or when the page comes back.
                with contextlib.suppress(SQLAlchemyError):
                    guessed = await anyio.to_thread.run_sync(look)
                    values = {"guessed": guessed, "store": store.id, "people": people}
                    yield message("guessed", render("people/_guessed.html", values))
    finally:
        still.stop()
        await texts.aclose()
