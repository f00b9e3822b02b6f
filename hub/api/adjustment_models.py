"""What the REST interface says and hears of nudges, mute, scent off and auditions."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, WrapValidator

from hub.api.author import Author
from hub.api.bridge import Wire
from hub.api.models import (
    INSTANT_FORM,
    Amount,
    At,
    EndWord,
    Minutes,
    Reason,
    SceneModel,
    Slug,
    said_once,
    store_end,
)
from hub.api.scene_models import SCENE_DOCUMENT
from scenes.audition import LONGEST_S, SHORTEST_S
from scenes.nudge import Calm
from scenes.rules import OverrideWhy
from scenes.scene_file import SceneDocument, read_document


class AdjustmentRequest(BaseModel):
    """Make one sense of a zone more or less, whatever scene holds."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"percent": 80, "why": "too-loud", "author": "Kim"},
                {"percent": 50, "end": {"minutes": 30}},
                {"percent": 100},
            ]
        },
    )

    percent: Amount = Field(
        ge=0,
        le=150,
        examples=[80],
        description="Of what the scene asks: light 20 to 150, volume 0 to 150, scent 0 to 100. "
        "100 is as the scene says, and ends the nudge.",
    )
    end: Annotated[EndWord | Minutes | At | Amount | str, WrapValidator(said_once)] = Field(
        default="next-change",
        description=(
            "`next-change` (until the plan would have changed the scene anyway), `closing`, "
            'minutes (`30` or `{"minutes": 30}`), or ' + INSTANT_FORM + " Seven days at most."
        ),
    )
    why: OverrideWhy = Field(default="other", description="The kind of reason.")
    reason: Reason = ""
    author: Author = ""


class CalmRequest(BaseModel):
    """Mute a whole store, or turn its scent off, from now on."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"author": "Kim"}, {"end": {"minutes": 30}}]},
    )

    end: Annotated[Minutes | At | Amount | str, WrapValidator(store_end)] = Field(
        default="closing",
        description='`closing`, `until-ended`, minutes (`30` or `{"minutes": 30}`), or '
        + INSTANT_FORM
        + " Seven days at most.",
        examples=["closing"],
    )
    reason: Reason = ""
    author: Author = ""


class CalmView(BaseModel):
    """A mute or scent-off that holds in every zone of a store."""

    store: str = Field(examples=["nordic"])
    kind: Calm
    start: datetime
    end: datetime
    author: str
    reason: str


class AuditionRequest(BaseModel):
    """Try a recipe in a zone, saved or not."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"scene": SCENE_DOCUMENT, "seconds": 60}]},
    )

    scene: Annotated[SceneDocument, Wire(read_document)]
    of: Slug = Field(
        default="unsaved",
        description="The id that the scene has, or will have.",
        examples=["evening"],
    )
    seconds: Amount = Field(default=60.0, ge=SHORTEST_S, le=LONGEST_S, examples=[60])
    author: Author = ""


class AuditionView(BaseModel):
    """What is auditioned in a zone, by whom, and how long still."""

    zone: str
    of: str = Field(description="The id that the scene has, or will have.")
    name: str = Field(examples=["Evening"])
    scene: SceneModel
    start: datetime
    end: datetime
    left_s: float
    author: str
