"""What publishing a scene would do, in words, before anybody does it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hub.parts import HubParts
from hub.people.who import Who
from hub.scene_book.records import Standing
from hub.web.looks import Look, scene_look
from hub.web.scene_picture import Picture, picture
from hub.web.words import age
from scenes.language import _, ngettext
from scenes.scene import Scene
from scenes.scene_changes import scene_changes


@dataclass(frozen=True, slots=True)
class Publishing:
    """What the question before publishing shows.

    ``changes`` is empty of a scene that never played or comes back from retirement: ``first`` says
    which. ``heard`` tells where it is heard at once.
    """

    id: str
    title: str
    look: Look
    before: Picture | None
    after: Picture
    first: str
    changes: tuple[str, ...]
    heard: tuple[str, ...]


def publishing(hub: HubParts, standing: Standing, who: Who) -> Publishing:
    """What would change where if the newest revision played from now on."""
    new, played = standing.newest, standing.published
    before = played if standing.plays else None
    return Publishing(
        id=standing.id,
        title=_("Publish {scene}?").format(scene=new.name),
        look=scene_look(standing.id, new.name),
        before=picture(before) if before else None,
        after=picture(new),
        first=_first(standing, chain=len(hub.planner.shop.stores) > 1),
        changes=tuple(scene_changes(before, new)) if before else (),
        heard=tuple(_heard(hub, new, who))
        or (_("It is on nowhere now. Nothing changes at once."),),
    )


def _first(standing: Standing, *, chain: bool) -> str:
    # A scene is the chain's, whoever of which store made it.
    if standing.state == "draft" and chain:
        return _("It was never published: from now on everybody in all stores can choose it.")
    if standing.state == "draft":
        return _("It was never published: from now on everybody can choose it.")
    if standing.state == "retired" and chain:
        return _("It comes back from retirement: everybody in all stores can choose it again.")
    if standing.state == "retired":
        return _("It comes back from retirement: everybody can choose it again.")
    return ""


def _heard(hub: HubParts, scene: Scene, who: Who) -> Iterator[str]:
    """Every zone that has the scene on now; of stores that ``who`` doesn't know, how many."""
    now, elsewhere = hub.now(), 0
    for planned in hub.planner.zones():
        if planned.plan.at(now).scene != scene.id:
            continue
        if not who.in_store(planned.store.id):
            elsewhere += 1
            continue
        yield _("On now in {zone}, {store}: it fades over in {time}").format(
            zone=planned.zone.name, store=planned.store.name, time=age(_fade_s(scene))
        )
    if elsewhere:
        yield ngettext(
            "On now in {n} zone of other stores", "On now in {n} zones of other stores", elsewhere
        ).format(n=elsewhere)


def _fade_s(scene: Scene) -> float:
    """How long the slowest of its lights takes."""
    return max((cue.fade_s for cue in scene.light.values()), default=0.0)
