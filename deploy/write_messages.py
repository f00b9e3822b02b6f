"""Brings the catalogues of hub/web/languages up to date with what the code says.

Every message of the code, the templates and the scripts gets a line in each catalogue. What is
said no more goes, and what was translated stays. A message without a translation fails a test.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from hub.web.languages.catalogues import LANGUAGES, catalogue_path
from hub.web.script_words import KEYWORDS as SCRIPT_KEYWORDS

ROOT = Path(__file__).resolve().parent.parent
_BEGUN = datetime(2026, 11, 22, tzinfo=UTC)
KEYWORDS = {
    **dict.fromkeys(("_", "N_", "gettext")),  # gettext: what {% trans %} says
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
_TEMPLATES = {"trimmed": "true", "silent": "false", "newstyle_gettext": "true"}


@dataclass(frozen=True, slots=True)
class _Source:
    """Files below a folder that messages stand in, and how they are marked there."""

    folder: str
    methods: list[tuple[str, str]]
    keywords: Mapping[str, Any]
    options: dict[str, dict[str, str]] = field(default_factory=dict)


_SOURCES = (
    _Source("scenes", [("**.py", "python")], KEYWORDS),
    _Source("hub", [("web/node_modules/**", "ignore"), ("**.py", "python")], KEYWORDS),
    _Source("hub/web/templates", [("**.html", "jinja2")], KEYWORDS, {"**.html": _TEMPLATES}),
    _Source("hub/web/static", [("**.js", "javascript")], SCRIPT_KEYWORDS),
)


def main() -> None:
    """Write every catalogue; say what each lacks."""
    template = extracted()
    for language in LANGUAGES:
        if language == "en":
            continue
        catalogue = updated(language, template)
        with catalogue_path(language).open("wb") as file:
            write_po(file, catalogue, width=100, sort_by_file=True, include_lineno=False)
        missing = sum(not is_translated(message) for message in catalogue if message.id)
        print(f"{language}: {len(catalogue)} messages, {missing} without a translation")


def extracted() -> Catalog:
    """Everything that is said, and where."""
    catalogue = Catalog(project="Stemning", charset="utf-8")
    for source in _SOURCES:
        found = extract_from_dir(
            ROOT / source.folder,
            method_map=source.methods,
            options_map=source.options,
            keywords=source.keywords,
            comment_tags=("Translators:",),
            strip_comment_tags=True,
        )
        for path, line, message, comments, context in found:
            place = [(f"{source.folder}/{path}", line)]
            catalogue.add(message, None, place, auto_comments=comments, context=context)
    return catalogue


def updated(language: str, template: Catalog) -> Catalog:
    """A language's catalogue with exactly the messages of ``template``."""
    path = catalogue_path(language)
    if path.exists():
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)
    else:
        catalogue = Catalog(locale=language, project="Stemning", charset="utf-8")
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.header_comment = f"# What Stemning's pages say, in {LANGUAGES[language]}."
    catalogue.fuzzy = False
    # Nothing that changes by itself: a run without new messages writes the same bytes.
    catalogue.revision_date = catalogue.creation_date = _BEGUN
    catalogue.version = "1"
    catalogue.last_translator = catalogue.language_team = "Stemning"
    return catalogue


def is_translated(message: Message) -> bool:
    """Whether every form of a message is there."""
    said = message.string
    return bool(said) and all(said if isinstance(said, (tuple, list)) else (said,))


if __name__ == "__main__":
    main()
