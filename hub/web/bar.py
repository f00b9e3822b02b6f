"""The page's top: the store, its clock, and whether the chain behind the page holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from hub.moments import clock
from hub.reported import ReportedEdge
from hub.shop import Store
from hub.shop_watch import ShopStatus
from hub.web.guessed import Guessed
from hub.web.held import Held, Offer
from hub.web.rendering import sentence
from hub.web.words import list_words
from scenes.language import _, ngettext

_UNREAD = ("there is no such file", "it can't be read")
"""How the problem of a file begins that nobody could look into (`hub.shop_file`)."""


@dataclass(frozen=True, slots=True)
class HealthLine:
    """One link of the chain in words; never good without somebody having said so."""

    level: Literal["good", "bad", "unknown"]
    icon: str
    words: str


@dataclass(frozen=True, slots=True)
class Stray:
    """An edge that serves ``zones`` that the shop doesn't have, maybe of a ``store`` it lacks."""

    edge: str
    store: str
    zones: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """What the bar's template shows. ``path`` is the page it stands on.

    ``offers`` is what can be begun for the whole store, ``held`` what somebody began there.
    ``guessed`` is asked only where a page is made for one reader: where PINs were guessed at.
    """

    store: str
    store_name: str
    stores: tuple[Store, ...]
    time_zone: str
    path: str
    health: tuple[HealthLine, ...]
    shop_trouble: str
    shop_problems: tuple[str, ...]
    shop_notices: tuple[str, ...]
    office_problems: tuple[str, ...]
    offers: tuple[Offer, ...]
    now: datetime = field(compare=False)
    clock: str = field(compare=False)
    held: tuple[Held, ...] = ()
    guessed: Callable[[], Guessed] = field(default=Guessed, compare=False)


def bar(
    store: Store,
    stores: Sequence[Store],
    health: Sequence[HealthLine],
    shop: ShopStatus,
    office_problems: Sequence[str],
    now: datetime,
    path: str = "/",
) -> Bar:
    """The bar over a store's page."""
    return Bar(
        store=store.id,
        store_name=store.name,
        stores=tuple(stores),
        time_zone=store.time_zone,
        path=path,
        health=tuple(health),
        shop_trouble=_trouble(shop.problems),
        shop_problems=tuple(shop.problems),
        shop_notices=tuple(sentence(notice) for notice in shop.notices),
        office_problems=tuple(office_problems),
        offers=(),
        now=now,
        clock=clock(now, store.tz),
    )


def _trouble(problems: Sequence[str]) -> str:
    """What is the matter with the shop file, before its problems one by one."""
    if any(problem.startswith(_UNREAD) for problem in problems):
        return _("The shop file can’t be read, so the plan from before stays in force.")
    return ngettext(
        "The shop file has a mistake, so the plan from before stays in force.",
        "The shop file has mistakes, so the plan from before stays in force.",
        len(problems),
    )


def health_lines(
    connected: bool,
    edges: Sequence[ReportedEdge],
    strays: Sequence[Stray],
) -> tuple[HealthLine, ...]:
    """The broker's link, then the store's agents: the bad ones by name, as far as that fits."""
    broker = (
        HealthLine("good", "plug-zap", _("Broker connected"))
        if connected
        else HealthLine("bad", "unplug", _("No connection to the broker"))
    )
    agents = _agents(edges)
    if not strays:
        return broker, agents
    lost = HealthLine("bad", "triangle-alert", _strays(strays))
    # That all is well with the agents would be the wrong thing to say beside it.
    return (broker, lost) if agents.level == "good" else (broker, agents, lost)


def _strays(strays: Sequence[Stray]) -> str:
    if len(strays) > 1:
        return ngettext(
            "{n} agent serves zones that the shop file does not have",
            "{n} agents serve zones that the shop file does not have",
            len(strays),
        ).format(n=len(strays))
    stray = strays[0]
    zones = ", ".join(stray.zones)
    if stray.store:
        said = _("{agent} serves {zones} of {store}: the shop file has no such store")
        return said.format(agent=stray.edge, zones=zones, store=stray.store)
    said = _("{agent} serves {zones}: the shop file has no such zone")
    return said.format(agent=stray.edge, zones=zones)


def _agents(edges: Sequence[ReportedEdge]) -> HealthLine:
    if not edges:
        return HealthLine("unknown", "radio", _("No agent was ever heard"))
    silent = [edge.edge for edge in edges if not edge.online or edge.stale]
    if not silent:
        count = len(edges)
        words = ngettext("{n} agent reports", "All {n} agents report", count).format(n=count)
        return HealthLine("good", "radio", words)
    if len(silent) <= 2:
        words = ngettext("{agents} silent", "{agents} silent", len(silent))
        return HealthLine("bad", "radio", words.format(agents=list_words(silent)))
    words = _("{silent} of {all} agents silent").format(silent=len(silent), all=len(edges))
    return HealthLine("bad", "radio", words)
