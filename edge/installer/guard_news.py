"""What the guard says above all devices: an alarm, a calm zone, or that nobody is there."""

from __future__ import annotations

from edge.guard_link import CALM, why_silent
from edge.installer.bench import Bench


def guard_problems(bench: Bench) -> list[str]:
    """What keeps this edge from being well: a sentence each, the alarm first."""
    if not bench.guarding.needed:
        return []
    link = bench.guarding.link
    status, found = link.status, []
    # An alarm that was on when the guard died counts as on.
    if status is not None and status.alarm is not None:
        found.append(f"ALARM: {status.alarm}")
    if status is None or not link.connected:
        found.append(f"GUARD: {why_silent(bench.guard_socket)}")
    elif status.problem is not None:
        found.append(f"GUARD: {status.problem}")
    return found


def calm_zones(bench: Bench) -> list[str]:
    """Zones that somebody calmed, a sentence each: nothing is wrong, but little is as planned."""
    status = bench.guarding.link.status
    return [f"calm in {zone}: {CALM}" for zone in status.calm] if status is not None else []
