"""Schedules, drafts, weeks and what-ifs over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest

from hub.api import schedule_models as models
from hub.app import create_app
from hub.parts import HubParts
from tests.hub.asgi_client import AsgiClient
from tests.hub.schedules.drafts import CHANGED_FILE, KIM, deployed_by_kim, save_shop_file
from tests.hub.shops import SHOP_FILE, FakeClock

NORDIC = "/api/v1/stores/nordic"
DRAFT = f"{NORDIC}/draft"
RULE = {**models.RULE, "zones": ["entrance"], "from": "11:00", "until": "13:00", "scene": "event"}
ANY = {"If-Match": "*"}


@pytest.fixture
def client(parts: HubParts) -> AsgiClient:
    return AsgiClient(create_app(parts))


def put(client: AsgiClient, path: str, body: Any, tag: str = "*") -> httpx.Response:
    return client.request("PUT", f"{DRAFT}/{path}", json=body, headers={"If-Match": tag})


def begin(client: AsgiClient) -> httpx.Response:
    answer = client.post(DRAFT, json={"author": "Kim"})
    assert answer.status_code == 201
    return answer


def test_a_store_says_where_it_is_and_how_its_schedule_stands(client: AsgiClient) -> None:
    (store,) = client.get("/api/v1/stores").json()
    assert store == client.get(NORDIC).json()
    assert (store["store"], store["version"], store["draft"]) == ("nordic", 1, False)
    assert [zone["zone"] for zone in store["zones"]] == ["entrance", "fitting-rooms"]
    begin(client)
    assert client.get(NORDIC).json()["draft"] is True
    assert client.get("/api/v1/stores/attic").status_code == 404


def test_a_schedule_and_its_versions_tell_who_when_and_what_differs(
    client: AsgiClient, parts: HubParts
) -> None:
    deployed_by_kim(parts)
    answer = client.get(f"{NORDIC}/schedule")
    assert answer.headers["ETag"] == '"schedule-2"'
    body = answer.json()
    assert (body["version"], body["origin"], body["author"], body["why"]) == (
        2,
        "person",
        "Kim",
        KIM.why,
    )
    assert body["changes"][0].startswith("Rule “Late afternoon” added")
    assert [rule["id"] for rule in body["schedule"]["rules"]][-1] == "late"
    assert body["effective"] == body["schedule"]
    newest, first = client.get(f"{NORDIC}/schedule/versions").json()
    assert (newest["version"], first["version"], first["changes"]) == (2, 1, [])
    assert client.get(f"{NORDIC}/schedule/versions?before=2").json() == [first]
    assert client.get(f"{NORDIC}/schedule/versions?before=1").json() == []
    assert client.get(f"{NORDIC}/schedule/versions/1").json()["origin"] == "file"
    for number in (3, 2**31 - 1):
        assert client.get(f"{NORDIC}/schedule/versions/{number}").status_code == 404
    for number in (0, 2**31):
        assert client.get(f"{NORDIC}/schedule/versions/{number}").status_code == 422


def test_the_way_from_draft_to_plan_and_back(client: AsgiClient) -> None:
    tag = begin(client).headers["ETag"]
    answer = put(client, "rules/midday", RULE, tag)
    assert answer.status_code == 200, answer.text
    draft = answer.json()
    assert draft["review"]["changes"] == [
        "Thursday, Friday and Monday to Wednesday 11:00 to 13:00 Entrance: Trading → Event"
    ]
    assert draft["review"]["deployable"] is True
    assert client.get(DRAFT).json() == draft
    review = client.get(f"{DRAFT}/review").json()
    assert draft["review"].items() <= review.items()
    assert review["gaps"][0].startswith("Nothing is planned Thursday, Friday and Monday to ")
    deployed = client.post(
        f"{DRAFT}/deploy",
        json={"author": "Kim", "why": "lunch"},
        headers={"If-Match": answer.headers["ETag"]},
    )
    assert (deployed.status_code, deployed.headers["ETag"]) == (200, '"schedule-2"')
    assert client.get("/api/v1/zones/entrance").json()["desired"]["scene"] == "event"
    assert client.get(DRAFT).status_code == 404

    back = client.post(
        f"{NORDIC}/schedule/revert",
        json={"version": 1, "author": "Max"},
        headers={"If-Match": '"schedule-2"'},
    )
    assert (back.status_code, back.json()["version"], back.json()["origin"]) == (200, 3, "revert")
    assert client.get("/api/v1/zones/entrance").json()["desired"]["scene"] == "trading"


def test_a_write_says_what_it_saw_and_the_loser_hears_what_changed(client: AsgiClient) -> None:
    tag = begin(client).headers["ETag"]
    for method, path, body in (
        ("PUT", DRAFT, {"schedule": {}}),
        ("PUT", f"{DRAFT}/rules/midday", RULE),
        ("DELETE", f"{DRAFT}/rules/evenings", None),
        ("DELETE", DRAFT, None),
        ("POST", f"{DRAFT}/deploy", {}),
        ("POST", f"{DRAFT}/rebase", {}),
        ("POST", f"{NORDIC}/schedule/revert", {"version": 1}),
    ):
        assert client.request(method, path, json=body).status_code == 428, path
    put(client, "rules/midday", RULE, tag)
    lost = put(client, "rules/midday", {**RULE, "until": "14:00", "author": "Max"}, tag)
    assert (lost.status_code, lost.json()["code"]) == (412, "precondition.failed")
    assert lost.headers["ETag"] == '"draft-2"'
    (sentence,) = lost.json()["changed"]
    assert sentence.startswith("Kim changed the draft, 12:00: Rule “Calm mornings” added: ")
    other = client.request("DELETE", DRAFT, headers={"If-Match": '"something-else"'})
    assert other.json()["changed"] == [sentence]
    unheard = put(client, "rules/midday", RULE, '"draft-99"')
    assert unheard.status_code == 412
    assert unheard.json()["changed"][0].startswith("What you saw is not on record here")


@pytest.mark.parametrize(
    ("method", "path", "did"),
    [("DELETE", "?author=Max", "discarded"), ("POST", "/deploy", "deployed")],
)
def test_who_works_at_a_draft_that_another_ended_hears_who(
    client: AsgiClient, method: str, path: str, did: str
) -> None:
    tag = begin(client).headers["ETag"]
    seen = {"If-Match": tag}
    body = {"author": "Max"} if did == "deployed" else None
    ended = client.request(method, f"{DRAFT}{path}", headers=seen, json=body)
    assert ended.status_code in {200, 204}
    lost = put(client, "rules/midday", RULE, tag)
    assert lost.status_code == 412
    assert lost.json()["changed"][0].startswith(f"Max {did} the draft, 12:00")
    assert client.post(f"{DRAFT}/deploy", json={}, headers=seen).status_code == 412
    none = client.request("DELETE", DRAFT, headers=ANY)
    assert (none.status_code, none.json()["code"]) == (404, "draft.none")


def test_a_deployment_behind_another_is_told_what_was_deployed(
    client: AsgiClient, parts: HubParts, tmp_path: Path
) -> None:
    begin(client)
    put(client, "rules/midday", RULE)
    save_shop_file(parts, tmp_path, CHANGED_FILE)
    review = client.get(f"{DRAFT}/review").json()
    assert review["deployable"] is False
    assert review["deployed_since"] == [
        "shop file deployed version 2, 12:00: Rule “Calm mornings”: until 11:00 → 12:00"
    ]
    late = client.post(f"{DRAFT}/deploy", json={}, headers=ANY)
    assert (late.status_code, late.headers["ETag"]) == (412, '"draft-2"')
    assert late.json()["changed"][0] == review["deployed_since"][0]
    rebased = client.post(f"{DRAFT}/rebase", json={}, headers={"If-Match": '"draft-2"'})
    assert (rebased.status_code, rebased.json()["based_on"]) == (200, 2)
    assert client.post(f"{DRAFT}/deploy", headers=ANY).status_code == 200


def test_every_part_of_a_draft_can_be_put_and_taken_out(client: AsgiClient) -> None:
    begin(client)
    items = {
        "rules": RULE,
        "exceptions": models.EXCEPTION,
        "quiet-hours": models.QUIET_HOUR,
        "reactions": models.REACTION,
        "special-hours": models.SPECIAL_HOURS,
    }
    for part, item in items.items():
        answer = put(client, f"{part}/one", item)
        assert answer.status_code == 200, answer.text
        assert answer.json()["schedule"][part.replace("-", "_")][-1]["id"] == "one"
    for name, body in (
        ("hours", {"hours": models.HOURS}),
        ("zone-groups", {"zone_groups": {"front": ["entrance"]}}),
        ("presets", {"quiet_scene": "closing"}),
        ("template", {"template": {"id": "winter", "version": 2**40}}),
    ):
        answer = put(client, name, {**body, "author": "Kim"})
        assert answer.status_code == 200, answer.text
    schedule = answer.json()["schedule"]
    assert (schedule["hours"], schedule["zone_groups"], schedule["quiet_scene"]) == (
        models.HOURS,
        {"front": ["entrance"]},
        "closing",
    )
    problems = answer.json()["review"]["problems"]
    assert f"There is no version {2**40} of the template “winter”: choose another" in [
        each["sentence"] for each in problems
    ]
    refused = client.post(f"{DRAFT}/deploy", headers=ANY)
    assert (refused.status_code, refused.json()["code"]) == (409, "schedule.refused")
    assert set(refused.json()["problems"]) == {
        each["sentence"] for each in problems if each["forbids"]
    }
    assert client.request("DELETE", f"{DRAFT}/template", headers=ANY).status_code == 200
    for part in items:
        path = f"{DRAFT}/{part}/one?author=Max"
        assert client.request("DELETE", path, headers=ANY).status_code == 200, part
        gone = client.request("DELETE", path, headers=ANY)
        assert (gone.status_code, gone.json()["code"]) == (404, "draft.unknown-part")


UNREADABLE: list[tuple[str, Any, str]] = [
    ("rules/a", {**RULE, "form": "9:00"}, "there is no field 'form' here"),
    ("rules/a", {**RULE, "id": "b"}, "id: the id stands in the address alone"),
    ("rules/a", {**RULE, "from": "9"}, "from: a time of day is written as 09:00"),
    ("rules/a", {**RULE, "note": "two\nlines"}, "note: one line of text without control"),
    ("reactions/a", {**models.REACTION, "below": 99}, "a reaction ends at less than it begins"),
    ("", {"schedule": {"rules": [{"id": "x"}]}}, "schedule: rules[0]: 'zones' is missing"),
    ("hours", {"hours": {"monday": None}}, "hours"),
]


def test_what_cannot_be_read_is_told_in_words(client: AsgiClient) -> None:
    begin(client)
    for path, body, message in UNREADABLE:
        answer = client.request("PUT", f"{DRAFT}/{path}".rstrip("/"), json=body, headers=ANY)
        assert answer.status_code == 422
        assert message in answer.json()["message"]
    # What JSON can say and no database could keep.
    for text in (b'"\\ud800"', b"NaN", b"1e999"):
        body = b'{"zones": ["all"], "scene": "event", "measure": "noise", "below": 1, "above": '
        answer = client.request(
            "PUT",
            f"{DRAFT}/reactions/a",
            content=body + text + b', "name": ' + text + b"}",
            headers={**ANY, "Content-Type": "application/json"},
        )
        assert answer.status_code == 422, text
    assert client.get(DRAFT).json()["edition"] == 1


def slots_of(week: Any, zone: str) -> list[tuple[str, str]]:
    (found,) = (each for each in week["zones"] if each["zone"] == zone)
    return [(slot["since"], slot["scene"]) for slot in found["slots"]]


def test_a_week_is_what_is_planned_with_todays_choices(client: AsgiClient, parts: HubParts) -> None:
    client.request(
        "PUT", "/api/v1/zones/entrance/override", json={"scene": "event", "end": 30}, headers=ANY
    )
    week = client.get(f"{NORDIC}/week").json()
    assert (week["from"], week["until"]) == ("2026-10-21T22:00:00Z", "2026-10-28T23:00:00Z")
    assert (week["version"], week["draft"], week["time_zone"]) == (1, False, "Europe/Copenhagen")
    entrance = slots_of(week, "entrance")
    assert entrance[0] == ("2026-10-21T22:00:00Z", "trading")
    assert ("2026-10-22T10:00:00Z", "event") in entrance
    for zone in week["zones"]:
        ends = [slot["until"] for slot in zone["slots"]]
        assert [slot["since"] for slot in zone["slots"]] == [week["from"], *ends[:-1]]
        assert ends[-1] == week["until"]
    thursday, *_, tuesday, _wednesday = week["days"]
    assert (thursday["day"], thursday["opens"]) == ("2026-10-22", "2026-10-22T08:00:00Z")
    assert week["days"][3]["opens"] is None, "Sunday"
    assert tuesday["opens"] == "2026-10-27T09:00:00Z", "after the clocks went back"


def test_a_week_that_nothing_is_planned_for_yet_is_compiled(client: AsgiClient) -> None:
    planned = client.get(f"{NORDIC}/week?from=2026-10-26").json()
    far = client.get(f"{NORDIC}/week?from=2027-10-25").json()
    assert [scene for _, scene in slots_of(far, "entrance")] == [
        scene for _, scene in slots_of(planned, "entrance")
    ]
    for day in ("1969-01-01", "9999-12-31", "0001-01-01"):
        answer = client.get(f"{NORDIC}/week?from={day}")
        assert (answer.status_code, answer.json()["code"]) == (422, "plan.range")


def test_a_week_of_the_draft_shows_what_it_would_change(client: AsgiClient) -> None:
    assert client.get(f"{NORDIC}/week?draft=true").json()["code"] == "draft.none"
    begin(client)
    put(client, "rules/midday", RULE)
    week = client.get(f"{NORDIC}/week?draft=true&from=2026-10-26").json()
    assert week["draft"] is True
    assert ("2026-10-26T10:00:00Z", "event") in slots_of(week, "entrance")
    deployed = client.get(f"{NORDIC}/week?from=2026-10-26").json()
    assert ("2026-10-26T10:00:00Z", "event") not in slots_of(deployed, "entrance")


def test_a_rehearsal_plays_a_day_in_thirty_seconds(client: AsgiClient) -> None:
    day = client.get(f"{NORDIC}/rehearsal?day=2026-10-26").json()
    assert day["lasts_s"] == 30
    frames = {zone["zone"]: zone["frames"] for zone in day["zones"]}
    assert frames["entrance"][0]["offset_s"] == 0
    assert "evening" in {frame["scene"] for frame in frames["entrance"]}
    begin(client)
    put(client, "rules/midday", RULE)
    draft = client.get(f"{NORDIC}/rehearsal?day=2026-10-26&draft=true").json()
    assert "event" in {frame["scene"] for frame in draft["zones"][0]["frames"]}


def test_what_if_answers_with_slots_and_differences_and_keeps_nothing(
    client: AsgiClient, parts: HubParts
) -> None:
    before = parts.planner.plans()
    answer = client.post(
        f"{NORDIC}/what-if",
        json={
            "parts": {"rules": [{"id": "midday", **RULE}]},
            "without": {"rules": ["evenings"]},
            "from": "2026-10-26T00:00:00+01:00",
            "to": "2026-10-27T00:00:00+01:00",
        },
    )
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["changes"] == [
        "Monday 11:00 to 13:00 Entrance: Trading → Event",
        "Monday 17:00 to 20:00 Entrance: Evening → Trading",
    ]
    assert ("2026-10-26T10:00:00Z", "event") in slots_of(body, "entrance")
    assert parts.planner.plans() == before
    assert client.get(DRAFT).status_code == 404
    schedule = {"schedule": {"rules": [{"id": "x", **RULE, "scene": "none"}]}}
    times = {"from": "2026-10-26T00:00:00Z", "to": "2026-10-26T12:00:00Z"}
    whole = client.post(f"{NORDIC}/what-if", json={**schedule, **times}).json()
    assert whole["problems"][0]["sentence"].startswith("Rule “Calm mornings”: no scene is called")
    backwards = {"from": times["to"], "to": times["from"]}
    assert client.post(f"{NORDIC}/what-if", json=backwards).json()["code"] == "plan.range"


def test_the_answers_written_by_hand_are_as_described(client: AsgiClient) -> None:
    document = client.get("/openapi.json").json()
    for path in ("week", "rehearsal"):
        operation = document["paths"][f"/api/v1/stores/{{store}}/{path}"]["get"]
        schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
        jsonschema.validate(client.get(f"{NORDIC}/{path}").json(), schema)


def test_every_body_has_an_example_that_is_taken(client: AsgiClient) -> None:
    document = client.get("/openapi.json").json()
    begin(client)
    tried = 0
    for path, methods in document["paths"].items():
        own = path.startswith(("/api/v1/stores/{store}/draft", "/api/v1/stores/{store}/schedule"))
        for method, operation in methods.items() if own else ():
            if "requestBody" not in operation:
                continue
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            if "$ref" in schema:
                schema = document["components"]["schemas"][schema["$ref"].split("/")[-1]]
            for example in schema["examples"]:
                address = path.format(store="nordic", item_id="one", part="rules", day="2026-10-22")
                answer = client.request(method, address, json=example, headers=ANY)
                assert answer.status_code in {200, 404, 409}, (path, answer.text)
                tried += 1
    assert tried >= 14


def test_holidays_go_by_a_store_or_by_a_country(
    client: AsgiClient, parts: HubParts, tmp_path: Path
) -> None:
    found = client.get("/api/v1/holidays?year=2026&country=DE&region=BY").json()
    assert {"day": "2026-01-06", "names": ["Epiphany"]} in found
    for query in ("", "&country=XX", "&country=DK&region=BY", "&store=nordic"):
        answer = client.get(f"/api/v1/holidays?year=2026{query}")
        assert (answer.status_code, answer.json()["code"]) == (422, "place.invalid"), query
    place = "currency: DKK\n    place: {country: DK}"
    save_shop_file(parts, tmp_path, SHOP_FILE.replace("currency: DKK", place))
    days = client.get("/api/v1/holidays?year=2026&store=nordic").json()
    assert {"day": "2026-12-25", "names": ["Christmas Day"]} in days


def test_what_waits_of_the_shop_file_shows_in_health_and_on_the_page(
    client: AsgiClient, parts: HubParts, tmp_path: Path, clock: FakeClock
) -> None:
    deployed_by_kim(parts)
    save_shop_file(parts, tmp_path, CHANGED_FILE)
    part = client.get("/healthz").json()["parts"]["shop-file"]
    assert part["ok"] is True
    assert "what the file says waits as the draft" in part["detail"]
    assert client.get(DRAFT).json()["origin"] == "file"
    words = "The shop file says another schedule of Nordic than a person deployed"
    assert words in client.get("/").text
    client.request("DELETE", DRAFT, headers=ANY)
    assert words not in client.get("/").text
