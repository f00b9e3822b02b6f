"""Reading batches: whatever comes, what can be kept is kept."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.ledger.batch import UNREADABLE, Batch, read_batch
from scenes.errors import InvalidMessageError, InvalidTopicError, UnsupportedSchemaError
from tests.hub.ledger.events import BOOT, TOPIC, as_run, at, batch, numbered, presence

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    # json.dumps writes infinity as no JSON: then all of the batch is refused, not an event of it.
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=4,
)


def raw(events: list[Any], **more: Any) -> bytes:
    whole = {"schema": 1, "store": "nordic", "edge": "ceiling", "boot": BOOT, "events": events}
    return json.dumps({**whole, **more}).encode()


def read(payload: bytes) -> Batch:
    return read_batch(TOPIC, payload, at(0))


def test_events_become_columns_and_keep_their_words() -> None:
    payload = batch([presence(7, 1, present=True), as_run(8, 2)])
    got = read(payload)
    assert (got.boot, got.first, got.last) == (("nordic", "ceiling", BOOT), 7, 8)
    assert [(event.kind, event.zone, event.device) for event in got.events] == [
        ("presence", "entrance", "door"),
        ("as-run", "entrance", None),
    ]
    assert got.events[0].at == at(1)
    assert json.loads(got.events[1].body) == json.loads(payload)["events"][1]


def test_an_event_of_a_kind_from_the_future_is_kept_unread() -> None:
    future = {"kind": "telepathy", "seq": 2, "at": "2026-10-22T10:00:00Z"}
    good = {"kind": "presence", "seq": 1, "at": "2026-10-22T10:00:00Z", "present": True}
    got = read(raw([good, future]))
    assert [event.kind for event in got.events] == ["presence", UNREADABLE]
    assert got.events[1].at == at(0)
    assert json.loads(got.events[1].body) == future


@given(st.lists(JSON, max_size=3), st.lists(JSON, max_size=3))
def test_one_good_event_gives_all_their_numbers(before: list[Any], after: list[Any]) -> None:
    good = {"kind": "started", "seq": 10, "at": "2026-10-22T10:00:00Z", "version": "1"}
    got = read(raw([*before, good, *after]))
    assert [event.seq for event in got.events] == list(range(10 - len(before), 11 + len(after)))


@pytest.mark.parametrize("seq", [0, -1, 2**63, 10**30, 1.5, "1", None])
def test_impossible_numbers_are_refused(seq: Any) -> None:
    event = {"kind": "started", "seq": seq, "at": "2026-10-22T10:00:00Z", "version": "1"}
    with pytest.raises(InvalidMessageError, match="numbers"):
        read(raw([event]))


@pytest.mark.parametrize("instant", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_an_instant_that_no_database_holds_makes_an_event_unreadable(instant: str) -> None:
    event = {"kind": "started", "seq": 1, "at": instant, "version": "1"}
    assert read(raw([event])).events[0].kind == UNREADABLE


def test_a_character_that_postgresql_cannot_hold_is_replaced() -> None:
    odd = b'{"kind":"started","seq":1,"at":"2026-10-22T10:00:00Z","version":"1","more":"\xff"}'
    got = read(raw([]).replace(b"[]", b"[" + odd + b"]"))
    assert "\ufffd" in got.events[0].body


@pytest.mark.parametrize(
    ("topic", "payload", "error"),
    [
        (TOPIC, b"", InvalidMessageError),
        (TOPIC, b"not json", InvalidMessageError),
        (TOPIC, b"[" * 100_000, InvalidMessageError),
        (TOPIC, raw([]), InvalidMessageError),
        (TOPIC, raw([{"seq": 1}], schema=2), UnsupportedSchemaError),
        (TOPIC, raw([{"seq": 1}], boot="no boot"), InvalidMessageError),
        (TOPIC, raw([{"seq": 1}], edge="other"), InvalidMessageError),
        (TOPIC, raw([{"seq": 1}], store="other"), InvalidMessageError),
        ("stemning/v1/nordic/edge/ceiling", numbered(1, 2), InvalidTopicError),
    ],
)
def test_what_nobody_can_have_sent_is_refused(
    topic: str, payload: bytes, error: type[Exception]
) -> None:
    with pytest.raises(error):
        read_batch(topic, payload, at(0))


@given(st.binary(max_size=200))
def test_noise_is_refused_and_nothing_else(noise: bytes) -> None:
    with pytest.raises(InvalidMessageError):
        read(noise)
