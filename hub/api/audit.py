"""The audit over REST: who changed what, when, why, and what it was before and after."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
)

from hub.api.access import WhoDep, needs
from hub.api.line import Line
from hub.audit import Entry, Search, find
from hub.parts import HubPartsDep
from hub.people.rights import Right

router = APIRouter(tags=["audit"])

_LARGEST_NUMBER = 2**63 - 1
_LONGEST = 200


def _written_out(value: object) -> object:
    """A bare number is no instant, whatever it may count."""
    if isinstance(value, str) and value[4:5] != "-":
        raise ValueError(f"{value!r} is no instant; write 2026-10-22T09:00:00+02:00")
    return value


def _utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("no time is that far away") from None


Moment = Annotated[AwareDatetime, BeforeValidator(_written_out), AfterValidator(_utc)]
Words = Annotated[Line, Field(max_length=_LONGEST)]


class ChangeView(BaseModel):
    """One change. ``before`` and ``after`` are null where there was nothing."""

    number: int = Field(description="Counts up; never given twice.", examples=[1741])
    at: datetime
    author: str = Field(description="A name or a role; the hub itself at times.")
    account: str = Field(
        description="Who was signed in, by username, or the shop's shared tablet, as in "
        "tablet:Till; empty for the hub itself.",
        examples=["kim"],
    )
    action: str = Field(description="A verb with its object.", examples=["override.choose"])
    store: str | None = Field(examples=["nordic"])
    subject: str = Field(description="What was changed.", examples=["entrance"])
    why: str
    before: Any = Field(description="As it was, as JSON.", examples=[None])
    after: Any = Field(description="As it is since, as JSON.", examples=[{"scene": "event"}])


class AuditPage(BaseModel):
    """Changes, the newest first; ``next`` is the cursor of the page after, null on the last."""

    changes: list[ChangeView]
    next: int | None = Field(examples=[1691])


class AuditQuery(BaseModel):
    """Which changes; all conditions hold together."""

    model_config = ConfigDict(extra="forbid")

    store: Words | None = None
    subject: Words | None = None
    author: Words | None = None
    action: Words | None = Field(
        default=None,
        description="The whole action, or its first words: `override` for every `override.…`.",
        examples=["override.choose"],
    )
    start: Moment | None = Field(
        default=None, alias="from", description="The first instant (in an address, + is %2B)."
    )
    end: Moment | None = Field(default=None, alias="to", description="The instant after the last.")
    cursor: int | None = Field(
        default=None, ge=1, le=_LARGEST_NUMBER, description="`next` of the page before."
    )
    most: int = Field(default=50, ge=1, le=500, description="How many at most.")


@router.get("/audit", dependencies=[Depends(needs(Right.REVIEW))])
def list_changes(hub: HubPartsDep, who: WhoDep, query: Annotated[AuditQuery, Query()]) -> AuditPage:
    """Every change to what shall be, the newest first. Nothing in it is ever altered or removed.

    Take the next page by giving its `next` back as `cursor`: what is changed meanwhile neither
    shifts nor doubles anything.
    """
    search = Search(
        store=query.store,
        subject=query.subject,
        author=query.author,
        action=query.action,
        start=query.start,
        end=query.end,
        before=query.cursor,
        stores=who.stores,
    )
    with hub.engine.connect() as connection:
        # One more than asked for tells whether there is a next page.
        found = find(connection, search, query.most + 1)
    shown = found[: query.most]
    return AuditPage(
        changes=[_view(entry) for entry in shown],
        next=shown[-1].number if len(found) > query.most else None,
    )


def _view(entry: Entry) -> ChangeView:
    change = entry.change
    return ChangeView(
        number=entry.number,
        at=change.at,
        author=change.author,
        account=change.account,
        action=change.action,
        store=change.store,
        subject=change.subject,
        why=change.why,
        before=change.before,
        after=change.after,
    )
