"""Auditions: a recipe that nobody published, for a minute, over a choice and under a quiet hour."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import Engine, select
from sqlmodel import col

from hub.by import By
from hub.planning.auditioner import AuditionLengthError, AuditionRefusedError
from hub.planning.ends import ForMinutes
from hub.scene_book.book import Book
from hub.tables import AuditionRow, AuditRow
from scenes.plan import Slot
from scenes.rules import Layer, QuietHour
from scenes.scene import LightCue, MusicCue, Scene
from scenes.schedule import Schedule
from tests.hub.planning.shops import a_shop
from tests.hub.planning.test_planner import Desk
from tests.hub.shops import FakeClock

STORE, ENTRANCE = "nordic", "entrance"
TRIED = Scene(
    id="evening",
    name="Evening",
    revision=3,
    mood="relax",
    experience="escapist",
    light={"all": LightCue(level=30, fade_s=600)},
    music=MusicCue(source="playlist:evening", volume=40, crossfade_s=20, change="song-end"),
)


@pytest.fixture
def on_both(engine: Engine, clock: FakeClock) -> Desk:
    desk = Desk(engine, clock)
    desk.load(a_shop())
    return desk


def slot(desk: Desk, seconds: float = 0) -> Slot:
    return desk.entrance().at(desk.clock() + timedelta(seconds=seconds))


def try_it(desk: Desk, scene: Scene = TRIED, seconds: float = 60) -> None:
    desk.planner.audition(STORE, ENTRANCE, scene, seconds, author="Kim")


def told(desk: Desk) -> list[str]:
    with desk.engine.connect() as connection:
        actions = connection.scalars(select(col(AuditRow.action)).order_by(col(AuditRow.id)))
        return [each for each in actions if each.startswith("audition")]


def test_an_audition_holds_for_its_time_over_a_choice_and_then_the_choice_again(
    on_both: Desk,
) -> None:
    desk = on_both
    desk.choose("event", minutes=30)
    desk.clock.forward(minutes=1)
    try_it(desk)
    now = slot(desk)
    assert (now.scene, now.layer, now.author) == ("audition", Layer.OVERRIDE, "Kim")
    assert now.source.startswith("audition:")
    assert now.reason == "Kim auditions Evening"
    recipe = desk.entrance().scene_at(desk.clock())
    assert (recipe.id, recipe.name, recipe.revision) == ("audition", "Audition: Evening", 3)
    assert recipe.light["all"] == LightCue(level=30, fade_s=2), "nobody can wait for ten minutes"
    assert recipe.music is not None
    assert (recipe.music.volume, recipe.music.change) == (40, "now")
    assert (slot(desk, 60).scene, slot(desk, 60).source[:9]) == ("event", "override:")
    # A hub that starts again meanwhile knows of it, and its end stays what it was.
    desk.clock.forward(seconds=20)
    desk.restart()
    desk.load(a_shop())
    assert (slot(desk).scene, slot(desk, 40).scene) == ("audition", "event")
    desk.clock.forward(seconds=41)
    desk.restart()
    desk.load(a_shop())
    assert slot(desk).scene == "event"
    assert desk.planner.planned(STORE, ENTRANCE).audition_at(desk.clock()) is None
    assert not desk.planner.end_audition(STORE, ENTRANCE)


def test_a_new_audition_takes_the_place_of_the_old_one(on_both: Desk) -> None:
    desk = on_both
    try_it(desk)
    begun = desk.clock()
    desk.clock.forward(seconds=0.5)
    brighter = msgspec.structs.replace(TRIED, light={"all": LightCue(level=60)})
    try_it(desk, brighter)
    assert desk.entrance().scene_at(desk.clock()).light["all"].level == 60
    assert (slot(desk, 59).scene, slot(desk, 60).scene) == ("audition", "trading")
    # Whoever asks afterwards what was on then is told of the recipe of then.
    then = desk.planner.plan_in_force(STORE, ENTRANCE, begun)
    assert then is not None
    assert then.scene_at(begun).light["all"].level == 30
    assert desk.planner.end_audition(STORE, ENTRANCE, author="Bo")
    assert slot(desk).scene == "trading"
    assert told(desk) == ["audition.begin", "audition.begin", "audition.end"]
    with desk.engine.connect() as connection:
        rows = connection.execute(select(col(AuditionRow.of), col(AuditionRow.returned_at)))
        assert [tuple(row) for row in rows] == [("evening", desk.clock())] * 2


def test_whoever_chooses_or_returns_waits_for_no_audition(desk: Desk) -> None:
    try_it(desk)
    desk.choose("event", minutes=30)
    assert slot(desk).scene == "event"
    try_it(desk)
    assert slot(desk).scene == "audition"
    assert desk.planner.return_to_plan(STORE, ENTRANCE) is not None
    assert slot(desk).scene == "trading"
    assert desk.planner.planned(STORE, ENTRANCE).asked.audition is None


def test_nothing_is_auditioned_over_a_quiet_hour_or_an_emergency(desk: Desk) -> None:
    try_it(desk)
    desk.planner.quiet_hour(STORE, ForMinutes(30))
    assert slot(desk).layer is Layer.QUIET_HOUR
    with pytest.raises(AuditionRefusedError, match="a quiet hour holds in Entrance"):
        try_it(desk)
    desk.planner.emergency(STORE)
    with pytest.raises(AuditionRefusedError, match="an emergency holds"):
        try_it(desk)
    planned = QuietHour(id="q", zones=("entrance",), from_="11:00", until="13:00")
    desk.planner.end_emergency(STORE)
    desk.planner.end_quiet_hour(STORE)
    desk.load(a_shop(Schedule(quiet_hours=(planned,))))
    with pytest.raises(AuditionRefusedError):
        try_it(desk)


@pytest.mark.parametrize("seconds", [9, 121])
def test_an_audition_is_no_plan(desk: Desk, seconds: float) -> None:
    plan = desk.entrance()
    with pytest.raises(AuditionLengthError):
        try_it(desk, seconds=seconds)
    assert desk.entrance() is plan
    assert told(desk) == []


def test_editing_alone_never_touches_a_lamp(desk: Desk) -> None:
    """A draft may be saved a hundred times: no plan is made by it, so nothing is published."""
    plans, published = dict(desk.planner.plans()), len(desk.published)
    book = Book(desk.engine, desk.planner.change_scenes, desk.clock, lambda: None)
    for level in (10, 50, 90):
        draft = msgspec.structs.replace(TRIED, light={"all": LightCue(level=level)})
        book.save(draft, By("Kim"))
        book.save(msgspec.structs.replace(draft, id="trading", name="Trading"), By("Kim"))
    assert dict(desk.planner.plans()) == plans
    assert len(desk.published) == published
    assert desk.planner.shop.scenes["trading"].light["all"].level == 50
    book.publish("trading", By("Kim"))
    assert len(desk.published) == published + 2, "both zones play it"
    assert desk.entrance().scene_at(desk.clock()).light["all"].level == 90
