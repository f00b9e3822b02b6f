"""A store as its people know it: what is planned, chosen and at work, and what was on each minute.

Written apart from the planner and the compiler: who wins a minute says `tests.scenes.minute_model`,
and what was on stays written down here as time goes by.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from scenes.almanac import Almanac
from scenes.nudge import CALMS, Nudge, NudgeKind
from scenes.rules import Layer, Override, Run
from scenes.schedule import Schedule
from tests.scenes.minute_model import DAY, MINUTE, Claim, MinuteModel

Winner = tuple[str, str, str]
"""Scene, source, layer."""

Given = tuple[float, float, float]
"""Per cent of what the scene asks: light, volume, scent."""

FOR_EVER = datetime.max.replace(tzinfo=UTC)
LOOKED_BACK = timedelta(days=3)
LONGEST_CHOICE = timedelta(days=7)


@dataclass(frozen=True)
class Trial:
    """Somebody auditions a recipe: over a choice, which holds again afterwards."""

    id: str
    zone: str
    start: datetime
    end: datetime

    @property
    def claim(self) -> Claim:
        return Claim(self.start, self.end, "override", 1, f"audition:{self.id}", "audition")


@dataclass
class StoreByMinutes:
    """One store. ``zones`` gives the fallback of each.

    ``over`` is what was ended, or replaced, when its time was out already; ``past_nudges`` are
    nudges of which the same is true. ``trials`` has at most one for a zone.
    """

    now: datetime
    tz: ZoneInfo
    almanac: Almanac
    schedule: Schedule
    zones: Mapping[str, str]
    chosen: dict[tuple[str, Layer], Override] = field(default_factory=dict)
    runs: dict[str, Run] = field(default_factory=dict)
    trials: dict[str, Trial] = field(default_factory=dict)
    over: list[Override | Run | Trial] = field(default_factory=list)
    past: dict[str, dict[datetime, Winner]] = field(default_factory=dict)
    been_over: set[str] = field(default_factory=set)
    nudges: dict[tuple[str, NudgeKind], Nudge] = field(default_factory=dict)
    past_nudges: list[Nudge] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.past = {zone: {} for zone in self.zones}

    # --- What time does -----------------------------------------------------------------------

    def pass_time(self, minutes: int, known_until: Mapping[str, datetime]) -> None:
        """Let the minutes go by; each is written down as it was, where anybody knew it."""
        later = self.now + minutes * MINUTE
        for zone in self.zones:
            end = min(later, known_until[zone])
            if self.now < end:
                each = self.minutes(zone, self.now, end)
                for number, winners in enumerate(each):
                    # Where two answers are right, nobody asks afterwards which it was.
                    if len(winners) == 1:
                        (self.past[zone][self.now + number * MINUTE],) = winners
        self.now = later
        asked: list[Override | Run | Trial] = [*self.chosen.values(), *self.runs.values()]
        asked += self.trials.values()
        self.been_over |= {each.id for each in asked if each.end <= later}
        for past in self.past.values():
            for minute in [each for each in past if each < later - LOOKED_BACK]:
                del past[minute]

    def set_back(self, minutes: int) -> None:
        """The clock is set back: what comes now has not been yet."""
        self.now -= minutes * MINUTE
        for past in self.past.values():
            for minute in [each for each in past if each >= self.now]:
                del past[minute]

    # --- What people and sensors do -----------------------------------------------------------

    def choose(self, choice: Override) -> None:
        """At most one choice in each zone and layer: the last one."""
        self.unchoose(choice.zone, choice.layer)
        self.chosen[choice.zone, choice.layer] = choice

    def unchoose(self, zone: str, layer: Layer) -> None:
        choice = self.chosen.pop((zone, layer), None)
        if choice and choice.end <= self.now:
            self.over.append(choice)

    def try_out(self, trial: Trial) -> None:
        """At most one trial in each zone: the last one."""
        self.untry(trial.zone)
        self.trials[trial.zone] = trial

    def untry(self, zone: str) -> None:
        trial = self.trials.pop(zone, None)
        if trial and trial.end <= self.now:
            self.over.append(trial)

    def tried(self, zone: str) -> bool:
        """Whether a trial has not ended."""
        return zone in self.trials and self.now < self.trials[zone].end

    def nudge(self, nudge: Nudge) -> None:
        """At most one nudge in each zone of each kind: the last one."""
        self.unnudge(nudge.zone, nudge.kind)
        self.nudges[nudge.zone, nudge.kind] = nudge

    def unnudge(self, zone: str, kind: NudgeKind) -> None:
        nudge = self.nudges.pop((zone, kind), None)
        if nudge and nudge.end <= self.now:
            self.past_nudges.append(nudge)

    def nudged(self, zone: str, *kinds: NudgeKind) -> bool:
        """Whether a nudge of one of these kinds has not ended."""
        held = (self.nudges.get((zone, kind)) for kind in kinds)
        return any(nudge and self.now < nudge.end for nudge in held)

    def ever_nudged(self, zone: str, start: datetime, end: datetime) -> bool:
        """Whether a nudge holds in [start, end), or did by a clock that was set back since."""
        asked = [*self.nudges.values(), *self.past_nudges]
        return any(it.zone == zone and it.start < end and it.end > start for it in asked)

    def given(self, zone: str, instant: datetime, layer: str, source: str) -> Given | None:
        """What nudges make of what plays; None where the clock was set back and nobody knows.

        A recipe is tried out as it is, but for what is to be off.
        """
        asked = [*self.nudges.values(), *self.past_nudges]
        here = [it for it in asked if it.zone == zone and it.start <= instant < it.end]
        if not here or layer == Layer.EMERGENCY:
            return 100, 100, 100
        if any(it in self.past_nudges for it in here):
            return None
        tried = source.startswith("audition:")
        percent = {it.kind: it.percent for it in here if not tried or it.kind in CALMS}
        most = 100 if layer == Layer.QUIET_HOUR else 150
        volume = 0 if "mute" in percent else min(percent.get("volume", 100), most)
        scent = 0 if "scent-off" in percent else percent.get("scent", 100)
        return percent.get("light", 100), volume, scent

    def work(self, run: Run) -> None:
        """A run of its id is at work, from now on as it says."""
        self.runs[run.id] = run
        self.over = [each for each in self.over if each.id != run.id]
        self.been_over.discard(run.id)

    def calm(self, run_id: str) -> None:
        """The run of an id ends."""
        run = self.runs.pop(run_id)
        if run.end <= self.now:
            self.over.append(run)

    def standing(self, zone: str, layer: Layer) -> Override | None:
        """A choice that has not ended."""
        choice = self.chosen.get((zone, layer))
        return choice if choice and self.now < choice.end else None

    def next_closing(self) -> datetime | None:
        """When the store closes next, within eight days."""
        model = MinuteModel(self.schedule, self.tz, self.almanac, self.now, self.now + 9 * DAY)
        today = self.now.astimezone(self.tz).date()
        found = (model.open_from_until(today + number * DAY) for number in range(-2, 9))
        return min((each[1] for each in found if each and each[1] > self.now), default=None)

    def next_change(self, zone: str, horizon: datetime) -> datetime | None:
        """When the schedule alone would give another scene than now, before the horizon."""
        model = MinuteModel(self.schedule, self.tz, self.almanac, self.now, horizon)
        claims = list(model.planned(zone))

        def scene_at(instant: datetime) -> str:
            best: Claim | None = None
            for claim in claims:
                if claim.begin <= instant < claim.end and (best is None or claim.beats(best)):
                    best = claim
            return best.scene if best else self.zones[zone]

        moments = sorted({moment for claim in claims for moment in (claim.begin, claim.end)})
        later = (moment for moment in moments if self.now < moment < horizon)
        return next((moment for moment in later if scene_at(moment) != scene_at(self.now)), None)

    def was_over(self, asked: Override | Run | Trial) -> bool:
        """Whether its time was out once, by a clock that may have been set back since."""
        return asked.id in self.been_over

    # --- Who wins -----------------------------------------------------------------------------

    def minutes(self, zone: str, start: datetime, end: datetime) -> Iterator[set[Winner]]:
        """Who wins each minute of [start, end).

        What was over before the clock was set back may come again or not, unless somebody ended it
        while it held: then several answers are right.
        """
        model = MinuteModel(self.schedule, self.tz, self.almanac, start, end)
        surely, perhaps = (self.asked(model, zone, over=over) for over in (False, True))
        claims = [*model.planned(zone), *surely]
        claims = [each for each in claims if each.begin < end and each.end > start]
        always = Claim(start, end, "fallback", 0, "fallback", self.zones[zone])
        edges = sorted({edge for each in (*claims, *perhaps) for edge in (each.begin, each.end)})
        winners: set[Winner] = set()
        now = start
        while now < end:
            # Where nobody begins or ends to want something, a minute is as the one before.
            changes = not winners
            while edges and edges[0] <= now:
                edges.pop(0)
                changes = True
            if changes:
                best = always
                for claim in claims:
                    if claim.begin <= now < claim.end and claim.beats(best):
                        best = claim
                others = (it for it in perhaps if it.begin <= now < it.end and it.beats(best))
                winners = {(it.scene, it.source, it.layer) for it in (best, *others)}
            yield winners
            now += MINUTE

    def asked(self, model: MinuteModel, zone: str, *, over: bool) -> list[Claim]:
        """What people and sensors want in a zone; of what was over once, or of the rest."""
        everything: list[Override | Run | Trial] = [
            *self.chosen.values(),
            *self.runs.values(),
            *self.trials.values(),
            *self.over,
        ]
        asked = [it for it in everything if self.was_over(it) is over]
        chosen = [it for it in asked if isinstance(it, Override)]
        runs = [it for it in asked if isinstance(it, Run)]
        trials = [it.claim for it in asked if isinstance(it, Trial) and it.zone == zone]
        return [*model.chosen(zone, chosen, runs), *trials]
