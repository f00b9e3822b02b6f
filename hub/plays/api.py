"""``GET /api/v1/plays.csv``."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse

from hub.api.access import WhoDep, needs, own_store
from hub.api.errors import documented
from hub.parts import HubPartsDep
from hub.people.rights import Right
from hub.plays.reading import stretches
from hub.plays.table import csv_lines

router = APIRouter(prefix="/api/v1", tags=["plays"])

_CSV: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "The plays."}
}


@router.get(
    "/plays.csv",
    response_class=StreamingResponse,
    responses={**_CSV, **documented(404)},
    dependencies=[Depends(needs(Right.REVIEW))],
)
def plays_csv(
    hub: HubPartsDep,
    who: WhoDep,
    store: Annotated[str | None, Query(description="Default: every store.")] = None,
    first: Annotated[
        date | None, Query(alias="from", description="First local day, included.")
    ] = None,
    last: Annotated[date | None, Query(alias="to", description="Last local day, included.")] = None,
) -> StreamingResponse:
    """Every track that was heard, for licence reports: one line a play, by its start.

    The columns are described in `hub/plays/README.md`.
    """
    asked = stretches(hub.engine, own_store(who, store), first, last)
    return StreamingResponse(
        csv_lines(hub.engine, asked),
        media_type="text/csv",
        headers={"Content-Disposition": 'attachment; filename="plays.csv"'},
    )
