"""Where a scene is used, in words: whatever would miss it if it went."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import msgspec
from sqlalchemy import ColumnElement, Connection, Executable, func, or_, select
from sqlmodel import col

from hub.tables import (
    IntegrationRow,
    OverrideRow,
    RunRow,
    ScheduleDraftRow,
    ScheduleVersionRow,
    StoreRow,
    TemplateVersionRow,
    ZoneRow,
)
from scenes.language import _
from scenes.rules import DateException, QuietHour, Reaction, Rule
from scenes.schedule import Schedule
from scenes.schedule_words import title

Kind = Literal["schedule", "shop-file", "draft", "template", "fallback", "choice", "run", "trigger"]


@dataclass(frozen=True, slots=True)
class Use:
    """One place that names a scene: ``text`` says it whole, ``store`` is None for a template."""

    kind: Kind
    store: str | None
    text: str


def uses_of(connection: Connection, scene_id: str, now: datetime) -> list[Use]:
    """Every place that names a scene, what plays before what is only planned."""
    stores = _stores(connection)
    documents = list(_documents(connection, stores))
    return [
        *_choices(connection, scene_id, stores, now),
        *_runs(connection, scene_id, stores, now),
        *_fallbacks(connection, scene_id, stores),
        *(use for document in documents for use in document.uses(scene_id)),
        *_triggers(connection, scene_id, stores),
    ]


@dataclass(frozen=True, slots=True)
class _Document:
    """A schedule, whose it is, and what people call it."""

    kind: Kind
    store: str | None
    name: str
    schedule: Schedule

    def uses(self, scene_id: str) -> Iterator[Use]:
        for words in _named_in(self.schedule, scene_id):
            yield Use(self.kind, self.store, f"{self.name}: {words}")


def _named_in(schedule: Schedule, scene_id: str) -> Iterator[str]:
    lists: tuple[tuple[str, Iterable[Rule | DateException | QuietHour | Reaction]], ...] = (
        ("rules", schedule.rules),
        ("exceptions", schedule.exceptions),
        ("quiet_hours", schedule.quiet_hours),
        ("reactions", schedule.reactions),
    )
    for section, items in lists:
        yield from (title(section, item) for item in items if item.scene == scene_id)
    if schedule.quiet_scene == scene_id:
        yield _("its quiet hour by hand")
    if schedule.emergency_scene == scene_id:
        yield _("its emergency")


def _documents(connection: Connection, stores: dict[str, str]) -> Iterator[_Document]:
    """Everything that plans are or may be made of; a document twice is told once."""
    schedules: list[Schedule] = []
    told: list[tuple[str, Schedule]] = []
    for kind, store, name, body in _bodies(connection, stores):
        schedule = msgspec.json.decode(body, type=Schedule)
        schedules.append(schedule)
        if (store, schedule) not in told:
            told.append((store, schedule))
            yield _Document(kind, store, name, schedule)
    yield from _templates(connection, schedules)


def _bodies(connection: Connection, stores: dict[str, str]) -> Iterator[tuple[Kind, str, str, str]]:
    version = col(ScheduleVersionRow.version)
    newest = (
        select(col(ScheduleVersionRow.store), func.max(version).label("version"))
        .group_by(col(ScheduleVersionRow.store))
        .subquery()
    )
    deployed = select(col(ScheduleVersionRow.store), col(ScheduleVersionRow.body)).join(
        newest,
        (col(ScheduleVersionRow.store) == newest.c.store) & (version == newest.c.version),
    )
    files: Executable = select(
        col(StoreRow.id).label("store"), col(StoreRow.file_schedule).label("body")
    )
    drafts = select(col(ScheduleDraftRow.store), col(ScheduleDraftRow.body))
    named: tuple[tuple[Kind, str, Executable], ...] = (
        ("schedule", "{store}", deployed),
        # By it the hub plans at its next start if the deployed one is the file's own.
        ("shop-file", _("{store} in the shop file"), files),
        ("draft", _("the draft of {store}"), drafts),
    )
    for kind, words, statement in named:
        for row in connection.execute(statement):
            if row.store in stores and row.body:
                yield kind, row.store, words.format(store=stores[row.store]), row.body


def _templates(connection: Connection, schedules: Sequence[Schedule]) -> Iterator[_Document]:
    """The newest version of each template, and those that schedules build on."""
    used = {(each.template.id, each.template.version) for each in schedules if each.template}
    rows = connection.execute(
        select(*TemplateVersionRow.__table__.columns).order_by(  # type: ignore[attr-defined]
            col(TemplateVersionRow.id), col(TemplateVersionRow.version).desc()
        )
    )
    seen: set[str] = set()
    for row in rows:
        # Without stores it is one that was deleted.
        newest = row.id not in seen and row.store_group
        if newest or (row.id, row.version) in used:
            schedule = msgspec.json.decode(row.body, type=Schedule)
            said = _("the template “{name}” (version {number})")
            name = said.format(name=row.name, number=row.version)
            yield _Document("template", None, name, schedule)
        seen.add(row.id)


def _choices(
    connection: Connection, scene_id: str, stores: dict[str, str], now: datetime
) -> Iterator[Use]:
    row = OverrideRow
    rows = connection.execute(
        select(col(row.store), col(row.layer), _zone_name(row))
        .where(col(row.scene) == scene_id, col(row.end) > now)
        .where(or_(col(row.returned_at).is_(None), col(row.returned_at) > now))
        .order_by(col(row.start))
    )
    words = {
        "override": _("{store}: somebody's choice in {zone}"),
        "quiet-hour": _("{store}: the quiet hour that holds in {zone}"),
    }
    for store, layer, zone in rows:
        said = words.get(layer, _("{store}: the emergency that holds in {zone}"))
        yield Use("choice", store, said.format(store=stores.get(store, store), zone=zone))


def _runs(
    connection: Connection, scene_id: str, stores: dict[str, str], now: datetime
) -> Iterator[Use]:
    row = RunRow
    rows = connection.execute(
        select(col(row.store), col(row.source), _zone_name(row))
        .where(col(row.scene) == scene_id, col(row.end) > now)
        .where(or_(col(row.ended_at).is_(None), col(row.ended_at) > now))
        .order_by(col(row.start))
    )
    for store, source, zone in rows:
        kind, _colon, name = source.partition(":")
        said = (
            _("{store}: the reaction “{name}” at work in {zone}")
            if kind == "reaction"
            else _("{store}: the trigger “{name}” at work in {zone}")
        )
        yield Use("run", store, said.format(store=stores.get(store, store), name=name, zone=zone))


def _zone_name(row: type[OverrideRow | RunRow]) -> ColumnElement[str]:
    names = select(col(ZoneRow.name)).where(
        col(ZoneRow.store) == col(row.store), col(ZoneRow.id) == col(row.zone)
    )
    return func.coalesce(names.scalar_subquery(), col(row.zone)).label("zone_name")


def _fallbacks(connection: Connection, scene_id: str, stores: dict[str, str]) -> Iterator[Use]:
    rows = connection.execute(
        select(col(ZoneRow.store), col(ZoneRow.name))
        .where(col(ZoneRow.fallback_scene) == scene_id)
        .order_by(col(ZoneRow.store), col(ZoneRow.position))
    )
    for store, zone in rows:
        said = _("{store}: the fallback of {zone}")
        yield Use("fallback", store, said.format(store=stores[store], zone=zone))


def _triggers(connection: Connection, scene_id: str, stores: dict[str, str]) -> Iterator[Use]:
    rows = connection.execute(
        select(col(IntegrationRow.store), col(IntegrationRow.name), col(IntegrationRow.scenes))
        .where(col(IntegrationRow.revoked_at).is_(None))
        .order_by(col(IntegrationRow.store), col(IntegrationRow.id))
    )
    for store, name, scenes in rows:
        if scene_id in scenes:
            said = _("{store}: the integration “{name}”")
            yield Use("trigger", store, said.format(store=stores.get(store, store), name=name))


def _stores(connection: Connection) -> dict[str, str]:
    """The names of the stores that are planned for: those with zones."""
    rows = connection.execute(
        select(col(StoreRow.id), col(StoreRow.name))
        .where(col(StoreRow.id).in_(select(col(ZoneRow.store))))
        .order_by(col(StoreRow.id))
    )
    return {row.id: row.name for row in rows}
