"""A day's history: spans and gaps, changes in words, one moment explained."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine, delete, event, insert

import hub as hub_package
from hub.app import create_app
from hub.audit import Change, record
from hub.database import writing
from hub.parts import HubParts
from hub.people.rights import Role
from hub.people.sessions import MACHINE
from hub.people.who import Who
from hub.planning.ends import ForMinutes
from hub.planning.nudging import NudgeWish
from hub.planning.planner import Choice
from hub.tables import EventRow, ExposureRow
from hub.web.history.adjustments import adjusted_words
from hub.web.history.moment import explained
from hub.web.history.spans import Span, merged, with_gaps
from hub.web.history.telling import SAID, Teller
from hub.web.history.timeline import Filters
from hub.web.history.view import HistoryPage, history_page, store_names
from hub.web.languages.catalogues import translations
from scenes.language import speaking
from scenes.messages import Alarm, AsRun, Reading
from scenes.rules import Layer
from tests.hub.asgi_client import AsgiClient
from tests.hub.shops import THURSDAY_NOON, FakeClock
from tests.parts.signed_in import account

MINUTE = timedelta(minutes=1)
NOON = THURSDAY_NOON


def rows(*minutes: tuple[str, int, bool]) -> Iterator[tuple[Any, ...]]:
    """Records of a minute each: a scene, how many minutes after noon, whether confirmed."""
    for scene, after, confirmed in minutes:
        start = NOON + after * MINUTE
        said = "entrance", "ceiling", scene, confirmed, "rule", "rule:a", None
        yield (*said, start, start + MINUTE)


def spans(*minutes: tuple[str, int, bool]) -> list[tuple[str | None, int, int, bool]]:
    """What they merge to, over the half hour from noon: scene, from, to, confirmed."""
    end = NOON + 30 * MINUTE
    shown = with_gaps(merged(rows(*minutes)), "entrance", "ceiling", NOON, end, end + 9 * MINUTE)
    return [(each.scene, _after(each.start), _after(each.until), each.confirmed) for each in shown]


def _after(instant: datetime) -> int:
    return round((instant - NOON) / MINUTE)


def test_minutes_that_say_the_same_are_one_span() -> None:
    told = [("calm", n, True) for n in range(10)] + [("event", n, n > 12) for n in range(10, 30)]
    assert spans(*told) == [
        ("calm", 0, 10, True),
        ("event", 10, 13, False),
        ("event", 13, 30, True),
    ]


def test_what_nobody_reported_is_a_gap_and_a_late_minute_is_none() -> None:
    told = [("calm", n, True) for n in range(30) if not 5 <= n < 9]
    assert spans(*told) == [("calm", 0, 5, True), (None, 5, 9, False), ("calm", 9, 30, True)]
    assert spans() == [(None, 0, 30, False)]
    now = NOON + 10 * MINUTE
    shown = with_gaps(
        merged(rows(*(("calm", n, True) for n in range(8)))),
        "entrance",
        "ceiling",
        NOON,
        NOON + 30 * MINUTE,
        now,
    )
    assert [each.scene for each in shown] == ["calm"]


def test_what_people_made_of_a_scene_is_another_span() -> None:
    plain, nudged = ({"light": 100.0, "volume": 60.0, "scent": 0.0} if n else None for n in (0, 1))
    records = [
        (
            "entrance",
            "ceiling",
            "calm",
            True,
            "rule",
            "rule:a",
            adjust,
            NOON + n * MINUTE,
            NOON + (n + 1) * MINUTE,
        )
        for n, adjust in enumerate((plain, plain, nudged, nudged, plain))
    ]
    assert [(each.adjust, _after(each.start), _after(each.until)) for each in merged(records)] == [
        (plain, 0, 2),
        (nudged, 2, 4),
        (plain, 4, 5),
    ]


def test_no_change_is_told_by_its_own_name() -> None:
    """Every action that the hub's source records, beside those whose name is put together."""
    hub = Path(hub_package.__file__).parent
    said = re.compile(
        r"""(?:action=|_told\(\s*)(?:"([a-z-]+\.[a-z-]+)"|([A-Z_]+|action)\b)|_change\("([a-z.-]+)\""""
    )
    recorded = {
        next(filter(None, (found[1], found[3])))
        for path in hub.rglob("*.py")
        for found in said.finditer(path.read_text("utf-8"))
        if found[1] or found[3]
    }
    assert {"tablet.create", "tablet.end", "session.end-all", "key.end"} <= recorded
    assert sorted(recorded - SAID.keys()) == []


