"""What tags scenes have, and how a write over one is refused that its author has not seen."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from hub.api.precondition import Precondition, etag
from hub.by import Check

_EDITION = re.compile(r'"scene-[a-z0-9-]+-([0-9]{1,9})"')


def scene_tag(scene_id: str, edition: int) -> str:
    """The tag of a scene: another one after every change. Of one that isn't there: edition 0."""
    return etag(f"scene-{scene_id}", edition)


def scene_check(scene_id: str, seen: Precondition) -> Check:
    """Lets a scene be written only by those who saw it as it is."""
    known = _EDITION.search(seen.seen)

    def check(edition: int, since: Callable[[int | None], Sequence[str]]) -> None:
        seen.check(scene_tag(scene_id, edition), lambda: since(int(known[1]) if known else None))

    return check
