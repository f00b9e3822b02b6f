"""What a second screen, a tap of staff and a manager's page send, and what comes of it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from hub.app import create_app
from hub.parts import HubParts
from hub.people.rights import Role
from hub.tables import StaffVoiceRow, VoiceRow
from hub.voices.screens import WRONG_PER_MINUTE, NewScreen
from tests.hub.asgi_client import AsgiClient
from tests.hub.shops import FakeClock
from tests.hub.voices.saying import a_screen, played, said
from tests.parts.signed_in import account

HTMX = {"HX-Request": "true"}
ENTRANCE = {"store": "nordic", "zone": "entrance"}


@pytest.fixture
def client(parts: HubParts) -> AsgiClient:
    return AsgiClient(create_app(parts))


@pytest.fixture
def shopper(parts: HubParts) -> AsgiClient:
    """Nobody that is known."""
    return AsgiClient(create_app(parts), key="")


def a_code(hub: HubParts) -> str:
    return hub.voice_screens.make(NewScreen(store="nordic", zone="entrance"))[1]


def count(hub: HubParts, table: type[Any]) -> int:
    with hub.engine.connect() as connection:
        return connection.execute(select(func.count(col(table.id)))).scalar_one()


def remedies(hub: HubParts) -> list[str]:
    with hub.engine.connect() as connection:
        return list(connection.scalars(select(col(StaffVoiceRow.remedy))))


def test_a_shopper_answers_without_any_sign_in(parts: HubParts, shopper: AsgiClient) -> None:
    path = f"/say/{a_code(parts)}"
    shown = shopper.get(path)
    assert "How do you like it here right now?" in shown.text
    # All languages at once, so that a screen without the hub still speaks the shopper's.
    assert re.findall(r'<main lang="(\w\w)"', shown.text) == ["en", "sv", "nb", "ru"]
    answer = shopper.post(path, data={"answer": "5"}, headers={"Accept": "application/json"})
    assert answer.status_code == 204
    assert not answer.cookies
    again = shopper.post(path, data={"answer": "5"}, headers={"Accept": "application/json"})
    assert again.status_code == 429
    assert count(parts, VoiceRow) == 1
    here = shopper.get(f"{path}/here").json()
    assert here["css"] == "scene-none"
    assert here["now"] == parts.now().isoformat()


def test_an_answer_that_its_screen_gave_up_is_not_counted(
    parts: HubParts, shopper: AsgiClient
) -> None:
    path = f"/say/{a_code(parts)}"
    for age_s, status in ((3.6, 409), (3.4, 204)):
        asked_at = round((parts.now().timestamp() - age_s) * 1000)
        headers = {"Accept": "application/json", "X-Asked-At": str(asked_at)}
        answer = shopper.post(path, data={"answer": "5"}, headers=headers)
        assert answer.status_code == status
    assert count(parts, VoiceRow) == 1


@pytest.mark.parametrize("answer", ["6", "0", "good", ""])
def test_what_is_no_answer_is_refused(parts: HubParts, shopper: AsgiClient, answer: str) -> None:
    refused = shopper.post(f"/say/{a_code(parts)}", data={"answer": answer})
    assert refused.status_code == 422
    assert count(parts, VoiceRow) == 0


def test_a_code_cannot_be_guessed(parts: HubParts, shopper: AsgiClient) -> None:
    code = a_code(parts)
    tried = [
        shopper.get(f"/say/guess-{guess}").status_code for guess in range(WRONG_PER_MINUTE + 2)
    ]
    assert tried == [404] * WRONG_PER_MINUTE + [429] * 2
    assert shopper.get(f"/say/{code}").status_code == 200


def test_a_screen_of_a_zone_that_is_gone_asks_nothing(parts: HubParts, shopper: AsgiClient) -> None:
    _, code = parts.voice_screens.make(NewScreen(store="nordic", zone="attic"))
    assert shopper.get(f"/say/{code}").status_code == 404
    assert shopper.post(f"/say/{code}", data={"answer": "5"}).status_code == 404
    # A screen that hung there before stays at its page and waits; a revoked one goes.
    assert shopper.get(f"/say/{code}/here").status_code == 503
    assert shopper.get("/say/no-such-code/here").status_code == 404


def test_staff_say_too_loud_and_make_it_quieter_in_two_taps(
    parts: HubParts, client: AsgiClient, clock: FakeClock
) -> None:
    noted = client.post("/staff-voice", data={**ENTRANCE, "what": "too-loud"}, headers=HTMX)
    assert "Noted: Too loud, Entrance" in noted.text
    assert "80%" in noted.text
    number = re.search(r'name="complaint" value="(\d+)"', noted.text)
    assert number
    assert remedies(parts) == [""]
    clock.forward(seconds=3)
    fields = {**ENTRANCE, "complaint": number[1]}
    done = client.post("/staff-voice/remedy", data=fields, headers=HTMX)
    assert done.headers["HX-Trigger"] == "stemning:asked"
    nudge = parts.planner.planned("nordic", "entrance").asked.nudging("volume", clock())
    assert nudge is not None
    assert (nudge.percent, nudge.why) == (80.0, "too-loud")
    assert remedies(parts) == ["quieter"]
    # A second tap on the same button is no second step.
    again = client.post("/staff-voice/remedy", data=fields, headers=HTMX)
    assert (again.status_code, again.text) == (409, "Something was done about this already.")
    nudge = parts.planner.planned("nordic", "entrance").asked.nudging("volume", clock())
    assert nudge is not None
    assert nudge.percent == 80.0
    # Somebody else's complaint can't be remedied in another zone.
    wrong = client.post("/staff-voice/remedy", data={**fields, "zone": "fitting-rooms"})
    assert wrong.status_code == 404


def test_where_the_knob_is_at_its_end_nothing_is_promised(
    parts: HubParts, client: AsgiClient
) -> None:
    for _ in range(6):
        noted = client.post("/staff-voice", data={**ENTRANCE, "what": "too-strong"})
        number = re.search(r'name="complaint" value="(\d+)"', noted.text)
        assert number
        if "Less scent" not in noted.text:
            break
        client.post("/staff-voice/remedy", data={**ENTRANCE, "complaint": number[1]})
    assert "It can go no further that way" in noted.text


def test_a_manager_makes_a_screen_and_sees_its_address_once(
    parts: HubParts, client: AsgiClient, shopper: AsgiClient
) -> None:
    wish = {**ENTRANCE, "question": "nps", "language": ["nb", "en"], "name": "By the till"}
    made = client.post("/voice/screens", data=wish)
    address = re.search(r'value="http://hub(/say/[\w-]{22})"', made.text)
    assert address
    assert re.search(r'<svg [^>]*class="qr"', made.text)
    assert "style=" not in made.text
    assert "opens on this machine alone" not in made.text
    assert shopper.get(address[1]).text.index('<main lang="nb"') > 0
    assert address[1] not in client.get("/voice").text
    (screen,) = parts.voice_screens.of_store("nordic")
    revoked = client.post("/voice/screens/revoke", data={"store": "nordic", "screen": screen.id})
    assert revoked.status_code == 303
    assert shopper.get(address[1]).status_code == 404


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost", "[::1]:8080"])
def test_an_address_that_no_other_machine_reaches_says_so(client: AsgiClient, host: str) -> None:
    wish = {**ENTRANCE, "question": "nps", "language": ["en"]}
    made = client.post("/voice/screens", data=wish, headers={"Host": host})
    assert "opens on this machine alone" in made.text


@pytest.mark.parametrize(
    ("role", "statuses"),
    [
        (Role.STAFF, (403, 403, 200)),
        (Role.ANALYST, (200, 403, 403)),
        (Role.MANAGER, (200, 200, 200)),
    ],
)
def test_who_may(parts: HubParts, role: Role, statuses: tuple[int, ...]) -> None:
    client = AsgiClient(create_app(parts), account(parts.engine, role.value, role))
    wish = {**ENTRANCE, "question": "csat", "language": ["en"]}
    found = (
        client.get("/voice?store=nordic").status_code,
        client.post("/voice/screens", data=wish).status_code,
        client.post("/staff-voice", data={**ENTRANCE, "what": "too-dark"}).status_code,
    )
    assert found == statuses


def test_the_page_counts_and_the_card_compares(
    parts: HubParts, client: AsgiClient, clock: FakeClock
) -> None:
    a_screen(parts)
    now = clock()
    said(parts, now, 5, 4, 5, 4, 2)
    played(parts, "trading", now, 1)
    page = client.get("/voice").text
    assert "4.0 of 5" in page
    assert "5 answers" in page
    card = client.get("/fragments/voices?store=nordic").text
    assert "Trading" in card
    assert "80%" in card
    table = client.get("/api/v1/voices.csv?store=nordic").text
    assert "nordic,2026-09-25,2026-10-22,entrance,csat,trading,5,4," in table
    assert client.get("/api/v1/voices?store=nordic").json()["cells"][0]["n"] == 5


def test_days_of_few_answers_look_alike_and_none_says_its_mean(
    parts: HubParts, client: AsgiClient, clock: FakeClock
) -> None:
    now = clock()
    for days_ago, answers in ((3, (5, 5, 4, 4, 4, 4)), (2, (1,)), (1, (5, 4, 3))):
        said(parts, now - timedelta(days=days_ago), *answers)
    page = client.get("/voice").text
    drawn = re.findall(r'height="(\d+)"><title>[^:]*: ([^<]*)</title>', page)
    assert [each for each in drawn if each[0] != "0"] == [
        ("100", "6"),
        ("67", "1 to 4"),
        ("67", "1 to 4"),
    ]


def test_a_choice_may_say_what_was_not_right(parts: HubParts, client: AsgiClient) -> None:
    question = client.get("/ask", params={**ENTRANCE, "scene": "evening", "seen": "*"}).text
    assert re.findall(r'name="why" value="([a-z-]+)"', question) == [
        "too-loud",
        "too-dark",
        "too-strong",
        "event",
        "complaint",
    ]
    fields = {**ENTRANCE, "scene": "evening", "end": "60", "seen": "*", "why": "too-loud"}
    assert client.post("/override", data=fields).status_code == 303
    choice = parts.planner.planned("nordic", "entrance").override_at(parts.now())
    assert choice is not None
    assert choice.why == "too-loud"
    assert client.post("/override", data={**fields, "why": "rude"}).status_code == 422
