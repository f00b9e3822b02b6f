"""Visits from what presence sensors saw: rule version 2, a pure function of the events.

A visit begins when a sensor begins to see somebody and ends when it ceases to, for good: a gap
of at most ``GRACE_S`` belongs to it (a sensor blinks). What is shorter than ``SHORTEST_S`` is no
visit. A visit that passes ``LONGEST_S`` is cut there: nobody stays so long, so the sensor or its
message was stuck. Quality says whether the length can be trusted:

``good``         began and ended before the sensor's eyes
``interrupted``  the agent stopped in between; it ends at the last sign of that run
``capped``       cut at ``LONGEST_S``
``trouble``      the sensor reported trouble in between, or a change at an impossible time

Rule version 1 ended a visit whenever an event of another boot came, also of an older one, and
took every time for true.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from msgspec import Struct

RULE_VERSION = 2
GRACE_S = 5.0
SHORTEST_S = 1.0
LONGEST_S = 4 * 3600.0
_GRACE = timedelta(seconds=GRACE_S)
_LONGEST = timedelta(seconds=LONGEST_S)
_ENDED_KEPT = 2
"""So many boots of an edge that have ended with somebody in view wait for their late events."""


class Sighting(Struct, frozen=True, kw_only=True):
    """What matters of any event for visits.

    ``present``, ``sensor_type`` and ``trouble`` are None unless said.
    """

    edge: str
    boot: str
    at: datetime
    zone: str = ""
    device: str = ""
    present: bool | None = None
    sensor_type: str | None = None
    trouble: bool | None = None


class Visit(Struct, frozen=True, kw_only=True):
    """One stay. One with the same edge, device and ``enter`` replaces it: it was longer."""

    edge: str
    zone: str
    device: str
    enter: datetime
    dwell_s: float
    quality: str
    sensor_type: str | None = None


class Stay(Struct, kw_only=True):
    """A visit that is not over, or was over so shortly ago that it may go on.

    ``left`` is when the sensor last ceased to see somebody, None while it sees one; ``told``
    that the visit, so far, was given out.
    """

    zone: str
    enter: datetime
    sensor_type: str | None = None
    left: datetime | None = None
    trouble: bool = False
    capped: bool = False
    told: bool = False


class EdgeStays(Struct, kw_only=True):
    """What the sensors of an edge see in one of its boots.

    ``last_at`` is the last sign of this boot's life; ``told_at`` the one up to which its open
    stays were given out as interrupted.
    """

    boot: str
    last_at: datetime
    stays: dict[str, Stay] = {}
    told_at: datetime | None = None


class Sessions(Struct, kw_only=True):
    """Everything that is open, by edge. Plain data: it can be kept and read back.

    The boot that lived last is an edge's running one; its others have ended. Events of one that
    has ended may still come: an edge without a link keeps them over a restart, and the hub may
    take a newer boot's first. They go on where their own boot was, harm no other, and replace
    what was given out of it too early.
    """

    boots: dict[str, list[EdgeStays]] = {}

    def feed(self, event: Sighting) -> Iterator[Visit]:
        """Take the next event, in the order of the table; gives the visits that it ends."""
        boots = self.boots.setdefault(event.edge, [])
        edge = _of_boot(boots, event.boot)
        if edge is None:
            edge = EdgeStays(boot=event.boot, last_at=event.at)
            boots.append(edge)
        edge.last_at = max(edge.last_at, event.at)
        yield from _over(event.edge, edge, event.at)
        if event.present is not None:
            _see(edge, event)
        elif event.trouble and event.device in edge.stays:
            edge.stays[event.device].trouble = True
        if len(boots) > 1:
            yield from _end_others(event.edge, boots, edge)

    def doubt(self, edge: str, boot: str, device: str) -> None:
        """A change of ``device`` has no usable time: the stay it belongs to can't be trusted."""
        found = _of_boot(self.boots.get(edge, []), boot)
        if found is not None and device in found.stays:
            found.stays[device].trouble = True

    def settle(self, now: datetime) -> Iterator[Visit]:
        """Give out what seems over by the clock, although no later event has proved it yet.

        Should the visit go on all the same, its longer self replaces it: what the table says in
        the end follows from the events alone.
        """
        for name, boots in self.boots.items():
            running = max(boots, key=_last_at)
            for edge in boots:
                if edge is not running:
                    yield from _interrupted(name, edge)
                for device, stay in edge.stays.items():
                    if stay.left is not None and not stay.told and stay.left + _GRACE < now:
                        stay.told = True
                        yield from _visit(name, device, stay, stay.left)


def _of_boot(boots: list[EdgeStays], boot: str) -> EdgeStays | None:
    return next((edge for edge in boots if edge.boot == boot), None)


def _last_at(edge: EdgeStays) -> datetime:
    return edge.last_at


def _end_others(name: str, boots: list[EdgeStays], fed: EdgeStays) -> Iterator[Visit]:
    """Only the boot that lived last goes on; of the others the last few with open stays wait."""
    *ended, _running = sorted(boots, key=lambda edge: (edge.last_at, edge is fed))
    waiting = [edge for edge in ended if edge.stays][-_ENDED_KEPT:]
    for edge in ended:
        # More of the one that was fed may come at once: `settle` tells what it leaves open.
        if edge is not fed or edge not in waiting:
            yield from _interrupted(name, edge)
        if edge not in waiting:
            boots.remove(edge)


def _see(edge: EdgeStays, event: Sighting) -> None:
    stay = edge.stays.get(event.device)
    if event.present:
        if stay is None:
            edge.stays[event.device] = Stay(
                zone=event.zone, enter=event.at, sensor_type=event.sensor_type
            )
        elif stay.left is not None:
            stay.left, stay.told = None, False
    elif stay is not None and stay.capped:
        del edge.stays[event.device]
    elif stay is not None and stay.left is None:
        stay.left = event.at


def _over(name: str, edge: EdgeStays, at: datetime) -> Iterator[Visit]:
    """The visits that nothing at ``at`` or later can lengthen."""
    for device, stay in list(edge.stays.items()):
        if stay.left is not None and stay.left + _GRACE < at:
            del edge.stays[device]
            if not stay.told:
                yield from _visit(name, device, stay, stay.left)
        elif stay.left is None and not stay.capped and stay.enter + _LONGEST < at:
            # It stays open, so that its own end is not taken for another visit's.
            stay.capped = True
            yield from _visit(name, device, stay, stay.enter + _LONGEST, "capped")


def _interrupted(name: str, edge: EdgeStays) -> Iterator[Visit]:
    """What an ended boot leaves open, once for each last sign of its life."""
    if edge.told_at == edge.last_at:
        return
    edge.told_at = edge.last_at
    for device, stay in edge.stays.items():
        if stay.left is None and not stay.capped:
            yield from _visit(name, device, stay, edge.last_at, "interrupted")
        elif stay.left is not None and not stay.told:
            stay.told = True
            yield from _visit(name, device, stay, stay.left)


def _visit(
    name: str, device: str, stay: Stay, end: datetime, quality: str = "good"
) -> Iterator[Visit]:
    dwell_s = (end - stay.enter).total_seconds()
    if dwell_s >= SHORTEST_S:
        yield Visit(
            edge=name,
            zone=stay.zone,
            device=device,
            enter=stay.enter,
            dwell_s=dwell_s,
            quality="trouble" if stay.trouble else quality,
            sensor_type=stay.sensor_type,
        )
