"""The forms of the page: they carry what they showed, so that nobody overwrites unseen."""

from __future__ import annotations

import re
from typing import Any

import pytest

from hub.app import create_app
from hub.parts import HubParts
from hub.planning.ends import ForMinutes
from hub.planning.planner import Choice
from tests.hub.asgi_client import AsgiClient

FORM = {"store": "nordic", "zone": "entrance"}
HTMX = {"HX-Request": "true"}


@pytest.fixture
def client(parts: HubParts) -> AsgiClient:
    return AsgiClient(create_app(parts))


def seen_on(text: str) -> str:
    """What the entrance's form on a page, or the only one, says that it showed."""
    form = text.partition('id="zone-nordic-entrance"')[2] or text
    found = re.search(r'name="seen" value="([^"]*)"', form)
    assert found
    return found[1].replace("&#34;", '"')


def ask(client: AsgiClient, seen: str) -> Any:
    return client.get("/ask", params={**FORM, "scene": "event", "seen": seen})


def choose(client: AsgiClient, seen: str, headers: dict[str, str] | None = None) -> Any:
    wish = {**FORM, "scene": "event", "end": "60", "seen": seen}
    return client.post("/override", data=wish, headers=headers or {})


def somebody_chooses(parts: HubParts, scene: str = "evening") -> None:
    parts.planner.override("nordic", "entrance", Choice(scene, ForMinutes(30), author="Kim"))


def test_the_question_carries_what_the_card_showed(client: AsgiClient, parts: HubParts) -> None:
    seen = seen_on(client.get("/").text)
    assert seen == '"choice-none"'
    somebody_chooses(parts)
    assert seen_on(ask(client, seen).text) == seen
    assert seen_on(client.get("/").text) != seen


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["without-script", "htmx"])
def test_who_was_slower_sees_what_changed_and_may_tap_again(
    client: AsgiClient, parts: HubParts, headers: dict[str, str]
) -> None:
    seen = seen_on(client.get("/").text)
    somebody_chooses(parts)
    lost = choose(client, seen, headers)
    assert lost.status_code == 412
    assert "Kim chose Evening until 12:30, at 12:00. Choose again" in lost.text
    # As the tile of that scene says it.
    in_swedish = choose(client, seen, {**headers, "Accept-Language": "sv"})
    assert "Kim valde Kväll till 12:30" in in_swedish.text
    assert ("HX-Retarget" in lost.headers) == bool(headers)
    assert parts.planner.planned("nordic", "entrance").plan.at(parts.now()).scene == "evening"
    again = choose(client, seen_on(lost.text), headers)
    assert again.status_code == (204 if headers else 303)
    assert parts.planner.planned("nordic", "entrance").plan.at(parts.now()).scene == "event"


def test_nobody_returns_from_a_choice_that_they_have_not_seen(
    client: AsgiClient, parts: HubParts
) -> None:
    somebody_chooses(parts)
    seen = seen_on(client.get("/").text)
    somebody_chooses(parts, "event")
    lost = client.post("/return", data={**FORM, "seen": seen})
    assert lost.status_code == 412
    assert "Kim chose Event until 12:30, at 12:00" in lost.text
    now = client.post("/return", data={**FORM, "seen": seen_on(client.get("/").text)})
    assert now.status_code == 303
    assert parts.planner.planned("nordic", "entrance").override_at(parts.now()) is None


def test_a_form_that_says_nothing_of_what_it_showed_is_refused(client: AsgiClient) -> None:
    wish = {**FORM, "scene": "event", "end": "60"}
    assert client.post("/override", data=wish).status_code == 422


WHOLE = {"store": "nordic", "zone": "*", "scene": "event"}


def scenes_now(parts: HubParts) -> set[str]:
    return {plan.at(parts.now()).scene for plan in parts.planner.plans().values()}


