"""A zone as a card: the same view as REST gives, in words and looks, nothing computed anew.

Two cards are equal when nobody would see a difference, apart from ages, which tick by
themselves on the page. So an equal card need not be sent again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from hub.api.models import Ends
from hub.api.views import Desired, ReportedView, ZoneView
from hub.moments import clock, moment
from hub.reported import STALE_S
from hub.web.held import WAITS_FOR, Held
from hub.web.looks import Look, layer_look, scene_look, status_look, tile_order
from hub.web.now.ribbon import Ribbon
from hub.web.words import age, left, until
from scenes.scene import Scene

Status = Literal["playing", "fading", "asked", "late", "partly", "unknown"]

_ANSWERS: dict[Status, str] = {
    "playing": "Done",
    "fading": "Being done",
    "asked": "Asked",
    "late": "Not done yet",
    "partly": "Partly done",
    "unknown": "Nobody answers",
}
"""What became of a person's choice."""

_LINES: dict[Status, str] = {
    "playing": "Every device does what the scene asks",
    "fading": "Every device is on its way there",
    "asked": "The agent has not answered yet",
    "late": "The agent has not taken it over",
    "partly": "Not every device does what the scene asks",
    "unknown": "No agent reports this zone",
}
"""What there is to say of a zone when nothing in particular is wrong."""

BIG_TILES = 9
"""So many scenes are shown at once; the others, if more than one, wait behind "More scenes"."""
PATIENCE_S = 10.0
"""How long an edge may take to report a new wish before the card says that it is not done."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the plan asks for now, and why. ``until_words`` is a phrase: until 18:00."""

    scene: str
    name: str
    since: datetime
    until_words: str
    ends: Ends
    layer: Look
    reason: str


@dataclass(frozen=True, slots=True)
class Upcoming:
    """The next change; ``latest`` when it may come earlier."""

    name: str
    at_words: str
    latest: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """The override in force; ``waits`` below something stronger."""

    end: datetime
    name: str
    waits: bool
    answer: str
    until_words: str


@dataclass(frozen=True, slots=True)
class Tile:
    """A scene to tap; ``playing`` as reported, ``asked`` when wanted but not yet reported."""

    scene: str
    look: Look
    playing: bool
    asked: bool


@dataclass(frozen=True, slots=True)
class Card:
    """Everything the zone's template shows; words are ready, instants for what ticks.

    ``seen`` is the tag of the choice that is shown: a form says by it what its sender saw.
    """

    id: str
    store: str
    zone: str
    seen: str
    name: str
    status: Status
    status_look: Look
    stale: bool
    gone: bool
    line: str
    playing: Look
    wanted: Wanted
    next: Upcoming | None
    no_change: str
    override: Choice | None
    held: Held | None
    problems: tuple[str, ...]
    edges: str
    today: Ribbon | None
    tiles: tuple[Tile, ...]
    more_tiles: tuple[Tile, ...]
    unknown_words: str
    reported_at: datetime | None = field(compare=False)
    reported_clock: str = field(compare=False)
    report_age: str = field(compare=False)
    wanted_age: str = field(compare=False)
    left_words: str = field(compare=False)
    today_x: int = field(compare=False)


def card_id(store: str, zone: str) -> str:
    """The card's id on the page. What is inside it adds two hyphens, which no slug holds."""
    return f"zone-{store}-{zone}"


def card(
    view: ZoneView,
    library: Iterable[Scene],
    today: Ribbon | None,
    now: datetime,
    tz: ZoneInfo,
    held: Held | None = None,
) -> Card:
    """The card of one zone at ``now``, in the store's time zone.

    ``library`` is what can be chosen, ``held`` the store's choice that holds here.
    """
    reported = view.reported
    scene = reported.scene if reported else None
    # By the hub's clock: an edge's own may be wrong.
    heard_at = now - timedelta(seconds=reported.age_s) if reported else None
    status = _status(view.desired, reported)
    tiles = _tiles(library, scene, view.desired.scene)
    shown = len(tiles) if len(tiles) <= BIG_TILES + 1 else BIG_TILES
    return Card(
        id=card_id(view.store, view.zone),
        store=view.store,
        zone=view.zone,
        seen=view.tag,
        name=view.name,
        status=status,
        status_look=status_look(status),
        # Without any report nothing is known either, and nothing may shine.
        stale=reported is None or reported.stale,
        # Stale although young: no waiting will tell, so the page needn't wait either.
        gone=reported is not None and reported.stale and reported.age_s <= STALE_S,
        line=_LINES[status],
        playing=scene_look(scene, (reported.scene_name or "Unknown") if reported else "Unknown"),
        wanted=_wanted(view.desired, now, tz),
        next=_upcoming(view, now, tz),
        no_change=(
            "until somebody ends it"
            if view.desired.ends == "by-a-person"
            else "no change is planned"
        ),
        override=_choice(view, status, now, tz),
        held=held,
        problems=tuple(reported.problems) if reported else (),
        edges=_list(reported.edges) if reported else "",
        today=today,
        tiles=tiles[:shown],
        more_tiles=tiles[shown:],
        unknown_words="Unknown since" if reported else "No report yet",
        reported_at=heard_at,
        reported_clock=clock(heard_at, tz) if heard_at else "",
        report_age=age(reported.age_s) if reported else "",
        wanted_age=age((now - view.desired.since).total_seconds()),
        left_words=left((view.override.end - now).total_seconds()) if view.override else "",
        today_x=today.x(now) if today else 0,
    )


def own_changes(view: ZoneView) -> tuple[datetime, ...]:
    """When the card becomes another one although nobody says anything."""
    patience_ends = view.desired.since + timedelta(seconds=PATIENCE_S)
    return view.desired.until, patience_ends


def _status(desired: Desired, reported: ReportedView | None) -> Status:
    if reported is None or reported.stale:
        return "unknown"
    if reported.scene != desired.scene:
        return "asked" if desired.age_s < PATIENCE_S else "late"
    if reported.fading:
        return "fading"
    return "playing" if reported.confirmed and not reported.problems else "partly"


def _wanted(desired: Desired, now: datetime, tz: ZoneInfo) -> Wanted:
    return Wanted(
        scene=desired.scene,
        name=desired.scene_name,
        since=desired.since,
        until_words=until(desired.until, desired.ends, now, tz),
        ends=desired.ends,
        layer=layer_look(desired.layer),
        reason=desired.reason,
    )


def _upcoming(view: ZoneView, now: datetime, tz: ZoneInfo) -> Upcoming | None:
    if view.next is None:
        return None
    latest = view.desired.ends == "at-the-latest"
    return Upcoming(view.next.scene_name, moment(view.next.at, now, tz), latest)


def _choice(view: ZoneView, status: Status, now: datetime, tz: ZoneInfo) -> Choice | None:
    override = view.override
    if override is None:
        return None
    above = WAITS_FOR.get(view.desired.layer)
    answer = f"Waits for {above} to end" if above else _ANSWERS[status]
    until_words = moment(override.end, now, tz)
    return Choice(override.end, override.scene_name, above is not None, answer, until_words)


def _tiles(library: Iterable[Scene], playing: str | None, wanted: str) -> tuple[Tile, ...]:
    return tuple(
        Tile(
            scene=scene.id,
            look=scene_look(scene.id, scene.name),
            playing=scene.id == playing,
            asked=scene.id == wanted != playing,
        )
        for scene in sorted(library, key=lambda scene: tile_order(scene.id, scene.name))
    )


def _list(names: Sequence[str]) -> str:
    return ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else "".join(names)
