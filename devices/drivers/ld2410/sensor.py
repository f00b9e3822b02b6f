"""A Hi-Link LD2410 mmWave radar on a serial port: presence, also of people who stand still."""

from __future__ import annotations

import logging
import termios
from collections.abc import Callable
from threading import Event, RLock, Thread
from typing import Annotated

import serial
from msgspec import Meta

from devices.catalogue import Driver, Surroundings
from devices.drivers.ld2410.frames import FrameReader
from devices.drivers.ld2410.protocol import (
    ENABLE,
    END,
    READ_VERSION,
    Answer,
    Command,
    Report,
    read_answer,
    read_report,
    set_range,
    set_sensitivity,
    version,
)
from devices.errors import DeviceUnavailableError
from devices.options import PathText, SensorOptions, SilenceSeconds
from devices.telling import Changes
from scenes.messages import Reading

log = logging.getLogger(__name__)

READ_S = 0.2
ANSWER_S = 1.0
CLOSE_S = 2.0
FIRST_RETRY_S = 1.0
LONGEST_RETRY_S = 30.0

# pyserial lets termios' own error through, which is no OSError.
_FAILURES = (OSError, termios.error, ValueError)

OWN_PORTS = ("/dev/ttyAMA0", "/dev/ttyS0", "/dev/serial0")
"""The Pi's own serial port by its names; all are the same two pins."""

OWN_PORT_PINS = ("GPIO 14", "GPIO 15")

Baud = Annotated[int, Meta(ge=9600, le=460_800, description="baud rate (9600 to 460800)")]
Gate = Annotated[int, Meta(ge=2, le=8, description="gate of 75 cm (2 to 8)")]
NoOneSeconds = Annotated[int, Meta(ge=0, le=600, description="number of seconds (0 to 600)")]
Sensitivity = Annotated[int, Meta(ge=0, le=100, description="sensitivity (0 to 100)")]


class Ld2410Options(SensorOptions, frozen=True, kw_only=True):
    """``ld2410``: a radar on a serial port. Without its last four options it stays as it is."""

    port: PathText
    baud: Baud = 256_000
    silence_s: SilenceSeconds = 5.0
    last_gate: Gate | None = None
    no_one_s: NoOneSeconds | None = None
    moving_sensitivity: Sensitivity | None = None
    still_sensitivity: Sensitivity | None = None

    def claims(self) -> tuple[str, ...]:
        port = (f"the serial port {self.port}",)
        return (*port, *OWN_PORT_PINS) if self.port in OWN_PORTS else port

    def problems(self) -> list[str]:
        pairs = (("last_gate", "no_one_s"), ("moving_sensitivity", "still_sensitivity"))
        return [
            f"{one}: goes together with {other}: give both, or neither"
            for one, other in pairs
            if (getattr(self, one) is None) != (getattr(self, other) is None)
        ]

    def commands(self) -> list[Command]:
        """What the module has to be told."""
        told = []
        if self.last_gate is not None and self.no_one_s is not None:
            told.append(set_range(self.last_gate, self.no_one_s))
        if self.moving_sensitivity is not None and self.still_sensitivity is not None:
            told.append(set_sensitivity(self.moving_sensitivity, self.still_sensitivity))
        return told


