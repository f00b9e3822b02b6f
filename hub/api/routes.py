"""Everything under ``/api/v1`` that is about zones, scenes, edges and changes."""

from __future__ import annotations

from fastapi import APIRouter

from hub.api import (
    adjusting,
    audit,
    auditions,
    choosing,
    draft_days,
    drafts,
    edges,
    floors,
    integrations,
    me,
    office,
    people,
    reactions,
    scene_files,
    scenes,
    schedules,
    stores,
    templates,
    voices,
    weeks,
    why,
    zones,
)

router = APIRouter(prefix="/api/v1")
router.include_router(zones.router)
router.include_router(choosing.router)
router.include_router(adjusting.router)
router.include_router(auditions.router)
router.include_router(why.router)
router.include_router(scenes.router)
router.include_router(scene_files.router)
router.include_router(edges.router)
router.include_router(stores.router)
router.include_router(floors.router)
router.include_router(schedules.router)
router.include_router(drafts.router)
router.include_router(draft_days.router)
router.include_router(weeks.router)
router.include_router(templates.router)
router.include_router(audit.router)
router.include_router(reactions.router)
router.include_router(integrations.router)
router.include_router(office.router)
router.include_router(people.router)
router.include_router(me.router)
router.include_router(voices.router)
