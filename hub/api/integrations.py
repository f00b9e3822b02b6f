"""Integrations, and the webhook over which they ask for scenes."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from hub.api.access import WhoDep, check_right, needs, open_to_all
from hub.api.author import signed
from hub.api.bearer import Caller
from hub.api.errors import documented
from hub.api.integration_models import (
    KEY_PATTERN,
    CreatedIntegration,
    IntegrationView,
    NewIntegration,
    TriggerRequest,
    TriggerView,
    created_view,
    integration_view,
    trigger_view,
)
from hub.api.models import SLUG_PATTERN
from hub.api.precondition import IfMatch, etag
from hub.errors import NotAllowedError, UnknownZoneError
from hub.parts import HubParts, HubPartsDep
from hub.people.rights import Right
from hub.triggers.integrations import Integration
from hub.triggers.triggers import Wish
from scenes.errors import UnknownSceneError
from scenes.rules import EVERYWHERE
from scenes.units import LINE_PATTERN

router = APIRouter(tags=["integrations"])

StoreId = Annotated[str, Path(pattern=SLUG_PATTERN, max_length=64, examples=["nordic"])]
IntegrationId = Annotated[str, Path(pattern=SLUG_PATTERN, max_length=64, examples=["mirrors"])]
KeyInPath = Annotated[str, Path(pattern=KEY_PATTERN, max_length=64, examples=["mirror-2"])]
Author = Annotated[str, Query(pattern=LINE_PATTERN, max_length=60, description="Who does it.")]


@router.get(
    "/stores/{store}/integrations",
    responses=documented(404),
    dependencies=[Depends(needs(Right.INSTALL))],
)
def list_integrations(hub: HubPartsDep, store: StoreId) -> list[IntegrationView]:
    """A store's integrations, those that are revoked too. No token can be read."""
    hub.planner.store(store)
    return [integration_view(each, _tag(each)) for each in hub.integrations.of_store(store)]


@router.post(
    "/stores/{store}/integrations",
    status_code=201,
    responses=documented(404, 409),
    dependencies=[Depends(needs(Right.INSTALL))],
)
def create_integration(
    hub: HubPartsDep, store: StoreId, wish: NewIntegration, response: Response
) -> CreatedIntegration:
    """Let a system outside ask for scenes, or measure. Its token is in this answer alone."""
    _check_names(hub, store, wish)
    made, token = hub.integrations.create(store, wish.id, wish.name, wish.rights(), wish.author)
    response.headers["ETag"] = _tag(made)
    return created_view(made, _tag(made), token)


@router.get(
    "/integrations/{integration}",
    responses=documented(404),
    dependencies=[Depends(needs(Right.INSTALL))],
)
def get_integration(
    hub: HubPartsDep, who: WhoDep, integration: IntegrationId, response: Response
) -> IntegrationView:
    """One integration."""
    known = hub.integrations.get(integration)
    check_right(who, Right.INSTALL, known.store)
    response.headers["ETag"] = _tag(known)
    return integration_view(known, _tag(known))


@router.delete(
    "/integrations/{integration}",
    status_code=204,
    responses=documented(404, 409, 412, 428),
    dependencies=[Depends(needs(Right.INSTALL))],
)
def revoke_integration(
    hub: HubPartsDep,
    who: WhoDep,
    integration: IntegrationId,
    seen: IfMatch,
    author: Author = "",
) -> None:
    """Let its token open nothing any more, for good, and end what it has at work."""
    check_right(who, Right.INSTALL, hub.integrations.get(integration).store)
    revoked = hub.integrations.revoke(
        integration, signed(author), lambda now: seen.check(_tag(now), lambda: _changed(now))
    )
    hub.triggers.end_all(revoked, "its integration was revoked")


@router.post(
    "/integrations/{integration}/triggers",
    responses=documented(401, 403, 404, 409, 429),
    dependencies=[Depends(open_to_all)],
)
def ask_for_scene(
    hub: HubPartsDep, integration: IntegrationId, caller: Caller, wish: TriggerRequest
) -> TriggerView:
    """Let a zone have a scene for a while, below every person's choice.

    The same `key` again renews the wish, also with another scene or zone; so no `If-Match` is
    asked for: only its own integration can touch it. It ends by itself, when its time is over.
    """
    _only_its_own(caller, integration)
    run = hub.triggers.ask(caller, Wish(wish.key, wish.zone, wish.scene, wish.lasting_s))
    hub.metrics.triggers.labels("taken").inc()
    return trigger_view(caller.store, wish.key, run)


@router.delete(
    "/integrations/{integration}/triggers/{key}",
    status_code=204,
    responses=documented(401, 403, 404, 409, 429),
    dependencies=[Depends(open_to_all)],
)
def end_trigger(
    hub: HubPartsDep, integration: IntegrationId, caller: Caller, key: KeyInPath
) -> None:
    """End a wish before its time: the garment left."""
    _only_its_own(caller, integration)
    hub.triggers.end(caller, key)


def _only_its_own(caller: Integration, integration: str) -> None:
    if caller.id != integration:
        raise NotAllowedError(f"this token is that of {caller.id}")


def _check_names(hub: HubParts, store_id: str, wish: NewIntegration) -> None:
    store = hub.planner.store(store_id)
    known = {EVERYWHERE, *(zone.id for zone in store.zones), *store.schedule.zone_groups}
    for name in wish.zones:
        if name not in known:
            raise UnknownZoneError(f"{store_id} has no zone and no zone group {name!r}")
    for scene in wish.scenes:
        if scene not in hub.planner.shop.scenes:
            raise UnknownSceneError(f"no scene that can be played is called {scene!r}")


def _tag(integration: Integration) -> str:
    edition = "active" if integration.revoked_at is None else "revoked"
    return etag(f"integration-{integration.id}", edition)


def _changed(integration: Integration) -> list[str]:
    return [] if integration.revoked_at is None else [f"{integration.id} was revoked"]
