"""Messages to JSON bytes and back, strictly."""

from __future__ import annotations

from functools import cache
from typing import TypeVar

import msgspec

from scenes.errors import InvalidMessageError, UnsupportedSchemaError
from scenes.messages import SCHEMA_VERSION, Message

M = TypeVar("M", bound=Message)

MAX_MESSAGE_BYTES = 4 * 1024 * 1024
_encoder = msgspec.json.Encoder()


class _SchemaOnly(msgspec.Struct):
    schema: int


def encode(value: msgspec.Struct) -> bytes:
    """JSON for the wire or the disk."""
    return _encoder.encode(value)


def decode(kind: type[M], payload: bytes | bytearray | memoryview) -> M:
    """Read one message of the given kind.

    `UnsupportedSchemaError` for another schema version, `InvalidMessageError` for anything
    else that is wrong: not JSON, a missing field, a value out of range, too large or too deep.
    """
    if len(payload) > MAX_MESSAGE_BYTES:
        raise InvalidMessageError(f"{len(payload)} bytes are more than a message may have")
    try:
        message: M = _decoder(kind).decode(payload)
        return message
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        _refuse_other_schema(payload)
        raise InvalidMessageError(f"not a valid {kind.__name__}: {error}") from error


def _refuse_other_schema(payload: bytes | bytearray | memoryview) -> None:
    try:
        version = msgspec.json.decode(payload, type=_SchemaOnly).schema
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return
    if version != SCHEMA_VERSION:
        raise UnsupportedSchemaError(
            f"schema version {version} is not known here (this side speaks {SCHEMA_VERSION})"
        )


@cache
def _decoder(kind: type[M]) -> msgspec.json.Decoder[M]:
    return msgspec.json.Decoder(kind)
