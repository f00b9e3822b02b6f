"""Integrations and their webhook: who may ask for what, how often, and for how long."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError
from sqlmodel import col

from hub.app import create_app
from hub.audit import Search, find
from hub.errors import UnknownCallerError
from hub.parts import HubParts
from hub.planning.asked import Choice
from hub.planning.ends import ForMinutes
from hub.tables import AuditRow, IntegrationRow
from hub.triggers.allowances import MOST_KEYS
from hub.triggers.integrations import WRONG_PER_MINUTE
from hub.triggers.triggers import MOST_AT_WORK, Wish
from scenes.plan import Plan, Slot
from scenes.rules import Layer
from tests.hub.asgi_client import AsgiClient
from tests.hub.shops import FakeClock

INTEGRATIONS = "/api/v1/stores/nordic/integrations"
MIRRORS = "/api/v1/integrations/mirrors"
ROOMS = "fitting-rooms"


class Mirrors:
    """An integration that asks the fitting rooms for "Evening"."""

    def __init__(self, parts: HubParts, **more: Any) -> None:
        self.parts = parts
        self.client = AsgiClient(create_app(parts))
        self.made = self.make(**more)
        self.token: str = self.made.json()["token"]

    def make(self, **more: Any) -> httpx.Response:
        body = {
            "id": "mirrors",
            "name": "Smart mirrors",
            "zones": [ROOMS],
            "scenes": ["evening", "calm-morning"],
            "author": "Kim",
            **more,
        }
        return self.client.post(INTEGRATIONS, json=body)

    def ask(self, *, token: str | None = None, **more: Any) -> httpx.Response:
        body = {"zone": ROOMS, "scene": "evening", "minutes": 10, "key": "mirror-2", **more}
        return self.client.post(f"{MIRRORS}/triggers", json=body, headers=self.headers(token))

    def end(self, key: str = "mirror-2", *, token: str | None = None) -> httpx.Response:
        return self.client.request(
            "DELETE", f"{MIRRORS}/triggers/{key}", headers=self.headers(token)
        )

    def headers(self, token: str | None = None) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token if token is None else token}"}

    def slot(self, zone: str = ROOMS) -> Slot:
        return self.parts.planner.planned("nordic", zone).plan.at(self.parts.now())

    def audit(self, action: str) -> list[Any]:
        """The oldest first."""
        with self.parts.engine.connect() as connection:
            found = find(connection, Search(action=action), 100)
        return [entry.change for entry in reversed(found)]


@pytest.fixture
def mirrors(parts: HubParts) -> Mirrors:
    return Mirrors(parts)


def test_a_token_is_shown_once_and_only_its_hash_is_kept(mirrors: Mirrors) -> None:
    assert mirrors.made.status_code == 201
    made = mirrors.made.json()
    assert made["token"].startswith("mirrors.")
    assert len(made["token"]) > 50
    assert mirrors.made.headers["ETag"] == made["etag"]
    assert (made["per_minute"], made["longest_s"], made["revoked_at"]) == (60, 1800, None)
    (listed,) = mirrors.client.get(INTEGRATIONS).json()
    assert listed == {name: value for name, value in made.items() if name != "token"}
    assert mirrors.client.get(MIRRORS).json() == listed
    with mirrors.parts.engine.connect() as connection:
        (row,) = connection.execute(select(IntegrationRow.__table__.columns))  # type: ignore[attr-defined]
        audited = list(connection.scalars(select(col(AuditRow.after))))
    secret = made["token"].partition(".")[2]
    assert secret not in str(row)
    assert not any(secret in text for text in audited)
    (change,) = mirrors.audit("integration")
    assert (change.action, change.author, change.subject) == (
        "integration.create",
        "Kim",
        "mirrors",
    )


def test_a_garment_brings_its_scene_until_its_time_is_over(
    parts_on_both: HubParts, clock: FakeClock
) -> None:
    mirrors = Mirrors(parts_on_both)
    answer = mirrors.ask()
    assert answer.status_code == 200
    assert datetime.fromisoformat(answer.json()["end"]) == clock() + timedelta(minutes=10)
    slot = mirrors.slot()
    assert (slot.layer, slot.scene, slot.source) == ("reaction", "evening", "trigger:mirrors")
    assert (slot.reason, slot.author) == ("Smart mirrors asks for it", "Smart mirrors")
    parts_on_both.planner.override("nordic", ROOMS, Choice("event", ForMinutes(5)))
    assert mirrors.slot().scene == "event", "a person goes above it"
    clock.forward(minutes=5)
    assert mirrors.slot().scene == "evening"
    clock.forward(minutes=5)
    assert mirrors.slot().layer == "fallback"
    (begun,) = mirrors.audit("trigger")
    assert (begun.action, begun.author, begun.subject) == (
        "trigger.begin",
        "integration:mirrors",
        ROOMS,
    )


def test_the_same_key_renews_and_another_one_is_another_wish(
    mirrors: Mirrors, clock: FakeClock
) -> None:
    first = mirrors.ask().json()
    clock.forward(minutes=8)
    again = mirrors.ask().json()
    assert (again["start"], again["end"] > first["end"]) == (first["start"], True)
    assert mirrors.slot().start == datetime.fromisoformat(first["start"])
    assert len(mirrors.audit("trigger")) == 1, "a renewal is told nowhere"
    clock.forward(minutes=8)
    assert mirrors.slot().scene == "evening"
    assert mirrors.ask(key="mirror-3", scene="calm-morning").status_code == 200
    assert mirrors.slot().scene == "calm-morning", "the one that began last"
    assert mirrors.ask(scene="calm-morning").status_code == 200
    assert mirrors.end("mirror-3").status_code == 204
    assert mirrors.slot().scene == "calm-morning", "the key asks for another scene now"
    assert mirrors.end().status_code == 204
    assert mirrors.slot().layer == "fallback"
    actions = [change.action for change in mirrors.audit("trigger")]
    assert actions.count("trigger.begin") == actions.count("trigger.end") == 3


def test_a_mirror_that_renews_all_the_time_makes_a_plan_a_minute_at_most(
    parts: HubParts, clock: FakeClock
) -> None:
    mirrors = Mirrors(parts, per_minute=600)
    first = mirrors.ask().json()
    before = parts.planner.plans()["nordic", ROOMS].revision
    last = datetime.fromisoformat(first["end"])
    for _ in range(60):
        clock.forward(seconds=10)
        answer = mirrors.ask()
        assert answer.status_code == 200, answer.text
        end = datetime.fromisoformat(answer.json()["end"])
        assert timedelta(minutes=9) < end - clock() <= timedelta(minutes=10)
        (run,) = parts.planner.runs("nordic", ROOMS)
        assert run.end == end >= last, "what holds is what is said"
        last = end
    assert parts.planner.plans()["nordic", ROOMS].revision == before + 10
    # Who wants less gets less at once.
    shorter = datetime.fromisoformat(mirrors.ask(minutes=9).json()["end"])
    assert shorter == clock() + timedelta(minutes=9)


def test_a_wish_of_before_the_clock_was_set_back_is_at_work_when_it_is_renewed(
    mirrors: Mirrors, clock: FakeClock
) -> None:
    mirrors.ask()
    clock.forward(minutes=-30)
    assert mirrors.ask().status_code == 200
    assert mirrors.slot().scene == "evening"


def test_a_garment_that_leaves_ends_its_wish(mirrors: Mirrors, clock: FakeClock) -> None:
    mirrors.ask()
    clock.forward(minutes=1)
    assert mirrors.end().status_code == 204
    assert mirrors.slot().layer == "fallback"
    answer = mirrors.end()
    assert (answer.status_code, answer.json()["code"]) == (404, "trigger.unknown")
    ended = mirrors.audit("trigger")[-1]
    assert (ended.action, ended.why) == ("trigger.end", "it was ended")


def test_what_it_may_not_or_does_not_say_well_is_refused(mirrors: Mirrors) -> None:
    refused: list[tuple[dict[str, Any], int, str]] = [
        ({"scene": "event"}, 403, "caller.not-allowed"),
        ({"zone": "entrance"}, 403, "caller.not-allowed"),
        ({"zone": "attic"}, 404, "zone.unknown"),
        ({"minutes": 31}, 422, "trigger.time"),
        ({"minutes": None}, 422, "request.invalid"),
        ({"seconds": 60}, 422, "request.invalid"),
        ({"minutes": 0}, 422, "request.invalid"),
        ({"key": ".."}, 422, "request.invalid"),
        ({"key": "a/b"}, 422, "request.invalid"),
        ({"scent": "strong"}, 422, "request.invalid"),
    ]
    for wish, status, code in refused:
        answer = mirrors.ask(**wish)
        assert (answer.status_code, answer.json()["code"]) == (status, code), wish
        assert mirrors.slot().layer == "fallback", wish


def test_only_the_right_token_opens_only_its_own_door(mirrors: Mirrors) -> None:
    other = mirrors.make(id="counter").json()["token"]
    for token in ("", "mirrors", "mirrors.", mirrors.token + "x", mirrors.token.swapcase(), "x.y"):
        answer = mirrors.ask(token=token)
        assert (answer.status_code, answer.json()["code"]) == (401, "caller.unknown")
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert mirrors.client.post(f"{MIRRORS}/triggers", json={}).status_code == 401
    assert mirrors.ask(token=other).status_code == 403
    assert mirrors.end(token=other).status_code == 403
    assert mirrors.end(token="no").status_code == 401


def test_many_wrong_tokens_are_too_many_but_the_right_one_still_opens(mirrors: Mirrors) -> None:
    answers = [mirrors.ask(token="mirrors.wrong") for _ in range(WRONG_PER_MINUTE + 1)]
    assert [answer.status_code for answer in answers] == [401] * WRONG_PER_MINUTE + [429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 3
    assert mirrors.ask().status_code == 200


def test_it_may_ask_so_often_and_no_more(parts: HubParts) -> None:
    mirrors = Mirrors(parts, per_minute=2)
    assert [mirrors.ask().status_code for _ in range(3)] == [200, 200, 429]
    refused = mirrors.ask()
    assert refused.json()["code"] == "caller.too-often"
    assert 25 <= int(refused.headers["Retry-After"]) <= 30
    assert mirrors.end().status_code == 204, "a garment may leave all the same"


def test_it_has_only_so_many_wishes_at_work(parts: HubParts) -> None:
    mirrors = Mirrors(parts, per_minute=600)
    for number in range(MOST_AT_WORK):
        assert mirrors.ask(key=f"mirror-{number}").status_code == 200
    answer = mirrors.ask(key="one-more")
    assert (answer.status_code, answer.json()["code"]) == (409, "trigger.too-many")
    assert mirrors.ask(key="mirror-0").status_code == 200, "a renewal is no new one"


def test_a_revoked_token_opens_nothing_and_what_it_asked_for_ends(mirrors: Mirrors) -> None:
    mirrors.ask()
    assert mirrors.client.request("DELETE", MIRRORS).status_code == 428
    lost = mirrors.client.request("DELETE", MIRRORS, headers={"If-Match": '"something"'})
    assert lost.status_code == 412
    seen = {"If-Match": mirrors.client.get(MIRRORS).headers["ETag"]}
    assert (
        mirrors.client.request("DELETE", f"{MIRRORS}?author=Kim", headers=seen).status_code == 204
    )
    assert mirrors.slot().layer == "fallback"
    assert mirrors.ask().status_code == 401
    again = mirrors.client.request("DELETE", MIRRORS, headers=seen)
    assert (again.status_code, again.json()["changed"]) == (412, ["mirrors was revoked"])
    anything = {"If-Match": "*"}
    assert mirrors.client.request("DELETE", MIRRORS, headers=anything).status_code == 204
    assert mirrors.client.get(MIRRORS).json()["revoked_at"] is not None
    assert mirrors.make().status_code == 409, "a name is not given again"
    changes = mirrors.audit("integration")
    assert [change.action for change in changes] == ["integration.create", "integration.revoke"]
    assert mirrors.audit("trigger")[-1].why == "its integration was revoked"


def test_an_integration_that_can_not_be_is_refused(mirrors: Mirrors) -> None:
    refused: list[tuple[dict[str, Any], int]] = [
        ({"zones": ["attic"]}, 404),
        ({"scenes": ["disco"]}, 404),
        ({"zones": []}, 422),
        ({"scenes": []}, 422),
        ({"measures": ["smell"]}, 422),
        ({"per_minute": 0}, 422),
        ({"longest_s": 1e9}, 422),
        ({"id": "No Slug"}, 422),
    ]
    for wrong, status in refused:
        assert mirrors.make(**{"id": "other", **wrong}).status_code == status, wrong
    assert mirrors.client.get("/api/v1/integrations/other").status_code == 404
    assert mirrors.client.get("/api/v1/stores/attic/integrations").status_code == 404


def test_a_key_asks_for_one_zone_at_a_time(parts: HubParts) -> None:
    mirrors = Mirrors(parts, zones=["all"])
    assert mirrors.ask(zone="entrance").status_code == 200
    assert mirrors.slot("entrance").scene == "evening"
    assert mirrors.ask(zone=ROOMS).status_code == 200
    assert mirrors.slot("entrance").layer == "fallback", "the key is in one zone at a time"


def test_many_wrong_tokens_crowd_out_nobodys_allowance(parts: HubParts) -> None:
    mirrors = Mirrors(parts, per_minute=1)
    assert [mirrors.ask().status_code for _ in range(2)] == [200, 429]
    for number in range(MOST_KEYS + 1):
        with pytest.raises(UnknownCallerError):
            parts.integrations.caller("wrong", f"mqtt:nordic/{number}")
    assert mirrors.ask().status_code == 429


def test_a_wish_that_becomes_another_one_leaves_no_hole_and_is_never_half_done(
    parts: HubParts, clock: FakeClock
) -> None:
    mirrors = Mirrors(parts, zones=["all"])
    assert mirrors.ask().status_code == 200
    clock.forward(seconds=1)
    published: list[Plan] = []
    parts.planner._publish = published.append

    def fail(*arguments: Any) -> None:
        if "ended_at=" in arguments[2] and arguments[2].startswith("UPDATE"):
            raise OperationalError("UPDATE", {}, Exception("disk full"))

    event.listen(parts.engine, "before_cursor_execute", fail)
    assert mirrors.ask(scene="calm-morning").status_code == 503
    event.remove(parts.engine, "before_cursor_execute", fail)
    assert mirrors.slot().scene == "calm-morning"
    assert mirrors.ask(scene="calm-morning").status_code == 200
    assert len(parts.planner.runs("nordic", ROOMS)) == 1
    assert {plan.at(parts.now()).layer for plan in published} == {Layer.REACTION}
    assert mirrors.audit("trigger.end")[-1].why == "it asks for something else"


def test_who_is_revoked_while_they_ask_begins_nothing(mirrors: Mirrors) -> None:
    let_in = mirrors.parts.integrations.caller(mirrors.token, "127.0.0.1")
    anything = {"If-Match": "*"}
    assert mirrors.client.request("DELETE", MIRRORS, headers=anything).status_code == 204
    with pytest.raises(UnknownCallerError):
        mirrors.parts.triggers.ask(let_in, Wish("mirror-2", ROOMS, "evening", 60))
    assert mirrors.slot().layer == "fallback"
    assert mirrors.parts.planner.runs("nordic", ROOMS) == ()


def test_other_systems_measure_what_they_may(parts: HubParts, clock: FakeClock) -> None:
    mirrors = Mirrors(parts, scenes=[], measures=["occupancy", "noise"])

    def tell(zone: str = ROOMS, **said: Any) -> httpx.Response:
        path = f"/api/v1/zones/{zone}/measurements"
        return mirrors.client.post(path, json=said, headers=mirrors.headers())

    assert tell(occupancy=7, noise=63.5, age_s=10).json() == {"counts_for_s": 50}
    told = parts.outside.last("nordic", ROOMS, "occupancy")
    assert told is not None
    assert (told.value, told.by, told.age_s(clock())) == (7, "Smart mirrors", 10)
    assert tell(occupancy=9, age_s=70).json() == {"counts_for_s": 0}
    assert parts.outside.last("nordic", ROOMS, "occupancy") == told
    assert tell(waiting=3).status_code == 403
    assert tell("entrance", occupancy=3).status_code == 403
    assert tell("attic", occupancy=3).status_code == 404
    assert tell(age_s=3).status_code == 422
    assert tell(occupancy=-1).status_code == 422
    path = f"/api/v1/zones/{ROOMS}/measurements"
    assert mirrors.client.post(path, json={"occupancy": 1}).status_code == 401
    statuses = [tell(noise=60).status_code for _ in range(130)]
    assert statuses[-1] == 429


def test_a_token_stands_in_no_log_and_no_error(
    mirrors: Mirrors, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = mirrors.token.partition(".")[2]
    answers = [
        mirrors.ask(token=mirrors.token + "x"),
        mirrors.ask(scene="event"),
        mirrors.ask(minutes="long"),
        mirrors.ask(),
        mirrors.end(),
    ]
    assert not any(secret in answer.text for answer in answers)
    assert secret not in caplog.text
