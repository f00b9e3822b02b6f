"""A guard's core on a clock, a disk and pins that tests turn by hand."""

import json
from dataclasses import dataclass
from typing import Any

from edge.guard.core import Guard, Output
from edge.guard.loop import LOOK_S
from edge.guard.setup import DAILY_ML, FLOW_ML_H

SMALL_DAY_ML = 0.02
AGENT, OTHER = 1, 2


@dataclass(frozen=True)
class Device:
    """A diffuser as the configuration describes it; without a pin it is a plug."""

    pin: tuple[int, int] | None
    zone: str
    flow_ml_h: float = FLOW_ML_H
    daily_ml: float = SMALL_DAY_ML


PUMP = Device((0, 17), "hall")
DEVICES = {"scent": PUMP, "plug": Device(None, "hall"), "fig": Device((0, 18), "cellar")}
SHIPPED = Device((0, 22), "cellar", FLOW_ML_H, DAILY_ML)


class Bench:
    """Runs what the loop does around the core; ``disk`` is what a crash would leave.

    Unless ``slow``, the disk has written at once what it was asked to. ``broken`` names outputs
    whose pins can't be driven, ``levels`` is what each pin is at.
    """

    def __init__(
        self,
        kept: dict[str, Any] | None = None,
        devices: dict[str, Device] = DEVICES,
        slow: bool = False,
    ) -> None:
        self.now = 1000.0
        self.disk = kept
        self.devices = dict(devices)
        self.slow, self.full = slow, False
        self.broken = set[str]()
        self.numbers = 0
        self.guard = self.boot()

    def boot(self) -> Guard:
        """Start a guard over what is on the disk, all pins at rest."""
        self.writing: tuple[int, str] | None = None
        self.levels = dict.fromkeys(self.devices, False)
        outputs = {
            name: Output(
                name, [*it.pin, True] if it.pin else None, it.zone, it.flow_ml_h, it.daily_ml
            )
            for name, it in self.devices.items()
        }
        zones = {it.zone for it in self.devices.values()}
        kept = None if self.disk is None else json.loads(json.dumps(self.disk))
        self.guard = Guard(outputs, zones, kept, self.now)
        self.tick()
        return self.guard

    def step(self) -> None:
        """One turn of the loop."""
        self.due = self.guard.tick(self.now)
        news = self.guard.news
        self._drive()
        if self.guard.news != news:
            self.due = min(self.due, self.now + LOOK_S)
        if self.writing is None and self.guard.version > self.guard.durable:
            self.writing = self.guard.version, json.dumps(self.guard.snapshot(self.now))

    def save(self) -> None:
        """The disk finishes what it is at."""
        if self.writing is not None:
            (version, state), self.writing = self.writing, None
            if self.full:
                self.guard.saved(version, "the disk is full")
            else:
                self.disk = json.loads(state)
                self.guard.saved(version, None)

    def tick(self) -> None:
        """What the loop does after everything, and what a quick disk does."""
        self.step()
        while not self.slow and self.writing is not None:
            self.save()
            self.step()
            if self.full:
                return

    def crash(self, *, landed: bool) -> None:
        """The end in the middle of it all; what the disk is at is on it (``landed``), or is not."""
        if landed and self.writing is not None and not self.full:
            self.disk = json.loads(self.writing[1])
        self.boot()

    def runs(self, name: str) -> bool:
        """Whether an output really runs."""
        out = self.guard.outputs[name]
        return out.on if out.pin is None else self.levels[name]

    def _drive(self) -> None:
        for name, out in self.guard.outputs.items():
            out.stuck = name in self.broken and out.pin is not None
            if not out.stuck:
                self.levels[name] = out.on
        self.guard.failing(sorted(f"{name} fails" for name in self.broken))

    def wait(self, seconds: float, *renewing: str) -> None:
        """Let time pass as the loop sees it; ``renewing`` outputs are renewed every 100 ms."""
        end = self.now + seconds
        renew_at = self.now if renewing else float("inf")
        while self.now < end:
            self.now = min(self.due, renew_at, end)
            if self.now >= renew_at:
                renew_at += 0.1
                for name in renewing:
                    self.guard.renew(AGENT, name, self.now)
            self.tick()

    def ask(self, name: str = "scent", seconds: float = 10.0, holder: int = AGENT) -> str:
        """Ask for a burst; what became of it at once: on, or why not."""
        self.numbers += 1
        self.guard.burst(holder, name, self.numbers, seconds, self.now)
        self.tick()
        return self.what(name, holder)

    def what(self, name: str = "scent", holder: int = AGENT) -> str:
        """On, or why not, as a client is told."""
        _, on, refusal, *_ = self.guard.status(holder)["outputs"][name]
        return refusal[0] if refusal else "on" if on else "asked"

    def burst(self, name: str = "scent", seconds: float = 10.0) -> str:
        """A whole burst and its pause."""
        began = self.ask(name, seconds)
        if began == "on":
            self.wait(seconds + 30, name)
        return began
