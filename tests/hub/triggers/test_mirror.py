"""A mirror in the fitting room, a real hub and a real broker: ask, override, expire, return."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from scenes.codec import decode, encode
from scenes.messages import PlanMessage, Trigger
from scenes.plan import Plan
from scenes.topics import plan_topic, trigger_topic
from tests.hub.shops import SHOP_FILE
from tests.parts.mosquitto import Mosquitto
from tests.parts.stemning_processes import Hub
from tests.waiting import wait_until

ROOMS = "fitting-rooms"
TOPIC = trigger_topic("nordic", "mirrors")
OLD = "a-token-of-last-year"


class Mirror:
    """Talks to the broker, and hears the fitting rooms' plans as an agent does."""

    def __init__(self, port: int) -> None:
        self.plans: list[Plan] = []
        self._client = Client(CallbackAPIVersion.VERSION2)
        self._client.on_message = lambda _c, _d, message: self.plans.append(
            decode(PlanMessage, message.payload).plan
        )
        self._client.connect("127.0.0.1", port)
        self._client.subscribe(plan_topic("nordic", ROOMS), 1)
        self._client.loop_start()

    def say(self, trigger: Trigger, *, retain: bool = False) -> None:
        self._client.publish(TOPIC, encode(trigger), 1, retain).wait_for_publish(5)

    def due(self) -> tuple[str, str]:
        """What an agent plays now."""
        slot = self.plans[-1].at(datetime.now(UTC))
        return slot.layer.value, slot.scene

    def stop(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


@pytest.fixture
def mirror(mosquitto: Mosquitto) -> Iterator[Mirror]:
    made = Mirror(mosquitto.port)
    yield made
    made.stop()


@pytest.fixture
def hub(mosquitto: Mosquitto, mirror: Mirror, tmp_path: Path) -> Iterator[Hub]:
    """A hub that finds an old wish at the broker when it comes."""
    (tmp_path / "hub").mkdir()
    shop = tmp_path / "shop.yaml"
    # All day long the same: whatever the hour of the test, only the mirror changes something.
    shop.write_text(SHOP_FILE.partition("    rules:")[0])
    mirror.say(a_wish("t-0", minutes(60), OLD), retain=True)
    made = Hub(tmp_path / "hub", broker_port=mosquitto.port, shop=shop)
    made.start()
    yield made
    made.kill()


def minutes(number: float) -> datetime:
    return datetime.now(UTC) + timedelta(minutes=number)


def a_wish(wish_id: str, expires_at: datetime, token: str) -> Trigger:
    return Trigger(
        id=wish_id,
        zone=ROOMS,
        scene="evening",
        key="mirror-2",
        expires_at=expires_at,
        token=token,
    )


def call(hub: Hub, method: str, path: str, body: Any = None, **headers: str) -> Any:
    answer = httpx.request(
        method, f"{hub.address}/api/v1{path}", json=body, headers=hub.headers | headers
    )
    assert answer.is_success, answer.text
    return answer.json() if answer.content else None


def test_a_mirror_asks_by_webhook_and_by_mqtt_below_every_person(hub: Hub, mirror: Mirror) -> None:
    made = call(
        hub,
        "POST",
        "/stores/nordic/integrations",
        {"id": "mirrors", "name": "Mirrors", "zones": [ROOMS], "scenes": ["evening"]},
    )
    token = made["token"]
    wait_until(lambda: mirror.plans and mirror.due() == ("fallback", "trading"), 10, "a plan")

    wish = {"zone": ROOMS, "scene": "evening", "minutes": 10, "key": "mirror-2"}
    bearer = {"Authorization": f"Bearer {token}"}
    call(hub, "POST", "/integrations/mirrors/triggers", wish, **bearer)
    wait_until(lambda: mirror.due() == ("reaction", "evening"), 5, "the wish over the webhook")

    override, anything = f"/zones/{ROOMS}/override", {"If-Match": "*"}
    call(hub, "PUT", override, {"scene": "event", "end": {"minutes": 5}}, **anything)
    wait_until(lambda: mirror.due() == ("override", "event"), 5, "the person's choice")
    call(hub, "DELETE", override, **anything)
    wait_until(lambda: mirror.due() == ("reaction", "evening"), 5, "the wish again")
    call(hub, "DELETE", "/integrations/mirrors/triggers/mirror-2", **bearer)
    wait_until(lambda: mirror.due() == ("fallback", "trading"), 5, "the plan again")

    expires_at = minutes(4 / 60)
    mirror.say(a_wish("t-1", expires_at, token))
    wait_until(lambda: mirror.due() == ("reaction", "evening"), 4, "the wish over MQTT")
    plans = len(mirror.plans)
    wait_until(lambda: mirror.due() == ("fallback", "trading"), 5, "its end")
    assert len(mirror.plans) == plans, "nobody had to tell the agent"
    assert datetime.now(UTC) >= expires_at

    metrics = hub.fetch("/metrics")
    for result, times in (("taken", 2), ("retained", 1)):
        assert f'stemning_triggers_total{{result="{result}"}} {times}.0' in metrics
    for secret in (token.partition(".")[2], OLD):
        assert secret not in hub.log
