"""The catalogue: a driver, option, unit or default that is not documented fails here."""

import re
from importlib.metadata import EntryPoint, entry_points
from importlib.resources import files

import msgspec
import pytest

from devices.catalogue import GROUP, KINDS, driver_names, find_driver
from devices.pages import COMMON_OPTIONS, find_page

README = files("devices.drivers").joinpath("README.md").read_text(encoding="utf-8")
ALL = [(kind, name) for kind in KINDS for name in driver_names(kind)]
each = pytest.mark.parametrize(("kind", "name"), ALL, ids=[f"{k}.{n}" for k, n in ALL])


def page_of(kind: str, name: str) -> str:
    page = find_page(kind, name)
    assert page is not None, f"{name} brings no page"
    return page.text


def _point(kind: str, name: str) -> EntryPoint:
    (point,) = entry_points(group=f"{GROUP}.{kind}", name=name)
    return point


def options_of(struct: type[msgspec.Struct]) -> dict[str, object]:
    return {field.name: field.default for field in msgspec.structs.fields(struct)}


def told(default: object) -> str:
    if default is msgspec.NODEFAULT:
        return "required"
    if isinstance(default, bool) or default is None:
        return {True: "true", False: "false", None: "none"}[default]
    return f"{default:g}" if isinstance(default, int | float) else str(default)


@each
def test_a_page_tells_wiring_and_every_option_with_unit_and_default(kind: str, name: str) -> None:
    driver = find_driver(kind, name)
    assert driver is not None
    assert issubclass(driver.options, COMMON_OPTIONS[kind])
    page = page_of(kind, name)
    assert page.startswith(f"# {name}: ")
    assert "\n## Wiring\n" in page
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \| (.*?) \| .*\|$", page, re.MULTILINE)
    own = {
        option: default
        for option, default in options_of(driver.options).items()
        if option not in options_of(COMMON_OPTIONS[kind])
    }
    assert {option for option, _, _ in rows} == own.keys()
    for option, unit, default in rows:
        assert unit.strip(), f"{option} has no unit"
        assert default == told(own[option]), option


@each
def test_the_catalogue_names_it_with_a_link(kind: str, name: str) -> None:
    folder = _point(kind, name).module.split(".")[2]
    assert f"| {kind} | [{name}]({folder}/pages/{name}.md) |" in README


@pytest.mark.parametrize("kind", KINDS)
def test_what_every_device_of_a_kind_has_is_told(kind: str) -> None:
    rows = re.findall(rf"^\| {kind} \| `(\w+)` \| (.*?) \| (.*?) \| .*\|$", README, re.MULTILINE)
    common = options_of(COMMON_OPTIONS[kind])
    assert {option for option, _, _ in rows} == common.keys() - {"driver", "zone"}
    for option, unit, default in rows:
        assert unit.strip(), f"{option} has no unit"
        assert default == told(common[option]), option


def test_every_page_belongs_to_a_driver() -> None:
    linked = set(re.findall(r"\((\w+/pages/[\w-]+\.md)\)", README))
    root = files("devices.drivers")
    found = {
        f"{package.name}/pages/{page.name}"
        for package in root.iterdir()
        if package.is_dir() and package.joinpath("pages").is_dir()
        for page in package.joinpath("pages").iterdir()
    }
    assert found == linked
