"""What edges say that they really do: the other half of every "desired and reported"."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from scenes.language import _
from scenes.messages import Hello, Message, State, ZoneState

STALE_S = 15.0
"""A report older than this is no longer the present."""

GONE_S = 60.0
"""An edge that is offline for longer than this no longer speaks for a zone that another serves:
it was replaced, or it will say so itself when it is back."""

EdgeKey = tuple[str, str]
"""(store, edge)"""

M = TypeVar("M", bound=Message)


@dataclass(frozen=True, slots=True)
class Heard(Generic[M]):
    """A message, when it came, how old it already was then, and when somebody asked (``age_s``).

    Only a retained message is old on arrival. Of a live one the age counts from its arrival,
    so that an edge's wrong clock neither ages nor freshens it; and not by the hub's own clock,
    which may be set back too.
    """

    message: M
    received_at: datetime
    age_on_arrival_s: float
    age_s: float

    @property
    def said_at(self) -> datetime:
        """When the edge said it, by the hub's clock."""
        return self.received_at - timedelta(seconds=self.age_on_arrival_s)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, in words, and since when, if that is known."""

    text: str
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Trouble:
    """Since when a device has had its problem; ``or_earlier`` when it had it as it was first heard.

    By the hub's clock.
    """

    since: datetime
    or_earlier: bool


@dataclass(frozen=True, slots=True)
class ReportedEdge:
    """The last that is known of an edge, and how old it was when that was asked.

    ``troubles`` and ``seen`` go by device: since when it fails, when a sensor saw somebody last.
    """

    store: str
    edge: str
    hello: Heard[Hello] | None
    state: Heard[State] | None
    troubles: Mapping[str, Trouble] = field(default_factory=dict)
    seen: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def online(self) -> bool:
        """Whether it is connected to the broker, as far as the broker knows."""
        return self.hello is not None and self.hello.message.online

    @property
    def gone(self) -> bool:
        """Whether it said goodbye, or its last will did, and nothing came for `GONE_S`."""
        if self.hello is None or self.hello.message.online:
            return False
        # A retained will is as old as the connection that it was left for, its state is not.
        signs = [self.hello.age_s, *([self.state.age_s] if self.state else [])]
        return min(signs) > GONE_S

    @property
    def zones(self) -> frozenset[str]:
        """The zones that it serves."""
        hello = self.hello.message.zones if self.hello else ()
        return frozenset((*hello, *(self.state.message.zones if self.state else ())))

    @property
    def age_s(self) -> float | None:
        """Seconds since its last state; None if it never sent one."""
        return self.state.age_s if self.state else None

    @property
    def stale(self) -> bool:
        """Whether its state is too old to be the present."""
        return self.age_s is None or self.age_s > STALE_S


@dataclass(frozen=True, slots=True)
class Followed:
    """The (epoch, revision) of the plan that an edge follows, and when it said so.

    ``said_at`` is by the hub's clock.
    """

    edge: str
    order: tuple[int, int]
    said_at: datetime


@dataclass(frozen=True, slots=True)
class ReportedZone:
    """A zone as all the edges that serve it report it together.

    ``state`` is that of the edge which was heard longest ago among those that agree, or None
    when they don't agree or none plays anything; ``age_s`` is the oldest. ``follows`` has an
    entry for each edge that says which plan it plays: whether that is ours is another matter.
    An edge that is gone while another one serves the zone is a problem and counts for nothing else.
    ``offline``: none of them is connected, so whatever they said last is the past already.
    """

    state: ZoneState | None
    at: datetime
    age_s: float
    confirmed: bool
    fading: bool
    problems: Sequence[Problem]
    edges: Sequence[str]
    follows: Sequence[Followed]
    offline: bool

    @property
    def stale(self) -> bool:
        """Whether this is no longer the present: too old, or said by edges that are offline."""
        return self.offline or self.age_s > STALE_S


class Reported:
    """The latest hello and state of every edge. Safe to use from any thread.

    ``monotonic`` gives seconds that nobody sets back: ages count by it.
    """

    def __init__(self, now: Callable[[], datetime], monotonic: Callable[[], float]) -> None:
        self._now = now
        self._monotonic = monotonic
        self._lock = threading.Lock()
        # Each with when it came by the monotonic clock.
        self._hellos: dict[EdgeKey, tuple[Heard[Hello], float]] = {}
        self._states: dict[EdgeKey, tuple[Heard[State], float]] = {}
        self._silent: set[tuple[str, str, bool]] = set()
        self._troubles: dict[EdgeKey, Mapping[str, Trouble]] = {}
        self._seen: dict[EdgeKey, Mapping[str, datetime]] = {}

    def hello(self, hello: Hello, *, retained: bool = False) -> None:
        """An edge says that it is there, or its last will that it isn't."""
        with self._lock:
            self._hellos[hello.store, hello.edge] = self._heard(hello, hello.at, retained)

    def state(self, state: State, *, retained: bool = False) -> bool:
        """An edge says what it does; whether that is anything but the same again."""
        with self._lock:
            before = self._states.get((state.store, state.edge))
            heard = self._heard(state, state.at, retained)
            self._states[state.store, state.edge] = heard
            self._remember(state, heard[0].said_at, first=before is None)
        return before is None or _content(before[0].message) != _content(state)

    def forget(self, store: str, edge: str) -> None:
        """An edge was removed: nothing of it is known any more."""
        with self._lock:
            self._hellos.pop((store, edge), None)
            self._states.pop((store, edge), None)
            self._troubles.pop((store, edge), None)
            self._seen.pop((store, edge), None)

    def edges(self) -> list[ReportedEdge]:
        """Every edge that was ever heard, by store and name."""
        with self._lock:
            monotonic_s = self._monotonic()
            keys = sorted(self._hellos.keys() | self._states.keys())
            return [
                ReportedEdge(
                    *key,
                    _aged(self._hellos.get(key), monotonic_s),
                    _aged(self._states.get(key), monotonic_s),
                    self._troubles.get(key, {}),
                    self._seen.get(key, {}),
                )
                for key in keys
            ]

    def edge(self, store: str, edge: str) -> ReportedEdge | None:
        """One edge, if it was ever heard."""
        return next((one for one in self.edges() if (one.store, one.edge) == (store, edge)), None)

    def online(self) -> int:
        """How many edges are connected, as far as the broker knows."""
        return sum(edge.online for edge in self.edges())

    def silence_changed(self) -> bool:
        """Whether an edge fell silent, was gone, or spoke again since this was asked last."""
        silent = {(edge.store, edge.edge, edge.gone) for edge in self.edges() if edge.stale}
        changed, self._silent = silent != self._silent, silent
        return changed

    def zone(self, store: str, zone: str) -> ReportedZone | None:
        """What the zone's edges say; None when no edge has ever said anything of it."""
        return self.zones().get((store, zone))

    def zones(self) -> Mapping[tuple[str, str], ReportedZone]:
        """Every zone that an edge has said something of, by (store, zone)."""
        serving: dict[tuple[str, str], list[ReportedEdge]] = {}
        for edge in self.edges():
            if edge.state is not None:
                for zone in edge.state.message.zones:
                    serving.setdefault((edge.store, zone), []).append(edge)
        return {key: _combined(key[1], edges) for key, edges in serving.items()}

    def _remember(self, state: State, said_at: datetime, *, first: bool) -> None:
        """Since when each device fails, and when each sensor saw somebody last."""
        key = state.store, state.edge
        before = self._troubles.get(key, {})
        self._troubles[key] = {
            name: before.get(name) or Trouble(said_at, or_earlier=first)
            for name, device in state.devices.items()
            if device.reading.problem is not None
        }
        seeing = {name: said_at for name, device in state.devices.items() if device.reading.present}
        if seeing:
            self._seen[key] = {**self._seen.get(key, {}), **seeing}

    def _heard(self, message: M, said_at: datetime, retained: bool) -> tuple[Heard[M], float]:
        """The message as it came, and when by the monotonic clock."""
        now = self._now()
        age_s = max(0.0, (now - said_at).total_seconds()) if retained else 0.0
        return Heard(message, now, age_s, age_s), self._monotonic()


