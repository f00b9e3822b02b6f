"""Where PINs were guessed at, told to those who manage people until one of them has seen it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from hub.moments import moment
from hub.parts import HubParts
from hub.people.alarms import PinAlarm
from hub.people.rights import Right
from hub.people.who import Who, asking
from hub.shop import Store
from scenes.language import _


def guessed_at(hub: HubParts, who: Who, store: Store) -> tuple[str, ...]:
    """In all stores of ``who``, a sentence each; instants as ``store`` counts them."""
    return _told(hub.people.alarms.unseen(who), hub.now(), store)


def guessed_in(hub: HubParts, store: Store) -> tuple[str, ...]:
    """In ``store``, for whoever reads the page; nothing for who doesn't manage its people."""
    who = asking.get()
    if not who.may(Right.PEOPLE, store.id):
        return ()
    here = [each for each in hub.people.alarms.unseen(who) if each.store == store.id]
    return _told(here, hub.now(), store)


def _told(alarms: Iterable[PinAlarm], now: datetime, store: Store) -> tuple[str, ...]:
    return tuple(
        _("Somebody guessed {name}’s PIN on {tablet}, {when}. It was locked.").format(
            name=each.name, tablet=each.tablet, when=moment(each.at, now, store.tz)
        )
        for each in alarms
    )
