"""All pages, each with its forms. Every button is a form that also works without any script."""

from __future__ import annotations

from fastapi import APIRouter

from hub.web import store_wide
from hub.web.effects import pages as effects
from hub.web.now import pages as now

router = APIRouter(include_in_schema=False)
for part in (now, store_wide, effects):
    router.include_router(part.router)
