"""Templates in the database: every version stays; deleting one is a last version without stores."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select
from sqlmodel import col

from hub.planning.deployed import body_of, schedule_of
from hub.tables import TemplateVersionRow
from scenes.schedule import Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A version of a template. ``group`` is of the stores that build on it.

    A template that was deleted has no group.
    """

    id: str
    version: int
    name: str
    group: str
    schedule: Schedule
    author: str
    why: str
    created_at: datetime


def template_subject(template_id: str) -> str:
    """What the audit calls a template."""
    return f"template {template_id}"


def newest_template(connection: Connection, template_id: str) -> Template | None:
    """The newest version of a template, be it one that was deleted."""
    row = TemplateVersionRow
    statement = (
        select(*TemplateVersionRow.__table__.columns)  # type: ignore[attr-defined]
        .where(col(row.id) == template_id)
        .order_by(col(row.version).desc())
        .limit(1)
    )
    found = connection.execute(statement).one_or_none()
    return _template(found) if found is not None else None


def newest_templates(connection: Connection) -> list[Template]:
    """The newest version of each template that there is, by id."""
    row = TemplateVersionRow
    newest = (
        select(col(row.id), func.max(row.version).label("version")).group_by(col(row.id)).subquery()
    )
    rows = connection.execute(
        select(*TemplateVersionRow.__table__.columns)  # type: ignore[attr-defined]
        .join(newest, (col(row.id) == newest.c.id) & (col(row.version) == newest.c.version))
        .where(col(row.store_group) != "")
        .order_by(col(row.id))
    )
    return [_template(each) for each in rows]


def template_versions(connection: Connection, template_id: str) -> list[Template]:
    """All versions of a template, the newest first."""
    row = TemplateVersionRow
    rows = connection.execute(
        select(*TemplateVersionRow.__table__.columns)  # type: ignore[attr-defined]
        .where(col(row.id) == template_id)
        .order_by(col(row.version).desc())
    )
    return [_template(each) for each in rows]


def add_template(connection: Connection, template: Template) -> None:
    """Keep a template's next version."""
    connection.execute(
        insert(TemplateVersionRow).values(
            id=template.id,
            version=template.version,
            name=template.name,
            store_group=template.group,
            body=body_of(template.schedule),
            author=template.author,
            why=template.why,
            created_at=template.created_at,
        )
    )


def _template(row: Any) -> Template:  # noqa: ANN401
    return Template(
        id=row.id,
        version=row.version,
        name=row.name,
        group=row.store_group,
        schedule=schedule_of(row.body),
        author=row.author,
        why=row.why,
        created_at=row.created_at,
    )
