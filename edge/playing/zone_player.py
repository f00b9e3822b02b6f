"""One zone: its plan, the slot that is due, and the channels that follow it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from edge.clock import Moment, earliest
from edge.playing.agreement import Agreement, Observation
from edge.playing.due import Due, Timetable
from edge.playing.light_channel import LightChannel
from edge.playing.lighting import Lighting
from edge.playing.music_channel import MusicChannel
from edge.playing.scent_channel import ScentChannel
from edge.tables import Zone
from scenes.messages import ZoneState
from scenes.plan import Plan

logger = logging.getLogger(__name__)

NO_PLAN = "no plan yet: the outputs hold their boot levels"
EARLY_BY = timedelta(minutes=1)
"""A clock this far before the plan was made, or begins, is wrong, not merely a little behind."""


@dataclass(frozen=True, slots=True)
class Check:
    """All outputs of a zone, read at one moment."""

    observations: tuple[Observation, ...]
    gap: str | None

    @property
    def confirmed(self) -> bool:
        """Every output does what the scene asks."""
        return self.gap is None and all(
            seen.agreement is Agreement.YES for seen in self.observations
        )

    @property
    def failed(self) -> bool:
        """At least one output does not, and has had the time to."""
        return self.gap is not None or any(
            seen.agreement is Agreement.NO for seen in self.observations
        )

    @property
    def truth(self) -> object:
        """What makes this another delivery than the one before: it failed, or for a new reason."""
        return self.failed, self.gap

    @property
    def problems(self) -> list[str]:
        """One sentence for each thing that is wrong."""
        found = [
            f"{seen.device}: {seen.reading.problem or 'does not do what the scene asks'}"
            for seen in self.observations
            if seen.agreement is Agreement.NO
        ]
        return found if self.gap is None else [self.gap, *found]


class ZonePlayer:
    """Evaluates its plan at every step and drives its channels towards it.

    ``safety`` is why the zone is kept safe instead of playing its plan, or None.
    ``clock_problem`` answers why the clock can't be trusted, or None; ``stored_problem`` is what
    was wrong with the plans on the disk at the start. ``unconfirmed`` is a plan that came last and
    is refused, because whoever made it didn't know the one that is here.
    """

    def __init__(
        self,
        zone: str,
        lights: Sequence[LightChannel] = (),
        music: Sequence[MusicChannel] = (),
        scent: Sequence[ScentChannel] = (),
        limits: Zone | None = None,
    ) -> None:
        self.zone = zone
        self.lights = tuple(lights)
        self.lighting = Lighting(self.lights, limits or Zone())
        self.music = tuple(music)
        self.scent = tuple(scent)
        self.due: Due | None = None
        self.refused: str | None = None
        self.unconfirmed: Plan | None = None
        self.safety: str | None = None
        self.clock_problem: Callable[[], str | None] = _no_problem
        self.stored_problem: str | None = None
        self._entered: Due | None = None
        self._timetable: Timetable | None = None
        self._begun = False

    @property
    def plan(self) -> Plan | None:
        """The plan in force."""
        return None if self._timetable is None else self._timetable.plan

    def adopt(self, plan: Plan) -> bool:
        """Take ``plan`` unless it is as old as what is here, or older, or its maker forgot that."""
        self.refused = self.unconfirmed = None
        here = self.plan
        if here is not None and plan.order <= here.order:
            return False
        if here is not None and _forgot(plan, here):
            self.refused, self.unconfirmed = _refusal(plan), plan
            logger.warning("%s: %s", self.zone, self.refused)
            return False
        self._timetable, self.stored_problem = Timetable(plan), None
        return True

    def make_safe(self, reason: str | None, moment: Moment) -> None:
        """An alarm, with its reason in words, or its end.

        At once: all lights full, white and steady, the music silent, no scent. At the end: back
        to what is due, gently.
        """
        if reason == self.safety:
            return
        before, self.safety = self.safety, reason
        if reason is None:
            logger.warning("%s: goes back to its plan", self.zone)
            self.lighting.calm(moment)
            self._entered = None
        elif before is None:
            self.lighting.alarm(moment)
            # From here on it plays on from where it is, as after any other scene.
            self._begun = True
            logger.warning("%s: full light, no music and no scent: %s", self.zone, reason)
        if (reason is None) != (before is None):
            for music in self.music:
                music.mute(reason is not None, moment)

    def regain(self, moment: Moment) -> None:
        """Somebody else has driven the outputs: go gently from where they are to what is due."""
        for music in self.music:
            music.hold_to(None)
        if self.safety is None:
            self.lighting.calm(moment)
            self._entered = None

    def step(self, moment: Moment) -> datetime | None:
        """Bring every output to what is due; when the next step is due (steady time)."""
        before = self.due
        due = self.due = self._timetable.due(moment.utc) if self._timetable is not None else None
        if due is not None and self.safety is None and not due.same(self._entered):
            self._enter(due, moment)
        self._aim_scent(due, moment)
        self._begun = True
        dues = [self.lighting.step(moment)]
        dues += [scent.step(moment) for scent in self.scent]
        # After the lights: a line to a slow terminal is worth no late light.
        self._tell_change(before)
        if due is not None and moment.utc < due.until:
            dues.append(moment.steadily(due.until))
        return earliest(*dues)

    def fading(self, moment: Moment) -> bool:
        """Whether light or volume is on its way."""
        return self.lighting.fading(moment) or any(music.fading(moment) for music in self.music)

    def check(self, moment: Moment) -> Check:
        """Read every output. Costs a call to each driver: not for every step."""
        observations = [output.observe(moment) for output in self.lighting.outputs]
        observations += [music.observe(moment) for music in self.music]
        observations += [scent.observe(moment) for scent in self.scent]
        return Check(tuple(observations), self.safety or self._scent_gap())

    def clock_wrong(self, moment: Moment) -> bool:
        """Whether nothing may be claimed by this clock: nobody vouches for it, or it is early."""
        if self.clock_problem() is not None:
            return True
        return self.plan is not None and moment.utc < self.plan.compiled_at - EARLY_BY

    def problem(self, moment: Moment) -> str | None:
        """What is wrong with the plan itself, or with the time to play it by."""
        found = [self.clock_problem(), self.stored_problem]
        if self.plan is None:
            found.append(self.refused or NO_PLAN)
        elif self.refused is not None:
            found.append(self.refused)
        elif found[0] is None:
            found.append(_misfit(self.plan, moment))
        return "; ".join(filter(None, found)) or None

    def state(self, check: Check, moment: Moment) -> ZoneState:
        """What the zone plays, and by which plan."""
        problems = [*filter(None, [self.problem(moment)]), *check.problems]
        problem = "; ".join(problems)[:500] or None
        due, refused = self.due, self.unconfirmed
        if due is None:
            return ZoneState(scene=None, confirmed=False, problem=problem)
        # A nudge cuts a slot, but its scene goes on.
        since, until = due.claim
        return ZoneState(
            scene=due.slot.scene,
            confirmed=check.confirmed and not self.clock_wrong(moment),
            fading=self.fading(moment),
            scene_revision=due.scene.revision,
            since=since,
            until=until,
            layer=due.slot.layer,
            reason=due.slot.reason,
            epoch=due.plan.epoch,
            revision=due.plan.revision,
            refuses=None if refused is None else refused.order,
            adjust=due.slot.adjust,
            problem=problem,
        )

    def _enter(self, due: Due, moment: Moment) -> None:
        scene, start = due.scene, due.slot.start
        self._entered = due
        for music in self.music:
            music.keep_within(scene.max_volume)
        if self._begun:
            for light in self.lights:
                light.aim(scene.light_cue(light.group), start, moment)
            for music in self.music:
                music.aim(scene.music, start, moment)
        else:
            self._join(due, moment)

    def _aim_scent(self, due: Due | None, moment: Moment) -> None:
        if due is None:
            return
        # A wrong clock may give the wrong scene for hours: light can stand that, noses can't.
        off = self.safety is not None or self.clock_wrong(moment)
        for scent in self.scent:
            scent.aim(None if off else due.scene.scent, due.claim[0], moment)

    def _tell_change(self, before: Due | None) -> None:
        due = self.due
        if due is None or due is before:
            return
        slot = due.slot
        if before is None or (before.slot.scene, before.slot.start) != (slot.scene, slot.start):
            why = "; ".join(filter(None, (slot.reason, slot.adjust_reason)))
            logger.info("%s: %s (%s)", self.zone, slot.scene, why)

    def _join(self, due: Due, moment: Moment) -> None:
        """The agent starts in the middle of a slot: it takes the middle."""
        scene, before, start = due.scene, due.before, due.slot.start
        for light in self.lights:
            cue = scene.light_cue(light.group)
            earlier = before.light_cue(light.group) if before is not None else None
            light.join(cue, earlier, start, moment)
        for music in self.music:
            music.join(scene.music, before.music if before is not None else None, start, moment)

    def _scent_gap(self) -> str | None:
        cue = self.due.scene.scent if self.due is not None else None
        if cue is None or not self.scent or cue.intensity <= 0:
            return None
        held = sorted({scent.fragrance for scent in self.scent})
        if cue.fragrance in held:
            return None
        return f"the scene asks for {cue.fragrance}, the diffuser holds {', '.join(held)}"


def _forgot(plan: Plan, here: Plan) -> bool:
    """Whether the maker of a newer ``plan`` had never heard of the one that is ``here``.

    Within a term of office it made both itself; a hub of before this rule doesn't say.
    """
    return plan.follows is not None and plan.epoch != here.epoch and plan.follows < here.order


def _refusal(plan: Plan) -> str:
    return (
        f"refuses the hub's plan of {plan.compiled_at:%Y-%m-%d %H:%M} UTC: the hub's database is "
        "older than the plan here; confirm it on the hub"
    )


def _misfit(plan: Plan, moment: Moment) -> str | None:
    """How a plan and a trusted clock do not fit together."""
    if moment.utc >= plan.until:
        return f"the plan ended on {plan.until:%Y-%m-%d %H:%M} UTC: the same weekday repeats"
    if moment.utc < plan.compiled_at - EARLY_BY:
        return (
            f"the plan was made at {plan.compiled_at:%Y-%m-%d %H:%M} UTC, but this clock "
            f"says {moment.utc:%Y-%m-%d %H:%M}: no scent and no as-run record until it is right"
        )
    if moment.utc < plan.slots[0].start - EARLY_BY:
        return (
            f"the plan begins at {plan.slots[0].start:%Y-%m-%d %H:%M} UTC, "
            f"but this clock says {moment.utc:%Y-%m-%d %H:%M}"
        )
    return None


def _no_problem() -> str | None:
    return None
