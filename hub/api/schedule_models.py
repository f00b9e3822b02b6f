"""What the REST interface says and hears of schedules, drafts and templates."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from hub.api.bridge import Wire
from hub.api.line import Line
from hub.api.models import Slug
from hub.api.scene_models import Act
from hub.api.strict_wire import Strict
from hub.schedules.editing import ListName
from hub.schedules.rebase import Prefer
from scenes.rules import OpenHours, Weekday, Zones
from scenes.schedule import Schedule, TemplateUse
from scenes.units import Slug as WireSlug

Origin = Literal["file", "person", "revert", "template"]
VersionNumber = Annotated[int, Field(ge=1, le=2**31 - 1, strict=True, examples=[3])]
ScheduleModel = Annotated[Schedule, Wire()]
ScheduleToRead = Annotated[Schedule, Strict()]
RULE: dict[str, Any] = {
    "name": "Calm mornings",
    "zones": ["entrance"],
    "scene": "calm-morning",
    "weekdays": ["mon", "tue", "wed", "thu", "fri"],
    "from": "opening",
    "until": "11:00",
    "author": "Kim",
}
EXCEPTION: dict[str, Any] = {
    "name": "Sale",
    "zones": ["all"],
    "scene": "event",
    "from": "opening",
    "until": "closing",
    "days": {
        "dates": [{"first": "2026-12-27", "last": "2026-12-31"}],
        "holidays": ["Good Friday"],
    },
    "author": "Kim",
}
QUIET_HOUR: dict[str, Any] = {
    "name": "Quiet Tuesday",
    "zones": ["all"],
    "weekdays": ["tue"],
    "from": "14:00",
    "until": "15:00",
}
REACTION: dict[str, Any] = {
    "name": "Crowded entrance",
    "zones": ["entrance"],
    "scene": "breathing-space",
    "measure": "occupancy",
    "above": 12,
    "below": 6,
    "for_s": 300,
    "calm_s": 600,
}
SPECIAL_HOURS: dict[str, Any] = {
    "name": "Christmas Eve",
    "days": {"dates": [{"first": "2026-12-24", "last": "2026-12-24"}]},
    "hours": {"from": "10:00", "until": "14:00"},
}
HOURS: dict[str, Any] = {"mon": {"from": "10:00", "until": "20:00"}}
SCHEDULE: dict[str, Any] = {
    "hours": HOURS,
    "zone_groups": {"front": ["entrance", "window"]},
    "rules": [{"id": "calm-mornings", **RULE}],
    "quiet_hours": [{"id": "quiet-tuesday", **QUIET_HOUR}],
}


class StoreView(BaseModel):
    """A store, where it is, and which version of its schedule it goes by."""

    store: str = Field(examples=["nordic"])
    name: str
    time_zone: str = Field(examples=["Europe/Copenhagen"])
    currency: str
    country: str | None = Field(examples=["DK"])
    region: str | None
    latitude: float | None
    longitude: float | None
    groups: list[str] = Field(description="The groups of stores that it belongs to.")
    zones: list[ZoneOfStore]
    version: int = Field(description="Of its schedule.")
    draft: bool = Field(description="Whether there is a draft of the next version.")


class ZoneOfStore(BaseModel):
    """A zone and the scene that plays when nothing is planned."""

    zone: str
    name: str
    fallback: str


class Holiday(BaseModel):
    """A day with its public holidays, by the names that a schedule uses."""

    day: date
    names: list[str] = Field(examples=[["Christmas Day"]])


class VersionView(BaseModel):
    """A version of a schedule. It never changes."""

    version: int
    origin: Origin = Field(
        description="From the shop file, by a person, back to an earlier version, or a template."
    )
    author: str
    why: str
    created_at: datetime
    changes: list[str] = Field(
        description="What differs from the version before, in words.",
        examples=[["Rule “Calm mornings”: until 11:00 → 12:00"]],
    )


class ScheduleView(VersionView):
    """A version with the store's own document, and what it means with its template under it."""

    store: str
    schedule: ScheduleModel
    effective: ScheduleModel


class Back(Act):
    """Which version to go back to."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"version": 3, "author": "Kim"}]})

    version: VersionNumber


class DraftToBegin(Act):
    """From what is deployed, or from an earlier version."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"author": "Kim"}]})

    version: VersionNumber | None = Field(
        default=None, description="Default: what is deployed.", examples=[3]
    )


class DraftToSave(Act):
    """A whole schedule."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"schedule": SCHEDULE, "author": "Kim"}]}
    )

    schedule: ScheduleToRead


class HoursToSave(Act):
    """The opening hours of an ordinary week; a weekday that is not named is closed."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"hours": HOURS}]})

    hours: Annotated[dict[Weekday, OpenHours], Strict()]


