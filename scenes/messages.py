"""The messages of the wire contract. Each carries the version of its schema.

A reader ignores fields that it doesn't know and refuses a schema version that it doesn't know.
Optional fields may be added within a version; anything else is a new version.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Raw, Struct

from scenes.adjustment import Adjustment
from scenes.plan import Plan
from scenes.rules import Layer
from scenes.units import Count, Instant, Number, Percentage, Seconds, Slug, check_instants

SCHEMA_VERSION = 1

Identifier = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.:-]+$(?!\n)")]
TriggerKey = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=64,
        pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$(?!\n)",
        description="What the wish is about, in the integration's own words: a mirror, a hook. "
        "Nothing that could tell who somebody is.",
        examples=["mirror-2"],
    ),
]
Token = Annotated[
    str, Meta(min_length=1, max_length=200, description="What the hub gave the integration.")
]
BootId = Annotated[
    str,
    Meta(
        pattern=r"^[0-9a-f]{16}$(?!\n)",
        description="One run of an agent: sixteen hex digits, new at every start.",
    ),
]
Text = Annotated[str, Meta(max_length=500)]
HubName = Annotated[str, Meta(max_length=100)]
TrackText = Annotated[str, Meta(max_length=1000)]
AnnouncementFile = Annotated[
    str,
    Meta(
        pattern=r"^file:\S.*$(?!\n)",
        max_length=500,
        description="file:PATH in the player's library.",
        examples=["file:jingles/closing.ogg"],
    ),
]
ClockState = Annotated[
    Literal["unsynced", "holdover", "synced"],
    Meta(
        description="synced: a time server vouches; holdover: one did, or a real-time clock or a "
        "person does; unsynced: nobody does."
    ),
]
Millilitres = Annotated[float, Meta(ge=0, description="Millilitres.")]
Days = Annotated[float, Meta(ge=0, description="Days.")]
DeviceKind = Literal["light", "player", "diffuser", "sensor"]
SensorType = Literal["pir", "simulated", "beam", "ultrasonic", "mmwave", "mqtt", "other"]
"""What a sensor sees people by; how far its word can be trusted depends on it."""


class Message(Struct, frozen=True, kw_only=True):
    """What every message has."""

    schema: Literal[1] = 1


class PlanMessage(Message, frozen=True, kw_only=True):
    """Hub to agents, retained: a zone's plan. ``hub`` names the hub that made it, for people."""

    plan: Plan
    hub: HubName = ""


