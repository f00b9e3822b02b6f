"""The office over REST: who decides, what is contested, and a person's word on it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field

from hub.api.access import needs
from hub.api.author import Author
from hub.api.errors import documented
from hub.api.line import Line
from hub.api.precondition import IfMatch, etag
from hub.office import Office, Standing
from hub.parts import HubParts, HubPartsDep
from hub.people.rights import Right

router = APIRouter(tags=["office"])


class HubInOffice(BaseModel):
    """The hub that decides in this one's place; ``hub`` is empty where it doesn't say its name."""

    hub: str = Field(examples=["hub on shop-server"])
    since: datetime | None


class ContestedZone(BaseModel):
    """A zone with a newer plan than this hub's database knows. Nothing is published for it."""

    store: str = Field(examples=["nordic"])
    zone: str = Field(examples=["entrance"])
    epoch: int
    revision: int
    place: str = Field(
        description="Where that plan was seen: the broker, or an edge by its name.",
        examples=["the broker"],
    )
    hub: str = Field(description="Who made it, where that is known.")
    seen_at: datetime


class OfficeView(BaseModel):
    """How this hub stands to its office.

    ``in-office``: it decides. ``contested``: so it does, but not for the zones in ``contested``.
    ``out-of-office``: another hub decides, and this one only shows. ``standby``: the same, as it
    shall be, until that hub is gone.
    """

    standing: Standing
    hub: str = Field(description="This hub's own name.", examples=["hub on shop-server"])
    epoch: int = Field(description="The number of its last term of office; 0 before the first.")
    since: datetime | None = Field(description="When that term began.")
    in_its_place: HubInOffice | None
    contested: list[ContestedZone]
    problems: list[str] = Field(description="The same in sentences, with what to do.")


class Confirmation(BaseModel):
    """A person's word that this hub's database is the right one."""

    model_config = ConfigDict(extra="forbid")

    author: Author = ""
    why: Annotated[
        Line, Field(max_length=500, examples=["The copy of Monday was put back on purpose"])
    ] = ""


@router.get("/office", dependencies=[Depends(needs(Right.SEE))])
def get_office(hub: HubPartsDep, response: Response) -> OfficeView:
    """Whether this hub decides, and if not, who does since when."""
    response.headers["ETag"] = _tag(hub.office)
    return _view(hub)


@router.post(
    "/office/confirm",
    responses=documented(409, 412, 428),
    dependencies=[Depends(needs(Right.CHAIN))],
)
def confirm_office(
    hub: HubPartsDep, seen: IfMatch, word: Confirmation, response: Response
) -> OfficeView:
    """Say that this hub's database is right, over whatever other plans were seen.

    It begins a new term: every plan goes out again, and agents that keep a newer plan of another
    hub, or of a newer copy of this database, take this hub's. Another hub on this broker loses
    office. While another hub holds this very database it is refused (409).
    """
    office = hub.office
    office.confirm(word.author, word.why, lambda: seen.check(_tag(office), lambda: _news(office)))
    response.headers["ETag"] = _tag(office)
    return _view(hub)


def _news(office: Office) -> list[str]:
    since = office.stand.since
    calm = f"this hub decides{f' since {since:%Y-%m-%d %H:%M} UTC' if since else ''}, in every zone"
    return office.problems() or [calm]


def _tag(office: Office) -> str:
    return etag("office", f"{office.epoch}-{office.stand.edition}")


def _view(hub: HubParts) -> OfficeView:
    office, stand = hub.office, hub.office.stand
    other = stand.other
    return OfficeView(
        standing=stand.standing,
        hub=office.name,
        epoch=office.epoch,
        since=stand.since,
        in_its_place=HubInOffice(hub=other.hub, since=other.since) if other else None,
        contested=[
            ContestedZone(
                store=rival.store,
                zone=rival.zone,
                epoch=rival.order[0],
                revision=rival.order[1],
                place=rival.place,
                hub=rival.hub,
                seen_at=rival.seen_at,
            )
            for rival in stand.contested.values()
        ],
        problems=office.problems(),
    )
