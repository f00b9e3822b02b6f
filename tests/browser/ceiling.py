"""An edge in a test's hand: it hears the plans and reports what the test wants reported."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from scenes.codec import decode, encode
from scenes.messages import (
    DeviceInfo,
    DeviceState,
    Hello,
    Message,
    PlanMessage,
    Reading,
    Reply,
    Request,
    State,
    ZoneState,
)
from scenes.plan import Plan
from scenes.topics import EdgeTopic, edge_topic, plan_topic
from tests.waiting import wait_until

BOOT = "00c0ffee00c0ffee"
BEAT_S = 1.0


@dataclass
class Report:
    """How a zone answers its plan. Without ``obeys`` it keeps on playing ``scene``."""

    obeys: bool = True
    scene: str | None = None
    fading: bool = False
    broken: dict[str, str] = field(default_factory=dict)


class Ceiling:
    """Speaks the wire contract over the real broker; what it plays is up to the test.

    The real agent has its own tests; here a page must be shown what rarely happens, at will.
    """

    def __init__(self, broker_port: int, store: str, zones: tuple[str, ...], edge: str) -> None:
        self.store, self.zones, self.edge = store, zones, edge
        self.reports = {zone: Report() for zone in zones}
        self.plans: dict[str, Plan] = {}
        self.heard: list[Plan] = []
        self.devices: dict[str, DeviceState] = {}
        self.answer: Callable[[Request], Reply | None] = lambda _request: None
        self.broker_port = broker_port
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"ceiling-{edge}")
        self._client.on_connect = self._connected
        self._client.on_message = self._heard
        self._stopping = threading.Event()
        self._heart = threading.Thread(target=self._beat, daemon=True)

    def start(self) -> None:
        """Connect, and report once a second from then on."""
        self._client.reconnect_delay_set(1, 1)
        self._client.connect("127.0.0.1", self.broker_port)
        self._client.loop_start()
        self._heart.start()

    def stop(self) -> None:
        """Fall silent without a word."""
        self._stopping.set()
        if self._heart.ident is not None:
            self._heart.join()
        self._client.loop_stop()
        self._client.disconnect()

    def wait_for_plans(self) -> None:
        """Until every zone has a plan."""
        wait_until(lambda: len(self.plans) == len(self.zones), 10, "a plan for every zone")

    def say(self, zone: str, report: Report) -> None:
        """Report this from now on, and now."""
        self.reports[zone] = report
        self.speak()

    def be_gone(self, gone: bool = True) -> None:
        """Say what the broker says of a lost connection, or that it is back; reports go on."""
        self._say_hello(online=not gone)

    def speak(self, age: timedelta = timedelta(0)) -> None:
        """Report every zone once; ``age`` is how long ago that was."""
        now = datetime.now(UTC) - age
        devices = {
            device: DeviceState(kind="light", zone=zone, reading=Reading(problem=problem))
            for zone, report in self.reports.items()
            for device, problem in report.broken.items()
        }
        devices |= self.devices
        zones = {zone: self._zone(zone, now) for zone in self.zones}
        self._publish(
            EdgeTopic.STATE,
            State(
                store=self.store, edge=self.edge, boot=BOOT, at=now, zones=zones, devices=devices
            ),
        )

    def _zone(self, zone: str, now: datetime) -> ZoneState:
        report, plan = self.reports[zone], self.plans.get(zone)
        if plan is None:
            return ZoneState(scene=report.scene, confirmed=False)
        slot = plan.at(now)
        return ZoneState(
            scene=slot.scene if report.obeys else report.scene,
            confirmed=not report.broken and not report.fading,
            fading=report.fading,
            since=slot.start,
            layer=slot.layer,
            reason=slot.reason,
            adjust=slot.adjust if report.obeys else None,
            epoch=plan.epoch,
            revision=plan.revision,
        )

    def _connected(self, client: mqtt.Client, *_: object) -> None:
        for zone in self.zones:
            client.subscribe(plan_topic(self.store, zone), qos=1)
        client.subscribe(edge_topic(self.store, self.edge, EdgeTopic.REQUEST), qos=1)
        self._say_hello(online=True)

    def _say_hello(self, online: bool) -> None:
        hello = Hello(
            store=self.store,
            edge=self.edge,
            boot=BOOT,
            online=online,
            at=datetime.now(UTC),
            version="0",
            zones=self.zones,
            devices=tuple(
                DeviceInfo(id=name, kind=each.kind, zone=each.zone, driver=f"test-{each.kind}")
                for name, each in self.devices.items()
            ),
        )
        self._publish(EdgeTopic.HELLO, hello)

    def _heard(self, _client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        if message.topic.endswith(EdgeTopic.REQUEST.value):
            reply = self.answer(decode(Request, message.payload))
            if reply is not None:
                self._publish(EdgeTopic.REPLY, reply, retain=False)
            return
        plan = decode(PlanMessage, message.payload).plan
        self.plans[plan.zone] = plan
        self.heard.append(plan)
        self.speak()

    def _beat(self) -> None:
        while not self._stopping.wait(BEAT_S):
            self.speak()

    def _publish(self, topic: EdgeTopic, message: Message, *, retain: bool = True) -> None:
        address = edge_topic(self.store, self.edge, topic)
        self._client.publish(address, encode(message), qos=1, retain=retain)
