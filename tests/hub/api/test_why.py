"""Asking why a scene is on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import delete, insert

from hub.app import create_app
from hub.database import writing
from hub.parts import HubParts
from hub.planning.ends import ForMinutes
from hub.planning.planner import Choice
from hub.tables import OverrideRow, ScheduleDraftRow
from scenes.rules import Run
from scenes.schedule import Schedule
from tests.hub.asgi_client import AsgiClient
from tests.hub.shops import FakeClock, rule

WHY = "/api/v1/zones/entrance/why"


@pytest.fixture
def client(parts: HubParts) -> AsgiClient:
    return AsgiClient(create_app(parts))


def why(client: AsgiClient, **query: Any) -> Any:
    answer = client.get(WHY, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def choose(parts: HubParts, scene: str = "event", minutes: float = 60) -> None:
    choice = Choice(scene, ForMinutes(minutes), author="Kim", why="complaint")
    parts.planner.override("nordic", "entrance", choice)


def test_every_layer_that_wants_the_zone_is_named_the_winner_first(
    client: AsgiClient, parts: HubParts, clock: FakeClock
) -> None:
    clock.forward(hours=6)  # 18:00, the rule's evening
    choose(parts)
    run = Run(
        id="run-1",
        zone="entrance",
        scene="breathing-space",
        start=clock(),
        end=clock() + timedelta(minutes=10),
        source="reaction:crowd",
        reason="Crowded for 5 minutes",
    )
    parts.planner.begin_run("nordic", run)
    answer = why(client)
    assert [(claim["layer"], claim["scene"], claim["wins"]) for claim in answer["claims"]] == [
        ("override", "event", True),
        ("reaction", "breathing-space", False),
        ("rule", "evening", False),
        ("fallback", "trading", False),
    ]
    assert answer["reason"] == "Kim chose this: complaint"
    assert [claim["lost"] for claim in answer["claims"]] == [
        "",
        *["The override is stronger"] * 3,
    ]
    assert (answer["scene_name"], answer["basis"]) == ("Event", "plan")
    parts.planner.emergency("nordic", author="Bo")
    assert why(client)["reason"] == "Emergency, set off by Bo"


@pytest.mark.parametrize("hours", [0, 5.5, 30, 24 * 13, 24 * 300])
def test_the_winner_is_what_the_plan_plays(
    client: AsgiClient, parts: HubParts, clock: FakeClock, hours: float
) -> None:
    choose(parts, minutes=6 * 60)
    at = clock() + timedelta(hours=hours)
    answer = why(client, at=at.isoformat())
    planned = parts.planner.preview("nordic", None, at, at + timedelta(seconds=1))
    assert planned["entrance"][0].scene == answer["scene"]
    plan = parts.planner.planned("nordic", "entrance").plan
    if at < plan.until:
        assert (plan.at(at).scene, plan.at(at).reason) == (answer["scene"], answer["reason"])


def test_the_past_is_told_by_the_plan_that_was_in_force_then(
    client: AsgiClient, parts: HubParts, clock: FakeClock
) -> None:
    chosen_at = clock()
    choose(parts)
    clock.forward(minutes=10)
    parts.planner.return_to_plan("nordic", "entrance")
    clock.forward(days=3)
    schedule = Schedule(rules=(rule("always", "evening", "00:00", "24:00"),))
    parts.planner.deploy({"nordic": schedule})
    answer = why(client, at=(chosen_at + timedelta(minutes=5)).isoformat())
    claim, loser = answer["claims"]
    assert (claim["scene"], claim["layer"], claim["author"]) == ("event", "override", "Kim")
    # By the schedule of then: that of today has a rule for every hour.
    assert (loser["scene"], loser["lost"]) == ("trading", "The override is stronger")
    assert answer["basis"] == "record"
    assert answer["note"] == (
        "From plan 2, which was in force at Thu 12:05; "
        "what else was wished for is by the schedule and the choices of then"
    )
    assert why(client)["scene"] == "evening"
    before = client.get(WHY, params={"at": "2026-10-22T09:59:59Z"})
    assert (before.status_code, before.json()["code"]) == (404, "plan.outside")


def test_who_lost_is_not_guessed_where_the_record_leads_to_another_winner(
    client: AsgiClient, parts: HubParts, clock: FakeClock
) -> None:
    chosen_at = clock()
    choose(parts)
    clock.forward(minutes=10)
    with writing(parts.engine) as connection:
        connection.execute(delete(OverrideRow))
    answer = why(client, at=(chosen_at + timedelta(minutes=5)).isoformat())
    (claim,) = answer["claims"]
    assert claim["scene"] == "event"
    assert answer["note"] == (
        "From plan 2, which was in force at 12:05; what else was wished for then is not kept"
    )


def test_a_draft_is_asked_as_if_it_were_deployed(client: AsgiClient, parts: HubParts) -> None:
    none = client.get(WHY, params={"draft": True})
    assert (none.status_code, none.json()["code"]) == (404, "draft.none")
    draft = Schedule(rules=(rule("always", "event", "00:00", "24:00", author="Kim"),))
    with writing(parts.engine) as connection:
        connection.execute(
            insert(ScheduleDraftRow).values(
                store="nordic",
                body=msgspec.json.encode(draft).decode(),
                based_on=1,
                edition=1,
                origin="person",
                author="Kim",
                changed_at=parts.now(),
            )
        )
    answer = why(client, draft=True)
    assert (answer["scene"], answer["basis"]) == ("event", "draft")
    assert answer["reason"] == "Rule every day 00:00 to 24:00"
    assert why(client)["scene"] == "trading"


@pytest.mark.parametrize("at", ["yesterday", "2026-10-22T09:00:00", "1969-01-01T00:00:00Z"])
def test_an_instant_that_is_none_is_refused(client: AsgiClient, at: str) -> None:
    assert client.get(WHY, params={"at": at}).status_code == 422


def test_an_instant_far_from_everything_is_no_plan_s(client: AsgiClient) -> None:
    for at in ("2199-12-01T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00"):
        answer = client.get(WHY, params={"at": at})
        assert (answer.status_code, answer.json()["code"]) == (422, "plan.range")
    assert client.get("/api/v1/zones/attic/why").status_code == 404
