"""The control loop: new plans in, every zone stepped, and what was done told on."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime

from edge.clock import Clock, Moment, earliest
from edge.loop import Loop
from edge.playing.zone_player import ZonePlayer
from scenes.codec import decode
from scenes.errors import InvalidMessageError
from scenes.messages import PlanMessage
from scenes.plan import Plan

logger = logging.getLogger(__name__)

Step = Callable[[Moment], datetime | None]


class Player:
    """Owns the zones: nothing else touches them but from its thread.

    ``accepted(plan, payload)`` is called after the devices were told; ``followers`` are stepped
    after the zones (requests, as-run log, state report). ``safety(zone)`` is asked at each step
    why a zone has to be kept safe; None lets it play its plan.
    """

    def __init__(
        self,
        store: str,
        zones: Sequence[ZonePlayer],
        accepted: Callable[[Plan, bytes], None],
        clock: Clock,
    ) -> None:
        self.followers: list[Step] = []
        self.safety: Callable[[str], str | None] = _never
        self.loop = Loop("player", self.step, clock)
        self._store = store
        self._zones = {zone.zone: zone for zone in zones}
        self._accepted = accepted
        self._inbox: deque[tuple[str, bytes]] = deque()
        self._latest: dict[str, bytes] = {}

    def offer(self, zone: str, payload: bytes) -> None:
        """A plan message came for ``zone``. From any thread; returns at once."""
        self._inbox.append((zone, payload))
        self.loop.wake()

    def step(self, moment: Moment) -> datetime | None:
        """Take what came, drive every zone, then let the followers look."""
        accepted = self._take_plans()
        # All zones before any of them is stepped: an alarm waits for no fade.
        for zone in self._zones.values():
            zone.make_safe(self.safety(zone.zone), moment)
        dues = [zone.step(moment) for zone in self._zones.values()]
        # The lights come first: whatever writes or sends waits until they are told.
        for plan, payload in accepted:
            self._accepted(plan, payload)
        dues += [follow(moment) for follow in self.followers]
        return earliest(*dues)

    def _take_plans(self) -> list[tuple[Plan, bytes]]:
        accepted = []
        while self._inbox:
            zone_name, payload = self._inbox.popleft()
            zone = self._zones.get(zone_name)
            # A reconnect brings the retained plan once more: no need to read it again.
            if zone is None or self._latest.get(zone_name) == payload:
                continue
            try:
                plan = self._read(zone_name, payload)
            except InvalidMessageError as error:
                logger.warning("a plan for %s is refused (%s): %s", zone_name, error.code, error)
                zone.refused = f"a new plan was refused: {error}"
                continue
            self._latest[zone_name] = payload
            if zone.adopt(plan):
                accepted.append((plan, payload))
        return accepted

    def _read(self, zone: str, payload: bytes) -> Plan:
        plan = decode(PlanMessage, payload).plan
        if (plan.store, plan.zone) != (self._store, zone):
            raise InvalidMessageError(f"it is the plan of {plan.store}/{plan.zone}")
        return plan


def _never(_zone: str) -> str | None:
    return None
