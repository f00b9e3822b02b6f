"""A zone of real parts over recording lights and a player, and a judge of what they show.

Nothing here knows of a governor: the judge looks at what the fixtures were told, adds it up as
a viewer would, and holds it against the limits.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from devices.errors import DeviceUnavailableError
from edge.clock import earliest
from edge.playing.gliding_output import GlidingOutput
from edge.playing.health import Health
from edge.playing.light_channel import LightChannel
from edge.playing.light_output import LightOutput
from edge.playing.music_channel import MusicChannel
from edge.playing.player import Player
from edge.playing.volume_governor import VolumeGovernor
from edge.playing.zone_player import ZonePlayer
from edge.requests import Requests
from edge.tables import Zone
from scenes.codec import encode
from scenes.colour import WHITE, black_body
from scenes.fades import LightLevel
from scenes.messages import Reading, Request
from scenes.plan import Plan, Slot
from scenes.rules import Layer
from scenes.scene import LightCue, MusicCue, Scene
from tests.edge.fake_time import START, FakeClock
from tests.edge.fakes import payload
from tests.edge.wcag import general_flashes, red_flashes

TICK_S = 0.025
LONGEST_STEP_S = 0.05
LONGEST_RAMP_S = 0.2
STEP_TOLERANCE = 1e-3
COLOUR_STEP = 1.5
WARM_WHITE = 0.3
"""The luminance of a warm white on an RGB lamp, per level."""


def lightness(level: float) -> float:
    """CIE L* of a level in per cent, written anew here: what the eye sees."""
    share = level / 100
    return 903.2963 * share if share <= 0.008856452 else 116 * share ** (1 / 3) - 16


def redness(colour: str | None) -> float:
    """R - G - B of a hue at full if it is saturated red, written anew here."""
    if colour is None:
        return 0.0
    values = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        it / 12.92 if it <= 0.04045 else ((it + 0.055) / 1.055) ** 2.4 for it in values
    )
    strongest = max(red, green, blue)
    if strongest <= 0 or red < 0.8 * (red + green + blue):
        return 0.0
    return max(red - green - blue, 0.0) / strongest


def brightness(colour: str | None, temperature_k: float | None) -> float:
    """The relative luminance of a hue at full on an RGB lamp."""
    if colour is None:
        linear = list(WHITE if temperature_k is None else black_body(temperature_k))
    else:
        values = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [it / 12.92 if it <= 0.04045 else ((it + 0.055) / 1.055) ** 2.4 for it in values]
    strongest = max(linear)
    if strongest <= 0:
        return 1.0
    return sum(w * it for w, it in zip((0.2126, 0.7152, 0.0722), linear, strict=True)) / strongest


class Fixture:
    """A light that goes on shining as it was told last, whatever becomes of its agent."""

    def __init__(self, clock: FakeClock, level: float) -> None:
        self.clock = clock
        self.broken = False
        self.alarmed = False
        self.told: list[tuple[float, float, float]] = []  # (seconds, level, luminance)
        self._colour: str | None = None
        self._from = self._to = (level, 0.0, level)  # (level, red, luminance)
        self._start_s = self._end_s = 0.0

    @property
    def level(self) -> float:
        return self._at(0)

    @property
    def red(self) -> float:
        return self._at(1)

    @property
    def white(self) -> bool:
        return self._colour is None

    @property
    def luminance(self) -> float:
        return self._at(2)

    @property
    def gliding(self) -> bool:
        return self.clock.steady_s < self._end_s

    def shine(self, level: LightLevel) -> None:
        self._go(level, 0.0)

    def reading(self) -> Reading:
        if self.broken:
            raise DeviceUnavailableError("nobody answers")
        return Reading(level=self.level, colour=self._colour)

    def close(self) -> None:
        """It stays as it is."""

    def _go(self, target: LightLevel, duration_s: float) -> None:
        if self.broken:
            raise DeviceUnavailableError("nobody answers")
        now_s = self.clock.steady_s
        self._from = (self.level, self.red, self.luminance)
        shown = brightness(target.colour, target.temperature_k) * target.level
        self._to = (target.level, redness(target.colour) * target.level, shown)
        self._colour = target.colour
        self._start_s, self._end_s = now_s, now_s + duration_s
        self.told.append((now_s, target.level, shown))

    def _at(self, part: int) -> float:
        origin, target = self._from[part], self._to[part]
        if not self.gliding:
            return target
        share = (self.clock.steady_s - self._start_s) / (self._end_s - self._start_s)
        return origin + (target - origin) * share


class GlidingFixture(Fixture):
    """A light with transitions of its own, straight in level."""

    def __init__(self, clock: FakeClock, level: float, fade_s: float) -> None:
        super().__init__(clock, level)
        self.too_fast = False
        self._fade_s = fade_s

    def glide(self, target: LightLevel, duration_s: float) -> None:
        change = abs(lightness(target.level) - lightness(self.level))
        self._go(target, duration_s)
        self.too_fast = change / 100 * self._fade_s > duration_s + STEP_TOLERANCE


class Speaker:
    """A player that plays on as it was told last."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.broken = False
        self.forgiven = True  # silence, a fault: what comes then is no ramp from what was
        self.source: str | None = None
        self.volume = 0.0
        self.told: list[tuple[float, float, bool]] = []  # (seconds, volume, after silence)

    def play(self, source: str, crossfade_s: float) -> None:
        self._check()
        self.source = source

    def set_volume(self, volume: float) -> None:
        self._check()
        self.told.append((self.clock.steady_s, volume, self.forgiven))
        # Whatever is told in silence nobody hears.
        self.volume, self.forgiven = volume, self.source is None

    def silence(self) -> None:
        self._check()
        self.source, self.forgiven = None, True

    def reading(self) -> Reading:
        self._check()
        return Reading(playing=self.source is not None, source=self.source, volume=self.volume)

    def close(self) -> None:
        """It plays on."""

    def _check(self) -> None:
        if self.broken:
            self.forgiven = True
            raise DeviceUnavailableError("nobody answers")


