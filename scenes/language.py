"""The language that sentences are said in: English, until somebody's own is spoken.

Wherever a sentence for people is made, it goes through `_`, `ngettext` or `pgettext`, the names
that catalogues know: ``_("Quiet hour, begun by {who}").format(who=who)``. Values are filled in
after the translation. What speaks another language (a page that is being made for somebody) says
so with `speaking`; everything else, such as logs, plans and the API, stays English.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import Protocol


class Translations(Protocol):
    """What a catalogue can do; the standard library's and Babel's translations fit."""

    def gettext(self, message: str) -> str: ...
    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str: ...
    def pgettext(self, context: str, message: str) -> str: ...


class _English:
    """Says everything as it is written."""

    def gettext(self, message: str) -> str:
        return message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return msgid1 if n == 1 else msgid2

    def pgettext(self, context: str, message: str) -> str:
        return message


ENGLISH: Translations = _English()
_spoken: ContextVar[tuple[str, Translations]] = ContextVar("spoken", default=("en", ENGLISH))


def _(message: str) -> str:
    """``message`` in the spoken language."""
    return _spoken.get()[1].gettext(message)


def N_(message: str) -> str:  # noqa: N802
    """Marks a message that is said later, with `_`: the constants of a module hold such."""
    return message


def ngettext(one: str, many: str, n: int) -> str:
    """The form of a message that fits the number ``n``, in the spoken language."""
    return _spoken.get()[1].ngettext(one, many, n)


def pgettext(context: str, message: str) -> str:
    """``message`` in the spoken language, where the same English word means two things."""
    return _spoken.get()[1].pgettext(context, message)


def spoken() -> str:
    """The spoken language's code: en, sv, nb, ru."""
    return _spoken.get()[0]


@contextmanager
def speaking(language: str, translations: Translations) -> Iterator[None]:
    """Say everything inside in ``language``; of no effect on other threads and tasks."""
    token = _spoken.set((language, translations))
    try:
        yield
    finally:
        _spoken.reset(token)


def in_english() -> AbstractContextManager[None]:
    """Say everything inside as it is written: for what is kept, sent to agents, or logged."""
    return speaking("en", ENGLISH)
