"""What tags choices have, and how a write over one is refused that its author has not seen."""

from __future__ import annotations

import re

from hub.api.precondition import Precondition, etag
from hub.errors import CalmHeldError, QuietHourHeldError
from hub.moments import moment
from hub.parts import HubParts
from hub.planning.auditioner import audition_edition
from hub.planning.check import whatever
from hub.planning.choices import edition, store_subject, zone_subject
from hub.planning.planner import Check, PlannedZone
from hub.planning.told import Told
from hub.shop import Store
from scenes.adjustment import Sense
from scenes.language import _
from scenes.nudge import Calm
from scenes.rules import Layer

_EDITION = re.compile(r'"[a-z-]+-([0-9a-f]{16}|none)"')


def zone_tag(planned: PlannedZone) -> str:
    """The tag of a zone's choice: another one whenever somebody chose, or returned to the plan."""
    return etag("choice", planned.edition)


def store_tag(hub: HubParts, store: str, layer: Layer) -> str:
    """The tag of a store's quiet hour or emergency."""
    return etag(layer, edition(hub.planner.store_choice(store, layer)))


def zone_check(hub: HubParts, planned: PlannedZone, seen: Precondition) -> Check:
    """Lets a zone be written only by those who saw the choice that holds."""
    subject = zone_subject(planned.zone.id)
    return _check(hub, planned.store, subject, Layer.OVERRIDE, "choice", seen)


def last_choice(hub: HubParts, store: Store) -> str:
    """What was chosen last in any zone of a store, in a sentence; empty when nothing is known."""
    told = Told(hub.engine, store, hub.planner.shop.scenes, hub.now())
    return told.last({zone_subject(zone.id): zone.name for zone in store.zones}, Layer.OVERRIDE)


def store_check(hub: HubParts, store: Store, layer: Layer, seen: Precondition) -> Check:
    """Lets a store's quiet hour or emergency be ended only by those who saw it."""
    return _check(hub, store, store_subject(store.id), layer, layer, seen)


def begin_check(hub: HubParts, store: Store, seen: Precondition | None) -> Check:
    """Lets a quiet hour begin where none holds, or in place of the one that its author saw.

    `QuietHourHeldError` for who knows of none.
    """
    if seen is not None:
        return store_check(hub, store, Layer.QUIET_HOUR, seen)

    def check(_now: str) -> None:
        held = hub.planner.store_choice(store.id, Layer.QUIET_HOUR)
        if held is not None:
            now = hub.now()
            began, ends = (moment(at, now, store.tz) for at in (held.start, held.end))
            raise QuietHourHeldError(
                _(
                    "{who} began a quiet hour in {store} at {began}, and it holds until {ends}: "
                    "leave it, end it first, or say that yours replaces it (its ETag as If-Match, "
                    "or * for whatever is there; stemning quiet-hour --replace)"
                ).format(who=held.author or _("Somebody"), store=store.name, began=began, ends=ends)
            )

    return check


def nudge_tag(planned: PlannedZone, sense: Sense) -> str:
    """The tag of a zone's nudge of a sense: another one whenever somebody nudged it."""
    return etag(sense, edition(planned.asked.nudges.get(sense)))


def nudge_check(hub: HubParts, planned: PlannedZone, sense: Sense, seen: Precondition) -> Check:
    """Lets a sense of a zone be nudged only by those who saw the nudge that holds."""
    return _check(hub, planned.store, zone_subject(planned.zone.id), sense, sense, seen)


def calm_tag(hub: HubParts, store: str, calm: Calm) -> str:
    """The tag of a store's mute or scent-off."""
    return etag(calm, edition(hub.planner.store_calm(store, calm)))


def calm_check(hub: HubParts, store: Store, calm: Calm, seen: Precondition) -> Check:
    """Lets a store's mute or scent-off be ended only by those who saw it."""
    return _check(hub, store, store_subject(store.id), calm, calm, seen)


def begin_calm_check(hub: HubParts, store: Store, calm: Calm, seen: Precondition | None) -> Check:
    """Lets a mute begin where none holds, or in place of the one that its author saw.

    `CalmHeldError` for who knows of none.
    """
    if seen is not None:
        return calm_check(hub, store, calm, seen)

    def check(_now: str) -> None:
        held = hub.planner.store_calm(store.id, calm)
        if held is not None:
            now, what = hub.now(), "muted" if calm == "mute" else "turned the scent off in"
            began, ends = (moment(at, now, store.tz) for at in (held.start, held.end))
            raise CalmHeldError(
                f"{held.author or 'Somebody'} {what} {store.name} at {began}, until {ends}: leave "
                "it, end it first, or say that yours replaces it (its ETag as If-Match, or * for "
                f"whatever is there; stemning {calm} --replace)"
            )

    return check


def audition_tag(planned: PlannedZone) -> str:
    """The tag of a zone's audition."""
    return etag("audition", audition_edition(planned.asked.audition))


def audition_check(hub: HubParts, planned: PlannedZone, seen: Precondition | None) -> Check:
    """Lets an audition give way only to those who saw it; to whoever says nothing as well."""
    subject = zone_subject(planned.zone.id)
    if seen is None:
        return whatever
    return _check(hub, planned.store, subject, "audition", "audition", seen)


def _check(
    hub: HubParts, store: Store, subject: str, kind: str, name: str, seen: Precondition
) -> Check:
    told = Told(hub.engine, store, hub.planner.shop.scenes, hub.now())

    def check(now: str) -> None:
        def changed() -> list[str]:
            known = _EDITION.search(seen.seen)
            return told.since(subject, kind, known[1] if known else "")

        seen.check(etag(name, now), changed)

    return check
