"""``stemning edge drivers``: what is installed here, own and third-party, and its pages."""

from __future__ import annotations

import sys
from typing import get_type_hints

import msgspec
from rich.console import Console

from devices.catalogue import KINDS, driver_names, entry_point_of
from devices.errors import DeviceConfigurationError
from devices.pages import COMMON_OPTIONS, find_page
from edge.errors import UnknownNameError
from edge.installer.markdown import readable
from edge.table_reading import expectation, no_such

OWN_DISTRIBUTION = "stemning"


def list_drivers() -> int:
    """Print every driver with what it is for; returns the exit code."""
    lines: list[str] = []
    for kind in KINDS:
        lines += ["", kind] if lines else [kind]
        lines += [_line(kind, name) for name in driver_names(kind)]
    lines += ["", "stemning edge drivers NAME shows how one is wired and what options it takes"]
    sys.stdout.write("\n".join([*lines, ""]))
    return 0


def show_driver(name: str) -> int:
    """Print the pages of every driver called ``name``; returns the exit code."""
    kinds = [kind for kind in KINDS if name in driver_names(kind)]
    if not kinds:
        known = {each for kind in KINDS for each in driver_names(kind)}
        raise UnknownNameError(f"{name}: {no_such('driver', name, known)}")
    for kind in kinds:
        page = find_page(kind, name)
        text = f"# {name}: its maker brings no page" if page is None else page.text.rstrip()
        text = f"{text}\n\n{_common_options(kind)}\n"
        if sys.stdout.isatty():
            Console().print(readable(text))
        else:
            sys.stdout.write(text)
    return 0


def _common_options(kind: str) -> str:
    """The options that every device of a kind has, whatever its driver."""
    struct = COMMON_OPTIONS[kind]
    types = get_type_hints(struct, include_extras=True)
    rows = [
        f"| `{field.name}` | {expectation(types[field.name])} | {_default(field.default)} |"
        for field in msgspec.structs.fields(struct)
    ]
    head = [f"## What all {kind} have", "", "| option | unit | default |", "| --- | --- | --- |"]
    return "\n".join([*head, *rows])


def _default(value: object) -> str:
    if value is msgspec.NODEFAULT:
        return "required"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _line(kind: str, name: str) -> str:
    try:
        point = entry_point_of(kind, name)
    except DeviceConfigurationError as error:
        return f"  {name:20} {error}"
    page = find_page(kind, name)
    title = "brings no page" if page is None else page.title
    origin = point.dist if point is not None else None
    if origin is None or origin.name == OWN_DISTRIBUTION:
        return f"  {name:20} {title}"
    return f"  {name:20} {title} ({origin.name} {origin.version})"
