"""A full or read-only disk: the shop plays on, says so, and loses nothing that it need not."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from edge.recording.plan_store import PlanStore
from scenes.codec import decode, encode
from scenes.messages import AnyEvent, Committed, EventBatch, PlanMessage, Presence, State
from scenes.plan import Plan
from scenes.topics import EdgeTopic, edge_topic, plan_topic
from tests.edge.fakes import plan, scene
from tests.edge.test_link import Hub
from tests.faults.card import Card, card, dying_card
from tests.parts.mosquitto import Mosquitto
from tests.parts.stemning_processes import Agent
from tests.waiting import wait_until

LIGHT, SENSOR = 12, 5
EDGE = f"""
[lights.window]
driver = "gpio-pwm"
pin = {LIGHT}
zone = "hall"
boot_level = 30
[sensors.door]
driver = "gpio-pir"
pin = {SENSOR}
zone = "hall"
"""
DIM, BRIGHT = scene("dim", 10, fade_s=0), scene("bright", 80, fade_s=0)
PLAYS_ON = "the disk fails, the shop plays on"


class Shop:
    """An agent on a small card, and somebody who listens at the broker."""

    def __init__(self, agent: Agent, listener: Hub) -> None:
        self.agent = agent
        self.hub = listener
        listener.client.message_callback_add(
            edge_topic("nordic", "ceiling", EdgeTopic.EVENTS),
            lambda *heard: self._take(bytes(heard[2].payload)),
        )
        self.taken: dict[tuple[str, int], AnyEvent] = {}

    def plan(self, it: Plan) -> None:
        message = encode(PlanMessage(plan=it))
        self.hub.say(plan_topic("nordic", "hall"), message, retain=True)

    def state(self) -> State:
        return decode(State, self.hub.said(EdgeTopic.STATE)[-1])

    def says(self, problem: str) -> bool:
        return any(problem in said for said in self.state().problems)

    def well(self) -> bool:
        return self.state().problems == ()

    def shines(self, level: float) -> bool:
        return self.agent.pin_level(LIGHT) == pytest.approx(level, abs=1e-3)

    def wave(self, times: int) -> None:
        """Somebody comes and goes; the agent has seen each before the next."""
        for number in range(2 * times):
            present = number % 2 == 0
            self.agent.wave(SENSOR, present=present)
            wait_until(lambda now=present: self._sees() is now, 5, "the sensor's change")  # type: ignore[misc]

    def presences(self) -> list[Presence]:
        """What the broker was given, each event once, in order."""
        return [event for event in list(self.taken.values()) if isinstance(event, Presence)]

    def _take(self, message: bytes) -> None:
        """What a hub does: keep the events and say so."""
        batch = decode(EventBatch, message)
        self.taken.update({(batch.boot, event.seq): event for event in batch.events})
        seq = batch.events[-1].seq
        word = Committed(store="nordic", edge="ceiling", boot=batch.boot, seq=seq)
        topic = edge_topic("nordic", "ceiling", EdgeTopic.COMMITTED)
        self.hub.client.publish(topic, encode(word), qos=1)

    def _sees(self) -> bool:
        return self.state().devices["door"].reading.present is True


def now_plan(*slots: tuple[float, object], revision: int = 1) -> Plan:
    return plan(slots, revision=revision, start=datetime.now(UTC))  # type: ignore[arg-type]


def new_agent(mosquitto: Mosquitto, directory: Path) -> Agent:
    return Agent(
        directory, edge="ceiling", store="nordic", broker_port=mosquitto.port, configuration=EDGE
    )


@pytest.fixture
def agent(mosquitto: Mosquitto, tmp_path: Path) -> Agent:
    return new_agent(mosquitto, tmp_path)


@pytest.fixture
def disk(agent: Agent) -> Iterator[Card]:
    with card(agent.data) as found:
        yield found
        agent.kill()


@pytest.fixture
def shop(mosquitto: Mosquitto, agent: Agent, disk: Card) -> Iterator[Shop]:
    listener = Hub(mosquitto.port)
    yield Shop(agent, listener)
    listener.close()


def begin(shop: Shop) -> None:
    """Start it with a stored plan."""
    store = PlanStore(shop.agent.data / "plans", "nordic")
    store.save("hall", encode(PlanMessage(plan=now_plan((-60, BRIGHT)))))
    shop.agent.start()
    wait_until(lambda: shop.hub.said(EdgeTopic.STATE), 10, "the first report")
    wait_until(lambda: shop.shines(0.8), 20, "the stored scene")


def test_with_a_full_disk_the_shop_plays_on_says_so_and_catches_up(shop: Shop, disk: Card) -> None:
    begin(shop)
    shop.wave(1)
    wait_until(lambda: len(shop.presences()) == 2, 20, "the first events")
    disk.fill()
    shop.plan(now_plan((-60, DIM), revision=2))
    wait_until(lambda: shop.shines(0.1), 20, "the new plan, although nothing can be stored")
    wait_until(lambda: shop.says(PLAYS_ON), 15, "the edge to say that its disk fails")
    shop.wave(10)
    assert shop.state().zones["hall"].scene == "dim"
    disk.empty()
    wait_until(shop.well, 15, "the recovery")
    wait_until(lambda: len(shop.presences()) == 22, 10, "every event of the time without a disk")
    stored = PlanStore(shop.agent.data / "plans", "nordic")
    wait_until(lambda: stored.load(["hall"])["hall"].revision == 2, 10, "the plan on disk")
    assert shop.agent.log.count(PLAYS_ON) == 1, "said once, not every few seconds"
    assert "the disk works again" in shop.agent.log
    assert "Traceback" not in shop.agent.log


def test_with_a_card_that_dies_the_shop_plays_on_and_says_so(
    mosquitto: Mosquitto, tmp_path: Path
) -> None:
    agent, listener = new_agent(mosquitto, tmp_path), Hub(mosquitto.port)
    with dying_card(agent.data) as disk:
        shop = Shop(agent, listener)
        try:
            begin(shop)
            disk.die()
            shop.plan(now_plan((-60, DIM), revision=2))
            wait_until(lambda: shop.shines(0.1), 20, "the new plan")
            wait_until(lambda: shop.says("ead-only"), 15, "the edge to say that its disk died")
            shop.wave(3)
            shop.agent.stop()
            shop.agent.record.unlink()
            listener.say(plan_topic("nordic", "hall"), b"", retain=True)
            shop.agent.start()
            wait_until(lambda: shop.shines(0.8), 20, "the plan that was stored before it died")
            assert "Traceback" not in shop.agent.log
        finally:
            # Nobody can take the card out while the agent holds it.
            shop.agent.kill()
    listener.close()


@pytest.mark.parametrize("fault", ["full", "read-only"])
def test_an_agent_starts_on_a_bad_disk_with_what_can_be_read(
    shop: Shop, disk: Card, fault: str
) -> None:
    begin(shop)
    shop.agent.stop()
    shop.agent.record.unlink()
    disk.fill()
    if fault == "read-only":
        disk.remount("ro")
    shop.agent.start()
    wait_until(lambda: shop.shines(0.8), 20, "the stored scene")
    wait_until(lambda: shop.hub.said(EdgeTopic.STATE) and shop.says(PLAYS_ON), 15, "it to be said")
    shop.wave(2)
    if fault == "read-only":
        disk.remount("rw")
    disk.empty()
    wait_until(shop.well, 15, "the recovery")
    wait_until(lambda: len(shop.presences()) == 4, 10, "every event")
    assert "Traceback" not in shop.agent.log
    shop.agent.stop()
    assert "Traceback" not in shop.agent.log


def test_an_agent_starts_without_any_directory_and_holds_the_boot_levels(
    shop: Shop, disk: Card
) -> None:
    shop.agent.data = shop.agent.data / "not" / "there"
    disk.remount("ro")
    shop.agent.start()
    wait_until(lambda: shop.hub.said(EdgeTopic.STATE) and shop.says(PLAYS_ON), 15, "it to be said")
    assert shop.shines(0.3)
    shop.plan(now_plan((-60, DIM)))
    wait_until(lambda: shop.shines(0.1), 20, "the hub's plan")
    disk.remount("rw")
    wait_until(shop.well, 15, "the recovery")
    wait_until((shop.agent.data / "plans" / "hall").is_dir, 10, "the plan on disk")


def test_a_damaged_newest_plan_gives_way_to_the_one_before_and_it_is_said(
    shop: Shop, disk: Card
) -> None:
    store = PlanStore(shop.agent.data / "plans", "nordic")
    store.save("hall", encode(PlanMessage(plan=now_plan((-60, DIM)))))
    store.save("hall", encode(PlanMessage(plan=now_plan((-60, BRIGHT), revision=2))))
    (newest,) = (shop.agent.data / "plans" / "hall").glob("1-2-*.json")
    newest.write_bytes(newest.read_bytes()[:-1] + b"]")
    shop.agent.start()
    wait_until(lambda: shop.shines(0.1), 20, "the plan before")
    wait_until(lambda: shop.hub.said(EdgeTopic.STATE), 10, "the first report")
    problem = shop.state().zones["hall"].problem
    assert problem is not None
    assert problem.startswith("the newest stored plan is damaged")
    shop.plan(now_plan((-60, BRIGHT), revision=2))
    wait_until(lambda: shop.shines(0.8), 20, "the hub's copy of the newest")
    wait_until(lambda: shop.state().zones["hall"].problem is None, 20, "all to be well")


def test_numbers_have_no_gap_over_all_of_it(shop: Shop, disk: Card) -> None:
    begin(shop)
    for _ in range(3):
        disk.fill()
        shop.wave(1)
        disk.empty()
        shop.wave(1)
    wait_until(lambda: len(shop.presences()) == 12, 20, "every event")
    seqs = sorted(seq for _, seq in shop.taken)
    assert seqs == list(range(1, len(seqs) + 1))