class DeviceInfo(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One device of an edge's inventory; ``sensor_type`` is what a sensor sees people by."""

    id: Slug
    kind: DeviceKind
    zone: Slug
    driver: str
    group: Slug | None = None
    sensor_type: SensorType | None = None


class Hello(Message, frozen=True, kw_only=True):
    """Agent to hub, retained: birth with inventory; as the last will, ``online`` is false."""

    store: Slug
    edge: Slug
    boot: BootId
    online: bool
    at: Instant
    version: str
    zones: tuple[Slug, ...] = ()
    devices: tuple[DeviceInfo, ...] = ()

    def __post_init__(self) -> None:
        check_instants(self.at)


class Reading(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a device really does now, in its own kind's terms.

    light: ``level``, ``temperature_k``, ``colour``; player: ``volume``, ``source``, ``playing``;
    diffuser: ``on``, ``fragrance``, ``cartridge_ml`` (what is left by its run time), ``days_left``
    (by the use of the last days); sensor: ``present``, ``distance_cm``, ``open``, ``pressed``.
    ``problem`` says in words what fails; then a sensor claims nothing else.
    """

    level: Percentage | None = None
    temperature_k: float | None = None
    colour: str | None = None
    volume: Percentage | None = None
    source: str | None = None
    playing: bool | None = None
    on: bool | None = None
    fragrance: str | None = None
    cartridge_ml: Millilitres | None = None
    days_left: Days | None = None
    present: bool | None = None
    distance_cm: float | None = None
    open: bool | None = None
    pressed: bool | None = None
    problem: Text | None = None


class DeviceState(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A device and its reading."""

    kind: DeviceKind
    zone: Slug
    reading: Reading
    group: Slug | None = None


class ZoneState(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a zone plays at this edge, and by which plan. Without a plan ``scene`` is None.

    ``confirmed`` is true when every device of the zone at this edge does what the scene asks;
    ``fading`` while it is still on its way there. ``refuses`` is the (epoch, revision) of the plan
    that came last, if its maker didn't know the newer one that is followed here. ``adjust`` is what
    people made of the scene, as it is given here.
    """

    scene: Slug | None
    confirmed: bool
    fading: bool = False
    scene_revision: Number | None = None
    since: Instant | None = None
    until: Instant | None = None
    layer: Layer | None = None
    reason: str = ""
    epoch: Count | None = None
    revision: Number | None = None
    refuses: tuple[Count, Number] | None = None
    adjust: Adjustment | None = None
    problem: Text | None = None

    def __post_init__(self) -> None:
        check_instants(self.since, self.until)


class State(Message, frozen=True, kw_only=True):
    """Agent to hub, retained: what each zone and device really does. At least every 5 s.

    ``clock`` says whether anybody vouches for the edge's time, ``problems`` what is wrong with
    the edge itself (its disk, its clock), ``dropped_events`` how many events it had no room for
    since it started.
    """

    store: Slug
    edge: Slug
    boot: BootId
    at: Instant
    zones: dict[Slug, ZoneState]
    devices: dict[Slug, DeviceState]
    waiting_events: Count = 0
    dropped_events: Count = 0
    clock: ClockState | None = None
    problems: tuple[Text, ...] = ()

    def __post_init__(self) -> None:
        check_instants(self.at)


class Event(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind"):
    """Something an edge saw or did, numbered within its boot from 1 without gaps.

    ``clock`` is "unsynced" when nobody vouched for ``at``: it is a guess, wrong by the sum of the
    steps that the boot's later `ClockSet` events tell.
    """

    seq: Number
    at: Instant
    zone: Slug | None = None
    device: Slug | None = None
    clock: Literal["unsynced"] | None = None

    def __post_init__(self) -> None:
        check_instants(self.at)


class Started(Event, frozen=True, kw_only=True, tag="started"):
    """The agent started: the first event of every boot."""

    version: str


class Presence(Event, frozen=True, kw_only=True, tag="presence"):
    """A sensor (``device``) in ``zone`` begins or ceases to see somebody."""

    present: bool
    sensor_type: SensorType = "pir"


class Passage(Event, frozen=True, kw_only=True, tag="passage"):
    """Somebody passed a sensor (``device``), into or out of ``zone``."""

    direction: Literal["in", "out"]
    sensor_type: SensorType = "beam"


class Contact(Event, frozen=True, kw_only=True, tag="contact"):
    """A door, lid or drawer (``device``) was opened or closed."""

    open: bool


class Press(Event, frozen=True, kw_only=True, tag="press"):
    """Somebody pressed a button (``device``)."""


class AsRun(Event, frozen=True, kw_only=True, tag="as-run"):
    """What ``zone`` was really given from ``at`` to ``until`` (at most about a minute).

    ``confirmed`` only if every device did what the scene asked all that time; ``fading_s`` is
    the part of it that was a fade. ``devices`` are the readings at the end. ``repeated``: the plan
    had ended, and this was the same weekday of an earlier week. ``problem`` is why the zone as a
    whole was not given its scene (an alarm, a fragrance that isn't there), in words. ``adjust`` is
    what people had made of the scene.
    """

    until: Instant
    scene: Slug
    scene_revision: Number
    layer: Layer
    source: str
    epoch: Count
    revision: Number
    slot_start: Instant
    confirmed: bool
    fading_s: Seconds = 0.0
    block: str = ""
    devices: dict[Slug, Reading] = {}
    repeated: bool = False
    adjust: Adjustment | None = None
    problem: Text | None = None

    def __post_init__(self) -> None:
        check_instants(self.at, self.until, self.slot_start)


class DeviceTrouble(Event, frozen=True, kw_only=True, tag="device-trouble"):
    """A device (``device``) stopped answering, or came back (``problem`` is None).

    From a sensor in trouble comes nothing else until it is back: what it would have said in
    between is not known. ``unrecorded`` says how many of its changes were only counted.
    """

    problem: Text | None
    unrecorded: Count = 0


class TrackPlayed(Event, frozen=True, kw_only=True, tag="track-played"):
    """A player (``device``) was heard with one track from ``at`` to ``until``, for licence reports.

    ``file`` is the player's own name for it (a stream's address), ``source`` the music it came
    from. ``continued``: it had begun before ``at`` (a pause, an announcement or a restart of the
    agent lies between), so it is one play with the one before it, if there is one.
    """

    until: Instant
    file: TrackText
    source: TrackText = ""
    title: TrackText = ""
    artist: TrackText = ""
    album: TrackText = ""
    continued: bool = False

    def __post_init__(self) -> None:
        check_instants(self.at, self.until)


class Alarm(Event, frozen=True, kw_only=True, tag="alarm"):
    """The guard began to keep something safe, or (``active`` is false) ceased to.

    ``emergency``: the whole edge, from the moment the emergency contact opened until it was
    closed and a person reset the alarm. ``calm``: ``zone``, by its button. ``budget``: ``device``
    has given its day's millilitres. ``guard``: the guard itself is silent or fails, so that nothing
    of the whole edge can be kept safe by it.
    """

    cause: Literal["emergency", "calm", "budget", "guard"]
    active: bool
    text: Text = ""


class PlanAccepted(Event, frozen=True, kw_only=True, tag="plan-accepted"):
    """An agent took a new plan for ``zone``."""

    epoch: Count
    revision: Number


class ClockSet(Event, frozen=True, kw_only=True, tag="clock-set"):
    """The edge's clock was set: at ``at``, which is by the new time, it leapt by ``step_s``."""

    step_s: float
    state: ClockState


class Dropped(Event, frozen=True, kw_only=True, tag="dropped"):
    """The edge had no room for some events from ``at`` to ``until``: how many of each kind."""

    until: Instant
    counts: dict[str, Number]

    def __post_init__(self) -> None:
        check_instants(self.at, self.until)


AnyEvent = (
    Started
    | Presence
    | Passage
    | Contact
    | Press
    | AsRun
    | DeviceTrouble
    | Alarm
    | PlanAccepted
    | TrackPlayed
    | ClockSet
    | Dropped
)


class EventBatch(Message, frozen=True, kw_only=True):
    """Agent to hub: consecutive events of one boot. Kept by the edge until committed.

    ``oldest`` is the lowest number of the boot that the edge still holds: a hub that misses
    smaller ones need not wait for them, they were committed to a database that is lost.
    """

    store: Slug
    edge: Slug
    boot: BootId
    events: tuple[AnyEvent, ...]
    oldest: Number = 1


class RawEventBatch(Message, frozen=True, kw_only=True):
    """A batch whose events are read one by one, so that a bad one doesn't hold up the rest."""

    store: Slug
    edge: Slug
    boot: BootId
    events: tuple[Raw, ...]
    oldest: Number = 1


class Committed(Message, frozen=True, kw_only=True):
    """Hub to agent: the database holds every event of ``boot`` up to and with ``seq``."""

    store: Slug
    edge: Slug
    boot: BootId
    seq: Count


class Request(Message, frozen=True, kw_only=True):
    """Hub to agent, momentary: never retained, void after ``expires_at``, done once per ``id``.

    ``identify`` makes a device show itself; ``test`` runs an output briefly within its limits;
    ``refill`` says that a diffuser has a new cartridge; ``log`` asks the edge itself (``device`` is
    its own id) for the last lines of its log.
    ``announce`` has a player play the file ``source`` once: its music gives way to ``duck`` (per
    cent of its own volume) before and comes back from there. ``volume`` is that of the file (per
    cent of the cap), the music's own if not given.
    """

    id: Identifier
    action: Literal["identify", "test", "announce", "refill", "log"]
    device: Slug
    expires_at: Instant
    source: AnnouncementFile | None = None
    volume: Percentage | None = None
    duck: Percentage = 0.0

    def __post_init__(self) -> None:
        check_instants(self.expires_at)
        if (self.action == "announce") != (self.source is not None):
            raise ValueError("an announcement has a source, and nothing else has one")


class Reply(Message, frozen=True, kw_only=True):
    """Agent to hub: what became of a request. ``lines`` answer ``log``, the newest last."""

    id: Identifier
    edge: Slug
    at: Instant
    done: bool
    text: Text = ""
    lines: Annotated[tuple[Text, ...], Meta(max_length=200)] = ()

    def __post_init__(self) -> None:
        check_instants(self.at)


class Trigger(Message, frozen=True, kw_only=True):
    """An integration to the hub: ``zone`` shall have ``scene`` until ``expires_at``.

    Never retained, void after ``expires_at``, done once per ``id``. One of the same ``key`` (of
    the same integration) takes its place: with another time it is renewed, without a ``scene`` it
    ends (the garment left). It ends after the integration's longest time anyway.
    """

    id: Identifier
    zone: Slug
    key: TriggerKey
    expires_at: Instant
    token: Token
    scene: Slug | None = None

    def __post_init__(self) -> None:
        check_instants(self.expires_at)

    def __repr__(self) -> str:
        return f"Trigger(id={self.id!r}, zone={self.zone!r}, key={self.key!r}, token=…)"
