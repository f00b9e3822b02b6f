"""``stemning edge clock``: who vouches for this machine's time, and a person's word for it."""

from __future__ import annotations

import sys
from pathlib import Path

from edge.clock import Clock
from edge.clock_evidence import Evidence
from edge.clock_memory import LONG_AGO, ClockMemory
from edge.clock_trust import BUDGET, TrustedClock
from edge.tables import Trust

_STATES = {
    "synced": "synced: a time server keeps it",
    "holdover": "holdover: a time server, a battery or a person vouched for it, and it ran on",
    "unsynced": "unsynced: nobody vouches for it, so no scent and no as-run record",
}


def show_clock(data: Path, clock: Clock, evidence: Evidence, trust: Trust, *, confirm: bool) -> int:
    """Print how things stand, after taking a person's word for the clock if they ``confirm`` it.

    `ClockEarlyError` when that can't be right, `OSError` when the disk takes nothing.
    """
    if trust == "always":
        sys.stdout.write('somebody else keeps the time here ([clock] trust = "always")\n')
        return 0
    memory = ClockMemory(data)
    if confirm:
        now = memory.confirm(evidence, clock)
        span = f"until the power is cut, for {BUDGET.days} days"
        sys.stdout.write(f"believed {span}: {now:%Y-%m-%d %H:%M:%S} UTC\n")
        return 0
    trusted = TrustedClock(clock, evidence, memory)
    battery = evidence.real_time_clock()
    certain = memory.read().later_than
    told = {
        "this clock": f"{clock.now():%Y-%m-%d %H:%M:%S} UTC",
        "trust": _STATES[trusted.state],
        "battery": f"{battery:%Y-%m-%d %H:%M:%S} UTC" if battery else "no clock with one",
        "certainly past": f"{certain:%Y-%m-%d %H:%M} UTC"
        if certain > LONG_AGO
        else "not known yet",
    }
    sys.stdout.writelines(f"{name:15} {value}\n" for name, value in told.items())
    if trusted.state == "unsynced":
        sys.stdout.write("if this clock is right: stemning edge clock --trust\n")
    return 0
