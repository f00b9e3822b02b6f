"""The words of the scripts in ``static/``: found in them, and said in a page's language.

A script writes ``say("Moved to {time}", { time })`` or ``sayMany("{n} day", "{n} days", n)`` with
literals (static/words.js); nothing is listed by hand.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from babel.messages.extract import extract
from starlette.requests import Request
from starlette.responses import Response

from hub.web.assets import STATIC, cache_control
from hub.web.languages.catalogues import FORMS, LANGUAGES, translations

KEYWORDS = {"say": None, "sayMany": (1, 2)}
"""What the extraction takes from scripts, in Babel's words."""

Message = str | tuple[str, str]


@cache
def script_messages() -> tuple[Message, ...]:
    """Every message of the scripts, in order; a pair where the number decides."""
    found: dict[Message, None] = {}
    for path in sorted(STATIC.glob("*.js")):
        found.update(dict.fromkeys(_messages_of(path)))
    return tuple(found)


def _messages_of(path: Path) -> list[Message]:
    with path.open("rb") as file:
        found = [message for _, message, *_rest in extract("javascript", file, keywords=KEYWORDS)]
    return [each if isinstance(each, str) else (each[0], each[1]) for each in found]


async def words_of_scripts(request: Request) -> Response:
    """A script that gives static/words.js the words of one language."""
    language = request.path_params["language"]
    if language not in LANGUAGES:
        return Response("no such language", 404, media_type="text/plain")
    headers = {"Cache-Control": cache_control(request.scope)}
    return Response(script_words(language), headers=headers, media_type="text/javascript")


@cache
def script_words(language: str) -> str:
    """What that script says; in English nothing, as the scripts say it themselves."""
    said: dict[str, str | list[str]] = {}
    if language != "en":
        spoken = translations(language)
        for message in script_messages():
            if isinstance(message, str):
                said[message] = spoken.gettext(message)
            else:
                said[message[0]] = [spoken.ngettext(*message, n) for n in FORMS[language]]
    return f"globalThis.stemningWords = {json.dumps(said, ensure_ascii=False)};\n"
