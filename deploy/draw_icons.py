"""Draws the app's icons, which systems want as PNG, from hub/web/static/icon*.svg by Chromium."""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

STATIC = Path(__file__).resolve().parent.parent / "hub/web/static"
ICONS = {"icon": (192, 512), "icon-whole": (192, 512)}


def main() -> None:
    """Write each icon in each size."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium-headless-shell")
        )
        for name, sizes in ICONS.items():
            for size in sizes:
                page = browser.new_page(viewport={"width": size, "height": size})
                drawing = (STATIC / f"{name}.svg").read_text()
                page.set_content(f"<style>*{{margin:0;display:block}}</style>{drawing}")
                path = STATIC / f"{name}-{size}.png"
                page.screenshot(path=path, omit_background=True)
                page.close()
        browser.close()


if __name__ == "__main__":
    main()
