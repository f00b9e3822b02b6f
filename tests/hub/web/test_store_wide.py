"""A quiet hour or an emergency of a whole store, begun and ended from a page."""

from __future__ import annotations

import re
from typing import Any

import pytest

from hub.app import create_app
from hub.parts import HubParts
from hub.planning.ends import ForMinutes
from hub.planning.planner import Choice
from scenes.nudge import Calm
from scenes.rules import Layer
from tests.hub.asgi_client import AsgiClient

HTMX = {"HX-Request": "true"}
QUIET, EMERGENCY = Layer.QUIET_HOUR, Layer.EMERGENCY


@pytest.fixture
def client(parts: HubParts) -> AsgiClient:
    return AsgiClient(create_app(parts))


def ask(client: AsgiClient, layer: Layer, **more: str) -> Any:
    return client.get("/store-wide", params={"store": "nordic", "layer": layer, **more})


def form(text: str, action: str) -> dict[str, str]:
    """What the first form that goes to ``action`` says by itself."""
    found = re.search(rf'action="{action}".*?</form>', text, re.DOTALL)
    assert found, f"no form goes to {action}"
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', found[0])
    return {name: value.replace("&#34;", '"') for name, value in fields}


def card(client: AsgiClient, zone: str = "entrance") -> str:
    """The words of a zone's card."""
    return words(client.get("/").text.partition(f'id="zone-nordic-{zone}"')[2], "</article>")


def bar(client: AsgiClient) -> str:
    """The words of the bar, on whatever page."""
    return words(client.get("/effects").text.partition('id="bar"')[2], "</section>")


