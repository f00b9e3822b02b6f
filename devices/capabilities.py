"""The abilities that the player and the sensing ask of a driver. One small protocol a kind.

Rules for every driver:

* A call may block for at most two seconds; it raises a `DeviceError` and nothing else.
* A call says what should be so; saying it twice changes nothing.
* ``reading`` says what is so, as the device itself tells it where it can. It doesn't block.
* ``close`` leaves the output at its fail level, may be called twice, and never raises.
* A driver starts nothing when it is made but what it was made for, and never in an import.

``tests/devices/contract_*.py`` hold these rules against every driver.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from scenes.fades import LightLevel
from scenes.messages import Reading


class Device(Protocol):
    """What every device has."""

    def reading(self) -> Reading:
        """What the device really does now."""
        ...

    def close(self) -> None:
        """Go to the fail level and let go of the hardware; calls after it are refused."""
        ...


class Light(Device, Protocol):
    """A dimmable output: one fixture group or a single fixture.

    One that can be away (no power, no network) tells nothing to the fixture by itself when it is
    back, as nobody here knows how fast it may go: its reading then has the level that it gives
    and, until it is told again, a problem besides. While it is away there is only the problem.
    """

    def shine(self, level: LightLevel) -> None:
        """Per cent of full output, at once; kelvin and colour as far as the fixture can."""
        ...


@runtime_checkable
class GlidingLight(Light, Protocol):
    """A light that carries a fade out by itself, so it is told once."""

    def glide(self, target: LightLevel, duration_s: float) -> None:
        """Go from what it shows now to ``target`` in ``duration_s`` seconds; replaces a glide."""
        ...


class Player(Device, Protocol):
    """A music player. It keeps playing until it is told otherwise, also after ``close``.

    Its reading names a ``source`` only while it is playing.
    """

    def play(self, source: str, crossfade_s: float) -> None:
        """Play ``playlist:…``, ``folder:…`` or ``stream:…`` for ever, shuffled as it likes.

        What plays already goes on undisturbed; what was silenced goes on where it was. A source
        that the player doesn't have is a `DeviceRefusedError`, and what played goes on.
        """
        ...

    def set_volume(self, volume: float) -> None:
        """Per cent of the calibrated cap, which the player never exceeds."""
        ...

    def silence(self) -> None:
        """Stop playing."""
        ...


@runtime_checkable
class SongEndPlayer(Player, Protocol):
    """A player that can let a song end before it plays from another source."""

    def play_at_song_end(self, source: str, crossfade_s: float) -> None:
        """As `Player.play`, when the song that plays now is over; at once if none does.

        Until then the reading names the old source, and `Player.play` of that one takes this
        back without a cut.
        """
        ...


@runtime_checkable
class Announcer(Player, Protocol):
    """A player that can play one file in place of the music, and go back to it."""

    def prepare(self, file: str) -> None:
        """Get ``file:PATH`` of its library ready; nothing of it is heard.

        Refused (`DeviceRefusedError`) while nothing plays, and for a file that isn't there.
        """
        ...

    def announce(self) -> None:
        """Play once, at once, what was prepared while music played; silenced meanwhile or not.

        Afterwards it is silent. `Player.play` of the source that played then goes on exactly
        where it was, as does `SongEndPlayer.play_at_song_end` of whatever source.
        """
        ...

    def announcing(self) -> bool:
        """Whether the file is still heard."""
        ...


@dataclass(frozen=True, slots=True)
class Track:
    """What is heard, in the player's own words; empty where it doesn't know.

    ``file`` is a path in its library or a stream's address; ``elapsed_s`` how far into it.
    """

    file: str
    source: str = ""
    title: str = ""
    artist: str = ""
    album: str = ""
    elapsed_s: float | None = None


@runtime_checkable
class TrackTeller(Player, Protocol):
    """A player that knows what it plays."""

    def track(self) -> Track | None:
        """What was heard when its reading was taken; None in silence."""
        ...


class Diffuser(Device, Protocol):
    """A scent output. It can only be told to run for a while, so it always ends by itself."""

    def burst(self, duration_s: float) -> None:
        """Run for ``duration_s`` seconds from now; replaces a burst under way.

        Longer than `scenes.dosing.LONGEST_BURST_S` is refused (`DeviceRefusedError`).
        """
        ...

    def stop(self) -> None:
        """End a burst now."""
        ...


@runtime_checkable
class PresenceSensor(Device, Protocol):
    """Tells when somebody comes into view and when nobody is any more."""

    def watch(self, changed: Callable[[bool], None]) -> None:
        """Call ``changed(present)`` on every change, and at once if somebody is in view now.

        The calls come one at a time, in order, from the driver's own thread (the first may come
        from the caller's). What ``changed`` raises is logged and stops nothing. While its reading
        names a problem a sensor tells nothing; once it has none, what changed in between.
        """
        ...


Direction = Literal["in", "out"]


@runtime_checkable
class PassageSensor(Device, Protocol):
    """Counts people who pass, and which way."""

    def watch_passages(self, passed: Callable[[Direction], None]) -> None:
        """Call ``passed(direction)`` once for each; rules as for `PresenceSensor.watch`."""
        ...


@runtime_checkable
class ContactSensor(Device, Protocol):
    """Tells when a door, a lid or a drawer is opened and closed."""

    def watch_contact(self, changed: Callable[[bool], None]) -> None:
        """Call ``changed(open)`` on every change; rules as for `PresenceSensor.watch`."""
        ...


@runtime_checkable
class PushButton(Device, Protocol):
    """Tells when somebody presses it."""

    def watch_presses(self, pressed: Callable[[], None]) -> None:
        """Call ``pressed()`` once a press; rules as for `PresenceSensor.watch`."""
        ...


Sensor = PresenceSensor | PassageSensor | ContactSensor | PushButton
"""What the sensing takes; a device may be several of them."""
