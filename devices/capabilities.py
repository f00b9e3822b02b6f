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
from typing import Protocol

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
    """A dimmable output: one fixture group or a single fixture."""

    def shine(self, level: LightLevel) -> None:
        """Per cent of full output, at once; kelvin and colour as far as the fixture can."""
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


class PresenceSensor(Device, Protocol):
    """Tells when somebody comes into view and when nobody is any more."""

    def watch(self, changed: Callable[[bool], None]) -> None:
        """Call ``changed(present)`` on every change, and at once if somebody is in view now.

        The calls come one at a time, in order, from the driver's own thread (the first may come
        from the caller's). What ``changed`` raises is logged and stops nothing.
        """
        ...
