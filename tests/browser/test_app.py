"""The pages as an app: installable, plain about a hub that is away, in the reader's language."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import OpenTablet, Shop

KEPT = "caches.match('/offline').then(answer => answer ? answer.text() : '')"
LOCKS = """
window.locks = [];
Object.defineProperty(navigator, 'wakeLock', { value: {
    request: async kind => {
        const lock = { kind, released: false };
        window.locks.push(lock);
        return lock;
    },
} });
"""
READY = "navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null)"


def test_a_browser_finds_all_that_it_needs_to_install_it(shop: Shop, tablet: OpenTablet) -> None:
    page = tablet()
    page.add_init_script(LOCKS)
    page.reload()
    # The screen stays on while somebody looks, and again when they look again.
    page.wait_for_function("window.locks.length === 1")
    look = "document.dispatchEvent(new Event('visibilitychange'))"
    page.evaluate(look)
    page.evaluate("window.locks[0].released = true")
    page.evaluate(look)
    page.wait_for_function("window.locks.length === 2")

    manifest = page.evaluate(
        """async () => {
            const link = document.querySelector('link[rel=manifest]').href;
            const manifest = await (await fetch(link)).json();
            manifest.drawn = [];
            for (const icon of manifest.icons) {
                const image = new Image();
                image.src = icon.src;
                await image.decode();
                manifest.drawn.push(`${image.naturalWidth}x${image.naturalHeight}`);
            }
            return manifest;
        }"""
    )
    assert (manifest["display"], manifest["scope"]) == ("standalone", "/")
    assert manifest["drawn"][1:] == [icon["sizes"] for icon in manifest["icons"]][1:]
    assert any(icon.get("purpose") == "maskable" for icon in manifest["icons"])


def test_without_its_hub_the_app_says_so_and_comes_back_by_itself(
    shop: Shop, tablet: OpenTablet
) -> None:
    page = tablet(locale="sv-SE")
    page.evaluate(READY)
    page.reload()  # from now on by way of the worker
    kept = page.evaluate(
        """async () => {
            const urls = [];
            for (const name of await caches.keys()) {
                for (const request of await (await caches.open(name)).keys()) {
                    urls.push(new URL(request.url).pathname);
                }
            }
            return urls;
        }"""
    )
    assert "/offline" in kept
    others = [path for path in kept if path != "/offline" and not path.startswith("/static/")]
    assert others == [], "a page of the shop or an answer of the API was kept"

    # Forgotten for the next reader, it is kept again in their language.
    page.evaluate("navigator.serviceWorker.controller.postMessage({ forget: true })")
    page.wait_for_function(f"{KEPT}.then(kept => kept === '')")
    page.reload()
    page.wait_for_function(f"{KEPT}.then(kept => kept.includes('lang=\"sv\"'))")

    shop.hub.kill()
    try:
        page.goto(f"{shop.hub.address}/effects?store=oslo")
        expect(page.get_by_role("heading", name="Ingen kontakt med hubben")).to_be_visible()
        assert page.get_by_role("button").count() == 0, "nothing can be tapped without a hub"
    finally:
        shop.hub.start()
    expect(page.locator("#bar")).to_be_visible(timeout=15_000)
    expect(page).to_have_title(re.compile("^Effekter"))


def test_light_and_dark_are_as_somebody_chose(shop: Shop, tablet: OpenTablet) -> None:
    page = tablet("/?store=oslo&theme=dark", color_scheme="light")
    paper = "getComputedStyle(document.documentElement).backgroundColor"
    dark = page.evaluate(paper)
    page.goto(f"{shop.hub.address}/effects?store=oslo")
    assert page.evaluate(paper) == dark, "the cookie was not kept"
    page.goto(f"{shop.hub.address}/?store=oslo&theme=auto")
    assert page.evaluate(paper) != dark
