"""A guard's core on a clock and a disk that tests turn by hand."""

import json
from typing import Any

from edge.guard.core import Guard, Output

ZONES = {"scent": "hall", "plug": "hall", "fig": "cellar"}
FLOW_ML_H, DAILY_ML = 0.5, 0.02
AGENT, OTHER = 1, 2


class Bench:
    """Two pumps and a plug; ``disk`` is what a crash would leave."""

    def __init__(self, kept: dict[str, Any] | None = None, now: float = 1000.0) -> None:
        self.now = now
        self.disk = kept
        self.full = False
        self.numbers = 0
        self.guard = self.boot()

    def boot(self) -> Guard:
        """Start a guard over what is on the disk."""
        outputs = {
            name: Output(name != "plug", zone, FLOW_ML_H, DAILY_ML) for name, zone in ZONES.items()
        }
        kept = None if self.disk is None else json.loads(json.dumps(self.disk))
        self.guard = Guard(outputs, set(ZONES.values()), kept, self.now)
        self.due = self.guard.tick(self.now)
        return self.guard

    def save(self) -> None:
        """The disk does what was asked of it."""
        if self.guard.version > self.guard.durable:
            if self.full:
                self.guard.saved(self.guard.version, "the disk is full")
            else:
                self.disk = json.loads(json.dumps(self.guard.snapshot(self.now)))
                self.guard.saved(self.guard.version, None)

    def tick(self) -> None:
        """What the loop does after everything."""
        self.due = self.guard.tick(self.now)
        self.save()
        self.due = self.guard.tick(self.now)

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
        return self.what(name)

    def what(self, name: str = "scent") -> str:
        """On, or why not."""
        out = self.guard.outputs[name]
        return "on" if out.on else out.refusal[0] if out.refusal else "asked"

    def burst(self, name: str = "scent", seconds: float = 10.0) -> str:
        """A whole burst and its pause."""
        began = self.ask(name, seconds)
        if began == "on":
            self.wait(seconds + 30, name)
        return began
