"""Scenes as YAML files, out and in."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response

from hub.api.access import needs
from hub.api.author import Author, signed
from hub.api.bridge import json_schema
from hub.api.errors import documented
from hub.api.precondition import IfMatch
from hub.api.scene_models import StandingSceneModel, Why
from hub.api.scene_tags import scene_check, scene_tag
from hub.api.scenes import SceneId, shown
from hub.by import By
from hub.parts import HubPartsDep
from hub.people.rights import Right
from hub.scene_yaml import ENDING, MEDIA_TYPE, read_scene, write_scene
from scenes.errors import InvalidSceneError
from scenes.scene_file import SceneDocument

router = APIRouter(tags=["scenes"])

_LONGEST_BYTES = 100_000
_EXAMPLE = """\
name: Evening
mood: relax
experience: escapist
light:
  all: {level: 50, temperature_k: 2700, fade_s: 60}
"""
_GIVEN: dict[int | str, dict[str, Any]] = {
    200: {"content": {MEDIA_TYPE: {"schema": {"type": "object"}, "example": _EXAMPLE}}}
}
_TAKEN = {
    "requestBody": {
        "required": True,
        "content": {MEDIA_TYPE: {"schema": json_schema(SceneDocument), "example": _EXAMPLE}},
    }
}


async def _text(request: Request) -> str:
    """The body, which is a small text."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LONGEST_BYTES:
            raise HTTPException(413, f"a scene file has at most {_LONGEST_BYTES} bytes")
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise InvalidSceneError(f"a scene file is text in UTF-8: {error}") from error


@router.get(
    "/scenes/{scene}/file",
    response_class=Response,
    responses={**documented(404), **_GIVEN},
    dependencies=[Depends(needs(Right.SEE))],
)
def get_scene_file(
    hub: HubPartsDep,
    scene: SceneId,
    revision: Annotated[
        int | None, Query(ge=1, le=2**31 - 1, description="Default: what plays, or the draft.")
    ] = None,
) -> Response:
    """The scene as a file in YAML, as `PUT` takes it and as a shop's scene directory has it."""
    standing = hub.scene_book.standing(scene)
    found = standing.scene if revision is None else hub.scene_book.revision(scene, revision)
    return Response(
        write_scene(found),
        media_type=MEDIA_TYPE,
        headers={
            "ETag": scene_tag(scene, standing.edition),
            "Content-Disposition": f'attachment; filename="{scene}{ENDING}"',
        },
    )


@router.put(
    "/scenes/{scene}/file",
    openapi_extra=_TAKEN,
    responses=documented(409, 412, 413, 428),
    dependencies=[Depends(needs(Right.SCENES))],
)
def put_scene_file(
    hub: HubPartsDep,
    scene: SceneId,
    text: Annotated[str, Depends(_text)],
    seen: IfMatch,
    response: Response,
    author: Annotated[Author, Query()] = "",
    why: Annotated[Why, Query()] = "",
) -> StandingSceneModel:
    """Save what a file says as the scene's next revision, as `PUT /scenes/{scene}` does."""
    read = read_scene(scene, text)
    return shown(
        hub.scene_book.save(read, By(signed(author), why), scene_check(scene, seen)), response
    )
