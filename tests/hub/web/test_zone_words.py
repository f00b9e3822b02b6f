"""A zone's devices in words: what it is given, who is there, what is wrong and since when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from hub.floors.desk import Floor
from hub.floors.drawing import Drawing
from hub.reported import Reported, Trouble
from hub.web.now.devices import Device, zone_devices
from hub.web.now.floor import places
from hub.web.now.given import given
from hub.web.now.nudges import Over, knobs
from hub.web.now.people import people
from hub.web.now.trouble import device_troubles
from scenes.messages import DeviceKind, DeviceState, Reading, State
from scenes.nudge import Nudge

OSLO = ZoneInfo("Europe/Oslo")
NOON = datetime(2026, 11, 21, 11, tzinfo=UTC)  # 12:00 in Oslo
EARLIER = Trouble(NOON - timedelta(minutes=58), or_earlier=False)


def device(
    name: str,
    kind: DeviceKind,
    reading: Reading,
    *,
    silent: bool = False,
    trouble: Trouble | None = None,
    seen_at: datetime | None = None,
) -> Device:
    state = DeviceState(kind=kind, zone="entrance", reading=reading)
    return Device(name, state, silent, trouble, seen_at)


def lamp(name: str, level: float = 60, temperature_k: float | None = 3000) -> Device:
    return device(name, "light", Reading(level=level, temperature_k=temperature_k))


def broken(name: str, problem: str, trouble: Trouble | None = EARLIER) -> Device:
    return device(name, "light", Reading(problem=problem), trouble=trouble)


def told(*devices: Device) -> list[str]:
    return device_troubles(devices, NOON, OSLO)


def test_lamps_are_counted_and_the_silent_ones_named_since_when() -> None:
    strip = broken("window-strip", "the plug does not answer")
    assert told(lamp("spots"), lamp("shelf"), strip) == [
        "2 of 3 lamps on; window strip has not answered since 11:02"
    ]
    dark = lamp("spots", level=0)
    assert told(dark, strip)[0].startswith("1 of 2 lamps work;")
    burnt = broken("strip", "the fuse blew", Trouble(NOON, or_earlier=True))
    [words] = told(lamp("spots"), burnt)
    assert words.endswith("strip has failed since 12:00 or earlier: the fuse blew")
    assert told(lamp("spots")) == []


def test_what_a_silent_agent_said_of_its_devices_is_not_told_as_if_it_were_so_still() -> None:
    strip = replace(broken("window-strip", "the plug does not answer"), silent=True)
    empty = device("mist", "diffuser", Reading(cartridge_ml=0), silent=True)
    assert told(replace(lamp("spots"), silent=True), strip, empty) == []
    other = broken("sign", "the plug does not answer")
    assert told(strip, lamp("shelf"), other)[0].startswith("1 of 2 lamps on; sign has not")


@pytest.mark.parametrize(
    ("reading", "words"),
    [
        (Reading(cartridge_ml=0), ["Diffuser: the cartridge is empty"]),
        (Reading(days_left=2.4), ["Diffuser: the cartridge lasts for about 2 days"]),
        (Reading(days_left=0.5), ["Diffuser: the cartridge lasts for less than a day"]),
        (Reading(days_left=9), []),
        (Reading(problem="is jammed"), ["Diffuser has failed since 11:02: is jammed"]),
    ],
)
def test_a_cartridge_that_runs_low_is_worth_a_word(reading: Reading, words: list[str]) -> None:
    assert told(device("diffuser", "diffuser", reading, trouble=EARLIER)) == words


def test_what_is_given_is_the_fresh_reports_and_nothing_else() -> None:
    music = device("box", "player", Reading(playing=True, volume=40))
    scent = device("mist", "diffuser", Reading(on=True))
    shown = given([lamp("one", 50), lamp("two", 70), music, scent])
    assert (shown.light, shown.music) == ("Light 60%, 3,000 K", "Music at 40%")
    assert shown.scent == "Scent on"
    assert shown.tint is not None
    assert not shown.dark
    night = given([lamp("one", 0)])
    assert (night.light, night.dark) == ("Light off", True)
    silent = device("one", "light", Reading(level=80), silent=True)
    assert given([silent, broken("two", "is off")]).tint is None
    assert given([]).light == ""


def sensor(present: bool | None, **more: object) -> Device:
    return device("radar", "sensor", Reading(present=present), **more)  # type: ignore[arg-type]


def test_people_are_what_the_sensors_say_and_no_more() -> None:
    assert people([], None).kind == "unknown"
    assert people([device("door", "sensor", Reading(open=True))], None).words == "No sensor"
    assert people([sensor(True)], None).words == "Somebody is here"
    seen = people([sensor(False, seen_at=NOON)], None)
    assert (seen.words, seen.since) == ("Nobody for", NOON)
    assert people([sensor(False)], None).words == "Nobody is seen"
    assert people([sensor(True, silent=True)], None).words == "The sensor is silent"
    assert people([sensor(False)], 3).words == "3 people"
    assert people([sensor(False)], 0).words == "Nobody"
    # Who passed a silent sensor is missing in the count.
    assert people([sensor(False), sensor(True, silent=True)], 3).words == "Nobody is seen"


def test_knobs_are_of_what_the_zone_has() -> None:
    assert knobs({}, [], Over(), NOON, OSLO) == ()
    [light] = knobs({}, [lamp("one")], Over(), NOON, OSLO)
    assert (light.sense, light.stands, light.lowest) == ("light", "", False)
    dim = Nudge(
        id="1", zone="entrance", kind="light", percent=20, start=NOON, end=NOON + timedelta(hours=1)
    )
    [held] = knobs({"light": dim}, [], Over(), NOON, OSLO)
    assert (held.stands, held.lowest) == ("80 % darker until 13:00", True)


def test_a_trouble_is_dated_by_when_it_was_first_heard() -> None:
    clock = {"now": NOON, "s": 0.0}
    reported = Reported(lambda: clock["now"], lambda: clock["s"])  # type: ignore[arg-type, return-value]

    def hear(minutes: int, **readings: Reading) -> None:
        clock["now"] = NOON + timedelta(minutes=minutes)
        devices = {
            name: DeviceState(kind="light", zone="entrance", reading=each)
            for name, each in readings.items()
        }
        reported.state(
            State(
                store="oslo",
                edge="ceiling",
                boot="00c0ffee00c0ffee",
                at=clock["now"],  # type: ignore[arg-type]
                zones={},
                devices=devices,
            )
        )

    fails, works = Reading(problem="is off"), Reading(level=1, present=True)
    hear(0, old=fails, new=works)
    hear(5, old=fails, new=fails)
    hear(9, old=fails, new=fails)
    found = {each.name: each for each in zone_devices(reported.edges(), "oslo")["entrance"]}
    assert found["old"].trouble == Trouble(NOON, or_earlier=True)
    assert found["new"].trouble == Trouble(NOON + timedelta(minutes=5), or_earlier=False)
    assert found["new"].seen_at == NOON
    hear(10, old=works, new=fails)
    found = {each.name: each for each in zone_devices(reported.edges(), "oslo")["entrance"]}
    assert found["old"].trouble is None
    assert zone_devices(reported.edges(), "bergen") == {}


def test_a_polygon_has_its_corners_in_per_cent_of_its_own_box() -> None:
    points = [[100, 70], [300, 70], [300, 210], [200, 210]]
    drawing = Drawing.model_validate(
        {
            "shapes": {
                "a": {"kind": "polygon", "points": points},
                "b": {"kind": "rectangle", "x": 0, "y": 0, "width": 500, "height": 350},
            }
        }
    )
    found = places(Floor(drawing=drawing, drawn=frozenset(), gone=(), edition=1))
    assert found["a"].box == "10.00 10.00 20.00 20.00"
    assert found["a"].corners.startswith("0.00% 0.00%, 100.00% 0.00%")
    assert (found["b"].box, found["b"].corners) == ("0.00 0.00 50.00 50.00", "")
