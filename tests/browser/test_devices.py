"""The devices page: three links for every device, and what a person asks of one."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Literal

import pytest
from playwright.sync_api import Locator, Page, expect

from scenes.messages import DeviceState, Reading, Reply, Request
from tests.browser.ceiling import Ceiling, Report
from tests.browser.conftest import OpenTablet, Shop
from tests.browser.looks import (
    at_every_size,
    findings,
    findings_by_day_and_night,
    sticks_out,
    too_low,
)
from tests.parts.mosquitto import Mosquitto

PAGE = "/devices?store=bergen"
LOG = tuple(f"2026-10-22 09:00:{n:02}Z INFO edge.link: line {n}" for n in range(40))
POLLED_MS = 12_000
"""The page asks every five seconds; twice, and some for a busy machine."""


class Counter(Ceiling):
    """The agent at Bergen's door: a lamp, a speaker, a diffuser and a sensor."""

    def __init__(self, broker_port: int) -> None:
        super().__init__(broker_port, "bergen", ("entrance",), "counter")
        self.mended()
        self.answer = self.obey

    def mended(self) -> None:
        """Every device answers."""
        self.devices = {
            "door-lamp": self._device("light", level=62, temperature_k=2700),
            "speaker": self._device("player", playing=True, source="playlist:calm", volume=40),
            "cedar-diffuser": self._device(
                "diffuser", on=False, fragrance="cedar", cartridge_ml=41.2, days_left=12.4
            ),
            "door-eye": self._device("sensor", present=False),
        }

    def broken(self, device: str, problem: str) -> None:
        """A device stopped answering."""
        kind = self.devices[device].kind
        self.devices[device] = self._device(kind, problem=problem)
        self.speak()

    def obey(self, request: Request) -> Reply | None:
        """Answer as an agent does."""
        refused = request.device == "cedar-diffuser" and request.action == "identify"
        return Reply(
            id=request.id,
            edge=self.edge,
            at=datetime.now(UTC),
            done=not refused,
            text="it pauses between two bursts: ask again in 9 s"
            if refused
            else f"{request.device} does it",
            lines=LOG if request.action == "log" else (),
        )

    def _device(
        self, kind: Literal["light", "player", "diffuser", "sensor"], **reading: object
    ) -> DeviceState:
        return DeviceState(kind=kind, zone="entrance", reading=Reading(**reading))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def started_counter(running_shop: Shop) -> Iterator[Counter]:
    counter = Counter(running_shop.ceiling.broker_port)
    counter.start()
    counter.wait_for_plans()
    yield counter
    counter.be_gone()
    counter.stop()
    running_shop.hub.call("DELETE", "/api/v1/stores/bergen/edges/counter")


@pytest.fixture
def counter(started_counter: Counter) -> Counter:
    """As it was: online, every device well."""
    started_counter.mended()
    started_counter.answer = started_counter.obey
    started_counter.be_gone(False)
    started_counter.reports["entrance"] = Report()
    started_counter.speak()
    return started_counter


def device(page: Page, name: str) -> Locator:
    return page.locator(f"#device-counter-{name}")


def links(page: Page, name: str) -> list[str | None]:
    every = device(page, name).locator(".chain .link").all()
    return [link.get_attribute("data-level") for link in every]


def test_each_device_says_what_it_does_and_when_it_was_heard(
    counter: Counter, tablet: OpenTablet
) -> None:
    page = tablet(PAGE)
    for name, words in (
        ("door-lamp", "62%, 2,700 K"),
        ("speaker", "Plays calm at 40%"),
        ("cedar-diffuser", "No burst now, Cedar"),
        ("door-eye", "Sees nobody"),
    ):
        expect(device(page, name)).to_contain_text(words, timeout=POLLED_MS)
        assert links(page, name) == ["good", "good", "good"]
        expect(device(page, name).locator(".seen time")).to_be_visible()
    expect(page.locator("#agent-bergen-counter")).to_contain_text("The hub has all its events")


def test_the_first_broken_link_explains_those_behind_it(
    counter: Counter, tablet: OpenTablet
) -> None:
    counter.broken("door-lamp", "no answer on pin 12")
    page = tablet(PAGE)
    lamp, speaker = device(page, "door-lamp"), device(page, "speaker")
    expect(lamp.locator(".state")).to_contain_text("no answer on pin 12", timeout=POLLED_MS)
    assert links(page, "door-lamp") == ["good", "good", "bad"]
    assert links(page, "speaker") == ["good", "good", "good"]
    # An agent that leaves takes what is known of its devices along, on the open page.
    counter.be_gone()
    expect(speaker.locator(".state")).to_contain_text("counter is offline", timeout=POLLED_MS)
    for name in ("door-lamp", "speaker"):
        assert links(page, name) == ["good", "bad", "unknown"]
    behind = speaker.locator(".chain .link").last
    expect(behind).to_contain_text("because counter does not answer")
    expect(page.get_by_text("0 of 4 without trouble")).to_be_visible()


