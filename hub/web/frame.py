"""The top and the pages around what a reader is told in place of a page."""

from __future__ import annotations

from dataclasses import replace

from fastapi import Request

from hub.api.access import who_asks
from hub.parts import HubParts
from hub.people.rights import Right
from hub.shop import Store
from hub.web.bar import Bar
from hub.web.guessed import Guessed
from hub.web.navigation import ENTRIES
from hub.web.store_bar import store_bar, stores_of_reader


def frame(request: Request) -> Bar | None:
    """That of the store which the address names, or of the tablet's, or of the reader's first.

    None for who is not known, and where there is no such store.
    """
    who, hub = who_asks(request), _hub(request)
    if hub is None or not who.may(Right.SEE):
        return None
    own = {store.id: store for store in stores_of_reader(hub)}
    wanted = (request.query_params.get("store"), who.tablet_store)
    store: Store | None = next((own[each] for each in wanted if each in own), None)
    store = store or next(iter(own.values()), None)
    # Another store is chosen for the page that was asked for, where it is one.
    path = request.url.path if request.url.path in {entry.path for entry in ENTRIES} else "/"
    if store is None:
        return None
    # Why something was not done is told although the database hangs; an open page hears of PINs
    # that were guessed at by its live events.
    return replace(store_bar(hub, store, path), guessed=Guessed)


def _hub(request: Request) -> HubParts | None:
    return getattr(request.app.state, "hub", None)