def _aged(heard: tuple[Heard[M], float] | None, monotonic_s: float) -> Heard[M] | None:
    if heard is None:
        return None
    came, at_s = heard
    return replace(came, age_s=came.age_on_arrival_s + monotonic_s - at_s)


def _content(state: State) -> tuple[object, ...]:
    return state.zones, state.devices, state.clock, state.problems


def _combined(zone: str, known: Sequence[ReportedEdge]) -> ReportedZone:
    replaced = any(edge.online for edge in known)
    edges = [edge for edge in known if not (replaced and edge.gone)]
    states = [edge.state for edge in edges if edge.state is not None]
    oldest = max(states, key=lambda heard: heard.age_s)
    zones = [heard.message.zones[zone] for heard in states]
    agreed = len({state.scene for state in zones}) == 1
    problems = [problem for edge in known for problem in _problems(zone, edge, edge in edges)]
    if not agreed:
        plays = (
            _("{edge} plays {scene}").format(edge=edge.edge, scene=_scene(edge, zone))
            for edge in edges
        )
        said = _("The edges disagree: {said}").format(said=", ".join(plays))
        problems.append(Problem(said))
    return ReportedZone(
        state=oldest.message.zones[zone] if agreed else None,
        at=oldest.message.at,
        age_s=oldest.age_s,
        confirmed=agreed and all(state.confirmed for state in zones),
        fading=any(state.fading for state in zones),
        problems=problems,
        edges=[edge.edge for edge in edges],
        follows=[followed for edge in edges if (followed := _followed(zone, edge)) is not None],
        # One that sent no hello is not known to be offline; its silence will tell.
        offline=all(edge.hello is not None and not edge.online for edge in edges),
    )


def _followed(zone: str, edge: ReportedEdge) -> Followed | None:
    state = edge.state.message.zones[zone] if edge.state else None
    if edge.state is None or state is None or state.epoch is None:
        return None
    return Followed(edge.edge, (state.epoch, state.revision or 0), edge.state.said_at)


def _problems(zone: str, edge: ReportedEdge, serves: bool) -> list[Problem]:
    if edge.state is None:
        return []
    state = edge.state.message
    problems = []
    if edge.hello is not None and not edge.hello.message.online:
        problems.append(Problem(_("{edge} is offline").format(edge=edge.edge), state.at))
    elif edge.stale:
        said = _("{edge} has not been heard").format(edge=edge.edge)
        problems.append(Problem(said, state.at))
    if not serves:
        return problems
    if state.zones[zone].problem:
        problems.append(Problem(f"{edge.edge}: {state.zones[zone].problem}"))
    problems.extend(Problem(f"{edge.edge}: {problem}") for problem in state.problems)
    problems.extend(
        Problem(f"{name}: {device.reading.problem}")
        for name, device in state.devices.items()
        if device.zone == zone and device.reading.problem
    )
    return problems


def _scene(edge: ReportedEdge, zone: str) -> str:
    scene = edge.state.message.zones[zone].scene if edge.state else None
    return scene or _("nothing")
