"""The hub's term of office: whether it decides, is contested, is out of office, or stands by.

Plans of another hub, or of a newer copy of the database, are never written over by themselves: a
person confirms whose database is right (ARCHITECTURE.md, "Who may plan").
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, Engine, func, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col

from hub import rivals
from hub.audit import Change, record
from hub.database import fence_of, migrate, writing
from hub.errors import NotInOfficeError
from hub.planning.keeper import Term
from hub.planning.planner import Planner
from hub.rivals import Order, Rival, ZoneKey
from hub.tables import AuditRow, HubRow
from scenes.codec import decode
from scenes.errors import InvalidMessageError
from scenes.language import _, ngettext
from scenes.messages import PlanMessage, State

_WHO = select(col(HubRow.epoch), col(HubRow.holder), col(HubRow.since)).with_for_update(read=True)
_NEWS = select(col(HubRow.epoch), select(func.max(AuditRow.id)).scalar_subquery())
_MOST_NAMED = 3
_log = logging.getLogger(__name__)


class Standing(StrEnum):
    """How a hub stands to its office."""

    IN_OFFICE = "in-office"
    CONTESTED = "contested"
    OUT = "out-of-office"
    STANDBY = "standby"


@dataclass(frozen=True, slots=True)
class Other:
    """The hub that decides in our place; ``standby`` if that is how it shall be."""

    hub: str
    since: datetime | None
    standby: bool = False


@dataclass(frozen=True, slots=True)
class Stand:
    """How things stand at one moment; ``edition`` is another one after each change.

    ``since`` is when this hub's term began, None before its first.
    """

    since: datetime | None = None
    other: Other | None = None
    contested: Mapping[ZoneKey, Rival] = field(default_factory=dict)
    edition: int = 0

    @property
    def standing(self) -> Standing:
        """In one word."""
        if self.other is not None:
            return Standing.STANDBY if self.other.standby else Standing.OUT
        return Standing.CONTESTED if self.contested else Standing.IN_OFFICE


class Office:
    """Knows whether this hub decides. Safe to use from any thread.

    ``name`` is what people call this hub; ``holds`` answers whether data and database are ours;
    ``tell`` is called at each change. ``begun`` is called when a later term than the first begins.
    """

    def __init__(
        self,
        engine: Engine,
        planner: Planner,
        now: Callable[[], datetime],
        name: str,
        holds: Callable[[], bool],
        tell: Callable[[], None],
    ) -> None:
        self.name = name
        self.stand = Stand()
        self.begun: list[Callable[[], None]] = []
        self._engine = engine
        self._planner = planner
        self._now = now
        self._holds = holds
        self._tell = tell
        # What others planned, as far as it was met: a person's word goes over all of it.
        self._met: dict[ZoneKey, Order] = {}
        self._unsaved: dict[ZoneKey, Rival] = {}
        self._heard_out = False
        self._news: object = None
        # One term begins at a time. Nothing that the planner may wait for is asked for under it.
        self._beginning = threading.Lock()
        self._moving = False
        self._changing = threading.Lock()
        fence_of(engine).check = self._check

    @property
    def decides(self) -> bool:
        """Whether this hub plans, reacts and writes. A contested one does, but for some zones."""
        return self.stand.other is None

    @property
    def epoch(self) -> int:
        """The number of this hub's term; 0 before its first."""
        return self._planner.epoch

    def publishes(self, store: str, zone: str) -> bool:
        """Whether a zone's plans may go out."""
        stand = self.stand
        began = stand.since is not None and stand.other is None
        return began and (store, zone) not in stand.contested

    def require(self) -> None:
        """`NotInOfficeError` unless this hub decides."""
        if self.stand.other is not None:
            raise NotInOfficeError(told(self.stand.other))

    @property
    def well(self) -> bool:
        """Whether all is as it shall be: it decides, for every zone, or it stands by."""
        return self.stand.standing in {Standing.IN_OFFICE, Standing.STANDBY}

    def problems(self) -> list[str]:
        """What keeps this hub from deciding, in sentences; none when nothing does."""
        stand = self.stand
        if stand.other is not None:
            return [told(stand.other)]
        return [contest_told(list(stand.contested.values()))] if stand.contested else []

    def begin(self) -> None:
        """The first term of this run has begun: write down whose it is."""
        now = self._now()
        with writing(self._engine, fenced=False) as connection:
            connection.execute(update(HubRow).values(holder=self.name, since=now))
            contested = rivals.contested(connection)
        self._change(lambda stand: replace(stand, since=now, contested=contested))

    def stand_by(self) -> None:
        """Let the hub that holds the database decide, and show what it does."""
        with self._engine.connect() as connection:
            who = connection.execute(_WHO).one_or_none()
        other = Other(who.holder, who.since, standby=True) if who else Other("", None, standby=True)
        self._change(lambda stand: replace(stand, since=None, other=other))
        self._planner.read()
        self._tell()

    def follow(self) -> None:
        """Standing by: see what is new. Cheap when nothing is."""
        stand = self.stand
        if stand.other is None or not stand.other.standby:
            return
        try:
            with self._engine.connect() as connection:
                news = connection.execute(_NEWS).one_or_none()
            if news != self._news:
                self.stand_by()
                self._news = news
        except SQLAlchemyError as error:
            _log.debug("standing by without a database: %s", error)

    def confirm(self, author: str, why: str, check: Callable[[], None]) -> None:
        """A person says that this database is right: a new term, over whatever was seen.

        ``check`` raises to let nothing happen. `NotInOfficeError` while another hub holds the
        database.
        """
        with self._beginning:
            if not self._holds():
                self.require()
                raise NotInOfficeError("another hub is about to decide: look again")
            check()
            before = _said(self.stand, self.epoch)

            def keep(connection: Connection, now: datetime) -> None:
                rivals.confirm(connection, now)
                change = Change(
                    at=now,
                    author=author,
                    action="office.confirm",
                    subject="office",
                    why=why,
                    before=before,
                    after={"hub": self.name},
                )
                record(connection, change)

            self._begin_term(keep, {})
            self._met.clear()
            self._unsaved.clear()
            _log.warning("%s confirmed this hub's database: %s", author or "somebody", why)

    def take_over(self) -> None:
        """The hub that held the database is gone: begin a term in its place."""
        with self._beginning:
            before = told(self.stand.other) if self.stand.other else ""
            migrate(self._engine)
            with self._engine.connect() as connection:
                contested = rivals.contested(connection)

            def keep(connection: Connection, now: datetime) -> None:
                change = Change(
                    at=now,
                    author=self.name,
                    action="office.take-over",
                    subject="office",
                    before=before,
                    after={"hub": self.name},
                )
                record(connection, change)

            self._begin_term(keep, contested)
            _log.warning("took office: nobody holds the database any more")

    def hear_plan(self, store: str, zone: str, payload: bytes) -> None:
        """A plan goes over the broker, or was kept there. `InvalidMessageError`."""
        ours = self._planner.plan_of(store, zone)
        if self.stand.since is None:
            self._news = None  # standing by: a plan is news
        if ours is None or self.stand.since is None or not payload:
            return
        note = rivals.read_note(payload)
        later = rivals.later_term(note.plan, ours, self.epoch)
        if not (later or rivals.unknown(note.plan.order, ours, self.epoch)):
            return
        # Nearly every plan is our own and is not read any further; this one is taken seriously.
        plan = decode(PlanMessage, payload).plan
        if (plan.store, plan.zone) != (store, zone):
            raise InvalidMessageError(f"it is the plan of {plan.store}/{plan.zone}")
        place, seen_at = "the broker", self._now()
        rival = Rival(store, zone, plan.order, place, seen_at, note.hub)
        self._meet(rival)
        if later and self._heard_out and not rivals.forgetful(note.plan, ours):
            self._lose(Other(note.hub, plan.compiled_at))
            self._save(rival)
        else:
            self._contest(rival)

    def hear_state(self, state: State) -> None:
        """An edge says which plans it follows, and which it refuses."""
        if self.stand.since is None:
            return
        for zone, told_of in state.zones.items():
            ours = self._planner.plan_of(state.store, zone)
            if ours is None or told_of.epoch is None:
                continue
            order = told_of.epoch, told_of.revision or 0
            refused = told_of.refuses is not None and told_of.refuses[0] == self.epoch
            if refused or rivals.unknown(order, ours, self.epoch):
                rival = Rival(state.store, zone, order, state.edge, self._now())
                self._meet(rival)
                self._contest(rival)

    def heard_out(self) -> None:
        """All that the broker had kept was heard: whatever is later from here on is somebody's."""
        self._heard_out = True

    def _meet(self, rival: Rival) -> None:
        self._met[rival.key] = max(self._met.get(rival.key, rival.order), rival.order)

    def _contest(self, rival: Rival) -> None:
        """Publish nothing more for the zone until a person confirms."""
        known = self.stand.contested.get(rival.key)
        if known is None or known.order < rival.order:
            if known is None:
                _log.error("%s", contest_told([rival]))
            self._change(
                lambda stand: replace(stand, contested={**stand.contested, rival.key: rival})
            )
            self._save(rival)
        elif self._unsaved:
            self._save()

    def _save(self, *news: Rival) -> None:
        """Keep what others planned, so that a restart takes nothing back by itself."""
        self._unsaved.update((rival.key, rival) for rival in news)
        try:
            with writing(self._engine, fenced=False) as connection:
                who = connection.execute(_WHO).one_or_none()
                # Whoever took this very database is no rival of it.
                ours = who is not None and who.epoch == self.epoch
                for rival in self._unsaved.values() if ours else ():
                    rivals.keep(connection, rival)
            self._unsaved.clear()
        except SQLAlchemyError as error:
            _log.warning("what is contested can't be kept now: %s", error)

    def _lose(self, other: Other) -> None:
        before = self.stand.other
        if before is None or (not before.standby and before != other):
            self._change(lambda stand: replace(stand, other=other))
            if before is None:
                _log.error("%s", told(other))

    def _check(self, connection: Connection) -> None:
        """The fence: inside each transaction, whether the database's term is still ours."""
        self.require()
        if self._moving or self.stand.since is None:
            return
        who = connection.execute(_WHO).one_or_none()
        if who is not None and who.epoch != self.epoch:
            self._lose(Other(who.holder, who.since))
            self.require()

    def _begin_term(
        self,
        keep: Callable[[Connection, datetime], None],
        contested: Mapping[ZoneKey, Rival],
    ) -> None:
        """Begin a term over all that was met, and publish it."""
        since = self._now()

        def keep_all(connection: Connection, now: datetime) -> None:
            connection.execute(update(HubRow).values(holder=self.name, since=since))
            keep(connection, now)

        known = dict(self._met)
        for rival in self.stand.contested.values():
            known[rival.key] = max(known.get(rival.key, rival.order), rival.order)
        above = max((epoch for epoch, _ in known.values()), default=0)
        shop = self._planner.saved_shop() or self._planner.shop
        # Other writers wait for the planner or find the old term's number: they are no rivals.
        self._moving = True
        try:
            self._planner.load(shop, Term(above, known, keep_all))
        finally:
            self._moving = False
        self._change(lambda stand: replace(stand, since=since, other=None, contested=contested))
        for listener in self.begun:
            listener()
        self._planner.publish_all()

    def _change(self, change: Callable[[Stand], Stand]) -> None:
        with self._changing:
            self.stand = replace(change(self.stand), edition=self.stand.edition + 1)
        self._tell()