class Ld2410:
    """Listens to the module from a thread of its own, for as long as it isn't closed.

    A port that is gone, a module that says nothing usable for ``silence_s`` or doesn't take its
    settings is a problem, told in the log once; it is tried again after 1, 2, 4 … 30 s.
    """

    def __init__(self, options: Ld2410Options, monotonic: Callable[[], float]) -> None:
        self._options = options
        self._monotonic = monotonic
        self._report: Report | None = None
        self._problem: str | None = None
        self._changes = Changes(f"the radar on {options.port}", "present")
        self._telling = RLock()
        self._closing = Event()
        self._retry_s = FIRST_RETRY_S
        self._thread = Thread(target=self._run, name=f"ld2410-{options.port}", daemon=True)
        self._thread.start()

    def watch(self, changed: Callable[[bool], None]) -> None:
        """Call ``changed(present)`` on every change, and at once if somebody is in view now."""
        with self._telling:
            self._changes.watch(changed)
            self._tell()

    def reading(self) -> Reading:
        """What it saw last, a tenth of a second ago; nothing before its first report."""
        with self._telling:
            if self._problem is not None:
                return Reading(problem=self._problem)
            if self._report is None:
                return Reading()
            return Reading(present=self._report.present, distance_cm=self._report.distance_cm)

    def close(self) -> None:
        """Let go of the port."""
        with self._telling:
            self._changes.end()
            self._problem = f"the radar on {self._options.port} is closed"
        self._closing.set()
        self._thread.join(CLOSE_S)

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                self._listen()
            except _FAILURES as error:
                self._fail(f"the radar on {self._options.port} {self._why(error)}")
                self._closing.wait(self._retry_s)
                self._retry_s = min(self._retry_s * 2, LONGEST_RETRY_S)

    def _listen(self) -> None:
        options = self._options
        # Two programs on one port would each get half of every frame.
        with serial.Serial(
            options.port, options.baud, timeout=READ_S, write_timeout=READ_S, exclusive=True
        ) as port:
            reader = FrameReader()
            self._set_up(port, reader)
            heard_s = self._monotonic()
            while not self._closing.is_set():
                if self._take(port, reader):
                    heard_s = self._monotonic()
                elif self._monotonic() - heard_s > options.silence_s:
                    raise DeviceUnavailableError(
                        f"says nothing for {options.silence_s:g} s: look at its supply, the "
                        "cable, and the baud rate"
                    )

    def _take(self, port: serial.Serial, reader: FrameReader) -> bool:
        """Take what came; whether there was a usable report in it."""
        heard = False
        for frame in reader.feed(port.read(max(1, port.in_waiting))):
            report = read_report(frame.payload) if frame.kind == "report" else None
            if report is not None and report.present is not None:
                self._see(report)
                heard = True
        return heard

    def _set_up(self, port: serial.Serial, reader: FrameReader) -> None:
        commands = self._options.commands()
        if not commands:
            # Somebody may have left it waiting for commands; then it reports nothing.
            port.write(END.to_bytes())
            return
        self._ask(port, reader, ENABLE)
        answer = self._ask(port, reader, READ_VERSION)
        for command in commands:
            self._ask(port, reader, command)
        self._ask(port, reader, END)
        firmware = version(answer.value)
        log.info("the radar on %s took its settings (%s)", self._options.port, firmware)

    def _ask(self, port: serial.Serial, reader: FrameReader, command: Command) -> Answer:
        port.write(command.to_bytes())
        deadline_s = self._monotonic() + ANSWER_S
        while self._monotonic() < deadline_s and not self._closing.is_set():
            for frame in reader.feed(port.read(max(1, port.in_waiting))):
                answer = read_answer(frame.payload) if frame.kind == "command" else None
                if answer is None or answer.word != command.word:
                    continue
                if answer.done:
                    return answer
                raise DeviceUnavailableError(f"refuses the command {command.word:#06x}")
        raise DeviceUnavailableError(
            f"doesn't answer the command {command.word:#06x}: look at the wire to its RX pin"
        )

    def _see(self, report: Report) -> None:
        with self._telling:
            if self._closing.is_set():
                return
            if self._problem is not None:
                log.info("the radar on %s works again", self._options.port)
            self._problem = None
            self._retry_s = FIRST_RETRY_S
            self._report = report
            self._tell()

    def _tell(self) -> None:
        if self._problem is None:
            self._changes.tell(self._report is not None and bool(self._report.present))

    def _fail(self, problem: str) -> None:
        with self._telling:
            if self._closing.is_set():
                return
            if self._problem is None:
                log.error("%s", problem)
            self._problem = problem[:500]
            self._report = None

    def _why(self, error: Exception) -> str:
        if isinstance(error, DeviceUnavailableError):
            return str(error)
        if isinstance(error, termios.error):
            return (
                f"can't be set to {self._options.baud} baud on this system ({error.args[-1]}): "
                "set the module, and the option baud, to 115200"
            )
        return f"can't be read: {error}"


def _make(options: Ld2410Options, surroundings: Surroundings) -> Ld2410:
    return Ld2410(options, surroundings.monotonic)


LD2410 = Driver(Ld2410Options, _make, inline=True, sensor_type="mmwave")
