"""What the REST interface says and hears."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)

from hub.api.author import Author
from hub.api.bridge import Wire
from hub.api.line import Line
from scenes.nudge import NudgeKind
from scenes.rules import Layer, OverrideWhy
from scenes.scene import Scene

SLUG_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"
Slug = Annotated[str, Field(pattern=SLUG_PATTERN, max_length=64)]
Amount = Annotated[float, Field(strict=True)]
"""A number that was written as one: true is not 1."""
EndWord = Literal["next-change", "closing"]
LONGEST_MINUTES = 7 * 24 * 60
ENDS = (
    f"say next-change, closing, minutes (up to {LONGEST_MINUTES}) "
    "or an instant with offset, such as 2026-12-24T16:00:00+01:00"
)
STORE_ENDS = ENDS.replace("next-change, ", "")
SceneModel = Annotated[Scene, Wire()]
Ends = Literal["by-itself", "by-a-person", "at-the-latest", "not-planned"]
"""How what is wanted ends."""


class Desired(BaseModel):
    """What the plan asks for now, and why. ``age_s`` is how long it has asked for it."""

    scene: str = Field(examples=["calm-morning"])
    scene_name: str = Field(examples=["Calm morning"])
    since: datetime
    until: datetime = Field(description="When another scene or another reason takes over.")
    ends: Ends = Field(
        description=(
            "What `until` is worth. `by-itself`: then. `at-the-latest`: a reaction or trigger, "
            "which may end earlier. `by-a-person`: an emergency, which holds until somebody ends "
            "it, and `not-planned`: nothing else is planned; `until` is then only the plan's end."
        )
    )
    layer: Layer
    reason: str = Field(
        examples=["Rule “Calm mornings”, Mon to Fri 09:00 to 11:00"],
        description="A sentence for people.",
    )
    author: str = Field(description="Who chose it, for an override.")
    age_s: float


class ReportedView(BaseModel):
    """What the zone's edges say that they do. ``age_s`` is how old the oldest report is.

    ``scene`` and what belongs to it is null when nothing plays or the edges disagree.
    """

    scene: str | None
    scene_name: str | None
    since: datetime | None
    until: datetime | None
    layer: Layer | None
    reason: str
    at: datetime = Field(description="When the edge that was heard longest ago said so.")
    age_s: float
    stale: bool = Field(
        description="Too old (over 15 s) to be the present, or no agent of the zone is online."
    )
    confirmed: bool = Field(description="Every device does what the scene asks.")
    fading: bool
    adjust: InForce | None = Field(
        description="What the edges make of the scene by people's nudges; null: as it says."
    )
    problems: list[str] = Field(
        description="What is wrong, in words.",
        examples=[["window has not answered since 14:02"]],
    )
    edges: list[str] = Field(description="The edges that serve the zone.")


class Next(BaseModel):
    """The next change of scene."""

    scene: str
    scene_name: str
    at: datetime
    layer: Layer
    reason: str


class OverrideView(BaseModel):
    """A person's choice that holds now."""

    id: str
    scene: str
    scene_name: str
    start: datetime
    end: datetime
    author: str
    why: OverrideWhy
    reason: str


class StoreChoiceView(BaseModel):
    """A quiet hour or an emergency that holds in every zone of a store."""

    store: str = Field(examples=["nordic"])
    layer: Layer = Field(examples=["quiet-hour"])
    scene: str = Field(examples=["quiet-hour"])
    scene_name: str
    start: datetime
    end: datetime | None = Field(description="Null when it holds until a person ends it.")
    author: str
    reason: str


class AdjustmentView(BaseModel):
    """What a person made more or less of in a zone, and that holds now."""

    kind: NudgeKind = Field(description="`mute` and `scent-off` are for the whole store.")
    percent: float = Field(description="Of what the scene asks.", examples=[80])
    start: datetime
    end: datetime
    author: str
    why: OverrideWhy
    reason: str
    words: str = Field(examples=["20 % quieter until 18:00, Kim: too loud"])


