"""What the guard decides, from what it is told and when: no pin, no file, no clock.

Times are steady seconds, volumes are millilitres.
"""

from __future__ import annotations

from itertools import accumulate

TYPE_CHECKING = False  # importing typing would add a tenth to the guard's memory
if TYPE_CHECKING:
    from typing import Any

    Refusal = tuple[str, str, float]

LEASE_S = 0.3
LONGEST_BURST_S = 10.0
SHORTEST_PAUSE_S = 20.0
PAUSE_PER_BURST = 3.0
LONGEST_REST_S = LONGEST_BURST_S + max(SHORTEST_PAUSE_S, PAUSE_PER_BURST * LONGEST_BURST_S)
"""After a crash: a plug may still have its whole burst before it, and then its pause."""
BIN_S = 3600.0
BINS = 25
"""A day and the hour under way: an hour leaves the window when all of it is a day old."""
CHUNKS = 50
NEGLIGIBLE_ML = 1e-9

OPEN = "the emergency contact is open"
LATCHED = "the emergency contact was open: somebody has to reset the alarm at the Pi"
CALM = "the calm button was pressed"


class Output:
    """A diffuser: its limits, what it gave, and the burst that was granted last.

    ``pin`` is the guard's ``[chip, pin, active_high]``, or None: then its own driver ends a burst.
    ``on`` is whether it should run, ``stuck`` whether it may run because its pin can't be driven.
    ``holder`` is whose burst it is, and None when it is over; ``refusal`` is then why: a word, a
    sentence, and the seconds after which it may be given again.
    """

    def __init__(
        self, name: str, pin: list[Any] | None, zone: str, flow_ml_h: float, daily_ml: float
    ) -> None:
        self.name, self.pin, self.zone = name, pin, zone
        self.flow_ml_h, self.daily_ml = flow_ml_h, daily_ml
        self.on = self.stuck = False
        self.bins = [0.0] * BINS
        self.total_ml = self.reserved_ml = 0.0
        self.holder: int | None = None
        self.number = self.needs = 0
        self.seconds = self.began = self.renewed = self.counted = self.rest_until = 0.0
        self.refusal: Refusal | None = None

    @property
    def account(self) -> str:
        """Whose day it uses up. A pin's diffuser stays what it is when it gets another name."""
        return self.name if self.pin is None else f"{self.pin[0]}/{self.pin[1]}"

    @property
    def left_ml(self) -> float:
        """What is neither given nor reserved."""
        return self.daily_ml - sum(self.bins) - self.reserved_ml

    def ml(self, seconds: float) -> float:
        """What running gives."""
        return self.flow_ml_h * seconds / 3600

    def kept(self, now: float, clean: bool) -> dict[str, Any]:
        """For the disk. But for a clean end, what is reserved counts as given, until now."""
        spare_ml = 0.0 if clean and not self.stuck else self.reserved_ml
        return {
            "name": self.name,
            "pin": self.pin,
            "bins": [*self.bins[:-1], self.bins[-1] + spare_ml],
            "total_ml": self.total_ml + spare_ml,
            "rest_s": LONGEST_REST_S if spare_ml else max(0.0, self.rest_until - now),
        }


