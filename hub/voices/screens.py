"""The screens that ask customers: made with a code, known by its hash, revoked.

A code is 16 random bytes in the address that the screen opens. So much chance can't be guessed, and
so its plain SHA-256 is as good as the slow hash that a person's password needs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import Engine, Row, insert, select, update
from sqlmodel import col

from hub.audit import Change, record
from hub.database import writing
from hub.errors import ConflictError, TooOftenError
from hub.tables import VoiceScreenRow
from hub.voices.errors import ScreenError, UnknownScreenError
from hub.voices.questions import Question

LANGUAGES = ("en", "sv", "nb", "ru")
MOST_SCREENS = 50
"""Active ones of a store."""
WRONG_PER_MINUTE = 20
"""So many wrong codes from one address are told that they are wrong."""

_CODE_BYTES = 16
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """A screen in a zone. Its code is nowhere; the first language is the one it begins with."""

    id: int
    store: str
    zone: str
    name: str
    question: Question
    languages: tuple[str, ...]
    author: str
    created_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewScreen:
    """What somebody wants a screen to be."""

    store: str
    zone: str
    name: str = ""
    question: Question = Question.CSAT
    languages: Sequence[str] = LANGUAGES


class Screens:
    """All screens. Safe to use from any thread; the database is asked every time.

    ``wrong`` counts wrong codes by the address that they came from: 0.0, or the seconds until
    there may be another one.
    """

    def __init__(
        self, engine: Engine, wrong: Callable[[str], float], now: Callable[[], datetime]
    ) -> None:
        self._engine = engine
        self._wrong = wrong
        self._now = now

    def make(self, wish: NewScreen, author: str = "") -> tuple[Screen, str]:
        """A new screen and its code, which nobody can read again; `ScreenError`."""
        languages = tuple(dict.fromkeys(wish.languages))
        if not languages or not set(languages) <= set(LANGUAGES):
            raise ScreenError(f"a screen speaks one or more of {', '.join(LANGUAGES)}")
        name = " ".join(wish.name.split())
        if len(name) > _LONGEST_NAME or not (name.isprintable()):
            raise ScreenError(f"a screen's name is a line of at most {_LONGEST_NAME} characters")
        code, at = token_urlsafe(_CODE_BYTES), self._now()
        values: dict[str, Any] = {
            "store": wish.store,
            "zone": wish.zone,
            "name": name,
            "question": wish.question,
            "author": author,
            "created_at": at,
        }
        with writing(self._engine, urgent=True) as connection:
            active = connection.execute(_all(wish.store).where(_IS_ACTIVE)).all()
            if len(active) >= MOST_SCREENS:
                raise ScreenError(f"a store has at most {MOST_SCREENS} screens: revoke one first")
            added = connection.execute(
                insert(VoiceScreenRow).values(
                    **values, languages=list(languages), code_hash=_hash(code)
                )
            )
            key: Any = added.inserted_primary_key
            made = Screen(id=int(key[0]), languages=languages, **values)
            record(connection, _change(made, "voice.screen-make", at, author, after=made))
        return made, code

    def of_store(self, store: str) -> list[Screen]:
        """A store's screens, those that are revoked too, in the order that they were made."""
        with self._engine.connect() as connection:
            rows = connection.execute(_all(store).order_by(col(VoiceScreenRow.id))).all()
        return [_screen(row) for row in rows]

    def get(self, screen: int) -> Screen:
        """One; `UnknownScreenError`."""
        with self._engine.connect() as connection:
            row = connection.execute(_all().where(col(VoiceScreenRow.id) == screen)).first()
        if row is None:
            raise UnknownScreenError(f"there is no screen {screen}")
        return _screen(row)

    def revoke(self, screen: int, author: str = "") -> Screen:
        """Let a screen's code open nothing any more, for good. `UnknownScreenError`."""
        known, at = self.get(screen), self._now()
        with writing(self._engine, urgent=True) as connection:
            changed = connection.execute(
                update(VoiceScreenRow)
                .where(col(VoiceScreenRow.id) == screen, _IS_ACTIVE)
                .values(revoked_at=at)
            )
            if not changed.rowcount:
                raise ConflictError("this screen was revoked already")
            record(connection, _change(known, "voice.screen-revoke", at, author, before=known))
        return replace(known, revoked_at=at)

    def opened(self, code: str, address: str) -> Screen:
        """The screen of a code; `UnknownScreenError`, `TooOftenError` after many wrong ones.

        A right code is let in whatever came from its address before: behind one address there
        may be a whole shop, and nobody comes through by guessing.
        """
        with self._engine.connect() as connection:
            row = connection.execute(
                _all().where(col(VoiceScreenRow.code_hash) == _hash(code), _IS_ACTIVE)
            ).first()
        if row is not None:
            return _screen(row)
        wait_s = self._wrong(address)
        if wait_s:
            raise TooOftenError("too many wrong addresses were tried from here", wait_s)
        raise UnknownScreenError("this address opens nothing, or no longer: ask for a new one")


_IS_ACTIVE = col(VoiceScreenRow.revoked_at).is_(None)


def _all(store: str | None = None) -> Any:  # noqa: ANN401
    query = select(VoiceScreenRow.__table__.columns)  # type: ignore[attr-defined]
    return query if store is None else query.where(col(VoiceScreenRow.store) == store)


def _hash(code: str) -> str:
    return sha256(code.encode("utf-8", "replace")).hexdigest()


def _screen(row: Row[Any]) -> Screen:
    return Screen(
        id=row.id,
        store=row.store,
        zone=row.zone,
        name=row.name,
        question=Question(row.question),
        languages=tuple(row.languages),
        author=row.author,
        created_at=row.created_at,
        revoked_at=row.revoked_at,
    )


def _change(of: Screen, action: str, at: datetime, author: str, **what: Screen) -> Change:
    return Change(
        at=at,
        author=author,
        action=action,
        subject=f"screen {of.id}",
        store=of.store,
        before=what.get("before"),
        after=what.get("after"),
    )
