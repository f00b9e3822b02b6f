"""Scenes: what there is, and their life from draft to retirement."""

from __future__ import annotations

from typing import Annotated

import msgspec
from fastapi import APIRouter, Body, Depends, Path, Query, Response

from hub.api.access import WhoDep, needs
from hub.api.author import Author, signed
from hub.api.errors import documented
from hub.api.models import SLUG_PATTERN
from hub.api.precondition import IfMatch
from hub.api.scene_models import (
    Act,
    Copy,
    Return,
    RevisionView,
    SceneState,
    SceneToSave,
    StandingScene,
    StandingSceneModel,
    UseView,
    Why,
)
from hub.api.scene_reach import within_stores_of
from hub.api.scene_tags import scene_check, scene_tag
from hub.by import By
from hub.parts import HubPartsDep
from hub.people.rights import Right
from hub.scene_book.records import Standing
from scenes.scene_changes import scene_changes

router = APIRouter(tags=["scenes"])

SceneId = Annotated[str, Path(pattern=SLUG_PATTERN, max_length=64, examples=["evening"])]
_Act = Annotated[Act, Body(default_factory=Act)]
_WRITES = documented(404, 409, 412, 428)
_ORDER: tuple[SceneState, ...] = ("published", "draft", "retired")


@router.get("/scenes", dependencies=[Depends(needs(Right.SEE))])
def list_scenes(
    hub: HubPartsDep,
    state: Annotated[SceneState | None, Query(description="Only those that stand so.")] = None,
) -> list[StandingSceneModel]:
    """Every scene, what can be played first, then drafts, then what is retired; each by id."""
    found = hub.scene_book.everything()
    wanted = _ORDER if state is None else (state,)
    return [_view(each) for one in wanted for each in found if each.state == one]


@router.get("/scenes/{scene}", responses=documented(404), dependencies=[Depends(needs(Right.SEE))])
def get_scene(hub: HubPartsDep, scene: SceneId, response: Response) -> StandingSceneModel:
    """One scene: what plays, and the draft that waits with what it would change, in words."""
    return shown(hub.scene_book.standing(scene), response)


@router.put(
    "/scenes/{scene}",
    responses=documented(409, 412, 428),
    dependencies=[Depends(needs(Right.SCENES))],
)
def put_scene(
    hub: HubPartsDep, scene: SceneId, wish: SceneToSave, seen: IfMatch, response: Response
) -> StandingSceneModel:
    """Save the scene's next revision, which doesn't play before it is published.

    An id that nobody has yet makes a new scene; its ETag is `"scene-ID-0"`, so that whoever sends
    that overwrites nothing. The same as the newest revision makes none.
    """
    saved = hub.scene_book.save(wish.scene.scene(scene), _by(wish), scene_check(scene, seen))
    return shown(saved, response)


@router.delete(
    "/scenes/{scene}",
    responses=_WRITES,
    status_code=204,
    dependencies=[Depends(needs(Right.SCENES))],
)
def delete_scene(
    hub: HubPartsDep,
    who: WhoDep,
    scene: SceneId,
    seen: IfMatch,
    author: Annotated[Author, Query()] = "",
    why: Annotated[Why, Query()] = "",
) -> None:
    """Let a scene go. Refused (409) while it is in use, with every place.

    Only for whoever may in all stores that use it (403). Its revisions stay on record, for what was
    played.
    """
    by, check = By(signed(author), why), scene_check(scene, seen)
    hub.scene_book.delete(scene, by, check, within_stores_of(who))


@router.post(
    "/scenes/{scene}/publish", responses=_WRITES, dependencies=[Depends(needs(Right.SCENES))]
)
def publish_scene(
    hub: HubPartsDep, who: WhoDep, scene: SceneId, act: _Act, seen: IfMatch, response: Response
) -> StandingSceneModel:
    """Let the newest revision play, everywhere that the scene is named.

    Only for whoever may in all stores that use it (403). The plans of those zones are made anew in
    the same transaction. It also brings a retired scene back.
    """
    check, within = scene_check(scene, seen), within_stores_of(who)
    return shown(hub.scene_book.publish(scene, _by(act), check, within), response)