@pytest.mark.parametrize(
    ("why", "words"),
    [
        ("by PIN on Till at the door", "Varför: med PIN-kod på Till at the door"),
        ("by a link: reset", "Varför: genom en länk"),
        ("a new password; no PIN any more", "Varför: ett nytt lösenord; ingen PIN-kod längre"),
    ],
)
def test_how_somebody_came_in_is_told_in_the_reader_s_language(
    teller: Teller, why: str, words: str
) -> None:
    change = Change(at=NOON, author="Kim", action="session.begin", subject="account kim", why=why)
    with speaking("sv", translations("sv")):
        assert teller.details(change) == (words,)


@pytest.mark.parametrize(
    ("adjust", "words"),
    [
        ({"volume": 60.0}, "Music 40% quieter"),
        ({"volume": 0.0, "scent": 0.0}, "Music muted and no scent"),
        ({"light": 120.0, "volume": 100.0, "scent": 50.0}, "Light 20% brighter and 50% less scent"),
        ({"light": 80.0, "volume": 130.0}, "Light 20% darker and music 30% louder"),
    ],
)
def test_what_people_made_of_a_scene_is_said(adjust: dict[str, float], words: str) -> None:
    assert adjusted_words(adjust) == words


def test_a_span_is_cut_to_the_day() -> None:
    long = Span("entrance", "ceiling", "calm", NOON - MINUTE, NOON + 2 * MINUTE, confirmed=True)
    (cut,) = with_gaps([long], "entrance", "ceiling", NOON, NOON + MINUTE, NOON + MINUTE)
    assert (cut.start, cut.until) == (NOON, NOON + MINUTE)


@pytest.fixture
def teller(parts: HubParts) -> Teller:
    store = parts.planner.store("nordic")
    return Teller(store_names(parts, store), parts.now(), store.tz)


@pytest.mark.parametrize(
    ("action", "subject", "author", "after", "words"),
    [
        (
            "override.choose",
            "zone entrance",
            "Kim",
            {"scene": "event", "end": "2026-10-22T16:00:00Z"},
            "Kim chose Event in Entrance until 18:00",
        ),
        ("override.return", "zone entrance", "", None, "Somebody returned Entrance to the plan"),
        (
            "schedule.deploy",
            "schedule of nordic",
            "shop file",
            {"version": 3},
            "The shop file deployed version 3 of the schedule",
        ),
        (
            "reaction.begin",
            "entrance",
            "reaction:crowd",
            None,
            "The reaction “crowd” took over in Entrance",
        ),
        (
            "pin.locked",
            "tablet till",
            "till",
            {"tablet": "till", "name": "Kim"},
            "Somebody tried to guess the PIN of Kim on till, and it was locked for a while",
        ),
        (
            "scene.publish",
            "scene event",
            "Nora",
            {"published": 4},
            "Nora published revision 4 of Event",
        ),
        (
            "tablet.create",
            "tablet Till at the door",
            "Astrid",
            None,
            "Astrid made the shared tablet Till at the door",
        ),
        (
            "account.reset",
            "account mette",
            MACHINE,
            None,
            "On the hub’s machine a link was made that lets mette in",
        ),
        (
            "account.change",
            "account jonas",
            "Kim",
            {"username": "jonas", "name": "Jonas Berg"},
            "Kim changed the account of Jonas Berg",
        ),
        ("pin.unlocked", "account jonas", "Kim", None, "Kim unlocked the PIN of jonas"),
        (
            "audition.begin",
            "zone entrance",
            "Kim",
            {"of": "event"},
            "Kim began to audition Event in Entrance",
        ),
        ("brand.new", "thing it", "Kim", None, "Kim: brand.new (it)"),
        (
            "override.choose",
            "zone entrance",
            "Kim",
            None,
            "Kim chose a scene in Entrance until somebody ends it",
        ),
    ],
)
def test_a_change_in_words(
    teller: Teller, action: str, subject: str, author: str, after: Any, words: str
) -> None:
    change = Change(at=NOON, author=author, action=action, subject=subject, after=after)
    assert teller.sentence(change) == words


