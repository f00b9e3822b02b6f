"""The top of any page of a store, from the hub's parts."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Annotated

from fastapi import Query
from fastapi.responses import Response

from hub.api.edges import unknown_zones
from hub.errors import UnknownStoreError
from hub.parts import HubParts
from hub.people.who import asking
from hub.shop import Store
from hub.web.bar import Bar, Stray, bar, health_lines
from hub.web.guessed import guessed_at
from hub.web.held import held_in, offers
from hub.web.rendering import page, sentence
from scenes.language import _

StoreId = Annotated[str | None, Query(max_length=64)]
Id = Annotated[str, Query(max_length=64)]


def pick_store(hub: HubParts, store_id: str | None) -> Store | None:
    """The store that was asked for, or the reader's first; None when the shop file names none."""
    if store_id is None:
        stores = stores_of_reader(hub)
        return stores[0] if stores else None
    store = hub.planner.shop.store(store_id)
    if store is None:
        raise UnknownStoreError(_("there is no store {store}").format(store=repr(store_id)))
    return store


def stores_of_reader(hub: HubParts) -> tuple[Store, ...]:
    """The stores that whoever reads the page may see."""
    who = asking.get()
    return tuple(store for store in hub.planner.shop.stores if who.in_store(store.id))


def store_bar(hub: HubParts, store: Store, path: str = "/") -> Bar:
    """The top of any page of a store; every page is told it anew."""
    now = hub.now()
    known = {each.id for each in hub.planner.shop.stores}
    edges = [edge for edge in hub.reported.edges() if edge.store == store.id]
    # An edge of no store at all is nobody's, so every store's page tells of it.
    strays = [
        Stray(edge.edge, edge.store if edge.store not in known else "", tuple(zones))
        for edge in hub.reported.edges()
        if (edge.store == store.id or edge.store not in known)
        and (zones := unknown_zones(hub, edge))
    ]
    shown = bar(
        store,
        stores_of_reader(hub),
        health_lines(hub.link.connected, edges, strays),
        hub.shop_status,
        [sentence(problem) for problem in hub.office.problems()],
        now,
        path,
    )
    return replace(
        shown,
        offers=offers(hub, store),
        held=held_in(hub, store, now),
        guessed=partial(guessed_at, hub, store, people=path == "/people"),
    )


def no_store(hub: HubParts) -> Response:
    """What stands in place of every page while the shop file names no store."""
    return page("empty.html", {"bar": None, "problems": hub.shop_status.problems})
