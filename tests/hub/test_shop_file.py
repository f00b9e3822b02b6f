"""The shop file: what people write, and what they are told when it is wrong."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.clock import utc_now
from hub.shop import Library, Shop
from hub.shop_file import Known, ShopFileError, read_shop_file
from hub.shop_watch import ShopWatch
from hub.weekdays import read_weekdays
from hub.yaml_file import YamlFileError, read_yaml
from scenes.rules import WEEKDAYS, OpenHours
from scenes.scene import Scene
from tests.hub.shops import SHOP_FILE

SERVES = "mood: focus\nexperience: aesthetic\n"
NO_ID = "an id has lower-case letters, digits and single hyphens between them"
NO_TIME = (
    "a time of day is written as 09:00 or 09:00:30 (24:00 is the day's end), or as opening, "
    "closing, sunrise or sunset, with how long after or before: closing-00:30"
)
NO_WEEKDAY = "is no weekday: write mon to sun, mon-fri, weekdays, weekends or every-day"


def write(directory: Path, text: str, name: str = "shop.yaml") -> Path:
    path = directory / name
    path.write_text(text, encoding="utf-8")
    return path


def problems(directory: Path, text: str) -> tuple[str, ...]:
    with pytest.raises(ShopFileError) as refused:
        read_shop_file(write(directory, text))
    return refused.value.problems


def test_a_shop_file_says_it_all(tmp_path: Path) -> None:
    shop = read_shop_file(write(tmp_path, SHOP_FILE)).shop
    (store,) = shop.stores
    assert (store.id, store.name, store.time_zone) == ("nordic", "Nordic", "Europe/Copenhagen")
    assert store.currency == "DKK"
    assert store.hours["mon"] == OpenHours("10:00", "20:00")
    assert store.hours["sat"] == OpenHours("10:00", "18:00")
    assert "sun" not in store.hours
    assert [zone.id for zone in store.zones] == ["entrance", "fitting-rooms"]
    calm, evening = store.rules
    assert calm.zones == ("all",)
    assert calm.weekdays == ("mon", "tue", "wed", "thu", "fri", "sat")
    assert (calm.from_, calm.until, calm.name) == ("09:00", "11:00", "Calm mornings")
    assert evening.weekdays == WEEKDAYS


def test_the_starter_scenes_are_there(tmp_path: Path) -> None:
    scenes = read_shop_file(write(tmp_path, SHOP_FILE)).shop.scenes
    assert {"trading", "calm-morning", "quiet-hour", "closing"} <= scenes.keys()
    assert all(name == scene.id for name, scene in scenes.items())


def test_a_directory_brings_scenes_of_the_shop_and_replaces_starter_scenes(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    write(tmp_path / "own", f"name: Ours\n{SERVES}light: {{all: {{level: 3}}}}\n", "trading.yaml")
    write(tmp_path / "own", f"name: Sale\n{SERVES}", "sale.yaml")
    write(tmp_path / "own", "no scene", "README.md")
    read = read_shop_file(write(tmp_path, SHOP_FILE + "scenes: own\n"))
    assert read.shop.scenes["trading"].name == "Ours"
    assert read.shop.scenes["sale"].light == {}
    assert read.scene_directory == tmp_path / "own"


def test_a_fallback_is_a_scene_that_plays_whoever_made_it(tmp_path: Path) -> None:
    def library(scenes: Mapping[str, Scene]) -> Library:
        party = Scene(id="party", name="Party")
        return Library({**scenes, "party": party}, drafts={"disco"}, retired={"ball"})

    path = write(tmp_path, SHOP_FILE.replace("fallback: trading", "fallback: party"))
    assert read_shop_file(path, Known(library=library)).shop.stores[0].zones[0].fallback == "party"
    for scene, why in (("disco", "is a draft: publish it first"), ("ball", "is retired: ")):
        path = write(tmp_path, SHOP_FILE.replace("fallback: trading", f"fallback: {scene}"))
        with pytest.raises(ShopFileError, match=f"fallback: the scene '{scene}' {why}"):
            read_shop_file(path, Known(library=library))


def test_every_error_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    told = problems(
        tmp_path,
        """\
stores:
  - id: Nordic Shop
    name: Nordic
    time_zone: Europe/Copenhagen
  - id: harbour
    name: Harbour
    time_zone: Europe/Kopenhagen
    currency: krone
  - id: mall
    name: Mall
    time_zone: Mars/Base
    hours:
      mon-fri: ten to eight
      someday: 10:00-20:00
      fri: 10:00-22:00
    zones:
      - {id: entrance, name: Entrance, fallback: tradding}
      - {id: entrance, name: Again, fallback: trading}
      - {id: cellar, name: Cellar, colour: red, fallback: trading}
    rules:
      - {id: a, scene: trading, zones: [attic], from: 09:00, until: 25:00}
      - {id: b, scene: trading, zones: [attic], from: 24:00, until: 11:00, weekdays: mon-fry}
      - {id: b, scene: none, zones: all, from: 09:00, until: 11:00}
      - {id: c, scene: trading, zones: all, from: 09:00, until: 11:00, valid_from: 2026-02-30}
