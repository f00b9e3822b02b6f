"""Weeks, rehearsals and what-ifs of a store. Nothing is kept and no lamp is touched.

Written as JSON straight from structs: a week has thousands of slots.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Query, Response

from hub.api.access import needs
from hub.api.bridge import json_schema
from hub.api.choosing import StoreInPath
from hub.api.errors import documented
from hub.api.schedule_models import WhatIfQuestion
from hub.parts import HubPartsDep
from hub.people.rights import Right
from hub.schedules.editing import drop_item, put_parts
from hub.schedules.outlook import WhatIf
from hub.schedules.week import Week
from scenes.rehearsal import Rehearsal
from scenes.schedule import Schedule

router = APIRouter(tags=["weeks"])

_encoder = msgspec.json.Encoder()
OfTheDraft = Annotated[bool, Query(description="Of the draft in place of what is deployed.")]


def _answers(kind: type[Any], *statuses: int) -> dict[int | str, dict[str, Any]]:
    """How a route is documented that writes its JSON by itself."""
    content = {"application/json": {"schema": json_schema(kind)}}
    return {200: {"description": "As asked.", "content": content}, **documented(*statuses)}


@router.get(
    "/stores/{store}/week",
    response_class=Response,
    responses=_answers(Week, 404),
    dependencies=[Depends(needs(Right.SEE))],
)
def get_week(
    hub: HubPartsDep,
    store: StoreInPath,
    first: Annotated[
        date | None,
        Query(alias="from", description="The first local day. Default: today, in the store."),
    ] = None,
    draft: OfTheDraft = False,
) -> Response:
    """Seven days of all zones: what plays when and why, with opening hours and holidays.

    What is deployed is shown as it is planned, with today's choices; so is the draft.
    """
    return _json(hub.outlook.week(store, first, draft=draft))


@router.get(
    "/stores/{store}/rehearsal",
    response_class=Response,
    responses=_answers(Rehearsal, 404),
    dependencies=[Depends(needs(Right.SEE))],
)
def get_rehearsal(
    hub: HubPartsDep,
    store: StoreInPath,
    day: Annotated[
        date | None, Query(description="A local day. Default: today, in the store.")
    ] = None,
    draft: OfTheDraft = False,
) -> Response:
    """A day in 30 seconds: what each zone shines, plays and smells of, frame by frame."""
    return _json(hub.outlook.rehearsal(store, day, draft=draft))


@router.post(
    "/stores/{store}/what-if",
    response_class=Response,
    responses=_answers(WhatIf, 404),
    dependencies=[Depends(needs(Right.PLAN))],
)
def ask_what_if(hub: HubPartsDep, store: StoreInPath, question: WhatIfQuestion) -> Response:
    """What would play if the schedule were another one, and how that differs, in words."""

    def turn(deployed: Schedule) -> Schedule:
        schedule = question.schedule or deployed
        if question.parts is not None:
            schedule = put_parts(schedule, question.parts)
        for section, items in question.without.items():
            for item in items:
                schedule = drop_item(schedule, section, item)
        return schedule

    return _json(hub.outlook.what_if(store, turn, question.start, question.end))


def _json(value: Any) -> Response:  # noqa: ANN401 - a struct or a dataclass
    return Response(_encoder.encode(value), media_type="application/json")
