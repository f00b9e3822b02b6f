"""What holds in a whole store, on its pages: the quiet hour or emergency that somebody began."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hub.api.choice_tags import store_tag
from hub.moments import moment
from hub.parts import HubParts
from hub.planning.asked import UNTIL_ENDED
from hub.shop import Store
from hub.web.looks import Look, layer_look
from scenes.rules import Layer, Override

WAITS_FOR = {Layer.QUIET_HOUR: "the quiet hour", Layer.EMERGENCY: "the emergency"}
"""What a choice for one zone has to wait for."""


@dataclass(frozen=True, slots=True)
class Held:
    """A quiet hour or emergency on the card of a zone where it holds, and the way to end it.

    ``seen`` is the tag of the one that is shown; ``asks`` where a tap asks once more.
    """

    layer: Layer
    title: str
    words: str
    button: str
    action: str
    asks: bool
    seen: str


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be begun for the whole store."""

    layer: Layer
    look: Look


def held_in(hub: HubParts, store: Store, now: datetime) -> dict[Layer, Held]:
    """What somebody began for the whole store and holds now, by its layer."""
    found = {}
    for layer, what in WAITS_FOR.items():
        choice = hub.planner.store_choice(store.id, layer)
        if choice is not None:
            found[layer] = Held(
                layer=layer,
                title=layer_look(layer).word,
                words=f"{begun_words(choice, now, store)} · {until_words(choice, now, store)}",
                button=f"End {what}",
                action=f"/{layer}/end",
                asks=layer is Layer.EMERGENCY,
                seen=store_tag(hub, store.id, layer),
            )
    return found


def offers(hub: HubParts, store: Store) -> tuple[Offer, ...]:
    """What can be begun now: nothing that holds, and no quiet hour under an emergency."""
    if hub.planner.store_choice(store.id, Layer.EMERGENCY) is not None:
        return ()
    emergency = Offer(Layer.EMERGENCY, layer_look(Layer.EMERGENCY))
    if hub.planner.store_choice(store.id, Layer.QUIET_HOUR) is not None:
        return (emergency,)
    return Offer(Layer.QUIET_HOUR, layer_look(Layer.QUIET_HOUR)), emergency


def begun_words(choice: Override, now: datetime, store: Store) -> str:
    """Who began it and when, and in their own words why."""
    who, began = choice.author or "Somebody", moment(choice.start, now, store.tz)
    return f"{who} began it, {began}" + (f" · {choice.reason}" if choice.reason else "")


def until_words(choice: Override, now: datetime, store: Store) -> str:
    """Until when it holds: until 18:00."""
    if choice.end >= UNTIL_ENDED:
        return "until somebody ends it"
    return f"until {moment(choice.end, now, store.tz)}"


def waiting_words(layer: Layer) -> str:
    """What becomes of a choice that is made while ``layer`` holds; empty when it holds at once."""
    above = WAITS_FOR.get(layer)
    return f"Your choice will wait for {above} to end." if above else ""
