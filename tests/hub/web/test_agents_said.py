"""Every sentence that an agent has for a page is one that pages say in the reader's language."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from hub.app import create_app
from hub.audit import Change, record
from hub.database import writing
from hub.parts import HubParts
from hub.web.agents_said import agents_said
from hub.web.languages import reader
from hub.web.languages.catalogues import translations
from scenes.language import speaking
from scenes.messages import DeviceInfo, DeviceState, Hello, Reading, State, ZoneState
from tests.hub.asgi_client import AsgiClient
from tests.hub.web.test_no_bare_words import Bracketed, bare, names_of

NO_PLAN = "no plan yet: the outputs hold their boot levels"
NOBODY_VOUCHES = (
    "nobody vouches for the clock: light and music by the best guess, no scent and no as-run "
    "record until a time server answers or somebody says: stemning edge clock --trust"
)
SHOWS_ITSELF = "it is showing itself already"
EDGE = Path(__file__).parents[3] / "edge"
MODULES = (
    "clock_trust.py",
    "guard/core.py",
    "guard_link.py",
    "playing/agreement.py",
    "playing/music_channel.py",
    "playing/zone_player.py",
    "requests.py",
    "sensor_watch.py",
)
_SAYING = {"Done", "_nothing", "Reading", "refuse"}
# For whoever stands at the machine, in its terminal.
_COMPOSED = ("7, and its contact", "7 7", "7 to 7 %")
"""Made of others, or of words that stand elsewhere: brightens, dims."""
_AT_THE_MACHINE = ("this user may not ask", "no guard answers at", "the guard at")


def texts(node: ast.AST | None) -> Iterator[str]:
    """The sentences that an expression may be, with a 7 in place of each value."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=values):
            parts = (str(each.value) if isinstance(each, ast.Constant) else "7" for each in values)
            yield "".join(parts)
        case ast.IfExp(body=body, orelse=orelse):
            yield from texts(body)
            yield from texts(orelse)
        case ast.BoolOp(values=values) | ast.Tuple(elts=values):
            for each in values:
                yield from texts(each)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in _SAYING:
            for each in (*node.args, *(word.value for word in node.keywords)):
                yield from texts(each)


def said_by(module: str) -> Iterator[str]:
    """What a module returns, keeps as a constant, or gives as a problem or an answer."""
    for node in ast.walk(ast.parse((EDGE / module).read_text())):
        match node:
            case ast.Return(value=value) | ast.Assign(value=value):
                found = list(texts(value))
            case ast.Call():
                found = list(texts(node))
            case _:
                continue
        # A single word is an id or a key.
        yield from (text for text in found if " " in text.strip() and not text.startswith(" "))


SAID = sorted({(module, text) for module in MODULES for text in said_by(module)})


@pytest.mark.parametrize(("module", "text"), SAID)
def test_every_sentence_of_an_agent_is_known(module: str, text: str) -> None:
    assert agents_said.knows(text) or text.startswith((*_AT_THE_MACHINE, *_COMPOSED)), (
        f"{module}: {text}"
    )


def test_the_sentences_are_found() -> None:
    assert len(SAID) > 35
    assert not agents_said.knows("something new that an agent says")


def test_what_an_agent_says_is_said_with_its_values() -> None:
    with speaking("sv", translations("sv")):
        told = agents_said("window dims to 38 % and comes back, within 2 s")
        assert told == "window dämpas till 38 % och kommer tillbaka, inom 2 s"
        assert agents_said("no answer on pin 12") == "no answer on pin 12"
    assert agents_said("somebody else has it") == "somebody else has it"


def test_pages_say_what_agents_said_in_the_readers_language(
    parts: HubParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    common: Any = {"store": "nordic", "edge": "ceiling", "boot": "0" * 16, "at": parts.now()}
    lamp = DeviceInfo(id="window", kind="light", zone="entrance", driver="gpio-pwm")
    parts.reported.hello(
        Hello(**common, online=True, version="1", zones=("entrance",), devices=(lamp,))
    )
    reading = Reading(problem="gives no reading: E7")
    parts.reported.state(
        State(
            **common,
            zones={"entrance": ZoneState(scene="trading", confirmed=False, problem=NO_PLAN)},
            devices={"window": DeviceState(kind="light", zone="entrance", reading=reading)},
            problems=(NOBODY_VOUCHES,),
        )
    )
    asked = Change(
        at=parts.now(),
        author="Kim",
        action="device.identify",
        store="nordic",
        subject="device window",
        after={"edge": "ceiling", "zone": "entrance", "done": False, "text": SHOWS_ITSELF},
    )
    with writing(parts.engine) as connection:
        record(connection, asked)
    monkeypatch.setattr(reader, "translations", lambda _language: Bracketed())
    client = AsgiClient(create_app(parts))
    names = names_of(parts) | {"ceiling", "window", "gpio-pwm", "E7", "Kim", "head-office"}
    for path in ("/", "/devices", "/history", "/explain?zone=entrance&store=nordic"):
        way = path if "?" in path else f"{path}?store=nordic"
        html = client.get(way, headers={"Accept-Language": "sv", "Accept": "text/html"}).text
        assert bare(html, names) == [], path
        said = NO_PLAN if path == "/" else SHOWS_ITSELF
        assert f"⟦{said}⟧" in unescape(html), path