class ZoneGroupsToSave(Act):
    """All zone groups."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"zone_groups": {"front": ["entrance", "window"]}}]}
    )

    zone_groups: Annotated[dict[WireSlug, Zones], Strict()]


class PresetsToSave(Act):
    """The scenes of a quiet hour and of an emergency that somebody begins by hand."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"quiet_scene": "calm-morning"}]})

    quiet_scene: Slug | None = None
    emergency_scene: Slug | None = None


class TemplateUseToSave(Act):
    """The template to build on, and what of it to leave out, with the reason."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "template": {
                        "id": "winter",
                        "version": 2,
                        "without": {"late-evening": "we close at six"},
                    }
                }
            ]
        }
    )

    template: Annotated[TemplateUse, Strict()]


class Rebase(Act):
    """Whose part holds where both the draft and what was deployed since change the same."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"prefer": "draft"}]})

    prefer: Prefer | None = Field(
        default=None, description="Without it, such a conflict is refused (409) and named."
    )


class ProblemView(BaseModel):
    """A mistake; one that forbids keeps the schedule from being deployed."""

    place: str = Field(examples=["rules[evenings].until"])
    sentence: str
    forbids: bool


class ShortReview(BaseModel):
    """What a draft would do in the seven days from today on."""

    deployable: bool = Field(description="No problem forbids it and nothing was deployed since.")
    problems: list[ProblemView]
    deployed_since: list[str] = Field(
        description="What was deployed since the draft was begun: rebase it first."
    )
    changes: list[str] = Field(
        description="How the plans of all zones differ from what is deployed.",
        examples=[["Thursday 17:00 to 19:00 Entrance: Rush hour → Evening"]],
    )


class ReviewView(ShortReview):
    """What a draft would do, before it is deployed. All lists but the problems' are sentences.

    Of conflicts, gaps and what never plays 100 at most; a last sentence says how many more.
    """

    conflicts: list[str] = Field(
        description="Wishes of the same layer and priority that want different scenes at once, "
        "where nothing stronger hides them; but one that begins and ends within another is meant."
    )
    gaps: list[str] = Field(description="Opening hours in which nothing is planned.")
    never: list[str] = Field(description="What never plays, and what is above it.")


class DraftView(BaseModel):
    """A draft of a store's next schedule."""

    store: str
    based_on: int = Field(description="The version that was deployed when it was begun.")
    edition: int = Field(description="Another one after every change; it is in the ETag.")
    origin: Literal["file", "person"] = Field(
        description="`file`: what the shop file says, while a person's version holds."
    )
    author: str = Field(description="Who changed it last.")
    changed_at: datetime
    schedule: ScheduleModel
    review: ShortReview


class WhatIfQuestion(BaseModel):
    """A whole schedule, or parts to lay upon what is deployed; and when."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "parts": {"rules": [{"id": "calm-mornings", **RULE}]},
                    "without": {"rules": ["evenings"]},
                    "from": "2026-10-22T00:00:00+02:00",
                    "to": "2026-10-23T00:00:00+02:00",
                }
            ]
        },
    )

    schedule: ScheduleToRead | None = Field(
        default=None, description="In place of what is deployed. Default: what is deployed."
    )
    parts: ScheduleToRead | None = Field(
        default=None, description="Items by their ids, hours by weekday; then these hold."
    )
    without: dict[ListName, list[Slug]] = Field(
        default={}, description="The ids of items to leave out, by the list that they are in."
    )
    start: AwareDatetime = Field(alias="from")
    end: AwareDatetime = Field(alias="to", description="35 days later at most.")


class TemplateToSave(Act):
    """A template: its name, the group of stores that build on it, and what it says."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Winter",
                    "group": "denmark",
                    "schedule": {"rules": [{"id": "calm-mornings", **RULE, "locked": True}]},
                    "author": "Kim",
                }
            ]
        }
    )

    name: Line = Field(min_length=1, max_length=60)
    group: Slug = Field(description="A group of stores, as the shop file names it.")
    schedule: ScheduleToRead


class TemplateView(BaseModel):
    """A template at its newest version, or at an earlier one."""

    id: str
    version: int
    name: str
    group: str
    stores: list[str] = Field(description="The stores of the group, by id.")
    schedule: ScheduleModel
    author: str
    why: str
    created_at: datetime


class DeviationView(BaseModel):
    """One thing that a store has otherwise than its template."""

    kind: Literal["added", "changed", "left-out", "older-version"]
    place: str = Field(examples=["rules[evenings]"])
    sentence: str
    reason: str = Field(description="As people wrote it; empty if nobody did.")


class BuildingView(BaseModel):
    """How a store stands to a template."""

    store: str
    name: str
    version: int | None = Field(description="Of the template; null: it does not build on it.")
    newest: int = Field(description="The template's newest version.")
    same: bool = Field(description="It is on the newest version and says nothing else.")
    deviations: list[DeviationView]
    draft: bool = Field(description="Whether somebody works at a draft there.")


class Deployed(BaseModel):
    """Which stores a template was deployed to, by id; those that had it already are not told."""

    stores: list[str]
