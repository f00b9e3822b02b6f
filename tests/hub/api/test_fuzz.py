"""Whatever anybody sends, of whatever role, a running hub answers as its own description says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
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

from hub.database import open_database
from hub.people.rights import Role
from tests.hub.shops import SHOP_FILE
from tests.parts.mosquitto import Mosquitto
from tests.parts.signed_in import account, let_in
from tests.parts.stemning_processes import Hub

EXAMPLES = settings().max_examples // 20
"""Of each operation and kind: four, and in the soak as many as its profile gives."""
KEYS: list[str] = []
"""Of everybody who asks; empty for nobody."""

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
]


@pytest.fixture(scope="module")
def description(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BaseSchema]:
    """The OpenAPI document of a hub that runs with a broker."""
    directory = tmp_path_factory.mktemp("fuzz")
    for name in ("broker", "hub"):
        (directory / name).mkdir()
    (directory / "shop.yaml").write_text(SHOP_FILE)
    broker = Mosquitto(directory / "broker")
    broker.start()
    hub = Hub(directory / "hub", broker_port=broker.port, shop=directory / "shop.yaml")
    try:
        hub.start()
        KEYS.extend(["", *keys_of_every_role(hub)])
        yield schemathesis.openapi.from_url(f"{hub.address}/openapi.json")
        assert "Traceback" not in hub.log
    finally:
        hub.kill()
        broker.stop()


def keys_of_every_role(hub: Hub) -> list[str]:
    """An access key of each role, in the one store."""
    engine = open_database(hub.database)
    try:
        return [
            let_in(engine, account(engine, role, role, everywhere(role), name=role))
            for role in Role
        ]
    finally:
        engine.dispose()


def everywhere(role: Role) -> list[str] | None:
    """Head office is of all stores."""
    return None if role is Role.HEAD_OFFICE else ["nordic"]


@pytest.mark.slow
@pytest.mark.timeout(45 * EXAMPLES)
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_every_answer_is_as_described(description: BaseSchema, mode: GenerationMode) -> None:
    tried = 0
    for found in description.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()

        @given(operation.as_strategy(generation_mode=mode), st.sampled_from(KEYS))
        @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
        def answers_as_described(case: Case[Any], key: str) -> None:
            headers = {"Authorization": f"Bearer {key}"} if key else {}
            case.call_and_validate(checks=CHECKS, timeout=20, headers=headers)

        try:
            answers_as_described()
        except Unsatisfiable:
            # An operation without any input has no wrong input.
            assert mode is GenerationMode.NEGATIVE, operation.label
        else:
            tried += 1
    assert tried > (5 if mode is GenerationMode.NEGATIVE else 10)
