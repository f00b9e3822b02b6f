"""The audit: read by filter and page, and never altered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, delete, func, select, text, update
from sqlalchemy.exc import DatabaseError
from sqlmodel import col

from hub.api.errors import install
from hub.api.letting_in import LetIn
from hub.api.routes import router
from hub.audit import Change, record
from hub.database import writing
from hub.people.people import make_people
from hub.tables import AuditRow
from tests.hub.asgi_client import AsgiClient

NOON = datetime(2026, 10, 22, 10, 0, tzinfo=UTC)


class Book:
    """The audit of a database, and a client that reads it."""

    def __init__(self, engine: Engine) -> None:
        class Hub:
            """All that the route asks of the hub."""

            def __init__(self) -> None:
                self.engine = engine
                self.people = make_people(engine, lambda: NOON, lambda: 0.0)

        hub = Hub()
        app = FastAPI()
        app.state.hub = hub
        app.add_middleware(LetIn, people=hub.people)
        install(app)
        app.include_router(router)
        self.engine = engine
        self._client = AsgiClient(app)

    def note(self, minute: int, author: str, action: str, subject: str, **more: Any) -> None:
        at = NOON + timedelta(minutes=minute)
        with writing(self.engine) as connection:
            record(connection, Change(at=at, author=author, action=action, subject=subject, **more))

    def ask(self, **query: Any) -> Any:
        answer = self._client.get("/api/v1/audit", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def subjects(self, **query: Any) -> list[str]:
        return [change["subject"] for change in self.ask(**query)["changes"]]


@pytest.fixture
def book(engine: Engine) -> Book:
    return Book(engine)


def test_a_change_is_told_whole(book: Book) -> None:
    scene = {"scene": "event"}
    book.note(0, "Kim", "override.choose", "entrance", store="nordic", why="too loud", after=scene)
    (change,) = book.ask()["changes"]
    number = change.pop("number")
    assert number >= 1
    assert change == {
        "at": "2026-10-22T10:00:00Z",
        "author": "Kim",
        "account": "",
        "action": "override.choose",
        "store": "nordic",
        "subject": "entrance",
        "why": "too loud",
        "before": None,
        "after": {"scene": "event"},
    }


def test_every_filter_leaves_what_fits_the_newest_first(book: Book) -> None:
    book.note(0, "Kim", "override.choose", "entrance", store="nordic")
    book.note(1, "Bo", "override.return", "hall", store="nordic")
    book.note(2, "Bo", "overrides", "cellar", store="harbour")
    book.note(3, "hub", "office.take", "hub")
    assert book.subjects() == ["hub", "cellar", "hall", "entrance"]
    assert book.subjects(store="nordic") == ["hall", "entrance"]
    assert book.subjects(subject="cellar") == ["cellar"]
    assert book.subjects(author="Bo") == ["cellar", "hall"]
    assert book.subjects(action="override.choose") == ["entrance"]
    assert book.subjects(action="override") == ["hall", "entrance"]
    assert book.subjects(action="over%") == []
    assert book.subjects(author="Bo", store="nordic") == ["hall"]
    assert book.subjects(**{"from": "2026-10-22T10:01:00Z"}) == ["hub", "cellar", "hall"]
    assert book.subjects(to="2026-10-22T12:01:00+02:00") == ["entrance"]
    assert book.subjects(author="nobody") == []


def test_pages_neither_miss_nor_repeat_while_changes_come(book: Book) -> None:
    for number in range(7):
        book.note(number, "Kim", "rule.add", str(number))
    seen: list[str] = []
    query: dict[str, Any] = {"most": 3}
    for page in range(3):
        answer = book.ask(**query)
        seen += [change["subject"] for change in answer["changes"]]
        query["cursor"] = answer["next"]
        book.note(20 + page, "Bo", "rule.add", "meanwhile")
    assert seen == ["6", "5", "4", "3", "2", "1", "0"]
    assert query["cursor"] is None


@pytest.mark.parametrize(
    "query",
    [
        "cursor=0",
        "most=0",
        "most=501",
        "from=yesterday",
        "from=7",
        "to=0001-01-01T00:00:00%2B14:00",
        "author=%00",
        "by=Kim",
    ],
)
def test_nonsense_is_a_sentence(book: Book, query: str) -> None:
    answer = book._client.get(f"/api/v1/audit?{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")


def test_the_database_itself_refuses_to_alter_or_remove_a_change(book: Book) -> None:
    book.note(0, "Kim", "override.choose", "entrance")
    for statement in (
        update(AuditRow).values(author="nobody"),
        delete(AuditRow).where(col(AuditRow.author) == "Kim"),
        text("UPDATE audit SET at = at WHERE 1 = 1"),
        text("DELETE FROM audit"),
    ):
        with (
            pytest.raises(DatabaseError, match="the audit is append-only"),
            writing(book.engine) as connection,
        ):
            connection.execute(statement)
    with book.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(AuditRow)).scalar_one() == 1
    assert book.subjects(author="Kim") == ["entrance"]
