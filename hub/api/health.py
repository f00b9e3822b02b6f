"""For whoever watches the hub: health and metrics."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from hub.api.access import WhoDep, needs, open_to_all
from hub.api.edges import unknown_zones
from hub.metrics import CONTENT_TYPE
from hub.parts import HubParts, HubPartsDep
from hub.people.rights import Right

router = APIRouter(tags=["health"])


PartName = Literal["database", "broker", "shop-file", "edges", "office"]


class PartHealth(BaseModel):
    """One part; ``detail`` says in words what is wrong, or what else is to be known of it."""

    ok: bool
    detail: str = ""


class Health(BaseModel):
    """``degraded``: it works, but something is wrong. ``failing``: a part doesn't answer.

    ``shop-file`` is not ok when the plan is an older file's; its ``detail`` also says what of the
    files waits because people decided otherwise. ``edges`` is not ok when one serves a zone
    that the shop doesn't have, ``office`` not when another hub decides or a plan is contested.
    """

    status: Literal["ok", "degraded", "failing"]
    parts: dict[PartName, PartHealth] = Field(examples=[{"database": {"ok": True, "detail": ""}}])


@router.get(
    "/healthz",
    responses={503: {"model": Health, "description": "A part fails."}},
    dependencies=[Depends(open_to_all)],
)
def get_health(hub: HubPartsDep, who: WhoDep, response: Response) -> Health:
    """Whether the hub can do its job: 200 when it can, 503 when a part doesn't answer.

    Details are for whoever is signed in and sees all stores.
    """
    database, broker, shop_file = _database(hub), _broker(hub), _shop_file(hub)
    edges, office = _edges(hub), _office(hub)
    well = shop_file.ok and edges.ok and office.ok
    failing = not (database.ok and broker.ok)
    if failing:
        response.status_code = 503
    parts: dict[PartName, PartHealth] = {
        "database": database,
        "broker": broker,
        "shop-file": shop_file,
        "edges": edges,
        "office": office,
    }
    if not who.may(Right.SEE) or who.stores is not None:
        parts = {name: PartHealth(ok=part.ok) for name, part in parts.items()}
    return Health(status="failing" if failing else "ok" if well else "degraded", parts=parts)


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    dependencies=[Depends(needs(Right.DEVICES))],
)
def get_metrics(hub: HubPartsDep) -> Response:
    """Counters and gauges, as Prometheus reads them."""
    return Response(hub.metrics.text(), media_type=CONTENT_TYPE)


def _database(hub: HubParts) -> PartHealth:
    if hub.ledger.failing:
        return PartHealth(ok=False, detail="events can't be stored; the edges keep them")
    try:
        with hub.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return PartHealth(ok=False, detail="the database does not answer")
    return PartHealth(ok=True)


def _broker(hub: HubParts) -> PartHealth:
    problem = hub.link.problem
    return PartHealth(ok=problem is None, detail=problem or "")


def _shop_file(hub: HubParts) -> PartHealth:
    problem = hub.shop_status.problem
    if problem is not None:
        return PartHealth(ok=False, detail=problem)
    try:
        return PartHealth(ok=True, detail="; ".join(hub.shop_status.notices))
    except SQLAlchemyError:
        return PartHealth(ok=True)


def _office(hub: HubParts) -> PartHealth:
    problems = hub.office.problems()
    # To stand by is what a standby is for.
    return PartHealth(ok=hub.office.well, detail="; ".join(problems))


def _edges(hub: HubParts) -> PartHealth:
    lost = [
        f"{edge.edge} of {edge.store} serves {', '.join(zones)}"
        for edge in hub.reported.edges()
        if (zones := unknown_zones(hub, edge))
    ]
    if not lost:
        return PartHealth(ok=True)
    return PartHealth(ok=False, detail=f"{'; '.join(lost)}: the shop file has no such zone")
