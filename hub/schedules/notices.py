"""Where the shop file says another schedule than the one that a person deployed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Engine

from hub.planning.drafts import find_drafts
from hub.planning.from_file import FROM_FILE, said_by_file
from hub.shop import Shop


def schedule_notices(engine: Engine, shop: Shop) -> Sequence[str]:
    """What of the shop file's schedules waits, in sentences; ``shop`` is what the file says."""
    with engine.connect() as connection:
        drafts, said = find_drafts(connection), said_by_file(connection)
    found = []
    for store in shop.stores:
        draft = drafts.get(store.id)
        changed = f"the shop file says another schedule of {store.name} than a person deployed"
        if draft is not None and draft.origin == FROM_FILE:
            found.append(
                f"{changed}: what the file says waits as the draft "
                f"(look at it: stemning plan review {store.id})"
            )
        elif draft is not None and store.id in said and said[store.id] != store.schedule:
            found.append(
                f"{changed} and there is another draft: deploy or discard that one, "
                "then save the file again"
            )
    return found
