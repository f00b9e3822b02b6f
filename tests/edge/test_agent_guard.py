"""An agent beside its guard: without one, in an alarm, in a calm zone, at the day's end."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from edge.recording.plan_store import PlanStore
from scenes.codec import decode, encode
from scenes.messages import Alarm, DeviceTrouble, EventBatch, PlanMessage, Reply, Request, State
from scenes.scene import MusicCue, ScentCue
from scenes.topics import EdgeTopic, edge_topic
from tests.edge.fakes import plan, scene
from tests.edge.test_link import Hub
from tests.parts.mosquitto import Mosquitto
from tests.parts.stemning_processes import Agent, Guard
from tests.waiting import wait_until

LIGHT, DIFFUSER, CONTACT, RESET, CALM, MUTE = 12, 17, 20, 21, 22, 23
EDGE = f"""
[lights.window]
driver = "gpio-pwm"
pin = {LIGHT}
zone = "hall"
[players.music]
driver = "simulated"
zone = "hall"
[diffusers.scent]
driver = "gpio-relay"
pin = {DIFFUSER}
zone = "hall"
fragrance = "linen"
cartridge_ml = 40
[guard]
emergency_pin = {CONTACT}
reset_pin = {RESET}
drive = "DRIVE"
[zones.hall]
calm_pin = {CALM}
mute_pin = {MUTE}
full_light = 90
"""
BRIGHT = scene(
    "bright",
    40,
    fade_s=0,
    music=MusicCue(source="playlist:calm", volume=40, crossfade_s=0),
    scent=ScentCue(fragrance="linen", intensity=100),
)


class Shop:
    """An agent, its guard and a hub that listens."""

    def __init__(self, directory: Path, mosquitto: Mosquitto, extra: str) -> None:
        directory.mkdir()
        text = EDGE.replace("DRIVE", str(directory / "guard.fifo"))
        self.agent = Agent(
            directory,
            edge="ceiling",
            store="nordic",
            broker_port=mosquitto.port,
            configuration=text.replace("cartridge_ml = 40", f"cartridge_ml = 40\n{extra}"),
        )
        self.guard = Guard(self.agent, {str(CONTACT): 0})
        self.hub = Hub(mosquitto.port)

    def start(self, scene_began_s: float = 0) -> None:
        """Let the agent play, from a stored plan."""
        due = plan([(-scene_began_s, BRIGHT)], start=datetime.now(UTC))
        PlanStore(self.agent.data / "plans", "nordic").save("hall", encode(PlanMessage(plan=due)))
        self.agent.start()

    def state(self) -> State:
        """The last report."""
        said = self.hub.said(EdgeTopic.STATE)
        assert said, "no report yet"
        return decode(State, said[-1])

    def alarms(self) -> list[tuple[str, bool]]:
        """What the hub was told of alarms, in order."""
        batches = [decode(EventBatch, it) for it in self.hub.said(EdgeTopic.EVENTS)]
        found = {it.seq: it for batch in batches for it in batch.events}
        events = [found[seq] for seq in sorted(found)]
        return [(it.cause, it.active) for it in events if isinstance(it, Alarm)]

    def troubles(self) -> list[str | None]:
        """What the hub was told of the diffuser's troubles."""
        batches = [decode(EventBatch, it) for it in self.hub.said(EdgeTopic.EVENTS)]
        found = {it.seq: it for batch in batches for it in batch.events}
        return [
            it.problem
            for _, it in sorted(found.items())
            if isinstance(it, DeviceTrouble) and it.device == "scent"
        ]

    def lit(self, level: float) -> Callable[[], bool]:
        return lambda: self.agent.pin_level(LIGHT) == pytest.approx(level, abs=0.01)

    def close(self) -> None:
        self.agent.kill()
        self.guard.close()
        self.hub.close()


@pytest.fixture
def make_shop(tmp_path: Path, mosquitto: Mosquitto) -> Iterator[Callable[..., Shop]]:
    made: list[Shop] = []

    def make(extra: str = "") -> Shop:
        made.append(Shop(tmp_path / "edge", mosquitto, extra))
        return made[-1]

    yield make
    for shop in made:
        shop.close()


def test_without_a_guard_there_is_no_scent_and_all_the_rest(
    make_shop: Callable[..., Shop],
) -> None:
    shop = make_shop()
    shop.start()
    wait_until(shop.lit(0.4), 20, "the light")
    wait_until(
        lambda: (
            shop.state().devices["scent"].reading.problem == "the guard does not answer: no scent"
        ),
        10,
        "the missing guard to be told",
    )
    assert shop.state().devices["music"].reading.source == "playlist:calm"
    shop.guard.start()
    wait_until(lambda: shop.agent.pin_level(DIFFUSER) == 1, 20, "a burst")
    wait_until(lambda: shop.state().zones["hall"].confirmed, 10, "the zone to be as it should")
    wait_until(
        lambda: shop.troubles() == ["the guard does not answer: no scent", None],
        10,
        "both to be events",
    )


