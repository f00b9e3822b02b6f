"""What the guard decides, from what it is told and when: no pin, no file, no clock.

Times are steady seconds, volumes are millilitres.
"""

from __future__ import annotations

TYPE_CHECKING = False  # importing typing would add a tenth to the guard's memory
if TYPE_CHECKING:
    from typing import Any

LEASE_S = 0.3
LONGEST_BURST_S = 10.0
SHORTEST_PAUSE_S = 20.0
PAUSE_PER_BURST = 3.0
LONGEST_PAUSE_S = max(SHORTEST_PAUSE_S, PAUSE_PER_BURST * LONGEST_BURST_S)
BIN_S = 3600.0
BINS = 25
"""A day and the hour under way: an hour leaves the window when all of it is a day old."""
CHUNKS = 50
NEGLIGIBLE_ML = 1e-9

OPEN = "the emergency contact is open"
LATCHED = "the emergency contact was open: somebody has to reset the alarm at the Pi"
CALM = "the calm button was pressed"


class Output:
    """A diffuser: its limits, what it gave, and the burst that was asked for last.

    ``switched``: the guard has its pin; without one, its own driver ends a burst. ``holder`` is
    whose burst it is, and None when it is over; ``refusal`` is then why it isn't given: a word,
    a sentence, and the seconds after which it may be.
    """

    def __init__(self, switched: bool, zone: str, flow_ml_h: float, daily_ml: float) -> None:
        self.zone, self.flow_ml_h, self.daily_ml = zone, flow_ml_h, daily_ml
        self.switched, self.on = switched, False
        self.bins = [0.0] * BINS
        self.total_ml = self.reserved_ml = 0.0
        self.holder: int | None = None
        self.number = self.needs = 0
        self.seconds = self.began = self.renewed = self.rest_until = 0.0
        self.refusal: tuple[str, str, float] | None = None

    @property
    def left_ml(self) -> float:
        """What is neither given nor reserved."""
        return self.daily_ml - sum(self.bins) - self.reserved_ml

    def ml(self, seconds: float) -> float:
        """What running gives."""
        return self.flow_ml_h * seconds / 3600

    def kept(self, now: float, clean: bool) -> dict[str, Any]:
        """For the disk. But for a clean end, what is reserved counts as given, until now."""
        spare_ml = 0.0 if clean else self.reserved_ml
        return {
            "bins": [*self.bins[:-1], self.bins[-1] + spare_ml],
            "total_ml": self.total_ml + spare_ml,
            "rest_s": LONGEST_PAUSE_S if spare_ml else max(0.0, self.rest_until - now),
        }


