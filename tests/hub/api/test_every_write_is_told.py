"""Whatever writes leaves a row in the audit: every writing route that the document describes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from hub.app import create_app, running
from hub.parts import HubParts
from hub.tables import AuditRow
from scenes.messages import Hello, State, ZoneState
from tests.hub.api.openapi_examples import writes
from tests.hub.asgi_client import AsgiClient
from tests.hub.shops import FakeClock, a_hub
from tests.parts.mosquitto import Mosquitto
from tests.waiting import wait_until

CHANGES_NOTHING = {
    "POST /api/v1/stores/{store}/what-if": "a question",
    "PUT /api/v1/me/password": "no example knows one's password: see tests/hub/people",
    "DELETE /api/v1/tablets/{tablet}": "no example knows its id: see tests/hub/people",
    "DELETE /api/v1/me/key": "it would be the key of all the others: see tests/hub/people",
    "DELETE /api/v1/keys/{key}": "no example knows its id: see tests/hub/people",
    "POST /api/v1/stores/{store}/edges/{edge}/requests": "needs an agent: see test_edge_requests",
    "POST /api/v1/zones/{zone}/measurements": "a measurement; what a reaction makes of it is told",
}
"""Routes that write to nothing that shall be, and why. A new route is not here by itself."""
SCENE = "/api/v1/scenes/{scene}"
DRAFT = "/api/v1/stores/{store}/draft"
TEMPLATE = "/api/v1/templates/{template}"
FRESH_DRAFT = (f"DELETE {DRAFT}", f"POST {DRAFT}")
DEPLOYED = (*FRESH_DRAFT, f"PUT {DRAFT}/rules/{{item_id}}", f"POST {DRAFT}/deploy")
WITHOUT_IT = (*FRESH_DRAFT, f"DELETE {DRAFT}/{{part}}/{{item_id}}", f"POST {DRAFT}/deploy")
A_TEMPLATE = (f"PUT {TEMPLATE}", f"DELETE {TEMPLATE}", f"PUT {TEMPLATE}")
AUDITION = "/api/v1/zones/{zone}/audition"
STORE_WIDE = "/api/v1/stores/{store}"
FIRST = {
    "POST /api/v1/sign-in": ("POST /api/v1/people",),
    f"POST {AUDITION}": (f"DELETE {STORE_WIDE}/quiet-hour", f"DELETE {STORE_WIDE}/emergency"),
    f"DELETE {AUDITION}": (f"POST {AUDITION}",),
    f"POST {SCENE}/revert": (f"PUT {SCENE}", f"PUT {SCENE}/file") * 2,
    f"DELETE {SCENE}": ("DELETE /api/v1/integrations/{integration}",),
    f"DELETE {DRAFT}": (f"POST {DRAFT}",),
    f"POST {DRAFT}": (f"DELETE {DRAFT}",),
    f"POST {DRAFT}/deploy": (*FRESH_DRAFT, f"PUT {DRAFT}/rules/{{item_id}}"),
    f"POST {DRAFT}/rebase": (
        *DEPLOYED,
        *FRESH_DRAFT,
        "POST /api/v1/stores/{store}/schedule/revert",
    ),
    f"DELETE {DRAFT}/{{part}}/{{item_id}}": (*FRESH_DRAFT, f"PUT {DRAFT}/rules/{{item_id}}"),
    f"POST {DRAFT}/{{part}}/{{item_id}}/move": (
        *FRESH_DRAFT,
        f"PUT {DRAFT}/rules/{{item_id}}",
    ),
    f"PUT {DRAFT}/{{part}}/{{item_id}}/one-day": (
        *FRESH_DRAFT,
        f"PUT {DRAFT}/rules/{{item_id}}",
    ),
    f"PUT {DRAFT}/days/{{day}}": (
        *FRESH_DRAFT,
        f"PUT {DRAFT}/rules/{{item_id}}",
        f"PUT {DRAFT}/{{part}}/{{item_id}}/one-day",
    ),
    f"PUT {DRAFT}/template": (*A_TEMPLATE, *FRESH_DRAFT),
    f"DELETE {DRAFT}/template": (*A_TEMPLATE, *FRESH_DRAFT, f"PUT {DRAFT}/template"),
    "POST /api/v1/stores/{store}/schedule/revert": (*DEPLOYED, *WITHOUT_IT) * 2,
    f"POST {TEMPLATE}/deploy": (
        *WITHOUT_IT,
        *A_TEMPLATE,
        *FRESH_DRAFT,
        f"PUT {DRAFT}/template",
        f"POST {DRAFT}/deploy",
        f"PUT {TEMPLATE}",
    ),
    "POST /api/v1/stores/{store}/integrations": (f"PUT {SCENE}", f"POST {SCENE}/publish"),
}
"""What has to be there before a route finds anything to change."""
SHOP = """
groups:
  denmark: [nordic]
