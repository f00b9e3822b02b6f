"""The pages that every page leads to, in the order in which they are shown."""

from __future__ import annotations

from dataclasses import dataclass

from hub.people.rights import Right
from scenes.language import N_, _

FIRST = 4
"""So many stand in a phone's bottom bar; the others wait behind "More"."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One page: its address without a store, its name's message, icon and who may see it."""

    path: str
    message: str
    icon: str
    right: Right

    @property
    def word(self) -> str:
        """The name in the reader's language."""
        return _(self.message)


ENTRIES = (
    Entry("/", N_("Now"), "house", Right.SEE),
    Entry("/week", N_("Week"), "calendar-days", Right.SEE),
    Entry("/scenes", N_("Scenes"), "palette", Right.SEE),
    Entry("/devices", N_("Devices"), "cpu", Right.SEE),
    Entry("/history", N_("History"), "history", Right.REVIEW),
    Entry("/effects", N_("Effects"), "chart-no-axes-column", Right.REVIEW),
    Entry("/voice", N_("Voices"), "smile", Right.REVIEW),
    Entry("/people", N_("People"), "users", Right.PEOPLE),
)
"""In the order now, week, scenes, devices, history, effects, people. The sheet gets their icons."""
