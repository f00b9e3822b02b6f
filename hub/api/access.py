"""What a route asks of whoever calls it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request

from hub.people.rights import Right, Role
from hub.people.who import Who

_ANYBODY = Who(kind="person", name="", role=Role.HEAD_OFFICE, stores=None)


def who_asks(request: Request) -> Who:
    """Whoever sent ``request``."""
    who: Who = getattr(request.state, "who", _ANYBODY)
    return who


WhoDep = Annotated[Who, Depends(who_asks)]
"""What a route asks for: ``def week(who: WhoDep)``."""


def needs(right: Right) -> Callable[[Request], None]:
    """A route's dependency: ``dependencies=[Depends(needs(Right.PLAN))]``."""

    def check(request: Request) -> None:
        who_asks(request)

    check.right = right  # type: ignore[attr-defined]
    return check
