"""The hub asks a worker process, keeps the answer, and stays small."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from hub.app import create_app
from hub.database import migrate, open_database
from hub.insights.document import EffectsDocument
from hub.insights.errors import InsightsFailedError, InsightsTooSlowError
from hub.insights.service import EffectsService
from hub.parts import HubParts
from tests.hub.asgi_client import AsgiClient
from tests.hub.insights.shop import FIRST, STORE, days, local, open_shop, play, visit


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


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'hub.db'}"


@pytest.fixture
def shop(url: str) -> Iterator[Engine]:
    engine = open_database(url)
    migrate(engine)
    fill(engine)
    yield engine
    engine.dispose()


def test_a_worker_process_answers(engine: Engine, database_url: str) -> None:
    fill(engine)
    document = EffectsService(engine, database_url).document()
    assert document.store == STORE
    assert document.rows[0].visits == 8
    assert document.rows[0].dwell_mean_s.interval is not None


def test_an_answer_is_kept_while_the_data_are_the_same(shop: Engine, url: str) -> None:
    clock = Clock()
    service = EffectsService(shop, url, monotonic=clock)
    first = service.document()
    clock.now_s += 1e6
    assert service.document() is first

    visit(shop, local(FIRST, "11:00"), 30)
    clock.now_s -= 1e6 - 30
    assert service.document() is first, "an answer stays fresh for a while"
    clock.now_s += 60
    assert service.document().rows[0].visits == 9


def test_never_two_at_once(shop: Engine, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    running, most, runs = 0, 0, 0
    real = subprocess.run

    def counted(*arguments: Any, **options: Any) -> Any:
        nonlocal running, most, runs
        running, runs = running + 1, runs + 1
        most = max(most, running)
        try:
            return real(*arguments, **options)
        finally:
            running -= 1

    monkeypatch.setattr("hub.insights.service.subprocess.run", counted)
    service = EffectsService(shop, url)
    found: list[EffectsDocument] = []
    threads = [threading.Thread(target=lambda: found.append(service.document())) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(50)
    assert len(found) == 3
    assert (most, runs) == (1, 1)


def test_a_deadline(shop: Engine, url: str) -> None:
    with pytest.raises(InsightsTooSlowError):
        EffectsService(shop, url, deadline_s=0.01).document()


def test_a_worker_that_fails(shop: Engine) -> None:
    with pytest.raises(InsightsFailedError):
        EffectsService(shop, "sqlite:////no/such/file.db").document()


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
    assert "pip install 'stemning[insights]'" in missing.json()["message"]


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