class Guard:
    """Grants bursts and ends them, latches the alarm, keeps zones calm.

    ``kept`` is the state that the run before left: None for the first run, ``{}`` if it can't
    be read, which counts as the worst that it can have said. ``version`` is that of the state
    here, ``durable`` that of the state on disk; ``news`` counts what clients have to be told.
    """

    def __init__(
        self, outputs: dict[str, Output], buttons: set[str], kept: dict[str, Any] | None, now: float
    ) -> None:
        self.outputs, self.calm = outputs, set[str]()
        self.alarm = self.contact_open = False
        self.version = self.durable = self.news = 0
        self.problem: str | None = None
        self._bin_began = now
        try:
            if kept is not None:
                self._restore(kept, buttons, now)
        except (KeyError, TypeError, AttributeError):
            self._fear_the_worst(now)

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
        if out is not None and out.holder is None:
            out.number, out.refusal = number, self._refusal(out, seconds, now)
            self.news += 1
            if out.refusal is None:
                out.holder, out.seconds, out.renewed = holder, seconds, now
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
                self._end(out, now, "lease")

    def saved(self, version: int, problem: str | None) -> None:
        """The disk holds ``version`` now, or doesn't because of ``problem``."""
        self.news += problem != self.problem
        self.problem = problem
        self.durable = self.durable if problem else version

    def tick(self, now: float) -> float:
        """Begin and end what is due; when the next thing is due. Call it after all the rest."""
        while now >= self._bin_began + BIN_S:
            self._bin_began += BIN_S
            self.version += 1
            for out in self.outputs.values():
                out.bins = [*out.bins[1:], 0.0]
        due = self._bin_began + BIN_S
        for out in self.outputs.values():
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
            "outputs": {name: out.kept(now, clean) for name, out in self.outputs.items()},
        }

    def status(self) -> dict[str, Any]:
        """What clients are told; of an output: burst, running, refusal, ml ever given, ml left."""
        outputs = {
            name: [out.number, out.on, out.refusal, out.total_ml, out.left_ml + out.reserved_ml]
            for name, out in self.outputs.items()
        }
        alarm, calm = self.reason(""), sorted(self.calm)
        return {"alarm": alarm, "calm": calm, "problem": self.problem, "outputs": outputs}

    def _look_at(self, out: Output, now: float) -> None:
        reason = self.reason(out.zone)
        if reason is not None:
            self._end(out, now, "safety", reason)
        elif out.on and now >= out.began + out.seconds:
            self._end(out, now, "end")
        elif now >= out.renewed + LEASE_S:
            self._end(out, now, "lease")
        elif self.problem is not None and not out.on:
            self._end(out, now, "disk", self.problem)
        elif self.durable >= out.needs and not out.on:
            out.on, out.began, out.renewed = True, now, now
            self.news += 1

    def _end(self, out: Output, now: float, why: str, text: str = "") -> None:
        if out.on:
            # A device that ends by its own timer may still run when its agent is gone.
            ran_s = max(now - out.began, 0.0 if out.switched else out.seconds)
            given_ml = out.ml(ran_s)
            out.bins[-1] += given_ml
            out.total_ml += given_ml
            out.reserved_ml = max(0.0, out.reserved_ml - given_ml)
            out.rest_until = out.began + ran_s + max(SHORTEST_PAUSE_S, PAUSE_PER_BURST * ran_s)
        out.on, out.holder, out.refusal = False, None, (why, text, max(0.0, out.rest_until - now))
        self.news += 1

    def _refusal(self, out: Output, seconds: float, now: float) -> tuple[str, str, float] | None:
        reason, rest_s = self.reason(out.zone), out.rest_until - now
        short_ml = out.ml(seconds) - out.reserved_ml - out.left_ml
        refusal = None
        if not 0 < seconds <= LONGEST_BURST_S:
            refusal = ("length", f"a burst takes up to {LONGEST_BURST_S:g} s", 0.0)
        elif reason is not None:
            refusal = ("safety", reason, 0.0)
        elif self.problem is not None:
            refusal = ("disk", self.problem, 0.0)
        elif rest_s > 0:
            refusal = ("pause", "it pauses between two bursts", rest_s)
        elif short_ml > NEGLIGIBLE_ML:
            text = f"the day's {out.daily_ml:g} ml are given"
            refusal = ("budget", text, self._frees_in_s(out, short_ml, now))
        return refusal

    def _frees_in_s(self, out: Output, short_ml: float, now: float) -> float:
        for hours, given_ml in enumerate(out.bins, start=1):
            short_ml -= given_ml
            if short_ml <= NEGLIGIBLE_ML:
                return self._bin_began + hours * BIN_S - now
        return BINS * BIN_S

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
        for name in self.outputs.keys() & kept["outputs"].keys():
            out, it = self.outputs[name], kept["outputs"][name]
            out.bins, out.total_ml = list(it["bins"]), it["total_ml"]
            out.rest_until = now + it["rest_s"]

    def _fear_the_worst(self, now: float) -> None:
        self.alarm, self.version = True, 1
        for out in self.outputs.values():
            out.bins[-1] = out.daily_ml
            out.rest_until = now + LONGEST_PAUSE_S
