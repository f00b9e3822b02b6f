"""A full outbox refuses raw events first, keeps a reserve, and tells what it refused."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.recording.outbox import SPACE_IS_BACK, Outbox
from edge.recording.policy import RAW_SHARE, Losses, kind_of
from scenes.messages import AnyEvent, AsRun, DeviceTrouble, Presence
from scenes.rules import Layer

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BOOT = "0123456789abcdef"
ROOM = 20_000


def presence() -> AnyEvent:
    return Presence(seq=1, at=AT, zone="hall", device="door", present=True)


def as_run() -> AnyEvent:
    return AsRun(
        seq=1,
        at=AT,
        until=AT + timedelta(minutes=1),
        zone="hall",
        scene="calm",
        scene_revision=1,
        layer=Layer.RULE,
        source="rule:calm",
        epoch=1,
        revision=1,
        slot_start=AT,
        confirmed=True,
    )


def trouble() -> AnyEvent:
    return DeviceTrouble(seq=1, at=AT, device="door", problem="silent")


def fill(outbox: Outbox, event: AnyEvent, count: int = 1000) -> int:
    """Offer one kind; how many are taken."""
    admitted, refused = outbox.admit([event] * count)
    losses = Losses()
    for each in refused:
        losses.refuse(each)
    outbox.commit(admitted, losses)
    return len(admitted)


def bodies(outbox: Outbox, after: int = 0) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while (batch := outbox.pending(BOOT, after)) is not None:
        found += [msgspec.json.decode(body) for body in batch.bodies]
        after = batch.last_seq
    return found


def test_each_kind_is_refused_at_its_own_share(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "outbox.db", BOOT, ROOM)
    fill(outbox, presence())
    assert RAW_SHARE - 0.02 < outbox.fill < RAW_SHARE + 0.01
    assert fill(outbox, presence()) == 0
    fill(outbox, as_run())
    assert 0.92 < outbox.fill < 0.96
    assert fill(outbox, trouble()) > 0
    assert 0.98 < outbox.fill < 1.01
    seqs = [body["seq"] for body in bodies(outbox)]
    assert seqs == list(range(1, len(seqs) + 1)), "and the numbers have no gap"
    outbox.close()


def test_what_was_refused_survives_a_power_cut_and_is_told_once_there_is_space(
    tmp_path: Path,
) -> None:
    outbox = Outbox(tmp_path / "outbox.db", BOOT, ROOM)
    taken = fill(outbox, presence())
    fill(outbox, presence(), 7)
    outbox.close()
    later = Outbox(tmp_path / "outbox.db", "f" * 16, ROOM)
    assert later.fill == pytest.approx(outbox.fill)
    later.commit([])
    assert later.pending("f" * 16) is None, "no space, no news"
    later.trim(BOOT, taken // 2)
    assert later.fill < SPACE_IS_BACK
    later.commit([trouble()])
    batch = later.pending("f" * 16)
    assert batch is not None
    dropped, alarm = (msgspec.json.decode(body) for body in batch.bodies)
    assert (dropped["kind"], dropped["counts"]) == ("dropped", {"presence": 1007 - taken})
    assert (alarm["kind"], alarm["seq"]) == ("device-trouble", 2)
    later.commit([presence()])
    later.commit([presence()])
    last = later.pending("f" * 16, 2)
    assert last is not None
    assert [msgspec.json.decode(body)["kind"] for body in last.bodies] == ["presence"] * 2
    later.close()


def test_space_of_what_the_hub_has_is_used_again(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "outbox.db", BOOT, ROOM)
    for _ in range(20):
        taken = fill(outbox, presence())
        assert taken > 50
        outbox.trim(BOOT, outbox.last_seq)
        outbox.commit([])
    assert outbox.fill < 0.02
    assert (tmp_path / "outbox.db").stat().st_size < 4 * ROOM
    outbox.close()


def test_a_boot_whose_file_is_another_one_goes_on_counting(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "outbox.db", BOOT, last_seq=41)
    outbox.commit([presence()])
    assert [body["seq"] for body in bodies(outbox, 41)] == [42]
    outbox.close()
    again = Outbox(tmp_path / "outbox.db", BOOT)
    assert again.last_seq == 42
    again.close()


@given(
    st.lists(
        st.one_of(
            st.tuples(st.sampled_from((presence, as_run, trouble)), st.integers(1, 60)),
            st.tuples(st.none(), st.integers(0, 100)),
        ),
        max_size=25,
    )
)
def test_whatever_was_offered_is_kept_or_told_to_be_lost(
    tmp_path_factory: pytest.TempPathFactory,
    steps: list[tuple[Callable[[], AnyEvent] | None, int]],
) -> None:
    outbox = Outbox(tmp_path_factory.mktemp("room") / "outbox.db", BOOT, ROOM)
    offered: Counter[str] = Counter()
    hub: dict[int, dict[str, Any]] = {}

    def take(share: float) -> None:
        hub.update((body["seq"], body) for body in bodies(outbox, trimmed[-1]))
        trimmed.append(max(trimmed[-1], int(outbox.last_seq * share)))
        outbox.trim(BOOT, trimmed[-1])

    trimmed = [0]
    for make, amount in [*steps, (None, 100)]:
        if make is None:
            take(amount / 100)
        else:
            event = make()
            offered[kind_of(event)] += amount
            fill(outbox, event, amount)
    outbox.commit([])
    take(1)
    assert sorted(hub) == list(range(1, len(hub) + 1))
    accounted = Counter(body["kind"] for body in hub.values() if body["kind"] != "dropped")
    for body in hub.values():
        if body["kind"] == "dropped":
            accounted.update(body["counts"])
    assert accounted == offered
    outbox.close()
