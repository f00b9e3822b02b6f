"""Triggers over MQTT: each is done once or counted, and nothing that is old acts."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from hub.link import Received
from hub.parts import HubParts
from hub.triggers.desk import (
    ALL_AT_ONCE,
    AT_ONCE,
    LONGEST_TOPIC,
    MOST_BYTES,
    MOST_WAITING,
)
from hub.triggers.integrations import WRONG_PER_MINUTE
from scenes.codec import encode
from scenes.messages import Trigger
from scenes.topics import trigger_topic
from tests.hub.shops import FakeClock
from tests.hub.triggers.test_webhook import ROOMS, Mirrors


class Wire:
    """The mirrors' way to the hub over the broker, without the broker."""

    def __init__(self, parts: HubParts, clock: FakeClock) -> None:
        self.parts, self.clock = parts, clock
        self.mirrors = Mirrors(parts)
        self.said = 0

    def trigger(self, **more: Any) -> Trigger:
        self.said += 1
        fields: dict[str, Any] = {
            "id": f"t-{self.said}",
            "zone": ROOMS,
            "scene": "evening",
            "key": "mirror-2",
            "expires_at": self.clock() + timedelta(minutes=5),
            "token": self.mirrors.token,
            **more,
        }
        return Trigger(**fields)

    def say(
        self, trigger: Trigger | bytes, *, retained: bool = False, topic: str | None = None
    ) -> None:
        payload = trigger if isinstance(trigger, bytes) else encode(trigger)
        where = topic or trigger_topic("nordic", "mirrors")
        self.parts.trigger_desk.take(Received(where, payload, retained))

    def count(self, result: str) -> int:
        text = self.parts.metrics.text().decode()
        name = f'stemning_triggers_total{{result="{result}"}} '
        return next(
            (int(float(line.rpartition(" ")[2])) for line in text.splitlines() if name in line), 0
        )

    @property
    def layer(self) -> str:
        return self.mirrors.slot().layer.value


@pytest.fixture
def wire(parts: HubParts, clock: FakeClock) -> Wire:
    return Wire(parts, clock)


def test_a_wish_holds_until_it_expires(wire: Wire) -> None:
    wire.say(wire.trigger())
    assert (wire.layer, wire.count("taken")) == ("reaction", 1)
    wire.clock.forward(minutes=4)
    wire.say(wire.trigger())
    wire.clock.forward(minutes=4)
    assert wire.layer == "reaction", "renewed"
    wire.clock.forward(minutes=1)
    assert wire.layer == "fallback"


def test_a_wish_without_a_scene_ends_the_one_of_its_key(wire: Wire) -> None:
    wire.say(wire.trigger())
    wire.say(wire.trigger(scene=None, key="mirror-3"))
    assert (wire.layer, wire.count("refused")) == ("reaction", 1)
    wire.say(wire.trigger(scene=None))
    assert wire.layer == "fallback"


def test_a_long_wish_is_cut_to_the_longest(wire: Wire) -> None:
    wire.say(wire.trigger(expires_at=wire.clock() + timedelta(days=300)))
    wire.clock.forward(minutes=30)
    assert wire.layer == "fallback"


def test_the_same_id_acts_once(wire: Wire) -> None:
    first = wire.trigger()
    wire.say(first)
    wire.say(wire.trigger(scene=None))
    wire.say(first)
    assert (wire.layer, wire.count("repeated")) == ("fallback", 1)


def test_what_is_old_does_nothing(wire: Wire) -> None:
    wire.say(wire.trigger(), retained=True)
    wire.say(wire.trigger(expires_at=wire.clock()))
    wire.say(b"")
    assert wire.layer == "fallback"
    assert [wire.count(name) for name in ("retained", "expired", "empty")] == [1, 1, 1]


