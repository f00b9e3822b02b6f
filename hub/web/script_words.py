"""The words of the scripts in ``static/``: found in them, and said in a page's language.

A script writes ``say("Moved to {time}", { time })`` or ``sayMany("{n} day", "{n} days", n)`` with
literals (static/words.js); nothing is listed by hand.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from babel.messages.extract import extract

from hub.web.assets import STATIC
from scenes.language import Translations

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


def script_words(translations: Translations, forms: tuple[int, ...]) -> str:
    """A script that gives words.js the words of one language.

    ``forms`` holds, for each plural form of the language in order, a number that takes it.
    """
    said: dict[str, str | list[str]] = {}
    for message in script_messages():
        if isinstance(message, str):
            said[message] = translations.gettext(message)
        else:
            said[message[0]] = [translations.ngettext(*message, n) for n in forms]
    return f"globalThis.stemningWords = {json.dumps(said, ensure_ascii=False)};\n"