def test_a_change_says_what_it_came_to_and_why(teller: Teller) -> None:
    change = Change(
        at=NOON,
        author="Kim",
        action="schedule.deploy",
        subject="schedule of nordic",
        why="too-loud: children sleep",
        after={"version": 2, "changes": ["“Evenings” ends later"]},
    )
    assert teller.details(change) == ("“Evenings” ends later", "Why: too loud: children sleep")
    assert teller.person(change) == "Kim"
    by_itself = Change(
        at=NOON, author="reaction:crowd", action="reaction.begin", subject="entrance"
    )
    assert teller.person(by_itself) == ""


def as_run(seq: int, at: datetime, scene: str, **more: Any) -> AsRun:
    return AsRun(
        seq=seq,
        at=at,
        until=at + MINUTE,
        zone="entrance",
        scene=scene,
        scene_revision=1,
        layer=Layer.RULE,
        source="rule:evenings",
        epoch=1,
        revision=1,
        slot_start=at,
        confirmed=True,
        **more,
    )


def tell(parts: HubParts, *events: Any) -> None:
    with writing(parts.engine) as connection:
        for event in events:
            connection.execute(
                insert(EventRow).values(
                    store="nordic",
                    edge="ceiling",
                    boot="0123456789abcdef",
                    seq=event.seq,
                    kind=type(event).__struct_config__.tag,
                    at=event.at,
                    zone=event.zone,
                    device=event.device,
                    received_at=event.at,
                    body=msgspec.json.encode(event).decode(),
                )
            )


def record_of(scene: str) -> dict[str, Any]:
    """A minute of the as-run log as the deriver writes it, but for when it was."""
    return {
        "store": "nordic",
        "zone": "entrance",
        "edge": "ceiling",
        "scene": scene,
        "scene_revision": 1,
        "layer": "rule",
        "source": "rule:a",
        "confirmed": True,
        "fading_s": 0.0,
        "plan_epoch": 1,
        "plan_revision": 1,
        "block": "",
    }


def page(parts: HubParts, **filters: str) -> HistoryPage:
    store = parts.planner.store("nordic")
    return history_page(parts, store, None, Filters(**filters), 1)


def test_the_filters_show_what_they_say(parts: HubParts, clock: FakeClock) -> None:
    clock.forward(minutes=10)
    parts.planner.override("nordic", "entrance", Choice("event", ForMinutes(30), author="Kim"))
    tell(parts, Alarm(seq=1, at=clock(), zone="fitting-rooms", cause="calm", active=True))
    everything = page(parts)
    assert "Kim" in everything.people
    said = [entry.words for entry in page(parts, person="Kim").entries]
    assert said == ["Kim chose Event in Entrance until 12:40"]
    (alarm,) = page(parts, kind="alarm").entries
    assert alarm.words == "Somebody pressed the calm button in Fitting rooms"
    assert not page(parts, kind="alarm", zone="entrance").entries
    assert everything.silent
    assert everything.after is None


def test_a_day_is_read_from_both_databases(parts_on_both: HubParts, clock: FakeClock) -> None:
    clock.forward(minutes=20)
    minutes = [
        {**record_of("calm" if minute < 5 else "event"), "start": NOON + minute * MINUTE}
        for minute in range(10)
    ]
    for each in minutes:
        each["until"] = each["start"] + MINUTE
    with writing(parts_on_both.engine) as connection:
        connection.execute(insert(ExposureRow), minutes)
    told = [entry.words for entry in page(parts_on_both, kind="played", zone="entrance").entries]
    assert told == [
        "Nothing was reported until 12:17",
        "Event until 12:10",
        "calm until 12:05",
        "Nothing was reported until 12:00",
    ]


