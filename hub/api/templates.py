"""Templates: one schedule under those of a group of stores."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Path, Response

from hub.api.access import WhoDep, needs, own_stores
from hub.api.errors import documented
from hub.api.models import SLUG_PATTERN
from hub.api.precondition import IfMatch, etag
from hub.api.scene_models import Act
from hub.api.schedule_models import (
    BuildingView,
    Deployed,
    DeviationView,
    TemplateToSave,
    TemplateView,
)
from hub.api.schedule_tags import ByQuery, tag_check
from hub.by import By
from hub.parts import HubParts, HubPartsDep
from hub.people.rights import Right
from hub.schedules.template_desk import Building
from hub.schedules.template_records import Template

router = APIRouter(prefix="/templates", tags=["templates"])

TemplateId = Annotated[str, Path(pattern=SLUG_PATTERN, max_length=64, examples=["winter"])]
_WRITES = documented(404, 409, 412, 428)


@router.get("", dependencies=[Depends(needs(Right.SEE))])
def list_templates(hub: HubPartsDep) -> list[TemplateView]:
    """Every template at its newest version, by id."""
    return [_view(hub, each) for each in hub.templates.all()]


@router.get("/{template}", responses=documented(404), dependencies=[Depends(needs(Right.SEE))])
def get_template(hub: HubPartsDep, template: TemplateId, response: Response) -> TemplateView:
    """One template at its newest version."""
    return _shown(hub, hub.templates.template(template), response)


@router.get(
    "/{template}/versions", responses=documented(404), dependencies=[Depends(needs(Right.SEE))]
)
def list_template_versions(hub: HubPartsDep, template: TemplateId) -> list[TemplateView]:
    """All versions of a template, the newest first."""
    return [_view(hub, each) for each in hub.templates.versions(template)]


@router.put(
    "/{template}", responses=documented(409, 412, 428), dependencies=[Depends(needs(Right.CHAIN))]
)
def put_template(
    hub: HubPartsDep,
    template: TemplateId,
    wish: TemplateToSave,
    seen: IfMatch,
    response: Response,
) -> TemplateView:
    """Save a template's next version. No store plays it before it is deployed.

    An id that nobody has yet makes a new template; its ETag is `"template-ID-0"`, so that whoever
    sends that overwrites nothing. Mistakes are refused (409) and named.
    """
    check = tag_check(f"template-{template}", seen)
    saved = hub.templates.save(template, wish.name, wish.group, wish.schedule, _by(wish), check)
    return _shown(hub, saved, response)


@router.delete(
    "/{template}", responses=_WRITES, status_code=204, dependencies=[Depends(needs(Right.CHAIN))]
)
def delete_template(
    hub: HubPartsDep,
    template: TemplateId,
    seen: IfMatch,
    by: ByQuery,
) -> None:
    """Let a template go. Refused (409) while a store builds on it. Its versions stay on record."""
    hub.templates.delete(template, by, tag_check(f"template-{template}", seen))


@router.post("/{template}/deploy", responses=_WRITES, dependencies=[Depends(needs(Right.CHAIN))])
def deploy_template(
    hub: HubPartsDep,
    template: TemplateId,
    act: Annotated[Act, Body(default_factory=Act)],
    seen: IfMatch,
) -> Deployed:
    """Let every store of the group build on the newest version: all of them or none.

    Stores that change what the template locks are named (409), and nothing happens.
    """
    check = tag_check(f"template-{template}", seen)
    return Deployed(stores=hub.templates.deploy(template, _by(act), check))


@router.get(
    "/{template}/stores", responses=documented(404), dependencies=[Depends(needs(Right.SEE))]
)
def list_stores_of_template(
    hub: HubPartsDep, who: WhoDep, template: TemplateId
) -> list[BuildingView]:
    """How the stores of the group stand to the template: which differ, and why."""
    buildings = [_building(each) for each in hub.templates.stores(template)]
    return own_stores(who, buildings, lambda each: each.store)


def _by(act: Act) -> By:
    return By(act.author, act.why)


def _shown(hub: HubParts, template: Template, response: Response) -> TemplateView:
    response.headers["ETag"] = etag(f"template-{template.id}", template.version)
    return _view(hub, template)


def _view(hub: HubParts, template: Template) -> TemplateView:
    return TemplateView(
        id=template.id,
        version=template.version,
        name=template.name,
        group=template.group,
        stores=list(hub.planner.shop.groups.get(template.group, ())),
        schedule=template.schedule,
        author=template.author,
        why=template.why,
        created_at=template.created_at,
    )


def _building(each: Building) -> BuildingView:
    return BuildingView(
        store=each.store.id,
        name=each.store.name,
        version=each.version,
        newest=each.newest,
        same=each.version == each.newest and not each.deviations,
        deviations=[
            DeviationView(
                kind=deviation.kind,
                place=deviation.place,
                sentence=deviation.sentence,
                reason=deviation.reason,
            )
            for deviation in each.deviations
        ],
        draft=each.has_draft,
    )
