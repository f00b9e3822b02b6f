"""A whole schedule in the shop file: what it means, and what people are told when it is wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hub.shop import Place, Store
from hub.shop_file import Known, ShopFileError, read_shop_file
from scenes.rules import (
    WEEKDAYS,
    DateException,
    DateSpan,
    OpenHours,
    QuietHour,
    Reaction,
    Rule,
    SpecialDays,
    SpecialHours,
)
from scenes.schedule import Schedule, TemplateUse

STORE = """\
stores:
  - id: nordic
    name: Nordic
    time_zone: Europe/Copenhagen
    place: {country: DK, latitude: 55.68, longitude: 12.57}
    zones:
      - {id: entrance, name: Entrance, fallback: closed}
      - {id: window, name: Window, fallback: closed}
      - {id: fitting-rooms, name: Fitting rooms, fallback: closed}
"""
WHOLE = (
    STORE
    + """\
    hours:
      mon-fri: 10:00-20:00
      sat: {from: 10:00, until: 18:00}
      sun: closed
    special_hours:
      - {id: eve, name: Christmas Eve, days: 2026-12-24, hours: 10:00-14:00}
      - {id: shut, days: {holidays: all}}
    zone_groups:
      front: [entrance, window]
    rules:
      - {id: calm, scene: calm-morning, zones: front, weekdays: mon-fri, from: opening,
         until: opening+02:00, priority: 1, author: Kim, note: Nobody is in a hurry}
    exceptions:
      - {id: sale, scene: event, zones: all, from: 09:00, until: closing,
         days: {dates: [2026-11-27, 2026-12-27 to 2026-12-31], holidays: Good Friday}}
    quiet_hours:
      - {id: tuesdays, zones: all, weekdays: tue, from: "14:00", until: "15:00"}
    reactions:
      - {id: crowd, scene: trading, zones: entrance, measure: occupancy, above: 8, below: 4}
    quiet_scene: quiet-hour
    emergency_scene: emergency
"""
)


def write(directory: Path, text: str) -> Path:
    path = directory / "shop.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def read(directory: Path, text: str, known: Known | None = None) -> Store:
    (store,) = read_shop_file(write(directory, text), known or Known()).shop.stores
    return store


def told(directory: Path, text: str, known: Known | None = None) -> tuple[str, ...]:
    with pytest.raises(ShopFileError) as refused:
        read_shop_file(write(directory, text), known or Known())
    return refused.value.problems


def test_a_whole_schedule_can_be_written(tmp_path: Path) -> None:
    store = read(tmp_path, WHOLE)
    assert store.place == Place("DK", None, 55.68, 12.57)
    assert store.schedule == Schedule(
        hours={
            **dict.fromkeys(WEEKDAYS[:5], OpenHours("10:00", "20:00")),
            "sat": OpenHours("10:00", "18:00"),
        },
        special_hours=(
            SpecialHours(
                id="eve",
                name="Christmas Eve",
                days=SpecialDays(dates=(DateSpan(first="2026-12-24", last="2026-12-24"),)),
                hours=OpenHours("10:00", "14:00"),
            ),
            SpecialHours(id="shut", days=SpecialDays(holidays=("all",))),
        ),
        zone_groups={"front": ("entrance", "window")},
        rules=(
            Rule(
                id="calm",
                scene="calm-morning",
                zones=("front",),
                weekdays=WEEKDAYS[:5],
                from_="opening",
                until="opening+02:00",
                priority=1,
                author="Kim",
                note="Nobody is in a hurry",
            ),
        ),
        exceptions=(
            DateException(
                id="sale",
                scene="event",
                zones=("all",),
                from_="09:00",
                until="closing",
                days=SpecialDays(
                    dates=(
                        DateSpan(first="2026-11-27", last="2026-11-27"),
                        DateSpan(first="2026-12-27", last="2026-12-31"),
                    ),
                    holidays=("Good Friday",),
                ),
            ),
        ),
        quiet_hours=(
            QuietHour(
                id="tuesdays", zones=("all",), weekdays=("tue",), from_="14:00", until="15:00"
            ),
        ),
        reactions=(
            Reaction(
                id="crowd",
                scene="trading",
                zones=("entrance",),
                measure="occupancy",
                above=8,
                below=4,
            ),
        ),
    )


def test_mistakes_of_every_part_have_their_lines(tmp_path: Path) -> None:
    wrong = told(
        tmp_path,
        STORE.replace("country: DK, ", "")
        + """\
    special_hours:
      - {id: eve, days: 2026-13-24, hours: 10:00-14:00}
      - {id: shut, days: {holidays: all}, hourss: 5}
    zone_groups:
      front: [entrance, windows]
    rules:
      - {id: calm, scene: calm-morning, zones: fron, from: 09:00, until: 11:00}
    exceptions:
      - {id: sale, scene: event, zones: all, from: 09:00, until: 12:00, days: tomorrow}
      - {id: snow, scene: event, zones: all, from: 09:00, until: 12:00, days: {holidays: Noel}}
    quiet_hours:
      - {id: night, zones: all, from: "14:00", until: "15 o'clock"}
    reactions:
      - {id: crowd, scene: trading, zones: entrance, measure: occupancy, above: 4, below: 8}
    emergency_scene: alarm
