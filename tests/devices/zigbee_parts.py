"""Devices behind Zigbee2MQTT, as its documentation describes them."""

import json
import time
from typing import Any

from tests.devices.mqtt_parts import FakeDevice

BASE = "zigbee2mqtt"


class ZigbeeThing(FakeDevice):
    """One device and the bridge that speaks for it."""

    def __init__(self, port: int, name: str, **state: Any) -> None:
        self.name = name
        self.state = state
        super().__init__(port, [f"{BASE}/{name}/set", f"{BASE}/{name}/get"])

    def came(self) -> None:
        self.bridge("online")

    def bridge(self, state: str) -> None:
        """The bridge's own state, as version 2 says it."""
        self.say(f"{BASE}/bridge/state", json.dumps({"state": state}), kept=True)

    def available(self, there: bool) -> None:
        """What the bridge found out about the device."""
        payload = json.dumps({"state": "online" if there else "offline"})
        self.say(f"{BASE}/{self.name}/availability", payload, kept=True)

    def report(self, **changes: Any) -> None:
        """A report of the device; the bridge publishes it with all that it knows."""
        with self.lock:
            self.state.update(changes)
            self.say(f"{BASE}/{self.name}", json.dumps({**self.state, "linkquality": 120}))

    def take(self, topic: str, payload: str) -> None:
        words = json.loads(payload)
        if topic.endswith("/get"):
            self.report()
            return
        self.commands.append(payload)
        self.obey(words)

    def obey(self, wish: dict[str, Any]) -> None:
        """Do what a ``set`` asks."""
        raise NotImplementedError


class ZigbeeLamp(ZigbeeThing):
    """A lamp for white of all temperatures and colours; fades in straight lines."""

    def __init__(self, port: int, name: str = "lamp") -> None:
        self._from = self._to = 0.0
        self._began = self._ends = 0.0
        super().__init__(
            port, name, state="OFF", brightness=254, color_temp=370, color_mode="color_temp"
        )

    def output(self) -> float:
        """The brightness that it really shines with now."""
        now = time.monotonic()
        if now >= self._ends:
            return self._to
        share = (now - self._began) / (self._ends - self._began)
        return self._from + (self._to - self._from) * share

    def obey(self, wish: dict[str, Any]) -> None:
        on = wish.get("state", "ON") == "ON"
        changes: dict[str, Any] = {"state": "ON" if on else "OFF"}
        if on and "brightness" in wish:
            changes["brightness"] = wish["brightness"]
        if "color_temp" in wish:
            changes |= {"color_temp": wish["color_temp"], "color_mode": "color_temp"}
        if "color" in wish:
            changes |= {"color": wish["color"], "color_mode": "xy"}
        self._from, self._began = self.output(), time.monotonic()
        self._to = changes.get("brightness", self.state["brightness"]) if on else 0.0
        self._ends = self._began + wish.get("transition", 0)
        self.report(**changes)

    def cut_power(self) -> None:
        """Somebody uses the switch at the wall; the bridge finds out."""
        with self.lock:
            self.powered = False
            self._to = self._ends = 0.0
        self.available(False)

    def restore_power(self, brightness: int = 254) -> None:
        """It comes back as its power-on behaviour says, and is found."""
        with self.lock:
            self.powered = True
            self._to, self._ends = float(brightness), 0.0
        self.available(True)
        self.report(state="ON", brightness=brightness)


class ZigbeePlug(ZigbeeThing):
    """A plug with "on with timed off"; without ``timer`` one that only pretends to have it."""

    def __init__(self, port: int, name: str = "plug", timer: bool = True) -> None:
        self.on = False
        self._timer = timer
        self._off_at = 0.0
        super().__init__(port, name, state="OFF")

    def obey(self, wish: dict[str, Any]) -> None:
        if wish["state"] == "OFF":
            self._off_at = 0.0
            self.switch(False)
            return
        if "on_time" in wish and self._timer:
            # The cluster library's rule: of two ends, the later one holds.
            self._off_at = max(self._off_at, time.monotonic() + wish["on_time"])
            self._wait()
        self.switch(True)

    def switch(self, on: bool) -> None:
        """The relay moves, and the plug reports it if its bridge is there."""
        self.on = on
        self.report(state="ON" if on else "OFF")

    def _wait(self) -> None:
        self.after(max(self._off_at - time.monotonic(), 0.0), self._look)

    def _look(self) -> None:
        with self.lock:
            if self._off_at and time.monotonic() >= self._off_at:
                self._off_at = 0.0
                self.switch(False)
