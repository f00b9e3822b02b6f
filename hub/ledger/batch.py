"""A batch of events as it came, made ready for the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from scenes.codec import decode
from scenes.errors import InvalidMessageError
from scenes.messages import AnyEvent, RawEventBatch
from scenes.topics import parse_edge_topic

UNREADABLE = "unreadable"
_LARGEST_SEQ = 2**63 - 1
_event_decoder: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)

BootKey = tuple[str, str, str]
"""(store, edge, boot)"""


class _SeqOnly(msgspec.Struct):
    seq: int


@dataclass(frozen=True, slots=True)
class ReadEvent:
    """An event as columns; ``body`` is its JSON as it came."""

    seq: int
    kind: str
    at: datetime
    zone: str | None
    device: str | None
    body: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Consecutive events of one boot; the edge holds none below ``oldest`` any more."""

    boot: BootKey
    events: Sequence[ReadEvent]
    oldest: int = 1

    @property
    def first(self) -> int:
        """The first event's number."""
        return self.events[0].seq

    @property
    def last(self) -> int:
        """The last event's number."""
        return self.events[-1].seq


def read_batch(topic: str, payload: bytes, received_at: datetime) -> Batch:
    """Read a batch; `InvalidMessageError` when it can't be told whose events these are.

    An event that can't be read becomes one of the kind ``unreadable``, so that it is kept and
    does not hold up those behind it for ever.
    """
    address = parse_edge_topic(topic)
    message = decode(RawEventBatch, payload)
    if (message.store, message.edge) != (address.store, address.edge):
        raise InvalidMessageError(
            f"a batch of {message.store}/{message.edge} came over the topic of "
            f"{address.store}/{address.edge}"
        )
    if not message.events:
        raise InvalidMessageError("a batch without events")
    raws = [bytes(raw) for raw in message.events]
    first = _first_seq(raws)
    events = [_read(raw, first + place, received_at) for place, raw in enumerate(raws)]
    return Batch((message.store, message.edge, message.boot), events, message.oldest)


def _first_seq(raws: Sequence[bytes]) -> int:
    """The first event's number, told by the first event that says one."""
    for place, raw in enumerate(raws):
        try:
            first = msgspec.json.decode(raw, type=_SeqOnly).seq - place
        except (msgspec.MsgspecError, ValueError, RecursionError):
            continue
        if 1 <= first <= _LARGEST_SEQ - len(raws):
            return first
        break
    raise InvalidMessageError("a batch whose events have no usable numbers")


def _read(raw: bytes, seq: int, received_at: datetime) -> ReadEvent:
    # PostgreSQL has no place for this one character.
    body = raw.decode("utf-8", "replace").replace("\x00", "\ufffd")
    try:
        event = _event_decoder.decode(raw)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return _unreadable(seq, received_at, body)
    if event.seq != seq:
        return _unreadable(seq, received_at, body)
    kind = str(event.__struct_config__.tag)
    return ReadEvent(seq, kind, event.at, event.zone, event.device, body)


def _unreadable(seq: int, received_at: datetime, body: str) -> ReadEvent:
    return ReadEvent(seq, UNREADABLE, received_at, None, None, body)
