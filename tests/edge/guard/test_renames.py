"""Another name for a diffuser is no new day for it."""

import pytest

from edge.guard.core import BIN_S
from tests.edge.guard.bench import PUMP, Bench, Device

PLUG = Device(None, "hall")
MOVED = Device((0, 27), "hall")
REST_S = 41.0


def configured(bench: Bench, **devices: Device) -> None:
    """Another configuration, after a restart."""
    bench.devices = devices
    bench.boot()
    bench.wait(REST_S)


def use_up(bench: Bench, name: str) -> int:
    """Run until the day is over; how many bursts there were."""
    given = 0
    while bench.burst(name) == "on":
        given += 1
    assert bench.what(name) == "budget"
    return given


@pytest.mark.parametrize("device", [PUMP, PLUG])
def test_a_new_name_has_the_old_ones_day_and_so_has_the_old_one_again(device: Device) -> None:
    bench = Bench(devices={"scent": device})
    use_up(bench, "scent")
    for name in ("linen-scent", "scent", "linen-scent"):
        configured(bench, **{name: device})
        assert bench.ask(name) == "budget"


@pytest.mark.parametrize("device", [PUMP, PLUG])
def test_what_is_given_under_another_name_counts_for_the_first(device: Device) -> None:
    bench = Bench(devices={"scent": device})
    assert bench.burst("scent") == "on"
    configured(bench, linen=device)
    use_up(bench, "linen")
    configured(bench, scent=device)
    assert bench.ask("scent") == "budget"


def test_one_that_comes_back_after_a_while_has_its_day_still() -> None:
    bench = Bench(devices={"scent": PUMP, "plug": PLUG})
    use_up(bench, "scent")
    configured(bench, plug=PLUG)
    assert bench.ask("plug") == "on"
    configured(bench, plug=PLUG)
    configured(bench, plug=PLUG, linen=PUMP)
    assert bench.ask("linen") == "budget"
    configured(bench, plug=PLUG, fig=MOVED)
    assert bench.ask("fig") == "budget", "it may be the same one at another pin"


def test_another_diffuser_beside_those_there_are_has_a_day_of_its_own() -> None:
    bench = Bench(devices={"scent": PUMP})
    use_up(bench, "scent")
    configured(bench, scent=PUMP, plug=PLUG)
    assert bench.ask("plug") == "on"
    assert bench.ask("scent") == "budget"


def test_who_takes_a_name_that_was_anothers_brings_its_own_day() -> None:
    bench = Bench(devices={"scent": PLUG, "linen": PLUG})
    use_up(bench, "linen")
    configured(bench, linen=PLUG, moss=PLUG)
    for name in ("linen", "moss"):
        assert bench.ask(name) == "budget", "either may be the one that was linen"


def test_two_changes_without_a_burst_between_are_two() -> None:
    bench = Bench(devices={"scent": PLUG, "linen": PLUG})
    use_up(bench, "scent")
    configured(bench, moss=PLUG, linen=PLUG)
    configured(bench, moss=PLUG, scent=PLUG)
    assert bench.ask("moss") == "budget"


def test_a_pause_goes_with_the_diffuser() -> None:
    bench = Bench(devices={"scent": PUMP})
    assert bench.ask("scent") == "on"
    bench.devices = {"linen": PUMP}
    bench.boot()
    assert bench.ask("linen") == "pause"


def test_what_ever_came_out_of_a_cartridge_goes_with_the_name() -> None:
    bench = Bench(devices={"scent": PUMP})
    bench.burst("scent")
    given_ml = bench.guard.outputs["scent"].total_ml
    configured(bench, scent=MOVED)
    assert bench.guard.outputs["scent"].total_ml == pytest.approx(given_ml)
    configured(bench, linen=MOVED)
    assert bench.guard.outputs["linen"].total_ml == 0, "else its cartridge would seem empty"


def test_one_that_is_gone_is_forgotten_when_its_day_is_over() -> None:
    bench = Bench(devices={"scent": PUMP})
    use_up(bench, "scent")
    configured(bench, plug=PLUG)
    assert bench.guard.past
    bench.wait(25 * BIN_S)
    assert not bench.guard.past
    configured(bench, plug=PLUG, scent=PUMP)
    assert bench.ask("scent") == "on"


def test_a_change_of_the_configuration_is_no_damage() -> None:
    bench = Bench(devices={"scent": PUMP})
    bench.burst("scent")
    configured(bench, plug=PLUG)
    assert bench.guard.reason("hall") is None
    assert bench.ask("plug") == "on"
