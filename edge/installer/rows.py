"""What every device does now, in an installer's words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from edge.installer.bench import Bench
from scenes.messages import DeviceInfo, Reading

RUNS = "runs"
"""What a diffuser does in a burst."""


@dataclass(frozen=True, slots=True)
class Row:
    """One device: ``text`` says what it does, for ``since_s`` seconds; None where nobody knows."""

    info: DeviceInfo
    text: str
    level: float | None
    since_s: float | None
    problem: str | None


def rows(bench: Bench) -> list[Row]:
    """Every device that is described, open or not."""
    return [row_of(bench, name) for name in bench.described]


def row_of(bench: Bench, name: str) -> Row:
    """One device."""
    info, gauge = bench.described[name], bench.gauges.get(name)
    problem = bench.problems.get(name)
    if gauge is None:
        return Row(info, "not open", None, None, problem or "its driver brings nothing to read")
    reading, since_s, counts = gauge.read()
    if reading is None:
        return Row(info, "not read yet", None, None, problem)
    # The volume of a silent player is nothing that anybody hears.
    level = reading.volume if reading.playing else reading.level
    return Row(info, _text(reading, counts), level, since_s, reading.problem or problem)


def _text(reading: Reading, counts: Counter[str]) -> str:
    words = [
        _light(reading),
        _player(reading),
        _diffuser(reading),
        _either(reading.present, "somebody", "nobody"),
        "" if reading.distance_cm is None else f"at {reading.distance_cm:.0f} cm",
        _either(reading.open, "open", "closed"),
        _either(reading.pressed, "pressed", "not pressed"),
        ", ".join(f"{what} {count} ×" for what, count in counts.items()),
    ]
    return " ".join(filter(None, words)) or ("fails" if reading.problem else "says nothing")


def _light(reading: Reading) -> str:
    if reading.level is None:
        return ""
    colour = reading.colour or (f"{reading.temperature_k:.0f} K" if reading.temperature_k else "")
    return f"{reading.level:.0f} % {colour}".strip()


def _player(reading: Reading) -> str:
    if reading.playing is None:
        return ""
    if not reading.playing:
        return "silent"
    volume = "" if reading.volume is None else f" at {reading.volume:.0f} %"
    return f"plays {reading.source or 'something else'}{volume}"


def _diffuser(reading: Reading) -> str:
    inside = [reading.fragrance, None if reading.cartridge_ml is None else _left(reading)]
    what = ", ".join(filter(None, inside))
    return _either(reading.on, f"{RUNS} ({what})", f"off ({what})").replace(" ()", "")


def _left(reading: Reading) -> str:
    days = "" if reading.days_left is None else f" for {reading.days_left:.0f} days"
    return f"{reading.cartridge_ml:.0f} ml left{days}"


def _either(value: bool | None, true: str, false: str) -> str:
    return "" if value is None else (true if value else false)
