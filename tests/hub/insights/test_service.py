"""The hub asks a worker process, keeps the answer, and stays small."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine

from hub.app import create_app
from hub.clock import utc_now
from hub.database import open_database
from hub.insights.assembly import effects_document
from hub.insights.document import EffectsDocument
from hub.insights.errors import InsightsFailedError, InsightsTooSlowError
from hub.insights.service import EffectsService
from hub.parts import HubParts
from tests.hub.asgi_client import AsgiClient
from tests.hub.insights.shop import FIRST, STORE, days, local, open_shop, play, visit
from tests.parts.signed_in import account, let_in


class Clock:
    """A monotonic clock that stands."""

    now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def fill(engine: Engine) -> None:
    open_shop(engine)
    for day in days(8):
        play(engine, "trading", day, "10:00", "12:00")
        visit(engine, local(day, "10:30"), 60 + day.day)


@pytest.fixture(scope="module")
def filled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a shop of eight days, made once and copied."""
    path = tmp_path_factory.mktemp("filled") / "hub.db"
    shutil.copy(sqlite_template, path)
    engine = open_database(f"sqlite:///{path}")
    fill(engine)
    engine.dispose()
    return path


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'hub.db'}"


@pytest.fixture
def shop(filled: Path, tmp_path: Path, url: str) -> Iterator[Engine]:
    shutil.copy(filled, tmp_path / "hub.db")
    engine = open_database(url)
    yield engine
    engine.dispose()


def ask(service: EffectsService) -> EffectsDocument:
    return asyncio.run(service.answer()).document


def in_this_process(
    command: list[str], *, env: dict[str, str], **_options: Any
) -> subprocess.CompletedProcess[bytes]:
    """What a worker does, where its being a process of its own is not the question."""
    asked = dict(zip(command[3::2], command[4::2], strict=True))
    days = (
        date.fromisoformat(asked[name]) if name in asked else None for name in ("--from", "--to")
    )
    engine = open_database(env["STEMNING_DATABASE"])
    try:
        document = effects_document(engine, asked["--store"], utc_now(), *days)
    finally:
        engine.dispose()
    return subprocess.CompletedProcess(command, 0, document.model_dump_json().encode())


