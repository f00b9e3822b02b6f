"""Topics are built and read in one place, and are those that were promised."""

import pytest

from scenes.errors import InvalidTopicError
from scenes.topics import (
    EdgeTopic,
    edge_topic,
    parse_edge_topic,
    parse_plan_topic,
    parse_trigger_topic,
    plan_topic,
    trigger_topic,
)


def test_the_promised_topics() -> None:
    assert plan_topic("nordic", "entrance") == "stemning/v1/nordic/zone/entrance/plan"
    assert [edge_topic("nordic", "ceiling", topic) for topic in EdgeTopic] == [
        f"stemning/v1/nordic/edge/ceiling/{name}"
        for name in ("hello", "state", "events", "committed", "request", "reply")
    ]
    assert trigger_topic("nordic", "mirror") == "stemning/v1/nordic/trigger/mirror"


@pytest.mark.parametrize("topic", list(EdgeTopic))
def test_an_edge_topic_is_read_back(topic: EdgeTopic) -> None:
    address = parse_edge_topic(edge_topic("nordic", "ceiling", topic))
    assert (address.store, address.edge, address.topic) == ("nordic", "ceiling", topic)
    assert parse_plan_topic(plan_topic("nordic", "entrance")) == ("nordic", "entrance")
    assert parse_trigger_topic(trigger_topic("nordic", "mirror")) == ("nordic", "mirror")


@pytest.mark.parametrize(
    "topic",
    ["", "stemning/v1/a/edge/b", "stemning/v2/a/edge/b/hello", "stemning/v1/a/edge/b/dance"],
)
def test_other_topics_are_refused(topic: str) -> None:
    with pytest.raises(InvalidTopicError):
        parse_edge_topic(topic)
    with pytest.raises(InvalidTopicError):
        parse_plan_topic(topic)
    with pytest.raises(InvalidTopicError):
        parse_trigger_topic(topic)
