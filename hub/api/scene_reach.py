"""A scene is the chain's: who is of some stores only changes what plays in no others."""

from __future__ import annotations

from collections.abc import Sequence

from hub.people.errors import ForbiddenError
from hub.people.rights import Right
from hub.people.who import Who
from hub.scene_book.book import Within
from hub.scene_book.uses import Use
from scenes.language import ngettext


def within_stores_of(who: Who) -> Within:
    """Refuses with `ForbiddenError` while anything uses a scene where ``who`` may not write it.

    A template is of all stores. A draft plays nowhere, so whoever writes scenes may save one.
    """

    def check(uses: Sequence[Use]) -> None:
        if who.stores is None:
            return
        beyond = sum(use.store is None or not who.may(Right.SCENES, use.store) for use in uses)
        if beyond:
            said = ngettext(
                "other stores use this scene in {n} place: ask head office to do it, your draft"
                " is kept for them",
                "other stores use this scene in {n} places: ask head office to do it, your draft"
                " is kept for them",
                beyond,
            )
            raise ForbiddenError(said.format(n=beyond))

    return check
