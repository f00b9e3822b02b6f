"""A zone as a card: the same view as REST gives, in words and looks, nothing computed anew.

Two cards are equal when nobody would see a difference, apart from ages, which tick by
themselves on the page. So an equal card need not be sent again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from hub.api.models import Ends, InForce
from hub.api.views import ReportedView, ZoneView
from hub.reported import STALE_S
from hub.web.held import waits_for
from hub.web.looks import Look, layer_look, scene_look, status_look, tile_order
from hub.web.now.devices import Device
from hub.web.now.floor import Place
from hub.web.now.given import Given, given
from hub.web.now.nudges import Knob, Over, knobs
from hub.web.now.people import People, people
from hub.web.now.ribbon import Ribbon
from hub.web.now.trouble import device_troubles, in_the_readers_language, is_of_a_device
from hub.web.words import age, clock_words, left, list_words, moment_words, until
from scenes.adjustment import FULL, Sense
from scenes.language import _
from scenes.nudge import Nudge
from scenes.scene import Scene

Status = Literal["playing", "fading", "asked", "late", "partly", "unknown"]

_AS_IT_SAYS = InForce(light=FULL, volume=FULL, scent=FULL)
BIG_TILES = 9
"""So many scenes are shown at once; the others wait behind "More scenes"."""
PATIENCE_S = 10.0
"""How long an edge may take to report a new wish before the card says that it is not done."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the plan asks for now, and why.

    ``until_words`` is a phrase: until 18:00, when another scene is due.
    """

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a card shows besides the zone's view.

    ``library`` is what can be chosen, ``counted`` how many people are inside by who passed.
    """

    library: Sequence[Scene]
    place: Place
    devices: Sequence[Device] = ()
    nudges: Mapping[Sense, Nudge] = field(default_factory=dict)
    over: Over = field(default_factory=Over)
    counted: int | None = None
    today: Ribbon | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """Everything the zone's templates show; words are ready, instants for what ticks.

    ``id`` is its panel's, ``spot`` its place's on the floor plan. ``seen`` is the tag of the choice
    that is shown: a form says by it what its sender saw.
    """

    id: str
    spot: str
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
    knobs: tuple[Knob, ...]
    given: Given
    people: People
    place: Place
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
    people_age: str = field(compare=False)
    today_x: float = field(compare=False)

    @property
    def begun(self) -> str:
        """The tag of the choice that is done now, if an agent does what is wanted.

        Empty while the choice waits below something stronger.
        """
        return "" if self.override is not None and self.override.waits else self.seen


def card_id(store: str, zone: str) -> str:
    """The card's id on the page. What is inside it adds two hyphens, which no slug holds."""
    return f"zone-{store}-{zone}"


def spot_id(store: str, zone: str) -> str:
    """The id of the zone's place on the floor plan."""
    return f"spot-{store}-{zone}"


def card(view: ZoneView, around: Around, now: datetime, tz: ZoneInfo) -> Card:
    """The card of one zone at ``now``, in the store's time zone."""
    reported = view.reported
    scene = reported.scene if reported else None
    # By the hub's clock: an edge's own may be wrong.
    heard_at = now - timedelta(seconds=reported.age_s) if reported else None
    status = _status(view, now)
    # Without any report nothing is known either, and nothing may shine.
    stale = reported is None or reported.stale
    tiles = _tiles(around.library, scene, view.desired.scene, known=not stale)
    here = people(around.devices, around.counted)
    unknown = _("Unknown")
    return Card(
        id=card_id(view.store, view.zone),
        spot=spot_id(view.store, view.zone),
        store=view.store,
        zone=view.zone,
        seen=view.tag,
        name=view.name,
        status=status,
        status_look=status_look(status),
        stale=stale,
        # Stale although young: no waiting will tell, so the page needn't wait either.
        gone=reported is not None and reported.stale and reported.age_s <= STALE_S,
        line=_line(status),
        playing=scene_look(scene, (reported.scene_name or unknown) if reported else unknown),
        wanted=_wanted(view, now, tz),
        next=_upcoming(view, now, tz),
        no_change=(
            _("until somebody ends it")
            if view.desired.ends == "by-a-person"
            else _("no change is planned")
        ),
        override=_choice(view, status, now, tz),
        knobs=knobs(around.nudges, around.devices, around.over, now, tz),
        given=given(around.devices),
        people=here,
        place=around.place,
        problems=_problems(reported, around.devices, now, tz),
        edges=list_words(reported.edges) if reported else "",
        today=around.today,
        tiles=tiles[:BIG_TILES],
        more_tiles=tiles[BIG_TILES:],
        unknown_words=_("Unknown since") if reported else _("No report yet"),
        reported_at=heard_at,
        reported_clock=clock_words(heard_at, tz) if heard_at else "",
        report_age=age(reported.age_s) if reported else "",
        wanted_age=age((now - view.desired.since).total_seconds()),
        left_words=left((view.override.end - now).total_seconds()) if view.override else "",
        people_age=age((now - here.since).total_seconds()) if here.since else "",
        today_x=around.today.x(now) if around.today else 0,
    )


