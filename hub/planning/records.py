"""What planning keeps in the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, update
from sqlmodel import col

from hub.audit import Change, record
from hub.database import insert_or
from hub.planning import choice_records
from hub.planning.asked import Asked
from hub.planning.choice_records import ZoneKey
from hub.planning.deployed import newest_schedules
from hub.planning.from_file import FILE_AUTHOR, said_by_file, take_from_file
from hub.scene_book import files as scene_files
from hub.scene_book.records import published as library
from hub.shop import Place, Shop, Store, Zone
from hub.tables import (
    HubRow,
    PlanRow,
    StoreRow,
    ZoneRow,
)
from scenes.plan import Plan
from scenes.schedule import Schedule

_PLACE_FIELDS = tuple(field.name for field in fields(Place))
_STORE_FIELDS = ("name", "time_zone", "currency", "groups", *_PLACE_FIELDS)
# A person waits for it: made once, because building a statement takes as long as running it.
_ADD_PLAN = insert(PlanRow)


@dataclass(frozen=True, slots=True)
class Memory:
    """Each zone's last plan, and what is still asked of it. Replaced, never changed."""

    plans: Mapping[ZoneKey, Plan]
    asked: Mapping[ZoneKey, Asked]

    def turned(self, asked: Mapping[ZoneKey, Asked]) -> Memory:
        """With something else asked of some zones."""
        return replace(self, asked={**self.asked, **asked})

    def planned(self, plans: Iterable[Plan]) -> Memory:
        """With these plans as the last of their zones."""
        return replace(
            self, plans={**self.plans, **{(plan.store, plan.zone): plan for plan in plans}}
        )

    def changed(self, plans: Iterable[Plan]) -> list[Plan]:
        """Those of ``plans`` that are not known yet."""
        return [plan for plan in plans if plan is not self.plans.get((plan.store, plan.zone))]


def take_office(connection: Connection, now: datetime, above: int = 0) -> int:
    """Begin a new term of office and return its number, which is larger than ``above``.

    The larger of the next one and the whole seconds since 1970. Counting alone would leave the
    shop deaf for good after a database was lost, or restored from a copy: agents would take this
    hub's plans for older than those that they have, even those that a person confirmed. A clock
    that is set back does no harm, because the number still rises.
    """
    clock = max(int(now.timestamp()), above + 1)
    before: int | None = connection.scalar(select(col(HubRow.epoch)).with_for_update())
    if before is None:
        connection.execute(insert(HubRow).values(id=1, epoch=clock))
        return clock
    epoch = max(before + 1, clock)
    connection.execute(update(HubRow).values(epoch=epoch))
    return epoch


def remember(connection: Connection, now: datetime) -> Memory:
    """Read back what the run before knew."""
    newest = (
        select(col(PlanRow.store), col(PlanRow.zone), func.max(PlanRow.revision).label("revision"))
        .group_by(col(PlanRow.store), col(PlanRow.zone))
        .subquery()
    )
    bodies = connection.execute(
        select(col(PlanRow.body)).join(
            newest,
            (col(PlanRow.store) == newest.c.store)
            & (col(PlanRow.zone) == newest.c.zone)
            & (col(PlanRow.revision) == newest.c.revision),
        )
    )
    plans = [msgspec.json.decode(body, type=Plan) for body in bodies.scalars()]
    return Memory(
        {(plan.store, plan.zone): plan for plan in plans},
        choice_records.standing(connection, now),
    )


def plan_in_force(connection: Connection, key: ZoneKey, instant: datetime) -> Plan | None:
    """The plan that a zone had at an instant; None before the first one that is kept."""
    body = connection.scalar(
        select(col(PlanRow.body))
        .where(col(PlanRow.store) == key[0], col(PlanRow.zone) == key[1])
        .where(col(PlanRow.compiled_at) <= instant)
        .order_by(col(PlanRow.revision).desc())
        .limit(1)
    )
    return None if body is None else msgspec.json.decode(body, type=Plan)


def add_plans(connection: Connection, plans: Iterable[Plan]) -> None:
    """Keep what is about to be published."""
    rows = [
        {
            "store": plan.store,
            "zone": plan.zone,
            "revision": plan.revision,
            "epoch": plan.epoch,
            "compiled_at": plan.compiled_at,
            "until": plan.until,
            "body": msgspec.json.encode(plan),
        }
        for plan in plans
    ]
    if rows:
        connection.execute(_ADD_PLAN, rows)


