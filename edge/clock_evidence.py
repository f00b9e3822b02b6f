"""What a machine knows about its own clock: who keeps it in time, and what a battery says."""

from __future__ import annotations

import ctypes
import logging
import os
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Protocol

logger = logging.getLogger(__name__)

_TIME_ERROR = 5
_LARGER_THAN_ANY_TIMEX = 512


class Evidence(Protocol):
    """What speaks for a clock."""

    @property
    def boot(self) -> str:
        """The machine's present boot: another one after each power cut."""
        ...

    def synchronised(self) -> bool:
        """Whether a time server has lately kept the clock in time. Asked once a second."""
        ...

    def real_time_clock(self) -> datetime | None:
        """What a clock with a battery says, if the machine has one; it may take a while."""
        ...


class Machine:
    """The machine that this process runs on.

    The kernel is asked, not a daemon: chrony, systemd-timesyncd and ntpd all tell it, and it
    takes the word back by itself about nine hours after their last one.
    """

    @property
    def boot(self) -> str:
        return _boot()

    def synchronised(self) -> bool:
        # An empty request changes nothing and needs no right; the answer is the clock's state.
        request = (ctypes.c_byte * _LARGER_THAN_ANY_TIMEX)()
        libc = _libc()
        state: int = libc.adjtimex(ctypes.byref(request))
        if state < 0:
            _complain(os.strerror(ctypes.get_errno()))
            return False
        return state != _TIME_ERROR

    def real_time_clock(self) -> datetime | None:
        for path in sorted(Path("/sys/class/rtc").glob("rtc*/since_epoch")):
            try:
                return datetime.fromtimestamp(int(path.read_text()), UTC)
            except (OSError, ValueError):
                continue
        return None


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


@cache
def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()


@cache
def _complain(reason: str) -> None:
    logger.warning("the kernel does not tell whether its clock is synchronised: %s", reason)