""",
    )
    # The list of scenes that there are is long, and another test's matter.
    assert [text.split("; there are")[0] for text in told] == [
        f"line 2, stores[0].id: {NO_ID}",
        "line 7, stores[1].time_zone: 'Europe/Kopenhagen' is no IANA time zone",
        "line 8, stores[1].currency: 'krone' is no ISO code such as EUR",
        "line 11, stores[2].time_zone: 'Mars/Base' is no IANA time zone",
        "line 17, stores[2].zones[0].fallback: no scene is called 'tradding'",
        "line 18, stores[2].zones[1].id: another one is called 'entrance'",
        "line 19, stores[2].zones[2]: there is no field 'colour' here",
        (
            "line 13, stores[2].hours.mon-fri: 'ten to eight' are no hours: "
            "write 10:00-20:00 or closed"
        ),
        f"line 14, stores[2].hours.someday: 'someday' {NO_WEEKDAY}",
        f"line 21, stores[2].rules[0].until: {NO_TIME}",
        f"line 22, stores[2].rules[1].weekdays: 'mon-fry' {NO_WEEKDAY}",
        "line 23, stores[2].rules[2].id: another one is called 'b'",
        "line 24, stores[2].rules[3]: there is no 2026-02-30",
        "line 22, stores[2].rules[1].zones: Rule “b”: the store has no zone or zone group “attic”",
        "line 22, stores[2].rules[1].from: Rule “b” begins at 24:00: say 00:00 of the next day",
        "line 23, stores[2].rules[2].scene: Rule “b”: no scene is called “none”",
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "line 1: a mapping (key: value) is expected here, not nothing"),
        ("stores: []", "line 1, stores: there is no store"),
        ("stores: 5", "line 1, stores: a list is expected here, not a whole number"),
        ("stores:\n  - id: a\n    id: b\n", "line 3: 'id' stands here twice"),
        ("stores: [\n", "line 2: expected the node content, but found '<stream end>'"),
        ("shops: []", "line 1: there is no field 'shops' here"),
        ("stores: []\nscenes: nowhere", "the scenes can't be read: "),
        ("a: &a [*a]", "line 1: too deep or too much"),
        ("stores: !!python/object:os.system {}", "line 1, stores: "),
        ("stores: !!binary x", "line 1: 'x' is of a kind that isn't read here"),
        ("\x00", "this is no YAML: "),
        (
            'stores: [{name: "tr\\u202Eap"}]',
            "line 1, stores[0].name: one line of text without control characters is expected here",
        ),
    ],
)
def test_what_cannot_be_read_is_said_in_words(tmp_path: Path, text: str, problem: str) -> None:
    assert problems(tmp_path, text)[0].startswith(problem)


def test_a_missing_file_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(ShopFileError, match=r"nowhere\.yaml: there is no such file"):
        read_shop_file(tmp_path / "nowhere.yaml")
    with pytest.raises(ShopFileError, match="it can't be read: Is a directory"):
        read_shop_file(tmp_path)


@pytest.mark.parametrize(
    ("zone", "problem"),
    [
        ("{id: front, name: Front}", "line 5, stores[0].zones[0]: 'fallback' is missing"),
        ("{name: Front, fallback: trading}", "line 5, stores[0].zones[0]: 'id' is missing"),
    ],
)
def test_a_rule_is_not_blamed_for_the_mistake_of_its_zone(
    tmp_path: Path, zone: str, problem: str
) -> None:
    told = problems(
        tmp_path,
        f"""\
stores:
  - id: nordic
    name: Nordic
    time_zone: Europe/Copenhagen
    zones: [{zone}]
    rules:
      - {{id: a, scene: trading, zones: [front], from: 09:00, until: 11:00}}
      - {{id: b, scene: trading, zones: all, from: 09:00, until: 11:00}}
