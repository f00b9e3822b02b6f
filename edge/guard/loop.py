"""The guard's loop: pins, messages, time and disk around `edge.guard.core`."""

from __future__ import annotations

import fcntl
import json
import os
import select
import signal
import socket
from contextlib import suppress
from functools import partial
from math import inf
from time import monotonic

from devices.drivers.gpio.relay_pins import open_pins
from edge.guard.core import Guard, Output
from edge.guard.memory import Memory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

LOOK_S = 0.043
"""How often inputs are read. Not 40 ms: a contact that chatters with the mains has that beat."""
LONGEST_WAIT_S = 0.5
TRY_AGAIN_S = 5.0
LONGEST_END_S = 3.0
MOST_CLIENTS = 16
LONGEST_MESSAGE = 1024


class Button:
    """Calls ``press`` when two looks in a row see it pressed after two that didn't."""

    def __init__(self, press: Callable[[], object]) -> None:
        self._press, self._seen = press, 0b1111

    def look(self, level: int | None) -> None:
        """The pin's level now, where it can be read; a pressed button pulls it down."""
        self._seen = (self._seen << 1 | (level == 0)) & 0b1111
        if self._seen == 0b0011:
            self._press()


class Loop:
    """One run of the guard over a plan (`edge.guard.setup`); from its making all is off."""

    def __init__(self, plan: dict[str, Any], clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._lock = _lock(os.path.dirname(plan["state"]))
        self._told: dict[str, list[str]] = {"said": []}
        self._levels: dict[tuple[int, int], int | None] = {}
        self._faults: dict[tuple[int, int], str] = {}
        self._ears, self._mouth = os.pipe2(os.O_NONBLOCK)
        self._memory = Memory(plan["state"], self._mouth)
        kept = self._memory.read()
        self._switch_off_what_was(kept or {}, plan["taken"])
        self._mock, self._pins = plan["mock"], open_pins(plan["mock"])
        for pin, *_ in plan["outputs"].values():
            if pin is not None:
                self._switch(pin, on=False)
        if plan["problems"]:
            raise OSError("\n  ".join(plan["problems"]))
        self._outputs: list[tuple[Any, Callable[[], object], Output | None]] = []
        self._inputs: list[tuple[Any, Callable[[int | None], None]]] = []
        self._guard = self._wire(plan, kept)
        self._clients: dict[int, socket.socket] = {}
        self._poll = select.poll()
        self._poll.register(self._ears, select.POLLIN)
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._listen(plan["socket"])
        self._ending = False
        self._news, self._looked, self._petted, self._write_at = -1, 0.0, 0.0, 0.0

    def run(self) -> int:
        """Guard until SIGTERM or SIGINT, then leave the diffusers off."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        signal.set_wakeup_fd(self._mouth)
        _notify("READY=1")
        due = 0.0
        try:
            while not self._ending:
                wait_s = min(max(due - self._clock(), 0.0), LONGEST_WAIT_S)
                ready = [fd for fd, _ in self._poll.poll(wait_s * 1000)]
                due = self._step(ready, self._clock())
        finally:
            self._guard.gone(None, self._clock())
            self._drive()
        self._write(0, self._clock(), clean=True)
        self._memory.end(LONGEST_END_S)
        return 0

    def _switch_off_what_was(self, kept: dict[str, Any], taken: list[list[int]]) -> None:
        """The diffusers of the run before, at pins that have no task in this one."""
        pins = [it["pin"] for it in kept.get("outputs", {}).values() if it["pin"]]
        pins = [pin for pin in pins if pin[:2] not in taken]
        if pins:
            self._pins = open_pins(kept["mock"])
            for pin in pins:
                self._switch(pin, on=False)
            # Such a pin may be the agent's now.
            self._pins.close()
            self._faults.clear()

    def _wire(self, plan: dict[str, Any], kept: dict[str, Any] | None) -> Guard:
        """The guard, and what each pin has to do with it."""
        outputs = {}
        for name, (pin, *limits) in plan["outputs"].items():
            out = outputs[name] = Output(name, pin, *limits)
            self._outputs.append((pin, partial(getattr, out, "on"), out))
        buttons = {zone for zone, (calm, *_) in plan["zones"].items() if calm}
        guard = Guard(outputs, buttons, kept, self._clock())
        # Where no contact can raise an alarm, nobody would know how to end one.
        guard.alarm = guard.alarm and plan["emergency"] is not None
        for zone, (calm, *relays) in plan["zones"].items():
            self._outputs += [(pin, partial(guard.reason, zone), None) for pin in relays]
            self._inputs.append((calm, Button(partial(guard.press, zone)).look))
        self._inputs.append((plan["reset"], Button(guard.reset).look))
        # One that can't be read is a broken wire.
        self._inputs.append((plan["emergency"], lambda level: guard.contact(level != 0)))
        self._inputs = [it for it in self._inputs if it[0] is not None]
        self._outputs = [it for it in self._outputs if it[0] is not None]
        return guard

    def _step(self, ready: list[int], now: float) -> float:
        """Hear whoever said something, and do what is due; when to come again."""
        # Newcomers last: who has gone by now leaves them a place.
        for fd in sorted(ready, key=self._listener.fileno().__eq__):
            self._hear(fd, now)
        if now >= self._looked + LOOK_S:
            self._looked = now
            for pin, look in self._inputs:
                look(self._use(pin, self._pins.read))
        due = self._guard.tick(now)
        self._drive()
        if self._news != self._guard.news:
            self._news = self._guard.news
            for fd in list(self._clients):
                self._send(fd, self._guard.status(fd))
        if now >= self._petted + LONGEST_WAIT_S:
            self._petted = now
            _notify("WATCHDOG=1")
        looks_at = self._looked + LOOK_S if self._inputs or self._faults else due
        return min(due, self._keep(now), looks_at)

    def _drive(self) -> None:
        """Bring every output where it belongs, and say which can't be brought there."""
        for pin, wanted, out in self._outputs:
            fails = not self._switch(pin, bool(wanted()))
            if out is not None:
                out.stuck = fails
        self._guard.failing(sorted(self._faults.values()))

    def _switch(self, pin: list[Any], on: bool) -> bool:
        """Drive a pin; whether it is where it belongs. One that failed is tried each time."""
        level, place = int(on == pin[2]), (pin[0], pin[1])
        if self._levels.get(place) != level:
            self._levels[place] = self._use(pin, partial(self._pins.write, level=level))
        return self._levels[place] == level

    def _use(self, pin: list[Any], call: Callable[[int, int], int]) -> int | None:
        """What ``call`` says of a pin; None, and a fault that is told, when it fails."""
        try:
            level = call(pin[0], pin[1])
        except OSError as error:
            self._faults[pin[0], pin[1]] = f"GPIO {pin[1]} fails: {error}"
            self._say(self._faults[pin[0], pin[1]])
            return None
        self._faults.pop((pin[0], pin[1]), None)
        return level

    def _keep(self, now: float) -> float:
        """Have the newest state written; when to try again."""
        while self._memory.done:
            version, problem = self._memory.done.popleft()
            self._guard.saved(version, problem)
            self._write_at = now + TRY_AGAIN_S if problem else now
            self._say(problem or "")
        if self._guard.version > self._guard.durable and now >= self._write_at:
            self._write_at = inf  # until it is done
            self._write(self._guard.version, now)
        return self._write_at if now < self._write_at else now + LONGEST_WAIT_S

    def _write(self, version: int, now: float, clean: bool = False) -> None:
        # With how the pins are reached, so that they can be switched off by this file alone.
        self._memory.write(version, self._guard.snapshot(now, clean) | {"mock": self._mock})

    def _hear(self, fd: int, now: float) -> None:
        try:
            if fd == self._ears:
                os.read(fd, 4096)
            elif fd in self._clients:
                text = self._clients[fd].recv(LONGEST_MESSAGE, socket.MSG_DONTWAIT)
                self._obey(fd, text, now) if text else self._drop(fd)
            elif fd == self._listener.fileno():
                self._welcome(self._listener.accept()[0])
        except OSError:
            if fd in self._clients:
                self._drop(fd)

    def _welcome(self, client: socket.socket) -> None:
        """Whoever is new gets the place of the first who holds nothing, where there is no other."""
        holders = {out.holder for out in self._guard.outputs.values()}
        idle = [fd for fd in self._clients if fd not in holders]
        if len(self._clients) >= MOST_CLIENTS and idle:
            self._drop(idle[0])
        self._clients[client.fileno()] = client
        self._poll.register(client, select.POLLIN)
        self._send(client.fileno(), self._guard.status())

    def _obey(self, fd: int, text: bytes, now: float) -> None:
        """Do what a message asks; what is none is passed over."""
        try:
            said = json.loads(text)
            ask, name, number = said["ask"], str(said.get("output")), int(said.get("number", 0))
            seconds = float(said.get("seconds", 0))
        except (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError):
            return
        if ask == "burst":
            self._guard.burst(fd, name, number, seconds, now)
            self._send(fd, self._guard.status(fd))
        elif ask == "renew":
            self._guard.renew(fd, name, now)
        elif ask == "reset":
            self._send(fd, {"reset": self._guard.reset()})

    def _send(self, fd: int, said: dict[str, Any]) -> None:
        """Tell a client, with this run's last twenty complaints; one that doesn't listen goes."""
        try:
            self._clients[fd].send(json.dumps(said | self._told).encode(), socket.MSG_DONTWAIT)
        except OSError:
            self._drop(fd)

    def _drop(self, fd: int) -> None:
        self._poll.unregister(fd)
        self._clients.pop(fd).close()
        self._guard.gone(fd, self._clock())
        self._drive()

    def _listen(self, path: str) -> None:
        """Without its socket the guard gives no scent, but its buttons and its contact work."""
        try:
            folder = os.open(os.path.dirname(path), os.O_PATH)
            # A socket's path may have 107 characters, and this one is short.
            path = f"/proc/self/fd/{folder}/{os.path.basename(path)}"
            with suppress(FileNotFoundError):
                os.remove(path)
            self._listener.bind(path)
            os.chmod(path, 0o660)
            self._listener.listen(MOST_CLIENTS)
            self._poll.register(self._listener, select.POLLIN)
        except OSError as error:
            self._say(f"nobody can ask for scent: {error}")

    def _say(self, what: str) -> None:
        if what and what not in self._told["said"]:
            self._told["said"] = [*self._told["said"], what][-20:]
            with suppress(OSError):
                os.write(2, f"guard: {what}\n".encode())

    def _end(self, *_: object) -> None:
        self._ending = True


def _lock(folder: str) -> int | None:
    """Hold the state, as one guard at a time may. On a dying disk nobody can, and it goes on."""
    try:
        os.makedirs(folder, exist_ok=True)
        held = os.open(f"{folder}/guard.lock", os.O_RDONLY | os.O_CREAT, 0o600)
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise OSError(f"another guard runs with the state in {folder}") from None
    except OSError:
        return None
    return held


def _notify(said: str) -> None:
    address = os.environ.get("NOTIFY_SOCKET", "").replace("@", "\0", 1)
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.sendto(said.encode(), address)
