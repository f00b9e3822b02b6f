"""What each verb of ``stemning plan`` takes."""

from __future__ import annotations

import argparse
from pathlib import Path

from hub.day_argument import day, day_or_word


def day_arguments(parser: argparse.ArgumentParser) -> None:
    """Whose day, and which."""
    _zone(parser)
    parser.add_argument(
        "--day",
        type=day_or_word,
        help="local day as YYYY-MM-DD, or yesterday or tomorrow; default: today",
    )


def why_arguments(parser: argparse.ArgumentParser) -> None:
    """Where and when."""
    _zone(parser)
    parser.add_argument(
        "at",
        nargs="*",
        help="09:00, tomorrow 09:00, 2026-12-24 09:00, or an instant with offset; default: now",
    )
    _draft(parser, "as if the draft were deployed")


def week_arguments(parser: argparse.ArgumentParser) -> None:
    """Whose week, and from when."""
    _store(parser)
    parser.add_argument(
        "--from", dest="first", type=day_or_word, help="the first day; default: today"
    )
    _draft(parser, "as the draft has it")


def rehearse_arguments(parser: argparse.ArgumentParser) -> None:
    """Whose day, and how long it takes."""
    _store(parser)
    parser.add_argument("--day", type=day_or_word, help="default: today")
    parser.add_argument(
        "--seconds", type=_seconds, default=30.0, help="how long it takes; default: 30"
    )
    _draft(parser, "of the draft")


def show_arguments(parser: argparse.ArgumentParser) -> None:
    """Whose schedule, and which."""
    _store(parser)
    which = parser.add_mutually_exclusive_group()
    _draft(which, "what the draft says, in place of what is deployed")
    which.add_argument("--version", type=int, metavar="N", help="what an earlier version says")


def put_arguments(parser: argparse.ArgumentParser) -> None:
    """Which file, and for whom."""
    _store(parser)
    parser.add_argument("file", type=Path, help="as 'plan show' writes it; - reads standard input")
    parser.add_argument(
        "--anyway", action="store_true", help="whatever the draft says by now, write over it"
    )
    _by(parser)


def diff_arguments(parser: argparse.ArgumentParser) -> None:
    """Whose draft, and which days."""
    _store(parser)
    parser.add_argument("--from", dest="first", type=day, help="the first day; default: today")
    parser.add_argument("--days", type=int, default=7, help="how many; default: 7")


def deploy_arguments(parser: argparse.ArgumentParser) -> None:
    """Whose draft, and why."""
    _store(parser)
    parser.add_argument(
        "--edition", type=int, metavar="N", help="only if the draft is still this edition"
    )
    _by(parser)


def discard_arguments(parser: argparse.ArgumentParser) -> None:
    """Whose draft, and why."""
    _store(parser)
    _by(parser)


def rebase_arguments(parser: argparse.ArgumentParser) -> None:
    """Whose draft, and what holds."""
    _store(parser)
    parser.add_argument(
        "--prefer", choices=["draft", "deployed"], help="whose part holds where both changed"
    )
    _by(parser)


def versions_arguments(parser: argparse.ArgumentParser) -> None:
    """Whose versions."""
    _store(parser)
    parser.add_argument("--most", type=int, default=20, help="how many; default: 20")


def revert_arguments(parser: argparse.ArgumentParser) -> None:
    """Which version of whose, and why."""
    _store(parser)
    parser.add_argument("version", type=int, help="the version to go back to")
    _by(parser)


def _zone(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("zone", help="the zone's id")
    parser.add_argument("--store", help="needed where several stores have such a zone")


def _store(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("store", help="the store's id")


def _draft(parser: argparse._ActionsContainer, words: str) -> None:
    parser.add_argument("--draft", action="store_true", help=words)


def _by(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--why", default="", help="for the audit and everybody after you")
    parser.add_argument("--author", default="", help="who does it: a name or a role")


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds <= 3600:
        raise argparse.ArgumentTypeError("a rehearsal takes from no time to an hour")
    return seconds
