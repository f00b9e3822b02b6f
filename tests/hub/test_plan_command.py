"""``stemning plan``, ``choose``, ``quiet-hour``, ``emergency`` and ``audit`` against a real hub."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

import stemning
from hub import audit_command, choice_arguments, choice_command
from hub.parts import HubParts
from hub.plan_command import day, rehearsal, week, why
from hub.plan_command.why import NoInstantError, instant_said
from tests.hub.shops import THURSDAY_NOON, FakeClock

Run = Callable[..., tuple[int, str, str]]
COPENHAGEN = ZoneInfo("Europe/Copenhagen")


@pytest.fixture
def run(
    address: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    clock: FakeClock,
) -> Run:
    """Runs a command at the hub's time: its exit code, and what it said and complained of."""
    monkeypatch.setenv("COLUMNS", "120")
    asking = (day, why, week, rehearsal, choice_arguments, choice_command, audit_command)
    for module in asking:
        monkeypatch.setattr(module, "utc_now", clock)

    def running(*words: object) -> tuple[int, str, str]:
        code = stemning.main([*map(str, words), "--hub", address])
        said = capsys.readouterr()
        return code, said.out, said.err

    return running


@pytest.fixture
def drafted(run: Run, tmp_path: Path) -> Path:
    """The schedule as a file whose evenings begin at six, put as the draft."""
    file = tmp_path / "week.yaml"
    file.write_text(run("plan", "show", "nordic")[1].replace("'17:00'", "'18:00'"))
    code, said, complaint = run("plan", "put", "nordic", file, "--author", "Kim")
    assert (code, complaint) == (0, "")
    assert said == "saved as edition 2 of the draft; see: stemning plan review nordic\n"
    return file


def test_a_zones_day_with_its_reasons(run: Run) -> None:
    code, said, _ = run("plan", "entrance")
    assert code == 0
    assert "Entrance (nordic), Thursday 2026-10-22, Europe/Copenhagen" in said
    assert "│ 17:00:00 │ 20:00:00 │ Evening" in said
    assert run("plan", "day", "entrance", "--day", "today")[1] == said
    assert "Friday 2026-10-23" in run("plan", "entrance", "--day", "tomorrow")[1]
    assert run("plan", "entrance", "--day", "2031-01-01")[0] == 1


def test_a_zone_that_is_called_like_a_verb_can_be_asked_for(run: Run) -> None:
    code, _, complaint = run("plan", "day", "why")
    assert (code, complaint) == (
        1,
        "stemning plan: there is no zone 'why'; there are: entrance, fitting-rooms\n",
    )


def test_why_names_the_winner_and_says_why_the_others_lost(run: Run) -> None:
    run("choose", "entrance", "event", "--author", "Kim", "--reason", "a party", "--for", 30)
    code, said, _ = run("plan", "why", "entrance")
    assert code == 0
    assert said.startswith("Entrance (nordic), Thursday 2026-10-22 12:00:00: Event. ")
    assert "│ on │ Event" in said
    assert "a party" in said
    assert "override is stronger" in said
    evening = run("plan", "why", "entrance", "18:30")[1]
    assert "Thursday 2026-10-22 18:30:00: Evening." in evening
    morning = run("plan", "why", "fitting-rooms", "tomorrow", "09:30")[1]
    assert "Friday 2026-10-23 09:30:00: Calm morning." in morning
    assert run("plan", "why", "entrance", "noonish")[0] == 1


