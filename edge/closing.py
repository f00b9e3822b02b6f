"""Closes what may never return from being closed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Thread

logger = logging.getLogger(__name__)

CLOSE_S = 1.0


def close_in_time(name: str, close: Callable[[], None]) -> None:
    """Close a device that may never return from it: the others have to be closed too."""

    def call() -> None:
        try:
            close()
        except Exception:
            logger.exception("%s can't be closed", name)

    thread = Thread(target=call, name=f"edge-close-{name}", daemon=True)
    thread.start()
    thread.join(CLOSE_S)
    if thread.is_alive():
        logger.error("%s has not closed within %.0f s and is left to itself", name, CLOSE_S)
