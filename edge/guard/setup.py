"""The guard's part of the edge's configuration file, read without anybody else's code.

What concerns the agent alone is not looked at: a mistake there must not keep the guard off. What is
wrong is said shortly; ``stemning edge check`` says it well.
"""

from __future__ import annotations

import json
import os
import sys
import tomllib
from itertools import pairwise
from typing import Any, NoReturn

FLOW_ML_H, DAILY_ML = 0.5, 3.0
"""What a diffuser gives and may give where the file says nothing (`devices.options`)."""


def read_plan(text: str, folder: str | None) -> dict[str, Any]:
    """What a configuration asks of the guard, in JSON's terms; ``problems`` says what is wrong.

    A pin is ``[chip, pin, active_high]`` or None, ``taken`` has each that is right as
    ``[chip, pin]``. It is planned whatever else is wrong, so that it can be switched off.
    """
    problems: list[str] = []
    taken: list[list[int]] = []

    def pin(table: dict[str, Any], kind: str, chip: Any) -> list[Any] | None:  # noqa: ANN401
        number = table.get(f"{kind}pin")
        if number is None:
            return None
        if number not in range(28) or chip not in range(16) or [chip, number] in taken:
            problems.append(f"{kind}pin = {number!r}: no GPIO pin of chip {chip!r}, or taken")
            return None
        taken.append([chip, number])
        return [chip, number, table.get(f"{kind}active_high", True) is not False]

    def diffuser(table: dict[str, Any]) -> list[Any]:
        limits = [table.get("flow_ml_h", FLOW_ML_H), table.get("daily_ml", DAILY_ML)]
        own = table.get("driver") == "gpio-relay"
        wired = pin({"pin": -1, **table}, "", table.get("chip", 0)) if own else None
        if not all(isinstance(it, int | float) and 0 < it <= 5000 for it in limits):
            problems.append(f"{limits} are no flow_ml_h and daily_ml")
        return [wired, str(table.get("zone")), *limits]

    file = tomllib.loads(text)
    own, pins, kinds = (
        file.get("guard", {}),
        file.get("pins", {}),
        ("calm_", "mute_", "full_light_"),
    )
    chip, folder = own.get("chip", 0), folder or file.get("data") or "data/edge"
    zones, diffusers = file.get("zones", {}).items(), file.get("diffusers", {}).items()
    return {
        "state": f"{folder}/guard.state",
        "socket": own.get("socket", f"{folder}/guard.sock"),
        "mock": [pins.get("record"), own.get("drive")] if pins.get("factory") == "mock" else None,
        "emergency": pin(own, "emergency_", chip),
        "reset": pin(own, "reset_", chip),
        "zones": {name: [pin(table, kind, chip) for kind in kinds] for name, table in zones},
        "outputs": {name: diffuser(table) for name, table in diffusers},
        "taken": taken,
        "problems": problems,
    }


def read_and_become(program: str, arguments: list[str]) -> NoReturn:
    """Read the configuration, and replace this process by ``program``, which gets the plan."""
    flags = dict(pairwise(arguments))
    config = flags.get("--config") or os.environ.get("STEMNING_EDGE_CONFIG") or "edge.toml"
    folder = flags.get("--data") or os.environ.get("STEMNING_DATA")
    try:
        with open(config, encoding="utf-8") as file:
            plan = read_plan(file.read(), folder)
    except (OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
        # What the run before had can be switched off all the same.
        plan = read_plan("", folder) | {"problems": [f"can't be read: {error}"]}
    plan["problems"] = [f"{config}: {it}; see: stemning edge check" for it in plan["problems"]]
    plan["off"] = "--off" in arguments
    # An installation for development finds packages by a hook that a bare Python lacks.
    plan["path"] = [program.rpartition("/edge/guard/")[0], *sys.path]
    os.execv(sys.executable, [sys.executable, "-I", "-S", program, json.dumps(plan)])  # noqa: S606