def save_shop(connection: Connection, shop: Shop, now: datetime) -> Shop:
    """Make the tables say what the shop says; the answer has what holds now.

    Its scenes carry their revisions, and its stores the schedules that are deployed. A store that
    the shop doesn't name loses its zones, never its own row: receipts, visits and exposure hang on
    that, and a store may have come with its receipts alone.
    """
    before = _told_of_stores(connection)
    connection.execute(delete(ZoneRow))
    for store in shop.stores:
        groups = [group for group, stores in shop.groups.items() if store.id in stores]
        _save_store(connection, store, groups)
    _tell_audit(connection, before, now)
    holds = take_from_file(connection, {each.id: each.schedule for each in shop.stores}, now)
    stores = tuple(replace(store, schedule=holds[store.id]) for store in shop.stores)
    # After the schedules: a scene whose file has gone goes too unless they name it.
    scenes = scene_files.take_from_files(connection, shop.scenes, now)
    return replace(shop, stores=stores, scenes=scenes)


def _told_of_stores(connection: Connection) -> dict[str, dict[str, Any]]:
    """What the audit keeps of each store: all but its schedule, which has versions of its own."""
    zones = _zones(connection)
    return {
        row["id"]: {
            **{name: row[name] for name in _STORE_FIELDS},
            "zones": zones.get(row["id"], ()),
        }
        for row in connection.execute(select(*StoreRow.__table__.columns)).mappings()  # type: ignore[attr-defined]
    }


def _tell_audit(
    connection: Connection, before: Mapping[str, dict[str, Any]], now: datetime
) -> None:
    """Who changes stores and their zones is the shop file."""
    for store, after in _told_of_stores(connection).items():
        if before.get(store) != after:
            record(
                connection,
                Change(
                    at=now,
                    author=FILE_AUTHOR,
                    action="store.change",
                    store=store,
                    subject=f"store {store}",
                    before=before.get(store),
                    after=after,
                ),
            )


def _save_store(connection: Connection, store: Store, groups: Sequence[str]) -> None:
    statement = insert_or(connection, StoreRow)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["id"], set_={name: statement.excluded[name] for name in _STORE_FIELDS}
        ),
        [
            {
                "id": store.id,
                "name": store.name,
                "time_zone": store.time_zone,
                "currency": store.currency,
                "groups": groups,
                **asdict(store.place),
            }
        ],
    )
    zones = [
        {
            "store": store.id,
            "id": zone.id,
            "name": zone.name,
            "position": position,
            "fallback_scene": zone.fallback,
        }
        for position, zone in enumerate(store.zones)
    ]
    if zones:
        connection.execute(insert(ZoneRow), zones)


def saved_shop(connection: Connection) -> Shop | None:
    """The shop as it was saved last, with what files said of it; None if there was none.

    What people deployed or published since is not in it: `save_shop` lays that upon it again.
    Stores without zones are not of it: they are kept for what was measured and sold in them.
    """
    zones = _zones(connection)
    deployed, said = newest_schedules(connection), said_by_file(connection)
    stores: list[Store] = []
    groups: dict[str, tuple[str, ...]] = {}
    for row in connection.execute(
        select(*StoreRow.__table__.columns).order_by(col(StoreRow.id))  # type: ignore[attr-defined]
    ):
        if row.id not in zones:
            continue
        own = deployed[row.id].schedule if row.id in deployed else Schedule()
        stores.append(
            Store(
                id=row.id,
                name=row.name,
                time_zone=row.time_zone,
                currency=row.currency,
                zones=zones[row.id],
                schedule=said.get(row.id, own),
                place=Place(row.country, row.region, row.latitude, row.longitude),
            )
        )
        for group in row.groups or ():
            groups[group] = (*groups.get(group, ()), row.id)
    return Shop(tuple(stores), scene_files.said_by_files(connection), groups) if stores else None


def shop_in_force(connection: Connection) -> Shop:
    """The shop as it was saved last, with the scenes that play; an empty one if there was none."""
    saved = saved_shop(connection) or Shop()
    return replace(saved, scenes=library(connection))


def _zones(connection: Connection) -> dict[str, tuple[Zone, ...]]:
    """Every store's zones, in their order."""
    zones: dict[str, tuple[Zone, ...]] = {}
    for row in connection.execute(
        select(
            col(ZoneRow.store), col(ZoneRow.id), col(ZoneRow.name), col(ZoneRow.fallback_scene)
        ).order_by(col(ZoneRow.position))
    ):
        zones[row.store] = (
            *zones.get(row.store, ()),
            Zone(row.id, row.name, row.fallback_scene),
        )
    return zones
