"""A shop with two stores, a hub and a ceiling, and tablets to look at it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect

from tests.browser.ceiling import Ceiling
from tests.parts.mosquitto import Mosquitto
from tests.parts.signed_in import head_office_session
from tests.parts.stemning_processes import Hub
from tests.waiting import wait_until

SHOP = """
stores:
  - id: oslo
    name: Oslo, Storgata
    time_zone: Europe/Oslo
    currency: NOK
    hours:
      every-day: {from: "00:00", until: "24:00"}
    zones:
      - {id: entrance, name: Entrance, fallback: trading}
      - {id: sales-floor, name: Sales floor, fallback: trading}
      - {id: attic, name: Attic, fallback: closed}
    rules: []
  - id: bergen
    name: Bergen
    time_zone: Europe/Oslo
    currency: NOK
    zones:
      - {id: entrance, name: Door, fallback: evening}
    rules: []
"""
ZONES = ("entrance", "sales-floor")

# A busy machine is no failure. What a page promises in seconds its test says itself.
expect.set_options(timeout=15_000)


@dataclass
class Shop:
    """The running parts."""

    hub: Hub
    broker: Mosquitto
    ceiling: Ceiling
    file: Path

    def zone(self, zone: str) -> Any:
        """What REST says of a zone of the first store."""
        return self.hub.get(f"/api/v1/zones/{zone}?store=oslo")


@pytest.fixture(scope="package")
def running_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Broker, hub and ceiling of all these tests."""
    directory = tmp_path_factory.mktemp("shop")
    for name in ("broker", "hub"):
        (directory / name).mkdir()
    file = directory / "shop.yaml"
    file.write_text(SHOP)
    broker = Mosquitto(directory / "broker")
    hub = None
    broker.start()
    ceiling = Ceiling(broker.port, "oslo", ZONES, "ceiling")
    try:
        hub = Hub(directory / "hub", broker_port=broker.port, shop=file)
        hub.start()
        ceiling.start()
        ceiling.wait_for_plans()
        yield Shop(hub, broker, ceiling, file)
    finally:
        ceiling.stop()
        if hub:
            hub.stop()
        broker.stop()


@pytest.fixture
def shop(running_shop: Shop) -> Iterator[Shop]:
    """The shop as it was: no override, every zone obedient, the shop file whole."""
    running_shop.ceiling.devices.clear()
    for zone in ZONES:
        running_shop.ceiling.reports[zone].__init__()  # type: ignore[misc]
        running_shop.hub.call("DELETE", f"/api/v1/zones/{zone}/override?store=oslo")
    running_shop.ceiling.speak()
    wait_until(
        lambda: (running_shop.zone("entrance")["reported"] or {}).get("scene") == "trading",
        10,
        "the entrance to be reported",
    )
    yield running_shop
    running_shop.file.write_text(SHOP)


OpenTablet = Callable[..., Page]


@pytest.fixture
def tablet(browser: Browser, shop: Shop) -> Iterator[OpenTablet]:
    """Opens pages; whatever they complain of in the console fails the test."""
    token = head_office_session(shop.hub.database)
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_tablet(
        path: str = "/?store=oslo", *, may_complain: str = "ERR_", **options: Any
    ) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
        contexts.append(context)
        context.add_cookies([shop.hub.cookie(token)])
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))

        def listen(line: ConsoleMessage) -> None:
            # A hub that is away is what some tests are about; the browser logs each refused try.
            if line.type in {"error", "warning"} and not re.search(
                f"ERR_|{may_complain}", line.text
            ):
                complaints.append(line.text)

        page.on("console", listen)
        page.goto(f"{shop.hub.address}{path}")
        return page

    yield open_tablet
    for context in contexts:
        context.close()
    assert not complaints, f"the page complained: {complaints}"


def card(page: Page, zone: str) -> Locator:
    """The panel of a zone of the first store; it is chosen on the floor plan."""
    spot(page, zone).locator("input").check()
    return page.locator(f"#zone-oslo-{zone}")


def spot(page: Page, zone: str) -> Locator:
    """A zone's place on the floor plan of the first store."""
    return page.locator(f"#spot-oslo-{zone}")
