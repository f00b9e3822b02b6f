"""The effects page and the part of it that takes seconds."""

from __future__ import annotations

from anyio import to_thread
from fastapi import APIRouter, Depends
from fastapi.responses import Response

from hub.api.access import needs
from hub.insights.api import EffectsDep
from hub.insights.errors import InsightsBusyError
from hub.parts import HubPartsDep
from hub.people.rights import Right
from hub.web.effects.view import effects_page
from hub.web.rendering import PageRoute, page, sentence
from hub.web.store_bar import Id, StoreId, no_store, pick_store, store_bar
from scenes.errors import StemningError

router = APIRouter(include_in_schema=False, route_class=PageRoute)


@router.get("/effects", dependencies=[Depends(needs(Right.REVIEW))])
async def effects(
    hub: HubPartsDep,
    service: EffectsDep,
    store: StoreId = None,
    whole: bool = False,
) -> Response:
    """What the atmosphere went together with. The figures take seconds: a page fetches them."""
    picked = pick_store(hub, store)
    if picked is None:
        return no_store(hub)
    answer = await service.answer(picked.id) if whole else None

    def shown() -> Response:
        figures = effects_page(answer.document) if answer else None
        bar = store_bar(hub, picked, "/effects")
        return page("effects/page.html", {"bar": bar, "effects": figures})

    return await to_thread.run_sync(shown)


@router.get("/fragments/effects", dependencies=[Depends(needs(Right.REVIEW))])
async def effects_part(service: EffectsDep, store: Id) -> Response:
    """The figures alone, or in their place why there are none."""
    try:
        document = (await service.answer(store)).document
    except InsightsBusyError as busy:
        values = {"words": sentence(str(busy)), "store": store, "again_s": busy.retry_after_s}
        return page("effects/_no_effects.html", values)
    except StemningError as error:
        return page("effects/_no_effects.html", {"words": sentence(str(error)), "again_s": None})
    # Not on the event loop: a long table takes a while to write.
    return await to_thread.run_sync(
        lambda: page("effects/_effects.html", {"effects": effects_page(document)})
    )
