"""What belongs to no page: whether this reader is still known."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from hub.api.access import needs
from hub.people.rights import Right

router = APIRouter(include_in_schema=False)


@router.get("/alive", dependencies=[Depends(needs(Right.SEE))])
async def alive() -> Response:
    """204 for a reader who is known; an event stream cannot say why it ended."""
    return Response(status_code=204, headers={"Cache-Control": "no-store"})
