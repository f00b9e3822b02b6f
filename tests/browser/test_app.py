"""The pages as an app: installable, plain about a hub that is away, in the reader's language."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import OpenTablet, Shop

READY = "navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null)"


def test_a_browser_finds_all_that_it_needs_to_install_it(shop: Shop, tablet: OpenTablet) -> None:
    page = tablet()
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

    shop.hub.kill()
    page.goto(f"{shop.hub.address}/effects?store=oslo")
    expect(page.get_by_role("heading", name="Ingen kontakt med hubben")).to_be_visible()
    assert page.get_by_role("button").count() == 0, "nothing can be tapped without a hub"
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
