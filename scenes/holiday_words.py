"""The public holidays of the Nordic countries as people of each language call them.

A rule names a holiday in English (`hub.public_holidays`); of elsewhere it is shown so, too.
"""

from __future__ import annotations

from scenes.language import N_, _

_KNOWN = frozenset(
    {
        N_("New Year's Day"),
        N_("Epiphany"),
        N_("Maundy Thursday"),
        N_("Good Friday"),
        N_("Easter Sunday"),
        N_("Easter Monday"),
        N_("Great Prayer Day"),
        N_("May Day"),
        N_("Labor Day"),
        N_("Ascension Day"),
        N_("Constitution Day"),
        N_("National Day"),
        N_("Pentecost"),
        N_("Pentecost Monday"),
        N_("Midsummer Eve"),
        N_("Midsummer Day"),
        N_("All Saints' Day"),
        N_("Independence Day"),
        N_("Christmas Eve"),
        N_("Christmas Day"),
        N_("Second Day of Christmas"),
    }
)


def holiday_words(name: str) -> str:
    """What people call a holiday; ``name`` is its English name."""
    return _(name) if name in _KNOWN else name
