"""The configuration file: what it gives, and how its mistakes are told."""

import tomllib
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.catalogue import KINDS, SHARED, Driver, driver_names, find_driver, find_shared
from edge.config import EXAMPLE, Config, load_config, read_config
from edge.errors import ConfigurationError
from edge.table_reading import expectation
from edge.tables import NAMED, SINGLE

RIGHT = """
store = "nordic"
edge = "ceiling"
log_level = "debug"
[broker]
url = "mqtt://broker.local"
[pins]
factory = "mock"
record = "/tmp/pins.jsonl"
[lights.window]
driver = "gpio-pwm"
pin = 12
zone = "entrance"
group = "spots"
boot_level = 20
fail_level = 60.5
frequency_hz = 4000
[players.music]
driver = "mpd"
zone = "entrance"
volume_cap = 60
[players.second]
driver = "simulated"
zone = "entrance"
[diffusers.scent]
driver = "gpio-relay"
pin = 17
zone = "entrance"
fragrance = "linen"
active_high = false
[sensors.door]
driver = "gpio-pir"
pin = 5
zone = "entrance"
[floor]
driver = "simulated"
time_zone = "Europe/Copenhagen"
"""


def read(text: str) -> Config:
    return read_config(tomllib.loads(text))


def problems(text: str) -> tuple[str, ...]:
    with pytest.raises(ConfigurationError) as refusal:
        read(text)
    return refusal.value.problems


GUARDED = (
    RIGHT
    + """
[guard]
emergency_pin = 4
reset_pin = 6
drive = "/tmp/guard.fifo"
[zones.entrance]
calm_pin = 7
mute_pin = 20
full_light_pin = 21
[zones.cabinet]
mute_pin = 22
"""
)


def test_the_guards_tables() -> None:
    config = read(GUARDED)
    assert config.guard.emergency_pin == 4
    assert config.zone("entrance").calm_pin == 7
    assert config.zone("cabinet").mute_active_high


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("emergency_pin = 4", "emergency_pin = 12", "lights.window: GPIO 12 is taken by guard.em"),
        ("calm_pin = 7", "calm_pin = 5", "sensors.door: GPIO 5 is taken by zones.entrance.calm_p"),
        ("mute_pin = 20", "mute_pin = 17", "diffusers.scent: GPIO 17 is taken by zones.entrance"),
        ("mute_pin = 22", "mute_pin = 6", "zones.cabinet.mute_pin: GPIO 6 is taken by guard.reset"),
        ("mute_pin = 22", "calm_pin = 22", "zones.cabinet: there is no such zone with a device;"),
        ("emergency_pin = 4", "alarm_pin = 4", "guard.alarm_pin: there is no such setting"),
        ("reset_pin = 6", "reset_pin = 66", "guard.reset_pin: 66 is no GPIO pin of this board"),
        ('factory = "mock"', 'factory = "lgpio"', "guard.drive: goes only with mock pins"),
        ("reset_pin = 6", 'socket = "guard.sock"', "guard.socket: 'guard.sock' needs a folder and"),
        ("reset_pin = 6", f'socket = "/run/{"x" * 90}"', "guard.socket: its name is too long (to"),
        ("emergency_pin = 4", "", "guard.reset_pin: ends the alarm of an emergency contact, and t"),
        ("emergency_pin = 4", "", "zones.cabinet.mute_pin: the guard switches it in an alarm and"),
        ("calm_pin = 7", "minimum_light = 40\nfull_light = 30", "zones.entrance.full_light: 30 is"),
    ],
)
def test_a_mistake_in_the_guards_tables_is_told(old: str, new: str, told: str) -> None:
    assert old in GUARDED
    found = problems(GUARDED.replace(old, new))
    assert any(problem.startswith(told) for problem in found), found


def test_a_calm_button_is_enough_for_a_zones_relays() -> None:
    calm = GUARDED.replace("emergency_pin = 4\nreset_pin = 6", "")
    calm = calm.replace("[zones.cabinet]\nmute_pin = 22\n", "")
    assert read(calm).zone("entrance").mute_pin == 20


def test_the_guards_pins_of_another_chip_are_others() -> None:
    text = GUARDED.replace("emergency_pin = 4", "emergency_pin = 12\nchip = 1")
    assert read(text).guard.chip == 1


def test_a_right_file() -> None:
    config = read(RIGHT)
    assert (config.store, config.edge) == ("nordic", "ceiling")
    assert config.lights["window"].options.fail_level == 60.5
    assert config.lights["window"].options.boot_level == 20
    assert config.diffusers["scent"].options.fragrance == "linen"
    assert set(config.players) == {"music", "second"}
    assert config.floor is not None
    assert config.settings == {"broker.url": "mqtt://broker.local", "log_level": "debug"}


