"""The devices of each zone, as the agents report them, for the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from hub.reported import ReportedEdge, Trouble
from scenes.messages import DeviceState


@dataclass(frozen=True, slots=True)
class Device:
    """A device as it was reported last; ``silent`` when that is no longer the present.

    ``trouble`` says since when it has had its problem.
    """

    name: str
    state: DeviceState
    silent: bool
    trouble: Trouble | None
    seen_at: datetime | None
    """When a sensor saw somebody last, if it has since the hub listens."""

    @property
    def words(self) -> str:
        """What people call it: window strip."""
        return self.name.replace("-", " ")


def zone_devices(edges: Iterable[ReportedEdge], store: str) -> Mapping[str, list[Device]]:
    """The devices of a store by zone, in the order of their names."""
    found: dict[str, list[Device]] = {}
    for edge in edges:
        if edge.store != store or edge.state is None or edge.gone:
            continue
        silent = edge.stale or (edge.hello is not None and not edge.online)
        for name, state in sorted(edge.state.message.devices.items()):
            device = Device(name, state, silent, edge.troubles.get(name), edge.seen.get(name))
            found.setdefault(state.zone, []).append(device)
    return found