class Counted:
    """Counts the workers, and holds them back until ``go`` is set."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.go = threading.Event()
        self.running = self.most = self.runs = 0
        monkeypatch.setattr("hub.insights.service.subprocess.run", self)

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        self.running, self.runs = self.running + 1, self.runs + 1
        self.most = max(self.most, self.running)
        try:
            assert self.go.wait(40), "nobody let the worker go"
            return in_this_process(*arguments, **options)
        finally:
            self.running -= 1


def test_a_worker_process_answers(engine: Engine, database_url: str) -> None:
    fill(engine)
    answer = asyncio.run(EffectsService(engine, database_url).answer())
    document = answer.document
    assert EffectsDocument.model_validate_json(answer.json) == document
    assert document.store == STORE
    assert document.rows[0].visits == 8
    assert document.rows[0].dwell_mean_s.interval is not None


def test_an_answer_is_kept_while_the_data_are_the_same(
    shop: Engine, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.insights.service.subprocess.run", in_this_process)
    clock = Clock()
    service = EffectsService(shop, url, monotonic=clock)
    first = ask(service)
    clock.now_s += 1e6
    assert ask(service) is first

    visit(shop, local(FIRST, "11:00"), 30)
    clock.now_s -= 1e6 - 30
    assert ask(service) is first, "an answer stays fresh for a while"
    clock.now_s += 60
    assert ask(service).rows[0].visits == 9


def test_a_kept_answer_is_given_while_others_wait(
    shop: Engine, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = Counted(monkeypatch)
    counted.go.set()
    service = EffectsService(shop, url)
    kept = ask(service)
    counted.go.clear()

    async def meanwhile() -> EffectsDocument:
        long = asyncio.create_task(service.answer(STORE, FIRST, FIRST))
        try:
            return (await asyncio.wait_for(service.answer(), 5)).document
        finally:
            counted.go.set()
            await long

    assert asyncio.run(meanwhile()) is kept


def test_a_deadline(shop: Engine, url: str) -> None:
    with pytest.raises(InsightsTooSlowError):
        ask(EffectsService(shop, url, deadline_s=0.01))


def test_a_worker_that_fails_does_so_for_whoever_waits_and_not_for_ever(
    shop: Engine, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = EffectsService(shop, url)
    monkeypatch.setattr("hub.insights.service.sys.executable", "/bin/false")

    async def together() -> list[object]:
        waiting = (service.answer() for _ in range(3))
        return list(await asyncio.gather(*waiting, return_exceptions=True))

    assert all(isinstance(it, InsightsFailedError) for it in asyncio.run(together()))
    monkeypatch.undo()
    assert ask(service).rows[0].visits == 8


def test_many_who_ask_keep_nobody_waiting_for_an_override(
    parts: HubParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = Counted(monkeypatch)
    app = create_app(parts)

    async def crowd() -> tuple[float, list[httpx.Response]]:
        transport = httpx.ASGITransport(app)
        headers = {"Authorization": f"Bearer {let_in(parts.engine, account(parts.engine))}"}
        async with httpx.AsyncClient(
            transport=transport, base_url="http://hub", headers=headers
        ) as client:
            paths = ["/api/v1/effects", "/fragments/effects?store=nordic"]
            asking = [asyncio.create_task(client.get(paths[n % 3 == 2])) for n in range(45)]
            try:
                # Those who are turned away know it at once; the others wait.
                await asyncio.wait(asking, timeout=1)
                begun = time.monotonic()
                chosen = client.put(
                    "/api/v1/zones/entrance/override",
                    json={"scene": "event", "end": 30},
                    headers={"If-Match": "*"},
                )
                answer = await asyncio.wait_for(chosen, 5)
                assert answer.status_code == 200, answer.text
                await asyncio.wait_for(client.get("/api/v1/zones"), 5)
                took_s = time.monotonic() - begun
            finally:
                counted.go.set()
            return took_s, await asyncio.gather(*asking)

    took_s, answers = asyncio.run(crowd())
    assert took_s < 5
    assert counted.runs == 1
    assert {answer.status_code for answer in answers} == {200, 503}
    away = [answer for answer in answers if answer.status_code == 503]
    assert len(away) > 15
    assert {answer.json()["code"] for answer in away} == {"insights.busy"}
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in away)
    pages = [answer.text for answer in answers if "text/html" in answer.headers["Content-Type"]]
    assert any("delay:5s" in text for text in pages), "a page asks again by itself"


def test_over_http(parts: HubParts, monkeypatch: pytest.MonkeyPatch) -> None:
    client = AsgiClient(create_app(parts))
    answer = client.get("/api/v1/effects")
    assert answer.status_code == 200
    body = answer.json()
    assert body["store"] == "nordic"
    assert body["method"]["wording"] == "association, not effect"
    assert client.get("/api/v1/effects?store=nowhere").status_code == 404
    assert client.get("/api/v1/effects?from=yesterday").status_code == 422
    monkeypatch.setattr("hub.insights.service.LIBRARIES", ("numpy", "no_such_library"))
    missing = AsgiClient(create_app(parts)).get("/api/v1/effects")
    assert (missing.status_code, missing.json()["code"]) == (503, "insights.not-installed")
    assert "pip install '/path/to/stemning[insights]'" in missing.json()["message"]


def test_the_hub_never_loads_an_analysis_library() -> None:
    program = (
        "import sys, json; import hub.app, hub.insights.service, hub.insights.command; "
        "print(json.dumps(sorted({'numpy', 'scipy', 'pandas'} & sys.modules.keys())))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert json.loads(done.stdout) == []


def test_the_worker_prints_only_the_document(shop: Engine, url: str) -> None:
    command = [sys.executable, "-m", "hub.insights.worker", "--database", url]
    done = subprocess.run(
        [*command, "--store", STORE, "--from", f"{date(2026, 9, 29)}"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert EffectsDocument.model_validate_json(done.stdout).rows[0].visits == 7
    assert done.stderr == ""
