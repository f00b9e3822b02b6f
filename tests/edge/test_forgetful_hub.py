"""A plan whose maker didn't know the one that is here is refused, until a person confirms it."""

from pathlib import Path

import msgspec
import pytest

from edge.playing.player import Player
from edge.recording.plan_store import PlanStore
from scenes.messages import ZoneState
from scenes.plan import Plan
from tests.edge.fakes import payload, plan, scene
from tests.edge.test_zone_player import Bench as ZoneBench

DIM, BRIGHT = scene("dim", 10, fade_s=0), scene("bright", 80, fade_s=0)
ORDER_HERE = (5, 12)
REFUSAL = (
    "refuses the hub's plan of 2026-03-02 09:00 UTC: the hub's database is older than the plan "
    "here; confirm it on the hub"
)


class Bench(ZoneBench):
    """An agent's player over stored plans; a new bench over the same directory is a restart."""

    def __init__(self, directory: Path) -> None:
        super().__init__()
        self.store = PlanStore(directory / "plans", "nordic")
        self.accepted: list[tuple[int, int]] = []
        self.player_loop = Player("nordic", [self.zone], self._accept, self.clock)
        stored = self.store.load(["hall"]).get("hall")
        if stored is not None:
            self.zone.adopt(stored)

    def _accept(self, it: Plan, message: bytes) -> None:
        self.accepted.append(it.order)
        self.store.save(it.zone, message)

    def hears(self, it: Plan) -> ZoneState:
        self.player_loop.offer("hall", payload(it))
        self.player_loop.step(self.clock.moment)
        self.run(3)
        return self.state()


def here() -> Plan:
    return plan([(-60, DIM)], epoch=ORDER_HERE[0], revision=ORDER_HERE[1])


def newer(follows: tuple[int, int] | None, order: tuple[int, int] = (9, 7)) -> Plan:
    made = plan([(-60, BRIGHT)], epoch=order[0], revision=order[1])
    return msgspec.structs.replace(made, follows=follows)


@pytest.mark.parametrize("follows", [(0, 0), (5, 11), (4, 99)], ids=str)
def test_a_plan_by_an_older_database_is_refused_and_told(
    tmp_path: Path, follows: tuple[int, int], caplog: pytest.LogCaptureFixture
) -> None:
    bench = Bench(tmp_path)
    bench.hears(here())
    state = bench.hears(newer(follows))
    assert (bench.spot.level, state.scene, state.confirmed) == (10, "dim", True)
    assert (state.epoch, state.revision, state.refuses) == (*ORDER_HERE, (9, 7))
    assert state.problem == REFUSAL
    assert f"hall: {REFUSAL}" in caplog.text
    assert bench.accepted == [ORDER_HERE]


@pytest.mark.parametrize(
    "it",
    [
        newer(ORDER_HERE),
        newer((5, 13)),
        newer((6, 1)),
        newer(None),
        newer((4, 1), order=(5, 13)),
    ],
    ids=["knew it", "knew a later one", "knew a later term", "does not say", "same term"],
)
def test_a_plan_whose_maker_knew_this_one_is_taken(tmp_path: Path, it: Plan) -> None:
    bench = Bench(tmp_path)
    bench.hears(here())
    state = bench.hears(it)
    assert (bench.spot.level, state.problem, state.refuses) == (80, None, None)
    assert bench.accepted == [ORDER_HERE, it.order]


def test_an_agent_without_a_plan_takes_any(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    assert bench.hears(newer((0, 0))).scene == "bright"


def test_the_plan_is_kept_over_restarts_and_the_other_refused_again(tmp_path: Path) -> None:
    Bench(tmp_path).hears(here())
    files = sorted((tmp_path / "plans" / "hall").iterdir())
    for _ in range(2):
        bench = Bench(tmp_path)
        state = bench.hears(newer((5, 11)))
        assert (state.scene, state.problem, state.refuses) == ("dim", REFUSAL, (9, 7))
        assert sorted((tmp_path / "plans" / "hall").iterdir()) == files


def test_what_a_person_confirmed_is_taken_and_stored(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.hears(here())
    bench.hears(newer((5, 11)))
    state = bench.hears(newer(ORDER_HERE, order=(10, 8)))
    assert (state.scene, state.problem, state.refuses) == ("bright", None, None)
    assert Bench(tmp_path).zone.plan == newer(ORDER_HERE, order=(10, 8))


def test_the_hub_of_the_plan_that_is_here_ends_the_complaint(tmp_path: Path) -> None:
    """The other hub is gone, and the broker keeps the plan again that is followed."""
    bench = Bench(tmp_path)
    bench.hears(here())
    assert bench.hears(newer((5, 11))).refuses == (9, 7)
    state = bench.hears(here())
    assert (state.scene, state.problem, state.refuses) == ("dim", None, None)
    assert bench.hears(newer((5, 11))).refuses == (9, 7), "and begins it anew"