def told(other: Other) -> str:
    """Who decides in our place and since when, and what to do about it."""
    who = other.hub or _("another hub")
    if other.since:
        who = _("{hub}, since {when},").format(hub=who, when=f"{other.since:%Y-%m-%d %H:%M} UTC")
    if other.standby:
        return _("this hub stands by, and {hub} decides: change it there").format(hub=who)
    return _(
        "this hub is out of office, because {hub} decides: change it there, or confirm on "
        "this hub that its database is the right one (stemning office confirm)"
    ).format(hub=who)


def contest_told(contested: Sequence[Rival]) -> str:
    """What is wrong with some zones, and what to do about it."""
    named = [
        _("{zone} of {store}").format(zone=rival.zone, store=rival.store)
        for rival in contested[:_MOST_NAMED]
    ]
    zones, more = ", ".join(named), len(contested) - _MOST_NAMED
    if more > 0:
        said = ngettext("{zones} and {n} more zone", "{zones} and {n} more zones", more)
        zones = said.format(zones=zones, n=more)
    return f"{zones}: {held_back(contested[0])}"


def held_back(rival: Rival) -> str:
    """Why nothing is published for a zone, and what to do about it."""
    place = rival.place
    if rival.hub:
        place = _("{zone} (of {hub})").format(zone=place, hub=rival.hub)
    return _(
        "{zone} has a newer plan than this hub's database knows, so this hub's own is held back; "
        "confirm on the hub whose database is right (stemning office confirm)"
    ).format(zone=place)


def _said(stand: Stand, epoch: int) -> Mapping[str, object]:
    return {
        "standing": stand.standing.value,
        "epoch": epoch,
        "contested": [f"{store}/{zone}" for store, zone in stand.contested],
    }
