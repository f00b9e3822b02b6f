"""Where PINs were guessed at, told to those who manage people until one of them has seen it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hub.moments import moment
from hub.parts import HubParts
from hub.people.alarms import PinAlarm
from hub.people.rights import Right
from hub.people.who import Who, asking
from hub.shop import Store
from scenes.language import _, ngettext


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
    words = tuple(_words(each, now, store) for each in unseen)
    return Guessed(words, max((each.id for each in unseen), default=0))


def _words(alarm: PinAlarm, now: datetime, store: Store) -> str:
    """That somebody tried, how often, and what that shut until when."""
    if alarm.account is None:
        said = _("Somebody tried to guess PINs on {tablet}, at last that of {name}.")
        held, over = _("No PIN opens it until {time}."), _("No PIN opened it until {time}.")
    else:
        said = _("Somebody tried to guess the PIN of {name} on {tablet}.")
        held = _("That PIN is locked there until {time}.")
        over = _("That PIN was locked there until {time}.")
    wrong = ngettext(
        "{n} try was wrong, the last one {when}.",
        "{n} tries were wrong, the last one {when}.",
        alarm.wrong,
    )
    name = alarm.name or _("somebody from elsewhere")
    return " ".join(
        (
            said.format(name=name, tablet=alarm.tablet),
            wrong.format(n=alarm.wrong, when=moment(alarm.at, now, store.tz)),
            (held if alarm.until > now else over).format(time=moment(alarm.until, now, store.tz)),
        )
    )


def tells(who: Who, store: Store) -> bool:
    """Whether ``who`` is told."""
    return who.may(Right.PEOPLE, store.id)
