"""What everybody needs of every page: axe finds nothing, thumbs hit, nothing sticks out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from playwright.sync_api import Page

from hub.web.assets import NODE_MODULES

SIZES = {"wide": (1280, 800), "tall": (800, 1280), "phone": (390, 844)}
TOUCH_PX = 48
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def findings(page: Page, *rules: str) -> list[str]:
    """What axe finds on the page as it is, in words; by these rules only, if any are named."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(f"{{ {(NODE_MODULES / 'axe-core/axe.min.js').read_text()} }}")
    # Nothing is read but the violations: axe need not describe what passed.
    options = {"resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})
    found: dict[str, Any] = page.evaluate("options => axe.run(options)", options)
    return [
        f"{problem['id']}: {node['target']} {node['failureSummary']}"
        for problem in found["violations"]
        for node in problem["nodes"]
    ]


def findings_by_day_and_night(page: Page) -> list[str]:
    """What axe finds on the page in its light and in its dark look.

    The two differ in nothing but colours, so the second is asked for those alone.
    """
    found = []
    for scheme in SCHEMES:
        # Without motion, or colours that still change would be measured.
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        rules = () if scheme == SCHEMES[0] else ("color-contrast", "link-in-text-block")
        found += [f"{scheme}: {each}" for each in findings(page, *rules)]
    return found


def at_every_size(page: Page) -> Iterator[str]:
    """Give an open page each size in turn, a phone's last; the name of the size."""
    for name, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        yield name


def too_small(page: Page, selector: str) -> list[str]:
    """Everything visible of a CSS selector that is too small for a thumb, with its size."""
    found: list[str] = page.evaluate(
        """([selector, least]) => [...document.querySelectorAll(selector)]
            .filter(element => element.checkVisibility())
            .map(element => [element.textContent.trim(), element.getBoundingClientRect()])
            .filter(([, box]) => box.width < least - 0.5 || box.height < least - 0.5)
            .map(([text, box]) => `${text}: ${box.width} x ${box.height}`)""",
        [selector, TOUCH_PX],
    )
    return found


def too_low(page: Page, selector: str) -> list[str]:
    """As `too_small`, of what may be narrow."""
    return [each for each in too_small(page, selector) if _height(each) < TOUCH_PX - 0.5]


def _height(said: str) -> float:
    return float(said.rpartition(" x ")[2])


def sticks_out(page: Page) -> bool:
    """Say whether the page has to be moved sideways to be read."""
    found: bool = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return found
