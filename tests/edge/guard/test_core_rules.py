"""Whatever is asked, pressed, renamed, cut and broken, in whatever order: the guard's rules hold.

What the disk finishes is a rule of its own, so a cut may come between any two of: decided, being
written, on the disk, running, ended. Time starts anew with a boot.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.edge.guard.bench import DEVICES, SHIPPED, Bench, Device

SHIPPED_PLUG = Device(None, "hall", SHIPPED.flow_ml_h, SHIPPED.daily_ml)
SHORT_DAYS = [replace(it, daily_ml=0.005) for it in DEVICES.values()]
ALL = [*SHORT_DAYS, SHIPPED, SHIPPED_PLUG]
NAMES = ["scent", "plug", "fig", "linen", "moss"]
FREE = ["musk", "rose", "lime"]
FREE_PINS = [(0, 5), (0, 6), (1, 5)]
WHICH = st.sampled_from([0, 0, 0, 1, 1, 1, 2, 3, 4])  # two of them much, so that days end
HOLDERS = st.sampled_from([1, 2])
DAY_S = 24 * 3600.0
GRAIN_S = 1e-6
GRAIN_ML = 1e-9


class Trace:
    """A diffuser that somebody wired: what it is called now, and when it really ran.

    A plug runs to its own timer's end, whatever becomes of its agent and its guard.
    """

    def __init__(self, name: str, device: Device) -> None:
        self.name: str | None = name
        self.device = device
        self.runs: list[tuple[float, float]] = []
        self.began: float | None = None
        self.seconds = 0.0
        self.could_not_end = False

    def given_ml(self, until: float) -> float:
        """What came out of it in the day before ``until``."""
        runs = [*self.runs, *([] if self.began is None else [(self.began, until)])]
        ran_s = sum(
            max(0.0, min(ended, until) - max(began, until - DAY_S)) for began, ended in runs
        )
        return ran_s * self.device.flow_ml_h / 3600


class Rules(RuleBasedStateMachine):
    """Drives the core as the loop would, and keeps its own account. Agents, crashes, renames."""

    def __init__(self) -> None:
        super().__init__()
        self.traces = [Trace(name, it) for name, it in zip(NAMES, ALL, strict=True)]
        self.bench = Bench(devices=dict(zip(NAMES, ALL, strict=True)), slow=True)
        self.renewed: dict[str, float] = {}
        self.running_s = 0.0

    def account(self) -> None:
        """Compare with the guard, which has just decided."""
        for trace in self.traces:
            runs = trace.name is not None and self.bench.runs(trace.name)
            if runs and trace.began is None:
                assert trace.name is not None
                trace.began = self.renewed[trace.name] = self.running_s
                trace.seconds = self.bench.guard.outputs[trace.name].seconds
            elif not runs:
                self.end(trace)

    def end(self, trace: Trace) -> None:
        """It runs no more, or only to its timer's end."""
        if trace.began is not None:
            ended = self.running_s
            if trace.device.pin is None:
                ended = max(ended, trace.began + trace.seconds)
            trace.runs.append((trace.began, ended))
            trace.began = None

    @initialize(quick=st.booleans())
    def the_disk_is_quick_or_slow(self, quick: bool) -> None:
        self.bench.slow = not quick

    @rule(which=WHICH, holder=HOLDERS, seconds=st.floats(-1, 12))
    def ask(self, which: int, holder: int, seconds: float) -> None:
        name = self.traces[which].name
        if name is not None:
            self.bench.ask(name, seconds, holder)
            self.account()

    @rule(which=WHICH, holder=HOLDERS)
    def renew(self, which: int, holder: int) -> None:
        name = self.traces[which].name
        if name is not None:
            if self.bench.guard.outputs[name].holder == holder:
                self.renewed[name] = self.running_s
            self.bench.guard.renew(holder, name, self.bench.now)

    @rule()
    def the_disk_finishes(self) -> None:
        self.bench.save()
        self.bench.step()
        self.account()

    @rule(holder=HOLDERS)
    def hang_up(self, holder: int) -> None:
        self.bench.guard.gone(holder, self.bench.now)
        self.bench.step()
        self.account()

    @rule(seconds=st.sampled_from([0.05, 0.2, 1.0, 15.0, 45.0, 3600.0, 30_000.0]))
    def wait(self, seconds: float) -> None:
        self._pass(seconds)

    @rule(which=WHICH, seconds=st.sampled_from([10.0, 2.5]), bursts=st.sampled_from([1, 4, 8]))
    def hold(self, which: int, seconds: float, bursts: int) -> None:
        """An agent that is well; one reservation may cover many of its bursts."""
        name = self.traces[which].name
        for _ in range(bursts):
            if bursts > 1:
                self._pass(41.0)
            if name is None or self.bench.ask(name, seconds, 1) not in {"on", "asked"}:
                return
            self.the_disk_finishes()
            self._tend(which, name, seconds)

    @rule(which=WHICH)
    def hold_while_the_disk_is_at_it(self, which: int) -> None:
        self._pass(41.0)
        name = self.traces[which].name
        if name is not None and self.bench.ask(name, 10.0, 1) in {"on", "asked"}:
            self._tend(which, name, 10.0)

    def _tend(self, which: int, name: str, seconds: float) -> None:
        """Renew a burst for as long as it is wanted."""
        end = self.bench.now + seconds
        while self.bench.now < end and self.bench.guard.outputs[name].holder == 1:
            self._pass(0.25)
            self.renew(which, 1)

    @rule(landed=st.booleans(), boots=st.booleans())
    def crash(self, landed: bool, boots: bool) -> None:
        """The guard is killed, and with ``boots`` the whole Pi: its clock begins anew."""
        self._end_all()
        if boots:
            self.bench.now = 0.5
        self.bench.crash(landed=landed)

    @rule()
    def clean_end(self) -> None:
        self.bench.guard.gone(None, self.bench.now)
        self.bench.step()
        self._end_all()
        if not self.bench.full:
            self.bench.disk = self.bench.guard.snapshot(self.bench.now, clean=True)
        self.bench.crash(landed=False)

    @rule(which=WHICH, name=st.sampled_from([*NAMES, *FREE]), restart=st.booleans())
    def rename(self, which: int, name: str, restart: bool) -> None:
        """Another name in the configuration, that nobody else has; also for one put back."""
        if name not in {it.name for it in self.traces}:
            self._configure(which, lambda it: setattr(it, "name", name), restart)

    @rule(which=WHICH, restart=st.booleans())
    def take_out(self, which: int, restart: bool) -> None:
        self._configure(which, lambda it: setattr(it, "name", None), restart)

    @rule(which=WHICH, pin=st.sampled_from(FREE_PINS), restart=st.booleans())
    def move(self, which: int, pin: tuple[int, int], restart: bool) -> None:
        """To another pin."""
        device = replace(self.traces[which].device, pin=pin)
        wired = self.traces[which].device.pin is not None
        if wired and pin not in {it.device.pin for it in self.traces}:
            self._configure(which, lambda it: setattr(it, "device", device), restart)

    @invariant()
    def nothing_is_on_in_an_alarm_nor_in_a_calm_zone(self) -> None:
        guard = self.bench.guard
        for name, out in guard.outputs.items():
            assert not (out.on and guard.reason(out.zone))
            assert out.stuck or not (self.bench.runs(name) and guard.reason(out.zone))

    @invariant()
    def what_runs_is_said_to_run(self) -> None:
        told = self.bench.guard.status()["outputs"]
        assert all(told[name][1] for name in told if self.bench.runs(name))

    @invariant()
    def nothing_is_on_without_a_lease(self) -> None:
        for name, out in self.bench.guard.outputs.items():
            assert not out.on or out.holder is not None
            assert not out.on or self.running_s - self.renewed[name] <= 0.3 + GRAIN_S

    @invariant()
    def bursts_are_short_and_pauses_long(self) -> None:
        for trace in self.traces:
            if trace.could_not_end:
                continue
            for began, ended in trace.runs:
                assert ended - began <= 10 + GRAIN_S
            starts = [began for began, _ in trace.runs[1:]]
            if trace.began is not None and trace.runs:
                starts.append(trace.began)
            for (began, ended), after in zip(trace.runs, starts, strict=False):
                assert after - ended >= max(20, 3 * (ended - began)) - GRAIN_S

    @invariant()
    def a_day_has_its_budget(self) -> None:
        for trace in self.traces:
            for _, until in trace.runs if not trace.could_not_end else ():
                assert trace.given_ml(until) <= trace.device.daily_ml + GRAIN_ML

    @invariant()
    def the_guard_never_believes_that_less_was_given(self) -> None:
        for trace in self.traces:
            if trace.name is not None:
                left_ml = self.bench.guard.outputs[trace.name].left_ml
                given_ml = trace.given_ml(self.running_s)
                # A pin that failed before a crash may have run on since, which nobody can know.
                assert left_ml <= trace.device.daily_ml - given_ml + GRAIN_ML

    def _pass(self, seconds: float) -> None:
        """Time in which the guard runs, decision by decision."""
        end = self.bench.now + seconds
        while self.bench.now < end:
            before = self.bench.now
            self.bench.now = min(max(self.bench.due, before), end)
            self.running_s += self.bench.now - before
            self.bench.tick()
            self.account()

    def _end_all(self) -> None:
        """Relays fall off without a guard, and plugs run to their end."""
        for trace in self.traces:
            self.end(trace)

    def _configure(self, which: int, change: Callable[[Trace], None], restart: bool) -> None:
        """Another configuration, and the guard starts anew: killed, or asked to."""
        self._end_all()
        self.bench.broken.clear()
        if not restart and not self.bench.full:
            self.bench.guard.gone(None, self.bench.now)
            self.bench.disk = self.bench.guard.snapshot(self.bench.now, clean=True)
        change(self.traces[which])
        self.bench.devices = {it.name: it.device for it in self.traces if it.name is not None}
        self.bench.crash(landed=False)
        # Two changes of which the guard could write down neither are one to it.
        full, self.bench.full = self.bench.full, False
        self.bench.save()
        self.bench.full = full


