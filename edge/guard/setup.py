"""The guard's part of the edge's configuration file, read without anybody else's code.

What concerns the agent alone is not looked at: a mistake there must not keep the guard off.
"""

from __future__ import annotations

import json
import os
import sys
import tomllib
from typing import Any, NoReturn

FLOW_ML_H, DAILY_ML = 0.5, 3.0
"""What a diffuser gives and may give where the file says nothing (`devices.options`)."""

Table = dict[str, Any]


def read_plan(text: str, folder: str | None) -> Table:
    """What a configuration asks of the guard, in JSON's terms; ``problems`` says what is wrong.

    A pin is ``[chip, pin, active_high]`` or None. What is right is planned whatever else is
    wrong, so that it can be switched off.
    """
    problems: list[str] = []
    owners: dict[tuple[int, int], str] = {}

    def pin(table: Table, place: str, prefix: str, chip: Any) -> list[Any] | None:  # noqa: ANN401
        number, name = table.get(f"{prefix}pin"), f"{place}.{prefix}pin"
        if number is None:
            return None
        if number not in range(28) or chip not in range(16):
            problems.append(f"{name}: {number!r} of chip {chip!r} is no GPIO pin")
        elif owners.setdefault((chip, number), name) != name:
            problems.append(f"{name}: GPIO {number} is taken by {owners[chip, number]}")
        return [chip, number, table.get(f"{prefix}active_high", True) is not False]

    def diffuser(table: Table, place: str) -> list[Any]:
        limits = [table.get("flow_ml_h", FLOW_ML_H), table.get("daily_ml", DAILY_ML)]
        if not all(isinstance(it, int | float) and 0 < it <= 5000 for it in limits):
            problems.append(f"{place}: {limits} are no flow_ml_h and daily_ml")
        own = table.get("driver") == "gpio-relay"
        if own and "pin" not in table:
            problems.append(f"{place}.pin: is missing")
        wired = pin(table, place, "", table.get("chip", 0)) if own else None
        return [wired, str(table.get("zone")), *limits]

    file = tomllib.loads(text)
    own, pins, folder = file.get("guard", {}), file.get("pins", {}), folder or file.get("data")
    chip, folder, kinds = (
        own.get("chip", 0),
        folder or "data/edge",
        ("calm_", "mute_", "full_light_"),
    )
    return {
        "state": f"{folder}/guard.state",
        "socket": own.get("socket", f"{folder}/guard.sock"),
        "mock": [pins.get("record"), own.get("drive")] if pins.get("factory") == "mock" else None,
        "emergency": pin(own, "guard", "emergency_", chip),
        "reset": pin(own, "guard", "reset_", chip),
        "zones": {
            name: [pin(table, f"zones.{name}", kind, chip) for kind in kinds]
            for name, table in file.get("zones", {}).items()
        },
        "outputs": {
            name: diffuser(table, f"diffusers.{name}")
            for name, table in file.get("diffusers", {}).items()
        },
        "problems": problems,
    }


def read_and_become(program: str, arguments: list[str]) -> NoReturn:
    """Read the configuration, and replace this process by ``program``, which gets the plan."""
    flags = dict(zip(arguments[::2], arguments[1::2], strict=False))
    environment = os.environ.get
    config = flags.get("--config") or environment("STEMNING_EDGE_CONFIG") or "edge.toml"
    try:
        with open(config, encoding="utf-8") as file:
            plan = read_plan(file.read(), flags.get("--data") or environment("STEMNING_DATA"))
    except (OSError, ValueError, TypeError, AttributeError) as error:
        sys.exit(f"guard: {config} can't be read: {error}; see: stemning edge check")
    # An installation for development finds packages by a hook that a bare Python lacks.
    plan["path"] = [program.rpartition("/edge/guard/")[0], *sys.path]
    os.execv(sys.executable, [sys.executable, "-I", "-S", program, json.dumps(plan)])  # noqa: S606
