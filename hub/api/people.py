"""Accounts of people, and what is let in besides: tablets and access keys."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from hub.api.access import WhoDep, needs, open_to_all
from hub.api.errors import documented
from hub.api.people_models import (
    AccountView,
    Ended,
    MadeKey,
    NewKey,
    NewPassword,
    NewPerson,
    NewPin,
    OpenView,
    PersonChange,
    PinAlarmView,
    SignIn,
)
from hub.api.precondition import IfMatch, etag
from hub.parts import HubPartsDep
from hub.people.accounts import Account, NewAccount, Wish
from hub.people.errors import ForbiddenError
from hub.people.rights import Right
from hub.people.sessions import Kind, Session

router = APIRouter(tags=["people"])

_MANAGES = [Depends(needs(Right.PEOPLE))]
AccountInPath = Annotated[int, Path(ge=1, le=2**53, examples=[2])]
OpenInPath = Annotated[
    str, Path(pattern=r"^[0-9a-f]{64}$", description="Its `id`.", examples=["0" * 64])
]
_WRITES = documented(404, 409, 412, 428)


@router.post("/sign-in", responses=documented(409, 429), dependencies=[Depends(open_to_all)])
def make_key_by_password(request: Request, hub: HubPartsDep, wish: SignIn) -> MadeKey:
    """Username and password for an access key, as `stemning sign-in` asks for one.

    After a few wrong ones both the account and the address have to wait (429), longer each time.
    An account has at most 50 keys (409).
    """
    address = request.client.host if request.client else ""
    _account, key = hub.people.signing_in.by_password(
        wish.username, wish.password, address, kind=Kind.KEY, name=wish.name
    )
    return MadeKey(key=key, name=wish.name)


@router.get("/people", dependencies=_MANAGES)
def list_people(hub: HubPartsDep, who: WhoDep) -> list[AccountView]:
    """The people of one's own stores, by name; everybody for head office."""
    return [_view(each) for each in hub.people.office.managed(who)]


@router.post("/people", status_code=201, responses=documented(409, 429), dependencies=_MANAGES)
def add_person(hub: HubPartsDep, who: WhoDep, wish: NewPerson, response: Response) -> AccountView:
    """Make an account. A manager makes those of staff, analysts and installers of own stores."""
    new = NewAccount(
        username=wish.username,
        name=wish.name,
        role=wish.role,
        stores=None if wish.stores is None else frozenset(wish.stores),
    )
    return _shown(hub.people.office.create(who, new, wish.password, wish.pin), response)


@router.get("/people/{account}", responses=documented(404), dependencies=_MANAGES)
def get_person(
    hub: HubPartsDep, who: WhoDep, account: AccountInPath, response: Response
) -> AccountView:
    """One account."""
    known = hub.people.accounts.get(account)
    if known.id not in {each.id for each in hub.people.office.managed(who)}:
        raise ForbiddenError("this account is not of your stores")
    return _shown(known, response)


@router.patch("/people/{account}", responses=_WRITES, dependencies=_MANAGES)
def change_person(
    hub: HubPartsDep,
    who: WhoDep,
    account: AccountInPath,
    wish: PersonChange,
    seen: IfMatch,
    response: Response,
) -> AccountView:
    """Change a name, a role, stores, or let nobody in by the account any more.

    The last active account of head office that has a password is kept (409): nobody could let
    anybody in without it.
    """
    stores = None if wish.stores is None else (frozenset(wish.stores),)
    changed = hub.people.office.change(
        who,
        account,
        Wish(
            name=wish.name,
            role=wish.role,
            stores=(None,) if wish.all_stores else stores,
            active=wish.active,
        ),
        lambda now: seen.check(account_tag(now)),
    )
    return _shown(changed, response)