def test_how_an_edge_lives_alone_can_be_said() -> None:
    config = read(RIGHT)
    assert (config.clock.trust, config.outbox.max_mb, config.outbox.group_s) == ("kernel", 256, 5)
    said = read(f'{RIGHT}[clock]\ntrust = "always"\n[outbox]\nmax_mb = 0.5\ngroup_s = 0\n')
    assert (said.clock.trust, said.outbox.max_mb, said.outbox.group_s) == ("always", 0.5, 0)


@pytest.mark.parametrize(("minimum", "boot", "fail"), [(0, 20, 60.5), (30, 30, 60.5), (70, 70, 70)])
def test_a_light_also_starts_and_fails_no_darker_than_its_zones_minimum(
    minimum: float, boot: float, fail: float
) -> None:
    options = read(f"{RIGHT}[zones.entrance]\nminimum_light = {minimum}\n").lights["window"].options
    assert (options.boot_level, options.fail_level) == (boot, fail)


def test_the_example_of_the_help_is_right() -> None:
    assert set(read(EXAMPLE).lights) == {"window"}


PIN_5 = "sensors.door.pin: 'GPIO5' is no GPIO pin of this board (0 to 27)"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("pin = 12", "pin = 55", "lights.window.pin: 55 is no GPIO pin of this board (0 to 27)"),
        (
            "pin = 12",
            'pin = "12"',
            "lights.window.pin: '12' is text; write a number without quotes",
        ),
        (
            "pin = 12",
            'pin = "55"',
            "lights.window.pin: '55' is no GPIO pin of this board (0 to 27)",
        ),
        (
            "active_high = false",
            'active_high = "false"',
            "diffusers.scent.active_high: 'false' is text; write true or false without quotes",
        ),
        (
            "pin = 12",
            "pin = true",
            "lights.window.pin: true is no GPIO pin of this board (0 to 27)",
        ),
        ("pin = 12\n", "", "lights.window.pin: is missing: a GPIO pin of this board (0 to 27)"),
        ("pin = 12", "pin = 5", "sensors.door: GPIO 5 is taken by lights.window"),
        ("pin = 12", "pni = 12", "lights.window.pni: there is no such setting; did you mean pin?"),
        ("boot_level = 20", "boot_level = 101", "lights.window.boot_level: 101 is no percentage"),
        ("frequency_hz = 4000", "frequency_hz = 5", "lights.window.frequency_hz: 5 is no PWM"),
        ("frequency_hz = 4000", "frequency_hz = 200", "lights.window.frequency_hz: light switched"),
        ("pin = 12", "pin = 11", "lights.window.pin: GPIO 11 has no hardware PWM, GPIO 12, 13, 18"),
        ('"gpio-pwm"', '"gpio-pmw"', "lights.window.driver: 'gpio-pmw' is no driver of a light"),
        ('"gpio-pwm"', "3", "lights.window.driver: 3 is no driver of a light (gpio-pwm"),
        ("pin = 5", 'pin = "GPIO5"', PIN_5 + "; write 5, a number without quotes"),
        (
            "fail_level = 60.5",
            'fail_level = "60 %"',
            "lights.window.fail_level: '60 %' is no perce",
        ),
        ('"mpd"', '"mpc"', "players.music.driver: 'mpc' is no driver of a player (mpd, simul"),
        ("volume_cap = 60", "volume_cap = 0", "players.music.volume_cap: 0 is no volume of MPD"),
        ('fragrance = "linen"\n', "", "diffusers.scent.fragrance: is missing: a name"),
        ("active_high = false", "active_high = 1", "diffusers.scent.active_high: 1 is no true or"),
        ("[players.music]", "[players.window]", "players.window: the name is taken by lights.wind"),
        ("[lights.window]", "[lights.Window]", "lights.Window: 'Window' is no name (lower-case"),
        ("[lights.window]", "[light.window]", "light: there is no such setting or table; did you"),
        ('store = "nordic"', 'store = "Nordic"', "store: 'Nordic' is no name (lower-case letters"),
        ('edge = "ceiling"\n', "", "edge: is missing: a name (lower-case letters, digits and"),
        ('factory = "mock"', 'factory = "mick"', "pins.factory: 'mick' is no kind of pins (lgpio"),
        ('factory = "mock"', 'factory = "lgpio"', 'pins.record: goes only with factory = "mock"'),
        ('factory = "mock"', 'factory = "lgpio"', "floor: simulated shoppers need mock pins"),
        ("[pins]", '[bus]\nurl = "zigbee"\n[pins]', "bus.url: 'zigbee' is no broker's address"),
        ("[pins]", '[clock]\ntrust = "ntp"\n[pins]', "clock.trust: 'ntp' is no reason to trust"),
        ("[pins]", "[outbox]\nmax_mb = 0\n[pins]", "outbox.max_mb: 0 is no number of megabytes"),
        ("[pins]", "[outbox]\ngroup_s = -1\n[pins]", "outbox.group_s: -1 is no number of seconds"),
        ("Europe/Copenhagen", "Europe/Kobenhagen", "floor.time_zone: 'Europe/Kobenhagen' is no"),
        ("Europe/Copenhagen", "../etc/passwd", "floor.time_zone: '../etc/passwd' is no time zone"),
    ],
)
def test_a_mistake_is_told_in_a_technicians_words(old: str, new: str, told: str) -> None:
    assert old in RIGHT
    found = problems(RIGHT.replace(old, new))
    assert any(problem.startswith(told) for problem in found), found