def own_changes(view: ZoneView) -> tuple[datetime, ...]:
    """When the card becomes another one although nobody says anything."""
    patience = timedelta(seconds=PATIENCE_S)
    nudged = [moment for each in view.adjustments for moment in (each.start + patience, each.end)]
    return view.desired.until, view.desired.since + patience, *nudged


def _answer(status: Status) -> str:
    """What became of a person's choice."""
    return {
        "playing": _("Done"),
        "fading": _("Done, fading in"),
        "asked": _("Asked"),
        "late": _("Not done yet"),
        "partly": _("Partly done"),
        "unknown": _("Nobody answers"),
    }[status]


def _line(status: Status) -> str:
    """What there is to say of a zone when nothing in particular is wrong."""
    return {
        "playing": _("Every device does what the scene asks"),
        "fading": _("Every device is on its way there"),
        "asked": _("The agent has not answered yet"),
        "late": _("The agent has not taken it over"),
        "partly": _("Not every device does what the scene asks"),
        "unknown": _("No agent reports this zone"),
    }[status]


def _problems(
    reported: ReportedView | None, devices: Sequence[Device], now: datetime, tz: ZoneInfo
) -> tuple[str, ...]:
    """What is wrong with its devices, then with what drives them."""
    others = [
        in_the_readers_language(each)
        for each in (reported.problems if reported else ())
        if not is_of_a_device(each, devices)
    ]
    return (*device_troubles(devices, now, tz), *others)


def _status(view: ZoneView, now: datetime) -> Status:
    desired, reported = view.desired, view.reported
    if reported is None or reported.stale:
        return "unknown"
    if reported.scene != desired.scene:
        return "asked" if desired.age_s < PATIENCE_S else "late"
    if (reported.adjust or _AS_IT_SAYS) != view.in_force:
        return "asked" if _nudged_s(view, now) < PATIENCE_S else "late"
    if reported.fading:
        return "fading"
    return "playing" if reported.confirmed and not reported.problems else "partly"


def _nudged_s(view: ZoneView, now: datetime) -> float:
    """How long ago somebody nudged, or the scene came that an older nudge goes on with."""
    ages = [(now - each.start).total_seconds() for each in view.adjustments]
    return min([view.desired.age_s, *ages])


def _wanted(view: ZoneView, now: datetime, tz: ZoneInfo) -> Wanted:
    desired = view.desired
    # Another rule may ask for the same scene: nobody would see that change.
    ends: Ends = desired.ends
    if view.next is None and ends != "by-a-person":
        ends = "not-planned"
    change = view.next.at if view.next else desired.until
    return Wanted(
        scene=desired.scene,
        name=desired.scene_name,
        since=desired.since,
        until_words=until(change, ends, now, tz),
        ends=ends,
        layer=layer_look(desired.layer),
        reason=desired.reason,
    )


def _upcoming(view: ZoneView, now: datetime, tz: ZoneInfo) -> Upcoming | None:
    if view.next is None:
        return None
    latest = view.desired.ends == "at-the-latest"
    return Upcoming(view.next.scene_name, moment_words(view.next.at, now, tz), latest)


def _choice(view: ZoneView, status: Status, now: datetime, tz: ZoneInfo) -> Choice | None:
    override = view.override
    if override is None:
        return None
    above = waits_for(view.desired.layer)
    answer = _("Waits for {what} to end").format(what=above) if above else _answer(status)
    until_words = moment_words(override.end, now, tz)
    return Choice(override.end, override.scene_name, bool(above), answer, until_words)


def _tiles(
    library: Iterable[Scene], reported: str | None, wanted: str, *, known: bool
) -> tuple[Tile, ...]:
    return tuple(
        Tile(
            scene=scene.id,
            look=scene_look(scene.id, scene.name),
            playing=known and scene.id == reported,
            asked=scene.id == wanted != reported,
        )
        for scene in sorted(library, key=lambda scene: tile_order(scene.id, scene.name))
    )
