"""Who asks: a person, a shop's shared tablet, or nobody that is known."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from hub.people.rights import RIGHTS, Right, Role

Theme = Literal["light", "dark"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Whoever sent a request. Without a ``role`` it may nothing.

    ``stores`` are the ids of the stores that the role holds in, None for all of them;
    ``language`` and ``theme`` are what the person chose, None to go by the browser.

    ``session`` is the id of what let them in, ``until`` when that ends, ``csrf`` what its forms
    send back; empty for who shows a key, which no other site's page can. ``tablet`` and
    ``tablet_store`` are the shared tablet that a person uses, or that asks itself; ``by_pin``
    whether they are let in there by PIN for a few minutes.
    """

    kind: Literal["person", "tablet", "nobody"] = "nobody"
    account: int | None = None
    username: str = ""
    name: str = ""
    role: Role | None = None
    stores: frozenset[str] | None = frozenset()
    language: str | None = None
    theme: Theme | None = None
    session: str = ""
    until: datetime | None = None
    csrf: str = ""
    tablet: str | None = None
    tablet_store: str | None = None
    by_pin: bool = False

    @property
    def rights(self) -> frozenset[Right]:
        """Everything that the role may do."""
        return RIGHTS[self.role] if self.role else frozenset()

    def in_store(self, store: str) -> bool:
        """Whether the role holds in ``store``."""
        return self.stores is None or store in self.stores

    def may(self, right: Right, store: str | None = None) -> bool:
        """Whether ``right`` is given, in ``store`` or, without one, in any."""
        return right in self.rights and (store is None or self.in_store(store))


NOBODY = Who()
asking: ContextVar[Who] = ContextVar("asking", default=NOBODY)
"""Whoever sent the request that is being answered; `NOBODY` where the hub acts by itself."""
