"""Stores, and the public holidays that their rules may go by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from hub.api.access import WhoDep, needs, own_stores
from hub.api.choosing import StoreInPath
from hub.api.errors import documented
from hub.api.models import SLUG_PATTERN
from hub.api.schedule_models import Holiday, StoreView, ZoneOfStore
from hub.errors import PlaceError
from hub.parts import HubParts, HubPartsDep
from hub.people.rights import Right
from hub.planning.drafts import find_drafts
from hub.public_holidays import countries, holidays_of
from hub.shop import Store

router = APIRouter(tags=["stores"])


@router.get("/stores", dependencies=[Depends(needs(Right.SEE))])
def list_stores(hub: HubPartsDep, who: WhoDep) -> list[StoreView]:
    """Every store, where it is, and how its schedule stands, in the shop file's order."""
    return _views(hub, own_stores(who, hub.planner.shop.stores, lambda store: store.id))


@router.get("/stores/{store}", responses=documented(404), dependencies=[Depends(needs(Right.SEE))])
def get_store(hub: HubPartsDep, store: StoreInPath) -> StoreView:
    """One store."""
    return _views(hub, (hub.planner.store(store),))[0]


@router.get("/holidays", responses=documented(404), dependencies=[Depends(needs(Right.SEE))])
def list_holidays(
    hub: HubPartsDep,
    year: Annotated[int, Query(ge=1990, le=2100, examples=[2026])],
    store: Annotated[
        str | None,
        Query(pattern=SLUG_PATTERN, max_length=64, description="Those of a store's place."),
    ] = None,
    country: Annotated[
        str | None,
        Query(max_length=3, description="ISO code of a country, without a store.", examples=["DK"]),
    ] = None,
    region: Annotated[str | None, Query(max_length=60, description="Of the country.")] = None,
) -> list[Holiday]:
    """The public holidays of a year, by the names that a schedule uses.

    Of a store's country and region, or of those that are named.
    """
    if store is not None:
        place = hub.planner.store(store).place
        country, region = place.country, place.region
    if country is None:
        raise PlaceError("name a store whose place has a country, or a country such as DK")
    if country not in countries():
        raise PlaceError(f"{country!r} is no country whose holidays are known: write it as DK")
    if region is not None and region not in countries()[country]:
        known = ", ".join(countries()[country]) or "none"
        raise PlaceError(f"{country} has no region {region!r}; there are {known}")
    found = holidays_of(country, region, year)
    return [Holiday(day=day, names=list(names)) for day, names in found.items()]


def _views(hub: HubParts, stores: Iterable[Store]) -> list[StoreView]:
    with hub.engine.connect() as connection:
        drafts = find_drafts(connection)
    groups = hub.planner.shop.groups
    return [
        StoreView(
            store=store.id,
            name=store.name,
            time_zone=store.time_zone,
            currency=store.currency,
            country=store.place.country,
            region=store.place.region,
            latitude=store.place.latitude,
            longitude=store.place.longitude,
            groups=[group for group, members in groups.items() if store.id in members],
            zones=[
                ZoneOfStore(zone=zone.id, name=zone.name, fallback=zone.fallback)
                for zone in store.zones
            ],
            version=hub.schedules.newest(store.id).number,
            draft=store.id in drafts,
        )
        for store in stores
    ]
