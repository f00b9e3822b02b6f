"""Asking a device for something momentary, told to the audit with what came of it."""

from __future__ import annotations

from anyio import to_thread

from hub.audit import Change, record
from hub.database import writing
from hub.errors import NoReplyError, UnavailableError, UnknownEdgeError
from hub.parts import HubParts
from hub.reported import ReportedEdge
from hub.requests import Action, Announcement
from scenes.language import _
from scenes.messages import DeviceState, Reply


def known_edge(hub: HubParts, store: str, edge: str) -> ReportedEdge:
    """An edge that reported; `UnknownEdgeError`."""
    known = hub.reported.edge(store, edge)
    if known is None:
        raise UnknownEdgeError(
            _("{store} has no agent “{edge}” that ever reported").format(store=store, edge=edge)
        )
    return known


async def ask_and_tell(
    hub: HubParts,
    of: ReportedEdge,
    action: Action,
    device: str,
    author: str = "",
    announcement: Announcement | None = None,
) -> Reply:
    """Ask a device of an edge, and tell the audit what came of it, also when nobody answered.

    `NoReplyError`, `UnavailableError`, `NotInOfficeError`.
    """
    hub.office.require()
    asked_at = hub.now()

    state = of.state.message.devices.get(device) if of.state else None

    def tell(done: bool, text: str) -> None:
        change = Change(
            at=asked_at,
            author=author,
            action=f"device.{action}",
            store=of.store,
            subject=f"device {device}",
            after={
                "edge": of.edge,
                "zone": state.zone if state else None,
                "done": done,
                "text": text,
                **_cartridge(action, state),
                **({} if announcement is None else {"source": announcement.source}),
            },
        )
        with writing(hub.engine, urgent=True) as connection:
            record(connection, change)

    try:
        reply = await hub.requests.ask(of.store, of.edge, action, device, announcement)
    except (NoReplyError, UnavailableError) as error:
        await to_thread.run_sync(tell, False, str(error))
        raise
    await to_thread.run_sync(tell, reply.done, reply.text)
    return reply


def _cartridge(action: Action, state: DeviceState | None) -> dict[str, object]:
    """Of a new cartridge, what was in the one before: afterwards nobody knows."""
    if action != "refill" or state is None:
        return {}
    return {"fragrance": state.reading.fragrance, "left_ml": state.reading.cartridge_ml}
