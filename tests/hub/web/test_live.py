"""The event stream of a store."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from hub.app import create_app
from hub.changes import Changes, plans_of
from hub.floors.desk import Floor, FloorDesk
from hub.parts import HubParts
from hub.people.sessions import Kind, Opening
from hub.shop import Store
from hub.web.bar import Bar
from hub.web.now.cards import Card
from hub.web.now.floor import Ground, Place
from hub.web.now.live import Feed, message
from hub.web.now.whole import Whole
from hub.web.scene_picture import Picture as ScenePicture
from tests.hub.people.first_answer import an_answer
from tests.hub.web.test_cards import NOON, shown
from tests.parts.signed_in import account

PATIENCE_S = 5.0
GROUND = Ground("", ())
WHOLE = Whole("all-oslo", "spot-all-oslo", "oslo", "Oslo", "", "", True, (), (), ())


@dataclass(frozen=True)
class Picture:
    """What a page would show."""

    bar: Bar
    cards: tuple[Card, ...]
    changes_at: datetime | None = None
    ground: Ground = GROUND
    whole: Whole = WHOLE
    pictures: tuple[tuple[str, ScenePicture], ...] = ()


BAR = Bar(
    store="oslo",
    store_name="Oslo",
    stores=(),
    time_zone="Europe/Oslo",
    path="/",
    health=(),
    shop_trouble="",
    shop_problems=(),
    shop_notices=(),
    office_problems=(),
    offers=(),
    now=NOON,
    clock="12:00",
)


class Watched:
    """A feed over a picture that a test changes, and what two pages hear of it."""

    def __init__(self) -> None:
        self.changes = Changes()
        self.picture = Picture(BAR, (shown(),))
        self.rendered: list[str] = []
        self.failing = False
        self.feed = Feed(self._look, self.changes, self._render)

    def show(self, picture: Picture) -> None:
        """Something changed."""
        self.picture = picture
        self.changes.notify("zones")

    def _look(self) -> Picture:
        if self.failing:
            raise RuntimeError("the database is on fire")
        return self.picture

    def _render(self, template: str, values: Mapping[str, object]) -> str:
        self.rendered.append(template)
        return f"<{template}>\n{values['card'].name if 'card' in values else ''}"  # type: ignore[attr-defined]


async def heard(stream: AsyncGenerator[str]) -> str:
    return await asyncio.wait_for(anext(stream), PATIENCE_S)


def test_an_event_may_have_many_lines() -> None:
    assert message("zone", "<a>\n</a>", "zone-1") == (
        "event: zone\nid: zone-1\ndata: <a>\ndata: </a>\n\n"
    )
    # As a driver quotes what its device said: it begins no field, and another event even less.
    assert message("zone", "<a>is\rjammed\r\nevent: build</a>") == (
        "event: zone\ndata: <a>is\ndata: jammed\ndata: event: build</a>\n\n"
    )


def test_a_page_gets_the_whole_picture_then_only_what_changed() -> None:
    async def watch() -> None:
        watched = Watched()
        page = watched.feed.listen()
        first = await heard(page)
        assert [line for line in first.splitlines() if line.startswith("event")] == [
            "event: build",
            "event: reader",
            "event: bar",
            "event: zones",
            "event: beat",
        ]
        watched.show(replace(watched.picture, cards=(replace(shown(), name="Door"),)))
        assert (await heard(page)).startswith("event: zone\nid: zone-oslo-entrance\n")
        assert (await heard(page)).startswith("event: beat\n")
        moved = replace(shown(), place=Place("10 10 30 30"))
        watched.show(replace(watched.picture, cards=(moved,)))
        assert "event: zones\n" in await heard(page)
        assert (await heard(page)).startswith("event: beat\n")
        watched.show(replace(watched.picture, cards=()))
        assert "event: zones\n" in await heard(page)
        await page.aclose()

    asyncio.run(watch())


def test_who_shows_a_plan_hears_that_it_is_another_one_now() -> None:
    async def watch() -> None:
        watched = Watched()
        page = watched.feed.listen(zones=False)
        await heard(page)
        for topic in (plans_of("oslo"), "shop"):
            watched.changes.notify(topic)
            assert (await heard(page)).startswith("event: plan\ndata: \n\nevent: beat\n")
        # What happens elsewhere is no news here.
        watched.changes.notify(plans_of("bergen"))
        assert (await heard(page)).startswith("event: beat\n")
        await page.aclose()

    asyncio.run(watch())


def test_ages_cost_a_beat_and_no_rendering() -> None:
    async def watch() -> None:
        watched = Watched()
        page = watched.feed.listen()
        await heard(page)
        watched.rendered.clear()
        fresher = replace(shown(), reported_at=NOON + timedelta(seconds=1), report_age="1 s")
        watched.show(replace(watched.picture, cards=(fresher,)))
        beat = await heard(page)
        assert "2026-11-21T11:00:01+00:00" in beat
        assert watched.rendered == []
        await page.aclose()

    asyncio.run(watch())


def test_a_page_without_zones_hears_the_top_and_the_beat_alone() -> None:
    async def watch() -> None:
        watched = Watched()
        page = watched.feed.listen("kim", zones=False)
        first = await heard(page)
        assert "event: reader\ndata: kim\n" in first
        assert "event: bar\n" in first
        assert "event: zone" not in first
        watched.show(replace(watched.picture, cards=()))
        assert (await heard(page)).startswith("event: bar\n")
        assert (await heard(page)).startswith("event: beat\n")
        await page.aclose()

    asyncio.run(watch())


def test_many_pages_cost_one_rendering() -> None:
    async def watch() -> None:
        watched = Watched()
        pages = [watched.feed.listen() for _ in range(20)]
        for page in pages:
            await heard(page)
        watched.rendered.clear()
        watched.show(replace(watched.picture, cards=(replace(shown(), name="Door"),)))
        panel = message("zone", "<now/_zone.html>\nDoor", "zone-oslo-entrance")
        spot = message("zone", "<now/_spot.html>\nDoor", "spot-oslo-entrance")
        assert {await heard(page) for page in pages} == {panel + spot}
        assert watched.rendered == ["now/_zone.html", "now/_spot.html"]
        assert watched.changes.listeners == 1
        for page in pages:
            await page.aclose()

    asyncio.run(watch())


def test_what_changes_by_itself_is_told_in_time() -> None:
    async def watch() -> None:
        watched = Watched()
        soon = Picture(BAR, (shown(),), changes_at=NOON + timedelta(seconds=0.2))
        watched.picture = soon
        page = watched.feed.listen()
        await heard(page)
        watched.picture = replace(soon, cards=(replace(shown(), name="Door"),))
        # Nobody notifies; a beat would come only after five seconds.
        assert "Door" in await asyncio.wait_for(anext(page), 2)
        await page.aclose()

    asyncio.run(watch())


def test_streams_end_with_the_hub() -> None:
    async def watch() -> None:
        watched = Watched()
        page = watched.feed.listen()
        await heard(page)
        watched.changes.close()
        rest = [text async for text in page]
        assert all(text.startswith("event: beat") for text in rest)

    asyncio.run(asyncio.wait_for(watch(), PATIENCE_S))


def test_a_page_that_lags_behind_is_cut_off() -> None:
    async def watch() -> None:
        watched = Watched()
        lagging, lively = watched.feed.listen(), watched.feed.listen()
        await heard(lagging)
        await heard(lively)
        for number in range(70):
            watched.show(replace(watched.picture, cards=(replace(shown(), name=f"Door {number}"),)))
            await heard(lively)
        rest = [text async for text in lagging]
        assert len(rest) < 70
        await lively.aclose()

    asyncio.run(asyncio.wait_for(watch(), 30))


def test_after_a_failure_everything_is_told_anew() -> None:
    async def watch() -> None:
        watched = Watched()
        page = watched.feed.listen()
        await heard(page)
        watched.failing = True
        watched.show(watched.picture)
        await asyncio.sleep(0.1)
        watched.failing = False
        watched.show(watched.picture)
        assert "event: zones\n" in await heard(page)
        await page.aclose()

    asyncio.run(watch())


def test_all_who_come_back_at_once_share_one_feed(
    parts: HubParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    tablets = 4
    together = threading.Barrier(tablets, timeout=PATIENCE_S)
    read = FloorDesk.floor

    def floor(desk: FloorDesk, store: Store) -> Floor:
        together.wait()  # nobody has one before everybody has asked for it
        return read(desk, store)

    monkeypatch.setattr(FloorDesk, "floor", floor)
    who = account(parts.engine)
    key = parts.people.sessions.open(Opening(kind=Kind.KEY, account=who.id))
    app, headers = create_app(parts), {"Authorization": f"Bearer {key}"}

    async def come() -> int:
        async with AsyncExitStack() as stack:
            streams = [an_answer(app, "GET", "/live", "", headers) for _ in range(tablets)]
            await asyncio.gather(*(stack.enter_async_context(each) for each in streams))
            return parts.changes.listeners

    assert asyncio.run(come()) == 1
