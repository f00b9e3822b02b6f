"""``GET /api/v1/voices`` and the same as a table."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from hub.api.access import needs
from hub.api.errors import documented
from hub.api.models import SLUG_PATTERN
from hub.parts import HubParts, HubPartsDep
from hub.people.rights import Right
from hub.voices.assembly import voices_document
from hub.voices.document import VoicesDocument
from hub.voices.reading import period
from hub.voices.table import csv_lines

router = APIRouter(tags=["voices"], dependencies=[Depends(needs(Right.REVIEW))])

StoreId = Annotated[str, Query(pattern=SLUG_PATTERN, max_length=64, examples=["nordic"])]
FirstDay = Annotated[
    date | None, Query(alias="from", description="First local day, included; default: 28 days.")
]
LastDay = Annotated[
    date | None, Query(alias="to", description="Last local day, included; default: today.")
]
_CSV: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "The cells."}
}


@router.get("/voices", responses=documented(404))
def voices(
    hub: HubPartsDep, store: StoreId, first: FirstDay = None, last: LastDay = None
) -> VoicesDocument:
    """What customers and staff said, by the scene that really played.

    Nothing is told of cells with fewer than five answers. At most 400 days at once.
    """
    return document_of(hub, store, first, last)


@router.get("/voices.csv", response_class=Response, responses={**_CSV, **documented(404)})
def voices_csv(
    hub: HubPartsDep, store: StoreId, first: FirstDay = None, last: LastDay = None
) -> Response:
    """The cells of `/voices`, a line each; `hub/voices/README.md` describes the columns."""
    lines = "".join(csv_lines(document_of(hub, store, first, last)))
    headers = {"Content-Disposition": 'attachment; filename="voices.csv"'}
    return Response(lines, media_type="text/csv", headers=headers)


def document_of(
    hub: HubParts, store: str, first: date | None = None, last: date | None = None
) -> VoicesDocument:
    """What was said in a store between two days."""
    return voices_document(hub.engine, period(hub.engine, store, hub.now(), first, last))
