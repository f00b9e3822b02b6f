"""What holds in a whole store, on its pages: what somebody began there, and what can be begun."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from hub.api.choice_tags import store_tag
from hub.api.precondition import etag
from hub.parts import HubParts
from hub.planning.asked import UNTIL_ENDED
from hub.planning.choices import edition
from hub.planning.ends import LONGEST
from hub.shop import Store
from hub.web.looks import Look, store_wide_look
from hub.web.words import moment_words
from scenes.language import _
from scenes.nudge import CALMS, Calm
from scenes.rules import Layer

StoreWide = Literal[Layer.QUIET_HOUR, Layer.EMERGENCY] | Calm
STORE_WIDE: tuple[StoreWide, ...] = ("scent-off", "mute", Layer.QUIET_HOUR, Layer.EMERGENCY)
"""What everybody can ask of a whole store, in the order of the buttons."""


class Begun(Protocol):
    """What somebody began in a whole store."""

    @property
    def start(self) -> datetime: ...
    @property
    def end(self) -> datetime: ...
    @property
    def author(self) -> str: ...
    @property
    def reason(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Held:
    """Something that holds in the whole store, and the way to end it.

    ``seen`` is the tag of the one that is shown; ``asks`` where a tap asks once more.
    """

    what: StoreWide
    look: Look
    until: str
    since: str
    button: str
    action: str
    asks: bool
    seen: str

    @property
    def field(self) -> str:
        """What the form calls it."""
        return "calm" if self.what in CALMS else "layer"


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be begun for the whole store."""

    what: StoreWide
    look: Look


def begun(hub: HubParts, store: Store, what: StoreWide) -> Begun | None:
    """What holds of a kind in a store."""
    if isinstance(what, Layer):
        return hub.planner.store_choice(store.id, what)
    return hub.planner.store_calm(store.id, what)


def wide_tag(hub: HubParts, store: Store, what: StoreWide) -> str:
    """The tag of what holds of a kind in a store."""
    if isinstance(what, Layer):
        return store_tag(hub, store.id, what)
    return etag(what, edition(hub.planner.store_calm(store.id, what)))


def held_in(hub: HubParts, store: Store, now: datetime) -> tuple[Held, ...]:
    """What somebody began for the whole store and holds now."""
    found = []
    for what in STORE_WIDE:
        choice = begun(hub, store, what)
        if choice is not None:
            found.append(
                Held(
                    what=what,
                    look=store_wide_look(what),
                    until=until_words(choice, now, store),
                    since=begun_words(choice, now, store),
                    button=_("End"),
                    action="/calm/end" if what in CALMS else f"/{what}/end",
                    asks=what is Layer.EMERGENCY,
                    seen=wide_tag(hub, store, what),
                )
            )
    return tuple(found)


def offers(hub: HubParts, store: Store) -> tuple[Offer, ...]:
    """What can be begun now: nothing that holds, and nothing under an emergency."""
    if begun(hub, store, Layer.EMERGENCY) is not None:
        return ()
    return tuple(
        Offer(what, store_wide_look(what)) for what in STORE_WIDE if begun(hub, store, what) is None
    )


def begun_words(choice: Begun, now: datetime, store: Store) -> str:
    """Who began it and when, and in their own words why: since 14:02 by Kim."""
    time = moment_words(choice.start, now, store.tz)
    if choice.author:
        words = _("since {time} by {who}").format(time=time, who=choice.author)
    else:
        words = _("since {time}").format(time=time)
    return words + (f" · {choice.reason}" if choice.reason else "")


def until_words(choice: Begun, now: datetime, store: Store) -> str:
    """Until when it holds: until 18:00."""
    if choice.end >= UNTIL_ENDED:
        return _("until somebody ends it")
    time = moment_words(choice.end, now, store.tz)
    if choice.end - choice.start >= LONGEST:
        return _("until somebody ends it, {time} at the latest").format(time=time)
    return _("until {time}").format(time=time)


def waits_for(layer: Layer) -> str:
    """What a choice for one zone has to wait for; empty when it holds at once."""
    return {
        Layer.QUIET_HOUR: _("the quiet hour"),
        Layer.EMERGENCY: _("the emergency"),
    }.get(layer, "")


def waiting_words(layer: Layer) -> str:
    """What becomes of a choice that is made while ``layer`` holds; empty when it holds at once."""
    above = waits_for(layer)
    return _("Your choice will wait for {what} to end.").format(what=above) if above else ""