def test_what_it_may_not_is_refused_and_the_next_one_is_read(wire: Wire) -> None:
    refused: list[dict[str, Any]] = [
        {"token": "mirrors.wrong"},
        {"token": "\x00.\x00"},
        {"zone": "attic"},
        {"zone": "entrance"},
        {"scene": "event"},
        {"scene": "disco"},
    ]
    for number, more in enumerate(refused, 1):
        wire.say(wire.trigger(**more))
        assert (wire.layer, wire.count("refused")) == ("fallback", number), more
    wire.say(wire.trigger())
    assert wire.layer == "reaction"


def test_what_breaks_the_contract_is_counted(wire: Wire) -> None:
    broken = (
        b"evening please",
        b'{"schema": 1, "id": "t-1"}',
        b'{"schema": 2, "id": "t-1"}',
        b"[" * 100_000,
        b"\xff",
    )
    for number, payload in enumerate(broken, 1):
        wire.say(payload)
        assert (wire.layer, wire.count("malformed")) == ("fallback", number), payload[:40]
    assert b"stemning_messages_malformed_total 5.0" in wire.parts.metrics.text()


def test_what_is_far_too_long_does_not_even_wait(wire: Wire) -> None:
    for _ in range(MOST_WAITING + 1):
        wire.parts.trigger_desk.offer(Received("any", b"x" * (MOST_BYTES + 1), retained=False))
    wire.parts.trigger_desk.offer(Received("any", b"x" * MOST_BYTES, retained=False))
    assert (wire.count("malformed"), wire.count("full")) == (MOST_WAITING + 1, 0)


def test_of_a_flood_only_so_much_is_read(wire: Wire) -> None:
    desk = wire.parts.trigger_desk
    wrong = encode(wire.trigger(token="mirrors.wrong"))
    for _ in range(10 * AT_ONCE):
        desk.offer(Received(trigger_topic("nordic", "mirrors"), wrong, retained=False))
    # The bucket fills again while this goes on, but slowly.
    assert wire.count("flooded") > 8 * AT_ONCE
    flooded = wire.count("flooded")
    desk.offer(Received(trigger_topic("nordic", "door"), wrong, retained=False))
    assert wire.count("flooded") == flooded, "another topic's are read"
    for number in range(10 * ALL_AT_ONCE):
        desk.offer(Received(trigger_topic("nordic", f"t-{number}"), wrong, retained=False))
    assert wire.count("flooded") > flooded + 8 * ALL_AT_ONCE


def test_a_topic_longer_than_any_is_not_remembered(wire: Wire) -> None:
    topic = trigger_topic("nordic", "x" * LONGEST_TOPIC)
    wire.parts.trigger_desk.offer(Received(topic, b"{}", retained=False))
    assert wire.count("malformed") == 1


def test_a_flood_is_counted_and_does_not_fill_the_log(
    wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    for _ in range(10 * WRONG_PER_MINUTE):
        wire.say(wire.trigger(token="mirrors.wrong"))
    assert wire.count("refused") == 10 * WRONG_PER_MINUTE
    assert len(caplog.records) <= 2 * WRONG_PER_MINUTE
    wire.say(wire.trigger())
    assert wire.layer == "reaction"


def test_a_topic_is_its_own_integrations(wire: Wire) -> None:
    wire.mirrors.make(id="other")
    wire.say(wire.trigger(), topic=trigger_topic("nordic", "other"))
    wire.say(wire.trigger(), topic=trigger_topic("south", "mirrors"))
    assert (wire.layer, wire.count("malformed")) == ("fallback", 2)


def test_no_token_stands_in_a_log(wire: Wire, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    secret = wire.mirrors.token.partition(".")[2]
    trigger = wire.trigger(scene="event")
    wire.say(trigger)
    wire.say(wire.trigger(token=wire.mirrors.token + "x"))
    wire.say(encode(trigger)[:-1])
    wire.say(encode(trigger).replace(b'"key":"mirror-2"', b'"key":2'))
    wire.say(wire.trigger(), topic=trigger_topic("nordic", "other"))
    wrong = msgspec.json.decode(encode(trigger)) | {"expires_at": "soon"}
    wire.say(msgspec.json.encode(wrong))
    assert len(caplog.records) >= 6
    assert secret not in caplog.text
    assert secret not in repr(trigger)
