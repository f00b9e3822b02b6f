"""The catalogues: what every message is in Swedish, Norwegian and Russian.

They stand beside this file as ``sv.po``, ``nb.po`` and ``ru.po``, are read when a language is
first spoken, and nothing is compiled into the repository. English is what the code says.
"""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from scenes.language import ENGLISH, Translations

HERE = Path(__file__).parent

LANGUAGES = {"en": "English", "sv": "Svenska", "nb": "Norsk bokmål", "ru": "Русский"}
"""Each language by its code, in its own words."""

FORMS: dict[str, tuple[int, ...]] = {"en": (1, 2), "sv": (1, 2), "nb": (1, 2), "ru": (1, 2, 5)}
"""For each plural form of a language, in the catalogue's order, a number that takes it."""

OTHER_CODES = {"no": "nb", "nn": "nb"}
"""What browsers call Norwegian, too."""


@cache
def translations(language: str) -> Translations:
    """The catalogue of one of `LANGUAGES`."""
    if language == "en":
        return ENGLISH
    with catalogue_path(language).open("rb") as file:
        written = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, written)
    compiled.seek(0)
    return GNUTranslations(compiled)


def catalogue_path(language: str) -> Path:
    """Where a language's catalogue is."""
    return HERE / f"{language}.po"


def known_language(code: str | None) -> str | None:
    """The language that a code like ``sv-SE`` or ``no`` means; None for one that is not spoken."""
    short = (code or "").strip().replace("_", "-").partition("-")[0].lower()
    short = OTHER_CODES.get(short, short)
    return short if short in LANGUAGES else None