@router.put(
    "/people/{account}/password", responses=documented(404, 409, 429), dependencies=_MANAGES
)
def set_password(
    hub: HubPartsDep, who: WhoDep, account: AccountInPath, wish: NewPassword
) -> AccountView:
    """Give somebody else another password. They are signed out everywhere, with their keys."""
    return _view(hub.people.office.new_password(who, account, wish.password))


@router.put("/people/{account}/pin", responses=documented(404, 409, 429), dependencies=_MANAGES)
def set_pin(hub: HubPartsDep, who: WhoDep, account: AccountInPath, wish: NewPin) -> AccountView:
    """Give somebody else another PIN for their stores' shared tablets, or take it away."""
    return _view(hub.people.office.new_pin(who, account, wish.pin))


@router.delete("/people/{account}/sessions", responses=documented(404, 409), dependencies=_MANAGES)
def end_sessions(hub: HubPartsDep, who: WhoDep, account: AccountInPath) -> Ended:
    """Sign somebody out everywhere, with their keys."""
    return Ended(ended=hub.people.office.end_sessions(who, account))


@router.get("/tablets", dependencies=_MANAGES)
def list_tablets(hub: HubPartsDep, who: WhoDep) -> list[OpenView]:
    """The shared tablets of one's own stores."""
    return [_open(each) for each in hub.people.office.tablets(who)]


@router.delete(
    "/tablets/{tablet}", status_code=204, responses=documented(404, 409), dependencies=_MANAGES
)
def end_tablet(hub: HubPartsDep, who: WhoDep, tablet: OpenInPath) -> None:
    """Let a tablet in no more, and whoever came in there by PIN."""
    hub.people.office.end_tablet(who, tablet)


@router.get("/keys", dependencies=[Depends(needs(Right.SEE))])
def list_keys(hub: HubPartsDep, who: WhoDep) -> list[OpenView]:
    """One's own access keys, and those of the accounts that one manages. None can be read."""
    return [_open(each) for each in hub.people.office.keys(who)]


@router.post(
    "/keys", status_code=201, responses=documented(409), dependencies=[Depends(needs(Right.SEE))]
)
def make_key(hub: HubPartsDep, who: WhoDep, wish: NewKey) -> MadeKey:
    """Another access key of one's own account, of at most 50. It is in this answer alone."""
    return MadeKey(key=hub.people.office.make_key(who, wish.name), name=wish.name)


@router.delete(
    "/keys/{key}",
    status_code=204,
    responses=documented(404, 409),
    dependencies=[Depends(needs(Right.SEE))],
)
def end_key(hub: HubPartsDep, who: WhoDep, key: OpenInPath) -> None:
    """Let an access key open nothing any more."""
    hub.people.office.end_key(who, key)


@router.get("/pin-alarms", dependencies=_MANAGES)
def list_pin_alarms(hub: HubPartsDep, who: WhoDep) -> list[PinAlarmView]:
    """Where somebody guessed PINs until it locked, and nobody has seen it yet."""
    return [
        PinAlarmView(
            at=each.at,
            store=each.store,
            tablet=each.tablet,
            name=each.name,
            wrong=each.wrong,
            until=each.until,
        )
        for each in hub.people.alarms.unseen(who)
    ]


def _shown(account: Account, response: Response) -> AccountView:
    response.headers["ETag"] = account_tag(account)
    return _view(account)


def _view(account: Account) -> AccountView:
    return AccountView(
        account=account.id,
        username=account.username,
        name=account.name,
        role=account.role,
        stores=None if account.stores is None else sorted(account.stores),
        active=account.active,
        has_pin=account.has_pin,
        created_at=account.created_at,
        tag=account_tag(account),
    )


def account_tag(account: Account) -> str:
    """The tag of an account as somebody saw it."""
    return etag(f"account-{account.id}", account.edition)


def _open(session: Session) -> OpenView:
    return OpenView(
        id=session.id,
        name=session.name,
        store=session.store,
        account=session.account.username if session.account else None,
        created_at=session.created_at,
        seen_at=session.seen_at,
        expires_at=session.ends_at(),
    )
