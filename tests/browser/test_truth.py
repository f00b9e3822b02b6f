"""Every page knows within 5 s that it has lost the hub, and never does a tap late."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SHOP, OpenTablet, Shop

NOTICED_MS = 5000
PAGES = ("/?store=oslo", "/effects?store=oslo")


@contextmanager
def frozen(shop: Shop) -> Iterator[None]:
    """A hub that hangs: its connections stand, and nothing comes out of them."""
    os.kill(shop.hub.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(shop.hub.pid, signal.SIGCONT)


def heard(page: Page) -> None:
    expect(page.locator("html")).to_have_attribute("data-live", "yes", timeout=10_000)


def test_a_hub_that_hangs_is_noticed_on_every_page_and_does_nothing_late(
    shop: Shop, tablet: OpenTablet
) -> None:
    # htmx itself complains of an answer that never came.
    pages = [tablet(path, may_complain="htmx:error: timeout") for path in PAGES]
    for page in pages:
        page.add_init_script(STREAMS)
        page.reload()
        heard(page)
    now = pages[0]
    now.locator("#bar--quiet-hour").click()
    dialog = now.get_by_role("dialog")
    expect(dialog.locator(".choice").first).to_be_focused()
    with frozen(shop):
        # Before anybody could know: it is sent, and waits in the hub's socket.
        dialog.get_by_role("button", name="60 minutes").click()
        for page in pages:
            expect(page.locator("#lost")).to_be_visible(timeout=NOTICED_MS)
            expect(page.locator("#lost-since")).not_to_be_empty()
        # The hub does not answer that tap; a second one is refused at once.
        dialog.get_by_role("button", name="60 minutes").click()
        expect(dialog.get_by_role("alert")).to_contain_text("Nothing was sent")
        expect(dialog.get_by_role("alert")).to_contain_text("does not answer", timeout=10_000)
    for page in pages:
        expect(page.locator("#lost")).to_be_hidden(timeout=10_000)
        # No try to reach it was given up before a slow hub could have answered.
        waited = page.evaluate("window.streams.map(each => each.waited).filter(each => each)")
        assert max(waited, default=NOTICED_MS) > 4000
    assert shop.hub.get("/api/v1/stores/oslo/quiet-hour") is None


def test_a_tablet_without_network_says_so_at_once_and_comes_back(
    shop: Shop, tablet: OpenTablet
) -> None:
    page = tablet()
    heard(page)
    page.evaluate(
        """async () => {
            const truth = document.querySelector('script[src*="truth.js"]').src;
            const { askHub } = await import(truth.replace('truth.js', 'ask_hub.js'));
            window.askedInVain = async () => {
                try { await askHub('PUT', '/api/v1/zones/entrance/override?store=oslo', {}); }
                catch (error) { return [error.code, error.message]; }
            };
        }"""
    )
    page.context.set_offline(True)
    expect(page.locator("#lost")).to_be_visible(timeout=1000)
    page.locator("#bar--quiet-hour").click()
    expect(page.locator("#notice")).to_contain_text("Nothing was sent")
    page.get_by_role("button", name="Close").click()
    expect(page.locator("#notice")).to_be_hidden()
    page.locator("#bar--quiet-hour").click()
    expect(page.locator("#notice")).to_be_visible()
    refused = page.evaluate("window.askedInVain()")
    assert refused == ["page.offline", "No connection to the hub. Nothing was sent."]
    page.context.set_offline(False)
    expect(page.locator("#lost")).to_be_hidden(timeout=5000)
    expect(page.locator("#notice")).to_be_hidden()
    assert page.evaluate("'askedInVain' in window"), "the page was loaded anew for nothing"


def test_a_tablet_that_slept_says_unknown_until_it_heard(tablet: OpenTablet) -> None:
    page = tablet()
    heard(page)
    page.evaluate(
        """() => {
            window.seen = [];
            new MutationObserver(() => window.seen.push(document.documentElement.dataset.live))
                .observe(document.documentElement, { attributeFilter: ['data-live'] });
            const late = Date.now() + 600_000;
            Date.now = () => late;
            document.dispatchEvent(new Event('visibilitychange'));
        }"""
    )
    page.wait_for_function("window.seen.length > 0")
    assert page.evaluate("window.seen[0]") == "lost"
    heard(page)


STREAMS = """
window.streams = [];
window.EventSource = class extends EventSource {
    constructor(url) {
        super(url);
        window.streams.push(this);
        this.began = performance.now();
    }
    close() {
        const waited = performance.now() - this.began;
        if (this.readyState === EventSource.CONNECTING) this.waited ??= waited;
        super.close();
    }
    says(name, data) { this.dispatchEvent(new MessageEvent(name, { data })); }
};
"""


def lost_and_found(page: Page, what: str) -> None:
    """Somebody writes on a page that is another one (``what`` of its body) when the hub is back."""
    page.add_init_script(STREAMS)
    page.reload()
    heard(page)
    page.evaluate(
        """what => {
            window.old = true;
            document.getElementById('main').dataset.dirty = '';
            document.body.setAttribute(what, 'another');
            document.querySelector('.top .who').textContent = 'Somebody else';
        }""",
        what,
    )
    lost = """() => {
        window.streams.at(-1).dispatchEvent(new Event('error'));
        return document.documentElement.dataset.live;
    }"""
    assert page.evaluate(lost) == "lost"


def test_a_page_is_loaded_anew_when_it_is_an_older_one_but_not_under_somebodys_hands(
    tablet: OpenTablet,
) -> None:
    page = tablet()
    lost_and_found(page, "data-build")
    expect(page.locator("#renewed")).to_be_visible()
    assert page.evaluate("window.old")
    page.locator("[data-reload]").click()
    heard(page)
    assert page.evaluate("window.old === undefined")
    expect(page.locator("#renewed")).to_be_hidden()


def test_whose_page_it_is_now_is_said_over_what_somebody_writes(tablet: OpenTablet) -> None:
    page = tablet()
    lost_and_found(page, "data-reader")
    expect(page.locator(".top .who")).to_have_text("head-office")
    expect(page.locator("body")).not_to_have_attribute("data-reader", "another")
    assert page.evaluate("window.old")
    expect(page.locator("#renewed")).to_be_hidden()


def test_a_page_of_a_store_that_left_the_shop_file_says_that_and_not_that_the_hub_is_away(
    shop: Shop, tablet: OpenTablet
) -> None:
    page = tablet("/?store=bergen", may_complain="404")
    heard(page)
    shop.file.write_text(SHOP.partition("  - id: bergen")[0])
    expect(page.get_by_role("heading", name="That was not done")).to_be_visible(timeout=10_000)
    expect(page.locator("main")).to_contain_text("There is no store 'bergen'.")
    # Beside it, the top of the store that is left.
    heard(page)
    expect(page.locator("#lost")).to_be_hidden()


def test_what_waited_on_its_way_is_not_taken_for_the_present(tablet: OpenTablet) -> None:
    page = tablet()
    page.add_init_script(STREAMS)
    page.reload()
    heard(page)
    # A beat that was said a minute ago: it neither keeps the page alive nor makes it younger.
    said = page.evaluate(
        """() => {
            const before = Number(document.documentElement.dataset.skew);
            const old = { now: new Date(Date.now() + before - 60_000).toISOString(), reports: {} };
            window.streams.at(-1).says('beat', JSON.stringify(old));
            return [before, Number(document.documentElement.dataset.skew)];
        }"""
    )
    assert said[0] == pytest.approx(said[1], abs=2000)

    # The tablet slept; what its socket kept meanwhile comes before any timer runs.
    woke = page.evaluate(
        """() => {
            const streams = window.streams.length;
            const old = { now: new Date(Date.now()).toISOString(), reports: {} };
            const late = Date.now() + 600_000;
            Date.now = () => late;
            window.streams.at(-1).says('beat', JSON.stringify(old));
            return [document.documentElement.dataset.live, window.streams.length - streams];
        }"""
    )
    assert woke == ["lost", 1]
    heard(page)


def test_a_clock_that_was_set_back_hides_no_silence(tablet: OpenTablet) -> None:
    page = tablet()
    heard(page)
    # Read at once: as soon as the hub answers a new connection the page knows again.
    seen = page.evaluate(
        """() => {
            const now = Date.now.bind(Date);
            Date.now = () => now() - 3_600_000;
            document.dispatchEvent(new Event('visibilitychange'));
            return document.documentElement.dataset.live;
        }"""
    )
    assert seen == "lost"
    heard(page)
