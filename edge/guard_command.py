"""``stemning guard``: runs the guard, or talks to the one that runs."""

from __future__ import annotations

import argparse
import json
import os
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge.config import load_config
from edge.errors import GuardSilentError
from edge.guard_link import LONGEST_STATUS, connect, guard_socket, why_silent
from edge.settings import SETTINGS, resolve

TAKEN = ("config", "data")
ANSWER_S = 5.0

EPILOG = """\
examples:
  stemning guard --config edge.toml            run until Ctrl-C or SIGTERM
  stemning guard --config edge.toml --status   alarm, calm zones, and what each diffuser gave
  stemning guard --config edge.toml --reset    end the alarm, once the emergency contact is closed

Wiring, limits and what it is not: edge/guard/README.md."""


@dataclass(frozen=True, slots=True)
class GuardCommand:
    """The command ``guard``."""

    name: str = "guard"
    summary: str = "Run the guard on a Pi: diffusers, alarm and calm buttons."

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's arguments and its help."""
        parser.epilog = EPILOG
        for setting in SETTINGS:
            if setting.name in TAKEN:
                setting.add_to(parser)
        asking = parser.add_mutually_exclusive_group()
        asking.add_argument(
            "--status", action="store_true", help="ask the guard that runs how it is"
        )
        asking.add_argument(
            "--reset", action="store_true", help="end the alarm, here at the Pi, as a person"
        )

    def run(self, arguments: argparse.Namespace) -> int:
        """Become the guard, or ask it; returns the exit code."""
        flags = {name: getattr(arguments, name) for name in TAKEN}
        if not arguments.status and not arguments.reset:
            return _become_the_guard(flags)
        config = load_config(Path(resolve("config", flags, os.environ, {}).text))
        data = Path(resolve("data", flags, os.environ, config.settings).text)
        path = guard_socket(config, data)
        try:
            with connect(path) as guard:
                guard.settimeout(ANSWER_S)
                return _reset(guard) if arguments.reset else _tell(_hear(guard))
        except OSError as error:
            raise GuardSilentError(why_silent(path, error)) from error


def _become_the_guard(flags: dict[str, str | None]) -> int:
    # Another program in this process's place, so that nothing of the command stays in memory.
    sys.stdout.flush()
    words = [word for name, text in flags.items() if text for word in (f"--{name}", text)]
    os.execv(sys.executable, [sys.executable, "-m", "edge.guard", *words])  # noqa: S606


def _reset(guard: socket.socket) -> int:
    guard.send(json.dumps({"ask": "reset"}).encode())
    answer = _hear(guard)
    while "reset" not in answer:
        answer = _hear(guard)
    refusal = answer["reset"]
    sys.stdout.write(f"the alarm stays: {refusal}\n" if refusal else "there is no alarm any more\n")
    return 1 if refusal else 0


def _tell(status: dict[str, Any]) -> int:
    lines = [f"alarm: {status['alarm'] or 'none'}"]
    lines += [f"calm: {', '.join(status['calm']) or 'no zone'}"]
    lines += [f"problem: {status['problem']}"] if status["problem"] else []
    for name, (_, on, refusal, total_ml, left_ml) in status["outputs"].items():
        because = f", {refusal[1]}" if refusal and refusal[1] and not on else ""
        lines.append(
            f"{name}: {'on' if on else 'off'}{because}; {left_ml:.2f} ml left for today, "
            f"{total_ml:.2f} ml ever given"
        )
    sys.stdout.write("\n".join([*lines, ""]))
    return 0


def _hear(guard: socket.socket) -> dict[str, Any]:
    text = guard.recv(LONGEST_STATUS)
    if not text:
        raise ConnectionResetError("it hung up")
    said: dict[str, Any] = json.loads(text)
    return said


guard = GuardCommand()
