"""Whose page speaks which language, in which light."""

from __future__ import annotations

import re
from html import unescape

import pytest

from hub.api.letting_in import TABLET_COOKIE
from hub.app import create_app
from hub.parts import HubParts
from hub.people.sessions import Kind, Opening
from hub.web.languages.catalogues import LANGUAGES, known_language
from hub.web.languages.reader import preferred
from tests.hub.asgi_client import AsgiClient


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("sv-SE,sv;q=0.9,en;q=0.8", "sv"),
        ("en;q=0.5,nb;q=0.9", "nb"),
        ("no", "nb"),
        ("nn-NO,de", "nb"),
        ("ru_RU", "ru"),
        ("de-DE,fr;q=0.9", "en"),
        ("sv;q=0", "en"),
        ("sv;q=x,;;,=", "en"),
        ("*", "en"),
    ],
)
def test_a_browser_is_heard_as_far_as_its_languages_are_spoken(
    accepted: str, language: str
) -> None:
    assert preferred(accepted) == language


def test_a_code_is_known_however_it_is_written() -> None:
    assert known_language("sv-SE") == known_language(" SV_se ") == "sv"
    assert [known_language(code) for code in LANGUAGES] == list(LANGUAGES)
    assert known_language("svx") is known_language(None) is known_language("") is None


def test_a_page_says_its_language_and_keeps_what_an_address_chose(parts: HubParts) -> None:
    client = AsgiClient(create_app(parts))
    plain = client.get("/")
    assert '<html lang="en" data-theme="auto">' in plain.text
    assert "stemning_language" not in plain.headers.get("set-cookie", "")
    asked = client.get("/", headers={"Accept-Language": "nb"})
    assert '<html lang="nb"' in asked.text
    chosen = client.get("/?language=sv&theme=dark", headers={"Accept-Language": "nb"})
    assert '<html lang="sv" data-theme="dark">' in chosen.text
    cookies = chosen.headers.get_list("set-cookie")
    assert any(cookie.startswith("stemning_language=sv; Max-Age=") for cookie in cookies)
    kept = {"Cookie": "stemning_language=sv; stemning_theme=dark", "Accept-Language": "nb"}
    assert '<html lang="sv" data-theme="dark">' in client.get("/", headers=kept).text
    nonsense = {"Cookie": 'stemning_language="x;; stemning_theme=<b>'}
    assert '<html lang="en" data-theme="auto">' in client.get("/", headers=nonsense).text


def test_a_shared_tablet_chooses_its_language_in_the_frame(parts: HubParts) -> None:
    client = AsgiClient(create_app(parts), key="")
    opening = Opening(kind=Kind.TABLET, store="nordic", name="Till")
    ours = f"{TABLET_COOKIE}={parts.people.sessions.open(opening)}"
    page = client.get("/devices?store=nordic", headers={"Cookie": ours}).text
    ways = re.findall(r'href="(\S+language=\w+)" lang="(\w+)"', page)
    assert [code for _way, code in ways] == list(LANGUAGES)
    way = unescape(ways[list(LANGUAGES).index("nb")][0])
    assert way == "/devices?store=nordic&language=nb"
    chosen = client.get(way, headers={"Cookie": ours})
    assert '<html lang="nb"' in chosen.text
    assert "Språk: Norsk bokmål" in chosen.text
    kept = chosen.headers["set-cookie"].partition(";")[0]
    assert '<html lang="nb"' in client.get("/", headers={"Cookie": f"{ours}; {kept}"}).text


def test_programs_hear_english_unless_a_page_s_script_asks(parts: HubParts) -> None:
    client = AsgiClient(create_app(parts))
    path = "/api/v1/zones/cellar?store=oslo"
    english = client.get(path, headers={"Accept-Language": "sv"}).json()["message"]
    assert english == client.get(path).json()["message"]
    assert client.get(path, headers={"X-Language": "tlh"}).json()["message"] == english


def test_the_scripts_words_are_served(parts: HubParts) -> None:
    client = AsgiClient(create_app(parts))
    assert client.get("/static/words/en.js").text == "globalThis.stemningWords = {};\n"
    swedish = client.get("/static/words/sv.js?v=1")
    assert "The hub refused it." in swedish.text
    assert "immutable" in swedish.headers["cache-control"]
    assert client.get("/static/words/xx.js").status_code == 404
