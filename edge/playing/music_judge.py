"""Whether a music player does what its order asks. Pure: time is passed in."""

from __future__ import annotations

from edge.clock import Moment
from edge.playing.agreement import Agreement
from edge.playing.music_order import MusicOrder
from edge.playing.music_teller import Said
from scenes.messages import Reading

SETTLE_S = 3.0
VOLUME_TOLERANCE = 3.0
"""Per cent of the cap; a cap of 40 % leaves steps of 2.5 % on a mixer that counts to 100."""


def judge(
    order: MusicOrder, said: Said, volume_then: float | None, reading: Reading, moment: Moment
) -> Agreement:
    """Hold ``reading`` against ``order``; ``volume_then`` was told before it was taken, in %."""
    goal = order.goal
    if goal is None or order.announcement is not None:
        return Agreement.SETTLING
    if order.muted:
        right = not reading.playing
    elif goal.source is None:
        right = not reading.playing or not goal.done(moment.steady)
    else:
        right = bool(reading.playing) and (reading.source == goal.source or said.waiting(goal))
        if volume_then is not None and reading.volume is not None:
            right = right and abs(reading.volume - volume_then) <= VOLUME_TOLERANCE
    if right:
        return Agreement.YES
    settled = (moment.steady - goal.settled_at).total_seconds() > SETTLE_S
    return Agreement.NO if settled else Agreement.SETTLING
