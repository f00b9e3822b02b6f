"""Which store is meant."""

from __future__ import annotations

from sqlalchemy import Engine, select
from sqlmodel import col

from hub.errors import UnknownStoreError
from hub.insights.errors import AmbiguousStoreError
from hub.tables import StoreRow, ZoneRow

_NAMED = 10


def meant_store(engine: Engine, store: str | None) -> str:
    """``store`` if there is one of this id; when None, the only store, or the only with zones.

    `UnknownStoreError`, or `AmbiguousStoreError` when several could be meant.
    """
    with engine.connect() as connection:
        known = connection.scalars(select(col(StoreRow.id)).order_by(col(StoreRow.id))).all()
        with_zones = connection.scalars(
            select(col(ZoneRow.store)).distinct().order_by(col(ZoneRow.store))
        ).all()
    if store is not None:
        if store not in known:
            raise UnknownStoreError(f"no store is called {store!r}")
        return store
    # A head office imports receipts of many stores; those without zones have no atmosphere.
    candidates = with_zones or known
    if len(candidates) == 1:
        return candidates[0]
    if not candidates:
        raise UnknownStoreError("there is no store yet: name one in the shop file")
    more = ", …" if len(candidates) > _NAMED else ""
    raise AmbiguousStoreError(f"say which store: {', '.join(candidates[:_NAMED])}{more}")
