"""Word of changes, from any thread to whoever watches."""

from __future__ import annotations

import asyncio
import threading

from hub.changes import Changes


def test_many_changes_are_told_as_one() -> None:
    async def watch() -> tuple[frozenset[str], frozenset[str]]:
        subscription = changes.subscribe()

        def notify() -> None:
            for topic in ("zones", "zones", "edges"):
                changes.notify(topic)

        thread = threading.Thread(target=notify)
        thread.start()
        thread.join()
        first = await subscription.wait(5)
        return first, await subscription.wait(0.05)

    changes = Changes()
    assert asyncio.run(watch()) == (frozenset({"zones", "edges"}), frozenset())


def test_everybody_who_watches_is_told_and_who_closed_is_not() -> None:
    async def watch() -> tuple[frozenset[str], int]:
        one, other = changes.subscribe(), changes.subscribe()
        one.close()
        changes.notify("zones")
        return await other.wait(5), changes.listeners

    changes = Changes()
    assert asyncio.run(watch()) == (frozenset({"zones"}), 1)


def test_a_change_in_between_two_waits_is_not_lost() -> None:
    async def watch() -> list[frozenset[str]]:
        subscription = changes.subscribe()
        heard = []
        for number in range(50):
            threading.Thread(target=changes.notify, args=(str(number),)).start()
            heard.append(await subscription.wait(5))
        return heard

    changes = Changes()
    assert {topic for topics in asyncio.run(watch()) for topic in topics} == {
        str(number) for number in range(50)
    }


def test_closing_ends_every_wait_at_once_and_for_good() -> None:
    async def watch() -> tuple[frozenset[str], frozenset[str]]:
        subscription = changes.subscribe()
        asyncio.get_running_loop().call_later(0.02, changes.close)
        return await subscription.wait(30), await subscription.wait(30)

    changes = Changes()
    assert asyncio.run(watch()) == (frozenset(), frozenset())
    assert changes.closed


def test_a_watcher_whose_loop_has_ended_does_no_harm() -> None:
    async def watch() -> None:
        changes.subscribe()

    changes = Changes()
    asyncio.run(watch())
    changes.notify("zones")
    assert changes.listeners == 0