def words(text: str, end: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", text.partition(end)[0]).split())


def held(parts: HubParts, layer: Layer) -> bool:
    return parts.planner.store_choice("nordic", layer) is not None


def test_a_quiet_hour_is_begun_and_ended_without_script(
    client: AsgiClient, parts: HubParts
) -> None:
    question = ask(client, QUIET).text
    assert "Until closing" in question
    begun = client.post("/quiet-hour", data={**form(question, "/quiet-hour"), "end": "60"})
    assert begun.status_code == 303
    assert held(parts, QUIET)
    assert "Quiet hour until 13:00 , since 12:00" in bar(client)
    assert 'id="bar--quiet-hour"' not in client.get("/").text
    end = client.post("/quiet-hour/end", data=form(client.get("/").text, "/quiet-hour/end"))
    assert end.status_code == 303
    assert not held(parts, QUIET)
    assert 'id="bar--quiet-hour"' in client.get("/").text


def test_an_emergency_is_ended_by_a_second_tap(client: AsgiClient, parts: HubParts) -> None:
    sent = client.post("/emergency", data=form(ask(client, EMERGENCY).text, "/emergency"))
    assert sent.status_code == 303
    assert "Emergency until somebody ends it , since 12:00" in bar(client)
    assert re.findall('id="(bar--.*?)"', client.get("/").text) == ["bar--end-emergency"]
    first_tap = form(client.get("/").text, "/store-wide")
    question = ask(client, Layer(first_tap["layer"]), seen=first_tap["seen"]).text
    assert held(parts, EMERGENCY)
    ended = client.post("/emergency/end", data=form(question, "/emergency/end"), headers=HTMX)
    assert ended.status_code == 204
    assert not held(parts, EMERGENCY)


def test_what_somebody_has_to_end_says_when_it_ends_at_the_latest(
    client: AsgiClient, parts: HubParts
) -> None:
    asked = client.get("/store-wide", params={"store": "nordic", "layer": "mute"}).text
    assert "Until somebody ends it, a week at most" in asked
    fields = {**form(asked, "/calm"), "end": "until-ended"}
    assert client.post("/calm", data=fields).status_code == 303
    until = "until somebody ends it, 29 Oct 11:00 at the latest"
    assert f"Mute {until} , since 12:00" in bar(client)
    parts.planner.begin_calm("nordic", "mute", ForMinutes(60))
    assert "Mute until 13:00 , since 12:00" in bar(client)


def test_nobody_ends_what_they_have_not_seen(client: AsgiClient, parts: HubParts) -> None:
    parts.planner.quiet_hour("nordic", ForMinutes(30), author="Kim")
    seen = form(client.get("/").text, "/quiet-hour/end")
    parts.planner.quiet_hour("nordic", ForMinutes(90), author="Robin")
    lost = client.post("/quiet-hour/end", data=seen)
    assert lost.status_code == 412
    assert "Robin began" in lost.text
    parts.planner.emergency("nordic", author="Kim")
    unseen = {"store": "nordic", "seen": '"emergency-none"'}
    assert client.post("/emergency/end", data=unseen).status_code == 412
    assert held(parts, QUIET)
    assert held(parts, EMERGENCY)


def test_who_was_slower_to_begin_is_asked_again(client: AsgiClient, parts: HubParts) -> None:
    fields = {**form(ask(client, QUIET).text, "/quiet-hour"), "end": "60"}
    parts.planner.quiet_hour("nordic", ForMinutes(30), author="Kim")
    lost = client.post("/quiet-hour", data=fields)
    assert lost.status_code == 412
    holds = "It holds already: since 12:00 by Kim, until 12:30. Yours would take its place."
    assert holds in lost.text
    again = {**form(lost.text, "/quiet-hour"), "end": "60"}
    assert client.post("/quiet-hour", data=again).status_code == 303


@pytest.mark.parametrize("path", ["/quiet-hour", "/emergency/end", "/calm", "/calm/end"])
def test_another_site_s_form_changes_nothing(
    client: AsgiClient, parts: HubParts, path: str
) -> None:
    fields = {"store": "nordic", "seen": "*", "end": "60"}
    sent = client.post(path, data=fields, headers={"Sec-Fetch-Site": "cross-site"})
    assert sent.status_code == 403
    assert not held(parts, QUIET)
    assert not held(parts, EMERGENCY)


def test_a_choice_that_waits_is_named_beside_who_began_the_quiet_hour(
    client: AsgiClient, parts: HubParts
) -> None:
    parts.planner.quiet_hour("nordic", ForMinutes(60), author="Kim", reason="a school class")
    question = {"store": "nordic", "zone": "entrance", "scene": "event", "seen": '"choice-none"'}
    asked = client.get("/ask", params=question).text
    assert "Your choice will wait for the quiet hour to end." in asked
    parts.planner.override("nordic", "entrance", Choice("event", ForMinutes(90)))
    shown = card(client)
    assert "Quiet hour until 13:00 , since 12:00 by Kim · a school class" in bar(client)
    assert re.search("Event Waits for the quiet hour to end .* · until 13:30", shown)


def test_the_presets_are_no_tiles(client: AsgiClient) -> None:
    text = client.get("/").text
    assert 'name="scene" value="event"' in text
    assert 'name="scene" value="quiet-hour"' not in text
    assert 'name="scene" value="emergency"' not in text


@pytest.mark.parametrize("calm", ["mute", "scent-off"])
def test_everybody_can_mute_the_store_or_turn_its_scent_off(
    client: AsgiClient, parts: HubParts, calm: Calm
) -> None:
    question = client.get("/store-wide", params={"store": "nordic", "layer": calm}).text
    ends = re.findall(r'name="end" value="([^"]*)"', question)
    assert ends == ["closing", "30", "60", "until-ended"]
    fields = {**form(question, "/calm"), "end": "30"}
    assert client.post("/calm", data={**fields, "end": "for-ever"}).status_code == 422
    assert client.post("/calm", data=fields).status_code == 303
    held_now = parts.planner.store_calm("nordic", calm)
    assert held_now is not None
    assert "until 12:30 , since 12:00" in bar(client)
    # Who did not see it is asked again; who ends it must have seen it, too.
    lost = client.post("/calm", data=fields)
    assert lost.status_code == 412
    assert "since 12:00, until 12:30. Yours would take its place." in lost.text
    assert client.post("/calm/end", data=fields).status_code == 412
    ended = client.post("/calm/end", data=form(client.get("/").text, "/calm/end"))
    assert ended.status_code == 303
    assert parts.planner.store_calm("nordic", calm) is None
