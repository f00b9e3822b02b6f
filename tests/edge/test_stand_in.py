"""A device that can't be opened is stood in for, opened when it can be, and costs nobody else."""

from collections.abc import Callable, Iterator
from threading import Event

import pytest

from devices.capabilities import Announcer, GlidingLight, PresenceSensor, SongEndPlayer
from devices.catalogue import Driver, Surroundings
from devices.drivers.mpd.player import MPD
from devices.errors import DeviceConfigurationError, DeviceUnavailableError
from devices.options import LightOptions
from edge.clock import Moment, SystemClock
from edge.sensing import Sensing
from edge.sensor_watch import Spot
from edge.stand_in import PATIENCE_S, StandIn, stand_in
from scenes.fades import LightLevel
from scenes.messages import AnyEvent, DeviceKind, DeviceTrouble, Presence, Reading
from tests.waiting import wait_until


class Lamp:
    """A light that remembers."""

    def __init__(self) -> None:
        self.level: float | None = None
        self.closed = False

    def shine(self, level: LightLevel) -> None:
        self.level = level.level

    def reading(self) -> Reading:
        return Reading(level=self.level)

    def close(self) -> None:
        self.closed = True


class GlidingLamp(Lamp):
    def glide(self, target: LightLevel, duration_s: float) -> None:
        self.level = target.level


class Eye(Lamp):
    def watch(self, changed: Callable[[bool], None]) -> None:
        changed(True)


class Socket:
    """Where a device is plugged in or not, or answers nobody."""

    def __init__(self, device: Lamp) -> None:
        self.device = device
        self.there = False
        self.tries = 0
        self.answers = Event()
        self.answers.set()

    def open(self) -> Lamp:
        self.tries += 1
        assert self.answers.wait(30)
        if not self.there:
            raise DeviceConfigurationError("nothing is on GPIO 2")
        return self.device


class HurriedClock(SystemClock):
    """Waits a hundredth of the time."""

    def wait(self, condition: object, timeout_s: float) -> None:
        super().wait(condition, timeout_s / 100)  # type: ignore[arg-type]


def make_lamp(_options: LightOptions, _surroundings: Surroundings) -> Lamp:
    return Lamp()


def make_gliding(_options: LightOptions, _surroundings: Surroundings) -> GlidingLamp:
    return GlidingLamp()


MakeStandIn = Callable[..., StandIn]


@pytest.fixture
def of() -> Iterator[MakeStandIn]:
    made: list[StandIn] = []
    sockets: list[Socket] = []

    def make(socket: Socket, kind: DeviceKind = "light") -> StandIn:
        driver = Driver(LightOptions, make_lamp)
        made.append(stand_in("it", kind, driver, socket.open, HurriedClock()))
        sockets.append(socket)
        return made[-1]

    yield make
    for socket in sockets:
        socket.answers.set()
    for it in made:
        it.close()


def test_what_can_be_opened_is_open_at_once(of: MakeStandIn) -> None:
    socket = Socket(Lamp())
    socket.there = True
    it = of(socket)
    assert it.start() is None
    assert it.device is socket.device


def test_it_says_why_and_does_what_the_device_does_once_that_is_there(of: MakeStandIn) -> None:
    socket = Socket(Lamp())
    it = of(socket)
    assert hasattr(it, "shine")
    assert str(it.start()) == "nothing is on GPIO 2"
    with pytest.raises(DeviceUnavailableError, match="can't be opened: nothing is on GPIO 2"):
        it.shine(LightLevel(50))
    with pytest.raises(DeviceUnavailableError):
        it.reading()
    wait_until(lambda: socket.tries >= 3, 20, "it to be tried again")
    socket.there = True
    wait_until(lambda: it.device is not None, 20, "the device")
    it.shine(LightLevel(50))
    assert it.reading().level == 50
    tries = socket.tries
    it.close()
    it.close()
    assert socket.device.closed
    assert socket.tries == tries, "what is open is opened once"


def test_one_that_hangs_while_it_opens_is_waited_for_only_briefly(of: MakeStandIn) -> None:
    socket = Socket(Lamp())
    socket.there = True
    socket.answers.clear()
    it = of(socket)
    began_s = SystemClock().monotonic()
    assert it.start() is not None
    assert SystemClock().monotonic() - began_s < PATIENCE_S + 1
    with pytest.raises(DeviceUnavailableError, match="has not answered yet"):
        it.reading()
    socket.answers.set()
    wait_until(lambda: it.device is socket.device, 20, "it to be taken in")


def test_what_opens_only_after_the_end_is_closed(of: MakeStandIn) -> None:
    socket = Socket(Lamp())
    socket.there = True
    socket.answers.clear()
    it = of(socket)
    it.start()
    it.close()
    socket.answers.set()
    wait_until(lambda: socket.device.closed, 20, "the device to be closed")


def test_it_can_what_the_drivers_devices_can() -> None:
    def ability_of(driver: Driver, kind: DeviceKind) -> StandIn:  # type: ignore[type-arg]
        return stand_in("it", kind, driver, Lamp, SystemClock())

    assert isinstance(ability_of(Driver(LightOptions, make_gliding), "light"), GlidingLight)
    assert not isinstance(ability_of(Driver(LightOptions, make_lamp), "light"), GlidingLight)
    assert isinstance(ability_of(MPD, "player"), Announcer)
    assert isinstance(ability_of(MPD, "player"), SongEndPlayer)
    unspoken = Driver(LightOptions, lambda _options, _surroundings: GlidingLamp())
    assert hasattr(ability_of(unspoken, "light"), "shine")


def test_a_sensor_is_watched_when_it_opens_and_tells_what_it_is_for(of: MakeStandIn) -> None:
    socket = Socket(Eye())
    it = of(socket, "sensor")
    assert isinstance(it, PresenceSensor)
    it.start()
    events: list[AnyEvent] = []
    clock = SystemClock()
    sensing = Sensing([Spot("eye", "hall", it, inline=True)], events.append, lambda: None, clock)
    sensing.start()
    (trouble,) = events
    assert isinstance(trouble, DeviceTrouble)
    assert trouble.problem == "can't be watched: can't be opened: nothing is on GPIO 2"
    socket.there = True
    wait_until(lambda: it.device is not None, 20, "the device")

    def told() -> bool:
        sensing.step(Moment.read(clock))
        return any(isinstance(event, Presence) for event in events)

    wait_until(told, 10, "somebody to be seen")
