"""The sensors of each zone, as the edges report them: what each sees, or that nobody knows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hub.reported import ReportedEdge
from scenes.messages import DeviceState, SensorType

ZoneKey = tuple[str, str]
"""(store, zone)"""

_SEE_PRESENCE: frozenset[SensorType] = frozenset(
    {"pir", "simulated", "ultrasonic", "mmwave", "mqtt"}
)


@dataclass(frozen=True, slots=True)
class Sensor:
    """A sensor that sees people.

    ``present`` is whether it sees somebody now, None when that isn't known: its edge is silent or
    offline, or it has a problem itself. ``counts``: it tells who passes, and its ``present`` only
    says that somebody is in its way. ``age_s`` is that of the edge's report.
    """

    store: str
    edge: str
    boot: str
    device: str
    present: bool | None
    counts: bool
    age_s: float

    @property
    def key(self) -> tuple[str, str, str]:
        """Names it among all stores."""
        return self.store, self.edge, self.device


def zone_sensors(edges: Iterable[ReportedEdge]) -> Mapping[ZoneKey, list[Sensor]]:
    """Every sensor that sees people, by the zone that it looks at.

    An edge that is gone speaks for no zone any more.
    """
    found: dict[ZoneKey, list[Sensor]] = {}
    for edge in edges:
        if edge.state is None or edge.gone:
            continue
        for device, state in edge.state.message.devices.items():
            sensor = _sensor(edge, device, state)
            if sensor is not None:
                found.setdefault((edge.store, state.zone), []).append(sensor)
    return found


def _sensor(edge: ReportedEdge, device: str, state: DeviceState) -> Sensor | None:
    if state.kind != "sensor" or edge.state is None:
        return None
    kind = _type(edge, device)
    if kind != "beam" and kind not in _SEE_PRESENCE and state.reading.present is None:
        # A button, a contact, or one of an agent that doesn't say what its sensors are.
        return None
    offline = edge.hello is not None and not edge.online
    silent = offline or edge.stale or state.reading.problem is not None
    return Sensor(
        store=edge.store,
        edge=edge.edge,
        boot=edge.state.message.boot,
        device=device,
        present=None if silent else state.reading.present,
        counts=kind == "beam",
        age_s=edge.state.age_s,
    )


def _type(edge: ReportedEdge, device: str) -> SensorType | None:
    inventory = edge.hello.message.devices if edge.hello else ()
    return next((info.sensor_type for info in inventory if info.id == device), None)
