"""What can go wrong at a device."""

from __future__ import annotations

from scenes.errors import StemningError


class DeviceError(StemningError):
    """Root of every device's errors."""

    code = "device.error"


class DeviceConfigurationError(DeviceError, ValueError):
    """A device is described wrongly (pin taken, no such pin, impossible option). Permanent."""

    code = "device.configuration"


class DeviceUnavailableError(DeviceError, ConnectionError):
    """A device doesn't answer now. Worth trying again."""

    code = "device.unavailable"


class DeviceRefusedError(DeviceError, RuntimeError):
    """A device answers, but won't do what it is told (no such playlist).

    Trying again later is cheap, trying again at once is useless.
    """

    code = "device.refused"
