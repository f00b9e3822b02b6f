"""What the REST interface says and hears of scenes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta
from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from hub.api.author import Author
from hub.api.bridge import Wire
from hub.api.line import Line
from hub.api.models import SceneModel, Slug
from hub.scene_book.uses import Kind
from scenes.scene import Scene
from scenes.scene_file import SceneDocument, read_document

SceneState = Literal["draft", "published", "retired"]
SCENE_DOCUMENT: JsonDict = {
    "name": "Evening",
    "description": "Warm light and slower music for the last hours.",
    "mood": "relax",
    "experience": "escapist",
    "limits": {"max_volume": 50, "max_dose_s_per_h": 400},
    "light": {
        "all": {"level": 50, "temperature_k": 2700, "fade_s": 60},
        "accent": {"level": 75, "temperature_k": 2400, "fade_s": 60},
    },
    "music": {"source": "playlist:evening", "volume": 35, "crossfade_s": 10},
    "scent": {"fragrance": "amber", "intensity": 35},
}


class StandingScene(Scene, frozen=True, kw_only=True, omit_defaults=False):
    """A scene and where it stands.

    The fields of the scene are those of the revision that plays (or, once retired, played last);
    of a scene that was never published, those of its draft.
    """

    state: Annotated[
        SceneState,
        Meta(description="draft: never published; retired: no longer offered for new choices."),
    ]
    edition: Annotated[int, Meta(description="Counts every change; it is in the ETag.")]
    published_revision: Annotated[
        int | None, Meta(description="The one that plays, or played last; null: none ever did.")
    ]
    newest_revision: int
    file_revision: Annotated[
        int | None, Meta(description="What the scene's file said last; null without a file.")
    ]
    draft: Annotated[
        Scene | None, Meta(description="The newest revision, if it is not the one that plays.")
    ]
    draft_changes: Annotated[
        tuple[str, ...],
        Meta(
            description="What publishing the draft would change, in words.",
            examples=[["Volume 40 % → 45 %"]],
        ),
    ]


StandingSceneModel = Annotated[StandingScene, Wire()]
Why = Annotated[Line, Field(max_length=200, examples=["the old one was too loud"])]


class Act(BaseModel):
    """Who does it, and why."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"author": "Kim", "why": "the old one was too loud"}]},
    )

    author: Author = ""
    why: Why = ""


class SceneToSave(Act):
    """A scene as people write it, whole; what is not said is as always."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"scene": SCENE_DOCUMENT, "author": "Kim"}]}
    )

    scene: Annotated[SceneDocument, Wire(read_document)]


class Copy(Act):
    """The id and the name of a copy."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"id": "late-evening", "name": "Late evening", "author": "Kim"}]
        }
    )

    id: Slug = Field(examples=["late-evening"])
    name: Line = Field(min_length=1, max_length=60, examples=["Late evening"])


class Return(Act):
    """Which revision to go back to."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"revision": 3, "author": "Kim"}]})

    revision: int = Field(ge=1, le=2**31 - 1, strict=True, examples=[3])


class RevisionView(BaseModel):
    """A scene as it was saved once. It never changes."""

    revision: int
    created_at: datetime
    origin: Literal["file", "person"]
    author: str = Field(examples=["Kim"])
    why: str
    plays: bool = Field(description="Whether it is the one that is published.")
    changes: list[str] = Field(
        description="What differs from the revision before it, in words.",
        examples=[["Volume 40 % → 45 %"]],
    )
    scene: SceneModel


class UseView(BaseModel):
    """One place that names a scene."""

    kind: Kind
    store: str | None = Field(description="Null for a template.", examples=["nordic"])
    text: str = Field(examples=["Nordic: Rule “Evenings”"])
