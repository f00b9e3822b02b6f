"""Every page speaks its reader's language: whatever it shows is a message, or somebody's data.

The pages are made in a language in which each message stands in ⟦brackets⟧. What is left outside of
them, and is no name or number of the shop, was never given to a translator.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from babel import Locale

from hub.app import create_app
from hub.parts import HubParts
from hub.web.languages import reader
from hub.web.languages.catalogues import LANGUAGES
from tests.hub.asgi_client import AsgiClient

_TOLD = ("aria-label", "title", "placeholder", "alt", "aria-description", "aria-roledescription")
_MUTE = ("script", "style", "code", "noscript", "template")
_VOID = {"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
_LETTERS = re.compile(r"[^\W\d_]{2,}")
# What no catalogue can say: names of the shop, its scenes and people, units and languages.
_UNITS = ("Stemning", "min", "kPa", "dB", "CSV", "MQTT", "PIN", "NPS", "CSAT", "km", "QR", "UTC")


class Bracketed:
    """A catalogue of a language that nobody speaks."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"

    def pgettext(self, context: str, message: str) -> str:
        return f"⟦{message}⟧"


class Shown(HTMLParser):
    """Everything that a person sees or hears of a page, piece by piece."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._mute: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        # What is marked as another language than the page's is said to be so.
        foreign = "lang" in given and tag != "html"
        mute = bool(self._mute and self._mute[-1]) or foreign or tag in _MUTE
        mute = mute or "data-names" in given
        if tag not in _VOID:
            self._mute.append(mute)
        if not mute:
            self.pieces += [given[name] or "" for name in _TOLD if name in given]

    def handle_endtag(self, tag: str) -> None:
        if self._mute and tag not in _VOID:
            self._mute.pop()

    def handle_data(self, data: str) -> None:
        if not (self._mute and self._mute[-1]):
            self.pieces.append(data)


def bare(html: str, names: frozenset[str]) -> list[str]:
    """Words outside of brackets that are no names."""
    shown = Shown()
    shown.feed(html)
    text = "\n".join(shown.pieces)
    while re.search(r"⟦[^⟦⟧]*⟧", text):
        text = re.sub(r"⟦[^⟦⟧]*⟧", " ", text)
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", " ", text)
    return [line.strip() for line in text.splitlines() if _LETTERS.search(line)]


def names_of(parts: HubParts) -> frozenset[str]:
    """What people of this shop have given names."""
    shop = parts.planner.shop
    found = {*_UNITS, "och", "head-office", *LANGUAGES.values()}
    # Days are said by Babel: an English one was not.
    swedish = Locale.parse("sv")
    for names in (swedish.days, swedish.months):
        for widths in names.values():
            words = [word.strip(".") for width in widths.values() for word in width.values()]
            found |= {*words, *map(str.capitalize, words)}
    for store in shop.stores:
        found |= {store.id, store.name, store.time_zone, store.currency or ""}
        found |= {text for zone in store.zones for text in (zone.id, zone.name)}
        found |= {item.name or item.id for item in store.schedule.rules}
    for scene in shop.scenes.values():
        found |= {scene.id, scene.name, scene.description}
        music, scent = scene.music, scene.scent
        things = [
            *scene.light,
            *([music.source] if music else []),
            *([scent.fragrance] if scent else []),
        ]
        found |= {words for thing in things for words in (thing, _title(thing))}
    return frozenset(name for name in found if len(name) > 1)


def _title(slug: str) -> str:
    return slug.rpartition(":")[2].replace("-", " ").capitalize()


PAGES = (
    "/",
    "/ask?store=nordic&zone=entrance&scene=evening&seen=*",
    "/store-wide?store=nordic&layer=quiet-hour",
    "/store-wide?store=nordic&layer=emergency",
    "/store-wide?store=nordic&layer=mute",
    "/floor?store=nordic",
    "/week?store=nordic",
    "/scenes?store=nordic",
    "/scenes/evening?store=nordic",
    "/devices?store=nordic",
    "/history?store=nordic",
    "/effects?store=nordic",
    "/effects?store=nordic&whole=true",
    "/voice?store=nordic",
    "/people?store=nordic",
    "/me?store=nordic",
    "/sign-in",
    "/welcome",
    "/offline",
    "/no-such-page",
)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_says_nothing_but_messages_and_names(
    parts: HubParts, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(reader, "translations", lambda _language: Bracketed())
    client = AsgiClient(create_app(parts))
    page = client.get(path, headers={"Accept-Language": "sv", "Accept": "text/html"})
    assert page.status_code in {200, 303, 404}, page.text
    assert bare(page.text, names_of(parts)) == []


def test_a_bare_word_is_found() -> None:
    html = (
        '<p>⟦Kept ⟦Entrance⟧⟧ 12:00</p><p title="Bare">⟦x⟧ lost <b>word</b></p><i lang="en">Ok</i>'
    )
    assert bare(html, frozenset()) == ["Bare", "lost", "word"]
