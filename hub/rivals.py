"""Plans for our zones that somebody else made: what is kept of them, and which are news to us."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import Connection, select, update
from sqlmodel import col

from hub.database import insert_or
from hub.tables import RivalPlanRow
from scenes.errors import InvalidMessageError
from scenes.plan import Plan
from scenes.units import Count, Instant, Number

ZoneKey = tuple[str, str]
"""(store, zone)"""
Order = tuple[int, int]
"""(epoch, revision)"""


@dataclass(frozen=True, slots=True)
class Rival:
    """A zone's plan that this database didn't know: where and when it was seen, and whose it is.

    ``hub`` is empty where nobody says who made it.
    """

    store: str
    zone: str
    order: Order
    place: str
    seen_at: datetime
    hub: str = ""

    @property
    def key(self) -> ZoneKey:
        """Store and zone."""
        return self.store, self.zone


class PlanHead(msgspec.Struct, frozen=True):
    """What of a plan says whose it is."""

    epoch: Count
    revision: Number
    compiled_at: Instant
    follows: tuple[Count, Count] | None = None

    @property
    def order(self) -> Order:
        """Epoch and revision."""
        return self.epoch, self.revision


class PlanNote(msgspec.Struct, frozen=True):
    """The part of a plan message that is read of every plan that goes over the broker."""

    plan: PlanHead
    hub: str = ""


_notes = msgspec.json.Decoder(PlanNote)


def read_note(payload: bytes) -> PlanNote:
    """Whose plan a message is; `InvalidMessageError` where it doesn't say."""
    try:
        return _notes.decode(payload)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise InvalidMessageError(f"it is no plan: {error}") from error


def later_term(head: PlanHead, ours: Plan, epoch: int) -> bool:
    """Whether somebody who took office after us, or at the same second, made a plan."""
    if head.epoch > epoch:
        return True
    twin = head.order == ours.order and head.compiled_at != ours.compiled_at
    return head.epoch == epoch and (head.order > ours.order or twin)


def forgetful(head: PlanHead, ours: Plan) -> bool:
    """Whether the maker of a later term's plan never heard of ours: agents that have it refuse."""
    return head.follows is not None and head.epoch != ours.epoch and head.follows < ours.order


def unknown(order: Order, ours: Plan, epoch: int) -> bool:
    """Whether a plan is newer than what was known of its zone when our term began.

    ``ours`` is the plan that holds now, ``epoch`` our term's.
    """
    if order[0] == epoch:
        return order > ours.order
    # One that holds since an earlier term (a farewell) was known with that term's end.
    known = (ours.follows or (0, 0)) if ours.epoch == epoch else ours.order
    return order > known


def contested(connection: Connection) -> Mapping[ZoneKey, Rival]:
    """The zones whose newest plan nobody has confirmed yet."""
    table = RivalPlanRow
    rows = connection.execute(
        select(
            col(table.store),
            col(table.zone),
            col(table.epoch),
            col(table.revision),
            col(table.hub),
            col(table.place),
            col(table.seen_at),
        ).where(col(table.confirmed_at).is_(None))
    )
    return {
        (row.store, row.zone): Rival(
            store=row.store,
            zone=row.zone,
            order=(row.epoch, row.revision),
            hub=row.hub,
            place=row.place,
            seen_at=row.seen_at,
        )
        for row in rows
    }


def keep(connection: Connection, rival: Rival) -> None:
    """Keep what was seen, in place of an earlier one of its zone."""
    statement = insert_or(connection, RivalPlanRow)
    values = {
        "epoch": rival.order[0],
        "revision": rival.order[1],
        "hub": rival.hub,
        "place": rival.place,
        "seen_at": rival.seen_at,
        "confirmed_at": None,
    }
    connection.execute(
        statement.values(store=rival.store, zone=rival.zone, **values).on_conflict_do_update(
            index_elements=["store", "zone"], set_=values
        )
    )


def confirm(connection: Connection, now: datetime) -> None:
    """Note that a person found this database to be right over all that was seen."""
    statement = update(RivalPlanRow).where(col(RivalPlanRow.confirmed_at).is_(None))
    connection.execute(statement.values(confirmed_at=now))
