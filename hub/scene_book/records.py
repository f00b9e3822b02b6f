"""What the scene book keeps in the database: revisions, which never change, and states."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, func, insert, select
from sqlmodel import col

from hub.database import insert_or
from hub.tables import SceneRow, SceneStateRow
from scenes.scene import Scene

State = Literal["draft", "published", "retired", "deleted"]
"""draft: never played; retired: no longer offered; deleted: gone but for its revisions."""

Origin = Literal["file", "person"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a scene stands.

    ``published`` is the revision that plays (or, of a retired scene, played last), ``newest`` the
    last one that was saved; ``file_revision`` is what its file said last. ``edition`` counts every
    change.
    """

    state: State
    published: Scene | None
    newest: Scene
    edition: int
    file_revision: int | None = None

    @property
    def id(self) -> str:
        """The scene's id."""
        return self.newest.id

    @property
    def there(self) -> bool:
        """Whether it is a scene that people see."""
        return self.state != "deleted"

    @property
    def plays(self) -> bool:
        """Whether plans may name it."""
        return self.state == "published"

    @property
    def draft(self) -> Scene | None:
        """The revision that waits to be published."""
        return None if self.newest == self.published else self.newest

    @property
    def scene(self) -> Scene:
        """What plays or played last; of one that never did, the draft."""
        return self.published or self.newest


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A scene as it was saved once: when, by whom and why. ``origin``: a file or a person."""

    scene: Scene
    created_at: datetime
    origin: str
    author: str
    why: str


def find(connection: Connection, scene_id: str) -> Standing | None:
    """Where a scene stands; None for one that there never was."""
    return next(iter(_standings(connection, scene_id)), None)


def everything(connection: Connection) -> list[Standing]:
    """Where every scene stands, by id, those that are deleted too."""
    return list(_standings(connection))


def published(connection: Connection) -> dict[str, Scene]:
    """The library that plans are made with."""
    rows = connection.execute(
        select(col(SceneRow.body))
        .join(
            SceneStateRow,
            (col(SceneStateRow.id) == col(SceneRow.id))
            & (col(SceneStateRow.published_revision) == col(SceneRow.revision)),
        )
        .where(col(SceneStateRow.state) == "published")
        .order_by(col(SceneRow.id))
    )
    return {scene.id: scene for scene in map(_scene, rows.scalars())}


def revisions(connection: Connection, scene_id: str) -> list[Revision]:
    """Everything that a scene ever was, the newest first."""
    rows = connection.execute(
        select(*SceneRow.__table__.columns)  # type: ignore[attr-defined]
        .where(col(SceneRow.id) == scene_id)
        .order_by(col(SceneRow.revision).desc())
    )
    return [
        Revision(
            scene=_scene(row.body),
            created_at=row.created_at,
            origin=row.origin,
            author=row.author,
            why=row.why,
        )
        for row in rows
    ]


def revision(connection: Connection, scene_id: str, number: int) -> Scene | None:
    """One revision of a scene."""
    body = connection.scalar(
        select(col(SceneRow.body)).where(
            col(SceneRow.id) == scene_id, col(SceneRow.revision) == number
        )
    )
    return None if body is None else _scene(body)


def add_revision(connection: Connection, new: Revision) -> None:
    """Keep a revision for good."""
    connection.execute(
        insert(SceneRow).values(
            id=new.scene.id,
            revision=new.scene.revision,
            body=msgspec.to_builtins(new.scene),
            created_at=new.created_at,
            origin=new.origin,
            author=new.author,
            why=new.why,
        )
    )


def put(connection: Connection, standing: Standing) -> None:
    """Let a scene stand there from now on."""
    shown = standing.published
    values = {
        "state": standing.state,
        "published_revision": shown.revision if shown is not None else None,
        "edition": standing.edition,
        "file_revision": standing.file_revision,
    }
    statement = insert_or(connection, SceneStateRow)
    connection.execute(
        statement.values(id=standing.id, **values).on_conflict_do_update(
            index_elements=["id"], set_=values
        )
    )


def same(one: Scene, other: Scene) -> bool:
    """Whether two revisions say the same."""
    return msgspec.structs.replace(one, revision=other.revision) == other


def _standings(connection: Connection, scene_id: str | None = None) -> Iterable[Standing]:
    states = select(*SceneStateRow.__table__.columns)  # type: ignore[attr-defined]
    newest = select(col(SceneRow.id), func.max(SceneRow.revision)).group_by(col(SceneRow.id))
    if scene_id is not None:
        states = states.where(col(SceneStateRow.id) == scene_id)
        newest = newest.where(col(SceneRow.id) == scene_id)
    rows = connection.execute(states.order_by(col(SceneStateRow.id))).all()
    last = {row[0]: row[1] for row in connection.execute(newest)}
    numbers = {(row.id, last[row.id]) for row in rows}
    numbers |= {(row.id, row.published_revision) for row in rows if row.published_revision}
    scenes = _scenes(connection, numbers, scene_id)
    for row in rows:
        yield Standing(
            state=row.state,
            published=scenes.get((row.id, row.published_revision)),
            newest=scenes[row.id, last[row.id]],
            edition=row.edition,
            file_revision=row.file_revision,
        )


def _scenes(
    connection: Connection, wanted: set[tuple[str, int]], scene_id: str | None
) -> dict[tuple[str, int], Scene]:
    statement = select(col(SceneRow.id), col(SceneRow.revision), col(SceneRow.body)).where(
        col(SceneRow.revision).in_({number for _, number in wanted})
    )
    if scene_id is not None:
        statement = statement.where(col(SceneRow.id) == scene_id)
    rows = connection.execute(statement)
    return {
        (row.id, row.revision): _scene(row.body) for row in rows if (row.id, row.revision) in wanted
    }


def _scene(body: dict[str, Any]) -> Scene:
    return msgspec.convert(body, Scene)
