"""One diffuser: bursts as a function of time, each with the guard's leave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from edge.clock import Moment, earliest
from edge.grant import Grant, GrantedDiffuser, NotNowError
from edge.playing.agreement import Agreement, Observation, observe
from edge.playing.health import Health
from scenes.dosing import LONGEST_BURST_S, PERIOD_S, Burst, burst_at, next_edge
from scenes.messages import Reading
from scenes.scene import ScentCue

PAUSE_S = PERIOD_S - LONGEST_BURST_S
SHORTEST_BURST_S = 0.2
"""A rest of a burst that is shorter than this only clicks the relay."""

RENEW_S = 0.1
SHORTEST_WAIT_S = 1.0

_STUCK_AFTER = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class _Given:
    """A burst that was asked for; ``burst`` is that of the pattern, or None for a request."""

    end: datetime
    burst: Burst | None


class ScentChannel:
    """Gives bursts of the diffuser's own fragrance; a scene that asks for another gets none.

    The pattern stands on the steady time line from the moment the cue began, and stays there
    while the cue does: a plan that is compiled anew neither adds nor moves a burst.
    """

    def __init__(
        self, name: str, diffuser: GrantedDiffuser, fragrance: str, health: Health
    ) -> None:
        self.name = name
        self.fragrance = fragrance
        self.health = health
        self._diffuser = diffuser
        self.intensity = 0.0
        self._anchor: datetime | None = None
        self._given: _Given | None = None
        self._awaited = False
        self._past: Burst | None = None
        self._stopping = False
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
        """Begin, renew or end the burst that is due; when the next step is due.

        It comes from the control loop, so that a hung one loses the guard's lease.
        """
        self._tend(moment)
        burst = edge = None
        if self._anchor is not None:
            burst = burst_at(self.intensity, self._anchor, moment.steady)
            edge = next_edge(self.intensity, self._anchor, moment.steady)
        unwanted = self._given is not None and self._given.burst not in {None, burst}
        if unwanted or self._stopping:
            self._stop(moment)
        if burst is not None and burst != self._past and self._given is None:
            self._begin(burst, moment)
        renew_at = moment.later(RENEW_S) if self._given is not None or self._awaited else None
        return earliest(edge, renew_at, self._try_again_at(burst, moment))

    def run(self, duration_s: float, moment: Moment) -> bool:
        """Ask for one burst on request, with the same pause around it; whether it was asked for."""
        if self.rest_s(moment) > 0 or self._given is not None:
            return False
        return self._ask(_Given(moment.later(duration_s), None), moment)

    def why_not(self) -> str | None:
        """Why no burst would be given now, but for the pause."""
        return self.health.problem or self._diffuser.why_not()

    def refill(self) -> None:
        """Somebody put a new cartridge in."""
        self._diffuser.refill()

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
        if self._ask(_Given(burst.end, burst), moment):
            self._past = burst

    def _ask(self, given: _Given, moment: Moment) -> bool:
        duration_s = min((given.end - moment.steady).total_seconds(), LONGEST_BURST_S)
        if self.health.waiting(moment):
            return False
        try:
            self._diffuser.burst(duration_s)
        except Exception as error:  # noqa: BLE001 - whatever a driver throws, the rest goes on
            self.health.failed(error, moment)
            return False
        self._given, self._ends_at, self._awaited = given, given.end, False
        self._rest_until = given.end + timedelta(seconds=PAUSE_S)
        return True

    def _try_again_at(self, burst: Burst | None, moment: Moment) -> datetime | None:
        """When what is due and isn't given may be; a moment that is past would be due for ever."""
        if burst is None and not self._stopping:
            return None
        later = (self._rest_until, self.health.retry_at)
        return earliest(*(it for it in later if it is not None and it > moment.steady))

    def _tend(self, moment: Moment) -> None:
        """Hear what became of what was asked for."""
        if self._given is None and not self._awaited:
            return
        try:
            grant = self._diffuser.tend()
        except NotNowError as refusal:
            self._give_up(max(refusal.wait_s, SHORTEST_WAIT_S), moment)
        except Exception as error:  # noqa: BLE001 - whatever a driver throws, the rest goes on
            self.health.failed(error, moment)
            self._give_up(0.0, moment)
        else:
            # Only a burst shows that what failed before is mended.
            if grant is not Grant.ASKED and self.health.retry_at is not None:
                self.health.recovered()
            if grant is Grant.OVER:
                self._given, self._awaited = None, False
            elif self._given is not None and moment.steady >= self._given.end:
                # It may fail yet: a short burst is over before a slow device has answered.
                self._given, self._awaited = None, True

    def _give_up(self, wait_s: float, moment: Moment) -> None:
        """Not given, or not to its end: what is left of it may be given after a while."""
        if self._awaited and self._given is None:
            self._awaited = False
            return
        self._given = self._past = None
        self._ends_at = moment.steady
        self._rest_until = moment.later(wait_s)

    def _stop(self, moment: Moment) -> None:
        """End a burst that the scene no longer asks for; without renewal the guard ends it too."""
        if not self._stopping:
            self._stopping, self._given, self._awaited = True, None, False
            self._ends_at = moment.steady
            self._rest_until = moment.later(PAUSE_S)
        self._stopping = not self.health.attempt(self._diffuser.stop, moment)
