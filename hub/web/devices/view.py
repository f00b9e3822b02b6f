"""The page of a store's devices at one moment, from the hub's parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hub.api.edges import unknown_zones
from hub.parts import HubParts
from hub.reported import ReportedEdge
from hub.shop import Store
from hub.web.devices.chain import Clocks, Link, agent_link, broker_link
from hub.web.devices.readings import fragrance_words, millilitres
from hub.web.devices.rows import AgentCard, Row, Told, agent_card, row
from hub.web.devices.told import Answer, DeviceKey, Refill, failed_at, last_answers, refills
from hub.web.words import age
from scenes.messages import DeviceInfo, DeviceState


@dataclass(frozen=True, slots=True)
class ZoneDevices:
    """A zone and its devices; ``served`` by any agent. Without an id the shop doesn't have it."""

    id: str
    name: str
    served: bool
    rows: tuple[Row, ...]
    good: int


@dataclass(frozen=True, slots=True)
class RefillLine:
    """A cartridge that was put in, in words; ``lasted`` and ``left`` are the one before it."""

    device: str
    fragrance: str
    at: str
    author: str
    lasted: str
    left: str


@dataclass(frozen=True, slots=True)
class DevicesPage:
    """What the devices template shows."""

    store: str
    broker: Link
    zones: tuple[ZoneDevices, ...]
    agents: tuple[AgentCard, ...]
    homeless: tuple[tuple[str, str], ...]
    """Agents that name a store which the shop file doesn't have: (agent, store)."""
    refills: tuple[RefillLine, ...]
    """The store's cartridges, the newest first."""


def devices_page(hub: HubParts, store: Store) -> DevicesPage:
    """Every device of the store and the way to it."""
    clocks = Clocks(hub.now(), store.tz)
    link = hub.link
    broker = broker_link(link.connected, link.silent_s, clocks)
    everybody = hub.reported.edges()
    edges = [edge for edge in everybody if edge.store == store.id]
    agents = {edge.edge: agent_link(edge, broker, clocks) for edge in edges}
    found = [(edge, *each) for edge in edges for each in _devices(edge)]
    troubled = {
        (edge.edge, info.id) for edge, info, state in found if state and state.reading.problem
    }
    with hub.engine.connect() as connection:
        since = failed_at(connection, store.id, troubled, clocks.now)
        answers: Mapping[DeviceKey, Answer] = last_answers(connection, store.id, clocks.now)
        cartridges = refills(connection, store.id)
    put_in = {(each.edge, each.device) for each in cartridges}
    rows: dict[str, list[Row]] = {}
    for edge, info, state in found:
        key = (edge.edge, info.id)
        shown = row(
            edge,
            info,
            state,
            (broker, agents[edge.edge]),
            Told(since.get(key), answers.get(key), cartridge=key in put_in),
            clocks,
        )
        rows.setdefault(info.zone, []).append(shown)
    known = {each.id for each in hub.planner.shop.stores}
    return DevicesPage(
        store=store.id,
        broker=broker,
        zones=tuple(_zones(store, edges, rows)),
        agents=tuple(
            agent_card(edge, agents[edge.edge], unknown_zones(hub, edge)) for edge in edges
        ),
        homeless=tuple((edge.edge, edge.store) for edge in everybody if edge.store not in known),
        refills=_refill_lines(cartridges, clocks),
    )


def _refill_lines(told: Sequence[Refill], clocks: Clocks) -> tuple[RefillLine, ...]:
    return tuple(
        RefillLine(
            each.device,
            fragrance_words(each.fragrance),
            clocks.words(each.at),
            each.author,
            age(each.lasted.total_seconds()) if each.lasted else "",
            millilitres(each.left_ml) if each.left_ml is not None else "",
        )
        for each in told
    )


def _devices(edge: ReportedEdge) -> Iterator[tuple[DeviceInfo, DeviceState | None]]:
    """What an agent says that it has, and what it says of each."""
    states = dict(edge.state.message.devices) if edge.state else {}
    told = {info.id: info for info in (edge.hello.message.devices if edge.hello else ())}
    for name, state in states.items():
        # An older hello may not name what was added since.
        told.setdefault(
            name, DeviceInfo(id=name, kind=state.kind, zone=state.zone, driver="", group=None)
        )
    for name in sorted(told, key=lambda name: (told[name].kind, name)):
        yield told[name], states.get(name)


def _zones(
    store: Store, edges: list[ReportedEdge], rows: dict[str, list[Row]]
) -> Iterator[ZoneDevices]:
    served = {zone for edge in edges for zone in edge.zones}
    names = {zone.id: zone.name for zone in store.zones}
    for zone in (*names, *sorted(rows.keys() - names.keys())):
        mine = tuple(rows.get(zone, ()))
        yield ZoneDevices(
            zone if zone in names else "",
            names.get(zone, zone),
            zone in served,
            mine,
            sum(each.level == "good" for each in mine),
        )
