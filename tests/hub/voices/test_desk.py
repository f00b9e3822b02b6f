"""Answers are counted at a bearable pace, beside what played, and tell nobody's name."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel

from hub.audit import Search, find
from hub.errors import ConflictError, TooOftenError
from hub.parts import HubParts
from hub.tables import StaffVoiceRow, VoiceRow, VoiceScreenRow, VoiceSurplusRow
from hub.voices.errors import (
    AnswerError,
    RemediedError,
    ScreenError,
    SurplusError,
    UnknownScreenError,
)
from hub.voices.pace import MOST, WITHIN_S, Pace
from hub.voices.questions import Complaint, Question, Remedy
from hub.voices.screens import MOST_SCREENS, WRONG_PER_MINUTE, NewScreen, Screen
from tests.hub.shops import THURSDAY_NOON, FakeClock
from tests.hub.voices.saying import a_screen, report


def rows(hub: HubParts, table: type[SQLModel]) -> list[Any]:
    """A whole table."""
    query: Any = select(table.__table__.columns)  # type: ignore[attr-defined]
    with hub.engine.connect() as connection:
        return list(connection.execute(query))


def actions(hub: HubParts) -> list[str]:
    """What the audit tells of voices, the oldest first."""
    with hub.engine.connect() as connection:
        found = find(connection, Search(action="voice"), 100)
    return [entry.change.action for entry in reversed(found)]


def test_an_answer_is_kept_with_what_was_planned_and_reported(
    parts_on_both: HubParts, clock: FakeClock
) -> None:
    hub, screen = parts_on_both, a_screen(parts_on_both)
    report(hub)
    clock.forward(seconds=7)
    hub.voices.say(screen, 4)
    (row,) = rows(hub, VoiceRow)
    assert (row.store, row.zone, row.question, row.answer) == ("nordic", "entrance", "csat", 4)
    # Not to the second: whoever knows when somebody stood there must not find their answer.
    assert row.minute == THURSDAY_NOON
    assert (row.planned_scene, row.reported_scene, row.confirmed) == ("trading", "trading", True)
    plan = hub.planner.planned("nordic", "entrance").plan
    assert (row.plan_epoch, row.plan_revision) == plan.order


@pytest.mark.parametrize("silence_s", [0, 16])
def test_what_nobody_reports_now_is_not_said_to_have_been_reported(
    parts: HubParts, clock: FakeClock, silence_s: int
) -> None:
    screen = a_screen(parts)
    if silence_s:
        report(parts)
    clock.forward(seconds=silence_s)
    parts.voices.say(screen, 4)
    (row,) = rows(parts, VoiceRow)
    assert (row.planned_scene, row.reported_scene, row.confirmed) == ("trading", None, False)


@pytest.mark.parametrize(
    ("question", "wrong"),
    [(Question.CSAT, 0), (Question.CSAT, 6), (Question.NPS, 11), (Question.EFFORT, 8)],
)
def test_a_number_that_is_no_answer_is_refused(
    parts: HubParts, question: Question, wrong: int
) -> None:
    with pytest.raises(AnswerError, match=f"not {wrong}"):
        parts.voices.say(a_screen(parts, question), wrong)
    assert rows(parts, VoiceRow) == []


def test_a_child_that_hammers_at_a_screen_is_counted_apart(
    parts_on_both: HubParts, clock: FakeClock
) -> None:
    hub, screen, other = parts_on_both, a_screen(parts_on_both), a_screen(parts_on_both)
    refused = hammer(hub, screen, clock, 100)
    assert refused == 100 - MOST
    # The screen next to it still counts.
    hub.voices.say(other, 5)
    assert [row.screen for row in rows(hub, VoiceRow)] == [screen.id] * MOST + [other.id]
    hub.voices.keep_surplus()
    hub.voices.keep_surplus()
    refused += hammer(hub, screen, clock, 3)
    hub.voices.keep_surplus()
    (kept,) = rows(hub, VoiceSurplusRow)
    assert (kept.screen, kept.hour, kept.taps) == (screen.id, THURSDAY_NOON, refused)
    # Nothing is held against whoever comes later.
    clock.forward(seconds=WITHIN_S)
    hub.voices.say(screen, 5)


def hammer(hub: HubParts, screen: Screen, clock: FakeClock, taps: int) -> int:
    """A tap a second; how many of them came too soon."""
    waits: list[float] = []
    for _ in range(taps):
        try:
            hub.voices.say(screen, 1)
        except SurplusError as error:
            waits.append(error.retry_after_s)
        clock.forward(seconds=1)
    assert all(wait_s > 0 for wait_s in waits)
    return len(waits)


def test_two_answers_within_two_seconds_are_one(parts: HubParts, clock: FakeClock) -> None:
    screen = a_screen(parts)
    parts.voices.say(screen, 5)
    clock.forward(seconds=1.9)
    with pytest.raises(SurplusError):
        parts.voices.say(screen, 5)
    clock.forward(seconds=0.1)
    parts.voices.say(screen, 5)
    assert len(rows(parts, VoiceRow)) == 2


def test_the_pace_of_many_screens_stays_small(clock: FakeClock) -> None:
    pace = Pace(clock.monotonic, most_screens=3)
    for screen in range(10):
        pace.take(screen)
    assert len(pace._counted) == 3
    with pytest.raises(SurplusError):
        pace.take(9)


def test_a_code_opens_its_screen_until_it_is_revoked(parts_on_both: HubParts) -> None:
    screens = parts_on_both.voice_screens
    made, code = screens.make(
        NewScreen(store="nordic", zone="entrance", name=" By  the door ", languages=("sv", "en")),
        "Kim",
    )
    assert (made.name, made.languages) == ("By the door", ("sv", "en"))
    assert screens.opened(code, "10.0.0.1") == made
    assert code not in str(rows(parts_on_both, VoiceScreenRow))
    assert screens.revoke(made.id, "Kim").revoked_at == THURSDAY_NOON
    with pytest.raises(UnknownScreenError):
        screens.opened(code, "10.0.0.1")
    with pytest.raises(ConflictError):
        screens.revoke(made.id)
    assert [each.revoked_at for each in screens.of_store("nordic")] == [THURSDAY_NOON]
    assert actions(parts_on_both) == ["voice.screen-make", "voice.screen-revoke"]


def test_guessing_codes_is_stopped_and_stops_no_screen(parts: HubParts) -> None:
    _, code = parts.voice_screens.make(NewScreen(store="nordic", zone="entrance"))
    for guess in range(WRONG_PER_MINUTE):
        with pytest.raises(UnknownScreenError):
            parts.voice_screens.opened(f"guess-{guess}", "10.0.0.1")
    with pytest.raises(TooOftenError):
        parts.voice_screens.opened("one more", "10.0.0.1")
    assert parts.voice_screens.opened(code, "10.0.0.1").zone == "entrance"
    with pytest.raises(UnknownScreenError):
        parts.voice_screens.opened("from somewhere else", "10.0.0.2")


@pytest.mark.parametrize(
    "wish",
    [
        NewScreen(store="nordic", zone="entrance", languages=()),
        NewScreen(store="nordic", zone="entrance", languages=("en", "xx")),
        NewScreen(store="nordic", zone="entrance", name="x" * 61),
        NewScreen(store="nordic", zone="entrance", name="hid\u200bden"),
    ],
)
def test_a_screen_that_cannot_be_is_not_made(parts: HubParts, wish: NewScreen) -> None:
    with pytest.raises(ScreenError):
        parts.voice_screens.make(wish)
    assert rows(parts, VoiceScreenRow) == []
    assert actions(parts) == []


def test_a_store_has_so_many_screens_and_no_more(parts: HubParts) -> None:
    for _ in range(MOST_SCREENS):
        a_screen(parts)
    with pytest.raises(ScreenError, match="revoke one first"):
        a_screen(parts)
    parts.voice_screens.revoke(1)
    a_screen(parts)


def test_staff_find_it_too_loud_and_something_is_done(parts_on_both: HubParts) -> None:
    hub = parts_on_both
    report(hub)
    noted = hub.voices.complain("nordic", "entrance", Complaint.TOO_LOUD, "Kim")
    assert hub.voices.noted(noted.id) == noted
    assert hub.voices.noted(noted.id + 1) is None
    hub.voices.remedied(noted, Remedy.QUIETER, "Kim")
    with pytest.raises(RemediedError):
        hub.voices.remedied(noted, Remedy.BRIGHTER, "Kim")
    (row,) = rows(hub, StaffVoiceRow)
    assert (row.what, row.remedy, row.reported_scene) == ("too-loud", "quieter", "trading")
    assert "Kim" not in str(row)
    with hub.engine.connect() as connection:
        told = [entry.change for entry in find(connection, Search(author="Kim"), 10)]
    assert [(each.action, each.why) for each in told] == [
        ("voice.remedy", "too-loud"),
        ("voice.staff", "too-loud"),
    ]


def test_nothing_that_was_said_could_tell_who_said_it() -> None:
    columns = {
        name: set(SQLModel.metadata.tables[name].columns.keys())
        for name in ("voice", "staff_voice", "voice_surplus")
    }
    played = {
        "planned_scene",
        "planned_scene_revision",
        "plan_epoch",
        "plan_revision",
        "reported_scene",
        "confirmed",
    }
    # A new column has to be thought about: no session, address, device, name or free text.
    assert columns == {
        "voice": {"id", "store", "zone", "screen", "minute", "question", "answer", *played},
        "staff_voice": {"id", "store", "zone", "at", "what", "remedy", *played},
        "voice_surplus": {"screen", "hour", "taps"},
    }
