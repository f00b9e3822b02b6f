"""Fixtures for the real parts; every test may ask for them by name."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.parts.binaries import need
from tests.parts.headless import headless
from tests.parts.mosquitto import Mosquitto
from tests.parts.mpd import Mpd
from tests.parts.ola import Ola, running_ola
from tests.parts.postgres import Postgres


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[Mosquitto]:
    """A running broker of this test's own; ``kill()``, ``stop()`` and ``start()`` as you like."""
    directory = tmp_path / "mosquitto"
    directory.mkdir()
    broker = Mosquitto(directory)
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture
def mpd_server(tmp_path: Path) -> Iterator[Mpd]:
    """A running music server of this test's own, with three songs and three playlists."""
    directory = tmp_path / "mpd"
    directory.mkdir()
    server = Mpd(directory)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def ola() -> Iterator[Ola]:
    """A running OLA that the tests of a module share: each takes universes of its own."""
    with running_ola() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Postgres]:
    """The PostgreSQL cluster that all tests of a run share; ask for ``postgres_url`` instead."""
    # Not below pytest's own temporary directory: only its owner may look into that.
    directory = Path(tempfile.mkdtemp(prefix="stemning-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(directory, "postgres")
    try:
        cluster = Postgres(directory)
        cluster.start()
        yield cluster
        cluster.stop()
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_cluster: Postgres) -> Iterator[str]:
    """The SQLAlchemy URL of an empty database of this test's own."""
    with postgres_cluster.database() as url:
        yield url


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The path of the Chromium program."""
    return need("chromium-headless-shell")


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    """A headless Chromium; one for each test module.

    Not one for the whole run: while it is open, tests that start an asyncio loop of their own
    would fail.
    """
    with headless(chromium) as opened:
        yield opened


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page with its own storage; a script error on it fails the test."""
    context = browser.new_context()
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    context.close()
    assert not errors, f"script errors on the page: {errors}"