class InForce(BaseModel):
    """What is made of the scene by everybody's nudges together, in per cent of what it asks.

    In an emergency nothing is; in a quiet hour nothing is louder or stronger.
    """

    light: float = Field(examples=[100])
    volume: float = Field(examples=[80])
    scent: float = Field(examples=[0])


class AdjustmentTags(BaseModel):
    """For If-Match: each changes when somebody nudges that sense."""

    light: str = Field(examples=['"light-none"'])
    volume: str
    scent: str


class ShortAudition(BaseModel):
    """An audition that is under way."""

    of: str = Field(description="The id that the scene has, or will have.")
    name: str = Field(examples=["Evening"])
    end: datetime
    author: str


class ZoneView(BaseModel):
    """A zone: what is wanted and what is reported, two things."""

    store: str = Field(examples=["nordic"])
    store_name: str
    time_zone: str = Field(examples=["Europe/Copenhagen"])
    zone: str = Field(examples=["entrance"])
    name: str = Field(examples=["Entrance"])
    desired: Desired
    reported: ReportedView | None = Field(description="Null when no edge ever said anything.")
    next: Next | None = Field(description="Null when nothing changes within the plan.")
    override: OverrideView | None
    tag: str = Field(
        description="For If-Match: it changes when somebody chooses, or returns to the plan.",
        examples=['"choice-none"'],
    )
    adjustments: list[AdjustmentView] = Field(
        description="What people nudged and holds, also where an emergency doesn't heed it."
    )
    in_force: InForce
    adjustment_tags: AdjustmentTags
    audition: ShortAudition | None


class SlotView(BaseModel):
    """A stretch of the plan."""

    since: datetime
    until: datetime
    scene: str
    scene_name: str
    layer: Layer
    reason: str
    source: str = Field(examples=["rule:calm-mornings"])
    author: str
    block: str = Field(description="An experiment's block, where one set the slot.")
    adjust: InForce | None = Field(
        description="What people nudged, where they did: a nudge cuts a slot in pieces."
    )
    adjust_reason: str = Field(examples=["20 % quieter until 18:00, Kim: too loud"])


class PlanView(BaseModel):
    """A zone's plan, clipped to what was asked for and to what is planned."""

    store: str
    zone: str
    name: str
    time_zone: str
    epoch: int
    revision: int
    compiled_at: datetime
    planned_until: datetime = Field(description="The end of the whole plan.")
    slots: list[SlotView]


class Minutes(BaseModel):
    """For so many minutes."""

    model_config = ConfigDict(extra="forbid")

    minutes: Amount = Field(gt=0, le=LONGEST_MINUTES, examples=[30])


class At(BaseModel):
    """Until an instant, within the next seven days."""

    model_config = ConfigDict(extra="forbid")

    at: AwareDatetime


def said_once(value: Any, check: ValidatorFunctionWrapHandler) -> Any:  # noqa: ANN401
    """In place of one complaint for each kind of end that it isn't."""
    try:
        return check(value)
    except ValidationError as error:
        raise ValueError(ENDS) from error


def store_end(value: Any, check: ValidatorFunctionWrapHandler) -> Any:  # noqa: ANN401
    """The same for an end of what is for a whole store."""
    try:
        return check(value)
    except ValidationError as error:
        raise ValueError(STORE_ENDS) from error


Reason = Annotated[
    Line, Field(max_length=200, description="In their own words.", examples=["football outside"])
]
INSTANT_FORM = 'an instant with offset (`"2026-12-24T16:00:00+01:00"` or `{"at": …}`).'


