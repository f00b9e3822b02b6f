"""The people of a store, as its shared tablet shows them on the PIN pad."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request

from hub.api.access import who_asks
from hub.parts import HubParts


@dataclass(frozen=True, slots=True)
class Face:
    """A person to choose: their account's number and name."""

    account: int
    name: str
    initials: str


@dataclass(frozen=True, slots=True)
class Pad:
    """Who may come in here by PIN."""

    tablet: str
    faces: tuple[Face, ...]


def pin_pad(hub: HubParts, request: Request) -> Pad:
    """The pad of the tablet that asks."""
    who = who_asks(request)
    tablet = hub.people.sessions.get(who.tablet or "")
    faces = tuple(
        Face(each.id, each.name or each.username, initials(each.name or each.username))
        for each in hub.people.signing_in.on_tablet(tablet.store or "")
    )
    return Pad(tablet.name, faces)


def initials(name: str) -> str:
    """Two letters for a person."""
    words = name.split()
    letters = words[0][:1] + (words[-1][:1] if len(words) > 1 else "")
    return letters.upper()
