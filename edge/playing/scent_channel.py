"""One diffuser: bursts as a function of time."""

from __future__ import annotations

from datetime import datetime, timedelta

from devices.capabilities import Diffuser
from edge.clock import Moment, earliest
from edge.playing.agreement import Agreement, Observation, observe
from edge.playing.health import Health
from scenes.dosing import LONGEST_BURST_S, PERIOD_S, Burst, burst_at, next_edge
from scenes.messages import Reading
from scenes.scene import ScentCue

PAUSE_S = PERIOD_S - LONGEST_BURST_S
SHORTEST_BURST_S = 0.2
"""A rest of a burst that is shorter than this only clicks the relay."""

_STUCK_AFTER = timedelta(seconds=1)


class ScentChannel:
    """Gives bursts of the diffuser's own fragrance; a scene that asks for another gets none.

    The pattern stands on the steady time line from the moment the cue began, and stays there
    while the cue does: a plan that is compiled anew neither adds nor moves a burst.
    """

    def __init__(self, name: str, diffuser: Diffuser, fragrance: str, health: Health) -> None:
        self.name = name
        self.fragrance = fragrance
        self.health = health
        self._diffuser = diffuser
        self.intensity = 0.0
        self._anchor: datetime | None = None
        self._burst: Burst | None = None
        self._ends_at: datetime | None = None
        self._rest_until: datetime | None = None

    def aim(self, cue: ScentCue | None, slot_start: datetime, moment: Moment) -> None:
        """Follow ``cue``, whose slot began at ``slot_start``."""
        intensity = cue.intensity if cue is not None and cue.fragrance == self.fragrance else 0.0
        if intensity == self.intensity and self._anchor is not None:
            return
        self.intensity = intensity
        self._anchor = moment.steadily(slot_start)

    def step(self, moment: Moment) -> datetime | None:
        """Begin or end the burst that is due; when the next step is due."""
        if self._anchor is None:
            return None
        burst = burst_at(self.intensity, self._anchor, moment.steady)
        if burst is None:
            self._stop(moment)
        elif burst != self._burst:
            self._begin(burst, moment)
        edge = next_edge(self.intensity, self._anchor, moment.steady)
        rest_until = self._rest_until if burst is not None and self.rest_s(moment) > 0 else None
        return earliest(edge, rest_until, self.health.retry_at)

    def run(self, duration_s: float, moment: Moment) -> bool:
        """One burst on request, with the same pause around it; whether it was given."""
        if self.rest_s(moment) > 0:
            return False
        return self._tell(moment.later(duration_s), moment)

    def rest_s(self, moment: Moment) -> float:
        """Seconds until a burst may begin again."""
        rest = self._rest_until - moment.steady if self._rest_until else timedelta()
        return max(rest.total_seconds(), 0.0)

    def observe(self, moment: Moment) -> Observation:
        """What the diffuser does; one that runs when it may not is wrong."""

        def judge(reading: Reading) -> Agreement:
            allowed = self._ends_at is not None and moment.steady < self._ends_at + _STUCK_AFTER
            return Agreement.NO if reading.on and not allowed else Agreement.YES

        return observe(self.name, self._diffuser.reading, self.health, judge)

    def _begin(self, burst: Burst, moment: Moment) -> None:
        left_s = (burst.end - moment.steady).total_seconds()
        if left_s < SHORTEST_BURST_S or self.rest_s(moment) > 0:
            return
        if self._tell(burst.end, moment):
            self._burst = burst

    def _stop(self, moment: Moment) -> None:
        """End a burst that the scene no longer asks for; one that ends by itself is left."""
        if self._burst is None:
            return
        if moment.steady < self._burst.end:
            if not self.health.attempt(self._diffuser.stop, moment):
                return  # it ends by itself, but a try that works ends it sooner
            self._ends_at = moment.steady
            self._rest_until = moment.later(PAUSE_S)
        self._burst = None

    def _tell(self, end: datetime, moment: Moment) -> bool:
        duration_s = min((end - moment.steady).total_seconds(), LONGEST_BURST_S)
        if not self.health.attempt(lambda: self._diffuser.burst(duration_s), moment):
            return False
        self._ends_at = end
        self._rest_until = end + timedelta(seconds=PAUSE_S)
        return True
