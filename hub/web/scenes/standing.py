"""Where a scene stands, beside its editor: what waits, who uses it, what it was before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hub.api.scene_tags import scene_tag
from hub.moments import moment
from hub.parts import HubParts
from hub.people.who import Who
from hub.scene_book.records import Revision, Standing
from hub.shop import Store
from hub.web.looks import Look
from hub.web.scenes.said import state_look
from scenes.language import _, ngettext
from scenes.scene_changes import scene_changes

_MOST_REVISIONS = 12


@dataclass(frozen=True, slots=True)
class Past:
    """A revision in words: when and by whom it was saved, and what it changed."""

    number: int
    at: str
    by: str
    why: str
    changes: tuple[str, ...]
    plays: bool
    newest: bool


@dataclass(frozen=True, slots=True)
class StandingView:
    """What the template beside the editor shows; ``tag`` is what a write names in If-Match."""

    id: str
    store: str
    tag: str
    state: Look
    kind: str
    waits: tuple[str, ...]
    may_publish: bool
    may_retire: bool
    uses: tuple[str, ...]
    used_elsewhere: str
    past: tuple[Past, ...]


def standing_view(hub: HubParts, standing: Standing, store: Store, who: Who) -> StandingView:
    """Where a scene stands, as ``who`` may see it, with times as in ``store``."""
    shown, draft = standing.published, standing.draft
    uses = hub.scene_book.uses(standing.id)
    seen = [use.text for use in uses if use.store is None or who.in_store(use.store)]
    hidden = len(uses) - len(seen)
    return StandingView(
        id=standing.id,
        store=store.id,
        tag=scene_tag(standing.id, standing.edition),
        state=state_look(standing),
        kind=standing.state,
        waits=tuple(scene_changes(shown, draft)) if shown and draft else (),
        may_publish=not standing.plays or draft is not None,
        may_retire=standing.state == "published",
        uses=tuple(seen),
        used_elsewhere=_elsewhere(hidden),
        past=_past(hub, standing, store, hub.now()),
    )


def _elsewhere(count: int) -> str:
    if not count:
        return ""
    return ngettext(
        "In {n} more place in other stores", "In {n} more places in other stores", count
    ).format(n=count)


def _past(hub: HubParts, standing: Standing, store: Store, now: datetime) -> tuple[Past, ...]:
    revisions = hub.scene_book.revisions(standing.id)
    befores: list[Revision | None] = [*revisions[1:], None]
    return tuple(
        Past(
            number=each.scene.revision,
            at=moment(each.created_at, now, store.tz),
            by=_("its file") if each.origin == "file" else each.author or _("somebody"),
            why=each.why,
            changes=tuple(scene_changes(before.scene, each.scene)) if before else (),
            plays=standing.plays and each.scene == standing.published,
            newest=each.scene == standing.newest,
        )
        for each, before in list(zip(revisions, befores, strict=True))[:_MOST_REVISIONS]
    )
