"""Who writes over a schedule, a draft or a template, and what they must have seen."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import Depends, Query

from hub.api.author import Author, signed
from hub.api.precondition import Precondition, etag
from hub.api.scene_models import Why
from hub.by import By, Check
from hub.people.who import asking


def by_whom(author: str, why: str = "") -> By:
    """Who changes something, as they write themselves, or else as their account is called."""
    return By(author or asking.get().name, why)


def _by_query(author: Annotated[Author, Query()] = "", why: Annotated[Why, Query()] = "") -> By:
    return By(signed(author), why)


ByQuery = Annotated[By, Depends(_by_query)]
"""Who does it and why, of a request without a body."""


def tag_check(name: str, seen: Precondition) -> Check:
    """Lets something be written only by those who saw it as it is; ``name`` is its tag's first."""
    known = re.search(rf'"{name}-([0-9]{{1,9}})"', seen.seen)

    def check(edition: int, since: Callable[[int | None], Sequence[str]]) -> None:
        seen.check(etag(name, edition), lambda: since(int(known[1]) if known else None))

    return check
