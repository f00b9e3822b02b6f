"""Devices that remember what they were told, and plans for them."""

import itertools
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from devices.capabilities import Track
from devices.errors import DeviceError, DeviceRefusedError, DeviceUnavailableError
from edge.grant import Grant
from edge.playing.health import Health
from scenes.codec import encode
from scenes.fades import LightLevel
from scenes.messages import PlanMessage, Reading
from scenes.plan import Plan, Slot
from scenes.rules import Layer
from scenes.scene import LightCue, MusicCue, Scene, ScentCue
from tests.edge.fake_time import START, FakeClock


class Breakable:
    """Throws what ``broken`` holds, until it is mended."""

    broken: Exception | None = None
    calls = 0

    def check(self) -> None:
        self.calls += 1
        if self.broken is not None:
            raise self.broken

    def unplug(self) -> None:
        self.broken = DeviceUnavailableError("nobody answers")

    def mend(self) -> None:
        self.broken = None

    def close(self) -> None:
        """Nothing to let go of."""


class FakeLight(Breakable):
    """Remembers every level with its (steady) time."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self.shown: list[tuple[float, LightLevel]] = []

    @property
    def level(self) -> float | None:
        return self.shown[-1][1].level if self.shown else None

    def shine(self, level: LightLevel) -> None:
        self.check()
        self.shown.append((self._clock.steady_s, level))

    def reading(self) -> Reading:
        return Reading(level=self.level)


class FakePlayer(Breakable):
    """Remembers every call with its (steady) time."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self.told: list[tuple[float, str, object]] = []
        self.source: str | None = None
        self.volume: float | None = None

    def disturb(self, source: str | None, volume: float) -> None:
        """Somebody else tells it something."""
        self.source, self.volume = source, volume

    def play(self, source: str, crossfade_s: float) -> None:
        self.check()
        self.told.append((self._clock.steady_s, "play", (source, crossfade_s)))
        self.source = source

    def set_volume(self, volume: float) -> None:
        self.check()
        self.told.append((self._clock.steady_s, "volume", volume))
        self.volume = volume

    def silence(self) -> None:
        self.check()
        self.told.append((self._clock.steady_s, "silence", None))
        self.source = None

    def reading(self) -> Reading:
        if self.broken is not None:
            return Reading(problem="nobody answers")
        return Reading(playing=self.source is not None, source=self.source, volume=self.volume)

    def volumes(self) -> list[float]:
        return [float(str(value)) for _, call, value in self.told if call == "volume"]


class FakeJukebox(FakePlayer):
    """A player that can wait for a song's end, announce, and tell its track."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock)
        self.next_source: str | None = None
        self.refuses = ""
        self.announcement_s = 4.0
        self.heard: Track | None = None
        self._prepared: str | None = None
        self._played: str | None = None
        self._waits: str | None = None
        self._file_ends_s = clock.steady_s

    def end_song(self) -> None:
        """The song is over: what waits behind it begins."""
        self.source, self.next_source = self.next_source or self.source, None

    def play(self, source: str, crossfade_s: float) -> None:
        super().play(source, crossfade_s)
        self.next_source = self._waits = None
        self._file_ends_s = self._clock.steady_s

    def silence(self) -> None:
        super().silence()
        self._file_ends_s = self._clock.steady_s

    def play_at_song_end(self, source: str, crossfade_s: float) -> None:
        self.check()
        self.told.append((self._clock.steady_s, "play-at-end", (source, crossfade_s)))
        if self.source is None:
            self.source = self._waits or source
        if source != self.source:
            self.next_source = source

    def prepare(self, file: str) -> None:
        self.check()
        if self.refuses:
            raise DeviceRefusedError(self.refuses)
        self.told.append((self._clock.steady_s, "prepare", file))
        self._prepared, self._played = file, self.source

    def announce(self) -> None:
        self.check()
        self.told.append((self._clock.steady_s, "announce", self._prepared))
        self._file_ends_s = self._clock.steady_s + self.announcement_s
        self.source, self._waits = None, self._played

    def announcing(self) -> bool:
        self.check()
        return self._clock.steady_s < self._file_ends_s

    def track(self) -> Track | None:
        return self.heard

    def things_told(self) -> list[str]:
        """What it was told, but for volumes, each once in a row."""
        calls = [call for _, call, _ in self.told if call != "volume"]
        return [call for call, _ in itertools.groupby(calls)]


class FakeDiffuser(Breakable):
    """Remembers every burst with its (steady) time; runs as long as it was told.

    ``refusal`` is what the guard says to a burst in place of granting it; one that is ``late``
    has not answered yet.
    """

    refusal: DeviceError | None = None
    late = False
    refills = 0

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self.bursts: list[tuple[float, float]] = []
        self.stops: list[float] = []
        self.tended: list[float] = []
        self._jammed = False

    def jam(self) -> None:
        """The relay sticks: it runs for ever."""
        self._jammed = True

    def burst(self, duration_s: float) -> None:
        self.check()
        self.bursts.append((self._clock.steady_s, duration_s))

    def stop(self) -> None:
        self.check()
        self.stops.append(self._clock.steady_s)

    def tend(self) -> Grant:
        self.tended.append(self._clock.steady_s)
        if self.refusal is not None:
            raise self.refusal
        if self.late:
            return Grant.ASKED
        return Grant.RUNNING if self._running else Grant.OVER

    def refill(self) -> None:
        self.refills += 1

    def why_not(self) -> str | None:
        return None if self.refusal is None else str(self.refusal)

    def reading(self) -> Reading:
        return Reading(on=self._jammed or self._running)

    @property
    def _running(self) -> bool:
        running = bool(self.bursts) and self._clock.steady_s < sum(self.bursts[-1])
        stopped = bool(self.stops) and self.stops[-1] >= self.bursts[-1][0]
        return running and not stopped


class Told:
    """Remembers what was told of devices' health."""

    def __init__(self) -> None:
        self.all: list[tuple[str, str | None]] = []

    def __call__(self, device: str, problem: str | None) -> None:
        self.all.append((device, problem))

    def health(self, device: str) -> Health:
        return Health(device, self)


def scene(
    name: str,
    level: float | None = None,
    fade_s: float = 2.0,
    music: MusicCue | None = None,
    scent: ScentCue | None = None,
    revision: int = 1,
) -> Scene:
    """A scene with one light cue for all groups."""
    light = {} if level is None else {"all": LightCue(level=level, fade_s=fade_s)}
    return Scene(id=name, name=name, revision=revision, light=light, music=music, scent=scent)


def plan(
    slots: Sequence[tuple[float, Scene]],
    *,
    revision: int = 1,
    epoch: int = 1,
    until_s: float = 86_400,
    start: datetime = START,
    zone: str = "hall",
    layers: Mapping[str, Layer] | None = None,
    compiled_s: float = 0,
) -> Plan:
    """A plan of (seconds from ``start``, scene), made ``compiled_s`` after ``start``."""
    return Plan(
        store="nordic",
        zone=zone,
        epoch=epoch,
        revision=revision,
        compiled_at=start + timedelta(seconds=compiled_s),
        slots=tuple(
            Slot(
                start=start + timedelta(seconds=at_s),
                scene=each.id,
                layer=(layers or {}).get(each.id, Layer.RULE),
                reason=f"because of {each.id}",
                source=f"rule:{each.id}",
            )
            for at_s, each in slots
        ),
        until=start + timedelta(seconds=until_s),
        scenes={each.id: each for _, each in slots},
    )


def payload(it: Plan) -> bytes:
    """The plan as the hub sends it."""
    return encode(PlanMessage(plan=it))
