"""Where a scene is used, in words."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection, insert

from hub.database import writing
from hub.planning.ends import ForMinutes
from hub.planning.planner import Choice
from hub.tables import (
    IntegrationRow,
    ScheduleDraftRow,
    ScheduleVersionRow,
    TemplateVersionRow,
)
from scenes.rules import (
    DateException,
    DateSpan,
    QuietHour,
    Reaction,
    Run,
    SpecialDays,
)
from scenes.schedule import Schedule, TemplateUse
from tests.hub.scene_book.conftest import KIM, Desk, a_scene
from tests.hub.shops import rule

WHERE = {"zones": ("entrance",), "scene": "party"}
PARTY = Schedule(
    rules=(rule("fridays", "party", "17:00", "20:00", name="Fridays"),),
    exceptions=(
        DateException(
            id="eve",
            from_="17:00",
            until="20:00",
            days=SpecialDays(dates=(DateSpan(first="2026-12-31", last="2026-12-31"),)),
            **WHERE,  # type: ignore[arg-type]
        ),
    ),
    quiet_hours=(
        QuietHour(id="quiet", from_="09:00", until="10:00", **WHERE),  # type: ignore[arg-type]
    ),
    reactions=(
        Reaction(id="crowd", measure="occupancy", above=9, below=4, **WHERE),  # type: ignore[arg-type]
    ),
    quiet_scene="party",
    emergency_scene="party",
)


def uses(desk: Desk, scene: str = "party") -> list[str]:
    return [use.text for use in desk.book.uses(scene)]


def with_party(desk: Desk) -> Desk:
    desk.book.save(a_scene("party"), KIM)
    desk.book.publish("party", KIM)
    return desk


def deploy(desk: Desk, schedule: Schedule) -> None:
    """As a person would: the shop file says what it always said."""

    def keep(connection: Connection, now: datetime) -> None:
        connection.execute(
            insert(ScheduleVersionRow).values(
                store="nordic",
                version=2,
                body=msgspec.json.encode(schedule).decode(),
                origin="person",
                author="Kim",
                why="",
                created_at=now,
            )
        )

    desk.planner.deploy({"nordic": schedule}, keep)


def test_a_scene_that_nobody_names_is_used_nowhere(desk: Desk) -> None:
    assert uses(with_party(desk)) == []


def test_every_place_of_a_schedule_is_named(desk: Desk) -> None:
    deploy(with_party(desk), PARTY)
    assert uses(desk) == [
        "Nordic: Rule “Fridays”",
        "Nordic: Exception “eve”",
        "Nordic: Quiet hour “quiet”",
        "Nordic: Reaction “crowd”",
        "Nordic: its quiet hour by hand",
        "Nordic: its emergency",
    ]
    # The shop file has the rule still, though a person's schedule holds.
    assert uses(desk, "evening") == ["Nordic in the shop file: Rule “evening”"]


def test_fallbacks_choices_runs_drafts_templates_and_integrations_are_named(
    desk_on_both: Desk,
) -> None:
    desk = with_party(desk_on_both)
    now = desk.clock()
    choice = Choice("party", ForMinutes(30), author="Kim")
    desk.planner.override("nordic", "entrance", choice)
    hour = now + timedelta(hours=1)
    desk.planner.begin_run(
        "nordic",
        Run(
            id="r",
            zone="fitting-rooms",
            scene="party",
            start=now,
            end=hour,
            source="reaction:crowd",
            reason="crowded",
        ),
    )
    draft = Schedule(rules=PARTY.rules, template=TemplateUse(id="bakery", version=1))
    with writing(desk.engine) as connection:
        connection.execute(
            insert(ScheduleDraftRow).values(
                store="nordic",
                body=msgspec.json.encode(draft).decode(),
                based_on=1,
                edition=1,
                origin="person",
                author="Kim",
                changed_at=now,
            )
        )
        for template, version, group, schedule in (
            ("bakery", 1, "bakeries", PARTY),
            ("bakery", 2, "bakeries", PARTY),
            ("bakery", 3, "bakeries", Schedule(rules=PARTY.rules)),
            ("deleted", 1, "cafes", PARTY),
            ("deleted", 2, "", PARTY),
        ):
            connection.execute(
                insert(TemplateVersionRow).values(
                    id=template,
                    version=version,
                    name="Bakeries",
                    store_group=group,
                    body=msgspec.json.encode(
                        msgspec.structs.replace(schedule, exceptions=(), quiet_hours=())
                    ).decode(),
                    author="Kim",
                    why="",
                    created_at=now,
                )
            )
        for name, revoked_at in (("Mirror", None), ("Old mirror", now)):
            connection.execute(
                insert(IntegrationRow).values(
                    id=name,
                    store="nordic",
                    name=name,
                    zones=["entrance"],
                    scenes=["event", "party"],
                    measures=[],
                    token_hash="x",
                    per_minute=5,
                    longest_s=600,
                    author="Kim",
                    created_at=now,
                    revoked_at=revoked_at,
                )
            )
    assert uses(desk) == [
        "Nordic: somebody's choice in Entrance",
        "Nordic: the reaction “crowd” at work in Fitting-Rooms",
        "the draft of Nordic: Rule “Fridays”",
        "the template “Bakeries” (version 3): Rule “Fridays”",
        "the template “Bakeries” (version 1): Rule “Fridays”",
        "the template “Bakeries” (version 1): Reaction “crowd”",
        "the template “Bakeries” (version 1): its quiet hour by hand",
        "the template “Bakeries” (version 1): its emergency",
        "Nordic: the integration “Mirror”",
    ]
    assert uses(desk, "trading") == [
        "Nordic: the fallback of Entrance",
        "Nordic: the fallback of Fitting-Rooms",
    ]


def test_what_is_over_is_no_use(desk: Desk) -> None:
    with_party(desk)
    choice = Choice("party", ForMinutes(30), author="Kim")
    desk.planner.override("nordic", "entrance", choice)
    assert uses(desk) == ["Nordic: somebody's choice in Entrance"]
    desk.planner.return_to_plan("nordic", "entrance")
    assert uses(desk) == []
    desk.planner.override("nordic", "entrance", choice)
    desk.clock.forward(minutes=31)
    assert uses(desk) == []


def test_a_quiet_hour_and_an_emergency_use_their_scenes(desk: Desk) -> None:
    desk.planner.quiet_hour("nordic", ForMinutes(30), author="Kim")
    desk.planner.emergency("nordic", author="Kim")
    assert uses(desk, "quiet-hour")[:2] == [
        "Nordic: the quiet hour that holds in Entrance",
        "Nordic: the quiet hour that holds in Fitting-Rooms",
    ]
    assert uses(desk, "emergency")[0] == "Nordic: the emergency that holds in Entrance"


def test_a_store_that_left_the_shop_uses_nothing(desk: Desk) -> None:
    deploy(with_party(desk), PARTY)
    desk.load(zones=())
    assert uses(desk) == []
