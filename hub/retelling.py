"""Sentences that were said in English, said again in the spoken language.

Whatever is kept, computed for everybody at once, or comes from an agent is English. A page that
speaks another language looks up which message it was, and says that message with its values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime

from babel.lists import format_list
from babel.numbers import get_decimal_symbol, get_group_symbol

from hub.moments import locale, long_date, weekday
from scenes.language import _, ngettext, spoken

Message = str | tuple[str, str]
"""A message with its places, or its forms for one and for many ``{n}``."""

_PLACE = re.compile(r"\{(\w+)\}")
_NUMBER = re.compile(r"[+−-]?\d[\d,]*(?:\.\d+)?(?: %)?")
_BETWEEN = re.compile(r", | and ")
_DAYS = {f"{date(2024, 1, number):%a}": date(2024, 1, number) for number in range(1, 8)}


class Retelling:
    """The messages of one kind of sentences. The one with the most own words is tried first.

    The values of a message are told again, too: a scene's name, a list, a date, a number. What is
    no message of these stays as it is. ``names`` gives what is said of a whole text or value.
    """

    def __init__(
        self,
        messages: Sequence[Message],
        names: Callable[[], Mapping[str, Callable[[], str]]] = dict,
    ) -> None:
        self._names = names
        ways = [way for message in messages for way in _ways(message)]
        ways.sort(key=lambda way: -len(_PLACE.sub("", way[0])))
        self._ways = [(_pattern(text), say) for text, say in ways]

    def __call__(self, text: str) -> str:
        """``text`` in the spoken language, as far as it is known."""
        return text if spoken() == "en" else self._retold(text) or text

    def knows(self, text: str) -> bool:
        """Whether some message could have been ``text``."""
        return text in self._names() or any(way.fullmatch(text) for way, _say in self._ways)

    def _retold(self, text: str) -> str | None:
        named = self._names().get(text)
        if named is not None:
            return named()
        for pattern, say in self._ways:
            found = pattern.fullmatch(text)
            if found is not None:
                values = found.groupdict()
                told = {name: self._value(value) for name, value in values.items()}
                return say(values).format(**told)
        return None

    def _value(self, text: str) -> str:
        if _NUMBER.fullmatch(text):
            return _number(text)
        found = _day(text) or self._retold(text)
        if found is not None:
            return found
        pieces = _BETWEEN.split(text)
        known = (each in _DAYS or self.knows(each) or _bare(each) for each in pieces)
        if len(pieces) > 1 and all(known):
            return format_list([self._value(each) for each in pieces], locale=locale())
        return text


def _ways(message: Message) -> Iterator[tuple[str, Callable[[dict[str, str]], str]]]:
    if isinstance(message, str):
        yield message, lambda _values: _(message)
        return
    one, many = message

    def counted(values: dict[str, str]) -> str:
        return ngettext(one, many, int(values["n"].replace(",", "")) if "n" in values else 1)

    yield one, counted
    yield many, counted


def _pattern(message: str) -> re.Pattern[str]:
    pieces, last, seen = [], 0, set[str]()
    for place in _PLACE.finditer(message):
        pieces.append(re.escape(message[last : place.start()]))
        name = place.group(1)
        # A count is digits, so that a message about days is none about names.
        what = r"[\d,]+" if name == "n" else r".+?"
        pieces.append(f"(?P={name})" if name in seen else f"(?P<{name}>{what})")
        seen.add(name)
        last = place.end()
    return re.compile("".join((*pieces, re.escape(message[last:]))), re.DOTALL)


def _bare(text: str) -> bool:
    return not re.search(r"[^\W\d_]", text)


def _day(text: str) -> str | None:
    """A weekday or a date, as English has them."""
    if text in _DAYS:
        return weekday(_DAYS[text], short=True)
    try:
        return long_date(datetime.strptime(text, "%d %B %Y").replace(tzinfo=UTC).date())
    except ValueError:
        return None


def _number(text: str) -> str:
    there = locale()
    signs = {",": get_group_symbol(there), ".": get_decimal_symbol(there), " ": "\u00a0"}
    return "".join(signs.get(sign, sign) for sign in text)
