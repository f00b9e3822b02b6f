"""The topics of the wire contract: built and read in one place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from scenes.errors import InvalidTopicError

PREFIX = "stemning/v1"


class EdgeTopic(StrEnum):
    """What is said under one edge's own branch."""

    HELLO = "hello"
    STATE = "state"
    EVENTS = "events"
    COMMITTED = "committed"
    REQUEST = "request"
    REPLY = "reply"


@dataclass(frozen=True, slots=True)
class EdgeAddress:
    """Who a topic in an edge's branch belongs to."""

    store: str
    edge: str
    topic: EdgeTopic


def echo_topic(client_id: str) -> str:
    """Where a hub hears itself: a broker that hands that on has handed on all it kept before."""
    return f"{PREFIX}/hub-echo/{client_id}"


def plan_topic(store: str, zone: str) -> str:
    """Where the hub keeps a zone's plan, retained; ``+`` is a wildcard."""
    return f"{PREFIX}/{store}/zone/{zone}/plan"


def edge_topic(store: str, edge: str, topic: EdgeTopic | str) -> str:
    """A topic in an edge's own branch; ``+`` is a wildcard for store or edge."""
    return f"{PREFIX}/{store}/edge/{edge}/{EdgeTopic(topic).value}"


def trigger_topic(store: str, integration: str) -> str:
    """Where an integration asks for scenes; ``+`` is a wildcard."""
    return f"{PREFIX}/{store}/trigger/{integration}"


def is_trigger_topic(topic: str) -> bool:
    """Whether a topic is one where an integration asks."""
    parts = topic.split("/")
    return len(parts) == 5 and f"{parts[0]}/{parts[1]}" == PREFIX and parts[3] == "trigger"


def parse_trigger_topic(topic: str) -> tuple[str, str]:
    """(store, integration) of a trigger's topic; `InvalidTopicError` for any other."""
    if not is_trigger_topic(topic):
        raise InvalidTopicError(f"{topic!r} is no topic of a trigger")
    _, _, store, _, integration = topic.split("/")
    return store, integration


def parse_edge_topic(topic: str) -> EdgeAddress:
    """Read a topic in an edge's branch; `InvalidTopicError` for any other."""
    parts = topic.split("/")
    if len(parts) == 6 and f"{parts[0]}/{parts[1]}" == PREFIX and parts[3] == "edge":
        try:
            return EdgeAddress(parts[2], parts[4], EdgeTopic(parts[5]))
        except ValueError:
            pass
    raise InvalidTopicError(f"{topic!r} is no topic of an edge")


def is_plan_topic(topic: str) -> bool:
    """Whether a topic is one where a zone's plan is kept."""
    parts = topic.split("/")
    return (
        len(parts) == 6
        and f"{parts[0]}/{parts[1]}" == PREFIX
        and (parts[3], parts[5]) == ("zone", "plan")
    )


def parse_plan_topic(topic: str) -> tuple[str, str]:
    """(store, zone) of a plan's topic; `InvalidTopicError` for any other."""
    if not is_plan_topic(topic):
        raise InvalidTopicError(f"{topic!r} is no topic of a plan")
    _, _, store, _, zone, _ = topic.split("/")
    return store, zone
