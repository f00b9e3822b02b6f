"""A store's schedule as a file: out as YAML, changed in any editor, and in again as the draft.

The first line says what the file was made from, so that a change which somebody else made
meanwhile is never written over unseen.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import yaml

from hub.asking import Answer, AskedInVainError, Asking
from hub.errors import UnavailableError
from hub.plan_command.drafts import the_draft
from hub.plan_command.words import say
from hub.yaml_file import read_yaml
from scenes.errors import StemningError

_FIRST_LINE = re.compile(r"# (draft|version) ([0-9]+) of ([a-z0-9-]+)\b")
_WHATEVER = "*"


class ScheduleFileError(StemningError, ValueError):
    """A file that can't become the draft."""

    code = "plan.file"


def show(hub: Asking, arguments: argparse.Namespace) -> None:
    """Print what is deployed, the draft, or an earlier version."""
    store = arguments.store
    if arguments.draft:
        document = the_draft(hub, store).value
        made_from = f"draft {document['edition']}"
    else:
        path = ["versions", str(arguments.version)] if arguments.version is not None else []
        document = hub.get("stores", store, "schedule", *path).value
        made_from = f"version {document['version']}"
    say(f"# {made_from} of {store}: change it, then stemning plan put {store} FILE")
    sys.stdout.write(
        yaml.safe_dump(
            document["schedule"], sort_keys=False, allow_unicode=True, default_flow_style=None
        )
    )


def put(hub: Asking, arguments: argparse.Namespace) -> None:
    """Let the draft say what a file says; a draft is begun if there is none."""
    store, text = arguments.store, _text(arguments.file)
    schedule = read_yaml(text).value or {}
    if not isinstance(schedule, dict):
        raise ScheduleFileError("the file names no part of a schedule: hours, rules, exceptions …")
    seen = _WHATEVER if arguments.anyway else _seen(hub, arguments, text)
    by = {"author": arguments.author, "why": arguments.why}
    body = {"schedule": schedule, **by}
    if _draft(hub, store) is None:
        saved = _put_anew(hub, store, body, by)
    else:
        saved = hub.put_json("stores", store, "draft", seen=seen, body=body)
    _tell_saved(saved.value["edition"], store)


def _put_anew(hub: Asking, store: str, body: Mapping[str, Any], by: Mapping[str, str]) -> Answer:
    """Begin a draft that says this. A file that is refused leaves no draft in anybody's way."""
    begun = hub.post("stores", store, "draft", body=by)
    try:
        return hub.put_json("stores", store, "draft", seen=begun.tag, body=body)
    except AskedInVainError:
        # What is there by now, if it isn't what was begun here, is somebody's: leave it.
        with suppress(AskedInVainError, UnavailableError):
            hub.delete("stores", store, "draft", seen=begun.tag, **by)
        raise


def _tell_saved(edition: int, store: str) -> None:
    say(f"saved as edition {edition} of the draft; see: stemning plan review {store}")


def _text(file: Path) -> str:
    try:
        if str(file) == "-":
            return sys.stdin.read()
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ScheduleFileError(f"{file} can't be read: {error}") from error


def _seen(hub: Asking, arguments: argparse.Namespace, text: str) -> str:
    """The tag of the draft that the file was made from; empty when there was none.

    `ScheduleFileError` when the file says nothing of it, or what it was made from holds no more.
    """
    store, found = arguments.store, _FIRST_LINE.match(text)
    if found is None or found[3] != store:
        raise ScheduleFileError(
            f"the file's first line doesn't say what it was made from: take it from "
            f"'stemning plan show {store}', or write over the draft with --anyway"
        )
    made_from, number = found[1], int(found[2])
    there = _draft(hub, store)
    if made_from == "draft" and there is not None:
        return f'"draft-{number}"'
    newest = hub.get("stores", store, "schedule").value["version"]
    if made_from == "draft":
        now = f"and that draft is gone: version {newest} is deployed"
    elif there is not None:
        whose = _whose(there.value["author"], arguments.author)
        now = f"and {whose} by now: see 'stemning plan show {store} --draft'"
    elif newest != number:
        now = f"and version {newest} is deployed by now"
    else:
        return ""
    raise ScheduleFileError(
        f"the file was made from {made_from} {number}, {now}. Put your changes into a new file of "
        f"'stemning plan show', or write over what is there with --anyway"
    )


def _whose(author: str, mine: str) -> str:
    if not author:
        return "there is a draft"
    return "you have a draft" if author == mine else f"{author} has a draft"


def _draft(hub: Asking, store: str) -> Answer | None:
    try:
        return hub.get("stores", store, "draft")
    except AskedInVainError as error:
        if error.status != 404:
            raise
    hub.get("stores", store)  # or the store is what there is not
    return None
