"""What plays in a zone at the instant that somebody says something."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from hub.reported import ReportedZone
from scenes.plan import Plan


@dataclass(frozen=True, slots=True)
class Playing:
    """What was planned, and what the edges reported; the fields are columns of a voice's row.

    ``reported_scene`` is None when nobody had reported within the last seconds or the edges
    disagreed, and ``confirmed`` then False.
    """

    planned_scene: str
    planned_scene_revision: int
    plan_epoch: int
    plan_revision: int
    reported_scene: str | None
    confirmed: bool

    def columns(self) -> dict[str, Any]:
        """As a row has it."""
        return asdict(self)


Listening = Callable[[str, str], Playing]
"""What plays in a store's zone now; `UnknownZoneError` for a zone that is gone."""


def playing(plan: Plan, reported: ReportedZone | None, at: datetime) -> Playing:
    """What plays at ``at``, by the plan in force and the newest report."""
    slot = plan.at(at)
    state = reported.state if reported is not None and not reported.stale else None
    return Playing(
        planned_scene=slot.scene,
        planned_scene_revision=plan.scenes[slot.scene].revision,
        plan_epoch=plan.epoch,
        plan_revision=plan.revision,
        reported_scene=state.scene if state else None,
        confirmed=bool(state and reported and reported.confirmed),
    )
