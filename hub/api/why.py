"""Asking why a scene is on."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime, BaseModel, Field

from hub.api.access import needs
from hub.api.errors import documented
from hub.api.zones import StoreId, ZoneId
from hub.errors import NoDraftError
from hub.parts import HubParts, HubPartsDep
from hub.people.rights import Right
from hub.planning.deployed import effective
from hub.planning.drafts import find_draft
from hub.planning.why import Basis, why_at
from scenes.explain import Claim
from scenes.rules import Layer
from scenes.schedule import Schedule

router = APIRouter(tags=["zones"])


class ClaimView(BaseModel):
    """Somebody's wish for a scene that stands at the instant; the fallback's stands always."""

    layer: Layer
    scene: str = Field(examples=["calm-morning"])
    scene_name: str = Field(examples=["Calm morning"])
    source: str = Field(examples=["rule:calm-mornings"])
    reason: str = Field(examples=["Rule “Calm mornings”, Mon to Fri 09:00 to 11:00"])
    author: str
    since: datetime | None
    until: datetime | None
    wins: bool
    lost: str = Field(
        description="Why it is not this one; empty for the winner.",
        examples=["The override is stronger"],
    )


class WhyView(BaseModel):
    """Every claim to one instant of a zone, the strongest first: that one is on."""

    store: str
    zone: str
    name: str
    time_zone: str
    at: datetime
    scene: str
    scene_name: str
    layer: Layer
    reason: str
    claims: list[ClaimView]
    basis: Basis = Field(
        description="`plan`: as the plan says now. `record`: the plan that was in force then, of "
        "which only the winner is kept. `draft`: as if the draft were deployed now."
    )
    note: str = Field(description="The basis in a sentence.")
    adjusted: str = Field(
        description="What people made of the scene, who did and why; empty where nobody did.",
        examples=["20 % quieter until 18:00, Kim: too loud"],
    )


@router.get(
    "/zones/{zone}/why", responses=documented(404, 409), dependencies=[Depends(needs(Right.SEE))]
)
def get_why(
    hub: HubPartsDep,
    zone: ZoneId,
    store: StoreId = None,
    at: Annotated[
        AwareDatetime | None,
        Query(
            description="The instant, with time zone. Default: now. In an address, + is %2B.",
            examples=["2026-10-22T09:00:00+02:00"],
        ),
    ] = None,
    draft: Annotated[
        bool, Query(description="What the store's draft would make of it, in place of the plan.")
    ] = False,
) -> WhyView:
    """Which scene plays at an instant, who wants it, and why everybody else lost."""
    planned = hub.planner.find(zone, store)
    now = hub.now()
    schedule = _draft(hub, planned.store.id) if draft else None
    why = why_at(hub.planner, planned, at or now, now, schedule)
    claims = [_claim_view(hub, claim) for claim in why.claims]
    return WhyView(
        store=planned.store.id,
        zone=planned.zone.id,
        name=planned.zone.name,
        time_zone=planned.store.time_zone,
        at=at or now,
        scene=claims[0].scene,
        scene_name=claims[0].scene_name,
        layer=claims[0].layer,
        reason=claims[0].reason,
        claims=claims,
        basis=why.basis,
        note=why.note,
        adjusted=why.adjusted,
    )


def _draft(hub: HubParts, store: str) -> Schedule:
    with hub.engine.connect() as connection:
        draft = find_draft(connection, store)
        if draft is None:
            raise NoDraftError(f"{store} has no draft")
        return effective(connection, draft.schedule)


def _claim_view(hub: HubParts, claim: Claim) -> ClaimView:
    scene = hub.planner.shop.scenes.get(claim.scene)
    return ClaimView(
        layer=claim.layer,
        scene=claim.scene,
        scene_name=scene.name if scene else claim.scene,
        source=claim.source,
        reason=claim.reason,
        author=claim.author,
        since=claim.start,
        until=claim.end,
        wins=claim.wins,
        lost=claim.lost,
    )
