"""The audit of scenes: told when one changes, and read again for whoever missed it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection

from hub.audit import Change, Search, find, record
from hub.by import By
from hub.scene_book.records import Standing
from scenes.day_words import dated
from scenes.language import ENGLISH, N_, _, speaking
from scenes.scene_changes import scene_changes

Action = Literal[
    "scene.save", "scene.publish", "scene.retire", "scene.delete", "scene.clone", "scene.revert"
]
_DID = {
    "scene.save": N_("{who} saved revision {revision} on {when}"),
    "scene.publish": N_("{who} published revision {published} on {when}"),
    "scene.retire": N_("{who} retired it on {when}"),
    "scene.delete": N_("{who} deleted it on {when}"),
    "scene.clone": N_("{who} made it as a copy on {when}"),
    "scene.revert": N_("{who} went back to an earlier revision, as revision {revision}, on {when}"),
}
_MOST_TOLD = 20


def tell(
    connection: Connection,
    action: Action,
    before: Standing | None,
    after: Standing,
    by: By,
    now: datetime,
) -> None:
    """Note a change in the transaction that makes it."""
    changes = _changes(action, before, after)
    record(
        connection,
        Change(
            at=now,
            author=by.author,
            action=action,
            subject=_subject(after.id),
            why=by.why,
            before=None if before is None else _facts(before),
            after=_facts(after) | {"changes": changes},
        ),
    )


def since(connection: Connection, scene_id: str, edition: int | None) -> Sequence[str]:
    """What became of a scene after an edition (None: only the last change), in sentences."""
    entries = find(connection, Search(subject=_subject(scene_id), action="scene"), _MOST_TOLD)
    changes = [entry.change for entry in entries if entry.change.after]
    if edition is None:
        changes = changes[:1]
    else:
        changes = [each for each in changes if each.after["edition"] > edition]
    return [_sentence(each) for each in reversed(changes)]


def _sentence(change: Change) -> str:
    words = f": {', '.join(change.after['changes'])}" if change.after["changes"] else ""
    # Scenes belong to no store, so there is no local time to say it in.
    when = f"{dated(change.at.date())} {change.at:%H:%M} UTC"
    did = _(_DID[change.action]).format(
        who=change.author or _("somebody"),
        when=when,
        revision=change.after["revision"],
        published=change.after["published"],
    )
    return f"{did}{words}"


def _changes(action: Action, before: Standing | None, after: Standing) -> list[str]:
    """What changed, in English whatever language asks: the audit is for everybody."""
    if before is None:
        return []
    with speaking("en", ENGLISH):
        return _said(action, before, after)


def _said(action: Action, before: Standing, after: Standing) -> list[str]:
    if action == "scene.publish":
        old, new = before.published, after.published
        return scene_changes(old, new) if old is not None and new is not None else []
    return scene_changes(before.newest, after.newest)


def _facts(standing: Standing) -> dict[str, Any]:
    shown = standing.published
    return {
        "edition": standing.edition,
        "state": standing.state,
        "revision": standing.newest.revision,
        "published": shown.revision if shown is not None else None,
    }


def _subject(scene_id: str) -> str:
    return f"scene {scene_id}"