@pytest.mark.parametrize(
    ("words", "instant"),
    [
        ("09:00", datetime(2026, 10, 22, 7, 0, tzinfo=UTC)),
        ("9:05", datetime(2026, 10, 22, 7, 5, tzinfo=UTC)),
        ("tomorrow 09:00:30", datetime(2026, 10, 23, 7, 0, 30, tzinfo=UTC)),
        ("2026-12-24 09:00", datetime(2026, 12, 24, 8, 0, tzinfo=UTC)),
        ("2026-12-24T09:00", datetime(2026, 12, 24, 8, 0, tzinfo=UTC)),
        ("2026-12-24T09:00:00Z", datetime(2026, 12, 24, 9, 0, tzinfo=UTC)),
        ("2026-10-25 02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # the first of two
    ],
)
def test_a_time_as_it_is_typed(words: str, instant: datetime) -> None:
    assert instant_said(words.split(), THURSDAY_NOON, COPENHAGEN) == instant


@pytest.mark.parametrize(
    "words", ["noon", "25:00", "tomorrow", "never 09:00", "1 2 3", "9999-12-31 24:00"]
)
def test_what_is_no_time_is_said(words: str) -> None:
    with pytest.raises(NoInstantError, match="is no time: say 09:00"):
        instant_said(words.split(), THURSDAY_NOON, COPENHAGEN)


def test_a_week_of_all_zones(run: Run, drafted: Path) -> None:
    said = run("plan", "week", "nordic")[1]
    assert said.startswith(
        "Nordic, version 1, Europe/Copenhagen\n\nThursday 2026-10-22, open 10:00"
    )
    assert "17:00 Evening, 20:00 Trading" in said
    assert "Sunday 2026-10-25, closed" in said
    assert said.count("Fitting rooms") == 7
    draft = run("plan", "week", "nordic", "--draft", "--from", "tomorrow")[1]
    assert draft.startswith("Nordic, the draft on version 1,")
    assert "18:00 Evening, 20:00 Trading" in draft
    assert "Thursday 2026-10-29" in draft


def test_a_draft_is_seen_reviewed_deployed_and_taken_back(run: Run, drafted: Path) -> None:
    assert (
        "Every day 17:00 to 18:00 Entrance: Evening → Trading" in run("plan", "diff", "nordic")[1]
    )
    reviewed = run("plan", "review", "nordic")[1]
    assert "It changes:\n" in reviewed
    assert "edition 2 of the draft can be deployed: " in reviewed
    code, said, _ = run(
        "plan", "deploy", "nordic", "--edition", 2, "--author", "Kim", "--why", "late summer"
    )
    assert code == 0
    assert said.startswith("version 2 plays now\n  Rule “evenings”: from 17:00 → 18:00\n")
    assert "│ 18:00:00 │ 20:00:00 │ Evening" in run("plan", "entrance")[1]

    versions = run("plan", "versions", "nordic")[1].splitlines()
    assert versions[0] == "   2  2026-10-22 12:00  Kim: late summer"
    assert versions[1] == "      Rule “evenings”: from 17:00 → 18:00"
    assert versions[-1] == "   1  2026-10-22 12:00  from the shop file"
    said = run("plan", "revert", "nordic", 1, "--author", "Bo")[1]
    assert said == "version 3 plays now; it says what version 1 said\n"
    assert "│ 17:00:00 │ 20:00:00 │ Evening" in run("plan", "entrance")[1]


def test_who_deploys_what_was_changed_since_hears_of_it(run: Run, drafted: Path) -> None:
    text = drafted.read_text()
    drafted.write_text(text.replace("version 1 of", "draft 2 of").replace("18:00", "19:00"))
    assert run("plan", "put", "nordic", drafted, "--author", "Bo")[0] == 0
    code, _, complaint = run("plan", "deploy", "nordic", "--edition", 2)
    assert code == 1
    assert "somebody else changed this since you saw it" in complaint
    assert "Bo changed the draft" in complaint


def test_who_missed_much_hears_the_last_three_things_newest_first(run: Run, drafted: Path) -> None:
    for hour in range(11, 16):
        text = run("plan", "show", "nordic", "--draft")[1]
        drafted.write_text(re.sub("'1[0-9]:00', until: '20", f"'{hour}:00', until: '20", text))
        assert run("plan", "put", "nordic", drafted, "--author", f"Kim{hour}")[0] == 0
    complaint = run("plan", "deploy", "nordic", "--edition", 2)[2]
    assert re.findall("Kim1[0-9]", complaint) == ["Kim15", "Kim14", "Kim13"]
    assert complaint.count("\n") == 1


def test_a_file_never_writes_over_what_its_author_did_not_see(run: Run, drafted: Path) -> None:
    code, _, complaint = run("plan", "put", "nordic", drafted)
    assert (code, "and Kim has a draft by now" in complaint) == (1, True)
    mine = run("plan", "put", "nordic", drafted, "--author", "Kim")[2]
    assert "and you have a draft by now" in mine
    drafted.write_text(run("plan", "show", "nordic", "--draft")[1])
    assert run("plan", "deploy", "nordic")[0] == 0
    assert "that draft is gone: version 2 is" in run("plan", "put", "nordic", drafted)[2]
    old = run("plan", "show", "nordic", "--version", 1)[1]
    drafted.write_text(old)
    code, _, complaint = run("plan", "put", "nordic", drafted)
    assert "made from version 1, and version 2 is deployed by now" in complaint
    drafted.write_text(old.partition("\n")[2])
    code, _, complaint = run("plan", "put", "nordic", drafted)
    assert "first line doesn't say what it was made from" in complaint
    assert run("plan", "put", "nordic", drafted, "--anyway")[0] == 0
    assert "→" in run("plan", "diff", "nordic")[1]
    assert run("plan", "discard", "nordic")[0] == 0
    assert "has no draft" in run("plan", "diff", "nordic")[2]


def test_a_mistake_in_the_file_is_said_and_forbids(run: Run, drafted: Path) -> None:
    text = run("plan", "show", "nordic", "--draft")[1]
    drafted.write_text(text.replace("scene: evening", "scene: evenign"))
    assert run("plan", "put", "nordic", drafted)[0] == 0
    reviewed = run("plan", "review", "nordic")[1]
    assert "Mistakes that forbid it:\n" in reviewed
    assert "evenign" in reviewed
    last = reviewed.splitlines()[-1]
    assert last.startswith("edition 3 of the draft can't be deployed: ")
    assert "evenign" in last
    code, _, complaint = run("plan", "deploy", "nordic")
    assert (code, "this can't be deployed" in complaint) == (1, True)
    drafted.write_text(text.replace("from: '18:00'", "from: teatime"))
    assert "rules[" in run("plan", "put", "nordic", drafted)[2]
    drafted.write_text(text.partition("\n")[0] + "\n- nonsense\n")
    assert "names no part of a schedule" in run("plan", "put", "nordic", drafted)[2]


def test_a_file_that_is_refused_leaves_no_draft_behind(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "week.yaml"
    good = run("plan", "show", "nordic")[1]
    file.write_text(good.replace("from: '17:00'", "from: teatime"))
    code, _, complaint = run("plan", "put", "nordic", file)
    assert (code, "rules[" in complaint) == (1, True)
    assert "has no draft" in run("plan", "diff", "nordic")[2]
    file.write_text(good.replace("'17:00'", "'18:00'"))
    assert run("plan", "put", "nordic", file)[0] == 0
    draft = run("plan", "show", "nordic", "--draft")[1]
    file.write_text(draft.replace("'18:00'", "teatime"))
    assert run("plan", "put", "nordic", file)[0] == 1
    assert run("plan", "show", "nordic", "--draft")[1] == draft


def test_a_draft_that_changes_nothing_is_not_deployed(
    run: Run, tmp_path: Path, parts: HubParts
) -> None:
    file = tmp_path / "week.yaml"
    file.write_text(run("plan", "show", "nordic")[1])
    assert run("plan", "put", "nordic", file)[0] == 0
    code, _, complaint = run("plan", "deploy", "nordic")
    assert (code, "the draft says what version 1 says" in complaint) == (1, True)
    assert parts.schedules.newest("nordic").number == 1


def test_a_draft_is_put_on_top_of_what_was_deployed_meanwhile(
    run: Run, drafted: Path, parts: HubParts
) -> None:
    assert run("plan", "revert", "nordic", 1, "--why", "again")[0] == 0
    code, _, complaint = run("plan", "deploy", "nordic")
    assert (code, "since the draft was begun on version 1. " in complaint) == (1, True)
    assert complaint.endswith("'stemning plan rebase nordic', then 'stemning plan deploy nordic'\n")
    reviewed = run("plan", "review", "nordic")[1].splitlines()[-1]
    assert reviewed.endswith("since it was begun; first: stemning plan rebase nordic")
    assert "Deployed since the draft was begun" in run("plan", "review", "nordic")[1]
    assert run("plan", "rebase", "nordic")[1].startswith("the draft is based on version 2 now")
    assert run("plan", "deploy", "nordic")[0] == 0
    assert parts.schedules.newest("nordic").number == 3


def test_what_both_change_is_refused_with_the_command_that_decides(run: Run, drafted: Path) -> None:
    assert run("plan", "deploy", "nordic")[0] == 0
    begun = run("plan", "show", "nordic")[1]
    drafted.write_text(begun.replace("'18:00'", "'19:00'"))
    assert run("plan", "put", "nordic", drafted)[0] == 0
    assert run("plan", "revert", "nordic", 1)[0] == 0
    code, _, complaint = run("plan", "rebase", "nordic")
    assert (code, "stemning plan rebase nordic --prefer draft" in complaint) == (1, True)
    assert run("plan", "rebase", "nordic", "--prefer", "draft")[0] == 0


def test_without_a_draft_every_verb_says_how_to_make_one(run: Run) -> None:
    for words in (
        ("show", "nordic", "--draft"),
        ("diff", "nordic"),
        ("deploy", "nordic"),
        ("discard", "nordic"),
        ("rebase", "nordic"),
        ("week", "nordic", "--draft"),
        ("why", "entrance", "--draft"),
    ):
        code, _, complaint = run("plan", *words)
        assert (code, "stemning plan show nordic > week.yaml" in complaint) == (1, True), words


def test_a_rehearsal_in_a_script_is_a_line_for_each_change(run: Run) -> None:
    said = run("plan", "rehearse", "nordic", "--day", "tomorrow")[1].splitlines()
    assert [line for line in said if "Entrance" in line] == [
        "00:00  Entrance: Trading",
        "09:00  Entrance: Calm morning",
        "11:00  Entrance: Trading",
        "17:00  Entrance: Evening",
        "20:00  Entrance: Trading",
    ]


def test_a_rehearsal_for_a_person_is_drawn_and_touches_nothing(
    run: Run, parts: HubParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = parts.planner.plans()
    monkeypatch.setenv("FORCE_COLOR", "1")
    code, said, _ = run("plan", "rehearse", "nordic", "--seconds", 0.3)
    assert code == 0
    for shown in ("Friday 2026-10-23 00:00", "Entrance", "Trading", "█", "%"):
        assert shown in said
    assert parts.planner.plans() == before


def test_a_moment_of_a_rehearsal_is_drawn_as_it_was_then() -> None:
    def frame(offset_s: float, scene: str, level: float, music: str | None) -> dict[str, object]:
        light = {"all": {"level": level}}
        scent = {"fragrance": "linen" if music else None, "intensity": 40.0}
        more = {"scene": scene, "light": light, "music": music, "volume": 35.0}
        return {"offset_s": offset_s, **more, **scent}

    rehearsed = {
        "start": "2026-10-21T22:00:00Z",
        "end": "2026-10-22T22:00:00Z",
        "lasts_s": 30.0,
        "zones": [
            {"name": "Hall", "frames": [frame(0, "Closed", 0, None), frame(15, "Day", 50, "jazz")]}
        ],
    }
    console = Console(width=100)
    for offset_s, shown in (
        (14.9, ("Thursday 2026-10-22 11:55", "Hall", "Closed", "░" * 20, "  0 %")),
        (22.5, ("18:00", "Day", "█" * 10 + "░" * 10 + "  50 %", "jazz 35 %", "linen 40 %")),
    ):
        with console.capture() as capture:
            console.print(rehearsal.picture(rehearsed, COPENHAGEN, offset_s))
        assert all(each in capture.get() for each in shown), capture.get()


def test_a_choice_is_made_and_taken_back(run: Run, clock: FakeClock, parts: HubParts) -> None:
    assert run("choose", "entrance", "event")[1].startswith("Entrance: Event until Thursday 17:00.")
    said = run("choose", "entrance", "evening", "--until", "13:15", "--why", "too-loud")[1]
    assert said.startswith("Entrance: Evening until Thursday 13:15.")
    assert run("choose", "entrance", "event", "--for", 30)[1].startswith(
        "Entrance: Event until Thursday 12:30."
    )
    assert run("choose", "entrance", "event", "--until", "11:00")[1].startswith(
        "Entrance: Event until Friday 11:00."
    )
    assert "until Thursday 20:00." in run("choose", "entrance", "event", "--until", "closing")[1]
    assert run("choose", "entrance", "--return")[1].startswith("Entrance: Trading until")
    assert parts.planner.planned("nordic", "entrance").override_at(clock()) is None
    code, _, complaint = run("choose", "entrance", "disco")
    assert (code, complaint) == (1, "stemning choose: no scene is called 'disco'\n")
    assert run("choose", "entrance", "event", "--until", "soon")[0] == 1
    for wrong in (("choose", "entrance"), ("choose", "entrance", "event", "--return")):
        with pytest.raises(SystemExit) as ended:
            run(*wrong)
        assert ended.value.code == 2


def test_a_choice_that_waits_says_for_what_and_whose_place_it_takes(run: Run) -> None:
    run("choose", "entrance", "event", "--for", 30, "--author", "Kim")
    run("quiet-hour", "nordic", "--for", 10)
    said = run("choose", "entrance", "evening", "--for", 20)[1]
    assert said == (
        "Entrance: Evening until Thursday 12:20 waits for the quiet hour to end. "
        "It takes the place of Kim's Event until Thursday 12:30. "
        "Nobody has ever reported Entrance, so nobody knows what it does.\n"
    )
    said = run("choose", "entrance", "evening", "--for", 5)[1]
    assert "That is later, so it plays only if somebody ends the quiet hour before. " in said
    run("emergency", "nordic")
    assert "waits for the emergency to end. " in run("choose", "entrance", "event")[1]
    said = run("choose", "entrance", "--return")[1]
    assert said.startswith("Entrance: Emergency until somebody ends it. ")


def test_a_zone_whose_agent_fell_silent_is_said_so() -> None:
    zone = {"name": "Entrance", "time_zone": "Europe/Copenhagen"}
    at = "2026-10-22T09:12:00Z"
    stale = zone | {"reported": {"stale": True, "at": at}}
    assert list(choice_command.silence(stale, THURSDAY_NOON)) == [
        "Nobody reports Entrance since 11:12, so nobody knows what it does."
    ]
    fresh = zone | {"reported": {"stale": False, "at": at}}
    assert list(choice_command.silence(fresh, THURSDAY_NOON)) == []


def test_no_minutes_are_no_end(run: Run, parts: HubParts, clock: FakeClock) -> None:
    for words in (("choose", "entrance", "event"), ("quiet-hour", "nordic")):
        code, said, complaint = run(*words, "--for", 0)
        assert (code, said, "minutes (up to" in complaint) == (1, "", True)
    assert parts.planner.planned("nordic", "entrance").override_at(clock()) is None
    assert run("quiet-hour", "nordic")[1].endswith("until Thursday 13:00\n")


@pytest.mark.parametrize(
    "words",
    [
        ("choose", "entrance", "--return"),
        ("quiet-hour", "nordic", "--end"),
        ("emergency", "nordic", "--end"),
    ],
)
def test_an_end_forgets_no_flag_that_was_typed(run: Run, words: tuple[str, ...]) -> None:
    code, said, complaint = run(*words, "--reason", "they left")
    assert (code, said) == (1, "")
    assert "--reason is kept with a beginning only" in complaint


def test_a_scene_that_is_no_more_than_a_draft_is_not_unknown(run: Run) -> None:
    assert run("scene", "clone", "evening", "late", "Late evening")[0] == 0
    code, _, complaint = run("choose", "entrance", "late")
    assert (code, complaint) == (
        1,
        "stemning choose: late is a draft: stemning scene publish late\n",
    )


def test_an_unknown_store_is_answered_with_those_there_are(run: Run) -> None:
    code, _, complaint = run("quiet-hour", "nordci")
    assert (code, complaint) == (
        1,
        "stemning quiet-hour: there is no store 'nordci'; there are: nordic\n",
    )


def test_a_whole_store_is_quiet_and_then_not(run: Run, parts: HubParts) -> None:
    said = run("quiet-hour", "nordic", "--until", "closing", "--author", "Kim")[1]
    assert said == "Quiet hour in all zones of nordic until Thursday 20:00\n"
    code, _, complaint = run("quiet-hour", "nordic", "--for", "5", "--author", "Bo")
    assert (code, "Kim began a quiet hour in Nordic at" in complaint) == (1, True)
    said = run("quiet-hour", "nordic", "--until", "closing", "--author", "Bo", "--replace")[1]
    assert said == "Quiet hour in all zones of nordic until Thursday 20:00\n"
    said = run("emergency", "nordic", "--reason", "somebody fell")[1]
    assert said == "Emergency in all zones of nordic until somebody ends it\n"
    assert parts.planner.plans()["nordic", "entrance"].at(THURSDAY_NOON).scene == "emergency"
    assert run("emergency", "nordic", "--end")[1] == "nordic: emergency has ended\n"
    assert run("quiet-hour", "nordic", "--end")[1] == "nordic: quiet hour has ended\n"
    assert run("quiet-hour", "nordic", "--end")[1] == "nordic: quiet hour had ended before\n"
    assert parts.planner.plans()["nordic", "entrance"].at(THURSDAY_NOON).scene == "trading"


def test_the_audit_says_who_did_what(run: Run, drafted: Path) -> None:
    run("choose", "entrance", "event", "--author", "Bo", "--why", "event", "--reason", "a party")
    said = run("audit", "--store", "nordic")[1].splitlines()
    assert said[0] == (
        "12:00:00  Bo  override.choose  nordic, zone entrance: Event until 17:00: event: a party"
    )
    assert said[1] == "12:00:00  Kim  draft.change  draft of nordic: edition 2"
    assert said[2] == "      Rule “evenings”: from 17:00 → 18:00"
    assert run("audit", "--subject", "entrance")[1].splitlines() == said[:1]
    assert run("audit", "--subject", "zone entrance")[1].splitlines() == said[:1]
    assert run("audit", "--author", "Bo")[1].splitlines() == said[:1]
    whole = run("audit", "--action", "override", "--whole")[1].splitlines()
    assert whole[1] == "  before: null"
    assert '"scene": "event"' in whole[2]
    assert len(run("audit", "--most", 1)[1].splitlines()) == 1
    for unknown in (("--author", "Nobody"), ("--subject", "attic")):
        assert run("audit", *unknown) == (0, "nothing matches\n", "")


def test_the_audit_has_one_kind_of_time_and_no_idle_words(run: Run, clock: FakeClock) -> None:
    run("choose", "entrance", "event", "--until", "11:00", "--author", "Bo")
    run("emergency", "nordic", "--author", "Bo")
    run("scene", "clone", "evening", "late", "Late evening", "--author", "Bo")
    clock.forward(days=1)
    chosen = "nordic, zone entrance: Event until 11:00 on 2026-10-23"
    assert run("audit", "--author", "Bo")[1].splitlines() == [
        "2026-10-22 12:00:00  Bo  scene.clone  scene late: revision 1",
        "2026-10-22 12:00:00  Bo  emergency.begin  store nordic: Emergency until somebody ends it",
        f"2026-10-22 12:00:00  Bo  override.choose  {chosen}",
    ]


def test_without_a_hub_it_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert stemning.main(["plan", "why", "entrance", "--hub", "http://127.0.0.1:1"]) == 1
    complaint = capsys.readouterr().err
    assert "no hub answers at http://127.0.0.1:1: say where it is with --hub or STEMNING_HUB" in (
        complaint
    )


def test_a_sense_is_nudged_by_points_from_where_it_is(run: Run) -> None:
    code, said, _ = run("nudge", "entrance", "volume", "-10", "--author", "Kim", "--for", 30)
    assert (code, said) == (0, "Entrance: 10 % quieter until 12:30, Kim\n")
    said = run("nudge", "entrance", "volume", "-10", "--why", "too-loud")[1]
    assert said == "Entrance: 20 % quieter until 17:00: too loud\n"
    said = run("nudge", "entrance", "light", "--to", 150, "--until", "13:15")[1]
    assert said == "Entrance: 50 % brighter until 13:15\n"
    assert "Entrance: as the scene says" in run("nudge", "entrance", "volume", "--end")[1]
    code, _, complaint = run("nudge", "entrance", "scent", "--to", 120)
    assert code == 1
    assert "scent goes from 0 to 100 %" in complaint
    assert run("nudge", "entrance", "light", "--end", "--reason", "enough")[0] == 1


def test_a_store_is_muted_and_its_scent_turned_off(run: Run) -> None:
    run("nudge", "entrance", "volume", "-20")
    code, said, _ = run("mute", "nordic", "--author", "Kim")
    assert (code, said) == (0, "muted in all zones of nordic until Thursday 20:00\n")
    said = run("nudge", "entrance", "volume", "+10")[1]
    assert said == "Entrance: 10 % quieter until 17:00; in force now: 0 %\n"
    code, _, complaint = run("mute", "nordic", "--for", 5)
    assert code == 1
    assert "Kim muted Nordic at 12:00, until 20:00" in complaint
    assert "12:05" in run("mute", "nordic", "--for", 5, "--replace")[1]
    assert run("mute", "nordic", "--end")[1] == "nordic: mute has ended\n"
    assert run("mute", "nordic", "--end")[1] == "nordic: mute had ended before\n"
    said = run("scent-off", "nordic", "--until", "until-ended")[1]
    assert said == "scent is off in all zones of nordic until Thursday 11:00\n", "by winter time"