class OverrideRequest(BaseModel):
    """Let a scene hold in a zone from now on."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"scene": "event", "end": "next-change"},
                {"scene": "calm-morning", "end": {"minutes": 30}, "why": "too-loud"},
                {"scene": "evening", "end": "closing", "author": "Kim"},
            ]
        },
    )

    scene: Slug = Field(examples=["evening"])
    end: Annotated[EndWord | Minutes | At | Amount | str, WrapValidator(said_once)] = Field(
        description=(
            "`next-change` (until the plan would have changed anyway), `closing`, minutes "
            '(`30` or `{"minutes": 30}`), or ' + INSTANT_FORM + " Seven days at most."
        )
    )
    why: OverrideWhy = Field(default="other", description="The kind of reason.")
    reason: Reason = ""
    author: Author = ""


class QuietHourRequest(BaseModel):
    """Let a whole store be quiet from now on."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"end": {"minutes": 60}, "author": "Kim"},
                {"end": "closing", "reason": "a school class"},
            ]
        },
    )

    end: Annotated[Minutes | At | Amount | str, WrapValidator(store_end)] = Field(
        description='`closing`, minutes (`30` or `{"minutes": 30}`), or ' + INSTANT_FORM,
        examples=["closing"],
    )
    reason: Reason = ""
    author: Author = ""


class EmergencyRequest(BaseModel):
    """Full neutral light, no music and no scent in a whole store, until a person ends it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"author": "Kim", "reason": "somebody fell"}, {}]},
    )

    reason: Reason = ""
    author: Author = ""


class EdgeDevice(BaseModel):
    """A device of an edge, and what it says; ``problem`` is null when all is well."""

    id: str
    kind: str
    zone: str
    driver: str | None
    problem: str | None
    cartridge_ml: float | None = Field(None, description="What is left in a diffuser.")
    days_left: float | None = Field(None, description="By the use of the last days.")


class EdgeView(BaseModel):
    """An agent on its Pi. ``online`` is the broker's word, ``stale`` the hub's own."""

    store: str
    edge: str
    online: bool
    stale: bool
    age_s: float | None = Field(description="Seconds since its last state.")
    version: str | None
    boot: str | None = Field(description="This run of the agent.")
    zones: list[str]
    unknown_zones: list[str] = Field(
        description="Zones that it serves and the shop file doesn't have: nobody plans for them."
    )
    devices: list[EdgeDevice]
    waiting_events: int = Field(description="Events that the hub has not committed yet.")
    dropped_events: int = Field(description="Events that it had no room for since it started.")
    clock: Literal["unsynced", "holdover", "synced"] | None = Field(
        description="Who vouches for its time: nobody, something earlier, or a time server."
    )
    problems: list[str] = Field(description="What is wrong with the agent itself.")


class DeviceRequest(BaseModel):
    """A momentary wish to a device."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"action": "identify", "device": "window"},
                {"action": "announce", "device": "speakers", "source": "file:jingles/closing.ogg"},
            ]
        },
    )

    action: Literal["identify", "test", "refill", "announce"] = Field(
        description=(
            "`identify` makes it show itself, `test` runs it briefly, `refill` tells a diffuser "
            "that it has a new cartridge, `announce` lets a player play a file once and then go "
            "on with its music. It never starts a silent player."
        )
    )
    device: Slug = Field(examples=["window"])
    source: Annotated[str, Field(pattern=r"^file:\S.*$", max_length=500)] | None = Field(
        default=None,
        description="The file to announce, in the player's library; needed for it, and only then.",
        examples=["file:jingles/closing.ogg"],
    )
    volume: Annotated[float, Field(strict=True, ge=0, le=100)] | None = Field(
        default=None, description="Of the file, per cent of the cap. Default: the music's."
    )
    duck: Amount = Field(
        default=0.0,
        ge=0,
        le=100,
        description="What the music falls to before and rises from after, per cent of its volume.",
    )

    @model_validator(mode="after")
    def _only_an_announcement_has_a_source(self) -> DeviceRequest:
        if (self.action == "announce") != (self.source is not None):
            raise ValueError("announce needs a source like file:jingles/closing.ogg, others none")
        return self


class DeviceReply(BaseModel):
    """What became of a request."""

    id: str
    edge: str
    at: datetime
    done: bool
    text: str


class EdgeLog(BaseModel):
    """The last lines of an agent's log, the newest last; ``at`` is by the agent's clock."""

    store: str
    edge: str
    at: datetime
    lines: list[str] = Field(
        examples=[["2026-10-22 07:00:02Z INFO edge.link: connected to 192.168.1.10:1883"]]
    )
