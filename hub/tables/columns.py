"""Column types that both databases agree on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer
from sqlalchemy.types import TypeDecorator, TypeEngine

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

BigId = BigInteger().with_variant(Integer(), "sqlite")
"""A whole number of 64 bits; SQLite counts a key by itself only in a column that is an INTEGER."""


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware and UTC in Python, whatever the database does with time zones.

    PostgreSQL stores ``timestamptz``; SQLite, which has no type for it, whole microseconds since
    1970 (``datetime(at / 1e6, 'unixepoch')`` shows one). A naive value is refused.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The column's type in the database at hand."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(BigInteger())
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:  # noqa: ANN401
        """To the database; `ValueError` for a naive instant."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant needs a time zone: {value!r}")
        return to_microseconds(value) if dialect.name == "sqlite" else value.astimezone(UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ANN401
        """From the database."""
        if value is None:
            return None
        if dialect.name == "sqlite":
            return EPOCH + int(value) * _MICROSECOND
        instant: datetime = value
        return instant.astimezone(UTC)


def to_microseconds(instant: datetime) -> int:
    """Whole microseconds since 1970, as SQLite holds an instant."""
    return (instant - EPOCH) // _MICROSECOND


def instant(raw: int | datetime) -> datetime:
    """An instant as either database has it, where a query didn't ask for it as one."""
    return EPOCH + raw * _MICROSECOND if isinstance(raw, int) else raw.astimezone(UTC)
