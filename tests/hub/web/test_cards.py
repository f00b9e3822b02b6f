"""Zones as cards."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from hub.api.models import AdjustmentTags, AdjustmentView, Ends, InForce
from hub.api.views import Desired, Next, OverrideView, ReportedView, ZoneView
from hub.scene_library import starter_scenes
from hub.web.now.cards import BIG_TILES, Around, Card, card, own_changes
from hub.web.now.floor import Place
from hub.web.rendering import render
from scenes.rules import Layer
from scenes.scene import Scene

OSLO = ZoneInfo("Europe/Oslo")
NOON = datetime(2026, 11, 21, 11, tzinfo=UTC)  # 12:00 in Oslo
AS_IT_SAYS = InForce(light=100, volume=100, scent=100)
REPORTED = ReportedView(
    scene="trading",
    scene_name="Trading",
    since=NOON,
    until=None,
    layer=Layer.RULE,
    reason="",
    at=NOON - timedelta(hours=3),  # the edge's own clock is wrong
    age_s=2.0,
    stale=False,
    confirmed=True,
    fading=False,
    adjust=None,
    problems=[],
    edges=["north", "south"],
)
VIEW = ZoneView(
    store="oslo",
    store_name="Oslo",
    time_zone="Europe/Oslo",
    zone="entrance",
    name="Entrance",
    desired=Desired(
        scene="trading",
        scene_name="Trading",
        since=NOON - timedelta(hours=1),
        until=NOON + timedelta(hours=4),
        ends="by-itself",
        layer=Layer.RULE,
        reason="Rule “Day”, every day 11:00 to 16:00",
        author="",
        age_s=3600,
    ),
    reported=REPORTED,
    next=Next(
        scene="rush-hour",
        scene_name="Rush hour",
        at=NOON + timedelta(hours=4),
        layer=Layer.RULE,
        reason="",
    ),
    override=None,
    tag='"choice-none"',
    adjustments=[],
    in_force=AS_IT_SAYS,
    adjustment_tags=AdjustmentTags(light="", volume="", scent=""),
    audition=None,
)


def shown(view: ZoneView = VIEW, now: datetime = NOON, *own: Scene) -> Card:
    return card(view, around([*starter_scenes().values(), *own]), now, OSLO)


def around(library: list[Scene]) -> Around:
    return Around(library=library, place=Place("0 0 50 50"))


def reporting(**changes: Any) -> ZoneView:
    return VIEW.model_copy(update={"reported": REPORTED.model_copy(update=changes)})


def wanting(age_s: float) -> ZoneView:
    changes = {"scene": "event", "scene_name": "Event", "age_s": age_s}
    return VIEW.model_copy(update={"desired": VIEW.desired.model_copy(update=changes)})


@pytest.mark.parametrize(
    ("view", "status"),
    [
        (VIEW, "playing"),
        (reporting(fading=True, confirmed=False), "fading"),
        (reporting(confirmed=False), "partly"),
        (reporting(problems=["window: not answering"]), "partly"),
        (reporting(scene=None, scene_name=None), "late"),
        (reporting(stale=True), "unknown"),
        (wanting(9.9), "asked"),
        (wanting(10.1), "late"),
        (VIEW.model_copy(update={"reported": None}), "unknown"),
    ],
)
def test_the_status_follows_what_is_reported(view: ZoneView, status: str) -> None:
    assert shown(view).status == status


def nudged(age_s: float, *, reported: InForce | None = None) -> ZoneView:
    start = NOON - timedelta(seconds=age_s)
    nudge = AdjustmentView(
        kind="volume",
        percent=90,
        start=start,
        end=NOON + timedelta(hours=1),
        author="Kim",
        why="too-loud",
        reason="",
        words="",
    )
    quieter = InForce(light=100, volume=90, scent=100)
    changes = {"adjustments": [nudge], "in_force": quieter}
    return reporting(adjust=reported and quieter).model_copy(update=changes)


def test_a_nudge_is_asked_until_it_is_reported() -> None:
    assert shown(nudged(2)).status == "asked"
    assert shown(nudged(11)).status == "late"
    assert shown(nudged(2, reported=AS_IT_SAYS)).status == "playing"
    assert NOON + timedelta(seconds=8) in own_changes(nudged(2))


def test_without_a_fresh_report_nothing_shines() -> None:
    old = shown(reporting(stale=True))
    assert old.stale
    assert not any(tile.playing for tile in old.tiles)
    assert any(tile.playing for tile in shown().tiles)
    silent = shown(VIEW.model_copy(update={"reported": None}))
    assert silent.stale
    assert silent.playing.css == "scene-none"
    assert not any(tile.playing for tile in silent.tiles)


def test_a_young_report_of_agents_that_are_gone_is_the_past() -> None:
    gone = shown(reporting(stale=True, age_s=2.0))
    assert (gone.stale, gone.gone, gone.status) == (True, True, "unknown")
    assert not shown(reporting(stale=True, age_s=16.0)).gone
    assert not shown().gone


def test_a_report_s_age_counts_by_the_hub_s_clock() -> None:
    assert shown().reported_at == NOON - timedelta(seconds=2)
    assert shown().report_age == "2 s"
    assert shown().edges == "north and south"


def test_ages_alone_make_no_other_card() -> None:
    later = reporting(age_s=4.0)
    assert shown(later, NOON + timedelta(seconds=2)) == shown()
    assert shown(reporting(problems=["window: not answering"])) != shown()


def test_a_card_changes_by_itself_when_its_slot_ends_or_patience_does() -> None:
    asked_at = NOON - timedelta(hours=1)
    assert own_changes(VIEW) == (NOON + timedelta(hours=4), asked_at + timedelta(seconds=10))


def test_an_override_says_what_became_of_it_and_what_is_left() -> None:
    choice = OverrideView(
        id="1",
        scene="trading",
        scene_name="Trading",
        start=NOON,
        end=NOON + timedelta(minutes=30),
        author="Kari",
        why="other",
        reason="",
    )
    chosen = shown(VIEW.model_copy(update={"override": choice}))
    assert chosen.override is not None
    assert (chosen.override.answer, chosen.override.until_words) == ("Done", "12:30")
    above = VIEW.desired.model_copy(update={"layer": Layer.QUIET_HOUR})
    quiet = shown(VIEW.model_copy(update={"override": choice, "desired": above}))
    assert quiet.override is not None
    assert quiet.override.answer == "Waits for the quiet hour to end"
    # By this the page knows what is done when the zone plays what is wanted: not this one.
    for template in ("now/_zone.html", "now/_spot.html"):
        assert 'data-choice="&#34;choice-none&#34;"' in render(template, {"card": chosen})
        assert 'data-choice=""' in render(template, {"card": quiet})
    assert chosen.left_words == "30:00"


def test_tiles_keep_the_order_of_a_day_and_own_scenes_follow() -> None:
    own = Scene(id="sale", name="Sale"), Scene(id="tasting", name="Tasting")
    card_with_own = shown(VIEW, NOON, *own)
    names = [tile.scene for tile in (*card_with_own.tiles, *card_with_own.more_tiles)]
    assert names[:3] == ["opening", "calm-morning", "trading"]
    assert names[-5:] == ["sale", "tasting", "breathing-space", "emergency", "closed"]
    assert len(card_with_own.tiles) == BIG_TILES
    assert card_with_own.more_tiles[0].look.css.startswith("scene-own-")


def test_no_more_scenes_are_shown_at_once_than_a_glance_takes_in() -> None:
    library = list(starter_scenes().values())
    few = card(VIEW, around(library[:BIG_TILES]), NOON, OSLO)
    assert (len(few.tiles), few.more_tiles) == (BIG_TILES, ())
    assert (len(shown().tiles), len(shown().more_tiles)) == (BIG_TILES, len(library) - BIG_TILES)


def test_what_people_write_is_text_on_the_page() -> None:
    nasty = replace(shown(), name='<script>alert("x")</script>', problems=("<b>bold</b>",))
    html = render("now/_zone.html", {"card": nasty}) + render("now/_spot.html", {"card": nasty})
    assert "<script>" not in html
    assert "<b>" not in html
    assert "&lt;b&gt;bold" in html


def ending(ends: Ends, **changes: Any) -> str:
    desired = VIEW.desired.model_copy(update={"ends": ends})
    view = VIEW.model_copy(update={"desired": desired, **changes})
    return " ".join(render("now/_zone.html", {"card": shown(view)}).split())


def test_a_card_names_no_end_that_is_only_the_plans() -> None:
    emergency = ending("by-a-person", next=None)
    assert "until somebody ends it" in emergency
    for_good = ending("not-planned", next=None)
    assert "no change is planned" in for_good
    assert "until 16:00" not in emergency + for_good


def test_a_reaction_s_end_is_the_latest_one() -> None:
    card_with_one = ending("at-the-latest")
    assert "until <strong>16:00</strong> at the latest, then Rush hour" in card_with_one


def test_another_rule_for_the_same_scene_is_no_end_of_it() -> None:
    later = VIEW.next.model_copy(update={"at": NOON + timedelta(hours=7)}) if VIEW.next else None
    goes_on = shown(VIEW.model_copy(update={"next": later})).wanted
    assert goes_on.until_words == "until 19:00"
    for_good = shown(VIEW.model_copy(update={"next": None})).wanted
    assert (for_good.ends, for_good.until_words) == ("not-planned", "no change is planned")
