"""Zones over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError
from sqlmodel import col

from hub.app import create_app
from hub.parts import HubParts
from hub.tables import OverrideRow
from scenes.messages import State, ZoneState
from scenes.rules import Layer, Run
from scenes.schedule import Schedule
from tests.hub.asgi_client import AsgiClient
from tests.hub.shops import SHOP_FILE, THURSDAY_NOON, FakeClock

ZONES = "/api/v1/zones"
OVERRIDE = f"{ZONES}/entrance/override"
ANYTHING = {"If-Match": "*"}


@pytest.fixture
def client(parts: HubParts) -> AsgiClient:
    return AsgiClient(create_app(parts))


def put(client: AsgiClient, end: Any, **more: Any) -> Any:
    wish = {"scene": "event", "end": end, **more}
    return client.request("PUT", OVERRIDE, json=wish, headers=ANYTHING)


def delete(client: AsgiClient, address: str = OVERRIDE) -> Any:
    return client.request("DELETE", address, headers=ANYTHING)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def ends(client: AsgiClient) -> list[str]:
    return [zone["desired"]["ends"] for zone in client.get(ZONES).json()]


def test_a_zone_says_what_the_end_is_worth(client: AsgiClient, parts: HubParts) -> None:
    assert ends(client)[0] == "by-itself"
    run = Run(
        id="crowd",
        zone="entrance",
        scene="event",
        start=THURSDAY_NOON,
        end=THURSDAY_NOON + timedelta(minutes=30),
        source="reaction:crowd",
        reason="Crowded for 5 minutes",
    )
    parts.planner.begin_run("nordic", run)
    assert ends(client) == ["at-the-latest", "by-itself"]
    client.post("/api/v1/stores/nordic/emergency", json={})
    assert ends(client) == ["by-a-person"] * 2


def test_the_end_of_the_plan_is_nobody_s_end(client: AsgiClient, parts: HubParts) -> None:
    parts.planner.deploy({"nordic": Schedule()})
    assert ends(client) == ["not-planned"] * 2


def test_a_zone_says_what_is_wanted_why_and_what_is_next(client: AsgiClient) -> None:
    entrance, fitting_rooms = client.get(ZONES).json()
    assert (entrance["store"], entrance["zone"], entrance["name"]) == (
        "nordic",
        "entrance",
        "Entrance",
    )
    assert entrance["time_zone"] == "Europe/Copenhagen"
    desired = entrance["desired"]
    assert (desired["scene"], desired["scene_name"], desired["layer"]) == (
        "trading",
        "Trading",
        "fallback",
    )
    assert instant(desired["since"]) == instant("2026-10-22T09:00Z")
    assert instant(desired["until"]) == instant("2026-10-22T15:00Z")
    assert desired["age_s"] == 3600
    assert desired["reason"] == "Nothing is planned: the zone's fallback scene"
    assert entrance["next"]["scene_name"] == "Evening"
    assert instant(entrance["next"]["at"]) == instant("2026-10-22T15:00Z")
    assert entrance["next"]["reason"] == "Rule every day 17:00 to 20:00"
    assert entrance["reported"] is None
    assert entrance["override"] is None
    assert fitting_rooms["zone"] == "fitting-rooms"


def test_reported_stands_beside_desired(
    client: AsgiClient, parts: HubParts, clock: FakeClock
) -> None:
    zone = ZoneState(
        scene="calm-morning",
        confirmed=True,
        since=clock(),
        until=clock() + timedelta(hours=1),
        layer=Layer.RULE,
        reason="Rule",
        problem="the plan is over",
    )
    parts.reported.state(
        State(
            store="nordic",
            edge="ceiling",
            boot="0123456789abcdef",
            at=clock(),
            zones={"entrance": zone},
            devices={},
        )
    )
    clock.forward(seconds=20)
    entrance = client.get(f"{ZONES}/entrance").json()
    assert entrance["desired"]["scene"] == "trading"
    reported = entrance["reported"]
    assert (reported["scene"], reported["scene_name"]) == ("calm-morning", "Calm morning")
    assert (reported["age_s"], reported["stale"], reported["confirmed"]) == (20, True, True)
    assert (reported["layer"], reported["edges"]) == ("rule", ["ceiling"])
    assert reported["problems"] == [
        "ceiling has not been heard since 12:00",
        "ceiling: the plan is over",
    ]


def report(
    parts: HubParts,
    *,
    zone: str = "entrance",
    edge: str = "ceiling",
    order: tuple[int, int] | None = None,
) -> State:
    """Let an edge say that it plays what is wanted, by the plan of (epoch, revision)."""
    wanted = parts.planner.planned("nordic", zone).plan.at(parts.now()).scene
    epoch, revision = order or (None, None)
    state = State(
        store="nordic",
        edge=edge,
        boot="0123456789abcdef",
        at=parts.now(),
        zones={zone: ZoneState(scene=wanted, confirmed=True, epoch=epoch, revision=revision)},
        devices={},
    )
    parts.reported.state(state)
    return state


def reported(client: AsgiClient, zone: str = "entrance") -> Any:
    return client.get(f"{ZONES}/{zone}").json()["reported"]


def test_an_edge_that_follows_our_plan_is_confirmed(client: AsgiClient, parts: HubParts) -> None:
    report(parts, order=parts.planner.planned("nordic", "entrance").plan.order)
    assert (reported(client)["confirmed"], reported(client)["problems"]) == (True, [])


@pytest.mark.parametrize("newer", [(1, -5), (0, 1)], ids=["epoch", "revision"])
def test_an_edge_with_a_newer_plan_than_ours_is_named_and_not_confirmed(
    client: AsgiClient, parts: HubParts, newer: tuple[int, int]
) -> None:
    put(client, 30)
    for _ in range(6):
        put(client, 30)
    epoch, revision = parts.planner.planned("nordic", "entrance").plan.order
    report(parts, order=(epoch + newer[0], revision + newer[1]))
    report(parts, edge="window", order=(epoch, revision))
    zone = reported(client)
    assert zone["scene"] == "event"
    assert zone["confirmed"] is False
    (problem,) = zone["problems"]
    assert problem.startswith("ceiling follows a newer plan than this hub's and refuses ours")


def test_an_edge_that_does_not_take_our_plan_is_named_after_a_while(
    client: AsgiClient, parts: HubParts, clock: FakeClock
) -> None:
    old = parts.planner.planned("nordic", "entrance").plan.order
    put(client, 30)
    clock.forward(seconds=5)
    report(parts, order=old)
    assert reported(client)["problems"] == []
    clock.forward(seconds=10)
    # What it said before it can have had the plan is no refusal, however old it is by now.
    assert reported(client)["problems"] == []
    report(parts, order=old)
    assert reported(client)["confirmed"] is False
    assert reported(client)["problems"] == ["ceiling has not taken this hub's plan since 12:00"]
    report(parts, order=parts.planner.planned("nordic", "entrance").plan.order)
    assert (reported(client)["confirmed"], reported(client)["problems"]) == (True, [])


def test_one_zone_that_cannot_be_shown_hides_no_other(
    client: AsgiClient, parts: HubParts, clock: FakeClock
) -> None:
    report(parts, zone="fitting-rooms", edge="mirror")
    # No message can say it any more; whatever else goes wrong with one edge ends the same way.
    msgspec.structs.force_setattr(
        report(parts), "at", datetime.max.replace(tzinfo=UTC, microsecond=0)
    )
    clock.forward(seconds=20)
    entrance, fitting_rooms = client.get(ZONES).json()
    assert entrance["desired"]["scene"] == "trading"
    assert (entrance["reported"]["scene"], entrance["reported"]["confirmed"]) == (None, False)
    assert entrance["reported"]["problems"] == [
        "What ceiling reported can't be shown; the hub's log says why"
    ]
    assert fitting_rooms["reported"]["scene"] == "trading"
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    ("end", "until"),
    [
        ("next-change", "2026-10-22T15:00Z"),
        ("closing", "2026-10-22T18:00Z"),
        ({"minutes": 30}, "2026-10-22T10:30Z"),
        (30, "2026-10-22T10:30Z"),
        (0.5, "2026-10-22T10:00:30Z"),
        ("45", "2026-10-22T10:45Z"),
        ("2026-10-22T14:00:00+02:00", "2026-10-22T12:00Z"),
        ({"at": "2026-10-22T12:00:00Z"}, "2026-10-22T12:00Z"),
    ],
)
def test_an_override_ends_as_it_was_asked(client: AsgiClient, end: Any, until: str) -> None:
    answer = put(client, end, reason="too loud", author="Kim")
    assert answer.status_code == 200
    zone = answer.json()
    assert (zone["desired"]["scene"], zone["desired"]["layer"]) == ("event", "override")
    assert zone["desired"]["reason"] == "Kim chose this: too loud"
    assert zone["desired"]["author"] == "Kim"
    assert instant(zone["desired"]["until"]) == instant(until)
    assert instant(zone["override"]["end"]) == instant(until)
    assert instant(zone["override"]["start"]) == THURSDAY_NOON
    assert client.get(f"{ZONES}/entrance").json() == zone


def test_choosing_and_returning_is_the_same_on_every_database(
    parts_on_both: HubParts, clock: FakeClock
) -> None:
    client = AsgiClient(create_app(parts_on_both))
    words = {"reason": "för högt – 太吵 “ja” 🎈", "author": "O'Brien; DROP TABLE"}
    assert put(client, "\x00").json()["code"] == "override.end"
    assert put(client, 30, reason="\x00").status_code == 422
    first = put(client, 30, **words).json()
    assert {name: first["override"][name] for name in words} == words
    clock.forward(minutes=1)
    assert put(client, "closing").json()["override"]["id"] != first["override"]["id"]
    clock.forward(minutes=1)
    answer = delete(client)
    assert (answer.status_code, answer.json()["override"]) == (200, None)
    slots = client.get(f"{ZONES}/entrance/plan").json()["slots"]
    assert [slot["layer"] for slot in slots][3:5] == ["override", "override"]
    assert client.get(f"{ZONES}/entrance/plan").json()["revision"] == 4
    with parts_on_both.engine.connect() as connection:
        kept = connection.execute(
            select(col(OverrideRow.author), col(OverrideRow.returned_at)).order_by(
                col(OverrideRow.start)
            )
        )
        assert [tuple(row) for row in kept] == [
            (words["author"], THURSDAY_NOON + timedelta(minutes=1)),
            ("", THURSDAY_NOON + timedelta(minutes=2)),
        ]


@pytest.mark.parametrize("field", ["reason", "author"])
@pytest.mark.parametrize("character", ["\x00", "\n", "\r", "\x1b", "\x7f", "\x85"])
def test_a_control_character_is_refused(client: AsgiClient, field: str, character: str) -> None:
    for text in (f"too{character}loud", f"loud{character}"):
        answer = put(client, 30, **{field: text})
        assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")
    assert client.get(f"{ZONES}/entrance").json()["override"] is None
    assert put(client, 30, **{field: "för högt – 太吵 “ja” 🎈"}).status_code == 200


@pytest.mark.parametrize(
    ("end", "code"),
    [
        ("whenever", "override.end"),
        (0, "override.end"),
        (-1, "override.end"),
        (10081, "override.end"),
        ("nan", "override.end"),
        ("1e99", "override.end"),
        ("2026-10-22T14:00:00", "override.end"),
        ("2026-10-22T09:59:59Z", "override.end"),
        ("2026-10-30T10:00:00Z", "override.end"),
        ({"minutes": 0}, "request.invalid"),
        ({"minutes": 30, "hours": 1}, "request.invalid"),
        ({"at": "2026-10-22T14:00:00"}, "request.invalid"),
        (None, "request.invalid"),
        (True, "request.invalid"),
        ({"minutes": True}, "request.invalid"),
        ([], "request.invalid"),
    ],
)
def test_an_end_that_cannot_be_is_refused_and_nothing_changes(
    client: AsgiClient, end: Any, code: str
) -> None:
    before = client.get(ZONES).json()
    answer = put(client, end)
    assert answer.status_code == 422
    assert answer.json()["code"] == code
    assert answer.json()["message"]
    assert client.get(ZONES).json() == before


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"scene": "no-such", "end": 5}, 404, "scene.unknown"),
        ({"scene": "No Slug", "end": 5}, 422, "request.invalid"),
        ({"end": 5}, 422, "request.invalid"),
        ({"scene": "event", "end": 5, "colour": "red"}, 422, "request.invalid"),
        ({"scene": "event", "end": 5, "reason": "x" * 201}, 422, "request.invalid"),
        ([], 422, "request.invalid"),
    ],
)
def test_a_wrong_wish_is_refused(client: AsgiClient, body: Any, status: int, code: str) -> None:
    answer = client.request("PUT", OVERRIDE, json=body, headers=ANYTHING)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_returning_is_one_call_and_can_be_repeated(client: AsgiClient) -> None:
    put(client, "closing")
    for _ in range(2):
        answer = delete(client)
        assert answer.status_code == 200
        assert answer.json()["override"] is None
        assert answer.json()["desired"]["scene"] == "trading"


def test_an_override_goes_by_itself(client: AsgiClient, clock: FakeClock) -> None:
    put(client, 30)
    clock.forward(minutes=31)
    zone = client.get(f"{ZONES}/entrance").json()
    assert zone["override"] is None
    assert zone["desired"]["layer"] == "fallback"


def test_unknown_zones_and_stores_are_404(client: AsgiClient) -> None:
    for path in ("attic", "attic/plan", "entrance?store=mall", "entrance/plan?store=mall"):
        assert client.get(f"{ZONES}/{path}").status_code == 404
    assert client.get(f"{ZONES}?store=mall").json()["code"] == "store.unknown"
    assert delete(client, f"{ZONES}/attic/override").json()["code"] == "zone.unknown"
    assert client.get(f"{ZONES}/No%20Slug").status_code == 422


def test_a_zone_of_two_stores_needs_the_store(parts: HubParts, tmp_path: Any) -> None:
    twin = SHOP_FILE.split("stores:\n")[1].replace("id: nordic", "id: harbour")
    (tmp_path / "shop.yaml").write_text(SHOP_FILE + twin)
    assert parts.shop.check()
    client = AsgiClient(create_app(parts))
    assert client.get(f"{ZONES}/entrance").status_code == 409
    assert put(client, 30).json()["code"] == "zone.ambiguous"
    answer = client.request(
        "PUT",
        f"{OVERRIDE}?store=harbour",
        json={"scene": "event", "end": 30},
        headers=ANYTHING,
    )
    assert answer.json()["store"] == "harbour"
    assert [zone["store"] for zone in client.get(f"{ZONES}?store=harbour").json()] == [
        "harbour"
    ] * 2


def test_the_plan_of_today_is_whole_and_gapless(client: AsgiClient) -> None:
    plan = client.get(f"{ZONES}/entrance/plan").json()
    assert [(slot["scene"], slot["source"]) for slot in plan["slots"]] == [
        ("trading", "fallback"),
        ("calm-morning", "rule:calm-mornings"),
        ("trading", "fallback"),
        ("evening", "rule:evenings"),
        ("trading", "fallback"),
    ]
    assert instant(plan["slots"][0]["since"]) == instant("2026-10-21T22:00Z")
    assert instant(plan["slots"][-1]["until"]) == instant("2026-10-22T22:00Z")
    for earlier, later in zip(plan["slots"], plan["slots"][1:], strict=False):
        assert earlier["until"] == later["since"]
    assert plan["revision"] == 1
    assert instant(plan["planned_until"]) >= THURSDAY_NOON + timedelta(days=14)


def test_a_plan_can_be_asked_for_any_stretch(client: AsgiClient) -> None:
    query = {"from": "2026-10-22T10:30:00+02:00", "to": "2026-10-22T12:00:00+02:00"}
    slots = client.get(f"{ZONES}/entrance/plan", params=query).json()["slots"]
    assert [slot["scene"] for slot in slots] == ["calm-morning", "trading"]
    assert instant(slots[0]["since"]) == instant("2026-10-22T08:30Z")
    far = {"from": "2030-01-01T00:00:00Z", "to": "2031-01-01T00:00:00Z"}
    assert client.get(f"{ZONES}/entrance/plan", params=far).json()["slots"] == []
    # The day on which the clocks go back has 25 hours.
    sunday = client.get(f"{ZONES}/entrance/plan", params={"from": "2026-10-25T00:00:00+02:00"})
    assert instant(sunday.json()["slots"][-1]["until"]) == instant("2026-10-25T23:00Z")


@pytest.mark.parametrize(
    "query",
    [
        {"from": "2026-10-22T10:30:00"},
        {"from": "yesterday"},
        {"from": "2026-10-22T10:30:00Z", "to": "2026-10-22T10:30:00Z"},
        {"to": "2020-01-01T00:00:00Z"},
        {"from": "9999-12-31T23:59:59Z"},
        {"from": "0001-01-01T00:00:00+14:00"},
    ],
)
def test_a_stretch_that_is_none_is_refused(client: AsgiClient, query: dict[str, str]) -> None:
    answer = client.get(f"{ZONES}/entrance/plan", params=query)
    assert answer.status_code == 422
    assert answer.json()["code"] in {"plan.range", "request.invalid"}


def test_a_database_that_does_not_answer_is_503_and_changes_nothing(
    client: AsgiClient, parts: HubParts
) -> None:
    def fail(*arguments: Any) -> None:
        if arguments[2].startswith("INSERT"):
            raise OperationalError("INSERT", {}, Exception("disk full"))

    # Whoever asks was known before the disk was full.
    assert client.get(f"{ZONES}/entrance").json()["override"] is None
    event.listen(parts.engine, "before_cursor_execute", fail)
    answer = put(client, 30)
    assert (answer.status_code, answer.json()["code"]) == (503, "database.unavailable")
    assert client.get(f"{ZONES}/entrance").json()["override"] is None
