"""One example of every message, as a shop would send it."""

from datetime import UTC, datetime, timedelta

import msgspec

from scenes.adjustment import Adjustment
from scenes.messages import (
    Alarm,
    AsRun,
    ClockSet,
    Committed,
    Contact,
    DeviceInfo,
    DeviceState,
    DeviceTrouble,
    Dropped,
    EventBatch,
    Hello,
    Message,
    Passage,
    PlanAccepted,
    PlanMessage,
    Presence,
    Press,
    Reading,
    Reply,
    Request,
    Started,
    State,
    TrackPlayed,
    Trigger,
    ZoneState,
)
from scenes.plan import Plan, Slot
from scenes.rules import Layer
from scenes.scene import LightCue, MusicCue, Scene, ScentCue

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
BOOT = "00c0ffee00c0ffee"
CALM = Scene(
    id="calm",
    name="Calm",
    light={"all": LightCue(level=60, temperature_k=3000, fade_s=30)},
    music=MusicCue(source="playlist:calm", volume=25),
    scent=ScentCue(fragrance="linen", intensity=25),
)
DARK = Scene(id="dark", name="Dark")


def plan(*starts_and_scenes: tuple[int, Scene], hours: int = 24) -> Plan:
    """A plan of the entrance from noon; starts are minutes after noon."""
    return Plan(
        store="nordic",
        zone="entrance",
        epoch=3,
        revision=7,
        compiled_at=NOON,
        slots=tuple(
            Slot(
                start=NOON + timedelta(minutes=minutes),
                scene=scene.id,
                layer=Layer.RULE,
                reason=f"Rule {scene.name}",
                source=f"rule:{number}",
            )
            for number, (minutes, scene) in enumerate(starts_and_scenes)
        ),
        until=NOON + timedelta(hours=hours),
        scenes={scene.id: scene for _, scene in starts_and_scenes},
    )


_NUDGED = msgspec.structs.replace(
    plan((0, CALM)).slots[0],
    adjust=Adjustment(volume=80.0),
    adjust_reason="20 % quieter until 18:00, Kim: too loud",
)
_WHO = {"store": "nordic", "edge": "ceiling", "boot": BOOT}

MESSAGES: tuple[Message, ...] = (
    PlanMessage(plan=plan((0, DARK), (60, CALM))),
    PlanMessage(plan=msgspec.structs.replace(plan((0, CALM)), slots=(_NUDGED,))),
    Hello(
        **_WHO,  # type: ignore[arg-type]
        online=True,
        at=NOON,
        version="0.1.0",
        zones=("entrance",),
        devices=(
            DeviceInfo(
                id="window", kind="light", zone="entrance", driver="gpio-pwm", group="accent"
            ),
        ),
    ),
    State(
        **_WHO,  # type: ignore[arg-type]
        at=NOON,
        zones={
            "entrance": ZoneState(
                scene="calm",
                confirmed=True,
                since=NOON,
                until=NOON + timedelta(hours=1),
                layer=Layer.RULE,
                reason="Rule Calm",
                epoch=3,
                revision=7,
                scene_revision=1,
            )
        },
        devices={"window": DeviceState(kind="light", zone="entrance", reading=Reading(level=60.0))},
        dropped_events=41,
        clock="holdover",
        problems=("the disk takes nothing: the shop plays on",),
    ),
    EventBatch(
        **_WHO,  # type: ignore[arg-type]
        events=(
            Started(seq=1, at=NOON, version="0.1.0"),
            PlanAccepted(seq=2, at=NOON, zone="entrance", epoch=3, revision=7),
            Presence(seq=3, at=NOON, zone="entrance", device="door", present=True),
            DeviceTrouble(seq=4, at=NOON, zone="entrance", device="window", problem="no answer"),
            Passage(seq=5, at=NOON, zone="entrance", device="gate", direction="in"),
            Contact(seq=6, at=NOON, zone="entrance", device="cupboard", open=True),
            Press(seq=7, at=NOON, zone="entrance", device="bell"),
            AsRun(
                seq=8,
                at=NOON,
                until=NOON + timedelta(minutes=1),
                zone="entrance",
                scene="calm",
                scene_revision=1,
                layer=Layer.RULE,
                source="rule:0",
                epoch=3,
                revision=7,
                slot_start=NOON,
                confirmed=True,
                devices={
                    "window": Reading(level=60.0),
                    "scent": Reading(
                        on=False, fragrance="linen", cartridge_ml=61.5, days_left=40.2
                    ),
                },
            ),
            TrackPlayed(
                seq=9,
                at=NOON,
                until=NOON + timedelta(minutes=3),
                zone="entrance",
                device="speakers",
                file="calm/so-what.flac",
                source="playlist:calm",
                title="So What",
                artist="Miles Davis",
                album="Kind of Blue",
            ),
            ClockSet(seq=10, at=NOON, step_s=3600.5, state="synced"),
            Dropped(
                seq=11,
                at=NOON,
                until=NOON + timedelta(hours=1),
                counts={"presence": 40, "press": 1},
            ),
            Alarm(
                seq=12,
                at=NOON,
                cause="emergency",
                active=True,
                text="the emergency contact is open",
            ),
        ),
    ),
    Committed(**_WHO, seq=8),  # type: ignore[arg-type]
    Request(id="r-1", action="identify", device="window", expires_at=NOON),
    Request(id="r-2", action="refill", device="scent", expires_at=NOON),
    Reply(id="r-1", edge="ceiling", at=NOON, done=True),
    Trigger(
        id="t-1",
        zone="entrance",
        scene="evening",
        key="mirror-2",
        expires_at=NOON + timedelta(minutes=5),
        token="mirror.s3cret",
    ),
)
