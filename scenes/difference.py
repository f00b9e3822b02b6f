"""Two plans of a store, and what differs between them in plain words.

"Thursday 17:00 to 19:00 Entrance: Rush hour → Evening".
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from scenes.day_words import capitalised
from scenes.errors import OutsidePlanError
from scenes.language import N_, _
from scenes.names import Names
from scenes.plan import Slot
from scenes.rules import Layer
from scenes.stretches import Occasion, Review, Stretch, joined

Plans = Mapping[str, Sequence[Slot]]
"""The slots of each zone, by its id. The last slot of a zone goes on to the review's end."""


@dataclass(frozen=True, slots=True)
class Change:
    """In ``zone``, from ``start`` to ``end`` (UTC), ``after`` is due in place of ``before``.

    Both slots are as they are at ``start``. Where the scene stays, only who wants it differs.
    """

    zone: str
    start: datetime
    end: datetime
    before: Slot
    after: Slot

    @property
    def stays(self) -> bool:
        """Whether the scene is the same."""
        return self.before.scene == self.after.scene

    @property
    def other_claim(self) -> bool:
        """Whether somebody or something else wants the scene, not only for another reason."""
        return _who(self.before) != _who(self.after)

    @property
    def stretch(self) -> Stretch:
        """What to join it by: the scenes, or who wants the one that stays."""
        about: tuple[str, ...] = ()
        if self.stays:
            about = _who(self.after) if self.other_claim else ("reason", self.after.reason)
        return Stretch(
            zone=self.zone,
            start=self.start,
            end=self.end,
            about=(self.before.scene, self.after.scene, *about),
            series=(self.before.source, self.after.source),
        )


@dataclass(frozen=True, slots=True)
class Difference:
    """Changes that are the same on several days or in several zones, as one sentence."""

    changes: tuple[Change, ...]
    sentence: str

    @property
    def stays(self) -> bool:
        """Whether the scene is the same, and only who wants it differs."""
        return self.changes[0].stays


def differences(before: Plans, after: Plans, review: Review) -> tuple[Difference, ...]:
    """What differs in the zones of ``review``, every change in exactly one; the earliest first.

    `OutsidePlanError` when the slots of a zone begin after the review does.
    """
    found = {
        change.stretch: change
        for zone in review.names.zones
        for change in changes(zone, before[zone], after[zone], review)
    }
    return tuple(_difference(each, found, review) for each in joined(found, review))


def changes(
    zone: str, before: Sequence[Slot], after: Sequence[Slot], review: Review
) -> Iterator[Change]:
    """What differs in one zone, in the order of time.

    `OutsidePlanError` when its slots begin after the review does.
    """
    starts = {slot.start for slot in (*before, *after) if review.start < slot.start < review.end}
    edges = [review.start, *sorted(starts), review.end]
    running: Change | None = None
    for place, edge in enumerate(edges[:-1]):
        one, other = _due(before, edge), _due(after, edge)
        differs = (_who(one), one.scene, one.reason) != (_who(other), other.scene, other.reason)
        now = Change(zone, edge, edges[place + 1], one, other) if differs else None
        if running and now and now.stretch.about == running.stretch.about:
            running = Change(zone, running.start, now.end, running.before, running.after)
            continue
        if running:
            yield running
        running = now
    if running:
        yield running


def claim_words(slot: Slot, names: Names) -> str:
    """By what a slot is wanted, after "by": "the exception “Sale”", "a choice of Anna"."""
    if slot.layer is Layer.FALLBACK:
        return _("the fallback")
    kind = slot.source.partition(":")[0]
    if kind in ("audition", "override"):
        words, of = _choice_words(slot)
        return of.format(who=slot.author) if slot.author else words
    planned = {
        "rule": N_("the rule {name}"),
        "exception": N_("the exception {name}"),
        "quiet-hour": N_("the quiet hour {name}"),
        "reaction": N_("the reaction {name}"),
        "trigger": N_("the trigger {name}"),
    }
    name = names.source(slot.source)
    return _(planned[kind]).format(name=name) if kind in planned else name


def _choice_words(slot: Slot) -> tuple[str, str]:
    """What somebody did, and the same with who."""
    if slot.source.startswith("audition"):
        return _("an audition"), _("an audition of {who}")
    if slot.layer is Layer.EMERGENCY:
        return _("an emergency"), _("an emergency of {who}")
    if slot.layer is Layer.QUIET_HOUR:
        return _("a quiet hour"), _("a quiet hour of {who}")
    return _("a choice"), _("a choice of {who}")


def _difference(occasion: Occasion, found: Mapping[Stretch, Change], review: Review) -> Difference:
    changed = tuple(found[stretch] for stretch in occasion.stretches)
    first, names = changed[0], review.names
    before, after = names.scene(first.before.scene), names.scene(first.after.scene)
    said = f"{capitalised(occasion.when)} {names.where(occasion.zones)}"
    if not first.stays:
        return Difference(changed, f"{said}: {before} → {after}")
    if not first.other_claim:
        return Difference(
            changed,
            _("{when_where} stays {scene}, with another reason: {reason}").format(
                when_where=said, scene=after, reason=first.after.reason
            ),
        )
    by = _("{when_where} stays {scene}, now by {who}")
    who = claim_words(first.after, names)
    return Difference(changed, by.format(when_where=said, scene=after, who=who))


def _due(slots: Sequence[Slot], instant: datetime) -> Slot:
    index = bisect_right(slots, instant, key=lambda slot: slot.start) - 1
    if index < 0:
        raise OutsidePlanError(f"no slot is due at {instant}, before the first one starts")
    return slots[index]


def _who(slot: Slot) -> tuple[str, ...]:
    return slot.layer.value, slot.source, slot.author, slot.block
