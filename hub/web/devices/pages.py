"""The devices page, what a person asks of a device there, and an agent's last words."""

from __future__ import annotations

from typing import Annotated, Literal

from anyio import to_thread
from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from hub.api.access import WhoDep, needs
from hub.api.device_requests import ask_and_tell, known_edge
from hub.api.edges import forget_edge
from hub.errors import NoReplyError, UnavailableError
from hub.parts import HubParts, HubPartsDep
from hub.people.rights import Right
from hub.shop import Store
from hub.web.devices.view import devices_page
from hub.web.forms import Field, own_form
from hub.web.rendering import PageRoute, by_htmx, page, sentence
from hub.web.store_bar import Id, StoreId, no_store, pick_store, store_bar
from scenes.errors import StemningError

router = APIRouter(include_in_schema=False, route_class=PageRoute)
PATH = "/devices"
_ASKABLE = Literal["identify", "test", "refill"]


@router.get(PATH, dependencies=[Depends(needs(Right.SEE))])
def devices(hub: HubPartsDep, store: StoreId = None) -> Response:
    """Every device of a store, and the way to it in three links."""
    picked = pick_store(hub, store)
    if picked is None:
        return no_store(hub)
    values = {"bar": store_bar(hub, picked, PATH), "devices": devices_page(hub, picked)}
    return page("devices/page.html", values)


@router.get("/fragments/devices", dependencies=[Depends(needs(Right.SEE))])
def devices_part(hub: HubPartsDep, store: Id) -> Response:
    """The devices alone, as they are now; an open page asks for them every few seconds."""
    picked = pick_store(hub, store)
    return no_store(hub) if picked is None else _part(hub, picked)


@router.post("/devices/ask", dependencies=[Depends(own_form), Depends(needs(Right.TEND))])
async def ask(
    request: Request,
    hub: HubPartsDep,
    who: WhoDep,
    store: Field,
    edge: Field,
    device: Field,
    action: Annotated[_ASKABLE, Form()],
) -> Response:
    """Ask a device to show itself, or say that its cartridge is new; the page says what came."""
    picked = await to_thread.run_sync(pick_store, hub, store)
    if picked is None:
        return no_store(hub)
    try:
        await ask_and_tell(hub, known_edge(hub, picked.id, edge), action, device, who.name)
    except (NoReplyError, UnavailableError):
        if not by_htmx(request):
            raise
        # The audit has it, so the row says it to everybody who looks.
    if by_htmx(request):
        return await to_thread.run_sync(_part, hub, picked)
    return RedirectResponse(f"{PATH}?store={picked.id}", 303)


@router.get("/devices/log", dependencies=[Depends(needs(Right.DEVICES))])
async def log(request: Request, hub: HubPartsDep, store: Id, edge: Id) -> Response:
    """The last lines of an agent's log, or why there are none."""
    lines: tuple[str, ...] = ()
    problem = ""
    try:
        known_edge(hub, store, edge)
        lines = (await hub.requests.ask(store, edge, "log", edge)).lines
    except StemningError as error:
        problem = sentence(str(error))
    values = {"edge": edge, "lines": lines, "problem": problem}
    if by_htmx(request):
        return page("devices/_log.html", values)
    picked = await to_thread.run_sync(pick_store, hub, store)
    bar = await to_thread.run_sync(lambda: store_bar(hub, picked, PATH)) if picked else None
    return page("devices/log.html", {"bar": bar, **values})


@router.post("/devices/forget", dependencies=[Depends(own_form), Depends(needs(Right.DEVICES))])
def forget(request: Request, hub: HubPartsDep, who: WhoDep, store: Field, edge: Field) -> Response:
    """Forget an agent that was replaced or renamed."""
    forget_edge(hub, known_edge(hub, store, edge), who.name)
    picked = pick_store(hub, store)
    if by_htmx(request) and picked is not None:
        return _part(hub, picked)
    return RedirectResponse(f"{PATH}?store={store}", 303)


def _part(hub: HubParts, store: Store) -> Response:
    return page("devices/_devices.html", {"devices": devices_page(hub, store)})
