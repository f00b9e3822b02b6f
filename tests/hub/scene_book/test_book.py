"""A scene's life: saved, published, retired, deleted, copied, and gone back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from sqlalchemy import Connection, update
from sqlmodel import col

from hub.by import Check
from hub.database import writing
from hub.errors import PreconditionFailedError
from hub.scene_book import records
from hub.scene_book.errors import (
    SceneExistsError,
    SceneInUseError,
    SceneStateError,
    UnknownRevisionError,
)
from hub.tables import SceneRow
from scenes.errors import InvalidSceneError, UnknownSceneError
from scenes.scene import Limits
from tests.hub.scene_book.conftest import KIM, Desk, a_scene

LOUDER = a_scene("evening", 45)


def test_the_files_scenes_are_published_with_their_first_revision(desk: Desk) -> None:
    assert desk.standing("evening") == ("published", 1, 1)
    assert desk.plays()["evening"] == a_scene("evening")
    (made,) = desk.audit("evening")
    assert (made.author, made.action) == ("scene file", "scene.publish")


def test_what_is_saved_does_not_play_before_it_is_published(desk_on_both: Desk) -> None:
    desk = desk_on_both
    desk.published.clear()
    desk.book.save(LOUDER, KIM)
    assert desk.standing("evening") == ("published", 1, 2)
    assert desk.plays()["evening"].revision == 1
    assert desk.published == []
    desk.book.publish("evening", KIM)
    assert desk.standing("evening") == ("published", 2, 2)
    assert desk.plays()["evening"] == msgspec.structs.replace(LOUDER, revision=2)
    assert desk.entrance().scenes["evening"].revision == 2
    # Only the zones that use it get another plan.
    assert [plan.zone for plan in desk.published] == ["entrance"]


def test_a_published_revision_outlives_a_restart_and_a_reading_of_the_files(desk: Desk) -> None:
    desk.book.save(LOUDER, KIM)
    desk.book.publish("evening", KIM)
    desk.restart()
    desk.load()
    assert desk.standing("evening") == ("published", 2, 2)
    assert desk.plays()["evening"].revision == 2


def test_a_shop_without_its_files_plays_the_scenes_as_they_were_published(desk: Desk) -> None:
    desk.book.save(LOUDER, KIM)
    desk.book.publish("evening", KIM)
    desk.book.save(a_scene("disco"), KIM)
    desk.book.publish("disco", KIM)
    before = desk.plays()
    desk.restart()
    saved = desk.planner.saved_shop()
    assert saved is not None
    desk.planner.load(saved)
    assert desk.plays() == before
    assert desk.standing("evening") == ("published", 2, 2)
    desk.load()
    assert desk.plays() == before


def test_saving_the_same_again_makes_no_revision(desk: Desk) -> None:
    before = desk.book.standing("evening")
    assert desk.book.save(a_scene("evening"), KIM) == before
    assert desk.book.publish("evening", KIM) == before
    assert len(desk.audit("evening")) == 1
    assert desk.told == 0


def test_a_new_scene_is_a_draft_until_it_is_published(desk: Desk) -> None:
    desk.book.save(a_scene("disco"), KIM)
    assert desk.standing("disco") == ("draft", None, 1)
    assert "disco" not in desk.plays()
    with pytest.raises(SceneStateError, match="a draft is deleted, not retired"):
        desk.book.retire("disco", KIM)
    desk.book.publish("disco", KIM)
    assert "disco" in desk.plays()
    assert desk.told == 2


def test_a_retired_scene_is_offered_no_longer_and_can_come_back(desk: Desk) -> None:
    desk.book.retire("event", KIM)
    assert desk.standing("event") == ("retired", 1, 1)
    assert "event" not in desk.plays()
    desk.load()
    assert desk.standing("event") == ("retired", 1, 1), "its file brings it not back"
    desk.book.publish("event", KIM)
    assert "event" in desk.plays()


def test_a_deleted_scene_is_gone_and_its_revisions_stay(desk_on_both: Desk) -> None:
    desk = desk_on_both
    desk.book.delete("event", KIM)
    assert "event" not in desk.plays()
    assert "event" not in [standing.id for standing in desk.book.everything()]
    for ask in (desk.book.standing, desk.book.uses):
        with pytest.raises(UnknownSceneError):
            ask("event")
    assert [each.scene.revision for each in desk.book.revisions("event")] == [1]
    desk.load()
    assert "event" not in desk.plays(), "its file brings it not back"
    desk.book.save(a_scene("event", 20), KIM)
    assert desk.standing("event") == ("draft", None, 2), "it goes on counting"


def test_a_scene_in_use_neither_retires_nor_goes_and_every_place_is_named(desk: Desk) -> None:
    for verb, act in (("retired", desk.book.retire), ("deleted", desk.book.delete)):
        with pytest.raises(SceneInUseError) as refused:
            act("evening", KIM)
        assert str(refused.value) == (
            f"Evening can't be {verb} while it is in use: Nordic: Rule “evening”"
        )
    assert desk.standing("evening") == ("published", 1, 1)
    assert "evening" in desk.plays()


def test_a_copy_is_a_draft_of_its_own(desk: Desk) -> None:
    made = desk.book.clone("evening", "late-evening", "Late evening", KIM)
    assert (made.state, made.newest.name, made.newest.music) == (
        "draft",
        "Late evening",
        a_scene("evening").music,
    )
    with pytest.raises(SceneExistsError, match="'late-evening' already: Late evening"):
        desk.book.clone("evening", "late-evening", "Again", KIM)
    with pytest.raises(InvalidSceneError, match="late evening"):
        desk.book.clone("evening", "late evening", "Again", KIM)
    with pytest.raises(InvalidSceneError, match="name"):
        desk.book.clone("evening", "other", "", KIM)
    with pytest.raises(UnknownSceneError):
        desk.book.clone("nowhere", "other", "Other", KIM)


def test_an_earlier_revision_comes_back_as_a_new_one(desk: Desk) -> None:
    desk.book.save(LOUDER, KIM)
    desk.book.publish("evening", KIM)
    desk.book.revert("evening", 1, KIM)
    assert desk.standing("evening") == ("published", 2, 3)
    newest = desk.book.standing("evening").newest
    assert msgspec.structs.replace(newest, revision=1) == a_scene("evening")
    assert [each.scene.revision for each in desk.book.revisions("evening")] == [3, 2, 1]
    with pytest.raises(UnknownRevisionError, match="no revision 9"):
        desk.book.revert("evening", 9, KIM)
    with pytest.raises(UnknownSceneError):
        desk.book.revert("nowhere", 1, KIM)


def test_a_revision_from_before_scenes_had_moods_plays_on_but_does_not_come_back(
    desk: Desk,
) -> None:
    body = msgspec.to_builtins(a_scene("evening"))
    old = {name: value for name, value in body.items() if name not in {"mood", "experience"}}
    with writing(desk.engine) as connection:
        connection.execute(update(SceneRow).where(col(SceneRow.id) == "evening").values(body=old))
    desk.book.save(LOUDER, KIM)
    with pytest.raises(InvalidSceneError, match="mood says what mood it intends"):
        desk.book.revert("evening", 1, KIM)
    with pytest.raises(InvalidSceneError, match="mood says what mood it intends"):
        desk.book.clone("evening", "other", "Other", KIM)


def test_every_change_is_in_the_audit_with_who_and_why(desk_on_both: Desk) -> None:
    desk = desk_on_both
    desk.book.save(LOUDER, KIM)
    desk.book.publish("evening", KIM)
    desk.book.revert("evening", 1, KIM)
    desk.book.retire("event", KIM)
    desk.book.delete("event", KIM)
    desk.book.clone("evening", "late", "Late", KIM)
    assert [(each.action, each.author) for each in desk.audit("evening")] == [
        ("scene.publish", "scene file"),
        ("scene.save", "Kim"),
        ("scene.publish", "Kim"),
        ("scene.revert", "Kim"),
    ]
    assert [each.action for each in desk.audit("event")] == [
        "scene.publish",
        "scene.retire",
        "scene.delete",
    ]
    assert [each.action for each in desk.audit("late")] == ["scene.clone"]
    saved = desk.audit("evening")[1]
    assert saved.why == KIM.why
    assert saved.before == {"edition": 1, "state": "published", "revision": 1, "published": 1}
    assert saved.after == {
        "edition": 2,
        "state": "published",
        "revision": 2,
        "published": 1,
        "changes": ["Volume 40 % → 45 %"],
    }


def seen(edition: int) -> Check:
    """Somebody who saw an edition."""

    def check(now: int, since: Any) -> None:
        if now != edition:
            changed: Sequence[str] = since(edition)
            raise PreconditionFailedError(str(now), changed)

    return check


def test_whoever_is_late_hears_what_changed_and_writes_nothing(desk: Desk) -> None:
    desk.book.save(LOUDER, KIM)
    desk.book.publish("evening", KIM, seen(2))
    late = a_scene("evening", 30)
    for act in (
        lambda check: desk.book.save(late, KIM, check),
        lambda check: desk.book.publish("evening", KIM, check),
        lambda check: desk.book.retire("evening", KIM, check),
        lambda check: desk.book.delete("evening", KIM, check),
        lambda check: desk.book.revert("evening", 1, KIM, check),
    ):
        with pytest.raises(PreconditionFailedError) as refused:
            act(seen(1))
        assert refused.value.changed == (
            "Kim saved revision 2 on 22 October 2026 10:00 UTC: Volume 40 % → 45 %",
            "Kim published revision 2 on 22 October 2026 10:00 UTC: Volume 40 % → 45 %",
        )
    assert desk.standing("evening") == ("published", 2, 2)


def test_two_who_publish_at_once_both_get_what_they_asked_for(desk_on_both: Desk) -> None:
    """Between the look at the library and the transaction somebody else writes."""
    desk = desk_on_both
    desk.book.save(LOUDER, KIM)
    desk.book.save(a_scene("event", 90), KIM)
    change, others = desk.planner.change_scenes, ["event"]

    def interrupted(scenes: Any, keep: Any) -> int:
        while others:
            desk.book.publish(others.pop(), KIM)
        return change(scenes, keep)

    desk.book._change_scenes = interrupted
    desk.book.publish("evening", KIM)
    assert (desk.plays()["evening"].revision, desk.plays()["event"].revision) == (2, 2)
    with desk.engine.connect() as connection:
        assert records.published(connection) == desk.plays()


def test_a_scene_that_comes_into_use_at_the_last_moment_does_not_retire(desk: Desk) -> None:
    change = desk.planner.change_scenes

    def interrupted(scenes: Any, keep: Any) -> int:
        def keep_after_somebody_chose(connection: Connection, now: Any) -> None:
            # What a choice does in the database, in a transaction just before.
            connection.exec_driver_sql(
                'INSERT INTO override (id, store, zone, scene, start, "end", author, reason, '
                "created_at, layer, why) SELECT 'x', 'nordic', 'entrance', 'event', created_at, "
                "'2999-01-01 00:00:00', '', '', created_at, 'override', 'other' FROM scene LIMIT 1"
            )
            keep(connection, now)

        return change(scenes, keep_after_somebody_chose)

    desk.book._change_scenes = interrupted
    with pytest.raises(SceneInUseError, match="Nordic: somebody's choice in Entrance"):
        desk.book.retire("event", KIM)
    assert "event" in desk.plays()
    assert desk.standing("event") == ("published", 1, 1)


def test_a_scene_that_fails_in_the_database_changes_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.book.save(LOUDER, KIM)

    def fails(*_: Any) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("hub.scene_book.book.tell", fails)
    with pytest.raises(OSError, match="full"):
        desk.book.publish("evening", KIM)
    assert desk.plays()["evening"].revision == 1
    assert desk.standing("evening") == ("published", 1, 2)
    assert desk.entrance().scenes["evening"].revision == 1


def test_limits_travel_with_the_plan(desk: Desk) -> None:
    desk.book.save(a_scene("evening", limits=Limits(max_volume=40)), KIM)
    desk.book.publish("evening", KIM)
    assert desk.entrance().scenes["evening"].limits == Limits(max_volume=40)
