"""Stored plans: whole or not at all, and every damage is noticed."""

import os
from pathlib import Path

import pytest

from edge.recording.plan_store import PlanStore
from scenes.plan import Plan
from tests.edge.fakes import payload, plan, scene

DIM = scene("dim", 10)


@pytest.fixture
def store(tmp_path: Path) -> PlanStore:
    return PlanStore(tmp_path / "plans", "nordic")


def saved(store: PlanStore, it: Plan) -> None:
    store.save(it.zone, payload(it))


def test_what_is_saved_is_loaded(store: PlanStore) -> None:
    first, second = plan([(0, DIM)]), plan([(0, DIM)], zone="entrance", revision=7)
    saved(store, first)
    saved(store, second)
    assert store.load(["hall", "entrance", "cellar"]) == {"hall": first, "entrance": second}


def test_a_later_plan_replaces_the_earlier(store: PlanStore) -> None:
    saved(store, plan([(0, DIM)]))
    saved(store, plan([(0, DIM)], revision=2))
    assert store.load(["hall"])["hall"].revision == 2


def test_every_flipped_byte_is_noticed(store: PlanStore, tmp_path: Path) -> None:
    saved(store, plan([(0, DIM)]))
    path = tmp_path / "plans" / "hall.json"
    whole = path.read_bytes()
    for position in range(len(whole)):
        damaged = bytearray(whole)
        damaged[position] ^= 0x20
        path.write_bytes(damaged)
        assert store.load(["hall"]) == {}, f"byte {position}"
    path.write_bytes(whole)
    assert "hall" in store.load(["hall"])


def test_every_truncation_is_noticed(store: PlanStore, tmp_path: Path) -> None:
    saved(store, plan([(0, DIM)]))
    path = tmp_path / "plans" / "hall.json"
    whole = path.read_bytes()
    for length in range(0, len(whole), 7):
        path.write_bytes(whole[:length])
        assert store.load(["hall"]) == {}


def test_an_unreadable_plan_is_named_and_set_aside(
    store: PlanStore, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    saved(store, plan([(0, DIM)]))
    path = tmp_path / "plans" / "hall.json"
    path.write_bytes(b"rubbish")
    assert store.load(["hall"]) == {}
    assert "the stored plan of hall is unreadable and set aside" in caplog.text
    assert path.with_suffix(".broken").read_bytes() == b"rubbish"
    saved(store, plan([(0, DIM)]))
    assert "hall" in store.load(["hall"])


def test_another_shops_plan_is_not_played(tmp_path: Path) -> None:
    store = PlanStore(tmp_path, "elsewhere")
    saved(store, plan([(0, DIM)]))
    assert store.load(["hall"]) == {}


def test_a_write_that_was_cut_off_leaves_the_old_plan(
    store: PlanStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(store, plan([(0, DIM)]))

    def no_space(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_space)
    with pytest.raises(OSError, match="No space"):
        saved(store, plan([(0, DIM)], revision=2))
    assert store.load(["hall"])["hall"].revision == 1


def test_a_plan_is_synced_before_it_is_renamed_and_the_directory_after(
    store: PlanStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    real_fsync, real_replace = os.fsync, Path.replace

    def fsync(number: int) -> None:
        order.append("directory" if Path(f"/proc/self/fd/{number}").is_dir() else "file")
        real_fsync(number)

    def replace(self: Path, target: Path) -> Path:
        order.append("rename")
        return real_replace(self, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replace)
    saved(store, plan([(0, DIM)]))
    assert order == ["file", "rename", "directory"]
