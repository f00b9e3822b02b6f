"""Whatever anybody sends, of whatever role, a running hub answers as its own description says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)
from sqlalchemy import Engine

from hub.api.csrf import masked
from hub.api.letting_in import SESSION_COOKIE, TABLET_COOKIE
from hub.clock import utc_now
from hub.database import open_database
from hub.people.rights import Role
from hub.people.sessions import Kind, Session, Sessions
from tests.hub.shops import SHOP_FILE
from tests.parts.mosquitto import Mosquitto
from tests.parts.signed_in import account, let_in, tablet
from tests.parts.stemning_processes import Hub

EXAMPLES = settings().max_examples // 20
"""Of each operation and kind: two, and in the soak as many as its profile gives."""
BY_EVERYBODY = settings().max_examples > 100
"""Whether each request is sent by everybody; else by two of them, in turn."""

LEAST = 5
"""Requests that each of them sends, and that let them in, in the shortest run."""

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
]


@dataclass
class Callers:
    """Nobody, each role, and the shop's shared tablet; and how often each was let in."""

    engine: Engine
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    turn: int = 0
    asked: Counter[str] = field(default_factory=Counter)
    let_in: Counter[str] = field(default_factory=Counter)
    kept: dict[tuple[str, Kind], tuple[str, Session]] = field(default_factory=dict)

    def begin(self) -> None:
        """Everybody is let in, also who was signed out by what was asked last.

        In turn by an access key and by a browser's session.
        """
        self.turn += 1
        self.headers = {"nobody": {}, "tablet": self._in_browser("tablet", Kind.TABLET)}
        for at, role in enumerate(Role):
            if (self.turn + at) % 2:
                self.headers[role] = self._in_browser(role, Kind.PERSON)
            else:
                key, _session = self._open(role, Kind.KEY)
                self.headers[role] = {"Authorization": f"Bearer {key}"}

    def _in_browser(self, name: str, kind: Kind) -> dict[str, str]:
        """What the pages of somebody send."""
        token, session = self._open(name, kind)
        cookie = TABLET_COOKIE if kind is Kind.TABLET else SESSION_COOKIE
        return {"Cookie": f"{cookie}={token}", "X-CSRF-Token": masked(session.csrf)}

    def _open(self, name: str, kind: Kind) -> tuple[str, Session]:
        sessions = Sessions(self.engine, utc_now)
        kept = self.kept.get((name, kind))
        if kept is not None and sessions.find(kept[0], using=False) is not None:
            return kept
        if kind is Kind.TABLET:
            token = tablet(self.engine, "nordic")
        else:
            role = Role(name)
            who = account(self.engine, name, role, everywhere(role), name)
            token = let_in(self.engine, who, kind)
        session = sessions.find(token)
        assert session is not None
        self.kept[name, kind] = token, session
        return token, session

    def of(self, case: Case[Any]) -> list[str]:
        """Who sends a request: always the same two, so that it can be sent again."""
        names = sorted(self.headers)
        if BY_EVERYBODY:
            return names
        words = f"{case.method} {case.formatted_path} {case.query} {case.body!r}"
        first = self.turn + crc32(words.encode("utf-8", "replace"))
        return [names[at % len(names)] for at in (first, first + len(names) // 2)]

    def ask(self, name: str, case: Case[Any]) -> None:
        """Send a request as somebody, and judge the answer."""
        answer = case.call_and_validate(checks=CHECKS, timeout=20, headers=self.headers[name])
        self.asked[name] += 1
        known = answer.status_code not in {401, 403}
        self.let_in[name] += known
        if name not in {"nobody", "tablet"}:
            self.let_in["by cookie" if "Cookie" in self.headers[name] else "by key"] += known


def everywhere(role: Role) -> list[str] | None:
    """Head office is of all stores."""
    return None if role is Role.HEAD_OFFICE else ["nordic"]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[BaseSchema, Callers]]:
    """The OpenAPI document of a hub that runs with a broker, and everybody who asks it."""
    directory = tmp_path_factory.mktemp("fuzz")
    for name in ("broker", "hub"):
        (directory / name).mkdir()
    (directory / "shop.yaml").write_text(SHOP_FILE)
    broker = Mosquitto(directory / "broker")
    broker.start()
    hub = Hub(directory / "hub", broker_port=broker.port, shop=directory / "shop.yaml")
    try:
        hub.start()
        engine = open_database(hub.database)
        description = schemathesis.openapi.from_url(f"{hub.address}/openapi.json")
        # Who asks is said by `Callers`; a made-up key would go before a tablet's cookie.
        description.config.generation.update(with_security_parameters=False)
        yield description, Callers(engine)
        engine.dispose()
        assert "Traceback" not in hub.log
    finally:
        hub.kill()
        broker.stop()


@pytest.mark.slow
@pytest.mark.timeout(max(300, 45 * EXAMPLES))
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_every_answer_is_as_described(
    running: tuple[BaseSchema, Callers], mode: GenerationMode
) -> None:
    description, callers = running
    tried = 0
    callers.asked.clear()
    callers.let_in.clear()
    for found in description.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()
        callers.begin()

        @given(operation.as_strategy(generation_mode=mode))
        @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
        def answers_as_described(case: Case[Any]) -> None:
            for name in callers.of(case):
                callers.ask(name, case)

        try:
            answers_as_described()
        except Unsatisfiable:
            # An operation without any input has no wrong input.
            assert mode is GenerationMode.NEGATIVE, operation.label
        else:
            tried += 1
    assert tried > (5 if mode is GenerationMode.NEGATIVE else 10)
    # Everybody really asked, and whoever is known here was let in to a good part of it.
    assert min(callers.asked[name] for name in callers.headers) >= LEAST, callers.asked
    known = {*callers.headers, "by cookie", "by key"} - {"nobody"}
    assert min(callers.let_in[name] for name in known) >= LEAST, callers.let_in
