"""The scenes that can be played."""

from __future__ import annotations

from fastapi import APIRouter

from hub.api.models import SceneModel
from hub.parts import HubPartsDep

router = APIRouter(tags=["scenes"])


@router.get("/scenes")
def list_scenes(hub: HubPartsDep) -> list[SceneModel]:
    """Every scene with its present revision, by id."""
    return [scene for _, scene in sorted(hub.planner.shop.scenes.items())]
