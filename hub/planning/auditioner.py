"""Auditions: a recipe in one zone for a minute, then all is as it was."""

from __future__ import annotations

from datetime import datetime, timedelta
from secrets import token_hex

from hub.audit import Change
from hub.errors import ConflictError
from hub.planning.asked import NO_CHOICE
from hub.planning.book import PlannedZone
from hub.planning.check import Check, whatever
from hub.planning.choices import told, zone_subject
from hub.planning.keeper import PlanKeeper
from scenes.audition import LONGEST_S, SHORTEST_S, Audition, recipe_of
from scenes.errors import StemningError
from scenes.language import N_, _
from scenes.rules import Layer
from scenes.scene import Scene

BEGIN, END = "audition.begin", "audition.end"
_STRONGER = {Layer.EMERGENCY: N_("an emergency"), Layer.QUIET_HOUR: N_("a quiet hour")}


class AuditionRefusedError(ConflictError):
    """Something stronger holds in the zone, and nobody would hear the recipe."""

    code = "audition.refused"


class AuditionLengthError(StemningError, ValueError):
    """An audition is too short to be heard, or too long to be one."""

    code = "audition.length"


class Auditioner(PlanKeeper):
    """Lets people try recipes. Every change is one transaction, with its audit."""

    def audition(
        self,
        store: str,
        zone: str,
        scene: Scene,
        seconds: float,
        *,
        author: str = "",
        check: Check = whatever,
    ) -> Audition:
        """Let a recipe hold in a zone for some seconds (10 to 120); it ends by itself.

        It need not be published, nor saved. It wins over an override, which holds again afterwards;
        the audition before gives way. `AuditionRefusedError` in a quiet hour and an emergency,
        `AuditionLengthError`, `UnknownZoneError`, and what ``check`` raises.
        """
        if not SHORTEST_S <= seconds <= LONGEST_S:
            said = _("an audition lasts {least} to {most} s, not {asked} s")
            bounds = {"least": f"{SHORTEST_S:g}", "most": f"{LONGEST_S:g}", "asked": f"{seconds:g}"}
            raise AuditionLengthError(said.format(**bounds))
        with self._lock:
            before, now = self.planned(store, zone), self._now()
            check(audition_edition(before.asked.audition))
            self._refuse_in_vain(before, now)
            begun = Audition(
                id=token_hex(8),
                zone=before.zone.id,
                recipe=recipe_of(scene),
                of=scene.id,
                start=now,
                end=now + timedelta(seconds=seconds),
                author=author,
            )
            change = _change(before, begun, now, author)
            self._turn({before.key: before.asked.auditioning(begun)}, told(change), now)
            return begun

    def end_audition(
        self, store: str, zone: str, *, author: str = "", check: Check = whatever
    ) -> bool:
        """End a zone's audition before its time; False when there is none."""
        with self._lock:
            before, now = self.planned(store, zone), self._now()
            check(audition_edition(before.asked.audition))
            if before.asked.auditioned(now) is None:
                return False
            change = _change(before, None, now, author)
            self._turn({before.key: before.asked.auditioning(None)}, told(change), now)
            return True

    def _refuse_in_vain(self, before: PlannedZone, now: datetime) -> None:
        plan = before.plan
        instant = min(max(now, plan.slots[0].start), plan.slots[-1].start)
        stronger = _STRONGER.get(plan.at(instant).layer)
        if stronger is not None:
            raise AuditionRefusedError(
                _("{stronger} holds in {zone}, and nothing is auditioned over it").format(
                    stronger=_(stronger), zone=before.zone.name
                )
            )


def audition_edition(audition: Audition | None) -> str:
    """Which audition this is."""
    return audition.id if audition else NO_CHOICE


def _change(before: PlannedZone, after: Audition | None, now: datetime, author: str) -> Change:
    return Change(
        at=now,
        author=author,
        action=BEGIN if after else END,
        store=before.store.id,
        subject=zone_subject(before.zone.id),
        before=before.asked.auditioned(now),
        after=after,
    )
