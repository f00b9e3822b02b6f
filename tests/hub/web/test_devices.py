"""The way to a device in three links, and what the database knows of devices."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert

from hub.app import create_app
from hub.audit import Change, record
from hub.database import writing
from hub.parts import HubParts
from hub.people.rights import Role
from hub.people.who import Who, asking
from hub.reported import Reported
from hub.tables import EventRow
from hub.web.devices.chain import Clocks, Link, agent_link, broker_link, device_link
from hub.web.devices.readings import cartridge_words, reading_words, runs_out
from hub.web.devices.rows import AgentCard
from hub.web.devices.told import failed_at, refills
from hub.web.devices.view import devices_page
from hub.web.rendering import render
from scenes.messages import DeviceInfo, DeviceState, Hello, Reading, State, ZoneState
from tests.hub.asgi_client import AsgiClient
from tests.hub.shops import THURSDAY_NOON, FakeClock

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
BOOT = "0123456789abcdef"
NOW = Clocks(THURSDAY_NOON, COPENHAGEN)
TWO = timedelta(minutes=2)


def lamp(**reading: Any) -> DeviceState:
    return DeviceState(kind="light", zone="entrance", reading=Reading(**reading))


def introduce(reported: Reported, clock: FakeClock, *, online: bool = True, **said: Any) -> None:
    """An agent that says hello and what its lamp does."""
    common: dict[str, Any] = {"store": "nordic", "edge": "ceiling", "boot": BOOT, "at": clock()}
    info = DeviceInfo(id="window", kind="light", zone="entrance", driver="gpio-pwm")
    reported.hello(
        Hello(**common, online=online, version="1.2", zones=("entrance",), devices=(info,))
    )
    zones = {"entrance": ZoneState(scene="trading", confirmed=True)}
    reported.state(State(**common, zones=zones, devices={"window": lamp(**said)}))


def chain(reported: Reported, clocks: Clocks, silent_s: float | None = None) -> list[Link]:
    """The three links of the lamp; the broker is silent for so long."""
    edge = reported.edge("nordic", "ceiling")
    assert edge is not None
    broker = broker_link(silent_s is None, silent_s or 0, clocks)
    agent = agent_link(edge, broker, clocks)
    state = edge.state.message.devices["window"] if edge.state else None
    return [broker, agent, device_link(state, edge, agent, None, clocks)]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def reported(clock: FakeClock) -> Reported:
    return Reported(clock, clock.monotonic)


class Connected:
    """A link to a broker that answers."""

    connected, silent_s = True, 0.0


def connected(parts: HubParts) -> HubParts:
    """The same hub with a broker that answers it."""
    return replace(parts, link=cast("Any", Connected()))


def levels(links: list[Link]) -> list[str]:
    return [link.level for link in links]


def test_all_is_well_only_by_what_was_reported(reported: Reported, clock: FakeClock) -> None:
    introduce(reported, clock, level=50)
    links = chain(reported, NOW)
    assert levels(links) == ["good", "good", "good"]
    assert links[1].heard_at == THURSDAY_NOON


def test_a_silent_agent_explains_its_devices(reported: Reported, clock: FakeClock) -> None:
    introduce(reported, clock, level=50)
    clock.forward(minutes=2)
    links = chain(reported, Clocks(clock(), COPENHAGEN))
    assert levels(links) == ["good", "bad", "unknown"]
    assert links[1].words == "ceiling has not been heard since 12:00"
    assert links[2].words == "Unknown since 12:00, because ceiling does not answer"


def test_an_agent_that_left_is_offline_at_once(reported: Reported, clock: FakeClock) -> None:
    introduce(reported, clock, online=False, level=50)
    links = chain(reported, NOW)
    assert levels(links) == ["good", "bad", "unknown"]
    assert links[1].words == "ceiling is offline, last heard 12:00"


def test_behind_a_silent_broker_nothing_is_known(reported: Reported, clock: FakeClock) -> None:
    introduce(reported, clock, level=50)
    links = chain(reported, NOW, silent_s=60)
    assert levels(links) == ["bad", "unknown", "unknown"]
    assert links[0].words == "The broker has not answered since 11:59"
    for link in links[1:]:
        assert link.words == "Unknown since 11:59, because the broker does not answer"


def test_a_device_that_fails_says_since_when(reported: Reported, clock: FakeClock) -> None:
    introduce(reported, clock, problem="no such pin")
    assert levels(chain(reported, NOW)) == ["good", "good", "bad"]
    edge = reported.edge("nordic", "ceiling")
    assert edge is not None
    agent = agent_link(edge, broker_link(True, 0, NOW), NOW)
    own = device_link(lamp(problem="no such pin"), edge, agent, THURSDAY_NOON - TWO, NOW)
    assert own.words == "It has not answered since 11:58: no such pin"
    never = device_link(None, edge, agent, None, NOW)
    assert (never.level, never.words) == ("unknown", "ceiling has not said anything of it")


@pytest.mark.parametrize(
    ("kind", "reading", "words"),
    [
        ("light", Reading(level=62, temperature_k=2700), "62%, 2,700 K"),
        ("light", Reading(level=0), "Off"),
        ("player", Reading(playing=True, source="playlist:calm", volume=40), "Plays calm at 40%"),
        ("player", Reading(playing=False), "Silent"),
        ("diffuser", Reading(on=True, fragrance="white-tea"), "Gives scent now, White tea"),
        ("diffuser", Reading(on=False, fragrance="amber"), "No burst now, Amber"),
        ("sensor", Reading(present=True), "Sees somebody"),
        ("sensor", Reading(open=False), "Closed"),
        ("sensor", Reading(distance_cm=81.4), "81 cm away"),
        ("light", Reading(), ""),
    ],
)
def test_a_reading_in_words(
    kind: Literal["light", "player", "diffuser", "sensor"], reading: Reading, words: str
) -> None:
    assert reading_words(kind, reading) == words


def test_a_cartridge_says_for_how_long() -> None:
    full = Reading(cartridge_ml=100)
    low = Reading(cartridge_ml=4.2, days_left=0.5)
    assert (cartridge_words(full), runs_out(full)) == ("100 ml left", False)
    assert (cartridge_words(low), runs_out(low)) == ("4 ml left, for less than a day", True)


def test_when_a_device_failed_is_read_from_the_record(parts_on_both: HubParts) -> None:
    parts = parts_on_both
    now = parts.now()
    with writing(parts.engine) as connection:
        for seq, (device, kind, ago, said) in enumerate(
            (
                ("window", "device-trouble", 9, "no answer"),
                ("window", "device-trouble", 7, None),
                ("window", "device-trouble", 5, "no answer"),
                ("window", "press", 1, None),
                # That it failed again is on its way: nobody knows since when.
                ("back", "device-trouble", 5, "no answer"),
                ("back", "device-trouble", 3, None),
            )
        ):
            connection.execute(
                insert(EventRow).values(
                    store="nordic",
                    edge="ceiling",
                    boot=BOOT,
                    seq=seq + 1,
                    kind=kind,
                    at=now - timedelta(minutes=ago),
                    zone="entrance",
                    device=device,
                    received_at=now,
                    body=json.dumps({"problem": said}),
                )
            )
    asked = {("ceiling", "window"), ("cellar", "window"), ("ceiling", "back")}
    with parts.engine.connect() as connection:
        known = failed_at(connection, "nordic", asked, now)
    assert known == {("ceiling", "window"): now - timedelta(minutes=5)}


def test_a_refill_says_how_long_the_one_before_lasted(parts_on_both: HubParts) -> None:
    parts = parts_on_both
    now = parts.now()
    with writing(parts.engine) as connection:
        for days, done in ((20, True), (15, False), (6, True)):
            after = {"edge": "ceiling", "zone": "entrance", "done": done, "text": ""}
            if days == 6:
                after |= {"fragrance": "white-tea", "left_ml": 3.7}
            change = Change(
                at=now - timedelta(days=days),
                author="Kim",
                action="device.refill",
                store="nordic",
                subject="device scent",
                after=after,
            )
            record(connection, change)
    with parts.engine.connect() as connection:
        told = refills(connection, "nordic")
    assert [(each.device, each.author, each.lasted) for each in told] == [
        ("scent", "Kim", timedelta(days=14)),
        ("scent", "Kim", None),
    ]
    lines = devices_page(parts, parts.planner.store("nordic")).refills
    assert [(each.fragrance, each.lasted, each.left) for each in lines] == [
        ("White tea", "14 days", "4 ml"),
        ("", "", ""),
    ]


def test_what_is_left_is_told_only_of_a_cartridge_that_somebody_put_in(
    parts_on_both: HubParts, clock: FakeClock
) -> None:
    parts, store = connected(parts_on_both), parts_on_both.planner.store("nordic")
    said: dict[str, Any] = {"store": "nordic", "edge": "ceiling", "boot": BOOT, "at": clock()}
    names = ("scent", "other")
    infos = [DeviceInfo(id=n, kind="diffuser", zone="entrance", driver="relay") for n in names]
    parts.reported.hello(
        Hello(**said, online=True, version="1", zones=("entrance",), devices=tuple(infos))
    )
    full = DeviceState(kind="diffuser", zone="entrance", reading=Reading(on=False, cartridge_ml=0))
    parts.reported.state(State(**said, zones={}, devices=dict.fromkeys(names, full)))

    def told() -> dict[str, tuple[str, bool]]:
        rows = devices_page(parts, store).zones[0].rows
        return {each.device: (each.cartridge, each.runs_out) for each in rows}

    unsaid = ("What is left is not known", False)
    assert told() == dict.fromkeys(names, unsaid)
    after = {"edge": "ceiling", "zone": "entrance", "done": True, "text": ""}
    with writing(parts.engine) as connection:
        record(
            connection,
            Change(
                at=parts.now(),
                author="Kim",
                action="device.refill",
                store="nordic",
                subject="device scent",
                after=after,
            ),
        )
    assert told() == {"other": unsaid, "scent": ("0 ml left", True)}
    # An open page asks for this part again, and after "Yes, it is in" gets it at once.
    part = AsgiClient(create_app(parts)).get("/fragments/devices", params={"store": "nordic"}).text
    assert "<td>scent</td>" in part


def test_nothing_can_be_asked_of_a_device_whose_agent_is_gone(
    parts: HubParts, clock: FakeClock
) -> None:
    introduce(parts.reported, clock, level=50)
    store, parts = parts.planner.store("nordic"), connected(parts)

    def shown() -> str:
        token = asking.set(Who(kind="person", role=Role.MANAGER, stores=None))
        try:
            return render("devices/_devices.html", {"devices": devices_page(parts, store)})
        finally:
            asking.reset(token)

    page = shown()
    assert "disabled" not in page
    introduce(parts.reported, clock, online=False, level=50)
    page = shown()
    for action in ("identify", "test"):
        button = page.partition(f'id="device-ceiling-window--{action}"')[2].partition(">")[0]
        assert " disabled" in button
        assert 'aria-describedby="device-ceiling-window--why-not"' in button
    assert "Nothing can be asked of it while ceiling does not answer" in page
    assert "See that its Pi has power" in page
    log = page.partition('id="agent-nordic-ceiling--log"')[2].partition(">")[0]
    assert " disabled" in log
    forget = page.partition('id="agent-nordic-ceiling--forget"')[2].partition("</details>")[0]
    assert " disabled" not in forget


def test_of_an_agent_that_nobody_hears_nothing_is_claimed(
    parts: HubParts, clock: FakeClock
) -> None:
    store, parts = parts.planner.store("nordic"), connected(parts)
    common: dict[str, Any] = {"store": "nordic", "edge": "ceiling", "boot": BOOT, "at": clock()}
    said: dict[str, Any] = {
        "clock": "synced",
        "waiting_events": 0,
        "dropped_events": 2,
        "problems": ("disk",),
    }

    def card() -> AgentCard:
        (only,) = devices_page(parts, store).agents
        return only

    parts.reported.hello(Hello(**common, online=True, version="1.2", zones=("entrance",)))
    assert (card().waiting, card().clock) == ("Unknown", "Unknown"), "it has said nothing yet"
    parts.reported.state(State(**common, zones={}, devices={}, **said))
    well = card()
    assert well.waiting == "The hub has all its events"
    assert well.clock == "A time server vouches for its clock"
    assert (well.dropped, well.problems) == ("2 events were dropped", ("disk",))
    parts.reported.hello(Hello(**common, online=False, version="1.2", zones=("entrance",)))
    gone = card()
    assert (gone.waiting, gone.clock, gone.clock_trusted) == ("Unknown", "Unknown", True)
    assert (gone.dropped, gone.problems, gone.version) == ("", (), "1.2")


def test_the_page_names_agents_that_nobody_expects(parts: HubParts, clock: FakeClock) -> None:
    store = parts.planner.store("nordic")
    assert [zone.served for zone in devices_page(parts, store).zones] == [False, False]
    common: dict[str, Any] = {"boot": BOOT, "online": True, "at": clock(), "version": "1"}
    attic = DeviceInfo(id="bulb", kind="light", zone="attic", driver="gpio-pwm")
    parts.reported.hello(
        Hello(store="nordic", edge="loft", zones=("attic",), devices=(attic,), **common)
    )
    parts.reported.hello(Hello(store="elsewhere", edge="lost", zones=("bar",), **common))
    page = devices_page(parts, store)
    assert [(zone.id, zone.name) for zone in page.zones][-1] == ("", "attic")
    assert page.homeless == (("lost", "elsewhere"),)
    (loft,) = page.agents
    assert (loft.unknown_zones, loft.forgettable) == ("attic", True)


@pytest.mark.parametrize(
    ("role", "locked"),
    [(Role.STAFF, {"log"}), (Role.MANAGER, set()), (Role.ANALYST, {"log", "identify", "refill"})],
)
def test_what_a_reader_may_not_do_has_a_lock(
    parts: HubParts, clock: FakeClock, role: Role, locked: set[str]
) -> None:
    introduce(parts.reported, clock, level=50)
    scent = DeviceInfo(id="scent", kind="diffuser", zone="entrance", driver="gpio-relay")
    common: dict[str, Any] = {"store": "nordic", "edge": "cellar", "boot": BOOT, "at": clock()}
    parts.reported.hello(Hello(**common, online=True, version="1.2", devices=(scent,)))
    parts.reported.state(State(**common, zones={}, devices={}))
    parts = connected(parts)
    store = parts.planner.store("nordic")
    token = asking.set(Who(kind="person", role=role, stores=None))
    try:
        html = render("devices/_devices.html", {"devices": devices_page(parts, store)})
    finally:
        asking.reset(token)
    buttons = {
        "identify": "device-ceiling-window--identify",
        "refill": "device-cellar-scent--refill",
        "log": "agent-nordic-ceiling--log",
    }
    found = {
        what
        for what, name in buttons.items()
        if "#lock" in html.partition(f'id="{name}"')[2].partition("</form>")[0]
    }
    assert found == locked
    assert ('id="asks-pin"' in html) == bool(locked)
