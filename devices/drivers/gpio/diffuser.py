"""A scent diffuser behind a relay or pump on a pin. The guard switches it, nobody else."""

from __future__ import annotations

from devices.capabilities import Diffuser
from devices.catalogue import Driver
from devices.drivers.gpio.pins import pin_name
from devices.options import Chip, DiffuserOptions, Flag, Pin


class RelayDiffuserOptions(DiffuserOptions, frozen=True, kw_only=True):
    """``gpio-relay``: a diffuser behind a relay."""

    pin: Pin
    chip: Chip = 0
    active_high: Flag = True

    def claims(self) -> tuple[str, ...]:
        return (pin_name(self.pin, self.chip),)


RELAY: Driver[RelayDiffuserOptions, Diffuser] = Driver(RelayDiffuserOptions, None, inline=True)
