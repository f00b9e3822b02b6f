"""What every driver's page tells, ours and other people's."""

import re
from typing import ClassVar

import msgspec

from devices.catalogue import find_driver
from devices.pages import COMMON_OPTIONS, find_page

ROW = re.compile(r"^\| `(\w+)` \| (.*?) \| (.*?) \| .*\|$", re.MULTILINE)


def options_of(struct: type[msgspec.Struct]) -> dict[str, object]:
    """Each option's default."""
    return {field.name: field.default for field in msgspec.structs.fields(struct)}


def told(default: object) -> str:
    """How a table writes a default."""
    if default is msgspec.NODEFAULT:
        return "required"
    if isinstance(default, bool) or default is None:
        return {True: "true", False: "false", None: "none"}[default]
    return f"{default:g}" if isinstance(default, int | float) else str(default)


def check_page(kind: str, name: str) -> None:
    """Wiring, and a row with unit and default for each option that is the driver's own."""
    driver = find_driver(kind, name)
    assert driver is not None
    assert issubclass(driver.options, COMMON_OPTIONS[kind])
    page = find_page(kind, name)
    assert page is not None, f"{name} brings no page"
    assert page.text.startswith(f"# {name}: ")
    assert page.section("Wiring")
    rows = ROW.findall(page.text)
    common = options_of(COMMON_OPTIONS[kind])
    own = {key: it for key, it in options_of(driver.options).items() if key not in common}
    assert {option for option, _, _ in rows} == own.keys()
    for option, unit, default in rows:
        assert unit.strip(), f"{option} has no unit"
        assert default == told(own[option]), option


class PageContract:
    """Inherit and say which driver."""

    kind: ClassVar[str]
    name: ClassVar[str]

    def test_a_page_tells_wiring_and_every_option_with_unit_and_default(self) -> None:
        check_page(self.kind, self.name)
