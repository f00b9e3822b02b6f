"""In whose name something is written: the account's. Head office alone may name somebody else."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from hub.api.line import Line
from hub.people.errors import ForbiddenError
from hub.people.rights import Role
from hub.people.who import asking
from scenes.language import _

_LONGEST = 60
_WHO = "Who does it; by itself the account's name. Only head office may name somebody else."


def signed(author: str) -> str:
    """The name to write down: ``author``, or of whoever asks; `ForbiddenError` for another's."""
    who = asking.get()
    if not author or who.kind == "nobody":
        return author or who.name
    if author != who.name and who.role is not Role.HEAD_OFFICE:
        raise ForbiddenError(
            _("only head office writes in somebody else's name: you are {who}").format(who=who.name)
        )
    return author


Author = Annotated[
    Line,
    Field(max_length=_LONGEST, description=_WHO, examples=["Kim"], validate_default=True),
    AfterValidator(signed),
]
"""Of a request's body; a query's own default is not looked at, so its handler asks `signed`."""
