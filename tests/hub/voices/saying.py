"""Screens, answers and as-run records for tests."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import insert

from hub.database import writing
from hub.parts import HubParts
from hub.tables import ExposureRow, VoiceRow
from hub.voices.questions import Question
from hub.voices.screens import NewScreen, Screen
from scenes.messages import Hello, State, ZoneState


def a_screen(hub: HubParts, question: Question = Question.CSAT, zone: str = "entrance") -> Screen:
    """A screen of the store ``nordic``."""
    return hub.voice_screens.make(NewScreen(store="nordic", zone=zone, question=question))[0]


def report(hub: HubParts, scene: str = "trading", *, confirmed: bool = True) -> None:
    """The entrance's edge says what it plays, now."""
    boot, at = "0123456789abcdef", hub.now()
    hub.reported.hello(
        Hello(store="nordic", edge="ceiling", boot=boot, online=True, at=at, version="1")
    )
    zones = {"entrance": ZoneState(scene=scene, confirmed=confirmed)}
    hub.reported.state(
        State(store="nordic", edge="ceiling", boot=boot, at=at, zones=zones, devices={})
    )


def said(
    hub: HubParts,
    minute: datetime,
    *answers: int,
    question: Question = Question.CSAT,
    zone: str = "entrance",
) -> None:
    """Answers of one minute, as rows."""
    with writing(hub.engine) as connection:
        connection.execute(
            insert(VoiceRow),
            [
                {
                    "store": "nordic",
                    "zone": zone,
                    "screen": 1,
                    "minute": minute,
                    "question": question,
                    "answer": answer,
                    "planned_scene": "event",
                    "planned_scene_revision": 1,
                    "plan_epoch": 1,
                    "plan_revision": 1,
                    "reported_scene": "event",
                    "confirmed": True,
                }
                for answer in answers
            ],
        )


def played(
    hub: HubParts,
    scene: str,
    start: datetime,
    minutes: float,
    *,
    confirmed: bool = True,
    edge: str = "ceiling",
    adjust: dict[str, float] | None = None,
) -> None:
    """An as-run record of the entrance, as a row."""
    with writing(hub.engine) as connection:
        connection.execute(
            insert(ExposureRow).values(
                store="nordic",
                zone="entrance",
                edge=edge,
                scene=scene,
                scene_revision=1,
                layer="rule",
                source="rule:test",
                start=start,
                until=start + timedelta(minutes=minutes),
                confirmed=confirmed,
                fading_s=0.0,
                plan_epoch=1,
                plan_revision=1,
                block="",
                adjust=adjust,
            )
        )