class Judge:
    """Holds what the fixtures and the speaker do against the zone's limits."""

    def __init__(
        self, limits: Zone, fixtures: Sequence[Fixture], speaker: Speaker, clock: FakeClock
    ) -> None:
        self.limits = limits
        self.most_flashes = 0
        self._fixtures = fixtures
        self._speaker = speaker
        self._clock = clock
        self._flashes = (general_flashes(), red_flashes(), general_flashes())
        # They have stood there for a while.
        self._last = [(clock.steady_s - 10, it.level) for it in fixtures]
        self._last_volume = (clock.steady_s - 10, 0.0)
        self._excused_s = -10.0

    def excuse(self) -> None:
        """An alarm, or its agent died: for the next second only the hard limit counts."""
        self._excused_s = self._clock.steady_s

    def look(self, alarmed: bool) -> None:
        now_s = self._clock.steady_s
        share = 100 * len(self._fixtures)
        sums = (
            sum(it.level for it in self._fixtures) / share,
            sum(it.red for it in self._fixtures) / share,
            sum(it.luminance for it in self._fixtures) / share,
        )
        for counter, value in zip(self._flashes, sums, strict=True):
            flashes = counter.look(now_s, value)
            self.most_flashes = max(self.most_flashes, flashes)
            assert flashes <= 3, "more than three flashes in a second"
            if now_s - self._excused_s > 1.1:
                assert flashes <= self.limits.flashes_per_second, "more flashes than commissioned"
        for number, fixture in enumerate(self._fixtures):
            self._look_at(number, fixture, alarmed)
        self._listen()

    def _look_at(self, number: int, fixture: Fixture, alarmed: bool) -> None:
        for at_s, level, shown in fixture.told:
            minimum = self.limits.minimum_light
            assert level >= minimum - 1e-6, "below the minimum light"
            assert shown >= minimum * WARM_WHITE - 1e-6, "below the minimum light"
            before_s, before = self._last[number]
            if isinstance(fixture, GlidingFixture):
                assert not fixture.too_fast, "a glide faster than the commissioned fade"
            elif not alarmed:
                # Also after an hour at one level, the way to another takes its time.
                reach = 100 / self.limits.fade_s * min(at_s - before_s, LONGEST_STEP_S)
                change = abs(lightness(level) - lightness(before))
                # A colour has 256 steps a channel: it takes at least one.
                tolerance = STEP_TOLERANCE if fixture.white else COLOUR_STEP
                assert change <= reach + tolerance, "faster than the commissioned fade"
            self._last[number] = (at_s, level)
        fixture.told.clear()

    def _listen(self) -> None:
        for at_s, volume, forgiven in self._speaker.told:
            assert volume <= self.limits.max_volume, "louder than the cap"
            before_s, before = self._last_volume
            passed_s = LONGEST_RAMP_S if forgiven else min(at_s - before_s, LONGEST_RAMP_S)
            reach = 100 / self.limits.ramp_s * passed_s + 0.11
            assert volume <= before + reach, "louder too fast"
            assert forgiven or volume >= before - reach, "softer too fast"
            self._last_volume = (at_s, volume)
        self._speaker.told.clear()