def test_a_zone_without_an_agent_says_what_to_do(shop: Shop, tablet: OpenTablet) -> None:
    page = tablet("/devices?store=oslo")
    attic = page.locator(".zone-devices").filter(has_text="Attic")
    expect(attic).to_contain_text("No agent serves this zone")


def test_a_wish_is_asked_and_then_answered_to_everybody(
    counter: Counter, tablet: OpenTablet
) -> None:
    page, other = tablet(PAGE), tablet(PAGE)
    page.get_by_role("button", name="Blink: door-lamp").click()
    answer = device(page, "door-lamp").locator(".answer")
    expect(answer).to_contain_text("Done: door-lamp does it")
    page.get_by_role("button", name="Puff: cedar-diffuser").click()
    expect(device(page, "cedar-diffuser").locator(".answer")).to_contain_text(
        "Not done: it pauses between two bursts"
    )
    expect(device(other, "door-lamp").locator(".answer")).to_contain_text("Done", timeout=POLLED_MS)


def test_an_agent_that_never_answers_is_said_to(counter: Counter, tablet: OpenTablet) -> None:
    counter.answer = lambda _request: None
    page = tablet(PAGE)
    button = page.get_by_role("button", name="Fade briefly: speaker")
    button.click()
    expect(button.locator(".asked")).to_be_visible()
    expect(device(page, "speaker").locator(".answer")).to_contain_text(
        "Not done: counter did not answer within 5 s", timeout=POLLED_MS
    )


def test_a_new_cartridge_is_asked_for_twice_and_kept_with_who_and_when(
    counter: Counter, tablet: OpenTablet
) -> None:
    page = tablet(PAGE)
    box = device(page, "cedar-diffuser")
    box.get_by_text("New cartridge").click()
    box.get_by_role("button", name="Yes, it is in").click()
    expect(box.locator(".answer")).to_contain_text("Done")
    page.reload()
    expect(device(page, "cedar-diffuser")).to_contain_text("41 ml left, for about 12 days")
    line = page.locator(".refills tbody tr").first
    expect(line).to_contain_text("cedar-diffuserCedar")
    expect(line).to_contain_text("41 ml")


def test_the_last_words_of_an_agent_are_shown_the_newest_last(
    counter: Counter, tablet: OpenTablet
) -> None:
    page = tablet(PAGE)
    page.get_by_role("button", name="Its last words").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("pre")).to_contain_text("line 39")
    last = dialog.locator("pre").inner_text().strip().splitlines()[-1]
    assert last == LOG[-1]
    assert findings(page) == []
    dialog.get_by_role("button", name="Close").click()
    expect(page.get_by_role("button", name="Its last words")).to_be_focused()


def test_everybody_can_use_it(counter: Counter, tablet: OpenTablet) -> None:
    counter.broken("speaker", "the music server does not answer")
    page = tablet(PAGE, reduced_motion="reduce")
    expect(device(page, "speaker").locator(".state")).to_be_visible()
    assert findings_by_day_and_night(page) == []
    for size in at_every_size(page):
        assert too_low(page, "main :is(button, summary)") == [], size
        assert not sticks_out(page), size
    assert findings(page) == [], "on a phone"


def test_what_a_tap_was_told_stays_although_the_page_looks_again_by_itself(
    counter: Counter, tablet: OpenTablet
) -> None:
    page = tablet(PAGE, may_complain="htmx:error")
    notice, polls = page.locator("#notice"), "**/fragments/devices?*"
    page.evaluate(
        """async words => {
            const truth = await import(document.querySelector("script[src*='/truth.js']").src);
            truth.notice(words);
        }""",
        "Tap once more.",
    )
    with page.expect_response(polls, timeout=POLLED_MS):
        pass
    expect(notice).to_have_text("Tap once more.")
    page.route(polls, lambda route: route.abort())
    # The one after it begins: all that comes of the first is done.
    for _ in range(2):
        with page.expect_request(polls, timeout=POLLED_MS):
            pass
    expect(notice).to_have_text("Tap once more.")
    page.route("**/devices/ask", lambda route: route.abort())
    page.get_by_role("button", name="Blink: door-lamp").click()
    expect(notice).to_have_text("The hub does not answer. Look before you try again.")


def test_a_frozen_broker_is_the_first_broken_link(
    shop: Shop, counter: Counter, tablet: OpenTablet
) -> None:
    page = tablet(PAGE)
    lamp = device(page, "door-lamp")
    expect(lamp).to_contain_text("62%", timeout=POLLED_MS)
    with frozen(shop.broker):
        expect(lamp.locator(".state")).to_contain_text(
            "The broker has not answered since", timeout=2 * POLLED_MS
        )
        assert links(page, "door-lamp") == ["bad", "unknown", "unknown"]
    # Everybody's broker is well again before anybody else goes on.
    expect(lamp.locator(".chain .link[data-level=good]")).to_have_count(3, timeout=2 * POLLED_MS)


@contextmanager
def frozen(broker: Mosquitto) -> Iterator[None]:
    """A broker that hangs: its connections stand, and nothing comes out of them."""
    os.kill(broker.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(broker.pid, signal.SIGCONT)
