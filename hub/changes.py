"""Tells whoever watches (a page's event stream) that something changed, and what kind of thing."""

from __future__ import annotations

import asyncio
import threading


def plans_of(store: str) -> str:
    """The topic of a store's plans: they are other ones than before."""
    return f"plans of {store}"


class Subscription:
    """One watcher's ear, used in the event loop that made it."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._loop = asyncio.get_running_loop()
        self._heard = asyncio.Event()
        self._lock = threading.Lock()
        self._topics: set[str] = set()

    async def wait(self, timeout_s: float) -> frozenset[str]:
        """The topics that changed since the last answer, many changes as one.

        Empty when nothing did within ``timeout_s``, or when the hub is closing: see `closed`.
        """
        if not self.closed:
            try:
                await asyncio.wait_for(self._heard.wait(), timeout_s)
            except TimeoutError:
                return frozenset()
        with self._lock:
            topics, self._topics = frozenset(self._topics), set()
            self._heard.clear()
        return topics

    @property
    def closed(self) -> bool:
        """Whether the hub is closing, so that a stream should end."""
        return self._changes.closed

    def close(self) -> None:
        """Hear no more."""
        self._changes.forget(self)

    def tell(self, topic: str | None) -> None:
        """Wake the watcher; from any thread. None only wakes."""
        with self._lock:
            asleep = not self._topics
            if topic is not None:
                self._topics.add(topic)
        if asleep or topic is None:
            try:
                self._loop.call_soon_threadsafe(self._wake)
            except RuntimeError:  # the loop has ended, and its watchers with it
                self.close()

    def _wake(self) -> None:
        with self._lock:
            self._heard.set()


class Changes:
    """The hub's town crier. ``notify`` may be called from any thread and never waits."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._subscriptions: set[Subscription] = set()
        self.closed = False

    @property
    def listeners(self) -> int:
        """How many watch."""
        return len(self._subscriptions)

    def notify(self, topic: str) -> None:
        """Something of this kind changed: ``zones``, ``edges``, ``shop``, `plans_of` a store."""
        for subscription in self._everybody():
            subscription.tell(topic)

    def subscribe(self) -> Subscription:
        """Watch from now on; call it inside the event loop, and close it when done."""
        subscription = Subscription(self)
        with self._lock:
            self._subscriptions.add(subscription)
        return subscription

    def forget(self, subscription: Subscription) -> None:
        """End a watch."""
        with self._lock:
            self._subscriptions.discard(subscription)

    def close(self) -> None:
        """Let every stream end, for good."""
        self.closed = True
        for subscription in self._everybody():
            subscription.tell(None)

    def _everybody(self) -> list[Subscription]:
        with self._lock:
            return list(self._subscriptions)