@router.post(
    "/scenes/{scene}/retire", responses=_WRITES, dependencies=[Depends(needs(Right.SCENES))]
)
def retire_scene(
    hub: HubPartsDep, who: WhoDep, scene: SceneId, act: _Act, seen: IfMatch, response: Response
) -> StandingSceneModel:
    """Offer the scene no longer. Refused (409) while it is in use, with every place.

    Only for whoever may in all stores that use it (403).
    """
    check, within = scene_check(scene, seen), within_stores_of(who)
    return shown(hub.scene_book.retire(scene, _by(act), check, within), response)


@router.post(
    "/scenes/{scene}/clone",
    responses=documented(404, 409),
    status_code=201,
    dependencies=[Depends(needs(Right.SCENES))],
)
def clone_scene(
    hub: HubPartsDep, scene: SceneId, copy: Copy, response: Response
) -> StandingSceneModel:
    """Make a new scene, a draft, of what plays of this one (or of its draft)."""
    made = hub.scene_book.clone(scene, copy.id, copy.name, _by(copy))
    return shown(made, response)


@router.post(
    "/scenes/{scene}/revert", responses=_WRITES, dependencies=[Depends(needs(Right.SCENES))]
)
def revert_scene(
    hub: HubPartsDep, scene: SceneId, back: Return, seen: IfMatch, response: Response
) -> StandingSceneModel:
    """Make an earlier revision the newest one, as a new one; it plays once it is published."""
    found = hub.scene_book.revert(scene, back.revision, _by(back), scene_check(scene, seen))
    return shown(found, response)


@router.get(
    "/scenes/{scene}/revisions", responses=documented(404), dependencies=[Depends(needs(Right.SEE))]
)
def list_revisions(hub: HubPartsDep, scene: SceneId) -> list[RevisionView]:
    """Everything that the scene ever was, the newest first; also of one that was deleted."""
    found = hub.scene_book.revisions(scene)
    plays = hub.planner.shop.scenes.get(scene)
    return [
        RevisionView(
            revision=each.scene.revision,
            created_at=each.created_at,
            origin="file" if each.origin == "file" else "person",
            author=each.author,
            why=each.why,
            plays=each.scene == plays,
            changes=scene_changes(before.scene, each.scene) if before is not None else [],
            scene=each.scene,
        )
        for each, before in zip(found, [*found[1:], None], strict=True)
    ]


@router.get(
    "/scenes/{scene}/uses", responses=documented(404), dependencies=[Depends(needs(Right.SEE))]
)
def list_uses(hub: HubPartsDep, scene: SceneId) -> list[UseView]:
    """Where the scene is used: what plays it, what would, and who may ask for it."""
    return [
        UseView(kind=use.kind, store=use.store, text=use.text) for use in hub.scene_book.uses(scene)
    ]


def _by(act: Act) -> By:
    return By(act.author, act.why)


def shown(standing: Standing, response: Response) -> StandingScene:
    """A scene as it is answered, with its tag."""
    response.headers["ETag"] = scene_tag(standing.id, standing.edition)
    return _view(standing)


def _view(standing: Standing) -> StandingScene:
    shown, draft = standing.published, standing.draft
    fields = {name: getattr(standing.scene, name) for name in standing.scene.__struct_fields__}
    waits = draft if shown is not None else None
    return StandingScene(
        **fields,
        state=msgspec.convert(standing.state, SceneState),
        edition=standing.edition,
        published_revision=shown.revision if shown is not None else None,
        newest_revision=standing.newest.revision,
        file_revision=standing.file_revision,
        draft=draft,
        draft_changes=tuple(scene_changes(shown, waits)) if shown and waits else (),
    )
