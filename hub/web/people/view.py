"""What the page about people shows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from hub.api.people import account_tag
from hub.moments import moment
from hub.parts import HubParts
from hub.people.accounts import Account, may_manage
from hub.people.rights import Role
from hub.people.sessions import Session
from hub.people.who import Who
from hub.shop import Store
from hub.web.people.people_of import initials
from scenes.language import N_, _

_ROLES = {
    Role.STAFF: N_("Staff"),
    Role.MANAGER: N_("Manager"),
    Role.ANALYST: N_("Analyst"),
    Role.INSTALLER: N_("Installer"),
    Role.HEAD_OFFICE: N_("Head office"),
}


@dataclass(frozen=True, slots=True)
class Person:
    """An account on the page; ``managed`` is whether the reader may change it, ``seen`` its tag.

    ``stores`` are their names, ``store_ids`` None for all. ``locked`` is until when a tablet takes
    their PIN no more because too many wrong ones were typed, ``unlocks`` whether the reader may
    end that.
    """

    account: int
    seen: str
    initials: str
    name: str
    username: str
    role: str
    role_word: str
    stores: str
    store_ids: frozenset[str] | None
    active: bool
    has_pin: bool
    locked: str
    unlocks: bool
    managed: bool
    me: bool

    @property
    def forms(self) -> bool:
        """Whether the page has forms that change this one."""
        return self.managed and not self.me


@dataclass(frozen=True, slots=True)
class Open:
    """A tablet or key; ``locked`` and ``unlocks`` are a tablet's, as those of a person."""

    id: str
    name: str
    whose: str
    seen: str
    locked: str = ""
    unlocks: bool = False


@dataclass(frozen=True, slots=True)
class PeopleView:
    """The page."""

    persons: tuple[Person, ...]
    tablets: tuple[Open, ...]
    keys: tuple[Open, ...]


def role_word(role: str) -> str:
    """A role in the reader's language."""
    return _(_ROLES[Role(role)])


def people_view(hub: HubParts, who: Who, store: Store) -> PeopleView:
    """The people, tablets and keys that ``who`` sees; instants as ``store`` counts them."""
    now = hub.now()
    office = hub.people.office
    locked = {
        account: moment(until, now, store.tz)
        for account, until in hub.people.tries.locked_pins().items()
    }
    shut = hub.people.tries.locked_tablets()
    tablets = [
        replace(
            _open(each, now, store),
            locked=moment(shut[each.id], now, store.tz) if each.id in shut else "",
            unlocks=not who.by_pin,
        )
        for each in office.tablets(who)
    ]
    persons = [_person(hub, who, each, locked.get(each.id, "")) for each in office.managed(who)]
    return PeopleView(
        tuple(persons),
        tuple(tablets),
        tuple(_open(each, now, store) for each in office.keys(who)),
    )


def _person(hub: HubParts, who: Who, account: Account, locked: str) -> Person:
    names = {store.id: store.name for store in hub.planner.shop.stores}
    if account.stores is None:
        stores = _("All stores")
    else:
        stores = ", ".join(names.get(each, each) for each in sorted(account.stores))
    name = account.name or account.username
    managed, me = may_manage(who, account.role, account.stores), account.id == who.account
    return Person(
        account=account.id,
        seen=account_tag(account),
        initials=initials(name),
        name=name,
        username=account.username,
        role=account.role,
        role_word=role_word(account.role),
        stores=stores,
        store_ids=account.stores,
        active=account.active,
        has_pin=account.has_pin,
        locked=locked if account.has_pin else "",
        unlocks=managed or (me and not who.by_pin),
        managed=managed,
        me=me,
    )


def _open(session: Session, now: datetime, store: Store) -> Open:
    whose = session.account.name or session.account.username if session.account else ""
    return Open(session.id, session.name, whose, moment(session.seen_at, now, store.tz))
