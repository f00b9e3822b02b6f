"""The top of the page: whether the chain behind it holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hub.app import create_app
from hub.parts import HubParts
from hub.reported import Heard, ReportedEdge
from hub.web.bar import Stray, health_lines
from scenes.messages import Hello, State
from tests.hub.asgi_client import AsgiClient

NOON = datetime(2026, 11, 21, 11, tzinfo=UTC)


def edge(name: str, online: bool = True, age_s: float = 1.0) -> ReportedEdge:
    """An edge that spoke so long ago."""
    at = NOON - timedelta(seconds=age_s)
    hello = Hello(store="oslo", edge=name, boot="b", online=online, at=at, version="0", zones=())
    state = State(store="oslo", edge=name, boot="b", at=at, zones={}, devices={})
    return ReportedEdge("oslo", name, Heard(hello, at, 0, age_s), Heard(state, at, 0, age_s))


def said(*edges: ReportedEdge, strays: tuple[Stray, ...] = ()) -> list[tuple[str, str]]:
    """Level and words of every line after the broker's."""
    return [(line.level, line.words) for line in health_lines(True, edges, strays)[1:]]


def test_nobody_heard_is_not_good() -> None:
    assert said() == [("unknown", "No agent was ever heard")]


def test_agents_report_or_are_named() -> None:
    assert said(edge("north")) == [("good", "1 agent reports")]
    assert said(edge("north"), edge("south")) == [("good", "All 2 agents report")]
    assert said(edge("north"), edge("south", online=False)) == [("bad", "south silent")]
    assert said(edge("north", age_s=16)) == [("bad", "north silent")]


def test_an_agent_of_no_zone_is_told_and_not_called_well() -> None:
    stray = Stray("south", "", ("cellar", "roof"))
    words = "south serves cellar, roof: the shop file has no such zone"
    assert said(edge("north"), edge("south"), strays=(stray,)) == [("bad", words)]
    silent = edge("north", online=False)
    assert said(silent, strays=(stray,)) == [("bad", "north silent"), ("bad", words)]


def test_an_agent_of_no_store_is_told() -> None:
    stray = Stray("south", "bergn", ("entrance",))
    words = "south serves entrance of bergn: the shop file has no such store"
    assert said(edge("north"), strays=(stray,)) == [("bad", words)]
    many = said(edge("north"), strays=(stray, stray))
    assert many == [("bad", "2 agents serve zones that the shop file does not have")]


def test_without_a_broker_nothing_is_connected() -> None:
    assert health_lines(False, [], [])[0].level == "bad"


def test_a_shop_file_with_a_mistake_was_read(parts: HubParts) -> None:
    client = AsgiClient(create_app(parts))
    file = parts.shop_status.path
    assert file is not None
    whole = file.read_text()
    file.write_text(whole.replace("fallback: trading", "fallback: tradng", 1))
    parts.shop.check()
    assert "The shop file has a mistake, so the plan" in client.get("/").text
    file.write_text(whole.replace("fallback: trading", "fallback: tradng"))
    parts.shop.check()
    assert "The shop file has mistakes, so the plan" in client.get("/").text
    file.unlink()
    parts.shop.check()
    assert "The shop file can’t be read, so the plan" in client.get("/").text