""",
    )
    assert told == (problem,)


def test_a_broken_scene_is_named_with_the_others(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    write(tmp_path / "own", f"name: Sale\n{SERVES}lihgt: {{}}\n", "sale.yaml")
    write(tmp_path / "own", "- no mapping\n", "list.yaml")
    write(tmp_path / "own", "name: [\n", "broken.yaml")
    told = problems(tmp_path, SHOP_FILE.replace("fallback: trading", "fallback: x") + "scenes: own")
    assert [text.split(":")[0] for text in told[:3]] == [
        "broken.yaml, line 2",
        "list.yaml",
        "sale.yaml",
    ]
    assert "lihgt" in told[2]
    assert len(told) == 5


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    # Any other error fails the test.
    with suppress(YamlFileError):
        read_yaml(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("10:00", "10:00"),
        ("no", "no"),
        ("2026-12-24", "2026-12-24"),
        ("007", "007"),
        ("1e5", "1e5"),
        ("0x10", "0x10"),
        (".5", ".5"),
        ("12", 12),
        ("-3.5", -3.5),
        ("true", True),
        ("null", None),
        ("~", None),
        ("'5'", "5"),
    ],
)
def test_only_what_is_plainly_meant_is_a_number(text: str, value: object) -> None:
    assert read_yaml(f"key: {text}").value == {"key": value}


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("mon", "mon"),
        ("mon-fri", "mon tue wed thu fri"),
        ("weekdays", "mon tue wed thu fri"),
        ("weekends", "sat sun"),
        ("every-day", "mon tue wed thu fri sat sun"),
        ("fri-mon", "mon fri sat sun"),
        (["sun", "Mon", "mon-tue"], "mon tue sun"),
    ],
)
def test_weekdays_as_people_write_them(words: str | list[str], days: str) -> None:
    assert " ".join(read_weekdays(words)) == days


@pytest.mark.parametrize("words", ["", "monday", "mon-", [], "mon-fri-sat", "-"])
def test_other_words_are_no_weekdays(words: str | list[str]) -> None:
    with pytest.raises(ValueError, match="weekday"):
        read_weekdays(words)


def touch_later(path: Path, text: str, seconds: int) -> None:
    """Write, and set the time of change so that it differs however coarse the disk counts."""
    path.write_text(text, encoding="utf-8")
    changed = path.stat().st_mtime + seconds
    os.utime(path, (changed, changed))


def test_the_watch_loads_only_what_changed_and_keeps_the_plan_when_it_is_bad(
    tmp_path: Path,
) -> None:
    (tmp_path / "own").mkdir()
    path = write(tmp_path, SHOP_FILE + "scenes: own\n")
    loaded: list[Shop] = []
    watch = ShopWatch(path, loaded.append, utc_now)
    while watch.check():
        pass
    assert watch.status.problem is None
    count = len(loaded)

    touch_later(path, SHOP_FILE.replace("fallback: trading", "fallback: none"), 1)
    assert watch.check()
    assert len(loaded) == count
    assert "line 11, stores[0].zones[0].fallback" in (watch.status.problem or "")
    assert watch.status.loaded_at is not None

    touch_later(path, SHOP_FILE + "scenes: own\n", 2)
    while watch.check():
        pass
    assert watch.status.problem is None
    assert "sale" not in loaded[-1].scenes

    write(tmp_path / "own", f"name: Sale\n{SERVES}", "sale.yaml")
    assert watch.check()
    assert loaded[-1].scenes["sale"].name == "Sale"
    assert not watch.check()

    path.unlink()
    assert watch.check()
    assert watch.status.problem == "there is no such file"


def test_an_old_plan_is_only_spoken_of_when_there_is_one(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = write(tmp_path, "stores: 5")
    watch = ShopWatch(path, lambda _: None, utc_now)
    assert watch.check()
    assert caplog.text == "", "whoever starts the hub says it"
    touch_later(path, SHOP_FILE, 1)
    while watch.check():
        pass
    touch_later(path, "stores: 5", 2)
    assert watch.check()
    assert "the shop file can't be used and the old plan stays: " in caplog.text


def test_what_is_wrong_is_told_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "own").mkdir()
    path = write(tmp_path, SHOP_FILE)
    watch = ShopWatch(path, lambda _: None, utc_now)
    while watch.check():
        pass
    # Its scenes are looked at a second time, once it is known where they are.
    touch_later(path, SHOP_FILE.replace("fallback: trading", "fallback: x") + "scenes: own\n", 1)
    while watch.check():
        pass
    assert caplog.text.count("can't be used") == 1


def test_a_plan_that_cannot_be_kept_is_tried_again(tmp_path: Path) -> None:
    tries: list[Shop] = []

    def load(shop: Shop) -> None:
        tries.append(shop)
        if len(tries) == 1:
            raise ConnectionError

    watch = ShopWatch(write(tmp_path, SHOP_FILE), load, utc_now)
    with pytest.raises(ConnectionError):
        watch.check()
    assert watch.check()
    assert len(tries) == 2
