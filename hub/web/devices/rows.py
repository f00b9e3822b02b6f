"""A device as a row of the page, and an agent as a card, in words and looks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from hub.reported import ReportedEdge
from hub.web.agents_said import agents_said
from hub.web.devices.chain import Clocks, Link, device_link
from hub.web.devices.readings import cartridge_words, reading_words, runs_out
from hub.web.devices.told import Answer
from hub.web.looks import Look
from hub.web.words import age, number_words
from scenes.language import N_, _, ngettext
from scenes.messages import ClockState, DeviceInfo, DeviceKind, DeviceState, Reading, State

_KINDS: dict[DeviceKind, tuple[str, str]] = {
    "light": ("lightbulb", N_("Light")),
    "player": ("speaker", N_("Player")),
    "diffuser": ("droplets", N_("Diffuser")),
    "sensor": ("scan-eye", N_("Sensor")),
}
_IDENTIFY: dict[DeviceKind, tuple[str, str]] = {
    "light": ("lightbulb", N_("Blink")),
    "player": ("volume-1", N_("Fade briefly")),
    "diffuser": ("wind", N_("Puff")),
}
_CLOCKS: dict[ClockState, str] = {
    "synced": N_("A time server vouches for its clock"),
    "holdover": N_("Its clock goes on from what it knew before"),
    "unsynced": N_("Nobody vouches for its clock, so it plays by a guess"),
}
ICONS = frozenset(icon for icon, _word in (*_KINDS.values(), *_IDENTIFY.values()))
"""What the sheet of icons has to have for these rows."""


@dataclass(frozen=True, slots=True)
class Button:
    """Something to ask of a device; ``action`` as in a `Request`."""

    action: str
    look: Look


@dataclass(frozen=True, slots=True)
class Told:
    """What the database knows of a device; ``cartridge``: somebody said that one was put in."""

    failed_at: datetime | None = None
    answer: Answer | None = None
    cartridge: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A device: its three links, what it does, and what can be asked of it."""

    id: str
    edge: str
    device: str
    kind: Look
    driver: str
    links: tuple[tuple[str, str, Link], ...]
    level: str
    words: str
    doing: str
    cartridge: str
    runs_out: bool
    buttons: tuple[Button, ...]
    refillable: bool
    why_not: str
    """Why nothing can be asked of it now; empty where something can."""
    answer: Answer | None
    answer_age: str = field(compare=False)
    heard_at: datetime | None = field(compare=False)
    heard_age: str = field(compare=False)


@dataclass(frozen=True, slots=True)
class AgentCard:
    """An agent: whether it answers, what it is, and what is wrong with itself."""

    id: str
    edge: str
    link: Link
    version: str
    clock: str
    clock_trusted: bool
    what_to_do: str
    waiting: str
    dropped: str
    problems: tuple[str, ...]
    zones: str
    unknown_zones: str
    forgettable: bool
    heard_age: str = field(compare=False)


def row(
    edge: ReportedEdge,
    info: DeviceInfo,
    state: DeviceState | None,
    front: tuple[Link, Link],
    told: Told,
    clocks: Clocks,
) -> Row:
    """A device's row; ``front`` are the links before its own."""
    broker, agent = front
    own = device_link(state, edge, agent, told.failed_at, clocks)
    links = (
        (_("Hub"), _("Broker"), broker),
        (_("Broker"), edge.edge, agent),
        (edge.edge, info.id, own),
    )
    reading = state.reading if state else Reading()
    known = own.level == "good"
    # The first broken link says what is wrong; those behind it only say that they don't know.
    first = next((link for _a, _b, link in links if link.level != "good"), own)
    return Row(
        id=f"device-{edge.edge}-{info.id}",
        edge=edge.edge,
        device=info.id,
        kind=Look(_KINDS[info.kind][0], _(_KINDS[info.kind][1])),
        driver=info.driver,
        links=links,
        level=own.level,
        words=first.words,
        doing=reading_words(info.kind, reading) if known else "",
        cartridge=_cartridge(reading, told) if known else "",
        runs_out=known and told.cartridge and runs_out(reading),
        buttons=_buttons(info.kind),
        refillable=info.kind == "diffuser",
        why_not=_why_not(agent),
        answer=told.answer,
        answer_age=age((clocks.now - told.answer.at).total_seconds()) if told.answer else "",
        heard_at=own.heard_at,
        heard_age=age((clocks.now - own.heard_at).total_seconds()) if own.heard_at else "",
    )


def agent_card(edge: ReportedEdge, link: Link, strays: list[str]) -> AgentCard:
    """An agent's card; ``strays`` are the zones that it serves and the shop doesn't have."""
    hello = edge.hello.message if edge.hello else None
    # What nobody reports is not known: of one that is cut off, events wait that it tells nobody of.
    state = edge.state.message if edge.state and link.level == "good" else None
    dropped = state.dropped_events if state else 0
    return AgentCard(
        id=f"agent-{edge.store}-{edge.edge}",
        edge=edge.edge,
        link=link,
        version=hello.version if hello else "",
        clock=_clock(state),
        clock_trusted=state is None or state.clock != "unsynced",
        what_to_do=_what_to_do(edge, link),
        waiting=_waiting(state),
        dropped=(
            ngettext("{n} event was dropped", "{n} events were dropped", dropped).format(
                n=number_words(dropped)
            )
            if dropped
            else ""
        ),
        problems=tuple(map(agents_said, state.problems)) if state else (),
        zones=", ".join(sorted(edge.zones)),
        unknown_zones=", ".join(strays),
        forgettable=not edge.online or edge.stale,
        heard_age=age(edge.age_s) if edge.age_s is not None else "",
    )


def _clock(state: State | None) -> str:
    if state is None:
        return _("Unknown")
    return _(_CLOCKS[state.clock]) if state.clock else _("not said")


def _waiting(state: State | None) -> str:
    if state is None:
        return _("Unknown")
    waiting = state.waiting_events
    if not waiting:
        return _("The hub has all its events")
    words = ngettext("{n} event waits for the hub", "{n} events wait for the hub", waiting)
    return words.format(n=number_words(waiting))


def _cartridge(reading: Reading, told: Told) -> str:
    # An agent counts from a full one; before somebody put one in, that is no more than a guess.
    if reading.cartridge_ml is not None and not told.cartridge:
        return _("What is left is not known")
    return cartridge_words(reading)


def _why_not(agent: Link) -> str:
    if agent.level == "good":
        return ""
    return _("Nothing can be asked of it while {cause}").format(cause=agent.cause)


def _what_to_do(edge: ReportedEdge, link: Link) -> str:
    """For whoever stands in the shop; behind a silent broker nothing is known of the agent."""
    if link.level != "bad":
        return ""
    return _(
        "See that its Pi has power (a light is on) and that its network cable is in. If {agent} is "
        "not back two minutes later, call whoever installed it: this page's chain says what fails."
    ).format(agent=edge.edge)


def _buttons(kind: DeviceKind) -> tuple[Button, ...]:
    if kind not in _IDENTIFY:
        return ()
    icon, word = _IDENTIFY[kind]
    identify = Button("identify", Look(icon, _(word)))
    # What a test of the others does is the same as showing themselves.
    test = Button("test", Look("gauge", _("Full range")))
    return (identify, test) if kind == "light" else (identify,)