""",
    )
    assert [text.split("; did you")[0] for text in wrong] == [
        "line 11, stores[0].special_hours[0].days.dates[0]: there is no 2026-13-24",
        "line 12, stores[0].special_hours[1]: there is no field 'hourss' here",
        (
            "line 18, stores[0].exceptions[0].days.dates[0]: "
            "a mapping (key: value) is expected here, not text"
        ),
        (
            "line 21, stores[0].quiet_hours[0].until: a time of day is written as 09:00 or "
            "09:00:30 (24:00 is the day's end), or as opening, closing, sunrise or sunset, with "
            "how long after or before: closing-00:30"
        ),
        (
            "line 23, stores[0].reactions[0]: a reaction ends at less than it begins at: "
            "below lies under above"
        ),
        "line 14, stores[0].zone_groups.front: Zone group “front”: the store has no zone “windows”",
        (
            "line 16, stores[0].rules[0].zones: Rule “calm”: the store has no zone or zone group "
            "“fron”"
        ),
        (
            "line 19, stores[0].exceptions[1].days: Exception “snow” goes by public holidays, but "
            "none are known: give the store’s country"
        ),
        (
            "line 24, stores[0].emergency_scene: The preset of an emergency: no scene is called "
            "“alarm”"
        ),
    ]


@pytest.mark.parametrize(
    ("place", "problem"),
    [
        (
            "{country: DE, region: KÖ}",
            (
                "place.region: DE has no region 'KÖ'; there are BB, BE, BW, BY, HB, HE, HH, MV, "
                "NI, NW, RP, SH, SL, SN, ST, TH, Augsburg"
            ),
        ),
        (
            "{country: Denmark}",
            (
                "place.country: 'Denmark' is no country whose holidays are known: "
                "write its ISO code, as DK"
            ),
        ),
        ("{region: BY}", "place.region: a store without a country has no region 'BY'"),
        (
            "{latitude: 55}",
            "place: latitude and longitude come together: only with both a sun rises",
        ),
        (
            "{latitude: 91, longitude: 0}",
            "place.latitude: Expected `float` <= 90.0",
        ),
        ("{town: Ribe}", "place: there is no field 'town' here"),
    ],
)
def test_a_place_that_is_none_is_told(tmp_path: Path, place: str, problem: str) -> None:
    text = STORE.replace("{country: DK, latitude: 55.68, longitude: 12.57}", place)
    assert told(tmp_path, text) == (f"line 5, stores[0].{problem}",)


def test_the_sun_rises_only_where_a_store_has_a_place(tmp_path: Path) -> None:
    rule = "    rules: [{id: a, scene: trading, zones: all, from: sunset, until: '23:00'}]\n"
    assert read(tmp_path, STORE + rule).rules[0].from_ == "sunset"
    (problem,) = told(tmp_path, STORE.replace(", latitude: 55.68, longitude: 12.57", "") + rule)
    assert problem.startswith("line 10, stores[0].rules[0].from: Rule “a” goes by the sunset")


def test_groups_are_of_stores_that_there_are(tmp_path: Path) -> None:
    groups = "groups:\n  all-of-them: [nordic]\n  town:\n    - nordic\n    - harbour\n"
    assert told(tmp_path, STORE + groups) == (
        "line 14, groups.town[1]: no store is called 'harbour'",
    )
    shop = read_shop_file(write(tmp_path, STORE + groups.replace("    - harbour\n", ""))).shop
    assert shop.groups == {"all-of-them": ("nordic",), "town": ("nordic",)}


def test_a_template_is_one_that_somebody_made(tmp_path: Path) -> None:
    text = STORE + "    template: {id: winter, version: 3, without: {late: we close early}}\n"
    assert told(tmp_path, text) == (
        "line 10, stores[0].template: there is no template 'winter' of this version",
    )
    rule = Rule(id="late", scene="event", zones=("all",), from_="20:00", until="22:00")
    known = Known(lambda use: Schedule(rules=(rule,)) if use.version == 3 else None)
    assert read(tmp_path, text, known).schedule.template == TemplateUse(
        id="winter", version=3, without={"late": "we close early"}
    )


def test_a_zone_is_not_called_all(tmp_path: Path) -> None:
    assert told(tmp_path, STORE.replace("id: window", "id: all")) == (
        "line 8, stores[0].zones[1].id: 'all' means every zone: take another id",
    )


def test_the_shop_file_of_the_readme_can_be_read(tmp_path: Path) -> None:
    readme = (Path(__file__).parents[2] / "hub" / "README.md").read_text(encoding="utf-8")
    found = re.search(r"## The shop file\n+```yaml\n(.*?)```", readme, re.DOTALL)
    assert found is not None
    (tmp_path / "my-scenes").mkdir()
    rule = Rule(id="late-evening", scene="event", zones=("all",), from_="20:00", until="22:00")
    store = read(tmp_path, found[1], Known(lambda _: Schedule(rules=(rule,))))
    assert {len(getattr(store.schedule, name)) for name in ("rules", "exceptions")} == {1}
