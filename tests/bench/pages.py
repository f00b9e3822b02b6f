"""What the benchmarks of pages share: a shop with six zones and reports, and a browser."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.browser.ceiling import Ceiling
from tests.parts.mosquitto import Mosquitto
from tests.parts.stemning_processes import Hub
from tests.waiting import wait_until

ZONES = ("entrance", "sales-floor", "fitting-rooms", "window", "cafe", "till")
SHOP = """
stores:
  - id: bench
    name: Bench
    time_zone: Europe/Copenhagen
    hours:
      every-day: {from: "09:00", until: "21:00"}
    zones:
""" + "".join(
    f"      - {{id: {zone}, name: {zone.title()}, fallback: trading}}\n" for zone in ZONES
)


@contextmanager
def shop() -> Iterator[Hub]:
    """A hub whose six zones are reported once a second."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        directory = Path(name)
        for part in ("broker", "hub"):
            (directory / part).mkdir()
        (directory / "shop.yaml").write_text(SHOP + "    rules: []\n")
        broker = Mosquitto(directory / "broker")
        broker.start()
        stack.callback(broker.stop)
        hub = Hub(directory / "hub", broker_port=broker.port, shop=directory / "shop.yaml")
        hub.start()
        stack.callback(hub.stop)
        ceiling = Ceiling(broker.port, "bench", ZONES, "ceiling")
        ceiling.start()
        stack.callback(ceiling.stop)
        ceiling.wait_for_plans()
        wait_until(lambda: hub.zone("till")["reported"] is not None, 20, "the zones' reports")
        yield hub
