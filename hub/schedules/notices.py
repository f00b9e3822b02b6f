"""Where the shop file says another schedule than the one that a person deployed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Engine

from hub.planning.drafts import find_drafts
from hub.planning.from_file import FROM_FILE, said_by_file
from hub.shop import Shop
from scenes.language import _


def schedule_notices(engine: Engine, shop: Shop) -> Sequence[str]:
    """What of the shop file's schedules waits, in sentences; ``shop`` is what the file says."""
    with engine.connect() as connection:
        drafts, said = find_drafts(connection), said_by_file(connection)
    found = []
    for store in shop.stores:
        draft = drafts.get(store.id)
        if draft is not None and draft.origin == FROM_FILE:
            found.append(
                _(
                    "the shop file says another schedule of {store} than a person deployed: what "
                    "the file says waits as the draft (look at it: stemning plan review {id})"
                ).format(store=store.name, id=store.id)
            )
        elif draft is not None and store.id in said and said[store.id] != store.schedule:
            found.append(
                _(
                    "the shop file says another schedule of {store} than a person deployed and "
                    "there is another draft: deploy or discard that one, then save the file again"
                ).format(store=store.name)
            )
    return found