def test_the_colours_of_the_strips_are_explained(parts: HubParts) -> None:
    html = AsgiClient(create_app(parts)).get("/history", params={"store": "nordic"}).text
    assert "Pale: not every device did what the scene asks" in html


def test_other_stores_are_not_told_of(parts: HubParts) -> None:
    _changed_everywhere(parts)
    assert set(page(parts).people) == {"floor of nordic", "scene of None"}
    shown = AsgiClient(create_app(parts)).get("/history", params={"store": "nordic"}).text
    assert "account of None" in shown
    assert "floor of elsewhere" not in shown


def _changed_everywhere(parts: HubParts) -> None:
    """A change of a store, of another, and two of none: one that every store shares."""
    with writing(parts.engine) as connection:
        for action, subject, store in (
            ("floor.draw", "x", "nordic"),
            ("floor.draw", "x", "elsewhere"),
            ("scene.retire", "scene event", None),
            ("account.change", "kim", None),
        ):
            author = f"{action.partition('.')[0]} of {store}"
            change = Change(
                at=parts.now(), author=author, action=action, subject=subject, store=store
            )
            record(connection, change)


@pytest.mark.parametrize(
    ("role", "stores", "told"),
    [
        (Role.STAFF, ["nordic"], set()),
        (Role.STAFF, None, set()),
        (Role.INSTALLER, None, set()),
        (Role.MANAGER, ["nordic"], {"floor of nordic", "scene of None"}),
        (Role.MANAGER, None, {"floor of nordic", "scene of None", "account of None"}),
    ],
)
def test_a_moment_tells_changes_to_who_may_see_the_history(
    parts: HubParts, clock: FakeClock, role: Role, stores: list[str] | None, told: set[str]
) -> None:
    _changed_everywhere(parts)
    tell(parts, Alarm(seq=1, at=clock(), zone="entrance", cause="calm", active=True))
    clock.forward(minutes=5)
    client = AsgiClient(create_app(parts), account(parts.engine, "sam", role, stores))
    params = {"store": "nordic", "zone": "entrance", "at": NOON.isoformat()}
    answer = client.get("/explain", params=params)
    assert answer.status_code == 200
    assert (
        set(re.findall(r"(?:floor|scene|account) of (?:None|nordic|elsewhere)", answer.text))
        == told
    )
    assert "Somebody pressed the calm button in Entrance" in answer.text


def test_a_moment_tells_wanted_from_reported(parts_on_both: HubParts, clock: FakeClock) -> None:
    parts = parts_on_both
    parts.planner.override("nordic", "entrance", Choice("event", ForMinutes(60), author="Kim"))
    clock.forward(minutes=20)
    at = clock() - 10 * MINUTE
    goal = parts.planner.shop.scenes["event"].light_cue("all").level
    devices = {
        "near": Reading(level=goal + 1),
        "far": Reading(level=goal - 20),
        "dead": Reading(problem="no answer"),
    }
    tell(parts, as_run(1, at, "event", devices=devices))
    kim = Who(kind="person", role=Role.MANAGER, stores=frozenset({"nordic"}))
    entrance = parts.planner.find("entrance", "nordic")
    it = explained(parts, entrance, at + timedelta(seconds=30), kim)
    assert [(claim.look.word, claim.wins) for claim in it.claims] == [
        ("Event", True),
        ("Trading", False),
    ]
    (report,) = it.reports
    lines = {line.device: (line.distance, line.near) for line in report.devices}
    assert lines == {
        "near": ("as asked", True),
        "far": ("20 points below", False),
        "dead": ("", None),
    }
    assert [entry.person for entry in it.around if entry.person] == ["Kim"]
    # A minute later nothing was reported, and nobody pretends to know.
    later = explained(parts, parts.planner.find("entrance", "nordic"), at + 5 * MINUTE)
    assert later.reports == ()


