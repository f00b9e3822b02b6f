"""Old copies of a database, lost ones, two hubs, standbys: one plan holds, and it is said whose.

Faults 11 and 12: a newer plan is kept until a person confirms; whoever loses goes read-only.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.rival_hubs import (
    OVERRIDE,
    SOON_S,
    Floor,
    choose,
    command,
    confirm,
    copy_of,
    floor,
    put_back,
    refusal,
    shines,
    standing,
)
from tests.hub.test_link import Listener
from tests.parts.stemning_processes import Hub
from tests.waiting import wait_until


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Floor]:
    with floor(tmp_path) as made:
        yield made


@pytest.mark.parametrize(
    ("lost", "forgets"),
    [(False, False), (False, True), (True, False)],
    ids=["old copy", "old copy, and the broker forgot", "lost database"],
)
def test_edges_keep_the_newer_plan_until_a_person_confirms(
    shop: Floor, *, lost: bool, forgets: bool
) -> None:
    hub, agent = shop.hub("hub"), shop.agent()
    hub.start()
    shines(agent, "dim")
    copy = None if lost else copy_of(hub)
    choose(hub, "event")
    shines(agent, "event")
    known = shop.retained()
    hub.kill()
    put_back(hub, copy)
    if forgets:
        shop.broker.kill()
        shop.broker.start()
    hub.start()

    says_that_it_is_contested(hub)
    contested = hub.get("/api/v1/office")["epoch"]
    # What people do meanwhile doesn't get through either.
    choose(hub, "bright")
    if forgets:
        agent.kill()
        agent.start()
    else:
        assert shop.retained() == known
    shines(agent, "event")
    wait_until(lambda: hub.zone("entrance")["reported"]["scene"] == "event", SOON_S, "the report")

    code, said = command(hub)
    assert (code, "contested" in said, "has a newer plan" in said) == (1, True, True)
    code, said = command(hub, "confirm", "--author", "Kim", "--why", "it was put back")
    assert (code, said.endswith(": in-office\n")) == (0, True)
    after = hub.get("/api/v1/office")
    assert (after["standing"], after["contested"], after["problems"]) == ("in-office", [], [])
    assert after["epoch"] > max(contested, known.epoch)
    shines(agent, "bright")
    (change, *_) = hub.get("/api/v1/audit?action=office.confirm")["changes"]
    assert (change["author"], change["before"]["standing"]) == ("Kim", "contested")
    wait_until(lambda: hub.zone("entrance")["reported"]["confirmed"], SOON_S, "the confirmation")
    if forgets or lost:
        return
    # And so it stays.
    hub.kill()
    hub.start()
    choose(hub, "dim")
    shines(agent, "dim")
    assert standing(hub) == "in-office"


def says_that_it_is_contested(hub: Hub) -> None:
    """Over the API, at the zone, on the page, to whoever watches, and in the log."""

    def named() -> bool:
        office = hub.get("/api/v1/office")
        zones = {zone["zone"] for zone in office["contested"]}
        return office["standing"] == "contested" and "entrance" in zones

    wait_until(named, SOON_S, "the hub to notice")
    wait_until(
        lambda: "held back" in "".join(hub.zone("entrance")["reported"]["problems"]),
        SOON_S,
        "the zone to say it",
    )
    assert "has a newer plan" in hub.fetch("/")
    assert hub.get("/healthz")["parts"]["office"]["ok"] is False
    assert "has a newer plan" in hub.log


def test_of_two_hubs_on_one_broker_the_loser_goes_read_only_and_nothing_flaps(
    shop: Floor,
) -> None:
    first, second, agent = shop.hub("first"), shop.hub("second"), shop.agent()
    first.start()
    choose(first, "event")
    shines(agent, "event")
    listener = shop.listener()
    second.start()
    wait_until(lambda: standing(second) == "contested", SOON_S, "the second to notice")
    choose(second, "bright")
    assert standing(first) == "in-office"
    choose(first, "event", 50)
    wait_until(lambda: any(plan.revision == 3 for plan in listener.plans()), SOON_S, "its plan")
    assert {plan.epoch for plan in listener.plans()} == {shop.retained().epoch}

    confirm(second)
    shines(agent, "bright")
    wait_until(lambda: standing(first) == "out-of-office", SOON_S, "the first to give way")
    assert "second on " in refusal(first)
    assert "out of office, because second on" in first.fetch("/")
    assert first.get("/healthz")["parts"]["office"]["ok"] is False
    assert first.get(OVERRIDE.removesuffix("/override"))["zone"] == "entrance", "it still shows"
    choose(second, "event")
    shines(agent, "event")
    in_order(listener)

    confirm(first)
    wait_until(lambda: standing(second) == "out-of-office", SOON_S, "the second to give way")
    refusal(second)
    choose(first, "dim")
    shines(agent, "dim")
    in_order(listener)


def in_order(listener: Listener) -> None:
    """No plan on the wire was ever older than one before it."""
    for zone in ("entrance", "cellar"):
        orders = [plan.order for plan in listener.plans(zone)]
        assert orders == sorted(orders)


def test_of_two_standbys_exactly_one_takes_over_from_a_killed_hub(
    shop: Floor, postgres_url: str
) -> None:
    hub, agent = shop.hub("hub", database=postgres_url), shop.agent()
    hub.start()
    one, two = (
        shop.hub(name, database=postgres_url, settings=("--standby",)) for name in ("one", "two")
    )
    for standby in (one, two):
        standby.start()
        assert standing(standby) == "standby"
        assert "this hub stands by, and hub on " in refusal(standby)
        assert "This hub stands by, and hub on " in standby.fetch("/")
        assert standby.get("/healthz")["status"] == "ok"
    choose(hub, "bright")
    wait_until(lambda: chosen(one) == chosen(two) == "bright", SOON_S, "the news at both")
    shines(agent, "bright")
    before = shop.retained()
    listener = shop.listener()
    hub.kill()

    wait_until(
        lambda: sorted([standing(one), standing(two)]) == ["in-office", "standby"], SOON_S, "one"
    )
    winner, loser = (one, two) if standing(one) == "in-office" else (two, one)
    wait_until(lambda: listener.plans()[-1].epoch > before.epoch, SOON_S, "its plan")
    assert listener.plans()[-1].follows == before.order
    assert chosen(winner) == "bright", "the choice outlived the hub"
    choose(winner, "dim")
    shines(agent, "dim")
    wait_until(lambda: chosen(loser) == "dim", SOON_S, "the news")
    assert f"{winner.directory.name} on " in refusal(loser)
    # One term, one plan of it for each zone and one for the choice, and none of them late.
    in_order(listener)
    for zone, plans in (("entrance", 2), ("cellar", 1)):
        made = {plan.order for plan in listener.plans(zone) if plan.epoch > before.epoch}
        assert len({epoch for epoch, _ in made}) == 1
        assert len(made) == plans
    taken = winner.get("/api/v1/audit?action=office.take-over")["changes"]
    assert [change["author"].split()[0] for change in taken] == [winner.directory.name]


def chosen(hub: Hub) -> str | None:
    """The scene that a hub shows as somebody's choice."""
    override = hub.zone("entrance")["override"]
    return override and str(override["scene"])
