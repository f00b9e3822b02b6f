"""What every driver's page tells, ours and other people's."""

import re
from collections.abc import Iterator
from typing import Any, ClassVar, get_args, get_type_hints

import msgspec

from devices.catalogue import find_driver
from devices.pages import COMMON_OPTIONS, find_page

ROW = re.compile(r"^\| `(\w+)` \| (.*?) \| (.*?) \| .*\|$", re.MULTILINE)

UNITS = {
    "pin": "GPIO number",
    "k": "kelvin",
    "hz": "Hz",
    "h": "h",
    "s": "s",
    "ms": "ms",
    "cm": "cm",
    "ml": "ml",
    "ml_h": "ml per hour",
    "level": "%",
}
"""How a page writes the unit that an option's name ends in."""

RANGE = re.compile(r"(-?[\d,.]+) to (-?[\d,.]+)")
FILLERS = {"a", "an", "and", "as", "of", "or", "such", "the", "to", "with", "number"}


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


def check_unit(option: str, cell: str, struct: type[msgspec.Struct]) -> None:
    """The unit is that of the option's name, or of its type's own words; so is the range."""
    metas = list(_metas(get_type_hints(struct, include_extras=True)[option]))
    stated = RANGE.search(cell)
    if stated is not None:
        low, high = (float(number.replace(",", "")) for number in stated.groups())
        bounds = [(it.ge, it.le) for it in metas if it.ge is not None and it.le is not None]
        in_words = [RANGE.search((it.description or "").replace(",", "")) for it in metas]
        bounds += [(float(it[1]), float(it[2])) for it in in_words if it]
        assert (low, high) in bounds, f"{option}: {cell} is not the range {bounds} of its type"
    unit = next((UNITS[end] for end in _endings(option) if end in UNITS), None)
    if unit is not None:
        assert re.match(rf"{unit}(?!\w)", cell), f"{option}: {cell} is no {unit}"
        return
    described = set[str]().union(*(_words(it.description or "") for it in metas))
    assert _words(cell) & described, f"{option}: {cell} says nothing of {sorted(described)}"


def _endings(option: str) -> Iterator[str]:
    """The longest first: "ml_h" before "h"."""
    parts = option.split("_")
    yield from ("_".join(parts[at:]) for at in range(len(parts)))


def _metas(hint: Any) -> Iterator[msgspec.Meta]:
    yield from (it for it in getattr(hint, "__metadata__", ()) if isinstance(it, msgspec.Meta))
    for part in get_args(hint):
        yield from _metas(part)


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+", text.lower().replace("%", " percentage "))) - FILLERS


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
        check_unit(option, unit, driver.options)
        assert default == told(own[option]), option


class PageContract:
    """Inherit and say which driver."""

    kind: ClassVar[str]
    name: ClassVar[str]

    def test_a_page_tells_wiring_and_every_option_with_unit_and_default(self) -> None:
        check_page(self.kind, self.name)
