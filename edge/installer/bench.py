"""The devices of one edge on the installer's bench: open, read, and tested within their limits.

The zones' players are the agent's own, only without a plan: what holds for a scene (limits,
pauses, the guard) holds for a test.
"""

from __future__ import annotations

import secrets
from collections import deque
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

from devices.bus import MessageBus
from edge.clock import Clock, Moment
from edge.config import Config
from edge.data_directory import DataDirectory
from edge.device_bus import DeviceBus
from edge.errors import AgentRunsError, UnknownNameError
from edge.guard_link import guard_socket
from edge.guarding import Guarding
from edge.identity import Identity
from edge.installer.gauge import Gauge
from edge.installer.music_test import MUSIC_TEST_S, Answer, MusicTest
from edge.playing.atmosphere import atmosphere
from edge.playing.gesture import TEST_S
from edge.playing.player import Player
from edge.playing.zones import zone_players
from edge.requests import SCENT_TEST_S, Requests
from edge.settings import BrokerAddress
from edge.table_reading import no_such
from edge.wiring import inventory, open_devices
from scenes.codec import encode
from scenes.messages import Reply, Request

END_S = 2.0
REQUEST_HOLDS = timedelta(seconds=10)


class Bench:
    """Opens what ``config`` describes; a device that can't be opened is a problem, no more.

    ``problems`` holds what a device's driver or its zone's player says is wrong, ``answers``
    what came of each test, by the device's name. Raises `AgentRunsError` while an agent has the
    data directory.
    """

    def __init__(self, config: Config, data: Path, broker: BrokerAddress, clock: Clock) -> None:
        self.described = inventory(config)
        self.problems: dict[str, str] = {}
        self.answers: dict[str, Answer] = {}
        self._config, self._clock = config, clock
        self._broker = config.bus.broker() or broker
        self._bus: DeviceBus | None = None
        self._asked: dict[str, str] = {}
        self._music_tests: deque[str] = deque()
        with ExitStack() as stack:
            directory = _hold(data)
            stack.callback(directory.close)
            self.guarding = Guarding(config, data, clock)
            self.guard_socket = guard_socket(config, data)
            self._open(stack)
            self._stack = stack.pop_all()

    def start(self) -> None:
        """Bring the outputs to their boot levels, read everything, and let shoppers come."""
        self._player.loop.start()
        # An alarm is shown by the lights; the agent is who records it.
        self.guarding.start(self._player.loop.wake, lambda _alarm: None)
        for test in self._music.values():
            test.channel.loop.start()
        if self._bus is not None:
            self._bus.start()
        for gauge in self.gauges.values():
            gauge.start()
        if self._devices.floor is not None:
            self._devices.floor.start()

    def test(self, name: str) -> float:
        """Run an output briefly, within its limits; for how many seconds it will be at it.

        `UnknownNameError` for what is no output.
        """
        info = self.described.get(name)
        if info is None or info.kind == "sensor":
            outputs = [it.id for it in self.described.values() if it.kind != "sensor"]
            raise UnknownNameError(f"{name}: {no_such('output', name, outputs)}")
        self.answers.pop(name, None)
        if name not in self.gauges:
            self.answers[name] = Answer(False, self.problems.get(name, "it has no driver here"))
            return 0.0
        if name in self._music:
            self._music_tests.append(name)
        else:
            self._ask(name)
        self._player.loop.wake()
        return {"player": MUSIC_TEST_S, "diffuser": SCENT_TEST_S}.get(info.kind, TEST_S)

    def close(self) -> None:
        """Leave every output at its fail level. May be called twice."""
        for gauge in self.gauges.values():
            gauge.end()
        self._player.loop.end(END_S)
        for test in self._music.values():
            test.channel.loop.end(END_S)
            test.end()
        self._stack.close()

    def _open(self, stack: ExitStack) -> None:
        clock = self._clock
        self._devices = devices = open_devices(
            self._config,
            clock,
            self._ask_atmosphere,
            self._open_bus,
            self._not_opened,
            self.guarding.scent,
        )
        if self._bus is not None:
            stack.callback(self._bus.stop)
        stack.callback(devices.close)
        stack.callback(self.guarding.close)
        self._zones = zone_players(self._config, devices, self._told, clock)
        self._player = Player(self._config.store, self._zones, lambda _plan, _payload: None, clock)
        self._player.safety = self.guarding.safety
        wired = (*devices.lights, *devices.players, *devices.diffusers, *devices.sensors)
        self.gauges = {it.name: Gauge(it, clock) for it in wired}
        players = {it.name: it.device for it in devices.players}
        self._music = {
            music.name: MusicTest(
                music, players[music.name], self._config.players[music.name].options.fail_level
            )
            for zone in self._zones
            for music in zone.music
        }
        self._requests = Requests(
            self._config.edge, self._zones, [it.name for it in devices.sensors], self._answered
        )
        self._player.followers += [self._test_music, self._requests.step]

    def _ask(self, name: str) -> None:
        """The hub's own way to test a device, so that its limits are the same."""
        request = Request(
            id=secrets.token_hex(8),
            action="test",
            device=name,
            expires_at=self._clock.now() + REQUEST_HOLDS,
        )
        self._asked[request.id] = name
        self._requests.offer(encode(request))

    def _answered(self, reply: Reply) -> None:
        self.answers[self._asked.pop(reply.id)] = Answer(reply.done, reply.text)

    def _test_music(self, moment: Moment) -> datetime | None:
        while self._music_tests:
            self._music[self._music_tests.popleft()].begin(moment)
        for name, test in self._music.items():
            if (answer := test.step(moment)) is not None:
                self.answers[name] = answer
        return None

    def _told(self, device: str, problem: str | None) -> None:
        if problem is None:
            self.problems.pop(device, None)
        else:
            self.problems[device] = problem

    def _not_opened(self, name: str, error: Exception) -> None:
        self.problems[name] = str(error)

    def _open_bus(self) -> MessageBus:
        if self._bus is None:
            identity = Identity(self._config.store, f"{self._config.edge}-check", "check", "0")
            self._bus = DeviceBus(identity, self._broker)
        return self._bus

    def _ask_atmosphere(self, zone: str) -> tuple[float, float, float]:
        moment = Moment.read(self._clock)
        player = next((player for player in self._zones if player.zone == zone), None)
        return (0.0, 0.0, 0.0) if player is None else atmosphere(player, moment)


def _hold(data: Path) -> DataDirectory:
    try:
        return DataDirectory(data)
    except AgentRunsError as error:
        raise AgentRunsError(
            f"an agent runs with {data}: end it first (sudo systemctl stop stemning-edge)"
        ) from error
