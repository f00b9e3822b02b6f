"""What is asked of a zone besides its store's schedule: people's choices, and what is at work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hub.planning.ends import OverrideEnd
from scenes.audition import AUDITION, Audition
from scenes.compiler import Wish, audition_wishes, override_wishes, run_wishes
from scenes.nudge import Nudge, NudgeKind, adjusted_slots
from scenes.plan import Slot
from scenes.rules import Layer, Override, OverrideWhy, Run
from scenes.scene import Scene
from scenes.units import LATEST

UNTIL_ENDED = LATEST - timedelta(days=1)
"""The end of a choice that holds until a person ends it."""

NO_CHOICE = "none"
"""In place of a choice's id where nobody has chosen, or somebody returned to the plan."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A person's wish for one zone: which scene, until when, who, and why."""

    scene: str
    end: OverrideEnd
    author: str = ""
    why: OverrideWhy = "other"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """At most one choice in each of the layers that people have, and the runs at work.

    Over them at most one nudge of each kind, and one audition. A choice of the layer ``override``
    and a nudge that ended by itself stay until somebody does something: their time running out is
    no change that anybody needs to be told of before they write.
    """

    overrides: Mapping[Layer, Override] = field(default_factory=dict)
    runs: tuple[Run, ...] = ()
    nudges: Mapping[NudgeKind, Nudge] = field(default_factory=dict)
    audition: Audition | None = None

    def at(self, layer: Layer, instant: datetime) -> Override | None:
        """The choice of a layer that holds at ``instant``."""
        override = self.overrides.get(layer)
        return override if override and override.start <= instant < override.end else None

    def standing(self, layer: Layer, now: datetime) -> Override | None:
        """The choice of a layer that has not ended; a clock that was set back ends none."""
        override = self.overrides.get(layer)
        return override if override and now < override.end else None

    def having(self, override: Override) -> Asked:
        """With a choice, in place of the one of its layer."""
        return replace(self, overrides={**self.overrides, override.layer: override})

    def without(self, layer: Layer) -> Asked:
        """Without the choice of a layer."""
        kept = {each: override for each, override in self.overrides.items() if each is not layer}
        return replace(self, overrides=kept)

    def with_run(self, run: Run) -> Asked:
        """With a run, in place of one of its id."""
        return replace(self, runs=(*self.without_run(run.id).runs, run))

    def without_run(self, run_id: str) -> Asked:
        """Without the run of an id."""
        return replace(self, runs=tuple(run for run in self.runs if run.id != run_id))

    def only_running(self, now: datetime) -> Asked:
        """Without the runs that have ended."""
        return replace(self, runs=self.running(now))

    def running(self, now: datetime) -> tuple[Run, ...]:
        """The runs that have not ended."""
        return tuple(run for run in self.runs if now < run.end)

    def nudging(self, kind: NudgeKind, now: datetime) -> Nudge | None:
        """The nudge of a kind that has not ended; a clock that was set back ends none."""
        nudge = self.nudges.get(kind)
        return nudge if nudge and now < nudge.end else None

    def nudged(self, nudge: Nudge) -> Asked:
        """With a nudge, in place of the one of its kind."""
        return replace(self, nudges={**self.nudges, nudge.kind: nudge})

    def without_nudges(self, *kinds: NudgeKind) -> Asked:
        """Without the nudges of some kinds."""
        kept = {kind: nudge for kind, nudge in self.nudges.items() if kind not in kinds}
        return replace(self, nudges=kept)

    def auditioned(self, now: datetime) -> Audition | None:
        """The audition that has not ended."""
        return self.audition if self.audition and now < self.audition.end else None

    def auditioning(self, audition: Audition | None) -> Asked:
        """With an audition, in place of the one before; or with none."""
        return replace(self, audition=audition)

    def recipes(self) -> dict[str, Scene]:
        """What is wished for and is in no library."""
        return {AUDITION: self.audition.recipe} if self.audition else {}

    def wishes(self, zone: str) -> list[Wish]:
        """All of it as wishes for the zone."""
        return [
            *override_wishes(self.overrides.values(), zone),
            *audition_wishes((self.audition,) if self.audition else (), zone),
            *run_wishes(self.runs, zone),
        ]

    def adjust(self, slots: Sequence[Slot], until: datetime, time_zone: str) -> tuple[Slot, ...]:
        """Slots until ``until`` with what people nudged upon them."""
        if not self.nudges:
            return tuple(slots)
        return adjusted_slots(slots, tuple(self.nudges.values()), until, ZoneInfo(time_zone))