def test_a_scene_for_the_whole_shop_holds_in_every_zone_or_in_none(
    client: AsgiClient, parts: HubParts
) -> None:
    page = client.get("/").text.partition('id="all-nordic"')[2]
    asked = client.get("/ask", params={**WHOLE, "seen": seen_on(page)}).text
    assert "Event, the whole shop" in asked
    wish = {**WHOLE, "end": "60", "seen": seen_on(asked)}
    somebody_chooses(parts)
    lost = client.post("/override", data=wish)
    assert lost.status_code == 412
    assert re.search(r"Entrance: Kim chose Evening until \S+, at \S+\. Choose again", lost.text)
    assert "event" not in scenes_now(parts)
    again = client.post("/override", data={**wish, "seen": seen_on(lost.text)})
    assert again.status_code == 303
    assert scenes_now(parts) == {"event"}


def nudge(client: AsgiClient, sense: str, points: str) -> Any:
    return client.post("/nudge", data={**FORM, "sense": sense, "points": points})


def volume(parts: HubParts) -> float:
    return parts.planner.planned("nordic", "entrance").adjustment_at(parts.now()).volume


def test_each_tap_is_one_step_further_and_one_takes_all_back(
    client: AsgiClient, parts: HubParts
) -> None:
    assert nudge(client, "volume", "-10").status_code == 303
    assert nudge(client, "volume", "-10").status_code == 303
    assert volume(parts) == 80
    assert nudge(client, "volume", "10").status_code == 303
    assert volume(parts) == 90
    assert nudge(client, "volume", "0").status_code == 303
    assert volume(parts) == 100
    for _ in range(7):
        assert nudge(client, "scent", "-20").status_code == 303
    planned = parts.planner.planned("nordic", "entrance")
    assert planned.adjustment_at(parts.now()).scent == 0
    assert nudge(client, "smell", "-10").status_code == 422
    assert nudge(client, "volume", "-1000").status_code == 422


def test_a_step_follows_on_a_nudge_that_ended_by_itself(
    client: AsgiClient, parts: HubParts
) -> None:
    nudge(client, "volume", "-10")
    parts.now.forward(days=1)  # type: ignore[attr-defined]
    assert nudge(client, "volume", "-10").status_code == 303
    assert volume(parts) == 90


def nudged_words(client: AsgiClient) -> str:
    """What stands under the knobs of the entrance."""
    card = client.get("/").text.partition('id="zone-nordic-entrance"')[2]
    found = re.search(r'<div class="nudged" role="status">(.*?)</div>', card, re.DOTALL)
    assert found
    return " ".join(re.sub("<[^>]*>", " ", found[1]).split())


def test_who_makes_louder_what_is_mute_is_told_that_and_until_when(
    client: AsgiClient, parts: HubParts
) -> None:
    nudge(client, "volume", "10")
    nudge(client, "light", "10")
    assert nudged_words(client) == ""
    parts.planner.begin_calm("nordic", "mute", ForMinutes(30))
    assert nudged_words(client) == "10 % louder is not heard now: Mute until 12:30"
    parts.planner.end_calm("nordic", "mute")
    parts.planner.quiet_hour("nordic", ForMinutes(60))
    assert nudged_words(client) == "10 % louder is not heard now: Quiet hour until 13:00"
    parts.planner.emergency("nordic")
    until = "Emergency until somebody ends it"
    light, volume = "10 % brighter does not hold now", "10 % louder is not heard now"
    assert nudged_words(client) == f"{light}: {until} {volume}: {until}"


def test_returning_to_the_plan_says_before_that_it_takes_a_nudge_back_too(
    client: AsgiClient, parts: HubParts
) -> None:
    nudge(client, "volume", "-10")
    somebody_chooses(parts)
    assert volume(parts) == 90
    assert nudged_words(client) == "“Return to plan” ends this, too."
    assert client.post("/return", data={**FORM, "seen": "*"}).status_code == 303
    assert volume(parts) == 100