class GovernedZone:
    """An agent's zone with four lights, one of which glides, and a player, on a clock."""

    def __init__(self, limits: Zone) -> None:
        self.clock = FakeClock()
        self.limits = limits
        boot = limits.minimum_light
        self.fixtures = [
            Fixture(self.clock, boot),
            Fixture(self.clock, boot),
            Fixture(self.clock, boot),
            GlidingFixture(self.clock, boot, limits.fade_s),
        ]
        self.speaker = Speaker(self.clock)
        self.judge = Judge(limits, self.fixtures, self.speaker, self.clock)
        self.reason: str | None = None
        self.plan: Plan | None = None
        self._revision = 0
        self._requests = 0
        self._due: datetime | None = None
        self.start()

    def start(self) -> None:
        """An agent begins, with the stored plan and no idea of what was before."""
        plain = [
            LightOutput(f"light-{number}", fixture, self._health(f"light-{number}"))
            for number, fixture in enumerate(self.fixtures[:3])
        ]
        last = self.fixtures[3]
        assert isinstance(last, GlidingFixture)
        gliding = GlidingOutput("light-3", last, self._health("light-3"))
        boot = LightLevel(self.limits.minimum_light)
        self.music = MusicChannel(
            "music", self.speaker, self._health("music"), self.clock, VolumeGovernor(self.limits)
        )
        self.zone = ZonePlayer(
            "hall",
            lights=[
                LightChannel("spots", plain[:2], boot),
                LightChannel("walls", [plain[2], gliding], boot),
            ],
            music=[self.music],
            limits=self.limits,
        )
        self.player = Player("nordic", [self.zone], lambda _plan, _payload: None, self.clock)
        self.player.safety = lambda _zone: self.reason
        self.requests = Requests("edge", [self.zone], [], lambda _reply: None)
        self.player.followers.append(self.requests.step)
        if self.plan is not None:
            self.zone.adopt(self.plan)

    def die(self, away_s: float) -> None:
        """The agent is killed; ``away_s`` later another one starts."""
        self.judge.excuse()
        self._pass(away_s)
        self.judge.excuse()
        self.start()
        self.step()

    def alarm(self, reason: str | None) -> None:
        """The emergency input, or the one who resets it."""
        if reason != self.reason:
            self.judge.excuse()
        self.reason = reason
        self.step()

    def offer(self, slots: Sequence[tuple[float, Scene]]) -> None:
        """A new plan of (seconds from now, scene)."""
        self._revision += 1
        self.plan = Plan(
            store="nordic",
            zone="hall",
            epoch=1,
            revision=self._revision,
            compiled_at=START - timedelta(days=1),
            slots=tuple(
                Slot(
                    start=self.clock.utc + timedelta(seconds=at_s),
                    scene=scene.id,
                    layer=Layer.RULE,
                    reason="",
                    source="rule:it",
                )
                for at_s, scene in slots
            ),
            until=self.clock.utc + timedelta(days=1),
            scenes={scene.id: scene for _, scene in slots},
        )
        self.player.offer("hall", payload(self.plan))
        self.step()

    def ask(self, device: str, action: str) -> None:
        """A person asks a device to show itself."""
        self._requests += 1
        request = Request(
            id=str(self._requests),
            action="test" if action == "test" else "identify",
            device=device,
            expires_at=self.clock.utc + timedelta(seconds=5),
        )
        self.requests.offer(encode(request))
        self.step()

    def step(self) -> None:
        """Somebody woke the loops."""
        self.judge.look(self.reason is not None)
        moment = self.clock.moment
        self._due = earliest(self.player.step(moment), self.music.step(moment))
        self.judge.look(self.reason is not None)

    def run(self, seconds: float) -> None:
        """Let time pass, stepping as the loops would."""
        end_s = self.clock.steady_s + seconds
        steps = 0
        while self.clock.steady_s < end_s:
            steps += 1
            assert steps < 20 + 100 * seconds, "a loop that spins"
            due = self._due
            wait_s = 1.0 if due is None else (due - self.clock.moment.steady).total_seconds()
            self._pass(min(max(wait_s, 1e-6), 1.0, end_s - self.clock.steady_s))
            self.step()

    def _pass(self, seconds: float) -> None:
        """Time without a step; what glides is looked at on the way."""
        end_s = self.clock.steady_s + seconds
        while any(it.gliding for it in self.fixtures) and end_s - self.clock.steady_s > TICK_S:
            self.clock.advance(TICK_S)
            self.judge.look(self.reason is not None)
        self.clock.advance(max(end_s - self.clock.steady_s, 0.0))
        self.judge.look(self.reason is not None)

    def _health(self, name: str) -> Health:
        return Health(name, _unheard)


def _unheard(_device: str, _problem: str | None) -> None:
    """The log is not what is looked at here."""


def scene(
    level: float,
    other: float,
    hue: str | float | None,
    fade_s: float,
    volume: float | None,
    crossfade_s: float = 0.0,
) -> Scene:
    """A scene of spots at ``level`` and the rest at ``other``, in one hue."""

    def cue(at: float) -> LightCue:
        if isinstance(hue, str):
            return LightCue(level=at, colour=hue, fade_s=fade_s)
        kelvin = None if hue is None else int(hue)
        return LightCue(level=at, temperature_k=kelvin, fade_s=fade_s)

    music = None
    if volume is not None:
        music = MusicCue(source="playlist:calm", volume=volume, crossfade_s=crossfade_s)
    return Scene(id="it", name="it", light={"spots": cue(level), "all": cue(other)}, music=music)
