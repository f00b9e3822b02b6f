"""Scene files and people: a file's change plays until a person decided otherwise."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pytest
from sqlalchemy import func, select
from sqlmodel import col

from hub.planning.ends import ForMinutes
from hub.planning.planner import Choice
from hub.scene_book.files import library, notices, said_by_files, take_from_files
from hub.tables import SceneRow
from scenes.errors import UnknownSceneError
from tests.hub.scene_book.conftest import KIM, Desk, a_scene
from tests.hub.shops import rule

LOUDER = a_scene("evening", 45)
WAITS = (
    "the file of the scene Evening changed after somebody had changed the scene here: "
    "what it says waits as a draft (revision {})"
)


def told(desk: Desk) -> Sequence[str]:
    with desk.engine.connect() as connection:
        return notices(connection, desk.files.keys())


def test_a_file_that_changes_plays_at_once_as_long_as_its_own_plays(desk_on_both: Desk) -> None:
    desk = desk_on_both
    desk.file_says(LOUDER)
    assert desk.standing("evening") == ("published", 2, 2)
    assert desk.entrance().scenes["evening"].revision == 2
    desk.file_says(a_scene("evening", 50))
    assert desk.standing("evening") == ("published", 3, 3)
    assert [each.author for each in desk.audit("evening")] == ["scene file"] * 3
    assert told(desk) == []


def test_a_file_that_stays_changes_nothing(desk: Desk) -> None:
    desk.load()
    desk.restart()
    desk.load()
    with desk.engine.connect() as connection:
        assert connection.scalar(select(func.max(col(SceneRow.revision)))) == 1
    assert len(desk.audit("evening")) == 1


def test_after_a_person_published_the_files_change_waits_as_a_draft_and_is_told(
    desk_on_both: Desk,
) -> None:
    desk = desk_on_both
    desk.book.save(LOUDER, KIM)
    desk.book.publish("evening", KIM)
    desk.file_says(a_scene("evening", 30))
    assert desk.standing("evening") == ("published", 2, 3)
    assert desk.plays()["evening"].music == LOUDER.music
    assert told(desk) == [WAITS.format(3)]
    desk.restart()
    desk.load()
    assert told(desk) == [WAITS.format(3)]
    desk.book.publish("evening", KIM)
    assert told(desk) == []
    desk.file_says(a_scene("evening", 31))
    assert desk.standing("evening") == ("published", 4, 4), "the file's own plays again"


def test_a_file_that_says_what_a_person_published_is_of_one_mind_with_them(desk: Desk) -> None:
    desk.book.save(LOUDER, KIM)
    desk.book.publish("evening", KIM)
    desk.file_says(LOUDER)
    assert desk.standing("evening") == ("published", 2, 2)
    assert told(desk) == []
    desk.file_says(a_scene("evening", 50))
    assert desk.standing("evening") == ("published", 3, 3)


def test_a_file_for_a_scene_that_a_person_made_waits_as_a_draft(desk: Desk) -> None:
    desk.book.save(a_scene("disco"), KIM)
    desk.book.publish("disco", KIM)
    desk.file_says(a_scene("disco", 99))
    assert desk.standing("disco") == ("published", 1, 2)
    assert "the file of the scene Disco" in told(desk)[0]


@pytest.mark.parametrize("act", ["retire", "delete"])
def test_a_file_brings_back_nothing_that_a_person_took_away(desk: Desk, act: str) -> None:
    getattr(desk.book, act)("event", KIM)
    desk.file_says(a_scene("event", 99))
    assert "event" not in desk.plays()
    state = {"retire": ("retired", 1, 2), "delete": ("draft", None, 2)}[act]
    assert desk.standing("event") == state
    assert len(told(desk)) == 1
    desk.book.publish("event", KIM)
    assert desk.plays()["event"].revision == 2


def test_a_scene_goes_with_its_file_and_comes_back_with_it(desk: Desk) -> None:
    files = desk.files
    without = {name: scene for name, scene in files.items() if name != "event"}
    desk.load(without)
    assert desk.standing("event") == ("retired", 1, 1)
    assert desk.audit("event")[-1].author == "scene file"
    desk.load(files)
    assert desk.standing("event") == ("published", 1, 1)
    desk.load(without)
    desk.load({**files, "event": a_scene("event", 99)})
    assert desk.standing("event") == ("published", 2, 2)


def test_a_scene_in_use_stays_when_its_file_goes_and_it_is_told(desk: Desk) -> None:
    choice = Choice("event", ForMinutes(30), author="Kim")
    desk.planner.override("nordic", "entrance", choice)
    without = {name: scene for name, scene in desk.files.items() if name != "event"}
    desk.load(without)
    assert desk.standing("event") == ("published", 1, 1)
    assert told(desk) == ["the file of the scene Event is gone, and it stays because it is in use"]
    desk.clock.forward(minutes=31)
    desk.load(without)
    assert desk.standing("event") == ("retired", 1, 1)
    assert told(desk) == []


def test_a_persons_revision_stays_when_its_file_goes(desk: Desk) -> None:
    desk.book.save(a_scene("event", 30), KIM)
    desk.book.publish("event", KIM)
    desk.load({name: scene for name, scene in desk.files.items() if name != "event"})
    assert desk.standing("event") == ("published", 2, 2)
    assert told(desk) == [
        "the file of the scene Event is gone, and it stays because somebody published it since"
    ]


def test_what_the_files_said_last_is_known_whatever_plays(desk: Desk) -> None:
    desk.book.save(LOUDER, KIM)
    desk.book.publish("evening", KIM)
    desk.book.save(a_scene("disco"), KIM)
    with desk.engine.connect() as connection:
        said = said_by_files(connection)
    assert said == desk.files


def test_a_shop_file_may_name_what_plays_and_what_its_files_bring(desk: Desk) -> None:
    desk.book.save(a_scene("disco"), KIM)
    desk.book.save(a_scene("party"), KIM)
    desk.book.publish("party", KIM)
    desk.book.retire("event", KIM)
    with desk.engine.connect() as connection:
        may = library(connection, {**desk.files, "new": a_scene("new")})
    assert may.scenes.keys() == {*desk.files, "new", "party"} - {"event"}
    assert (may.drafts, may.retired) == ({"disco"}, {"event"})


def test_a_rule_may_name_a_scene_that_a_person_made(desk: Desk) -> None:
    desk.book.save(a_scene("party"), KIM)
    with pytest.raises(UnknownSceneError):
        desk.load(rules=(rule("party", "party", "12:00", "13:00"),))
    desk.book.publish("party", KIM)
    desk.load(rules=(rule("party", "party", "12:00", "13:00"),))
    assert desk.entrance().scene_at(desk.clock()).id == "party"


def test_taking_the_same_files_twice_is_taking_them_once(desk: Desk) -> None:
    files = {name: msgspec.structs.replace(scene, revision=1) for name, scene in desk.files.items()}
    with desk.engine.begin() as connection:
        before = take_from_files(connection, files, desk.clock())
        assert take_from_files(connection, files, desk.clock()) == before
    assert before == desk.plays()
