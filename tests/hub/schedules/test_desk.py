"""Versions and drafts of a store's schedule."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError
from sqlmodel import col

from hub.audit import Search, find
from hub.errors import PreconditionFailedError, UnknownStoreError
from hub.parts import HubParts
from hub.schedules.errors import (
    DraftExistsError,
    NoDraftError,
    RebaseConflictError,
    ScheduleRefusedError,
    UnknownVersionError,
)
from hub.schedules.history import versions
from hub.tables import PlanRow, ScheduleVersionRow
from scenes.schedule import Schedule
from tests.hub.schedules.drafts import (
    CHANGED_FILE,
    KIM,
    LATE,
    OvertakenError,
    begun_and_changed,
    deployed_by_kim,
    having,
    save_shop_file,
    sources,
    told_since,
    whatever,
)
from tests.hub.shops import SHOP_FILE, FakeClock, rule

MAX = rule("calm-mornings", "calm-morning", "09:00", "10:30", name="Short calm")


def test_what_the_file_says_is_version_one(parts: HubParts) -> None:
    newest = parts.schedules.newest("nordic")
    assert (newest.number, newest.origin, newest.author) == (1, "file", "shop file")
    assert newest.schedule == parts.planner.store("nordic").schedule
    with pytest.raises(UnknownStoreError):
        parts.schedules.newest("attic")


def test_a_draft_becomes_the_next_version_and_the_plan(parts_on_both: HubParts) -> None:
    parts = parts_on_both
    draft = begun_and_changed(parts)
    assert (draft.based_on, draft.edition, draft.author) == (1, 2, "Kim")
    assert "rule:late" not in sources(parts)
    assert parts.schedules.newest("nordic").number == 1

    version = parts.schedules.deploy("nordic", KIM, whatever)
    assert (version.number, version.origin, version.author, version.why) == (
        2,
        "person",
        "Kim",
        "more of the evening",
    )
    assert version.schedule == draft.schedule
    assert "rule:late" in sources(parts)
    with pytest.raises(NoDraftError):
        parts.schedules.draft("nordic")
    with parts.engine.connect() as connection:
        actions = [each.change.action for each in find(connection, Search(store="nordic"), 4)]
        newest, first = versions(connection, "nordic", 9)
        (told,) = [
            each.change
            for each in find(connection, Search(action="schedule.deploy", author="Kim"), 9)
        ]
    assert actions == ["draft.deploy", "schedule.deploy", "draft.change", "draft.begin"]
    assert (newest.number, first.number) == (2, 1)
    assert (told.before, told.why) == ({"version": 1, "rules": []}, "more of the evening")
    assert [item["id"] for item in told.after["rules"]] == ["late"]
    assert told.after["changes"] == [
        "Rule “Late afternoon” added: every day 15:00 to 17:00 Evening in Entrance"
    ]


def test_there_is_one_draft_at_most(parts: HubParts) -> None:
    parts.schedules.begin("nordic", None, KIM)
    with pytest.raises(DraftExistsError, match="has a draft already, by Kim"):
        parts.schedules.begin("nordic", None, KIM)
    parts.schedules.discard("nordic", KIM, whatever)
    with pytest.raises(NoDraftError):
        parts.schedules.discard("nordic", KIM, whatever)


def test_the_edition_of_a_discarded_draft_never_comes_again(parts: HubParts) -> None:
    first = begun_and_changed(parts)
    parts.schedules.discard("nordic", KIM, whatever)
    second = parts.schedules.begin("nordic", None, KIM)
    assert second.edition > first.edition + 1
    told: list[str] = []
    with pytest.raises(OvertakenError):
        parts.schedules.change("nordic", having(MAX), KIM, told_since(first.edition, told))
    assert told == ["Kim discarded the draft, 12:00", "Kim began this draft, 12:00"]


def test_the_same_again_is_no_change(parts: HubParts) -> None:
    draft = begun_and_changed(parts)
    assert parts.schedules.change("nordic", having(LATE), KIM, whatever) == draft


def test_who_writes_over_what_they_did_not_see_is_told_what_changed(
    parts: HubParts, clock: FakeClock
) -> None:
    seen = begun_and_changed(parts).edition
    clock.forward(minutes=5)
    parts.schedules.change("nordic", having(MAX), KIM, whatever)
    told: list[str] = []
    with pytest.raises(OvertakenError):
        parts.schedules.change("nordic", having(LATE), KIM, told_since(seen, told))
    (sentence,) = told
    assert sentence.startswith("Kim changed the draft, 12:05: Rule “")
    assert "until 11:00 → 10:30" in sentence
    assert parts.schedules.draft("nordic").edition == seen + 1


def test_a_draft_behind_what_was_deployed_is_refused_and_can_be_rebased(
    parts: HubParts, tmp_path: Path
) -> None:
    begun_and_changed(parts)
    save_shop_file(parts, tmp_path, CHANGED_FILE)
    with pytest.raises(PreconditionFailedError) as refused:
        parts.schedules.deploy("nordic", KIM, whatever)
    assert refused.value.changed == (
        "shop file deployed version 2, 12:00: Rule “Calm mornings”: until 11:00 → 12:00",
        "The draft can be put on top of that: rebase it, then deploy",
    )
    assert parts.schedules.newest("nordic").number == 2

    draft = parts.schedules.rebase("nordic", None, KIM, whatever)
    assert draft.based_on == 2
    parts.schedules.deploy("nordic", KIM, whatever)
    deployed = parts.schedules.newest("nordic").schedule
    assert [item.until for item in deployed.rules] == ["12:00", "20:00", "17:00"]


def test_a_rebase_names_what_both_change_and_lets_one_of_them_hold(
    parts: HubParts, tmp_path: Path
) -> None:
    begun_and_changed(parts, MAX)
    save_shop_file(parts, tmp_path, CHANGED_FILE)
    with pytest.raises(RebaseConflictError) as refused:
        parts.schedules.rebase("nordic", None, KIM, whatever)
    (conflict,) = refused.value.problems
    assert conflict.startswith("Deployed since: Rule “Calm mornings”: until 11:00 → 12:00. In the")
    assert parts.schedules.draft("nordic").based_on == 1
    draft = parts.schedules.rebase("nordic", "deployed", KIM, whatever)
    assert draft.schedule.rules[0].until == "12:00"


def test_mistakes_forbid_a_deployment_and_nothing_of_it_happens(parts: HubParts) -> None:
    before = parts.planner.plans()
    begun_and_changed(parts, rule("wrong", "no-such-scene", "09:00", "10:00", zones=("attic",)))
    with pytest.raises(ScheduleRefusedError) as refused:
        parts.schedules.deploy("nordic", KIM, whatever)
    assert refused.value.problems == (
        "Rule “wrong”: no scene is called “no-such-scene”",
        "Rule “wrong”: the store has no zone or zone group “attic”",
    )
    assert parts.schedules.newest("nordic").number == 1
    assert parts.planner.plans() == before


def test_reverting_makes_an_earlier_version_the_next_one(parts: HubParts) -> None:
    deployed_by_kim(parts)
    told: list[str] = []
    with pytest.raises(OvertakenError):
        parts.schedules.revert("nordic", 1, KIM, told_since(1, told))
    (sentence,) = told
    assert sentence.startswith("Kim deployed version 2, 12:00: Rule “Late afternoon” added: ")
    version = parts.schedules.revert("nordic", 1, KIM, told_since(2, told))
    assert (version.number, version.origin) == (3, "revert")
    assert "rule:late" not in sources(parts)
    for number in (0, 4, 2**40):
        with pytest.raises(UnknownVersionError):
            parts.schedules.revert("nordic", number, KIM, whatever)


def test_a_draft_can_begin_from_an_earlier_version(parts: HubParts) -> None:
    first = parts.schedules.newest("nordic").schedule
    deployed_by_kim(parts)
    draft = parts.schedules.begin("nordic", 1, KIM)
    assert (draft.schedule, draft.based_on) == (first, 2)
    assert parts.schedules.deploy("nordic", KIM, whatever).schedule == first


def test_a_deployment_that_fails_half_way_leaves_everything_as_it_was(parts: HubParts) -> None:
    draft = begun_and_changed(parts)
    before = parts.planner.plans()

    def full(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.startswith(("INSERT INTO plan ", 'INSERT INTO "plan" ')):
            raise OperationalError(statement, None, Exception("disk is full"))

    event.listen(parts.engine, "before_cursor_execute", full)
    with pytest.raises(OperationalError):
        parts.schedules.deploy("nordic", KIM, whatever)
    event.remove(parts.engine, "before_cursor_execute", full)
    assert parts.schedules.newest("nordic").number == 1
    assert parts.schedules.draft("nordic") == draft
    assert parts.planner.plans() == before
    with parts.engine.connect() as connection:
        assert set(connection.scalars(select(col(PlanRow.revision)))) == {1}
        assert list(connection.scalars(select(col(ScheduleVersionRow.version)))) == [1]


def test_the_file_goes_on_deploying_its_own(parts: HubParts, tmp_path: Path) -> None:
    save_shop_file(parts, tmp_path, CHANGED_FILE)
    newest = parts.schedules.newest("nordic")
    assert (newest.number, newest.origin) == (2, "file")
    assert parts.shop_status.notices == ()
    assert "Rule “Calm mornings”, Mon to Sat 09:00 to 12:00" in [
        slot.reason for slot in parts.planner.planned("nordic", "entrance").plan.slots
    ]


def test_the_file_never_writes_over_what_a_person_deployed(parts: HubParts, tmp_path: Path) -> None:
    deployed_by_kim(parts)
    save_shop_file(parts, tmp_path, CHANGED_FILE)
    assert parts.schedules.newest("nordic").number == 2
    assert "rule:late" in sources(parts)
    draft = parts.schedules.draft("nordic")
    assert (draft.origin, draft.author, draft.based_on) == ("file", "shop file", 2)
    assert [item.until for item in draft.schedule.rules] == ["12:00", "20:00"]
    (notice,) = parts.shop_status.notices
    assert notice == (
        "the shop file says another schedule of Nordic than a person deployed: "
        "what the file says waits as the draft (look at it: stemning plan review nordic)"
    )
    # The file again, then as it was: the untouched draft goes with it.
    save_shop_file(parts, tmp_path, CHANGED_FILE.replace("12:00", "12:30"))
    assert parts.schedules.draft("nordic").schedule.rules[0].until == "12:30"
    parts.schedules.discard("nordic", KIM, whatever)
    assert parts.shop_status.notices == ()


def test_whoever_deploys_what_the_file_says_lets_the_file_go_on(
    parts: HubParts, tmp_path: Path
) -> None:
    deployed_by_kim(parts)
    save_shop_file(parts, tmp_path, CHANGED_FILE)
    parts.schedules.deploy("nordic", KIM, whatever)
    save_shop_file(parts, tmp_path, CHANGED_FILE.replace("12:00", "12:30"))
    newest = parts.schedules.newest("nordic")
    assert (newest.number, newest.origin) == (4, "file")
    assert newest.schedule.rules[0].until == "12:30"


def test_a_draft_of_a_person_stays_when_the_file_changes(parts: HubParts, tmp_path: Path) -> None:
    deployed_by_kim(parts)
    mine = begun_and_changed(parts, MAX)
    save_shop_file(parts, tmp_path, CHANGED_FILE)
    assert parts.schedules.draft("nordic") == mine
    (notice,) = parts.shop_status.notices
    assert notice.endswith(
        "and there is another draft: deploy or discard that one, then save the file again"
    )
    parts.schedules.discard("nordic", KIM, whatever)
    save_shop_file(parts, tmp_path, CHANGED_FILE + "\n")
    assert parts.schedules.draft("nordic").origin == "file"


def test_a_file_that_says_the_same_is_no_news(parts: HubParts, tmp_path: Path) -> None:
    deployed_by_kim(parts)
    save_shop_file(parts, tmp_path, SHOP_FILE + "# a word\n")
    assert parts.schedules.newest("nordic").number == 2
    with pytest.raises(NoDraftError):
        parts.schedules.draft("nordic")


def test_what_is_deployed_survives_a_restart(parts: HubParts) -> None:
    deployed_by_kim(parts)
    saved = parts.planner.saved_shop()
    assert saved is not None
    parts.planner.load(saved)
    assert parts.schedules.newest("nordic").number == 2
    assert "rule:late" in sources(parts)
    with pytest.raises(NoDraftError):
        parts.schedules.draft("nordic")


def test_an_empty_schedule_can_be_deployed(parts: HubParts) -> None:
    parts.schedules.begin("nordic", None, KIM)
    parts.schedules.change("nordic", lambda _: Schedule(), KIM, whatever)
    parts.schedules.deploy("nordic", KIM, whatever)
    assert set(sources(parts)[-1:]) == {"fallback"}


def test_of_two_people_who_deploy_at_once_one_wins(parts_on_both: HubParts) -> None:
    parts = parts_on_both
    begun_and_changed(parts)
    outcomes: list[str] = []

    def deploy() -> None:
        try:
            outcomes.append(f"version {parts.schedules.deploy('nordic', KIM, whatever).number}")
        except NoDraftError:
            outcomes.append("too late")

    threads = [threading.Thread(target=deploy) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcomes) == ["too late"] * 3 + ["version 2"]
    assert parts.schedules.newest("nordic").number == 2


def test_of_two_people_who_write_the_draft_at_once_nobody_writes_over_the_other(
    parts: HubParts,
) -> None:
    edition = parts.schedules.begin("nordic", None, KIM).edition
    outcomes: list[bool] = []

    def write(number: int) -> None:
        item = rule(f"of-{number}", "evening", "15:00", "17:00")
        try:
            parts.schedules.change("nordic", having(item), KIM, told_since(edition, []))
        except OvertakenError:
            outcomes.append(False)
        else:
            outcomes.append(True)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcomes) == [False, False, False, True]
    assert parts.schedules.draft("nordic").edition == edition + 1
