"""What a change of a schedule or a scene came to, in the language of the reader.

The audit keeps these sentences in English. They are made again from the parts that it keeps, or
from the revisions of the scene, and shown where they come to what was kept; otherwise, as after a
zone was renamed, what was kept is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import msgspec
from sqlalchemy import Connection, select, tuple_
from sqlmodel import col

from hub.audit import Change
from hub.tables import SceneRow
from scenes.language import in_english, spoken
from scenes.names import Names
from scenes.scene import Scene
from scenes.scene_changes import scene_changes
from scenes.schedule import Schedule
from scenes.schedule_difference import document_changes, sentences

_Revision = tuple[str, int]
"""A scene and its revision."""


def told_again(
    connection: Connection, changes: Sequence[Change], names: Callable[[], Names]
) -> Sequence[Change]:
    """``changes`` with their differences in the spoken language, in which ``names`` are, too."""
    if spoken() == "en":
        return changes
    scenes = _scenes(connection, changes)
    with in_english():
        english = names()
    return [_told(change, (english, names()), scenes) for change in changes]


def _told(change: Change, names: tuple[Names, Names], scenes: Mapping[_Revision, Scene]) -> Change:
    kept = change.after.get("changes") if isinstance(change.after, dict) else None
    if not kept:
        return change
    say = _saying(change, scenes)
    if say is None:
        return change
    english, spoken_ = names
    with in_english():
        again = say(english)
    if list(kept) != again:
        return change
    return replace(change, after={**change.after, "changes": say(spoken_)})


def _saying(
    change: Change, scenes: Mapping[_Revision, Scene]
) -> Callable[[Names], list[str]] | None:
    """Says the differences of a change anew; None where the audit doesn't hold what differs."""
    if change.action.startswith("scene."):
        revisions = _revisions(change)
        if revisions is None or not all(each in scenes for each in revisions):
            return None
        was, is_ = (scenes[each] for each in revisions)
        return lambda _names: scene_changes(was, is_)
    if not isinstance(change.before, dict):
        return None
    try:
        before, after = (
            msgspec.convert(_parts(each), Schedule) for each in (change.before, change.after)
        )
    except msgspec.ValidationError:
        return None
    return lambda names: sentences(document_changes(before, after, names))


def _parts(kept: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in kept.items() if name in Schedule.__struct_fields__}


def _revisions(change: Change) -> tuple[_Revision, _Revision] | None:
    """The scene as it was and as it became."""
    if not isinstance(change.before, dict) or not isinstance(change.after, dict):
        return None
    scene = change.subject.rpartition(" ")[2]
    which = "published" if change.action == "scene.publish" else "revision"
    before, after = change.before.get(which), change.after.get(which)
    if not isinstance(before, int) or not isinstance(after, int):
        return None
    return (scene, before), (scene, after)


def _scenes(connection: Connection, changes: Iterable[Change]) -> dict[_Revision, Scene]:
    """Every revision that ``changes`` lead from or to, in one question."""
    wanted = {
        each
        for change in changes
        if change.action.startswith("scene.") and change.after.get("changes")
        for each in _revisions(change) or ()
    }
    if not wanted:
        return {}
    row = SceneRow
    found = connection.execute(
        select(col(row.id), col(row.revision), col(row.body)).where(
            tuple_(col(row.id), col(row.revision)).in_(sorted(wanted))
        )
    )
    return {(each.id, each.revision): msgspec.convert(each.body, Scene) for each in found}
