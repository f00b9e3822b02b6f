"""What goes where: each device's wiring from its driver's page, and the header's pins."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from devices.options import DeviceOptions
from devices.pages import find_page
from edge.config import Config
from edge.installer.header import (
    HEADER,
    guard_pin_name,
    header_pin,
    labelled_claims,
    pins_in_use,
)
from edge.installer.markdown import readable

GUARD_PINS = {
    "emergency": "a contact that is normally closed to ground; open or cut is an alarm",
    "reset": "a push-button to ground that ends an alarm",
    "calm": "a push-button to ground: full light, no music, no scent, and back",
    "mute": "a relay that takes the sound away while the zone is kept safe",
    "full light": "a relay that gives full light, past the dimmer, while the zone is kept safe",
}


def print_wiring(config: Config) -> int:
    """Print it all; nothing is opened. Returns the exit code."""
    Console().print(wiring(config))
    return 0


def wiring(config: Config) -> RenderableType:
    """Every device's wiring, devices of one driver together, and the header where pins are used."""
    parts: list[RenderableType] = []
    for heading, text in _devices(config):
        parts += [Text(heading, style="bold"), Padding(readable(text), (0, 0, 1, 2))]
    guarded = "\n".join(_guard(config))
    if guarded:
        parts += [Text("guard: its own contacts, buttons and relays", style="bold")]
        parts += [Padding(readable(guarded), (0, 0, 1, 2))]
    pins = pins_in_use(config)
    if pins:
        parts += [
            Text("The Pi's header, seen with the USB sockets at the bottom", "bold"),
            _header(pins),
        ]
    parts += [Text(f"note: {remark}", "yellow") for remark in config.remarks]
    return Group(*parts)


def _devices(config: Config) -> Iterator[tuple[str, str]]:
    kinds = {
        "lights": config.lights,
        "players": config.players,
        "diffusers": config.diffusers,
        "sensors": config.sensors,
    }
    drivers: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for kind, devices in kinds.items():
        for name, described in devices.items():
            drivers[kind, described.options.driver].append(
                f"- **{name}**{_place(described.options)}"
            )
    for (kind, driver), lines in drivers.items():
        page = find_page(kind, driver)
        title, text = ("", "Its driver brings no page.")
        if page is not None:
            title, text = f", {page.title}", page.section("Wiring")
        yield f"{kind}: {driver}{title}", "\n".join([*lines, "", text])


def _guard(config: Config) -> Iterator[str]:
    for place, claim in config.guard.claims(config.zones):
        name = guard_pin_name(place)
        what = next((text for end, text in GUARD_PINS.items() if name.endswith(end)), "")
        yield f"- **{name}**: {_with_header_pin(claim)}: {what}"


def _place(options: DeviceOptions) -> str:
    places = [f"{label} {_with_header_pin(it)}".strip() for label, it in labelled_claims(options)]
    return ": " + ", ".join(places) if places else ""


def _with_header_pin(claim: str) -> str:
    words = claim.split()
    if words[0] == "GPIO" and words[1].isdecimal() and int(words[1]) in HEADER:
        return f"{claim} (header pin {header_pin(int(words[1]))})"
    return claim


def _header(pins: dict[int, str]) -> Table:
    table = Table.grid(padding=(0, 1))
    for justify, ratio in (("right", 1), ("right", None), ("left", None), ("left", 1)):
        table.add_column(justify=justify, ratio=ratio, no_wrap=True)  # type: ignore[arg-type] # literals
    for left in range(0, len(HEADER), 2):
        table.add_row(
            _pin(HEADER[left], pins),
            Text(f"{left + 1}", "dim"),
            Text(f"{left + 2}", "dim"),
            _pin(HEADER[left + 1], pins),
        )
    return table


def _pin(what: int | str, pins: dict[int, str]) -> Text:
    if isinstance(what, str):
        return Text(what, "dim")
    if what not in pins:
        return Text(f"GPIO {what}", "dim")
    return Text(f"{pins[what]} (GPIO {what})", "bold green")