class Guard:
    """Grants bursts and ends them, latches the alarm, keeps zones calm.

    ``kept`` is the state that the run before left: None for the first run, ``{}`` if it can't
    be read, which counts as the worst that it can have said. ``version`` is that of the state
    here, ``durable`` that of the state on disk; ``news`` counts what all clients have to be told.
    ``faults`` are pins that can't be driven or read, ``past`` what outputs gave that are gone.
    """

    def __init__(
        self, outputs: dict[str, Output], buttons: set[str], kept: dict[str, Any] | None, now: float
    ) -> None:
        self.outputs, self.calm = outputs, set[str]()
        self.alarm = self.contact_open = False
        self.version, self.durable, self.news = 1, 0, 0
        self.disk: str | None = None
        self.faults: list[str] = []
        self.past: dict[str, Any] = {}
        self._told: dict[tuple[int | None, str], tuple[int, Refusal | None]] = {}
        self._bin_began = now
        try:
            if kept is not None:
                self._restore(kept, buttons, now)
        except (KeyError, TypeError, AttributeError):
            self._fear_the_worst(now)

    @property
    def problem(self) -> str | None:
        """Why no burst is given, where it is neither alarm nor calm."""
        return "; ".join(self.faults) or self.disk

    def contact(self, is_open: bool) -> None:
        """What the emergency contact says now; once open latches the alarm."""
        if is_open != self.contact_open or is_open > self.alarm:
            self.alarm |= is_open
            self.contact_open = is_open
            self._changed()

    def reset(self) -> str | None:
        """A person ends the alarm; why that can't be, or None."""
        if self.alarm and not self.contact_open:
            self.alarm = False
            self._changed()
        return OPEN if self.contact_open else None

    def press(self, zone: str) -> None:
        """A zone's calm button: calm, or as planned again."""
        self.calm ^= {zone}
        self._changed()

    def reason(self, zone: str) -> str | None:
        """Why a zone is kept safe now."""
        if self.alarm:
            return OPEN if self.contact_open else LATCHED
        return CALM if zone in self.calm else None

    def burst(self, holder: int, name: str, number: int, seconds: float, now: float) -> None:
        """``holder`` asks for a burst, its ``number``; it begins with a `tick`, or is refused."""
        out = self.outputs.get(name)
        if out is None or out.holder == holder:
            return
        refusal = self._refusal(out, seconds, now)
        self._told[holder, name] = number, refusal
        if refusal is None:
            out.holder, out.number, out.refusal = holder, number, None
            out.seconds, out.renewed = seconds, now
            self._reserve(out, out.ml(seconds))

    def renew(self, holder: int, name: str, now: float) -> None:
        """The holder is well and still wants its burst; without a word of it the burst ends."""
        out = self.outputs.get(name)
        if out is not None and out.holder == holder:
            out.renewed = now

    def gone(self, holder: int | None, now: float) -> None:
        """A holder is gone, or with None all are: what was theirs ends."""
        for out in self.outputs.values():
            if out.holder is not None and holder in {out.holder, None}:
                self._end(out, now, "lease", "")
        self._told = {key: it for key, it in self._told.items() if key[0] != holder}

    def failing(self, faults: list[str]) -> None:
        """These pins fail."""
        self.news += faults != self.faults
        self.faults = faults

    def saved(self, version: int, problem: str | None) -> None:
        """The disk holds ``version`` now, or doesn't because of ``problem``."""
        self.news += problem != self.disk
        self.disk = problem
        self.durable = self.durable if problem else version

    def tick(self, now: float) -> float:
        """Begin and end what is due; when the next thing is due. Call it after all the rest."""
        while now >= self._bin_began + BIN_S:
            self._bin_began += BIN_S
            self.version += 1
            now_and_past = [out.bins for out in self.outputs.values()]
            for bins in now_and_past + [it["bins"] for it in self.past.values()]:
                bins[:] = [*bins[1:], 0.0]
            self.past = {key: it for key, it in self.past.items() if any(it["bins"])}
        due = self._bin_began + BIN_S
        for out in self.outputs.values():
            self._count(out, now)
            if out.holder is not None:
                self._look_at(out, now)
            if out.holder is not None:
                due = min(due, out.renewed + LEASE_S, out.began + out.seconds if out.on else due)
        return due

    def snapshot(self, now: float, clean: bool = False) -> dict[str, Any]:
        """The state for the disk; ``clean`` when nothing runs and nothing follows."""
        return {
            "alarm": self.alarm,
            "calm": sorted(self.calm),
            "bin_s": now - self._bin_began,
            "outputs": {out.account: out.kept(now, clean) for out in self.outputs.values()},
            "past": self.past,
        }

    def status(self, holder: int = -1) -> dict[str, Any]:
        """What a client is told; of an output: burst, running, refusal, ml ever given, ml left.

        Burst and refusal are its own where it was the last to hear of one, else the last granted.
        """
        outputs = {}
        for name, out in self.outputs.items():
            number, refusal = self._told.get((holder, name), (out.number, out.refusal))
            left_ml = out.left_ml + out.reserved_ml
            outputs[name] = [number, out.on or out.stuck, refusal, out.total_ml, left_ml]
        alarm, calm = self.reason(""), sorted(self.calm)
        return {"alarm": alarm, "calm": calm, "problem": self.problem, "outputs": outputs}

    def _look_at(self, out: Output, now: float) -> None:
        why = self._against(out)
        if why is None and out.on and now >= out.began + out.seconds:
            why = "end", ""
        elif why is None and now >= out.renewed + LEASE_S:
            why = "lease", ""
        if why is not None:
            self._end(out, now, *why)
        elif self.durable >= out.needs and not out.on:
            out.on, out.began, out.renewed = True, now, now
            self.news += 1

    def _against(self, out: Output) -> tuple[str, str] | None:
        """What forbids a burst, now and whoever asks."""
        reason = self.reason(out.zone)
        if reason is not None:
            return "safety", reason
        if self.faults:
            return "pin", "; ".join(self.faults)
        return ("disk", self.disk) if self.disk is not None and not out.on else None

    def _count(self, out: Output, until: float) -> None:
        """Count what it gave; one that can't be switched off goes on giving."""
        if out.on or out.stuck:
            given_ml = out.ml(until - out.counted)
            out.bins[-1] += given_ml
            out.total_ml += given_ml
            out.reserved_ml = max(0.0, out.reserved_ml - given_ml)
        if out.stuck:
            out.rest_until = max(out.rest_until, until + LONGEST_REST_S)
            if out.left_ml > 0:
                self._reserve(out, out.ml(LONGEST_BURST_S))
        out.counted = until

    def _end(self, out: Output, now: float, why: str, text: str) -> None:
        if out.on:
            # A device that ends by its own timer may still run when its agent is gone.
            ended = max(now, out.began + out.seconds) if out.pin is None else now
            self._count(out, ended)
            rest_s = max(SHORTEST_PAUSE_S, PAUSE_PER_BURST * (ended - out.began))
            out.rest_until = max(out.rest_until, ended + rest_s)
        out.on, out.refusal = False, (why, text, max(0.0, out.rest_until - now))
        self._told[out.holder, out.name] = out.number, out.refusal
        out.holder = None
        self.news += 1

    def _refusal(self, out: Output, seconds: float, now: float) -> Refusal | None:
        against, rest_s = self._against(out), out.rest_until - now
        short_ml = out.ml(seconds) - out.reserved_ml - out.left_ml
        if not 0 < seconds <= LONGEST_BURST_S:
            return "length", f"a burst takes up to {LONGEST_BURST_S:g} s", 0.0
        if against is not None:
            return *against, 0.0
        if out.holder is not None:
            return "pause", "somebody else has it", out.seconds
        if rest_s > 0:
            return "pause", "it pauses between two bursts", rest_s
        if short_ml > NEGLIGIBLE_ML:
            text = f"the day's {out.daily_ml:g} ml are given"
            return "budget", text, self._frees_in_s(out, short_ml, now)
        return None

    def _frees_in_s(self, out: Output, short_ml: float, now: float) -> float:
        hours = 1 + sum(freed_ml < short_ml - NEGLIGIBLE_ML for freed_ml in accumulate(out.bins))
        return self._bin_began + min(hours, BINS) * BIN_S - now

    def _reserve(self, out: Output, ml: float) -> None:
        """Set ``ml`` aside, and with it a good part of the day, so as to write seldom."""
        short_ml = ml - out.reserved_ml
        if short_ml > 0:
            out.reserved_ml += min(max(short_ml, out.daily_ml / CHUNKS), max(short_ml, out.left_ml))
            self.version += 1
            out.needs = self.version

    def _changed(self) -> None:
        self.version += 1
        self.news += 1

    def _restore(self, kept: dict[str, Any], buttons: set[str], now: float) -> None:
        self.alarm, self.calm = bool(kept["alarm"]), buttons & set(kept["calm"])
        self._bin_began = now - kept["bin_s"]
        before = kept["outputs"]
        mine = {out.account for out in self.outputs.values()}
        gone = {key: it for key, it in before.items() if key not in mine}
        self.past = kept["past"] | gone
        every = [*kept["past"].values(), *before.values()]
        # Whoever is new, or back, may be any that is gone, and when a plug is gone a plug's name
        # may be another's: only a pin says who it is. It has given the most that it may have.
        others = every if gone else list(self.past.values())
        for name, out in self.outputs.items():
            is_sure = out.pin is not None or all(it["pin"] for it in gone.values())
            its = [before[out.account]] if is_sure and out.account in before else others
            out.bins = [max(ml) for ml in zip(out.bins, *(it["bins"] for it in its), strict=True)]
            out.rest_until = now + max((it["rest_s"] for it in its), default=0.0)
            out.total_ml = {it["name"]: it["total_ml"] for it in every}.get(name, 0.0)

    def _fear_the_worst(self, now: float) -> None:
        self.alarm = True
        for out in self.outputs.values():
            out.bins[-1] = out.daily_ml
            out.rest_until = now + LONGEST_REST_S
