"""Debian's Chromium without a screen: as itself, but it asks nobody for anything."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

# Of the features some look for what isn't there (a cast device, hints, the time), and some are the
# browser's own: each window would load two pages for what its address line may show one day. The
# first ten are what Playwright switches off, whose list this one replaces.
_WITHOUT = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxPopup",
)
# Neither a graphics card nor an internet is there, and each look for one costs time.
FLAGS = (
    f"--disable-features={','.join(_WITHOUT)}",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def headless(chromium: Path) -> Iterator[Browser]:
    """A headless Chromium; while it is open, this thread counts as inside an asyncio loop."""
    # Its sandbox refuses to work for root.
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else [*FLAGS]
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=flags)
        yield opened
        opened.close()