def test_an_alarm_makes_the_zone_safe_and_is_told(make_shop: Callable[..., Shop]) -> None:
    shop = make_shop()
    shop.guard.start()
    shop.start()
    wait_until(lambda: shop.agent.pin_level(DIFFUSER) == 1, 10, "the burst")
    wait_until(shop.lit(0.4), 20, "the light")
    shop.guard.put(str(CONTACT), 1)
    wait_until(shop.lit(0.9), 20, "the commissioned full light")
    assert shop.agent.pin_level(DIFFUSER) == 0
    assert shop.agent.pin_level(MUTE) == 1

    def told() -> bool:
        state = shop.state()
        assert "the emergency contact is open" in (state.zones["hall"].problem or "")
        assert state.devices["music"].reading.playing is not True
        return not state.zones["hall"].confirmed

    wait_until(told, 20, "the state to say so")
    wait_until(lambda: shop.alarms() == [("emergency", True)], 20, "the event")
    request = Request(
        id="r1",
        action="test",
        device="scent",
        expires_at=datetime.now(UTC) + timedelta(seconds=10),
    )
    shop.hub.say(edge_topic("nordic", "ceiling", EdgeTopic.REQUEST), encode(request))
    wait_until(lambda: shop.hub.said(EdgeTopic.REPLY), 20, "the reply")
    assert not decode(Reply, shop.hub.said(EdgeTopic.REPLY)[0]).done
    shop.guard.put(str(CONTACT), 0)
    shop.guard.push(str(RESET))
    wait_until(shop.lit(0.4), 10, "the scene again")
    wait_until(lambda: shop.alarms() == [("emergency", True), ("emergency", False)], 20, "its end")


def test_the_calm_button_calms_what_the_agent_drives(make_shop: Callable[..., Shop]) -> None:
    shop = make_shop()
    shop.guard.start()
    shop.start(scene_began_s=20)
    wait_until(shop.lit(0.4), 20, "the light")
    shop.guard.push(str(CALM))
    wait_until(shop.lit(0.9), 20, "full light")
    wait_until(lambda: shop.alarms() == [("calm", True)], 20, "the event")
    shop.guard.push(str(CALM))
    wait_until(shop.lit(0.4), 10, "the scene again")


def test_the_days_end_is_the_devices_problem_and_an_event(make_shop: Callable[..., Shop]) -> None:
    shop = make_shop("daily_ml = 0.0001")
    shop.guard.start()
    shop.start()
    wait_until(shop.lit(0.4), 20, "the light")

    def told() -> bool:
        problem = shop.state().devices["scent"].reading.problem or ""
        return problem.startswith("the day's 0.0001 ml are given; again from 20")

    wait_until(told, 10, "the day's end")
    wait_until(lambda: shop.alarms() == [("budget", True)], 20, "the event")
    assert shop.agent.pin_level(DIFFUSER) == 0


def test_the_cartridge_is_told_and_refilled(make_shop: Callable[..., Shop]) -> None:
    shop = make_shop("flow_ml_h = 500\ndaily_ml = 100")
    shop.guard.start()
    shop.start(scene_began_s=6)
    wait_until(lambda: shop.agent.pin_level(DIFFUSER) == 1, 10, "the burst")
    wait_until(lambda: shop.agent.pin_level(DIFFUSER) == 0, 10, "its end")

    def left_ml() -> float:
        return shop.state().devices["scent"].reading.cartridge_ml or 40.0

    wait_until(lambda: left_ml() < 39.99, 10, "less to be left")
    request = Request(
        id="r1",
        action="refill",
        device="scent",
        expires_at=datetime.now(UTC) + timedelta(seconds=10),
    )
    shop.hub.say(edge_topic("nordic", "ceiling", EdgeTopic.REQUEST), encode(request))
    wait_until(lambda: left_ml() == 40.0, 10, "a full one")
    assert decode(Reply, shop.hub.said(EdgeTopic.REPLY)[0]).done
    wait_until((shop.agent.data / "cartridges.json").exists, 20, "it to be kept")


def test_a_dead_guard_is_told_where_there_is_no_scent(make_shop: Callable[..., Shop]) -> None:
    """The contact, the calm button and the mute are dead then, and nothing else shows it."""
    shop = make_shop()
    text = shop.agent.toml.read_text()
    before, _, after = text.partition("[diffusers.scent]")
    shop.agent.toml.write_text(before + "[guard]" + after.partition("[guard]")[2])
    shop.guard.start()
    shop.start()
    wait_until(shop.lit(0.4), 20, "the light")
    wait_until(lambda: shop.state().problems == (), 20, "all to be well")
    shop.guard.kill()
    wait_until(lambda: any("guard does not answer" in it for it in shop.state().problems), 10, "it")
    wait_until(lambda: shop.alarms() == [("guard", True)], 20, "the event")
    shop.guard.start()
    wait_until(lambda: shop.state().problems == (), 10, "all to be well again")
    wait_until(lambda: shop.alarms() == [("guard", True), ("guard", False)], 20, "its end")
