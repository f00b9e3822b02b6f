"""Stored plans: the current one and the one before, whole or not at all; damage is noticed."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from edge.recording.plan_store import ALL_DAMAGED, NEWEST_DAMAGED, PlanStore
from scenes.plan import Plan
from tests.edge.fakes import payload, plan, scene

DIM = scene("dim", 10)


@pytest.fixture
def store(tmp_path: Path) -> PlanStore:
    return PlanStore(tmp_path / "plans", "nordic")


def saved(store: PlanStore, it: Plan) -> None:
    store.save(it.zone, payload(it))


def revision(store: PlanStore) -> int | None:
    """The plan that would be played."""
    found = store.load(["hall"]).get("hall")
    return None if found is None else found.revision


def file_of(tmp_path: Path, number: int) -> Path:
    (path,) = (tmp_path / "plans" / "hall").glob(f"1-{number}-*.json")
    return path


def test_what_is_saved_is_loaded(store: PlanStore) -> None:
    first, second = plan([(0, DIM)]), plan([(0, DIM)], zone="entrance", revision=7)
    saved(store, first)
    saved(store, second)
    assert store.load(["hall", "entrance", "cellar"]) == {"hall": first, "entrance": second}
    assert store.problems == {}


def test_the_newest_two_stay_under_their_own_hashes(store: PlanStore, tmp_path: Path) -> None:
    for number in (1, 2, 9, 10):
        saved(store, plan([(0, DIM)], revision=number))
    names = sorted(path.name for path in (tmp_path / "plans" / "hall").iterdir())
    assert [name.split("-")[:2] for name in names] == [["1", "10"], ["1", "9"]]
    assert revision(store) == 10


def test_a_higher_epoch_is_newer_than_any_revision(store: PlanStore) -> None:
    saved(store, plan([(0, DIM)], revision=99))
    saved(store, plan([(0, DIM)], revision=3, epoch=2))
    assert revision(store) == 3


def test_an_unchanged_plan_is_not_written_again(store: PlanStore, tmp_path: Path) -> None:
    saved(store, plan([(0, DIM)]))
    before = file_of(tmp_path, 1).stat()
    saved(store, plan([(0, DIM)]))
    assert file_of(tmp_path, 1).stat() == before
    file_of(tmp_path, 1).write_bytes(b"rubbish")
    saved(store, plan([(0, DIM)]))
    assert revision(store) == 1, "unless it is damaged"


@pytest.mark.parametrize("number", [1, 2])
def test_every_flipped_byte_is_noticed_and_the_other_plan_plays(
    store: PlanStore, tmp_path: Path, number: int
) -> None:
    saved(store, plan([(0, DIM)]))
    saved(store, plan([(0, DIM)], revision=2))
    path = file_of(tmp_path, number)
    whole = path.read_bytes()
    for position in range(len(whole)):
        damaged = bytearray(whole)
        damaged[position] ^= 1 << position % 8
        path.write_bytes(damaged)
        assert revision(store) == (2 if number == 1 else 1), f"byte {position}"
        assert store.problems.get("hall") == (None if number == 1 else NEWEST_DAMAGED)
    path.write_bytes(whole)
    assert revision(store) == 2


def test_with_both_damaged_there_is_no_plan_and_it_is_told(
    store: PlanStore, tmp_path: Path
) -> None:
    saved(store, plan([(0, DIM)]))
    saved(store, plan([(0, DIM)], revision=2))
    second = file_of(tmp_path, 2).read_bytes()
    file_of(tmp_path, 1).write_bytes(b"")
    file_of(tmp_path, 2).write_bytes(second[:-1])
    assert store.load(["hall"]) == {}
    assert store.problems == {"hall": ALL_DAMAGED}


def test_every_truncation_is_noticed(store: PlanStore, tmp_path: Path) -> None:
    saved(store, plan([(0, DIM)]))
    path = file_of(tmp_path, 1)
    whole = path.read_bytes()
    for length in range(0, len(whole), 7):
        path.write_bytes(whole[:length])
        assert store.load(["hall"]) == {}


def test_an_unreadable_plan_is_named_and_set_aside(
    store: PlanStore, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    saved(store, plan([(0, DIM)]))
    path = file_of(tmp_path, 1)
    path.write_bytes(b"rubbish")
    assert store.load(["hall"]) == {}
    assert "a stored plan of hall is unreadable and set aside" in caplog.text
    assert path.with_suffix(".broken").read_bytes() == b"rubbish"
    saved(store, plan([(0, DIM)], revision=2))
    assert [it.suffix for it in path.parent.iterdir()] == [".json"]


def test_another_shops_plan_is_not_played(tmp_path: Path) -> None:
    store = PlanStore(tmp_path, "elsewhere")
    saved(store, plan([(0, DIM)]))
    assert store.load(["hall"]) == {}


def test_strange_files_are_no_plans(store: PlanStore, tmp_path: Path) -> None:
    (tmp_path / "plans" / "hall").mkdir(parents=True)
    for name in ("notes.json", "1-2-3.json", "a-b-c.json"):
        (tmp_path / "plans" / "hall" / name).write_bytes(b"{}")
    assert store.load(["hall"]) == {}
    assert store.problems == {}


def test_a_full_disk_leaves_the_old_plan_and_no_rubbish(
    store: PlanStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(store, plan([(0, DIM)]))

    def no_space(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_space)
    with pytest.raises(OSError, match="No space"):
        saved(store, plan([(0, DIM)], revision=2))
    assert revision(store) == 1
    assert len(list((tmp_path / "plans" / "hall").iterdir())) == 1


class PowerCutError(BaseException):
    """Nothing after it happens."""


class Card:
    """The system calls of a save; the power goes before the call of a given number.

    Then what was not synced may be lost: a file's content, all or half of it, and a directory's
    changes.
    """

    CALLS = ("open", "write", "fsync", "replace", "unlink", "mkdir", "close")

    def __init__(self, monkeypatch: pytest.MonkeyPatch, cut_at: int) -> None:
        self.cut_at = cut_at
        self.calls: list[str] = []
        self.unsynced: set[Path] = set()
        for name in self.CALLS:
            monkeypatch.setattr(os, name, self._counted(name, getattr(os, name)))

    def _counted(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            if len(self.calls) == self.cut_at and name != "close":
                raise PowerCutError
            if name != "close":  # a process that dies closes its files too
                self.calls.append(name)
            self._remember(name, arguments)
            return real(*arguments, **named)

        return call

    def _remember(self, name: str, arguments: tuple[Any, ...]) -> None:
        if name == "write":
            self.unsynced.add(Path(f"/proc/self/fd/{arguments[0]}").resolve())
        elif name == "fsync":
            self.unsynced.discard(Path(f"/proc/self/fd/{arguments[0]}").resolve())
        elif name == "replace" and Path(arguments[0]) in self.unsynced:
            self.unsynced.remove(Path(arguments[0]))
            self.unsynced.add(Path(arguments[1]))

    def lose(self, share: float) -> None:
        """What the card forgets of files that were not synced."""
        for path in self.unsynced:
            if path.exists():
                content = path.read_bytes()
                path.write_bytes(content[: int(len(content) * share)])


@pytest.mark.parametrize("left", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("older", [0, 1, 3])
def test_a_power_cut_at_any_system_call_of_a_write_leaves_a_readable_plan(
    tmp_path: Path, older: int, left: float
) -> None:
    before = PlanStore(tmp_path / "before" / "plans", "nordic")
    for number in range(1, older + 1):
        saved(before, plan([(0, DIM)], revision=number))
    newer = plan([(0, DIM)], revision=older + 1)
    calls: list[str] = []
    for cut_at in range(100):
        directory = tmp_path / str(cut_at)
        if older:
            shutil.copytree(tmp_path / "before", directory)
        store = PlanStore(directory / "plans", "nordic")
        with pytest.MonkeyPatch.context() as patch:
            card = Card(patch, cut_at)
            try:
                saved(store, newer)
                ended = True
            except PowerCutError:
                ended = False
        card.lose(left)
        expected = {older + 1} if ended else {older or None, older + 1}
        assert revision(store) in expected, card.calls
        assert store.problems == {}
        saved(store, newer)
        files = list((directory / "plans" / "hall").iterdir())
        assert revision(store) == older + 1
        assert len(files) == min(older + 1, 2), "and the next write tidies up"
        if ended:
            calls = card.calls
            break
    assert calls.count("fsync") >= 2
    assert calls.index("fsync") < calls.index("replace") if older else "replace" in calls


def test_a_plan_is_synced_before_it_is_renamed_and_the_directory_after(
    store: PlanStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(store, plan([(0, DIM)]))
    card = Card(monkeypatch, cut_at=1000)
    saved(store, plan([(0, DIM)], revision=2))
    assert card.calls == ["open", "write", "fsync", "replace", "open", "fsync"]
