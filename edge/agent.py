"""The agent: puts its parts together, starts them in the order a shop needs, and ends them."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from devices.bus import MessageBus
from edge.clock import Clock, Moment
from edge.clock_evidence import Machine
from edge.clock_memory import ClockMemory
from edge.clock_trust import TrustedClock
from edge.config import Config
from edge.data_directory import DataDirectory
from edge.device_bus import DeviceBus
from edge.falling import fall_back, falls_of
from edge.guarding import Guarding
from edge.identity import Identity
from edge.leases import Leases, leases_of
from edge.log_tail import LogTail
from edge.playing.atmosphere import atmosphere
from edge.playing.plan_wait import PlanWait
from edge.playing.player import Player
from edge.playing.zone_player import ZonePlayer
from edge.playing.zones import zone_players
from edge.recording.as_run import AsRunLog
from edge.recording.disk import Disk
from edge.recording.job import Job
from edge.recording.plan_store import PlanStore
from edge.recording.play_log import PlayLog
from edge.reporting import Housekeeping, Reporter
from edge.requests import Requests
from edge.sensing import Sensing
from edge.sensor_watch import Spot
from edge.service_manager import ServiceManager
from edge.settings import BrokerAddress
from edge.watchdog import Watchdog
from edge.wiring import Devices, inventory, open_devices
from scenes.messages import (
    ClockSet,
    ClockState,
    DeviceTrouble,
    PlanAccepted,
    Reply,
    Started,
    State,
)
from scenes.plan import Plan

if TYPE_CHECKING:
    from edge.link import Link

logger = logging.getLogger(__name__)

PLAYER_END_S = 1.0
MUSIC_END_S = 0.3
LIGHT_END_S = 0.3
SENSOR_END_S = 0.1
KEEPER_END_S = 0.2
DRAIN_S = 1.5
DISK_END_S = 0.7


class Agent:
    """One run of an edge, from `start` to `stop`.

    Making it opens the data directory and the devices; it raises a `StemningError` that says
    what to mend. A device that can't be opened keeps nobody else waiting: it is tried again.
    """

    def __init__(
        self, config: Config, data: Path, broker: BrokerAddress, identity: Identity, clock: Clock
    ) -> None:
        self._identity = identity
        self._broker = broker
        self._log = LogTail()
        evidence = None if config.clock.trust == "always" else Machine()
        self._clock = clock = TrustedClock(clock, evidence, ClockMemory(data))
        self._inventory = inventory(config)
        self._link: Link | None = None
        self._bus: DeviceBus | None = None
        self._bus_lock = Lock()
        self._bus_runs = False
        self._bus_broker = config.bus.broker() or broker
        self._directory = DataDirectory(data)
        self._plans = PlanStore(self._directory.plans, config.store)
        self._guarding = Guarding(config, data, clock)
        self._disk = self._new_disk(config)
        try:
            self._devices = open_devices(
                config,
                clock,
                self._ask_atmosphere,
                self._open_bus,
                scent=self._guarding.scent,
                keep_trying=True,
            )
        except BaseException:
            self._directory.close()
            raise
        self._zones = zone_players(config, self._devices, self._trouble, clock)
        self._player = Player(config.store, self._zones, self._accepted, clock)
        self._player.safety = self._guarding.safety
        safety = self._guarding.safety
        leases = leases_of(config, self._zones, safety)
        self._leases = Leases(leases, self._zones, self._trouble, clock)
        self._leases.safety = safety
        self._falls = falls_of(config, self._zones, clock, safety)
        self._sensing = Sensing(
            _spots(config, self._devices), self._disk.recorder.record, self._player.loop.wake, clock
        )
        self._as_run = [AsRunLog(zone, self._disk.recorder.record) for zone in self._zones]
        self._plays = [
            PlayLog(zone, music, self._disk.recorder.record)
            for zone in self._zones
            for music in zone.music
        ]
        self._reporter = self._new_reporter()
        self._requests = self._new_requests()
        self._player.followers += [
            self._clock.step,
            self._guarding.step,
            self._requests.step,
            *(log.step for log in self._as_run),
            *(log.step for log in self._plays),
            self._sensing.step,
            self._reporter.step,
            PlanWait(config.store, self._zones, self._is_connected).step,
            self._leases.step,
        ]

    def watched_by(self, manager: ServiceManager) -> None:
        """Give ``manager`` a sign of life after each whole step of the player. Before `start`."""
        self._player.followers.append(Watchdog(manager, self._zones).step)

    def start(self) -> None:
        """Play the stored plans, watch, and only then look for a broker.

        The first light waits for no broker, no import and no disk but that of the plans.
        """
        logging.getLogger().addHandler(self._log)
        stored = self._plans.load(zone.zone for zone in self._zones)
        for zone in self._zones:
            zone.clock_problem = lambda: self._clock.problem
            if zone.zone in stored:
                zone.adopt(stored[zone.zone])
                self._clock.at_least(stored[zone.zone].compiled_at)
            elif _found_elsewhere(zone):
                # Nothing is due yet, so nothing else would bring it to its boot level.
                zone.lighting.calm(Moment.read(self._clock))
            zone.stored_problem = self._plans.problems.get(zone.zone)
        self._disk.recorder.record(
            Started(seq=1, at=self._clock.now(), version=self._identity.version)
        )
        self._clock.told = self._clock_was_set
        self._player.loop.start()
        self._guarding.start(self._player.loop.wake, self._disk.recorder.record)
        for zone in self._zones:
            for music in zone.music:
                music.loop.start()
        self._leases.loop.start()
        self._sensing.start()
        self._disk.loop.start()
        self._connect()
        with self._bus_lock:
            self._bus_runs = True
            if self._bus is not None:
                self._bus.start()
        if self._devices.floor is not None:
            self._devices.floor.start()

    def tend(self) -> None:
        """Look after what can die by itself; call it every few seconds."""
        for connection in (self._link, self._bus):
            if connection is not None:
                connection.revive()

    def stop(self) -> None:
        """Outputs to their fail levels first, then the events out, then goodbye.

        The lights walk, which takes up to `FALL_S`; all the rest is done in less than 5 s.
        """
        self._leases.end(KEEPER_END_S)
        if not self._player.loop.end(PLAYER_END_S):
            logger.error("the player did not end: a device blocks it")
        for music in (music for zone in self._zones for music in zone.music):
            music.loop.end(MUSIC_END_S)
        fall_back(self._falls, self._clock)
        for zone in self._zones:
            if self._guarding.safety(zone.zone) is not None:
                self._devices.left.update(output.name for output in zone.lighting.outputs)
            zone.lighting.end(LIGHT_END_S)
        self._sensing.end(SENSOR_END_S)
        moment = Moment.read(self._clock)
        for log in self._as_run:
            log.close(moment)
        for plays in self._plays:
            plays.close()
        self._guarding.close()
        self._devices.close()
        if self._bus is not None:
            self._bus.stop()
        self._disk.drain(DRAIN_S if self._is_connected() else 0.0)
        if self._disk.loop.end(DISK_END_S):
            self._disk.finish(Moment.read(self._clock))
            with contextlib.suppress(OSError):  # said before
                self._clock.save()
        if self._link is not None:
            self._link.stop()
        self._directory.close()
        logger.info("ended")
        logging.getLogger().removeHandler(self._log)

    def _connect(self) -> None:
        # Half of the agent's memory and start-up time: after the first light is soon enough.
        from edge.link import Handlers, Link  # noqa: PLC0415

        self._link = Link(
            self._identity,
            [zone.zone for zone in self._zones],
            self._inventory,
            self._broker,
            self._clock.now,
        )
        self._link.start(
            Handlers(
                plan=self._player.offer,
                committed=self._disk.committed,
                request=self._request,
                connected=self._connected,
            )
        )

    def _new_disk(self, config: Config) -> Disk:
        disk = Disk(
            self._identity,
            self._directory.outbox,
            self._plans,
            self._send_events,
            self._clock,
            config.outbox,
        )
        disk.prepare = self._directory.open
        disk.chores += [Job(self._clock.keep), Job(self._guarding.cartridges.keep)]
        disk.chores.append(Job(self._guarding.keep))
        disk.recorder.untrusted = lambda: self._clock.state == "unsynced"
        return disk

    def _new_reporter(self) -> Reporter:
        return Reporter(
            self._identity,
            self._zones,
            self._sensing,
            self._inventory,
            self._housekeeping,
            self._send_state,
        )

    def _new_requests(self) -> Requests:
        sensors = [spot.name for spot in self._sensing.spots]
        return Requests(
            self._identity.edge, self._zones, sensors, self._send_reply, self._log.lines
        )

    def _housekeeping(self) -> Housekeeping:
        return Housekeeping(
            waiting_events=self._disk.waiting,
            dropped_events=self._disk.recorder.dropped,
            clock=self._clock.state,
            problems=(*self._disk.problems, *self._guarding.problems),
        )

    def _clock_was_set(self, step_s: float, state: ClockState) -> None:
        self._disk.recorder.record(
            ClockSet(seq=1, at=self._clock.now(), step_s=step_s, state=state)
        )

    def _accepted(self, plan: Plan, payload: bytes) -> None:
        self._clock.at_least(plan.compiled_at)
        self._disk.keep_plan(plan.zone, payload)
        self._disk.recorder.record(
            PlanAccepted(
                seq=1,
                at=self._clock.now(),
                zone=plan.zone,
                epoch=plan.epoch,
                revision=plan.revision,
            )
        )

    def _trouble(self, device: str, problem: str | None) -> None:
        self._disk.recorder.record(
            DeviceTrouble(
                seq=1,
                at=self._clock.now(),
                zone=self._inventory[device].zone,
                device=device,
                problem=problem,
            )
        )

    def _request(self, payload: bytes) -> None:
        self._requests.offer(payload)
        self._player.loop.wake()

    def _is_connected(self) -> bool:
        return self._link is not None and self._link.connected

    def _connected(self) -> None:
        self._reporter.hurry()
        self._player.loop.wake()
        self._disk.reconnected()

    def _ask_atmosphere(self, zone: str) -> tuple[float, float, float]:
        moment = Moment.read(self._clock)
        player = next((player for player in self._zones if player.zone == zone), None)
        return (0.0, 0.0, 0.0) if player is None else atmosphere(player, moment)

    def _open_bus(self) -> MessageBus:
        with self._bus_lock:
            if self._bus is None:
                self._bus = DeviceBus(self._identity, self._bus_broker)
                # A device that could only be opened late may be the first to ask for it.
                if self._bus_runs:
                    self._bus.start()
            return self._bus

    def _send_events(self, payload: bytes) -> bool:
        return self._link is not None and self._link.send_events(payload)

    def _send_state(self, state: State) -> None:
        if self._link is not None:
            self._link.send_state(state)

    def _send_reply(self, reply: Reply) -> None:
        if self._link is not None:
            self._link.send_reply(reply)


def _found_elsewhere(zone: ZonePlayer) -> bool:
    """Whether a light goes on, from before the start, at something else than its boot level."""
    return any(
        output.lamp.given.level != channel.rest.target.level
        for channel in zone.lights
        for output in channel.outputs
    )


def _spots(config: Config, devices: Devices) -> Iterator[Spot]:
    for wired in devices.sensors:
        described = config.sensors[wired.name]
        kind = described.driver.sensor_type
        if kind == "pir" and devices.floor is not None:
            # Who walks past it is the floor's invention.
            kind = "simulated"
        stuck_after_s = described.options.stuck_h * 3600
        zone = wired.info.zone
        yield Spot(wired.name, zone, wired.device, kind, stuck_after_s, inline=wired.inline)
