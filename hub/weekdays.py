"""Weekdays as people write them."""

from __future__ import annotations

from scenes.rules import WEEKDAYS, Weekday

_GROUPS: dict[str, tuple[Weekday, ...]] = {
    "every-day": WEEKDAYS,
    "weekdays": WEEKDAYS[:5],
    "weekends": WEEKDAYS[5:],
}


def read_weekdays(words: str | list[str]) -> tuple[Weekday, ...]:
    """``mon``, ``mon-fri``, ``fri-mon``, ``weekdays``, ``weekends``, ``every-day`` or a list.

    The answer is in the week's order; `ValueError` says which word is none of these.
    """
    parts = [words] if isinstance(words, str) else words
    chosen = {weekday for part in parts for weekday in _read(part)}
    if not chosen:
        raise ValueError("no weekday is named")
    return tuple(weekday for weekday in WEEKDAYS if weekday in chosen)


def _read(word: str) -> tuple[Weekday, ...]:
    word = word.strip().lower()
    if word in _GROUPS:
        return _GROUPS[word]
    first, dash, last = word.partition("-")
    last = last if dash else first
    names: list[str] = list(WEEKDAYS)
    if first not in names or last not in names:
        raise ValueError(
            f"{word!r} is no weekday: write mon to sun, mon-fri, weekdays, weekends or every-day"
        )
    begin, end = names.index(first), names.index(last)
    # Friday to Monday runs over the week's end.
    length = (end - begin) % 7 + 1
    return tuple(WEEKDAYS[(begin + offset) % 7] for offset in range(length))