stores:
  - id: nordic
    name: Nordic
    time_zone: Europe/Copenhagen
    currency: DKK
    place: {country: DK, latitude: 55.68, longitude: 12.58}
    hours:
      mon-sat: 10:00-20:00
    zones:
      - {id: entrance, name: Entrance, fallback: trading}
      - {id: fitting-rooms, name: Fitting rooms, fallback: trading}
      - {id: window, name: Window, fallback: trading}
    rules:
      - {id: mornings, scene: calm-morning, zones: all, from: 09:00, until: 11:00}
"""


@pytest.fixture
def hub(mosquitto: Mosquitto, tmp_path: Path, sqlite_template: Path) -> Iterator[HubParts]:
    """A hub at work, with an edge that left."""
    shutil.copy(sqlite_template, tmp_path / "hub.db")
    parts = a_hub(
        tmp_path,
        f"sqlite:///{tmp_path / 'hub.db'}",
        FakeClock(),
        shop_file=SHOP,
        broker=f"mqtt://127.0.0.1:{mosquitto.port}",
    )
    with running(parts):
        wait_until(lambda: parts.link.heard_out, 10, "the broker")
        introduce(parts)
        yield parts


def introduce(parts: HubParts) -> None:
    boot, now = "0123456789abcdef", parts.now()
    parts.reported.hello(
        Hello(store="nordic", edge="ceiling", boot=boot, online=False, at=now, version="1")
    )
    zones = {"entrance": ZoneState(scene="trading", confirmed=True)}
    parts.reported.state(
        State(store="nordic", edge="ceiling", boot=boot, at=now, zones=zones, devices={})
    )


class Walk:
    """Sends every write of the document, each after what has to be there before it."""

    def __init__(self, hub: HubParts) -> None:
        app = create_app(hub)
        self._hub = hub
        self._client = AsgiClient(app)
        self._token = ""
        self._writes = {write.name: write for write in writes(app.openapi())}
        self._told: set[str] = set()
        self.silent: dict[str, str] = {}

    def go(self) -> int:
        """Every route but those that change nothing; how many that are."""
        names = [name for name in self._writes if name not in CHANGES_NOTHING]
        makers = [name for name in names if not name.startswith("DELETE")]
        removals = [name for name in names if name.startswith("DELETE")]
        # What is inside something goes before that.
        for name in (*makers, *sorted(removals, key=lambda name: -name.count("/"))):
            first = FIRST.get(name, FRESH_DRAFT if f"{DRAFT}/" in name else ())
            for each in (*first, name):
                self._send(each)
        return len(names)

    def _send(self, name: str) -> None:
        write = self._writes[name]
        self._hub.now.forward(seconds=1)  # type: ignore[attr-defined]
        before = self._rows()
        options = write.options()
        if self._token and ("/triggers" in name or "/measurements" in name):
            options["headers"]["Authorization"] = f"Bearer {self._token}"
        answer = self._client.request(write.method.upper(), write.path, **options)
        if answer.is_success and self._rows() > before:
            self._told.add(name)
        if name not in self._told:
            self.silent[name] = f"{answer.status_code} {answer.text[:300]}"
        else:
            self.silent.pop(name, None)
        if answer.status_code == 201 and "token" in answer.json():
            self._token = answer.json()["token"]

    def _rows(self) -> int:
        with self._hub.engine.connect() as connection:
            return connection.execute(select(func.max(col(AuditRow.id)))).scalar_one() or 0


def test_every_writing_route_leaves_a_row_in_the_audit(hub: HubParts) -> None:
    walk = Walk(hub)
    assert walk.go() > 20
    silent = [f"{name}: {said}" for name, said in walk.silent.items()]
    assert not silent, "no example of theirs left a row in the audit:\n" + "\n".join(silent)


def test_every_writing_route_says_that_another_hub_may_be_in_office(parts: HubParts) -> None:
    paths = create_app(parts).openapi()["paths"]
    asked = {write.name: write for write in writes(create_app(parts).openapi())}
    silent = [
        name
        for name, write in asked.items()
        if "409" not in paths[write.route][write.method]["responses"] and "what-if" not in name
    ]
    assert silent == []


def test_what_changes_nothing_is_described_still(parts: HubParts) -> None:
    described = {write.name for write in writes(create_app(parts).openapi())}
    assert CHANGES_NOTHING.keys() <= described
