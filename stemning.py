"""The ``stemning`` command: finds the installed commands and hands over to one of them.

It belongs to neither role, so that a Pi without the hub and a hub without pins both have it.
Commands are found by the packaging entry point group ``stemning.commands``.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import EntryPoint, entry_points, version
from typing import Protocol, runtime_checkable

from scenes.errors import StemningError

COMMAND_GROUP = "stemning.commands"
ORDER = (
    *("demo", "hub", "edge", "guard"),
    *("choose", "quiet-hour", "emergency", "plan", "scene"),
    *("sales", "effects", "audit", "office"),
    *("sign-in", "sign-out", "people"),
)
EXTRAS = {"edge": "edge", "guard": "edge", "demo": "demo", "effects": "hub,insights"}

OWN_PACKAGES = {"scenes", "devices", "edge", "hub"}

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_INTERRUPTED = 130

DESCRIPTION = """\
Stemning runs the atmosphere of a shop: light, music and scent as one scene, in step,
and tells honestly what that did to how long people stay and what they buy."""
EPILOG = """\
examples:
  stemning demo                          see everything work, with nothing installed
  stemning hub --shop shop.yaml          run the hub of a shop
  stemning guard --config edge.toml      run the guard on a Pi, before the agent
  stemning edge --config edge.toml       run the agent on a Pi
  stemning plan entrance                 what plays in the entrance today, and why
  stemning plan why entrance             who wants what there, and why the others lost
  stemning choose entrance evening       Evening there until the plan changes
  stemning scene import evening.yaml     save a scene; it plays once it is published
  stemning COMMAND --help                teaches one command

exit codes: 0 done, 1 it failed and the text says why, 2 wrong usage, 130 interrupted
documentation: README.md"""


class Command(Protocol):
    """What an entry point of the group ``stemning.commands`` names."""

    name: str
    summary: str

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's arguments and its help."""
        ...

    def run(self, arguments: argparse.Namespace) -> int:
        """Do it; returns the exit code; raises `StemningError` for what a person can mend."""
        ...


@runtime_checkable
class Abbreviating(Protocol):
    """A command that may be said shorter than its arguments are."""

    def spelled_out(self, words: Sequence[str]) -> list[str]:
        """The words as its arguments take them."""
        ...


class CommandMissingError(StemningError, ImportError):
    """A command's libraries are not installed."""

    code = "command.missing"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; no traceback for what a person can mend."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    commands = {point.name: point for point in entry_points(group=COMMAND_GROUP)}
    if not words or words[0] in {"-h", "--help"}:
        _print_help(commands)
        return 0 if words else EXIT_USAGE
    if words[0] == "--version":
        sys.stdout.write(f"stemning {version('stemning')}\n")
        return 0
    if words[0] not in commands:
        known = ", ".join(_in_order(commands))
        sys.stderr.write(f"stemning: there is no command {words[0]!r}; there are {known}\n")
        return EXIT_USAGE
    return _guarded(commands[words[0]], words[1:])


def _guarded(point: EntryPoint, words: Sequence[str]) -> int:
    """Run a command; what a person can mend is said in a sentence, without a traceback."""
    try:
        # A command loads its heavy libraries only when it runs, so both may find one missing.
        with _explained(point):
            return _run(point, words)
    except StemningError as error:
        sys.stderr.write(f"stemning {point.name}: {error}\n")
        return EXIT_FAILED
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader went away (`| head`): point stdout at nothing, or Python complains at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_FAILED


def _run(point: EntryPoint, words: Sequence[str]) -> int:
    command: Command = point.load()
    parser = argparse.ArgumentParser(
        prog=f"stemning {command.name}",
        description=command.summary,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.configure(parser)
    if isinstance(command, Abbreviating):
        words = command.spelled_out(words)
    return command.run(parser.parse_args(words))


@contextmanager
def _explained(point: EntryPoint) -> Iterator[None]:
    """Say which extra brings the library that ``point``'s command lacks."""
    try:
        yield
    except ModuleNotFoundError as error:
        missing = (error.name or "").split(".")[0]
        if missing in OWN_PACKAGES:
            raise  # a mistake of ours, which no installing mends
        extra = EXTRAS.get(point.name, "hub")
        raise CommandMissingError(
            f"{missing} is not installed here; this command needs the extra {extra}, from your own "
            f"checkout or wheel, not by name: pip install '/path/to/stemning[{extra}]'"
        ) from error


def _print_help(commands: dict[str, EntryPoint]) -> None:
    lines = ["usage: stemning COMMAND [options]", "", DESCRIPTION, "", "commands:"]
    for name in _in_order(commands):
        try:
            with _explained(commands[name]):
                summary: str = commands[name].load().summary
        except CommandMissingError as error:
            summary = f"({error})"
        lines.append(f"  {name:10} {summary}")
    sys.stdout.write("\n".join([*lines, "", EPILOG, ""]))


def _in_order(commands: dict[str, EntryPoint]) -> list[str]:
    known = [name for name in ORDER if name in commands]
    return known + sorted(commands.keys() - set(known))


if __name__ == "__main__":
    sys.exit(main())
