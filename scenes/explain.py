"""Why is this on: every claim to one instant of a zone, and why the others lost."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from scenes.audition import AUDITION
from scenes.language import N_, _
from scenes.rules import Layer
from scenes.units import Instant, Slug
from scenes.wishes import FALLBACK_REASON, FALLBACK_SOURCE, Wish, strength_of

_STRONGER = {
    "emergency": N_("The emergency is stronger"),
    "quiet-hour": N_("The quiet hour is stronger"),
    "override": N_("The override is stronger"),
    "experiment": N_("The experiment is stronger"),
    "reaction": N_("The reaction is stronger"),
    "trigger": N_("The trigger is stronger"),
    "exception": N_("The exception is stronger"),
    "rule": N_("The rule is stronger"),
    "fallback": N_("The fallback is stronger"),
}
"""By the layer of what wins; triggers share that of reactions."""
_AUDITION_IS_STRONGER = N_("An audition is under way, and this holds again after it")


class Claim(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody's wish that stands at the instant, from ``start`` to ``end``; the fallback always.

    ``lost`` is a sentence that says why the winner is stronger; the winner has none.
    """

    layer: Layer
    scene: Slug
    source: str
    reason: str
    wins: bool
    author: str = ""
    start: Instant | None = None
    end: Instant | None = None
    lost: str = ""


class Explanation(Struct, frozen=True, kw_only=True):
    """All claims to ``instant``, the strongest first; there is always one, the fallback's."""

    instant: Instant
    claims: tuple[Claim, ...]

    @property
    def winner(self) -> Claim:
        """What is on."""
        return self.claims[0]


def explain(wishes: Iterable[Wish], fallback_scene: str, instant: datetime) -> Explanation:
    """Every one of ``wishes`` that stands at ``instant``, ranked as `compile_slots` ranks them.

    With the wishes that a plan was compiled from the winner is the plan's slot.
    """
    standing = [wish for wish in wishes if wish.start <= instant < wish.end]
    standing.sort(key=strength_of)
    fallback = _fallback_claim(fallback_scene, standing[0] if standing else None)
    claims = tuple(_claim(wish, standing[0]) for wish in standing)
    return Explanation(instant=instant, claims=(*claims, fallback))


def _claim(wish: Wish, winner: Wish) -> Claim:
    return Claim(
        layer=wish.layer,
        scene=wish.scene,
        source=wish.source,
        reason=wish.reason,
        wins=wish is winner,
        author=wish.author,
        start=wish.start,
        end=wish.end,
        lost="" if wish is winner else _why_lost(wish, winner),
    )


def _fallback_claim(scene: str, winner: Wish | None) -> Claim:
    return Claim(
        layer=Layer.FALLBACK,
        scene=scene,
        source=FALLBACK_SOURCE,
        reason=_(FALLBACK_REASON),
        wins=winner is None,
        lost=_stronger(winner) if winner else "",
    )


def _why_lost(loser: Wish, winner: Wish) -> str:
    """The first thing in which the two differ, in the order that `Wish.strength` compares."""
    if loser.layer is not winner.layer:
        return _stronger(winner)
    if _is_audition(winner):
        return _(_AUDITION_IS_STRONGER)
    if loser.priority != winner.priority:
        return _("Its priority is lower: {own} against {other}").format(
            own=loser.priority, other=winner.priority
        )
    if loser.start != winner.start:
        return _("It began earlier, and of equals the one that began last wins")
    (kind, first), (other, second) = (
        (each.source.partition(":")[0], each.source.partition(":")[2]) for each in (winner, loser)
    )
    if kind != other:  # only triggers share a layer, that of reactions
        return _("Both began together, and of equals a reaction goes before a trigger")
    return _("Both began together, and “{first}” sorts before “{second}”").format(
        first=first, second=second
    )


def _is_audition(wish: Wish) -> bool:
    return wish.source.partition(":")[0] == AUDITION


def _stronger(winner: Wish) -> str:
    if _is_audition(winner):
        return _(_AUDITION_IS_STRONGER)
    kind = winner.source.partition(":")[0] if winner.layer is Layer.REACTION else winner.layer
    return _(_STRONGER.get(kind, _STRONGER["reaction"]))
