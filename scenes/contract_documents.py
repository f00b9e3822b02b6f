"""The wire contract as documents for others: JSON Schemas and an AsyncAPI 3 description.

Both are made from the message types themselves; the files in ``scenes/contract/`` are what
these functions return (``make contract`` writes them, a test holds them).
"""

from __future__ import annotations

from dataclasses import dataclass
from inspect import cleandoc
from typing import Any, Literal

import msgspec

from scenes.messages import (
    SCHEMA_VERSION,
    Committed,
    EventBatch,
    Hello,
    Message,
    PlanMessage,
    Reply,
    Request,
    State,
    Trigger,
)
from scenes.scene import Scene
from scenes.topics import EdgeTopic, edge_topic, plan_topic, trigger_topic

JSON_SCHEMA_DIALECT = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True, slots=True)
class Channel:
    """One topic of the contract: who says what to whom, and whether the broker keeps it."""

    name: str
    address: str
    message: type[Message]
    sender: Literal["hub", "edge", "integration"]
    retained: bool
    summary: str


def _edge(topic: EdgeTopic) -> str:
    return edge_topic("{store}", "{edge}", topic)


CHANNELS = (
    Channel(
        "plan",
        plan_topic("{store}", "{zone}"),
        PlanMessage,
        "hub",
        True,
        "The zone's plan: what is due at every instant of at least 14 days, and why.",
    ),
    Channel(
        "hello",
        _edge(EdgeTopic.HELLO),
        Hello,
        "edge",
        True,
        "Birth with inventory and version; the last will says offline.",
    ),
    Channel(
        "state",
        _edge(EdgeTopic.STATE),
        State,
        "edge",
        True,
        "What each zone and device really does; at every change and at least every 5 seconds.",
    ),
    Channel(
        "events",
        _edge(EdgeTopic.EVENTS),
        EventBatch,
        "edge",
        False,
        "A batch of numbered events; sent again until the hub has committed it.",
    ),
    Channel(
        "committed",
        _edge(EdgeTopic.COMMITTED),
        Committed,
        "hub",
        False,
        "What the database holds for good; the edge may forget it.",
    ),
    Channel(
        "request",
        _edge(EdgeTopic.REQUEST),
        Request,
        "hub",
        False,
        "Momentary: identify or test a device, or announce. Has an id and an expiry.",
    ),
    Channel(
        "reply",
        _edge(EdgeTopic.REPLY),
        Reply,
        "edge",
        False,
        "What became of a request.",
    ),
    Channel(
        "trigger",
        trigger_topic("{store}", "{integration}"),
        Trigger,
        "integration",
        False,
        "A system outside asks for a scene, renews its wish or ends it. Has an id and an expiry.",
    ),
)


def json_schemas() -> dict[str, Any]:
    """JSON Schema (2020-12) of every message and of a scene, under ``$defs``."""
    return {
        "$schema": JSON_SCHEMA_DIALECT,
        "title": f"Stemning wire messages, schema version {SCHEMA_VERSION}",
        "$defs": _components("#/$defs/{name}"),
    }


def asyncapi() -> dict[str, Any]:
    """The MQTT contract as an AsyncAPI 3.0 document."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Stemning",
            "version": str(SCHEMA_VERSION),
            "description": (
                "MQTT 3.1.1, JSON, QoS 1. A reader ignores fields that it doesn't know and "
                "refuses a schema version that it doesn't know."
            ),
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {channel.name: _channel(channel) for channel in CHANNELS},
        "operations": {
            # AsyncAPI tells from one side; this document is the hub's.
            channel.name: {
                "action": "send" if channel.sender == "hub" else "receive",
                "channel": {"$ref": f"#/channels/{channel.name}"},
                "summary": channel.summary,
                "bindings": {"mqtt": {"qos": 1, "retain": channel.retained}},
            }
            for channel in CHANNELS
        },
        "components": {
            "messages": {
                channel.message.__name__: {
                    "name": channel.message.__name__,
                    "payload": {"$ref": f"#/components/schemas/{channel.message.__name__}"},
                }
                for channel in CHANNELS
            },
            "schemas": _components("#/components/schemas/{name}"),
        },
    }


def _channel(channel: Channel) -> dict[str, Any]:
    name = channel.message.__name__
    parameters = [part[1:-1] for part in channel.address.split("/") if part.startswith("{")]
    return {
        "address": channel.address,
        "description": channel.summary,
        "messages": {name: {"$ref": f"#/components/messages/{name}"}},
        "parameters": {
            parameter: {"description": f"Slug of the {parameter}."} for parameter in parameters
        },
    }


def _components(template: str) -> dict[str, Any]:
    kinds = [channel.message for channel in CHANNELS]
    _, components = msgspec.json.schema_components([*kinds, Scene], ref_template=template)
    return {name: _tidied(schema) for name, schema in sorted(components.items())}


def _tidied(schema: dict[str, Any]) -> dict[str, Any]:
    """Say plainly what msgspec says in OpenAPI's dialect or with Python's indents.

    An OpenAPI ``discriminator`` is none of JSON Schema's words, and AsyncAPI's is another one;
    the tag ``kind`` of each alternative says the same.
    """
    tidied: dict[str, Any] = {}
    for key, part in schema.items():
        if isinstance(part, dict) and key != "discriminator":
            tidied[key] = _tidied(part)
        elif isinstance(part, list):
            tidied[key] = [_tidied(each) if isinstance(each, dict) else each for each in part]
        elif isinstance(part, str) and key == "description":
            tidied[key] = cleandoc(part)
        elif key != "discriminator":
            tidied[key] = part
    return tidied
