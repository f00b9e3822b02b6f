"""The page that comes with a driver: what it is, how it is wired, what its options mean.

A driver's distribution ships it beside the driver's module, as ``pages/NAME.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

from devices.catalogue import entry_point_of
from devices.options import (
    DeviceOptions,
    DiffuserOptions,
    LightOptions,
    PlayerOptions,
    SensorOptions,
)

COMMON_OPTIONS: dict[str, type[DeviceOptions]] = {
    "lights": LightOptions,
    "players": PlayerOptions,
    "diffusers": DiffuserOptions,
    "sensors": SensorOptions,
}
"""What every device of a kind has; a driver's page tells only what it adds."""


@dataclass(frozen=True, slots=True)
class Page:
    """A driver's page in Markdown: ``# name: title``, and a section for each ``## heading``."""

    text: str

    @property
    def title(self) -> str:
        """What the driver is for: "a motion sensor on a pin"."""
        heading = self.text.partition("\n")[0].lstrip("# ")
        return heading.partition(": ")[2].strip() or heading.strip()

    def section(self, heading: str) -> str:
        """What stands under ``## heading``, or nothing."""
        _, found, after = self.text.partition(f"\n## {heading}\n")
        return after.partition("\n## ")[0].strip() if found else ""


def find_page(kind: str, name: str) -> Page | None:
    """The page of a driver of ``lights``, ``players`` …; None if it brings none."""
    point = entry_point_of(kind, name)
    if point is None:
        return None
    package = point.module.rpartition(".")[0] or point.module
    try:
        return Page(files(package).joinpath("pages", f"{name}.md").read_text(encoding="utf-8"))
    except (ImportError, OSError, TypeError):  # TypeError: a module without a package
        return None
