"""Where PINs were guessed at, told to those who manage people until one of them has seen it."""

from __future__ import annotations

from dataclasses import dataclass

from hub.moments import moment
from hub.parts import HubParts
from hub.people.rights import Right
from hub.people.who import Who, asking
from hub.shop import Store
from scenes.language import _


@dataclass(frozen=True, slots=True)
class Guessed:
    """A sentence for each, and the newest that is told of: whoever has seen it saw no later one."""

    words: tuple[str, ...] = ()
    newest: int = 0


def guessed_at(hub: HubParts, store: Store, *, people: bool = False) -> Guessed:
    """In ``store``, for whoever reads the page; nothing for who doesn't manage its people.

    For the page People in all stores of theirs; instants are as ``store`` counts them.
    """
    who = asking.get()
    if not tells(who, store):
        return Guessed()
    now = hub.now()
    unseen = [each for each in hub.people.alarms.unseen(who) if people or each.store == store.id]
    words = tuple(
        _("Somebody guessed {name}’s PIN on {tablet}, {when}. It was locked.").format(
            name=each.name or _("somebody from elsewhere"),
            tablet=each.tablet,
            when=moment(each.at, now, store.tz),
        )
        for each in unseen
    )
    return Guessed(words, max((each.id for each in unseen), default=0))


def tells(who: Who, store: Store) -> bool:
    """Whether ``who`` is told."""
    return who.may(Right.PEOPLE, store.id)
