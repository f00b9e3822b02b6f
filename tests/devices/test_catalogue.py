"""The catalogue: a driver, option, unit or default that is not documented fails here."""

import re
from importlib.metadata import entry_points
from importlib.resources import files

import pytest

from devices.catalogue import GROUP, KINDS, driver_names
from devices.pages import COMMON_OPTIONS
from tests.devices.contract_page import check_page, check_unit, options_of, told

README = files("devices.drivers").joinpath("README.md").read_text(encoding="utf-8")
ALL = [(kind, name) for kind in KINDS for name in driver_names(kind)]
each = pytest.mark.parametrize(("kind", "name"), ALL, ids=[f"{k}.{n}" for k, n in ALL])


@each
def test_a_page_tells_wiring_and_every_option_with_unit_and_default(kind: str, name: str) -> None:
    check_page(kind, name)


@each
def test_the_catalogue_names_it_with_a_link(kind: str, name: str) -> None:
    (point,) = entry_points(group=f"{GROUP}.{kind}", name=name)
    if point.dist is not None and point.dist.name != "stemning":
        return  # somebody else's, installed here: its maker lists it
    folder = point.module.split(".")[2]
    assert f"| {kind} | [{name}]({folder}/pages/{name}.md) |" in README


@pytest.mark.parametrize("kind", KINDS)
def test_what_every_device_of_a_kind_has_is_told(kind: str) -> None:
    rows = re.findall(rf"^\| {kind} \| `(\w+)` \| (.*?) \| (.*?) \| .*\|$", README, re.MULTILINE)
    common = options_of(COMMON_OPTIONS[kind])
    assert {option for option, _, _ in rows} == common.keys() - {"driver", "zone"}
    for option, unit, default in rows:
        check_unit(option, unit, COMMON_OPTIONS[kind])
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


@pytest.mark.parametrize(
    ("option", "cell"),
    [
        ("lease_s", "ms, 1 to 3600"),
        ("lease_s", "seconds"),
        ("lease_s", "s, 1 to 360"),
        ("boot_level", "lumen"),
        ("group", "kelvin"),
        ("group", ""),
    ],
)
def test_a_wrong_unit_or_range_fails(option: str, cell: str) -> None:
    with pytest.raises(AssertionError, match=f"^{option}: "):
        check_unit(option, cell, COMMON_OPTIONS["lights"])
