"""Scene files and the book: a file's change plays by itself as long as the file's own plays.

Once a person has published another revision, retired the scene or deleted it, the file's change
only waits as a draft. Nothing is ever written over.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import msgspec
from sqlalchemy import Connection, select
from sqlmodel import col

from hub.by import By
from hub.scene_book import records
from hub.scene_book.records import Revision, Standing
from hub.scene_book.telling import Action, tell
from hub.scene_book.uses import uses_of
from hub.shop import Library
from hub.tables import SceneRow
from scenes.scene import Scene

FILE_AUTHOR = "scene file"


def take_from_files(
    connection: Connection, scenes: Mapping[str, Scene], now: datetime
) -> dict[str, Scene]:
    """Take what the files say, by id; the answer is the library that plans are made with.

    Revisions of the given scenes are not looked at. A scene whose file has gone is retired when it
    is the file's own and nothing names it any more.
    """
    standings = {standing.id: standing for standing in records.everything(connection)}
    for scene_id, scene in scenes.items():
        _take(connection, scene, standings.get(scene_id), now)
    for scene_id, standing in standings.items():
        if scene_id not in scenes and _is_of_its_file(standing):
            _retire(connection, standing, now)
    return records.published(connection)


def said_by_files(connection: Connection) -> dict[str, Scene]:
    """What the files said last of each scene, whether it plays or not."""
    scenes = {}
    for standing in records.everything(connection):
        if standing.file_revision is not None:
            said = records.revision(connection, standing.id, standing.file_revision)
            if said is not None:
                scenes[standing.id] = said
    return scenes


def library(connection: Connection, in_files: Mapping[str, Scene]) -> Library:
    """What a shop file may name that was read together with these scene files."""
    scenes = records.published(connection)
    held: dict[str, set[str]] = {"draft": set(), "retired": set(), "deleted": set()}
    for standing in records.everything(connection):
        if not standing.plays and not _was_retired_with_its_file(connection, standing):
            held[standing.state].add(standing.id)
    gone = set().union(*held.values())
    # What no person took away plays as its file says, once that is read; theirs plays on.
    coming = {each: scene for each, scene in in_files.items() if each not in gone}
    return Library({**coming, **scenes}, drafts=held["draft"], retired=held["retired"])


def notices(connection: Connection, in_files: Collection[str]) -> Sequence[str]:
    """Where files and people disagree, in sentences; ``in_files`` are the ids that files have."""
    found = []
    for standing in records.everything(connection):
        name, waiting = standing.newest.name, _waits(standing)
        if waiting:
            found.append(
                f"the file of the scene {name} changed after somebody had changed the scene here: "
                f"what it says waits as a draft (revision {standing.newest.revision})"
            )
        elif standing.file_revision is not None and standing.id not in in_files and standing.plays:
            why = "it is in use" if _is_of_its_file(standing) else "somebody published it since"
            found.append(f"the file of the scene {name} is gone, and it stays because {why}")
    return found


def _waits(standing: Standing) -> bool:
    shown = standing.published
    return (
        standing.there
        and standing.file_revision == standing.newest.revision
        and (shown is None or shown.revision != standing.file_revision)
    )


def _take(connection: Connection, scene: Scene, before: Standing | None, now: datetime) -> None:
    if before is None:
        new = msgspec.structs.replace(scene, revision=1)
        _add(connection, new, now)
        after = Standing(state="published", published=new, newest=new, edition=1, file_revision=1)
        _put(connection, "scene.publish", None, after, now)
        return
    returns = _was_retired_with_its_file(connection, before)
    if before.file_revision is not None:
        said = records.revision(connection, before.id, before.file_revision)
        if said is not None and records.same(said, scene):
            return
    new = before.newest
    if not records.same(new, scene):
        new = msgspec.structs.replace(scene, revision=new.revision + 1)
        _add(connection, new, now)
    after = replace(before, newest=new, edition=before.edition + 1, file_revision=new.revision)
    if _is_of_its_file(before) or returns:
        after = replace(after, state="published", published=new)
        _put(connection, "scene.publish", before, after, now)
        return
    if not before.there:
        after = replace(after, state="draft", published=None)
    _put(connection, "scene.save", before, after, now)


def _retire(connection: Connection, before: Standing, now: datetime) -> None:
    """Let a scene go with its file; one that is in use stays."""
    if uses_of(connection, before.id, now):
        return
    after = replace(before, state="retired", edition=before.edition + 1, file_revision=None)
    _put(connection, "scene.retire", before, after, now)


def _is_of_its_file(standing: Standing) -> bool:
    """Whether what plays is what its file said."""
    shown = standing.published
    return standing.plays and shown is not None and shown.revision == standing.file_revision


def _was_retired_with_its_file(connection: Connection, standing: Standing) -> bool:
    """Whether it went with its file, and not by a person's wish."""
    if standing.state != "retired" or standing.file_revision is not None:
        return False
    shown = standing.scene.revision
    origin = select(col(SceneRow.origin)).where(
        col(SceneRow.id) == standing.id, col(SceneRow.revision) == shown
    )
    return connection.scalar(origin) == "file"


def _add(connection: Connection, scene: Scene, now: datetime) -> None:
    new = Revision(scene=scene, created_at=now, origin="file", author=FILE_AUTHOR, why="")
    records.add_revision(connection, new)


def _put(
    connection: Connection, action: Action, before: Standing | None, after: Standing, now: datetime
) -> None:
    records.put(connection, after)
    tell(connection, action, before, after, By(FILE_AUTHOR), now)
