"""Where every reaction stands, in the database, so that a restart forgets nothing."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, delete, select
from sqlmodel import col

from hub.database import insert_or
from hub.tables import ReactionStateRow
from scenes.reaction import ReactionState
from scenes.rules import Reaction

ReactionKey = tuple[str, str, str]
"""(store, zone, reaction)"""


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A reaction as it was when its state was kept, the state, and the run that is its work.

    ``run`` is empty while none is.
    """

    reaction: Reaction
    state: ReactionState
    run: str = ""


def keep(connection: Connection, key: ReactionKey, kept: Kept) -> None:
    """Keep where a reaction stands, in place of what was kept before."""
    store, zone, reaction = key
    statement = insert_or(connection, ReactionStateRow)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["store", "zone", "reaction"],
            set_={"body": statement.excluded.body},
        ),
        [
            {
                "store": store,
                "zone": zone,
                "reaction": reaction,
                "body": msgspec.json.encode(kept).decode(),
            }
        ],
    )


def forget(connection: Connection, key: ReactionKey) -> None:
    """A reaction is no more."""
    store, zone, reaction = key
    connection.execute(
        delete(ReactionStateRow).where(
            col(ReactionStateRow.store) == store,
            col(ReactionStateRow.zone) == zone,
            col(ReactionStateRow.reaction) == reaction,
        )
    )


def kept_by(connection: Connection) -> dict[ReactionKey, Kept]:
    """Everything that was kept."""
    rows = connection.execute(
        select(
            col(ReactionStateRow.store),
            col(ReactionStateRow.zone),
            col(ReactionStateRow.reaction),
            col(ReactionStateRow.body),
        )
    )
    return {
        (row.store, row.zone, row.reaction): msgspec.json.decode(row.body, type=Kept)
        for row in rows
    }
