"""Driver for MPD, the Linux music server. python-mpd2 is imported in this package alone."""

from devices.drivers.mpd.player import MpdPlayer

__all__ = ["MpdPlayer"]
