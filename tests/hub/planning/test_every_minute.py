"""Whatever people, sensors, clocks and power cuts do: every minute plays what the model says.

A real planner on a real database, and beside it `tests.hub.planning.store_by_minutes`, which asks
of each minute "who wins now?". The long form is ``make weeks``.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import mkdtemp
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from hub.by import By
from hub.database import open_database
from hub.errors import OverrideEndError
from hub.planning.almanac import PlaceAlmanac
from hub.planning.auditioner import AuditionRefusedError
from hub.planning.ends import Closing, ForMinutes, NextChange, OverrideEnd, Until
from hub.planning.planner import Choice, NudgeWish, Planner
from hub.schedules.desk import ScheduleDesk
from hub.shop import Library, Place, Shop, Store, Zone
from scenes.adjustment import AS_IT_SAYS, SENSES, Sense
from scenes.nudge import CALMS, Calm, Nudge, NudgeKind
from scenes.plan import Plan, Slot
from scenes.rules import Layer, OpenHours, Override, Run, SpecialDays
from scenes.schedule import Schedule
from tests.hub.planning.store_by_minutes import (
    FOR_EVER,
    LONGEST_CHOICE,
    Given,
    StoreByMinutes,
    Trial,
    Winner,
)
from tests.hub.shops import FakeClock, scene
from tests.scenes.minute_model import MINUTE
from tests.scenes.strategies import FALLBACK, OTHER, SCENES, ZONE, WeekMaker

LONG = "WEEK_SEQUENCES" in os.environ
SEQUENCES = int(os.environ.get("WEEK_SEQUENCES", "6"))
STEPS = int(os.environ.get("WEEK_STEPS", "25"))
MINUTES_AT_LEAST = 3600
"""Both zones once."""

STORE = "nordic"
ZONES = {ZONE: FALLBACK, OTHER: "trading"}
LIBRARY = {name: scene(name) for name in (*SCENES, FALLBACK, "quiet-hour", "emergency")}
HORIZON = timedelta(days=4)
AHEAD = timedelta(hours=30)
"""What is further off than this comes near soon enough."""

PLACES = (
    Place(country="DK", latitude=55.7, longitude=12.6),
    Place(country="NO", latitude=69.6, longitude=18.9),  # where the sun stays away in December
)
TIME_ZONES = (
    "Europe/Copenhagen",
    "America/New_York",
    "Australia/Lord_Howe",  # changes by half an hour
    "Asia/Kolkata",
    "Pacific/Kiritimati",
)
BEGINNINGS = (
    datetime(2026, 3, 28, 17, 20, tzinfo=UTC),  # Europe's clocks go forward in the night
    datetime(2026, 10, 24, 20, 5, tzinfo=UTC),  # and back
    datetime(2026, 4, 3, 22, 0, tzinfo=UTC),  # Easter; Lord Howe's clocks go back
    datetime(2026, 10, 31, 11, 45, tzinfo=UTC),  # New York's clocks go back
    datetime(2026, 12, 23, 9, 0, tzinfo=UTC),
)

dice = st.randoms(use_true_random=False)
zones = st.sampled_from(tuple(ZONES))
scenes = st.sampled_from(SCENES)
lengths = st.sampled_from((1, 7, 45, 200, 1500, 6000))
NUDGES: tuple[tuple[Sense, float], ...] = (
    *(("light", 20), ("light", 150), ("volume", 0), ("volume", 80), ("volume", 150)),
    *(("scent", 0), ("scent", 50)),
)
ends: st.SearchStrategy[OverrideEnd | int] = st.one_of(
    st.just(NextChange()), st.just(Closing()), lengths.map(ForMinutes), lengths
)
store_ends: st.SearchStrategy[OverrideEnd | int] = st.one_of(
    st.just(Closing()), lengths.map(ForMinutes), lengths
)


class Week(WeekMaker):
    """A random schedule that may be deployed: without the mistakes that a review forbids."""

    def schedule(self) -> Schedule:
        presets = {name: self._dice.choice(SCENES) for name in ("quiet_scene", "emergency_scene")}
        made = super().schedule()
        hours = made.hours or {"sat": self._hours()}
        return msgspec.structs.replace(made, hours=hours, **presets)

    def _days(self) -> SpecialDays:
        made = super()._days()
        names = {"Feast": "Christmas Day", "Fair": "Good Friday"}
        return msgspec.structs.replace(
            made, holidays=tuple(names.get(name, name) for name in made.holidays)
        )

    def _hours(self) -> OpenHours:
        made = super()._hours()
        return OpenHours("00:00", made.until) if made.from_ == "24:00" else made

    def _standing(self, number: int) -> dict[str, object]:
        made = super()._standing(number)
        return {**made, "from_": "00:00"} if made["from_"] == "24:00" else made

    def _season(self) -> dict[str, object]:
        made = super()._season()
        first, last = made["valid_from"], made["valid_to"]
        return {**made, "valid_from": None} if first and last and str(last) < str(first) else made


class EveryMinute(RuleBasedStateMachine):
    """A store with two zones; its model has the same done to it.

    ``template`` is a database without rows; ``compared`` counts the minutes of all machines.
    """

    template: Path
    compared = 0

    def __init__(self) -> None:
        super().__init__()
        self.directory = Path(mkdtemp(prefix="stemning-weeks-"))
        shutil.copy(self.template, self.directory / "hub.db")
        self.engine = open_database(f"sqlite:///{self.directory / 'hub.db'}")
        self.published: dict[str, Plan] = {}
        # A clock that was set back may show minutes that the plan has as they were before.
        self.stale_until: dict[str, datetime] = {}

    def teardown(self) -> None:
        self.engine.dispose()
        shutil.rmtree(self.directory)

    @initialize(
        chance=dice,
        place=st.sampled_from(PLACES),
        tz=st.sampled_from(TIME_ZONES),
        now=st.sampled_from(BEGINNINGS),
    )
    def begin(self, chance: Random, place: Place, tz: str, now: datetime) -> None:
        schedule = Week(chance, now).schedule()
        self.clock = FakeClock(now)
        self.store = Store(
            id=STORE,
            name="Nordic",
            time_zone=tz,
            currency="DKK",
            zones=tuple(Zone(zone, zone, fallback) for zone, fallback in ZONES.items()),
            schedule=schedule,
            place=place,
        )
        zone = ZoneInfo(tz)
        almanac = PlaceAlmanac(place, zone)
        self.model = StoreByMinutes(now, zone, almanac, schedule, ZONES)
        self.versions = [schedule]
        self.start_hub()

    def start_hub(self) -> None:
        self.planner = Planner(self.engine, self.publish, self.clock, HORIZON)
        self.planner.load(Shop((self.store,), LIBRARY))
        self.stale_until.clear()
        library = Library(LIBRARY)
        self.desk = ScheduleDesk(
            self.engine, self.planner, lambda: library, self.clock, lambda: None
        )

    def publish(self, plan: Plan) -> None:
        last = self.published.get(plan.zone)
        assert last is None or plan.order > last.order
        self.published[plan.zone] = plan
        self.stale_until.pop(plan.zone, None)

    # --- Time ---------------------------------------------------------------------------------

    @rule(minutes=st.sampled_from((1, 13, 60, 300, 300, 1440, 4000, 20_000)))
    def time_goes_by(self, minutes: int) -> None:
        known = {zone: self.plan(zone).until for zone in ZONES}
        for zone, stale in self.stale_until.items():
            # What a stale minute played is the plan's own affair; those behind it are known.
            if stale > self.model.now:
                known[zone] = self.model.now
        self.model.pass_time(minutes, known)
        self.clock.forward(minutes=minutes)
        self.planner.extend()

    @rule(minutes=st.sampled_from((1, 20, 90, 400, 1300)))
    def the_clock_is_set_back(self, minutes: int) -> None:
        for zone in ZONES:
            self.stale_until[zone] = max(self.model.now, self.stale_until.get(zone, self.model.now))
        self.model.set_back(minutes)
        self.clock.forward(minutes=-minutes)
        self.planner.extend()

    @rule()
    def the_hub_starts_again(self) -> None:
        self.start_hub()

    @rule(tz=st.sampled_from(TIME_ZONES))
    def the_store_moves(self, tz: str) -> None:
        self.store = replace(self.store, time_zone=tz)
        self.model.tz = ZoneInfo(tz)
        self.model.almanac = PlaceAlmanac(self.store.place, self.model.tz)
        self.planner.load(Shop((self.store,), LIBRARY))

    # --- The schedule -------------------------------------------------------------------------

    @rule(chance=dice)
    def a_draft_is_deployed(self, chance: Random) -> None:
        schedule = Week(chance, self.model.now).schedule()
        self.desk.begin(STORE, None, By("Kim"))
        self.desk.change(STORE, lambda _: schedule, By("Kim"), lambda *_: None)
        self.desk.deploy(STORE, By("Kim"), lambda *_: None)
        self.versions.append(schedule)
        self.model.schedule = schedule

    @precondition(lambda self: len(self.versions) > 1)
    @rule(number=st.integers(0, 50))
    def an_earlier_version_is_deployed_again(self, number: int) -> None:
        chosen = number % len(self.versions)
        self.desk.revert(STORE, chosen + 1, By("Kim"), lambda *_: None)
        self.versions.append(self.versions[chosen])
        self.model.schedule = self.versions[chosen]

    # --- People's choices ---------------------------------------------------------------------

    @rule(zone=zones, scene=scenes, end=ends)
    def somebody_chooses(self, zone: str, scene: str, end: OverrideEnd | int) -> None:
        due = self.due(end, zone)
        if due is None:
            with pytest.raises(OverrideEndError):
                self.planner.override(STORE, zone, Choice(scene, self.asked(end)))
            return
        self.planner.override(STORE, zone, Choice(scene, self.asked(end)))
        self.model.untry(zone)
        self.model.choose(self.choice(zone, Layer.OVERRIDE, scene, due))

    @rule(zone=zones)
    def somebody_returns_to_the_plan(self, zone: str) -> None:
        stood = self.model.standing(zone, Layer.OVERRIDE) or self.model.nudged(zone, *SENSES)
        stood = stood or self.model.tried(zone)
        assert (self.planner.return_to_plan(STORE, zone) is not None) == bool(stood)
        if stood:
            self.model.unchoose(zone, Layer.OVERRIDE)
            self.model.untry(zone)
            for sense in SENSES:
                self.model.unnudge(zone, sense)

    @rule(zone=zones, name=scenes, seconds=st.sampled_from((10, 60, 90, 120)))
    def somebody_tries_a_scene_out(self, zone: str, name: str, seconds: int) -> None:
        # What is on now was compared with the model, but for what a clock that was set back left.
        if self.plan(zone).at(self.model.now).layer in {Layer.EMERGENCY, Layer.QUIET_HOUR}:
            with pytest.raises(AuditionRefusedError):
                self.planner.audition(STORE, zone, LIBRARY[name], seconds)
            return
        begun = self.planner.audition(STORE, zone, LIBRARY[name], seconds)
        end = self.model.now + timedelta(seconds=seconds)
        self.model.try_out(Trial(begun.id, zone, self.model.now, end))

    @rule(zone=zones)
    def nobody_tries_it_out_any_more(self, zone: str) -> None:
        stood = self.model.tried(zone)
        assert self.planner.end_audition(STORE, zone) == stood
        if stood:
            self.model.untry(zone)

    @rule(zone=zones, nudge=st.sampled_from(NUDGES), end=ends)
    def somebody_nudges(
        self, zone: str, nudge: tuple[Sense, float], end: OverrideEnd | int
    ) -> None:
        sense, percent = nudge
        due = self.due(end, zone)
        wish = NudgeWish(sense, percent, self.asked(end))
        if due is None:
            with pytest.raises(OverrideEndError):
                self.planner.nudge(STORE, zone, wish)
            return
        self.planner.nudge(STORE, zone, wish)
        self.model.nudge(self.nudge_of(zone, sense, percent, due))

    @rule(zone=zones, sense=st.sampled_from(SENSES))
    def it_is_as_the_scene_says(self, zone: str, sense: Sense) -> None:
        stood = self.model.nudged(zone, sense)
        assert self.planner.end_nudge(STORE, zone, sense) == stood
        if stood:
            self.model.unnudge(zone, sense)

    @rule(calm=st.sampled_from(CALMS), end=store_ends)
    def everybody_wants_calm(self, calm: Calm, end: OverrideEnd | int) -> None:
        due = self.due(end)
        if due is None:
            with pytest.raises(OverrideEndError):
                self.planner.begin_calm(STORE, calm, self.asked(end))
            return
        self.planner.begin_calm(STORE, calm, self.asked(end))
        for zone in ZONES:
            self.model.nudge(self.nudge_of(zone, calm, 0, due))

    @rule(calm=st.sampled_from(CALMS))
    def nobody_wants_calm_any_more(self, calm: Calm) -> None:
        stood = self.model.nudged(ZONE, calm)
        assert self.planner.end_calm(STORE, calm) == stood
        for zone in ZONES if stood else ():
            self.model.unnudge(zone, calm)

    def nudge_of(self, zone: str, kind: NudgeKind, percent: float, end: datetime) -> Nudge:
        """The model's own; nobody looks at its name."""
        now = self.model.now
        return Nudge(id="", zone=zone, kind=kind, percent=percent, start=now, end=end)

    @rule(end=store_ends)
    def a_quiet_hour_begins(self, end: OverrideEnd | int) -> None:
        due = self.due(end)
        if due is None:
            with pytest.raises(OverrideEndError):
                self.planner.quiet_hour(STORE, self.asked(end))
            return
        self.planner.quiet_hour(STORE, self.asked(end))
        for zone in ZONES:
            self.model.choose(
                self.choice(zone, Layer.QUIET_HOUR, self.model.schedule.quiet_scene, due)
            )

    @rule()
    def the_quiet_hour_is_ended(self) -> None:
        self.end_everywhere(Layer.QUIET_HOUR, ended=self.planner.end_quiet_hour(STORE))

    @rule()
    def an_emergency_begins(self) -> None:
        stood = self.model.standing(ZONE, Layer.EMERGENCY)
        self.planner.emergency(STORE)
        for zone in () if stood else ZONES:
            preset = self.model.schedule.emergency_scene
            self.model.choose(self.choice(zone, Layer.EMERGENCY, preset, FOR_EVER))

    @rule()
    def the_emergency_is_ended(self) -> None:
        self.end_everywhere(Layer.EMERGENCY, ended=self.planner.end_emergency(STORE))

    def end_everywhere(self, layer: Layer, *, ended: bool) -> None:
        assert ended == (self.model.standing(ZONE, layer) is not None)
        for zone in ZONES if ended else ():
            self.model.unchoose(zone, layer)

    def asked(self, end: OverrideEnd | int) -> OverrideEnd:
        """A whole number stands for an instant so many minutes from now."""
        return Until(self.clock() + end * MINUTE) if isinstance(end, int) else end

    def due(self, end: OverrideEnd | int, zone: str | None = None) -> datetime | None:
        """The instant that the model takes an end for; None for what it must refuse."""
        now, closing = self.model.now, self.model.next_closing()
        match end:
            case int(minutes) | ForMinutes(minutes):
                return now + minutes * MINUTE
            case NextChange():
                assert zone is not None
                change = self.model.next_change(zone, self.plan(zone).until)
                until = change or closing or now + timedelta(hours=24)
                return min(until, now + LONGEST_CHOICE)
            case _:
                return min(closing, now + LONGEST_CHOICE) if closing else None

    def choice(self, zone: str, layer: Layer, scene: str, end: datetime) -> Override:
        """The model's own, under the name that the planner gave it."""
        name = self.planner.planned(STORE, zone).asked.overrides[layer].id
        return Override(id=name, zone=zone, scene=scene, start=self.model.now, end=end, layer=layer)

    # --- Reactions and triggers ---------------------------------------------------------------

    @rule(
        zone=zones,
        number=st.integers(0, 2),
        scene=scenes,
        minutes=st.sampled_from((3, 40, 700)),
        priority=st.integers(0, 1),
    )
    def something_is_at_work(
        self, zone: str, number: int, scene: str, minutes: int, priority: int
    ) -> None:
        """Also one that is at work already: from now on it is as it says now."""
        run = Run(
            id=f"{zone}-{number}",
            zone=zone,
            scene=scene,
            start=self.clock(),
            end=self.clock() + minutes * MINUTE,
            source=f"reaction:r{number}",
            reason="It is crowded",
            priority=priority,
        )
        self.planner.begin_run(STORE, run)
        self.model.work(run)

    @precondition(lambda self: self.model.runs)
    @rule(number=st.integers(0, 50))
    def it_is_calm_again(self, number: int) -> None:
        run = sorted(self.model.runs)[number % len(self.model.runs)]
        self.planner.end_run(STORE, self.model.runs[run].zone, run)
        self.model.calm(run)

    # --- What must be -------------------------------------------------------------------------

    def plan(self, zone: str) -> Plan:
        return self.planner.plans()[STORE, zone]

    @invariant()
    def every_minute_is_as_the_model_says(self) -> None:
        if not self.published:
            return  # before the beginning
        for zone in ZONES:
            plan = self.plan(zone)
            assert plan == self.published[zone], "what the planner holds is what is out"
            self.compare_the_future(plan)
            self.compare_the_past(plan)

    def compare_the_future(self, plan: Plan) -> None:
        now = self.model.now
        begin = max(now, self.stale_until.get(plan.zone, now))
        end = begin + AHEAD
        assert plan.slots[0].start <= now < end <= plan.until
        expected = self.model.minutes(plan.zone, begin, end)
        nudged = self.model.ever_nudged(plan.zone, begin, end)
        for (minute, slot), winners in zip(slots_of(plan, begin, end), expected, strict=True):
            fits = (slot.scene, slot.source, slot.layer) in winners
            assert fits, f"{plan.zone} at {minute}, now {now}: {winners} and not {slot}"
            if nudged or slot.adjust:
                wanted = self.model.given(plan.zone, minute, slot.layer, slot.source)
                assert wanted in {None, given(slot)}, f"{plan.zone} at {minute}, now {now}"
        EveryMinute.compared += AHEAD // MINUTE

    def compare_the_past(self, plan: Plan) -> None:
        for minute, winner in self.model.past[plan.zone].items():
            if minute >= plan.slots[0].start:
                assert playing(plan, minute) == winner, f"{plan.zone} at {minute}, long ago"
                EveryMinute.compared += 1


