"""What the REST interface says and hears of integrations and their triggers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hub.api.author import Author
from hub.api.line import Line
from hub.api.models import Amount, Slug
from hub.triggers.integrations import Integration, Rights
from scenes.rules import Measure, Run

LONGEST_WISH_S = 86400.0
KEY_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_.-]*$"
Key = Annotated[str, Field(pattern=KEY_PATTERN, max_length=64, examples=["mirror-2"])]
Slugs = Annotated[list[Slug], Field(max_length=200)]


class NewIntegration(BaseModel):
    """A system outside, and what it may."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "id": "mirrors",
                    "name": "Smart mirrors",
                    "zones": ["fitting-rooms"],
                    "scenes": ["evening"],
                    "per_minute": 30,
                    "longest_s": 1200,
                    "author": "Kim",
                },
                {
                    "id": "door-counter",
                    "name": "Door counter",
                    "zones": ["all"],
                    "measures": ["occupancy"],
                },
            ]
        },
    )

    id: Slug = Field(
        examples=["mirrors"], description="For good: a revoked one is not given again."
    )
    name: Line = Field(
        min_length=1, max_length=60, examples=["Smart mirrors"], description="People read it."
    )
    zones: Slugs = Field(min_length=1, description="Zones, zone groups, or `all`.")
    scenes: Slugs = Field(default=[], description="The scenes that it may ask for.")
    measures: list[Measure] = Field(
        default=[], max_length=3, description="What it may measure in its zones."
    )
    per_minute: int = Field(
        default=60, strict=True, ge=1, le=600, description="How often it may ask."
    )
    longest_s: Amount = Field(
        default=1800.0,
        ge=1,
        le=LONGEST_WISH_S,
        description="How many seconds one wish may last without being renewed.",
    )
    author: Author = ""

    @model_validator(mode="after")
    def _may_something(self) -> NewIntegration:
        if not self.scenes and not self.measures:
            raise ValueError("name the scenes that it may ask for, or what it may measure")
        return self

    def rights(self) -> Rights:
        """As the hub keeps them."""
        return Rights(
            zones=tuple(self.zones),
            scenes=tuple(self.scenes),
            measures=tuple(self.measures),
            per_minute=self.per_minute,
            longest_s=self.longest_s,
        )


class IntegrationView(BaseModel):
    """An integration; its token can't be read again."""

    id: str
    store: str
    name: str
    zones: list[str]
    scenes: list[str]
    measures: list[Measure]
    per_minute: int
    longest_s: float
    author: str
    created_at: datetime
    revoked_at: datetime | None = Field(description="Since then its token opens nothing.")
    etag: str = Field(description="For `If-Match` when it is revoked.")


class CreatedIntegration(IntegrationView):
    """A new integration."""

    token: str = Field(
        description="Shown this once. Who loses it revokes the integration and makes another one.",
        examples=["mirrors.q1l8…"],
    )


class TriggerRequest(BaseModel):
    """Let a zone have a scene for a while; say either `minutes` or `seconds`."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"zone": "fitting-rooms", "scene": "evening", "minutes": 10, "key": "mirror-2"},
                {"zone": "fitting-rooms", "scene": "evening", "seconds": 90, "key": "mirror-2"},
            ]
        },
    )

    zone: Slug = Field(examples=["fitting-rooms"])
    scene: Slug = Field(examples=["evening"])
    key: Key = Field(
        description="What the wish is about, in your own words. The same key again renews it. "
        "Nothing that could tell who somebody is."
    )
    minutes: Amount | None = Field(default=None, gt=0, le=LONGEST_WISH_S / 60, examples=[10])
    seconds: Amount | None = Field(default=None, gt=0, le=LONGEST_WISH_S)

    @model_validator(mode="after")
    def _one_length(self) -> TriggerRequest:
        if (self.minutes is None) == (self.seconds is None):
            raise ValueError("say how long: either minutes or seconds")
        return self

    @property
    def lasting_s(self) -> float:
        """How long, in seconds."""
        return self.seconds if self.seconds is not None else 60 * (self.minutes or 0)


class TriggerView(BaseModel):
    """A wish at work. A person's choice in the zone, and a quiet hour, go above it."""

    key: str
    store: str
    zone: str
    scene: str
    start: datetime
    end: datetime = Field(description="It ends then by itself.")


def integration_view(integration: Integration, etag: str) -> IntegrationView:
    """As REST shows it."""
    return IntegrationView.model_validate(_fields(integration, etag))


def created_view(integration: Integration, etag: str, token: str) -> CreatedIntegration:
    """As REST shows it the first time."""
    return CreatedIntegration.model_validate({**_fields(integration, etag), "token": token})


def trigger_view(store: str, key: str, run: Run) -> TriggerView:
    """As REST shows it."""
    return TriggerView(
        key=key, store=store, zone=run.zone, scene=run.scene, start=run.start, end=run.end
    )


def _fields(integration: Integration, etag: str) -> dict[str, object]:
    rights = integration.rights
    return {
        "id": integration.id,
        "store": integration.store,
        "name": integration.name,
        "zones": list(rights.zones),
        "scenes": list(rights.scenes),
        "measures": list(rights.measures),
        "per_minute": rights.per_minute,
        "longest_s": rights.longest_s,
        "author": integration.author,
        "created_at": integration.created_at,
        "revoked_at": integration.revoked_at,
        "etag": etag,
    }
