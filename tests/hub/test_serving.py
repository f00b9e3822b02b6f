"""The hub as a process: its start, its address, its lock, its end."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time
import urllib.error
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import psutil
import pytest

from hub.clock import utc_now
from hub.database import open_database
from hub.holding import DatabaseHold
from hub.key_ring import KEY_VARIABLE
from scenes.wall_time import local_day
from tests.hub.shops import SHOP_FILE
from tests.parts.mosquitto import Mosquitto
from tests.parts.nursery import run
from tests.parts.postgres import Postgres
from tests.parts.stemning_processes import STEMNING, Hub
from tests.waiting import wait_until


@pytest.fixture
def shop_file(tmp_path: Path) -> Path:
    path = tmp_path / "shop.yaml"
    path.write_text(SHOP_FILE)
    return path


@pytest.fixture
def hub(mosquitto: Mosquitto, shop_file: Path, tmp_path: Path) -> Iterator[Hub]:
    directory = tmp_path / "hub"
    directory.mkdir()
    process = Hub(directory, broker_port=mosquitto.port, shop=shop_file)
    process.start()
    yield process
    process.kill()


@pytest.fixture(scope="module")
def shared_hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """One hub for all tests that leave it as they found it."""
    directory = tmp_path_factory.mktemp("shared")
    for name in ("broker", "hub"):
        (directory / name).mkdir()
    (directory / "shop.yaml").write_text(SHOP_FILE)
    broker = Mosquitto(directory / "broker")
    broker.start()
    process = Hub(directory / "hub", broker_port=broker.port, shop=directory / "shop.yaml")
    # Its memory is looked at: no library of another hub may be in it.
    process.from_nothing = True
    try:
        process.start()
        yield process
    finally:
        process.kill()
        broker.stop()


def stemning(
    *words: str | Path, directory: Path, key: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    environment = {**os.environ, "COLUMNS": "120", KEY_VARIABLE: key}
    return run(words, cwd=directory, environment=environment)


def open_stream(hub: Hub) -> socket.socket:
    """A page's event stream, with its first bytes read."""
    stream = socket.create_connection((hub.host, hub.port), timeout=10)
    stream.sendall(
        f"GET /live HTTP/1.1\r\nHost: hub\r\nAuthorization: Bearer {hub.key}\r\n\r\n".encode()
    )
    assert stream.recv(65536).startswith(b"HTTP/1.1 200")
    return stream


def test_the_address_is_printed_when_it_serves(shared_hub: Hub) -> None:
    wait_until(
        lambda: f"Stemning serves at {shared_hub.address}/" in shared_hub.log, 5, "the address"
    )


def test_sigterm_ends_it_soon_and_well_even_under_open_pages(hub: Hub) -> None:
    streams = [open_stream(hub) for _ in range(3)]
    process = hub._process
    assert process is not None
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0
    assert time.monotonic() - began < 5
    assert "Traceback" not in hub.log
    for stream in streams:
        stream.close()


def test_its_memory_is_small_and_no_analysis_library_is_loaded(shared_hub: Hub) -> None:
    for path in ("/", "/api/v1/zones", "/openapi.json", "/metrics", "/healthz"):
        shared_hub.fetch(path)
    resident = psutil.Process(shared_hub.pid).memory_info().rss
    assert resident <= 190_000_000, f"{resident / 1e6:.0f} MB"
    mapped = {Path(entry.path).name for entry in psutil.Process(shared_hub.pid).memory_maps()}
    assert not [name for name in mapped if "numpy" in name or "scipy" in name]


def test_a_taken_port_is_a_sentence(shared_hub: Hub, shop_file: Path, tmp_path: Path) -> None:
    ended = stemning("hub", "--shop", shop_file, "--port", str(shared_hub.port), directory=tmp_path)
    assert ended.returncode == 1
    assert f"127.0.0.1:{shared_hub.port} can't be listened on" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_second_hub_on_the_same_files_is_refused(
    shared_hub: Hub, shop_file: Path, tmp_path: Path
) -> None:
    words = ("hub", "--shop", shop_file, "--port", "0", "--data", shared_hub.directory)
    ended = stemning(*words, directory=tmp_path)
    assert ended.returncode == 1
    assert f"another hub (process {shared_hub.pid}) works with" in ended.stderr


def test_a_second_hub_with_other_data_on_the_same_sqlite_file_is_refused(
    shared_hub: Hub, shop_file: Path, tmp_path: Path
) -> None:
    epoch = shared_hub.get("/api/v1/office")["epoch"]
    words = ("hub", "--shop", shop_file, "--port", "0", "--database", shared_hub.database)
    ended = stemning(*words, directory=tmp_path)
    assert ended.returncode == 1
    path = shared_hub.database.removeprefix("sqlite:///")
    assert f"another hub (process {shared_hub.pid}) works with {path}" in ended.stderr
    assert "let this one stand by with --standby" in ended.stderr
    with closing(sqlite3.connect(path)) as connection:
        begun = connection.execute("SELECT epoch FROM hub").fetchone()
    assert begun == (epoch,), "it did not even begin a term of office"


