"""What a browser keeps of who is let in: two cookies that no script can read."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from hub.api.letting_in import SESSION_COOKIE, TABLET_COOKIE, TABLET_COOKIE_S
from hub.people.sessions import LASTS, Kind


def let_in(request: Request, answer: Response, kind: Kind, token: str) -> None:
    """Give the browser a session's token."""
    tablet = kind is Kind.TABLET
    # What is dead is shown with each request as long as the browser has it, and looked for each
    # time: on a shop's tablet no session lasts longer than by PIN.
    lasts = LASTS[Kind.PIN if request.state.who.tablet else kind]
    answer.set_cookie(
        TABLET_COOKIE if tablet else SESSION_COOKIE,
        token,
        max_age=TABLET_COOKIE_S if tablet else int(lasts.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
        path="/",
    )


def let_out(answer: Response, *, tablet: bool = False) -> None:
    """Take the token of a person back, or that of a tablet."""
    answer.delete_cookie(TABLET_COOKIE if tablet else SESSION_COOKIE, path="/", httponly=True)


def own_path(path: str, default: str = "/") -> str:
    """Where somebody goes on to: a path of the hub's own, whatever an address says."""
    plain = path.isprintable() and "\\" not in path
    return path if plain and path.startswith("/") and not path.startswith("//") else default
