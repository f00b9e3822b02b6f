"""What staff find in one tap (too loud, too dark, too strong), and the remedy in one more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from hub.api.access import WhoDep, needs
from hub.parts import HubParts, HubPartsDep
from hub.people.rights import Right
from hub.planning.nudging import Step
from hub.planning.planner import PlannedZone
from hub.voices.desk import Noted
from hub.voices.questions import Complaint, Remedy
from hub.web.forms import Field, done, own_form
from hub.web.rendering import PageRoute, by_htmx, page
from hub.web.store_bar import store_bar
from hub.web.voice.words import complaint_word, remedy_word
from hub.web.words import percent_words
from scenes.adjustment import FULL, Sense, stepped
from scenes.errors import StemningError
from scenes.language import _

router = APIRouter(
    include_in_schema=False,
    route_class=PageRoute,
    dependencies=[Depends(needs(Right.CHOOSE)), Depends(own_form)],
)

_REMEDIES: dict[Complaint, tuple[Remedy, Sense, float]] = {
    Complaint.TOO_LOUD: (Remedy.QUIETER, "volume", -20.0),
    Complaint.TOO_DARK: (Remedy.BRIGHTER, "light", 20.0),
    Complaint.TOO_STRONG: (Remedy.LESS_SCENT, "scent", -30.0),
}
"""What helps, and by how many points of per cent: enough that somebody notices."""

Number = Annotated[int, Form(ge=1, lt=2**63)]


class UnknownComplaintError(StemningError, LookupError):
    """Nobody complained of that zone under this number."""

    code = "voice.complaint-unknown"


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be done about it: a button's word, and what it comes to. Maybe nothing."""

    remedy: str
    word: str
    after: str


@router.post("/staff-voice")
def complain(
    request: Request,
    hub: HubPartsDep,
    who: WhoDep,
    store: Field,
    zone: Field,
    what: Annotated[Complaint, Form()],
) -> Response:
    """Note it, and offer what helps."""
    planned = hub.planner.find(zone, store)
    noted = hub.voices.complain(planned.store.id, planned.zone.id, what, who.name)
    values = {
        "noted": noted,
        "word": complaint_word(what),
        "zone_name": planned.zone.name,
        "offer": _offer(hub, planned, what),
    }
    if by_htmx(request):
        return page("voice/_noted.html", values)
    return page("voice/noted.html", {"bar": store_bar(hub, planned.store), **values})


@router.post("/staff-voice/remedy")
def remedy(
    request: Request, hub: HubPartsDep, who: WhoDep, store: Field, zone: Field, complaint: Number
) -> Response:
    """Do what helps, once, until the next change of the plan; the nudge says why."""
    noted = _noted(hub, store, zone, complaint)
    what, sense, points = _REMEDIES[noted.what]
    step = Step(sense, points, who.name, noted.what.value)

    def once(_edition: str) -> None:
        # First, and while nobody else can step: of two taps one is refused.
        hub.voices.remedied(noted, what, who.name)

    hub.planner.step(store, zone, step, check=once)
    return done(request, store)


def _noted(hub: HubParts, store: str, zone: str, complaint: int) -> Noted:
    noted = hub.voices.noted(complaint)
    if noted is None or (noted.store, noted.zone) != (store, zone):
        raise UnknownComplaintError(f"nobody complained of {zone} under the number {complaint}")
    return noted


def _offer(hub: HubParts, planned: PlannedZone, what: Complaint) -> Offer | None:
    """None where the knob stands at its end already."""
    remedy, sense, step = _REMEDIES[what]
    now = _percent(hub, planned, sense)
    after = stepped(sense, now, step)
    if after == now:
        return None
    words = _("{percent} of what the scene asks, until the next change")
    return Offer(remedy, remedy_word(remedy), words.format(percent=percent_words(after)))


def _percent(hub: HubParts, planned: PlannedZone, sense: Sense) -> float:
    nudge = planned.asked.nudging(sense, hub.now())
    return nudge.percent if nudge else FULL