def slots_of(plan: Plan, begin: datetime, end: datetime) -> Iterator[tuple[datetime, Slot]]:
    """Each minute with the slot that it is in, as `Plan.at` says where one begins."""
    slot = plan.at(begin)
    starts = iter([each.start for each in plan.slots if each.start > begin])
    until = next(starts, end)
    while begin < end:
        if begin >= until:
            slot = plan.at(begin)
            until = next((start for start in starts if start > begin), end)
        yield begin, slot
        begin += MINUTE


def given(slot: Slot) -> Given:
    adjust = slot.adjust or AS_IT_SAYS
    return adjust.light, adjust.volume, adjust.scent


def playing(plan: Plan, instant: datetime) -> Winner:
    slot = plan.at(instant)
    return slot.scene, slot.source, slot.layer


@pytest.mark.slow
@pytest.mark.timeout(120 + SEQUENCES * STEPS)
def test_every_minute_is_as_the_model_says(
    sqlite_template: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    EveryMinute.template = sqlite_template
    # A sequence can be read as it is; to make it smaller would take longer than CI has.
    phases = (Phase.generate, Phase.shrink) if LONG else (Phase.generate,)
    run_state_machine_as_test(
        EveryMinute,
        settings=settings(max_examples=SEQUENCES, stateful_step_count=STEPS, phases=phases),
    )
    if LONG:
        told = f"{SEQUENCES} sequences, {EveryMinute.compared:,} minutes: all as the model says"
        with capsys.disabled():
            sys.stdout.write(f"\n{told}\n")
    assert EveryMinute.compared > SEQUENCES * MINUTES_AT_LEAST