def test_a_nudged_moment_says_who_nudged_it_and_what_was_wanted_then(
    parts_on_both: HubParts, clock: FakeClock
) -> None:
    parts = parts_on_both
    entrance = parts.planner.find("entrance", "nordic")
    full = parts.planner.shop.scenes["trading"].music
    assert full is not None
    wish = NudgeWish(sense="volume", percent=50.0, end=ForMinutes(30), author="Kim", why="too-loud")
    parts.planner.nudge("nordic", "entrance", wish)
    at = clock() + MINUTE
    clock.forward(minutes=20)
    tell(
        parts,
        as_run(1, at, "trading", devices={"hifi": Reading(volume=full.volume / 2, playing=True)}),
    )
    it = explained(parts, entrance, at + timedelta(seconds=30))
    assert it.adjusted == "50 % quieter until 12:30, Kim: too loud"
    (report,) = it.reports
    assert [line.distance for line in report.devices] == ["as asked"]
    with speaking("sv", translations("sv")):
        swedish = explained(parts, entrance, at + timedelta(seconds=30))
    assert swedish.adjusted.startswith("50 % lägre till 12:30, Kim:")
    assert swedish.claims[0].reason != it.claims[0].reason
    after = explained(parts, entrance, at + 40 * MINUTE)
    assert after.adjusted == ""


def test_an_audition_is_explained_with_what_would_have_played(
    parts_on_both: HubParts, clock: FakeClock
) -> None:
    parts = parts_on_both
    evening = parts.planner.shop.scenes["evening"]
    parts.planner.audition("nordic", "entrance", evening, 60, author="Kim")
    clock.forward(minutes=20)
    it = explained(
        parts, parts.planner.find("entrance", "nordic"), THURSDAY_NOON + timedelta(seconds=30)
    )
    assert [(claim.look.word, claim.reason, claim.lost) for claim in it.claims][:2] == [
        ("A scene on trial", "Kim auditions Evening", ""),
        (
            "Trading",
            it.claims[1].reason,
            "An audition is under way, and this holds again after it",
        ),
    ]


def test_another_scene_than_was_wanted_is_said(parts: HubParts, clock: FakeClock) -> None:
    clock.forward(minutes=20)
    at = clock() - 10 * MINUTE
    tell(parts, as_run(1, at, "evening"))
    (report,) = explained(parts, parts.planner.find("entrance", "nordic"), at).reports
    assert (report.level, report.verdict) == ("bad", "Another scene than was wanted")


def test_before_the_first_plan_that_is_said(parts: HubParts, clock: FakeClock) -> None:
    it = explained(parts, parts.planner.find("entrance", "nordic"), clock() - timedelta(days=3))
    assert it.claims == ()
    assert it.problem.startswith("No plan of Entrance is on record")


@contextmanager
def asked_of(engine: Engine) -> Iterator[list[tuple[str, Any]]]:
    """What is asked of a database meanwhile, and with what."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, said: str, values: Any, *_more: Any) -> None:
        asked.append((said, values))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_a_day_of_ten_agents_asks_no_more_than_one_of_one_and_looks_through_no_table(
    parts: HubParts,
) -> None:
    store = parts.planner.store("nordic")
    counts = []
    for agents in (1, 10):
        rows_of_them = [
            {
                **record_of(("calm", "event")[minute % 2]),
                "edge": f"edge-{agent}",
                "start": NOON + minute * MINUTE,
                "until": NOON + (minute + 1) * MINUTE,
            }
            for agent in range(agents)
            for minute in range(-4 * 1440, 1440, 60)
        ]
        with writing(parts.engine) as connection:
            connection.execute(delete(ExposureRow))
            connection.execute(insert(ExposureRow), rows_of_them)
        with asked_of(parts.engine) as asked:
            shown = history_page(parts, store, NOON.date(), Filters(), 1)
        pieces = [piece for ribbon in shown.ribbons for piece in ribbon.pieces]
        assert sum(piece.kind == "good" for piece in pieces) == 24 * agents
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 6
    with parts.engine.connect() as connection:
        ways = [
            step
            for said, values in asked
            for *_, step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}", values)
        ]
    assert ways
    assert not [step for step in ways if step.startswith("SCAN")]
