"""Which slot a zone is given now, by its plan or, past the plan's end, by its repetition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from scenes.plan import Plan, Slot
from scenes.repetition import Repetition
from scenes.scene import Scene


@dataclass(frozen=True, slots=True, eq=False)
class Due:
    """The slot that a zone is given, as the plan of (epoch, revision) has it.

    ``scene`` is what is given: the recipe, as people adjusted it. ``repeated``: that plan has
    ended, and this is the same weekday of an earlier week.
    """

    plan: Plan
    index: int
    scene: Scene
    repeated: bool = False

    @classmethod
    def of(cls, plan: Plan, index: int, *, repeated: bool = False) -> Due:
        """The slot at ``index`` of a plan."""
        return cls(plan, index, plan.recipe(index), repeated)

    def same(self, other: Due | None) -> bool:
        """Whether it is the same slot of the same plan; cheap, unlike comparing plans."""
        return other is not None and self.plan is other.plan and self.index == other.index

    @property
    def slot(self) -> Slot:
        """Why and since when."""
        return self.plan.slots[self.index]

    @property
    def claim(self) -> tuple[datetime, datetime]:
        """From when to when the wish behind the slot holds, over what people nudge meanwhile."""
        return self.plan.claim_of(self.index)

    @property
    def until(self) -> datetime:
        """When the slot ends."""
        return self.plan.end_of(self.index)

    @property
    def before(self) -> Scene | None:
        """The scene of the slot before, where the plan knows it."""
        return self.plan.recipe(self.index - 1) if self.index else None


class Timetable:
    """A plan, asked for any instant."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._repetition: Repetition | None = None
        self._last: Due | None = None

    def due(self, instant: datetime) -> Due:
        """The slot at ``instant``; before the first slot the first.

        A shop with a wrong clock or an old plan is better lit by the likeliest scene than dark.
        """
        plan = self.plan
        if instant < plan.slots[0].start:
            return self._found(plan, 0)
        if instant < plan.until:
            return self._found(plan, plan.index_at(instant))
        # Made when it is needed: a person's choice waits for no sum over the coming weeks.
        if self._repetition is None:
            self._repetition = Repetition(plan)
        repeated = self._repetition.plan_at(instant)
        return self._found(repeated, repeated.index_at(instant), repeated=True)

    def _found(self, plan: Plan, index: int, *, repeated: bool = False) -> Due:
        """It is asked for at every step, and changes seldom."""
        last = self._last
        if last is None or last.plan is not plan or last.index != index:
            last = self._last = Due.of(plan, index, repeated=repeated)
        return last
