"""From a finger's tap on "30 minutes" until the page says "Done", with the agent's report between.

Chromium on the real page, the real hub, Mosquitto and a real agent with one light at a mock pin. A
tap is done when the agent reports that it took the scene over: how long its fade takes is the
scene's own. Times are by the page's clock, between its event of the click and the frame that shows
"Done". The floor, in the same run: an HTTP post that changes nothing, and a message through the
broker to a subscriber and back.
"""

import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from playwright.sync_api import Page

from tests.bench.figures import Spread, say
from tests.parts.binaries import need
from tests.parts.headless import headless
from tests.parts.mosquitto import Mosquitto
from tests.parts.signed_in import head_office_session
from tests.parts.stemning_processes import Agent, Hub
from tests.waiting import wait_until

TAPS = 80
WARM_UP = 10
PAUSE_S = 1.2
"""Between two taps: the governor's one flash a second is over by then."""
TARGET_MS = 300.0

SHOP = """
scenes: scenes
stores:
  - id: bench
    name: Bench
    time_zone: Europe/Copenhagen
    zones:
      - {id: hall, name: Hall, fallback: low}
    rules: []
"""
SCENE = """\
name: {name}
mood: focus
experience: aesthetic
light:
  all: {{level: {level}, fade_s: 2}}
"""
LEVELS = {"low": 20, "high": 80}
LIGHT = '[lights.lamp]\ndriver = "gpio-pwm"\npwm = "software"\nzone = "hall"\npin = 2\n'
WATCH = """() => {
    window.taps = [];
    let tapped = 0;
    document.addEventListener("click", (event) => {
        if (event.target.closest("[name=end]")) tapped = performance.now();
    }, true);
    new MutationObserver(() => {
        const done = document.querySelector("#zone-bench-hall[data-done]");
        if (!done || !tapped) return;
        const began = tapped;
        tapped = 0;
        requestAnimationFrame(() => window.taps.push(performance.now() - began));
    }).observe(document.body, { subtree: true, childList: true, attributeFilter: ["data-done"] });
}"""


@contextmanager
def shop(directory: Path) -> Iterator[tuple[Hub, Mosquitto]]:
    """Broker, hub and an agent whose zone is reported."""
    (directory / "scenes").mkdir()
    for name, level in LEVELS.items():
        path = directory / "scenes" / f"{name}.yaml"
        path.write_text(SCENE.format(name=name.title(), level=level))
    (directory / "shop.yaml").write_text(SHOP)
    with ExitStack() as stack:
        broker = Mosquitto(_made(directory / "mosquitto"))
        broker.start()
        stack.callback(broker.stop)
        hub = Hub(_made(directory / "hub"), broker_port=broker.port, shop=directory / "shop.yaml")
        hub.start()
        stack.callback(hub.stop)
        agent = Agent(
            _made(directory / "agent"),
            edge="ceiling",
            store="bench",
            broker_port=broker.port,
            configuration=LIGHT,
        )
        agent.start()
        stack.callback(agent.stop)
        wait_until(lambda: hub.zone("hall")["reported"] is not None, 20, "the agent's report")
        yield hub, broker


def measure_taps(hub: Hub) -> list[float]:
    """Milliseconds of each tap."""
    with headless(need("chromium-headless-shell")) as browser:
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        context.add_cookies([hub.cookie(head_office_session(hub.database))])
        page = context.new_page()
        page.goto(f"{hub.address}/?store=bench")
        # A shop's own scenes wait below those of the starter library.
        page.locator("#zone-bench-hall .more summary").click()
        page.evaluate(WATCH)
        for number in range(WARM_UP + TAPS):
            _tap(page, ("High", "Low")[number % 2], number + 1)
        taken: list[float] = page.evaluate("window.taps")
    return taken[WARM_UP:]


def _tap(page: Page, scene: str, count: int) -> None:
    panel = page.locator("#zone-bench-hall")
    panel.locator(".tile", has_text=scene).click()
    page.get_by_role("dialog").get_by_role("button", name="30 minutes").click()
    page.wait_for_function("count => window.taps.length >= count", arg=count, timeout=10_000)
    time.sleep(PAUSE_S)  # the fade before is over; nothing is waited for here
    page.evaluate("delete document.querySelector('#zone-bench-hall').dataset.done")


def measure_floor(hub: Hub, broker: Mosquitto) -> list[float]:
    """Milliseconds of an HTTP post that is refused at the door, and of a message there and back."""
    heard = threading.Event()
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="floor")
    client.on_message = lambda *_: heard.set()
    client.connect("127.0.0.1", broker.port)
    client.subscribe("floor/#", qos=1)
    client.loop_start()
    taken = []
    try:
        with httpx.Client(base_url=hub.address) as http:
            for _ in range(WARM_UP + TAPS):
                heard.clear()
                begun = time.perf_counter()
                http.post("/api/v1/stores/bench/quiet-hour")
                client.publish("floor/there", b"and back", qos=1)
                assert heard.wait(5), "the broker said nothing"
                taken.append((time.perf_counter() - begun) * 1000)
    finally:
        client.loop_stop()
        client.disconnect()
    return taken[WARM_UP:]


def _made(directory: Path) -> Path:
    directory.mkdir()
    return directory


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as name, shop(Path(name)) as (hub, broker):
        taps, floor = Spread.of(measure_taps(hub)), Spread.of(measure_floor(hub, broker))
    say(f"(m) a tap to Done on the page, {TAPS} taps, ms; floor: a post and a message and back")
    say(f"    {'floor p50':>10} {'p50':>7} {'p99':>7} {'largest':>8} {'target p99':>11}")
    say(
        f"    {floor.p50:>10.2f} {taps.p50:>7.1f} {taps.p99:>7.1f} {taps.largest:>8.1f} "
        f"{TARGET_MS:>11.0f}"
    )


if __name__ == "__main__":
    main()
