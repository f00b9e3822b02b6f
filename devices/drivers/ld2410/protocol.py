"""What the frames of an LD2410 mean, after Hi-Link's "HLK-LD2410 serial communication protocol".

The frames carry no checksum: what doesn't have the documented shape is taken for damaged.
"""

from __future__ import annotations

from typing import NamedTuple

from devices.drivers.ld2410.frames import framed

_BASIC, _ENGINEERING = 0x02, 0x01
_BASIC_LENGTH = 13
_MOVING, _STILL = 0x01, 0x02
_LAST_TARGET_STATE, _LAST_STATE = 0x03, 0x06
_ANSWER = 0x0100

_ENABLE, _END = 0x00FF, 0x00FE
_SET_RANGE, _SET_SENSITIVITY, _READ_VERSION = 0x0060, 0x0064, 0x00A0
_ALL_GATES = 0xFFFF


class Report(NamedTuple):
    """What the module sees, ten times a second. Energies 0 to 100.

    ``present`` is None while it measures its background instead of people.
    """

    present: bool | None
    moving_cm: int
    moving_energy: int
    still_cm: int
    still_energy: int
    distance_cm: int | None


def read_report(payload: bytes) -> Report | None:
    """The basic part of a report, also of one in engineering mode; None of a damaged one."""
    if len(payload) < _BASIC_LENGTH or payload[1] != 0xAA or payload[-2:] != b"\x55\x00":
        return None
    if payload[0] == _BASIC and len(payload) != _BASIC_LENGTH:
        return None
    state = payload[2]
    if payload[0] not in {_BASIC, _ENGINEERING} or state > _LAST_STATE:
        return None
    moving_cm, still_cm = (int.from_bytes(payload[at : at + 2], "little") for at in (3, 6))
    targets = [cm for bit, cm in ((_MOVING, moving_cm), (_STILL, still_cm)) if state & bit and cm]
    counts = state <= _LAST_TARGET_STATE
    return Report(
        present=state != 0 if counts else None,
        moving_cm=moving_cm,
        moving_energy=payload[5],
        still_cm=still_cm,
        still_energy=payload[8],
        distance_cm=min(targets, default=None) if counts else None,
    )


class Answer(NamedTuple):
    """What the module answers to the command ``word``."""

    word: int
    done: bool
    value: bytes


def read_answer(payload: bytes) -> Answer | None:
    """The answer in a command frame; None of a damaged one."""
    if len(payload) < 4:
        return None
    word = int.from_bytes(payload[:2], "little")
    if not word & _ANSWER:
        return None
    return Answer(word & ~_ANSWER, payload[2:4] == b"\x00\x00", payload[4:])


class Command(NamedTuple):
    """A command and its value. Between `ENABLE` and `END` the module sends no reports."""

    word: int
    value: bytes = b""

    def to_bytes(self) -> bytes:
        """The frame that carries it."""
        return framed(self.word.to_bytes(2, "little") + self.value)


ENABLE = Command(_ENABLE, b"\x01\x00")
END = Command(_END)
READ_VERSION = Command(_READ_VERSION)


def set_range(last_gate: int, no_one_s: int) -> Command:
    """See as far as gate ``last_gate``, and report somebody for ``no_one_s`` more."""
    return Command(_SET_RANGE, _numbered(last_gate, last_gate, no_one_s))


def set_sensitivity(moving: int, still: int) -> Command:
    """What energy (0 to 100) makes a target, in every gate."""
    return Command(_SET_SENSITIVITY, _numbered(_ALL_GATES, moving, still))


def version(value: bytes) -> str:
    """The firmware's version from the value of its answer: ``V1.02.22062416``."""
    if len(value) < 8:
        return "unknown"
    major, minor = value[2:4], value[4:8]
    return f"V{major[1]:x}.{major[0]:02x}.{minor[::-1].hex()}"


def _numbered(*values: int) -> bytes:
    """Each value in four bytes behind its own number in two."""
    return b"".join(
        number.to_bytes(2, "little") + value.to_bytes(4, "little")
        for number, value in enumerate(values)
    )
