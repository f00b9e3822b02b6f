"""Devices with Tasmota, as its documentation describes them."""

import json
import time
from typing import Any

from tests.devices.mqtt_parts import FakeDevice


class TasmotaThing(FakeDevice):
    """A device whose topic is ``topic``; it takes commands alone and as a backlog."""

    def __init__(self, port: int, topic: str) -> None:
        self.topic = topic
        self.fixed_duration = False
        super().__init__(port, [f"cmnd/{topic}/#"], will=(f"tele/{topic}/LWT", "Offline"))

    def came(self) -> None:
        self.say(f"tele/{self.topic}/LWT", "Online", kept=True)

    def result(self, words: dict[str, Any]) -> None:
        """The answer to a command."""
        self.say(f"stat/{self.topic}/RESULT", json.dumps(words))

    def telemetry(self) -> None:
        """What is said every few minutes."""
        self.say(f"tele/{self.topic}/STATE", json.dumps(self.everything()))

    def everything(self) -> dict[str, Any]:
        """The state, with what every state holds."""
        common = {"Time": "2026-03-02T09:00:00", "UptimeSec": 17, "LoadAvg": 19, "MqttCount": 1}
        return {**common, **self.state()}

    def state(self) -> dict[str, Any]:
        """What this device adds to it."""
        raise NotImplementedError

    def take(self, topic: str, payload: str) -> None:
        command = topic.rpartition("/")[2].lower()
        if command == "state":
            self.result(self.everything())
            return
        if command == "status":
            self.say(f"stat/{self.topic}/STATUS10", json.dumps({"StatusSNS": self.state()}))
            return
        self.commands.append(f"{command} {payload}")
        each = payload.split("; ") if command == "backlog0" else [f"{command} {payload}"]
        for one in each:
            name, _, argument = one.strip().partition(" ")
            self.obey(name.lower(), argument)

    def obey(self, command: str, argument: str) -> None:
        """Carry out one command."""
        if command == "setoption117":
            self.fixed_duration = argument == "1"
            self.result({"SetOption117": "ON"})
        else:
            self.result({"Command": "Unknown"})


class TasmotaLamp(TasmotaThing):
    """A light with five channels; its fade takes the time that Speed2 says, for one change."""

    def __init__(self, port: int, topic: str = "lamp") -> None:
        self.dimmer = 0
        self.mired = 370
        self.hue: tuple[int, int] | None = None
        self.speed = 0
        self._from = self._to = 0.0
        self._began = self._ends = 0.0
        super().__init__(port, topic)

    def output(self) -> float:
        """The dimmer value that it really shines with now."""
        now = time.monotonic()
        if now >= self._ends:
            return self._to
        share = (now - self._began) / (self._ends - self._began)
        return self._from + (self._to - self._from) * share

    def state(self) -> dict[str, Any]:
        on = self.dimmer > 0
        hue, saturation = self.hue or (0, 0)
        in_colour = self.hue is not None
        return {
            "POWER": "ON" if on else "OFF",
            "Dimmer": self.dimmer,
            "HSBColor": f"{hue},{saturation},{self.dimmer if in_colour else 0}",
            "White": 0 if in_colour else self.dimmer,
            "CT": self.mired,
        }

    def obey(self, command: str, argument: str) -> None:
        if command == "speed2":
            self.speed = int(argument)
            self.result({"Speed2": self.speed})
        elif command == "dimmer":
            self.go(int(argument))
        elif command == "ct":
            self.mired, self.hue = int(argument), None
            self.go(self.dimmer)
        elif command == "hsbcolor":
            hue, saturation, brightness = map(int, argument.split(","))
            self.hue = (hue, saturation)
            self.go(brightness)
        else:
            super().obey(command, argument)

    def go(self, dimmer: int) -> None:
        """Fade to a dimmer value; the speed is used up by it."""
        self._from, self._began = self.output(), time.monotonic()
        share = 1.0 if self.fixed_duration else abs(dimmer - self._from) / 100
        self._to, self._ends = float(dimmer), self._began + self.speed / 2 * share
        self.dimmer, self.speed = dimmer, 0
        self.result(self.state())


class TasmotaPlug(TasmotaThing):
    """A plug with PulseTime; without ``timer`` one that only pretends to have it."""

    def __init__(self, port: int, topic: str = "plug", timer: bool = True) -> None:
        self.on = False
        self.pulse_time = 0
        self._timer = timer
        self._off_at = 0.0
        super().__init__(port, topic)

    def state(self) -> dict[str, Any]:
        return {"POWER": "ON" if self.on else "OFF"}

    def obey(self, command: str, argument: str) -> None:
        if command in {"pulsetime", "pulsetime1"}:
            self.pulse_time = int(argument)
            self.result({"PulseTime1": {"Set": self.pulse_time, "Remaining": self.pulse_time}})
        elif command in {"power", "power1"}:
            self.switch(argument.upper() == "ON")
        else:
            super().obey(command, argument)

    def switch(self, on: bool) -> None:
        """The relay moves; switching on starts the pulse timer anew."""
        self.on = on
        self._off_at = 0.0
        if on and self.pulse_time and self._timer:
            assert self.pulse_time <= 111, "longer ones count in seconds"
            self._off_at = time.monotonic() + self.pulse_time / 10
            self.after(self.pulse_time / 10, self._look)
        self.result(self.state())

    def _look(self) -> None:
        with self.lock:
            if self._off_at and time.monotonic() >= self._off_at:
                self.switch(False)


class TasmotaSwitch(TasmotaThing):
    """A device with a sensor on a switch input, detached from any relay."""

    def __init__(self, port: int, topic: str = "switch") -> None:
        self.on = False
        super().__init__(port, topic)

    def state(self) -> dict[str, Any]:
        return {"Switch1": "ON" if self.on else "OFF"}

    def switch(self, on: bool) -> None:
        """The input changes."""
        self.on = on
        self.result({"Switch1": {"Action": "ON" if on else "OFF"}})