def test_a_second_hub_on_the_same_postgresql_is_refused_as_long_as_the_first_lives(
    mosquitto: Mosquitto, shop_file: Path, tmp_path: Path, postgres_url: str
) -> None:
    hub = Hub(tmp_path / "first", broker_port=mosquitto.port, shop=shop_file, database=postgres_url)
    hub.directory.mkdir()
    hub.start()
    words = ("hub", "--shop", shop_file, "--port", "0", "--data", tmp_path / "second")
    try:
        ended = stemning(*words, "--database", postgres_url, directory=tmp_path)
        assert ended.returncode == 1
        assert "another hub works with postgresql" in ended.stderr
        assert "Traceback" not in ended.stderr
        # It did not even begin a term of office.
        epoch = hub.get("/api/v1/zones/entrance/plan")["epoch"]
        hub.kill()
        hub.start()
        assert hub.get("/api/v1/zones/entrance/plan")["epoch"] > epoch
        assert "another hub" not in hub.log
    finally:
        hub.kill()


def test_the_hold_on_a_database_is_one_hubs_and_outlives_a_restart(postgres_url: str) -> None:
    engine = open_database(postgres_url)
    first, second = DatabaseHold(engine), DatabaseHold(engine)
    assert first.take()
    assert not second.take()
    assert first.keep()
    with engine.connect() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
        )
    assert first.keep()
    assert not second.take()
    first.release()
    # The database hears of a closed connection a moment later.
    wait_until(second.take, 10, "the database to let go")
    assert not first.keep()
    first.release()
    second.release()
    engine.dispose()


def test_after_a_kill_it_starts_again_with_the_override(hub: Hub) -> None:
    hub.call("PUT", "/api/v1/zones/entrance/override", {"scene": "event", "end": 30})
    before = hub.get("/api/v1/zones/entrance/plan")
    hub.kill()
    hub.start()
    assert hub.zone("entrance")["override"]["scene"] == "event"
    after = hub.get("/api/v1/zones/entrance/plan")
    assert after["slots"] == before["slots"]
    assert after["epoch"] > before["epoch"]


def test_a_changed_shop_file_is_planned_by_within_a_second_or_so(hub: Hub, shop_file: Path) -> None:
    everywhere = "{id: always, scene: cleaning, zones: all, from: 00:00, until: 24:00, priority: 9}"
    shop_file.write_text(SHOP_FILE + f"      - {everywhere}\n")
    wait_until(lambda: hub.zone("entrance")["desired"]["scene"] == "cleaning", 3, "the new plan")
    shop_file.write_text("stores: []")
    wait_until(lambda: not hub.get("/healthz")["parts"]["shop-file"]["ok"], 3, "the error to show")
    assert hub.zone("entrance")["desired"]["scene"] == "cleaning"


def test_a_broken_shop_file_at_the_start_keeps_the_last_good_plan(
    hub: Hub, shop_file: Path
) -> None:
    hub.stop()
    shop_file.write_text("stores: []")
    hub.start()
    assert hub.zone("entrance")["desired"]["scene"] in {"trading", "calm-morning", "evening"}
    assert "there is no store" in hub.get("/healthz")["parts"]["shop-file"]["detail"]
    assert "can't be used and the plan is made as before: line 1, stores: there" in hub.log


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "no shop file is named: give --shop FILE or set STEMNING_SHOP"),
        ("stores: []\nshop: 1", "line 1: there is no field 'shop' here"),
    ],
)
def test_a_first_start_without_a_good_shop_file_says_what_to_do(
    tmp_path: Path, text: str | None, said: str
) -> None:
    words: list[str | Path] = ["hub", "--port", "0"]
    if text is not None:
        (tmp_path / "shop.yaml").write_text(text)
        words += ["--shop", "shop.yaml"]
    ended = stemning(*words, directory=tmp_path)
    assert ended.returncode == 1
    assert ended.stderr.count(said) == 1
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--port", "http"], "setting port = 'http'"),
        (["--database", "mysql://x/y"], "not mysql"),
        (["--settings", "none.toml"], "can't be read"),
        (["--data", "shop.yaml"], "the data directory can't be used"),
        (["--host", "203.0.113.1"], "203.0.113.1:0 can't be listened on"),
    ],
)
def test_a_wrong_setting_is_a_sentence(
    tmp_path: Path, shop_file: Path, words: list[str], said: str
) -> None:
    base = ("hub", "--shop", shop_file, "--port", "0") if "--port" not in words else ("hub",)
    ended = stemning(*base, *words, directory=tmp_path)
    assert ended.returncode == 1
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_free_port_is_taken_and_told(
    mosquitto: Mosquitto, shop_file: Path, tmp_path: Path
) -> None:
    words: list[str | Path] = [
        *STEMNING,
        "hub",
        "--shop",
        shop_file,
        "--port",
        "0",
        "--data",
        tmp_path / "data",
    ]
    words += ["--broker", f"mqtt://127.0.0.1:{mosquitto.port}"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=tmp_path) as process:
        assert process.stdout is not None
        told = re.search(r"http://127\.0\.0\.1:(\d+)/", process.stdout.readline())
        assert told is not None
        with socket.create_connection(("127.0.0.1", int(told[1])), timeout=5):
            pass
        process.terminate()
        assert process.wait(30) == 0


