"""If-Match on every write: whoever loses hears what changed and overwrites nothing.

A resource that can be written answers with an ``ETag``. A write names in ``If-Match`` the tag of
what its author saw; ``*`` says "whatever is there".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import Depends, Header

from hub.errors import PreconditionFailedError, PreconditionRequiredError
from scenes.language import N_, _

ANYTHING = "*"
_NOT_ON_RECORD = N_(
    "What you saw is not on record here: maybe an older copy of the database is back"
)


def etag(name: str, edition: int | str) -> str:
    """The tag of a resource as it is now: ``"draft-7"``, quotes and all."""
    return f'"{name}-{edition}"'


class Precondition:
    """What the author of a write has seen."""

    def __init__(self, seen: str) -> None:
        self.seen = seen

    def check(self, tag: str, changed: Callable[[], Sequence[str]] = tuple) -> None:
        """`PreconditionFailedError` unless the resource is still as it was seen.

        ``tag`` is its tag now; ``changed`` says what happened since, in sentences.
        """
        if not self.holds(tag):
            raise PreconditionFailedError(tag, changed() or (_(_NOT_ON_RECORD),))

    def holds(self, tag: str) -> bool:
        """Whether the resource, whose tag is ``tag`` now, is as it was seen."""
        seen = [one.strip().removeprefix("W/") for one in self.seen.split(",")]
        return ANYTHING in seen or tag in seen


_Seen = Annotated[
    str | None,
    Header(
        alias="If-Match",
        max_length=500,
        description='The ETag of what you saw; "*" for whatever is there.',
        examples=["*"],
    ),
]


def _if_match(if_match: _Seen = None) -> Precondition:
    if if_match is None:
        raise PreconditionRequiredError(
            "a write says what it has seen: send the ETag of your last read as If-Match "
            "(or If-Match: * to write over whatever is there)"
        )
    return Precondition(if_match)


def _if_match_of_old(if_match: _Seen = None) -> Precondition | None:
    return None if if_match is None else Precondition(if_match)


IfMatch = Annotated[Precondition, Depends(_if_match)]
"""What a route that writes asks for: ``def put_draft(seen: IfMatch)``; documents 412 and 428."""

IfReplaces = Annotated[Precondition | None, Depends(_if_match_of_old)]
"""For what is new and may replace: None from who knows of nothing there; documents 409 and 412."""
