"""Finds the frames of an LD2410 in a stream of bytes, whatever else is in it."""

from __future__ import annotations

from typing import Literal, NamedTuple

REPORT_HEAD, REPORT_TAIL = b"\xf4\xf3\xf2\xf1", b"\xf8\xf7\xf6\xf5"
COMMAND_HEAD, COMMAND_TAIL = b"\xfd\xfc\xfb\xfa", b"\x04\x03\x02\x01"
LONGEST = 64
"""More bytes than the module's own buffer no frame has between head and tail."""

_HEAD = len(REPORT_HEAD)
_TAILS = {REPORT_HEAD: REPORT_TAIL, COMMAND_HEAD: COMMAND_TAIL}


class Frame(NamedTuple):
    """What stood between head and tail, without the length."""

    kind: Literal["report", "command"]
    payload: bytes


def framed(payload: bytes, head: bytes = COMMAND_HEAD) -> bytes:
    """The payload with head, length and tail around it."""
    return head + len(payload).to_bytes(2, "little") + payload + _TAILS[head]


class FrameReader:
    """Takes bytes in any portions and gives the whole frames among them, in order.

    What has no tail of its own, or another head inside, is no frame: the search goes on one byte
    behind its head. So no whole frame is lost to a torn one or to garbage before it.
    """

    def __init__(self) -> None:
        self._waiting = b""

    def feed(self, portion: bytes) -> list[Frame]:
        """The frames that are whole now."""
        stream = self._waiting + portion
        frames = []
        at = _next_head(stream, 0)
        while (found := _frame_at(stream, at)) is not None:
            frame, at = found
            if frame is not None:
                frames.append(frame)
            at = _next_head(stream, at)
        self._waiting = stream[at:]
        return frames


def _next_head(stream: bytes, start: int) -> int:
    """Where the next head begins, or may begin once more bytes have come."""
    for at in range(start, len(stream)):
        begun = stream[at : at + _HEAD]
        if any(head.startswith(begun) for head in _TAILS):
            return at
    return len(stream)


def _frame_at(stream: bytes, at: int) -> tuple[Frame | None, int] | None:
    """The frame that begins there and where to go on; None until more bytes have come."""
    body = at + _HEAD + 2
    if len(stream) < body:
        return None
    length = int.from_bytes(stream[body - 2 : body], "little")
    end = body + length + _HEAD
    if length > LONGEST:
        return None, at + 1
    if len(stream) < end:
        return None
    head = stream[at : at + _HEAD]
    payload, tail = stream[body : end - _HEAD], stream[end - _HEAD : end]
    if tail != _TAILS[head] or any(other in payload for other in _TAILS):
        return None, at + 1
    return Frame("report" if head == REPORT_HEAD else "command", payload), end
