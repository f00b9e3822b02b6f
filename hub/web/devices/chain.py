"""The way from the hub to a device in three links, each with its own state, age and words.

A link is good only if somebody reported so. Behind one that is broken nothing is known: those
links say since when, and because of what.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from hub.reported import ReportedEdge
from hub.web.agents_said import agents_said
from hub.web.words import moment_words
from scenes.language import _
from scenes.messages import DeviceState

Level = Literal["good", "bad", "unknown"]


@dataclass(frozen=True, slots=True)
class Clocks:
    """Now, and where the store's clocks are."""

    now: datetime
    tz: ZoneInfo

    def words(self, instant: datetime) -> str:
        """When something was."""
        return moment_words(instant, self.now, self.tz)


@dataclass(frozen=True, slots=True)
class Link:
    """One link. ``words`` is a sentence, ``cause`` what a link behind this one says of it.

    ``since`` is when it broke, as far as that is known; ``heard_at`` when it last showed itself.
    """

    level: Level
    words: str
    cause: str = ""
    since: datetime | None = None
    heard_at: datetime | None = field(default=None, compare=False)


def broker_link(connected: bool, silent_s: float, clocks: Clocks) -> Link:
    """From the hub to the broker, from which nothing has come for ``silent_s``."""
    since = clocks.now - timedelta(seconds=silent_s)
    if connected:
        return Link("good", _("The broker answers the hub"), heard_at=since)
    words = _("The broker has not answered since {time}").format(time=clocks.words(since))
    return Link("bad", words, _("the broker does not answer"), since, since)


def agent_link(edge: ReportedEdge, broker: Link, clocks: Clocks) -> Link:
    """From the broker to an agent."""
    heard_at = _heard_at(edge, clocks)
    if broker.level != "good":
        return _behind(broker, broker.since, clocks)
    if edge.hello is not None and not edge.online:
        words = _("{agent} is offline, last heard {time}") if heard_at else _("{agent} is offline")
    elif edge.stale:
        words = (
            _("{agent} has not been heard since {time}")
            if heard_at
            else _("{agent} has never said what it does")
        )
    else:
        return Link("good", _("{agent} answers").format(agent=edge.edge), heard_at=heard_at)
    time = clocks.words(heard_at) if heard_at else ""
    cause = _("{agent} does not answer").format(agent=edge.edge)
    return Link("bad", words.format(agent=edge.edge, time=time), cause, heard_at, heard_at)


def device_link(
    state: DeviceState | None,
    edge: ReportedEdge,
    agent: Link,
    failed_at: datetime | None,
    clocks: Clocks,
) -> Link:
    """From an agent to a device; ``failed_at`` is when it stopped answering, if it did."""
    heard_at = _heard_at(edge, clocks)
    if agent.level != "good":
        return _behind(agent, agent.since, clocks)
    if state is None:
        return Link("unknown", _("{agent} has not said anything of it").format(agent=edge.edge))
    problem = agents_said(state.reading.problem or "")
    if not problem:
        # Many a light and every relay only listens: what is known is what its agent says of it.
        words = _("{agent} reports no trouble with it").format(agent=edge.edge)
        return Link("good", words, heard_at=heard_at)
    if failed_at is None:
        return Link("bad", _("It does not do as it should: {problem}").format(problem=problem))
    words = _("It has not answered since {time}: {problem}")
    time = clocks.words(failed_at)
    return Link("bad", words.format(time=time, problem=problem), "", failed_at, failed_at)


def _behind(broken: Link, since: datetime | None, clocks: Clocks) -> Link:
    """Why nothing is known behind a link that is broken, or that is itself behind one."""
    if since is None:
        words = _("Unknown, because {cause}").format(cause=broken.cause)
    else:
        words = _("Unknown since {time}, because {cause}").format(
            time=clocks.words(since), cause=broken.cause
        )
    return Link("unknown", words, broken.cause, since, since)


def _heard_at(edge: ReportedEdge, clocks: Clocks) -> datetime | None:
    # By the hub's clock: an edge's own may be wrong.
    return None if edge.age_s is None else clocks.now - timedelta(seconds=edge.age_s)
