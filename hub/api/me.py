"""Whoever asks: who they are to the hub, and what they choose for themselves."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request

from hub.api.access import WhoDep, needs, open_to_all
from hub.api.csrf import masked
from hub.api.errors import documented
from hub.api.people_models import Me, MyChange, MyPassword, MyPin
from hub.parts import HubParts, HubPartsDep
from hub.people.accounts import Wish
from hub.people.errors import PinError
from hub.people.rights import Right
from hub.people.who import Who
from scenes.language import _

router = APIRouter(tags=["people"])
_PERSON = [Depends(needs(Right.SEE))]


@router.get("/me", dependencies=[Depends(open_to_all)])
def get_me(who: WhoDep) -> Me:
    """Who asks, and what they may; nobody is answered too."""
    return _me(who)


@router.patch("/me", responses=documented(409), dependencies=_PERSON)
def change_me(request: Request, hub: HubPartsDep, who: WhoDep, wish: MyChange) -> Me:
    """Choose the language and the light of one's own pages."""
    choose(hub, who, wish.language, wish.theme)
    return _me(hub.people.door.who(request.state.shown))


@router.put("/me/password", status_code=204, responses=documented(409, 429), dependencies=_PERSON)
def change_my_password(request: Request, hub: HubPartsDep, who: WhoDep, wish: MyPassword) -> None:
    """Another password; whoever else is signed in by this account is out, keys too."""
    account = own_account(who)
    address = request.client.host if request.client else ""
    hub.people.signing_in.confirm(hub.people.accounts.get(account), wish.now, address)
    hub.people.office.new_password(who, account, wish.password, confirmed=True)


@router.delete("/me/key", status_code=204, responses=documented(404, 409), dependencies=_PERSON)
def end_my_key(hub: HubPartsDep, who: WhoDep) -> None:
    """Let the access key that asks open nothing any more."""
    hub.people.office.end_key(who, who.session)


@router.put("/me/pin", status_code=204, responses=documented(409, 429), dependencies=_PERSON)
def change_my_pin(hub: HubPartsDep, who: WhoDep, wish: MyPin) -> None:
    """Another PIN for the shared tablets of one's stores; who came in by one says it once more."""
    change_own_pin(hub, who, wish.pin, wish.now)


def choose(hub: HubParts, who: Who, language: str | None, theme: str | None) -> None:
    """Keep what somebody chose for themselves; None stays as it is."""
    hub.people.accounts.change(own_account(who), Wish(language=language, theme=theme), who)


def change_own_pin(hub: HubParts, who: Who, pin: str, now: str) -> None:
    """Set one's own PIN; on a tablet only for who knows the one until ``now``."""
    account = own_account(who)
    if who.by_pin and who.tablet is not None:
        hub.people.signing_in.confirm_pin(hub.people.sessions.get(who.tablet), account, now)
    hub.people.office.new_pin(who, account, pin, confirmed=True)


def own_account(who: Who) -> int:
    """The account of who asks; `PinError` for a tablet, which has none."""
    if who.account is None:
        raise PinError(_("a tablet has no account: come in with your PIN first"))
    return who.account


def _me(who: Who) -> Me:
    return Me(
        kind=who.kind,
        account=who.account,
        username=who.username,
        name=who.name,
        role=who.role,
        stores=None if who.stores is None else sorted(who.stores),
        rights=sorted(who.rights),
        language=who.language,
        theme=who.theme,
        until=who.until,
        csrf=masked(who.csrf),
    )
