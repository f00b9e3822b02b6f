"""The line before the analysis: one at a time, the same for the same, and never a long one."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from hub.insights.errors import InsightsBusyError
from hub.insights.line import Line


class Slow:
    """Computes when it is let go; remembers what and how many at once."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.asked: list[str] = []
        self.most = self._now = 0

    def __call__(self, question: str) -> str:
        self.asked.append(question)
        self._now += 1
        self.most = max(self.most, self._now)
        assert self.go.wait(10), "nobody let it go"
        time.sleep(0.01)
        self._now -= 1
        if question == "wrong":
            raise ValueError(question)
        return question.upper()


Waits = Callable[[str], "asyncio.Task[str]"]


def play(slow: Slow, most: int, story: Callable[[Waits], Coroutine[Any, Any, None]]) -> None:
    """Run a story in an event loop; what is waited for has begun to wait when it goes on."""

    async def told() -> None:
        line = Line(slow, most)
        try:
            await story(lambda question: asyncio.create_task(line.wait(question)))
        finally:
            slow.go.set()

    asyncio.run(asyncio.wait_for(told(), 20))


def test_one_at_a_time_in_turn_and_the_same_once() -> None:
    slow = Slow()

    async def story(wait: Waits) -> None:
        tasks = [wait(question) for question in ("a", "b", "a", "c", "b")]
        await asyncio.wait(tasks, timeout=0.05)
        slow.go.set()
        assert await asyncio.gather(*tasks) == ["A", "B", "A", "C", "B"]

    play(slow, 5, story)
    assert (slow.asked, slow.most) == (["a", "b", "c"], 1)


def test_who_is_too_many_is_turned_away_at_once_and_may_come_again() -> None:
    slow = Slow()

    async def story(wait: Waits) -> None:
        first = [wait("a"), wait("b")]
        await asyncio.wait(first, timeout=0.05)
        for question in ("a", "c"):
            with pytest.raises(InsightsBusyError):
                await asyncio.wait_for(wait(question), 1)
        slow.go.set()
        assert await asyncio.gather(*first) == ["A", "B"]
        assert await wait("c") == "C"

    play(slow, 2, story)
    assert slow.asked == ["a", "b", "c"]


def test_one_who_goes_away_makes_room_and_takes_the_answer_from_nobody() -> None:
    slow = Slow()

    async def story(wait: Waits) -> None:
        goes, stays = wait("a"), wait("a")
        await asyncio.wait([goes, stays], timeout=0.05)
        goes.cancel()
        await asyncio.wait([goes], timeout=1)
        comes = wait("b")
        await asyncio.wait([comes], timeout=0.05)
        slow.go.set()
        assert list(await asyncio.gather(stays, comes)) == ["A", "B"]

    play(slow, 2, story)


def test_an_error_is_for_those_who_asked_and_ends_nothing() -> None:
    slow = Slow()
    slow.go.set()

    async def story(wait: Waits) -> None:
        found = await asyncio.gather(
            wait("wrong"), wait("wrong"), wait("a"), return_exceptions=True
        )
        assert [type(it) for it in found] == [ValueError, ValueError, str]
        assert await wait("b") == "B"

    play(slow, 3, story)


def test_loops_and_rounds_without_end_lose_nobody() -> None:
    slow = Slow()
    slow.go.set()

    async def story(wait: Waits) -> None:
        for number in range(30):
            questions = [f"{number}-{each}" for each in range(3)]
            tasks = [wait(question) for question in questions]
            assert await asyncio.gather(*tasks) == [question.upper() for question in questions]

    play(slow, 3, story)
    assert slow.most == 1
