"""Messages survive the wire, and rubbish never does anything but raise."""

import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.codec import MAX_MESSAGE_BYTES, decode, encode
from scenes.errors import InvalidMessageError, UnsupportedSchemaError
from scenes.messages import EventBatch, Hello, Message, PlanMessage, RawEventBatch, Request
from tests.scenes.examples import MESSAGES


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_every_message_comes_back_as_it_went(message: Message) -> None:
    payload = encode(message)
    assert json.loads(payload)["schema"] == 1
    assert decode(type(message), payload) == message


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_a_reader_ignores_what_it_does_not_know(message: Message) -> None:
    document = json.loads(encode(message)) | {"from_the_future": [1, {"a": None}]}
    assert decode(type(message), json.dumps(document).encode()) == message


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_another_schema_version_is_refused_as_such(message: Message) -> None:
    document = json.loads(encode(message)) | {"schema": 2}
    with pytest.raises(UnsupportedSchemaError, match="version 2"):
        decode(type(message), json.dumps(document).encode())


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"{}",
        b"null",
        b"[" * 100_000,
        b'{"schema":1,"plan":NaN}',
        b'{"schema":1,"store":"\xff"}',
        b'{"schema":true}',
        b" " * (MAX_MESSAGE_BYTES + 1),
    ],
    ids=["empty", "no fields", "null", "deep", "nan", "bad utf-8", "not a number", "too large"],
)
@pytest.mark.parametrize("kind", [PlanMessage, Hello, EventBatch])
def test_rubbish_is_refused(payload: bytes, kind: type[Message]) -> None:
    with pytest.raises(InvalidMessageError):
        decode(kind, payload)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.data())
def test_a_message_with_one_field_broken_is_read_or_refused_and_nothing_else(
    data: st.DataObject,
) -> None:
    message = data.draw(st.sampled_from(MESSAGES))
    document: Any = json.loads(encode(message))
    place = document
    while isinstance(place, dict | list) and place:
        keys: list[Any] = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(place[key], dict | list) or data.draw(st.booleans()):
            place[key] = data.draw(json_values)
            break
        place = place[key]
    try:
        read = decode(type(message), json.dumps(document).encode())
    except InvalidMessageError:
        return
    assert decode(type(message), encode(read)) == read


def instants(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every instant in a document."""
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from instants(inner, (*path, key))
    elif isinstance(value, str) and value.startswith("2026-"):
        yield path


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
@pytest.mark.parametrize(
    "instant",
    [
        "9999-12-31T23:59:59Z",
        "2200-01-01T00:00:00Z",
        "1969-12-31T23:59:59Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
    ],
)
def test_an_instant_that_no_shop_will_see_is_refused(message: Message, instant: str) -> None:
    whole = json.loads(encode(message))
    # Slots rise, so a plan's first and last bound all the others.
    for path in instants(whole):
        document: Any = json.loads(encode(message))
        place = document
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = instant
        with pytest.raises(InvalidMessageError):
            decode(type(message), json.dumps(document).encode())


@given(st.binary(max_size=300))
def test_random_bytes_are_refused(payload: bytes) -> None:
    with pytest.raises(InvalidMessageError):
        decode(EventBatch, payload)


def test_events_can_be_read_one_by_one() -> None:
    batch = next(message for message in MESSAGES if isinstance(message, EventBatch))
    raw = decode(RawEventBatch, encode(batch))
    numbers = [msgspec.json.decode(event)["seq"] for event in raw.events]
    assert numbers == [event.seq for event in batch.events]


@pytest.mark.parametrize(
    ("action", "source", "fine"),
    [
        ("announce", "file:jingles/closing.ogg", True),
        ("announce", None, False),
        ("announce", "jingles/closing.ogg", False),
        ("announce", "file: ", False),
        ("identify", "file:jingles/closing.ogg", False),
        ("identify", None, True),
    ],
)
def test_an_announcement_says_what_it_plays(action: str, source: str | None, fine: bool) -> None:
    document = {"id": "1", "action": action, "device": "d", "expires_at": "2026-11-21T12:00:00Z"}
    payload = json.dumps(document | ({} if source is None else {"source": source})).encode()
    if fine:
        assert decode(Request, payload).source == source
    else:
        with pytest.raises(InvalidMessageError):
            decode(Request, payload)
