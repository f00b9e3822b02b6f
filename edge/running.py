"""Runs the agent until somebody ends it, and lets systemd watch it."""

from __future__ import annotations

import faulthandler
import logging
import os
import secrets
import signal
import sys
from importlib.metadata import PackageNotFoundError, version
from threading import Event

from edge.agent import Agent
from edge.clock import SystemClock
from edge.config import Config
from edge.identity import Identity
from edge.service_manager import ServiceManager
from edge.settings import Chosen

TEND_S = 5.0


def run_agent(config: Config, chosen: Chosen) -> None:
    """Run until SIGTERM or SIGINT; a `StemningError` says what keeps it from starting."""
    start_log(chosen.log_level)
    # The watchdog kills with SIGABRT: the log then says where each thread hangs.
    faulthandler.enable()
    stopping = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    manager = ServiceManager.named_in(os.environ, os.getpid())
    identity = Identity(config.store, config.edge, secrets.token_hex(8), own_version())
    agent = Agent(config, chosen.data, chosen.broker, identity, SystemClock())
    if manager.listens:
        agent.watched_by(manager)
    try:
        agent.start()
        while not stopping.wait(TEND_S):
            agent.tend()
    finally:
        manager.stopping()
        agent.stop()
        manager.close()


def start_log(level: str) -> None:
    """Log to stderr, where systemd's journal or a terminal reads it."""
    logging.basicConfig(
        stream=sys.stderr, level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )


def own_version() -> str:
    """The installed version; 0 in a checkout that isn't installed."""
    try:
        return version("stemning")
    except PackageNotFoundError:
        return "0"