class RulesInTrouble(Rules):
    """With alarms, calm zones, and a disk and pins that fail."""

    @rule()
    def contact_opens(self) -> None:
        self.bench.guard.contact(True)
        self.bench.tick()
        self.account()

    @rule()
    def contact_closes_and_somebody_resets(self) -> None:
        self.bench.guard.contact(False)
        assert self.bench.guard.reset() is None

    @rule(zone=st.sampled_from(["hall", "cellar"]))
    def calm(self, zone: str) -> None:
        self.bench.guard.press(zone)
        self.bench.tick()
        self.account()

    @rule(full=st.booleans())
    def disk(self, full: bool) -> None:
        self.bench.full = full
        self.bench.tick()
        self.account()

    @rule(which=WHICH)
    def a_pin_breaks(self, which: int) -> None:
        trace = self.traces[which]
        if trace.name is not None and trace.device.pin is not None:
            self.bench.broken.add(trace.name)
            trace.could_not_end = True
            self.bench.tick()
            self.account()

    @rule()
    def all_pins_are_mended(self) -> None:
        self.bench.broken.clear()
        self.bench.tick()
        self.account()

    @precondition(lambda self: self.bench.disk is not None)
    @rule()
    def damage(self) -> None:
        self.bench.disk = {}
        self.crash(landed=False, boots=False)


MORE = settings(
    max_examples=3 * settings().max_examples,
    stateful_step_count=25,
    suppress_health_check=[HealthCheck.too_slow],
)
Rules.TestCase.settings = RulesInTrouble.TestCase.settings = MORE
TestRules = Rules.TestCase
TestRulesInTrouble = RulesInTrouble.TestCase


def test_the_account_would_see_a_budget_that_does_not_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge.guard.core.Output.left_ml", property(lambda self: 1.0))
    rules = Rules()
    rules.bench.slow = False
    for _ in range(30):
        rules.hold(0, 10.0, 2)
    with pytest.raises(AssertionError):
        rules.a_day_has_its_budget()
    with pytest.raises(AssertionError):
        rules.the_guard_never_believes_that_less_was_given()
