"""Whatever is asked, pressed, cut and broken, in whatever order: the guard's rules hold."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.edge.guard.bench import DAILY_ML, FLOW_ML_H, Bench

NAMES = st.sampled_from(["scent", "plug", "fig"])
HOLDERS = st.sampled_from([1, 2])
DAY_S = 24 * 3600.0
GRAIN_S = 1e-6


class Trace:
    """When an output really ran, as its relay would know; a plug runs to its own timer's end."""

    def __init__(self) -> None:
        self.runs: list[tuple[float, float]] = []
        self.began: float | None = None
        self.seconds = 0.0


class Rules(RuleBasedStateMachine):
    """Drives the core as the loop would, and keeps its own account."""

    def __init__(self) -> None:
        super().__init__()
        self.bench = Bench()
        self.traces = {name: Trace() for name in self.bench.guard.outputs}
        self.renewed: dict[str, float] = {}
        self.running_s = 0.0

    def account(self) -> None:
        """Compare with the guard, which has just decided."""
        for name, out in self.bench.guard.outputs.items():
            trace = self.traces[name]
            if out.on and trace.began is None:
                trace.began, trace.seconds = self.running_s, out.seconds
                self.renewed[name] = self.running_s
            elif not out.on and trace.began is not None:
                ran_s = self.running_s - trace.began
                if not out.switched:
                    ran_s = max(ran_s, trace.seconds)
                trace.runs.append((trace.began, trace.began + ran_s))
                trace.began = None

    @rule(name=NAMES, holder=HOLDERS, seconds=st.floats(-1, 12))
    def ask(self, name: str, holder: int, seconds: float) -> None:
        self.bench.ask(name, seconds, holder)
        self.account()

    @rule(name=NAMES, holder=HOLDERS)
    def renew(self, name: str, holder: int) -> None:
        out = self.bench.guard.outputs[name]
        if out.holder == holder:
            self.renewed[name] = self.running_s
        self.bench.guard.renew(holder, name, self.bench.now)

    @rule(holder=HOLDERS)
    def hang_up(self, holder: int) -> None:
        self.bench.guard.gone(holder, self.bench.now)
        self.account()

    @rule(seconds=st.sampled_from([0.05, 0.2, 1.0, 15.0, 40.0, 3600.0, 30_000.0]))
    def wait(self, seconds: float) -> None:
        self._pass(seconds)

    @rule(name=NAMES, seconds=st.floats(0.1, 10))
    def hold(self, name: str, seconds: float) -> None:
        """An agent that is well."""
        if self.bench.ask(name, seconds) == "on":
            self.account()
            end = self.bench.now + seconds
            while self.bench.now < end and self.bench.guard.outputs[name].on:
                self._pass(0.1)
                self.renew(name, 1)

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

    @rule(off_s=st.floats(0, 1000))
    def power_cut(self, off_s: float) -> None:
        """The relays fall off with the power, and a plug runs to its end."""
        self.bench.guard.gone(None, self.bench.now)
        self.account()
        self.bench.now += off_s
        self.bench.boot()

    @rule()
    def clean_end(self) -> None:
        self.bench.guard.gone(None, self.bench.now)
        self.account()
        if not self.bench.full:
            self.bench.disk = self.bench.guard.snapshot(self.bench.now, clean=True)
        self.bench.boot()

    @precondition(lambda self: self.bench.disk is not None)
    @rule()
    def damage(self) -> None:
        self.bench.disk = {}
        self.power_cut(0)

    @invariant()
    def nothing_is_on_in_an_alarm_nor_in_a_calm_zone(self) -> None:
        guard = self.bench.guard
        for out in guard.outputs.values():
            assert not (out.on and guard.reason(out.zone))

    @invariant()
    def nothing_is_on_without_a_lease(self) -> None:
        for name, out in self.bench.guard.outputs.items():
            assert not out.on or out.holder is not None
            assert not out.on or self.running_s - self.renewed[name] <= 0.3 + GRAIN_S

    @invariant()
    def bursts_are_short_and_pauses_long(self) -> None:
        for trace in self.traces.values():
            for began, ended in trace.runs:
                assert ended - began <= 10 + GRAIN_S
            starts = [began for began, _ in trace.runs[1:]]
            if trace.began is not None and trace.runs:
                starts.append(trace.began)
            for (began, ended), after in zip(trace.runs, starts, strict=False):
                assert after - ended >= max(20, 3 * (ended - began)) - GRAIN_S

    @invariant()
    def a_day_has_its_budget(self) -> None:
        for trace in self.traces.values():
            for _, until in trace.runs:
                in_a_day = [
                    ended - max(began, until - DAY_S)
                    for began, ended in trace.runs
                    if until - DAY_S < ended <= until
                ]
                assert sum(in_a_day) * FLOW_ML_H / 3600 <= DAILY_ML + 1e-9

    def _pass(self, seconds: float) -> None:
        """Time in which the guard runs, decision by decision."""
        end = self.bench.now + seconds
        while self.bench.now < end:
            before = self.bench.now
            self.bench.now = min(max(self.bench.due, before), end)
            self.running_s += self.bench.now - before
            self.bench.tick()
            self.account()


Rules.TestCase.settings = settings(stateful_step_count=40)
TestRules = Rules.TestCase


def test_the_account_would_see_a_budget_that_does_not_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge.guard.core.Output.left_ml", property(lambda self: 1.0))
    rules = Rules()
    for _ in range(30):
        rules.hold("scent", 10.0)
        rules.wait(40.0)
    with pytest.raises(AssertionError):
        rules.a_day_has_its_budget()