def test_a_drivers_slip_is_told_with_what_was_meant() -> None:
    (found,) = problems(RIGHT.replace('"gpio-pir"', '"gpio-pri"'))
    assert found.startswith("sensors.door.driver: 'gpio-pri' is no driver of a sensor (")
    assert found.endswith("did you mean gpio-pir?")


def test_what_is_allowed_and_perhaps_not_meant_is_remarked() -> None:
    assert read(RIGHT).remarks == ()
    limits = "[zones.entrance]\nminimum_light = 70\n"
    second = '[lights.{name}]\ndriver = "gpio-pwm"\npin = {pin}\nzone = "{zone}"\n{more}'
    dim = read(RIGHT + limits).remarks
    assert dim == ("lights.window.fail_level: 60.5 counts as 70, the minimum_light of entrance",)
    slip = second.format(name="spot", pin=13, zone="entrnace", more="")
    (told,) = set(read(RIGHT + limits + slip).remarks) - set(dim)
    assert told.startswith("lights.spot.zone: nothing else stands in entrnace")
    assert told.endswith("did you mean entrance?")
    (told,) = read(RIGHT + second.format(name="spot", pin=18, zone="entrance", more="")).remarks
    assert told == (
        "lights.spot.pin: on a Pi before the 5, PWM channel 0 is that of lights.window.pin too, "
        "so only one of them works"
    )
    software = second.format(name="spot", pin=18, zone="entrance", more='pwm = "software"\n')
    assert read(RIGHT + software).remarks == ()


def test_all_mistakes_are_told_at_once() -> None:
    wrong = RIGHT.replace("pin = 12", "pin = 55").replace("pin = 17", "pin = 99")
    wrong = wrong.replace('edge = "ceiling"', 'edge = "The ceiling"')
    found = problems(wrong + '[lights]\nspot = "on"\n'.replace("[lights]\n", "[lights.spot]\n"))
    assert {problem.split(":")[0] for problem in found} == {
        "edge",
        "lights.window.pin",
        "diffusers.scent.pin",
        "lights.spot.driver",
    }


def test_a_table_that_is_none() -> None:
    assert problems('store = "s"\nedge = "e"\nlights = 3\n') == (
        "lights: 3 is no table ([lights])",
    )


def test_floor_is_never_there_by_default() -> None:
    assert read(EXAMPLE).floor is None
    assert not read(EXAMPLE).shared, "mock pins are asked for, never the default"


def test_a_file_that_is_missing_or_no_toml(tmp_path: Path) -> None:
    path = tmp_path / "edge.toml"
    with pytest.raises(ConfigurationError, match="there is no such file"):
        load_config(path)
    path.write_text("store = nordic")
    with pytest.raises(ConfigurationError, match=r"is no TOML file: .*line 1, .*text needs quotes"):
        load_config(path)
    path.write_text("[sensors.door]\n[sensors.door]\n")
    with pytest.raises(
        ConfigurationError, match=r"\[sensors\.door\] stands there twice \(at line 2"
    ):
        load_config(path)
    path.write_text('store = "a"\nstore = "b"\n')
    with pytest.raises(ConfigurationError, match=r"a setting stands twice in its table"):
        load_config(path)
    path.write_bytes(b"\xff")
    with pytest.raises(ConfigurationError, match="can't be read"):
        load_config(path)


def drivers(kind: str) -> list[Driver[Any, Any]]:
    found = [find_driver(kind, name) for name in driver_names(kind)]
    return [driver for driver in found if driver is not None]


def test_every_field_can_say_what_is_expected() -> None:
    every = [*SINGLE.values(), *NAMED.values()]
    every += [driver.options for kind in KINDS for driver in drivers(kind)]
    every += [part.options for name in driver_names(SHARED) if (part := find_shared(name))]
    for struct in every:
        for hint in get_type_hints(struct, include_extras=True).values():
            assert expectation(hint)


toml_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["driver", "pin", "zone", "window", "factory", "x"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)


@given(
    st.dictionaries(
        st.sampled_from(["store", "edge", "lights", "players", "pins", "broker", "floor", "other"]),
        toml_values,
    )
)
def test_whatever_stands_in_the_file_is_read_or_refused(document: dict[str, object]) -> None:
    try:
        config = read_config(document)
    except ConfigurationError as refusal:
        told = refusal.problems
        if not told:
            pytest.fail(f"refused without a reason: {document}")
    else:
        assert config.store
