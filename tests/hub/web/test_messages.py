"""Nothing is untranslated: every message in every language, and no sentence that is no message."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from deploy.write_messages import extracted, is_translated
from hub.web.languages.catalogues import FORMS, LANGUAGES, catalogue_path, translations

OTHERS = [language for language in LANGUAGES if language != "en"]
# What is filled in: {name} by Python and scripts, %(name)s by templates.
_PLACES = re.compile(r"\{(\w*)(?::[^}]*)?\}|%\((\w+)\)s|(%%)")


@cache
def template() -> Catalog:
    return extracted()


def catalogue(language: str) -> Catalog:
    with catalogue_path(language).open("rb") as file:
        return read_po(file, locale=language)


def key(message: Message) -> tuple[object, object]:
    return message.id, message.context


def forms(message: Message) -> list[str]:
    said = message.string
    return [str(each) for each in said] if isinstance(said, (tuple, list)) else [str(said)]


def first(message: Message) -> str:
    said = message.id
    return said[0] if isinstance(said, (tuple, list)) else said


def places(text: str) -> Counter[str]:
    return Counter("".join(found) for found in _PLACES.findall(text))


@pytest.mark.parametrize("language", OTHERS)
def test_every_message_is_translated_and_none_that_nobody_says(language: str) -> None:
    known = {key(message): message for message in catalogue(language) if message.id}
    said = {key(message) for message in template() if message.id}
    hint = "run 'make messages', then translate what is empty"
    assert said - known.keys() == set(), hint
    assert known.keys() - said == set(), hint
    missing = [key(each)[0] for each in known.values() if not is_translated(each) or each.fuzzy]
    assert missing == [], f"without a translation to {language}: {hint}"


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_fills_in_what_its_message_does(language: str) -> None:
    wrong = []
    for message in catalogue(language):
        if not message.id or not is_translated(message):
            continue
        ids = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
        # A singular may say "a" for its number.
        allowed = [places(each) for each in ids]
        wrong += [(ids[0], form) for form in forms(message) if places(form) not in allowed]
    assert wrong == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_plural_forms_of_its_language(language: str) -> None:
    for message in catalogue(language):
        if isinstance(message.id, tuple):
            assert len(forms(message)) == len(FORMS[language]), message.id


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_ends_and_begins_as_its_message_does(language: str) -> None:
    wrong = []
    for message in catalogue(language):
        if message.id and is_translated(message):
            one = first(message)
            for form in forms(message):
                same = (one[0] == " ") == (form[0] == " ") and (one[-1] == " ") == (form[-1] == " ")
                dots = one.endswith((".", "…", ":")) == form.endswith((".", "…", ":"))
                if not (same and dots):
                    wrong.append((one, form))
    assert wrong == []


def test_numbers_take_their_form() -> None:
    russian = translations("ru")
    words = [russian.ngettext("{n} day", "{n} days", n).format(n=n) for n in (1, 2, 5, 11, 21, 104)]
    assert words == ["1 день", "2 дня", "5 дней", "11 дней", "21 день", "104 дня"]
