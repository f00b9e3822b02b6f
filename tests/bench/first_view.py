"""The first view of Now from a warm hub: until something is seen, and what came over the wire.

Chromium with an empty cache on the real page of a store with six zones. The time is the browser's
own, from the start of the navigation to the first contentful paint; the size counts every response
of the first second after the page was loaded, packed as it came. The floor, in the same run: a page
with one word, from Python's own server.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from playwright.sync_api import Browser

from tests.bench.figures import Spread, say
from tests.bench.pages import shop
from tests.parts.binaries import need
from tests.parts.headless import headless
from tests.parts.signed_in import head_office_session

VIEWS = 20
WARM_UP = 3
TARGET_MS = 300.0
TARGET_KB = 150.0
PAINTED = """() => new Promise(resolve => {
    const seen = () => performance.getEntriesByName('first-contentful-paint')[0];
    const look = () => seen() ? resolve(seen().startTime) : requestAnimationFrame(look);
    look();
})"""
SHIFTED = """() => new Promise(resolve => {
    let sum = 0;
    new PerformanceObserver(list => {
        for (const shift of list.getEntries()) sum += shift.value;
    }).observe({ type: 'layout-shift', buffered: true });
    setTimeout(() => resolve(sum), 1000);
})"""


@dataclass
class View:
    """One first view; bytes by the address they came from."""

    painted_ms: float = 0.0
    shifted: float = 0.0
    loaded: dict[str, float] = field(default_factory=dict)

    @property
    def bytes(self) -> float:
        """All that came over the wire."""
        return sum(self.loaded.values())


def view(browser: Browser, address: str, cookie: Any | None = None) -> View:
    """Open a page in a browser that has seen nothing."""
    found = View()
    # What the app keeps for later is no part of the first view.
    context = browser.new_context(viewport={"width": 1280, "height": 800}, service_workers="block")
    if cookie is not None:
        context.add_cookies([cookie])
    page = context.new_page()
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    addresses: dict[str, str] = {}

    def began(event: dict[str, Any]) -> None:
        addresses[event["requestId"]] = event["response"]["url"]
        if event["type"] == "EventSource":
            found.loaded.setdefault(event["response"]["url"], 0.0)

    def came(event: dict[str, Any]) -> None:
        if (url := addresses.get(event["requestId"])) is not None:
            found.loaded[url] = found.loaded.get(url, 0.0) + event["encodedDataLength"]

    def ended(event: dict[str, Any]) -> None:
        # The whole of it, headers and all, in place of the pieces.
        if (url := addresses.get(event["requestId"])) is not None:
            found.loaded[url] = event["encodedDataLength"]

    network.on("Network.responseReceived", began)
    network.on("Network.dataReceived", came)
    network.on("Network.loadingFinished", ended)
    page.goto(address, wait_until="load")
    found.painted_ms = page.evaluate(PAINTED)
    found.shifted = page.evaluate(SHIFTED)
    context.close()
    return found


@contextmanager
def bare_page() -> Iterator[str]:
    """The address of a page with one word."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = b"<!doctype html><title>floor</title><p>Now"
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_what: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def main() -> None:
    """Print the table."""
    with (
        shop() as hub,
        headless(need("chromium-headless-shell")) as browser,
        bare_page() as floor_address,
    ):
        cookie = hub.cookie(head_office_session(hub.database))
        views, floors = [], []
        for _ in range(WARM_UP + VIEWS):
            views.append(view(browser, f"{hub.address}/?store=bench", cookie))
            floors.append(view(browser, floor_address))
    views, floors = views[WARM_UP:], floors[WARM_UP:]
    floor = Spread.of([each.painted_ms for each in floors])
    painted = Spread.of([each.painted_ms for each in views])
    kilobytes = max(each.bytes for each in views) / 1000
    say(f"(n) the first view of Now, {VIEWS} times, ms to the first paint; floor: a page of a word")
    say(
        f"    {'floor p50':>10} {'p50':>7} {'p99':>7} {'target':>7}"
        f" {'kB':>7} {'target':>7} {'layout shift':>13}"
    )
    say(
        f"    {floor.p50:>10.1f} {painted.p50:>7.1f} {painted.p99:>7.1f} {TARGET_MS:>7.0f}"
        f" {kilobytes:>7.1f} {TARGET_KB:>7.0f} {max(each.shifted for each in views):>13.3f}"
    )
    largest = sorted(views[-1].loaded.items(), key=lambda item: -item[1])[:6]
    for address, size in largest:
        say(f"    {size / 1000:>10.1f} kB  {address.partition('?')[0].partition('://')[2]}")


if __name__ == "__main__":
    main()