def test_the_plan_command_prints_the_day_and_why(shared_hub: Hub, tmp_path: Path) -> None:
    today = stemning(
        "plan", "entrance", "--hub", shared_hub.address, directory=tmp_path, key=shared_hub.key
    )
    assert today.returncode == 0, today.stderr
    assert "Entrance (nordic)" in today.stdout
    assert "Rule every day 17:00 to 20:00" in today.stdout
    # The help's own example.
    tomorrow = stemning(
        "plan",
        "entrance",
        "--day",
        "tomorrow",
        "--hub",
        shared_hub.address,
        directory=tmp_path,
        key=shared_hub.key,
    )
    assert tomorrow.returncode == 0, tomorrow.stderr
    tz = ZoneInfo("Europe/Copenhagen")
    assert f"{local_day(utc_now(), tz) + timedelta(days=1)}" in tomorrow.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["entrance", "--day", "2026-10-22"], "the plan reaches from yesterday to "),
        (["entrance", "--day", "9999-12-31"], "on 9999-12-31: the plan reaches from yesterday"),
        (["attic"], "there is no zone 'attic'"),
        (["entrance", "--store", "mall"], "there is no store 'mall'"),
        (["No Slug"], "zone"),
    ],
)
def test_the_plan_command_says_what_it_cannot_do(
    shared_hub: Hub, tmp_path: Path, words: list[str], said: str
) -> None:
    ended = stemning(
        "plan", *words, "--hub", shared_hub.address, directory=tmp_path, key=shared_hub.key
    )
    assert ended.returncode == 1
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_day_that_is_none_is_wrong_usage(tmp_path: Path) -> None:
    ended = stemning("plan", "entrance", "--day", "2026-13-01", directory=tmp_path)
    assert ended.returncode == 2
    assert "'2026-13-01' is no day like 2026-03-14" in ended.stderr


@pytest.mark.parametrize("address", ["http://127.0.0.1:1", "ftp://x", "nonsense"])
def test_without_a_hub_the_plan_command_says_so(tmp_path: Path, address: str) -> None:
    ended = stemning("plan", "entrance", "--hub", address, directory=tmp_path)
    assert ended.returncode == 1
    assert "hub" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_on_postgresql_it_outlives_the_database(
    mosquitto: Mosquitto, shop_file: Path, tmp_path: Path
) -> None:
    directory = Path(tempfile.mkdtemp(prefix="stemning-postgres-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(directory, "postgres")
        cluster = Postgres(directory)
        cluster.start()
        with cluster.database() as url:
            hub = Hub(tmp_path, broker_port=mosquitto.port, shop=shop_file, database=url)
            hub.start()
            try:
                the_hub_outlives(cluster, hub)
            finally:
                hub.kill()
        cluster.stop()
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def the_hub_outlives(cluster: Postgres, hub: Hub) -> None:
    path = "/api/v1/zones/entrance/override"
    hub.call("PUT", path, {"scene": "event", "end": 30})
    cluster.kill()
    for method, where in (("PUT", path), ("GET", "/healthz")):
        with pytest.raises(urllib.error.HTTPError) as refused:
            hub.call(method, where, {"scene": "evening", "end": 30} if method == "PUT" else None)
        refused.value.close()
        assert refused.value.code == 503
    # What is planned is known without the database.
    assert hub.zone("entrance")["desired"]["scene"] == "event"
    cluster.start()
    wait_until(lambda: hub.get("/healthz")["status"] == "ok", 10, "health")
    assert hub.call("PUT", path, {"scene": "evening", "end": 30})["desired"]["scene"] == "evening"
    hub.kill()
    hub.start()
    assert hub.zone("entrance")["override"]["scene"] == "evening"


def test_a_database_that_is_not_there_is_a_sentence(shop_file: Path, tmp_path: Path) -> None:
    words = ("hub", "--shop", shop_file, "--port", "0", "--database")
    ended = stemning(*words, "postgresql://me:secret@127.0.0.1:1/none", directory=tmp_path)
    assert ended.returncode == 1
    assert "can't be used" in ended.stderr
    assert "secret" not in ended.stderr
    assert "Traceback" not in ended.stderr
