"""Who may sign in, who is signed in, and who guessed wrong."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlmodel import Field, SQLModel

from hub.tables.columns import BigId, UtcDateTime


class AccountRow(SQLModel, table=True):
    """A person. ``username`` is as it was written, ``folded`` the same in no capitals.

    ``stores`` are ids, null for all. Of password and PIN only argon2 hashes are kept; an empty
    password hash opens nothing. ``edition`` rises with each change.
    """

    __tablename__ = "account"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    username: str
    folded: str = Field(unique=True)
    name: str
    role: str
    stores: list[Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    password_hash: str
    pin_hash: str | None = None
    language: str | None = None
    theme: str | None = None
    active: bool
    created_at: datetime = Field(sa_type=UtcDateTime)
    edition: int


class SessionRow(SQLModel, table=True):
    """Somebody who is let in: a person, one by PIN on a tablet, a tablet itself, or an access key.

    ``id`` is the SHA-256 of a token of 256 random bits, which is nowhere. ``account`` is null for a
    tablet, which has a ``store``; ``tablet`` is the id of the tablet that a PIN was typed on.
    """

    __tablename__ = "session"
    __table_args__ = (Index("session_account", "account"),)

    id: str = Field(primary_key=True)
    kind: str
    account: int | None = Field(default=None, sa_type=BigId)
    store: str | None = None
    tablet: str | None = None
    name: str
    csrf: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)


class TriesRow(SQLModel, table=True):
    """Wrong passwords or PINs in a row, by whom or from where (``key``); over restarts.

    ``locks`` is how often it was locked without a right one in between.
    """

    __tablename__ = "wrong_tries"

    key: str = Field(primary_key=True)
    count: int
    locks: int
    since: datetime = Field(sa_type=UtcDateTime)
    locked_until: datetime | None = Field(default=None, sa_type=UtcDateTime)


class PinAlarmRow(SQLModel, table=True):
    """Somebody tried PINs until a tablet locked: told to managers until one has seen it.

    ``wrong`` is how many were wrong, ``until`` when the lock ends or was ended. With an
    ``account`` its PIN is locked on the tablet (0: of nobody there), without one the whole tablet.
    """

    __tablename__ = "pin_alarm"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    at: datetime = Field(sa_type=UtcDateTime)
    store: str
    tablet: str
    name: str
    account: int | None = Field(default=None, sa_type=BigId)
    wrong: int
    until: datetime = Field(sa_type=UtcDateTime)
    seen_by: str | None = None
    seen_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
