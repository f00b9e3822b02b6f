"""Verified exposure of a zone: which scene it was really given when, as its edges confirm."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

NOTHING = -1


@dataclass(frozen=True)
class AsRunLog:
    """The as-run records of one zone, one element each; times in microseconds since 1970.

    ``edge`` and ``scene`` are numbers from 0. The first ``fading`` microseconds of a record
    were a fade: an agent begins a new record with each scene, and a fade begins with it.
    """

    edge: Ints
    scene: Ints
    start: Ints
    until: Ints
    confirmed: Flags
    fading: Ints


@dataclass(frozen=True)
class Exposure:
    """Stretches of verified exposure in order of time, none of them overlapping."""

    start: Ints
    until: Ints
    scene: Ints

    def scene_at(self, instants: Ints) -> Ints:
        """The scene that was verified at each instant, or `NOTHING`."""
        if len(self.start) == 0:
            return np.full(len(instants), NOTHING, dtype=np.int64)
        index = np.searchsorted(self.start, instants, side="right") - 1
        inside = (index >= 0) & (instants < self.until[index])
        return np.where(inside, self.scene[index], NOTHING)


def verified_exposure(log: AsRunLog) -> Exposure:
    """Merge the records of a zone's edges.

    An instant counts for a scene when every edge that answers for the zone confirms just this
    scene, and none of them is fading. An edge answers from its first record to its last: if it
    falls silent in between, nothing is verified meanwhile. An edge that contradicts itself
    (records of two scenes, or confirmed and not) confirms nothing.
    """
    log = _without_empty(log)
    if len(log.start) == 0:
        empty = np.empty(0, dtype=np.int64)
        return Exposure(empty, empty, empty)
    steady = np.minimum(log.start + log.fading, log.until)
    moments = np.unique(np.concatenate([log.start, steady, log.until]))
    agreed = np.full(len(moments) - 1, NOTHING, dtype=np.int64)
    answered = np.zeros(len(moments) - 1, dtype=np.bool_)
    for edge in np.unique(log.edge):
        mine = log.edge == edge
        first = np.searchsorted(moments, log.start[mine].min())
        last = np.searchsorted(moments, log.until[mine].max())
        confirmed = _confirmed_by(log, steady, mine, moments)[first:last]
        others, already = agreed[first:last], answered[first:last]
        agreed[first:last] = np.where(already & (others != confirmed), NOTHING, confirmed)
        answered[first:last] = True
    return _stretches(moments, agreed)


def _without_empty(log: AsRunLog) -> AsRunLog:
    some = log.until > log.start
    return AsRunLog(
        log.edge[some],
        log.scene[some],
        log.start[some],
        log.until[some],
        log.confirmed[some],
        log.fading[some],
    )


def _confirmed_by(log: AsRunLog, steady: Ints, mine: Flags, moments: Ints) -> Ints:
    """What one edge confirms between each moment and the next: a scene or `NOTHING`."""
    said = _cover(moments, log.start[mine], log.until[mine])
    result = np.full(len(said), NOTHING, dtype=np.int64)
    for scene in np.unique(log.scene[mine]):
        good = mine & (log.scene == scene) & log.confirmed
        times = _cover(moments, steady[good], log.until[good])
        # All that the edge said about this time is this scene, confirmed and steady.
        result[(times > 0) & (times == said)] = scene
    return result


def _cover(moments: Ints, starts: Ints, untils: Ints) -> Ints:
    """How many of the intervals cover the time from each moment to the next."""
    steps = np.zeros(len(moments), dtype=np.int64)
    np.add.at(steps, np.searchsorted(moments, starts), 1)
    np.add.at(steps, np.searchsorted(moments, untils), -1)
    return np.cumsum(steps)[:-1]


def _stretches(moments: Ints, scenes: Ints) -> Exposure:
    starts_new = np.concatenate([[True], scenes[1:] != scenes[:-1]])
    start = moments[:-1][starts_new]
    scene = scenes[starts_new]
    until = np.concatenate([start[1:], moments[-1:]])
    some = scene != NOTHING
    return Exposure(start[some], until[some], scene[some])
