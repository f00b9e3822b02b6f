"""Edges: the agents on their Pis, and momentary requests to their devices."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from hub.api.access import WhoDep, needs, own_stores
from hub.api.author import signed
from hub.api.device_requests import ask_and_tell, known_edge
from hub.api.errors import documented
from hub.api.line import Line
from hub.api.models import SLUG_PATTERN, DeviceReply, DeviceRequest, EdgeDevice, EdgeLog, EdgeView
from hub.audit import Change, record
from hub.database import writing
from hub.errors import EdgeOnlineError, UnavailableError
from hub.parts import HubParts, HubPartsDep
from hub.people.rights import Right
from hub.reported import ReportedEdge
from hub.requests import Announcement
from scenes.topics import EdgeTopic, edge_topic

router = APIRouter(tags=["edges"])

StoreInPath = Annotated[str, Path(pattern=SLUG_PATTERN, max_length=64, examples=["nordic"])]
EdgeInPath = Annotated[str, Path(pattern=SLUG_PATTERN, max_length=64, examples=["ceiling"])]
Author = Annotated[
    Line, Query(max_length=60, description="Who does it: a name or a role.", examples=["Kim"])
]


@router.get("/edges", dependencies=[Depends(needs(Right.SEE))])
def list_edges(hub: HubPartsDep, who: WhoDep) -> list[EdgeView]:
    """Every agent that ever reported since the hub started, and its devices."""
    return [
        _edge_view(hub, edge)
        for edge in own_stores(who, hub.reported.edges(), lambda edge: edge.store)
    ]


@router.post(
    "/stores/{store}/edges/{edge}/requests",
    responses=documented(404, 409, 504),
    dependencies=[Depends(needs(Right.TEND))],
)
async def ask_device(
    hub: HubPartsDep,
    store: StoreInPath,
    edge: EdgeInPath,
    wish: DeviceRequest,
    author: Author = "",
) -> DeviceReply:
    """Ask a device to show itself, to run briefly within its limits, or to count a new cartridge.

    Waits for the answer, which the audit keeps. The request is never repeated, and void after 5 s.
    """
    known = known_edge(hub, store, edge)
    announcement = (
        None if wish.source is None else Announcement(wish.source, wish.volume, wish.duck)
    )
    reply = await ask_and_tell(hub, known, wish.action, wish.device, signed(author), announcement)
    return DeviceReply(id=reply.id, edge=reply.edge, at=reply.at, done=reply.done, text=reply.text)


@router.get(
    "/stores/{store}/edges/{edge}/log",
    responses=documented(404, 504),
    dependencies=[Depends(needs(Right.DEVICES))],
)
async def get_edge_log(hub: HubPartsDep, store: StoreInPath, edge: EdgeInPath) -> EdgeLog:
    """The last lines of an agent's own log, as it tells them now; 200 lines or 32 kB at most."""
    known_edge(hub, store, edge)
    reply = await hub.requests.ask(store, edge, "log", edge)
    return EdgeLog(store=store, edge=edge, at=reply.at, lines=list(reply.lines))


@router.delete(
    "/stores/{store}/edges/{edge}",
    status_code=204,
    responses=documented(404, 409),
    dependencies=[Depends(needs(Right.DEVICES))],
)
def remove_edge(
    hub: HubPartsDep, store: StoreInPath, edge: EdgeInPath, author: Author = ""
) -> None:
    """Forget an agent that was replaced or renamed, and let the broker forget it too.

    What it measured stays. One that is at work is refused: switch it off first.
    """
    forget_edge(hub, known_edge(hub, store, edge), signed(author))


def forget_edge(hub: HubParts, known: ReportedEdge, author: str) -> None:
    """Forget an agent, here and at the broker; `EdgeOnlineError`, `UnavailableError`."""
    store, edge = known.store, known.edge
    if known.online and not known.stale:
        raise EdgeOnlineError(f"{edge} is at work: switch it off first")
    with writing(hub.engine, urgent=True) as connection:
        record(
            connection,
            Change(
                at=hub.now(),
                author=author,
                action="edge.remove",
                store=store,
                subject=edge,
                before={"zones": sorted(known.zones)},
            ),
        )
        for topic in (EdgeTopic.HELLO, EdgeTopic.STATE):
            if not hub.link.publish(edge_topic(store, edge, topic), b"", retain=True):
                raise UnavailableError("the broker is not connected, so it can't forget the edge")
    hub.reported.forget(store, edge)
    hub.changes.notify("edges")
    hub.changes.notify("zones")


def _edge_view(hub: HubParts, edge: ReportedEdge) -> EdgeView:
    hello = edge.hello.message if edge.hello else None
    state = edge.state.message if edge.state else None
    return EdgeView(
        store=edge.store,
        edge=edge.edge,
        online=edge.online,
        stale=edge.stale,
        age_s=edge.age_s,
        version=hello.version if hello else None,
        boot=state.boot if state else hello.boot if hello else None,
        zones=sorted(edge.zones),
        unknown_zones=unknown_zones(hub, edge),
        devices=_devices(edge),
        waiting_events=state.waiting_events if state else 0,
        dropped_events=state.dropped_events if state else 0,
        clock=state.clock if state else None,
        problems=list(state.problems) if state else [],
    )


def unknown_zones(hub: HubParts, edge: ReportedEdge) -> list[str]:
    """The zones that an edge serves although the shop has none of that name."""
    planned = hub.planner.plans()
    return sorted(zone for zone in edge.zones if (edge.store, zone) not in planned)


def _devices(edge: ReportedEdge) -> list[EdgeDevice]:
    drivers = (
        {device.id: device.driver for device in edge.hello.message.devices} if edge.hello else {}
    )
    states = edge.state.message.devices if edge.state else {}
    return [
        EdgeDevice(
            id=name,
            kind=device.kind,
            zone=device.zone,
            driver=drivers.get(name),
            problem=device.reading.problem,
            cartridge_ml=device.reading.cartridge_ml,
            days_left=device.reading.days_left,
        )
        for name, device in sorted(states.items())
    ]
