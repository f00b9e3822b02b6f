"""A store's schedule as a file: out as YAML, changed in any editor, and in again as the draft.

The first line says what the file was made from, so that a change which somebody else made
meanwhile is never written over unseen.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

import yaml

from hub.asking import Answer, AskedInVainError, Asking
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
        document = hub.get("stores", store, "draft").value
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
    seen = _WHATEVER if arguments.anyway else _seen(hub, store, text)
    by = {"author": arguments.author, "why": arguments.why}
    draft = _draft(hub, store)
    if draft is None:
        draft = hub.post("stores", store, "draft", body=by)
        seen = draft.tag
    body = {"schedule": schedule, **by}
    saved = hub.put_json("stores", store, "draft", seen=seen, body=body).value
    say(f"saved as edition {saved['edition']} of the draft; see: stemning plan review {store}")


def _text(file: Path) -> str:
    try:
        if str(file) == "-":
            return sys.stdin.read()
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ScheduleFileError(f"{file} can't be read: {error}") from error


def _seen(hub: Asking, store: str, text: str) -> str:
    """The tag of the draft that the file was made from; empty when there was none.

    `ScheduleFileError` when the file says nothing of it, or what it was made from holds no more.
    """
    found = _FIRST_LINE.match(text)
    if found is None or found[3] != store:
        raise ScheduleFileError(
            f"the file's first line doesn't say what it was made from: take it from "
            f"'stemning plan show {store}', or write over the draft with --anyway"
        )
    made_from, number = found[1], int(found[2])
    there = _draft(hub, store) is not None
    if made_from == "draft" and there:
        return f'"draft-{number}"'
    newest = hub.get("stores", store, "schedule").value["version"]
    if made_from == "draft":
        now = f"and that draft is gone: version {newest} is deployed"
    elif there:
        now = f"and somebody has a draft by now: see 'stemning plan show {store} --draft'"
    elif newest != number:
        now = f"and version {newest} is deployed by now"
    else:
        return ""
    raise ScheduleFileError(
        f"the file was made from {made_from} {number}, {now}. Put your changes into a new file of "
        f"'stemning plan show', or write over what is there with --anyway"
    )


def _draft(hub: Asking, store: str) -> Answer | None:
    try:
        return hub.get("stores", store, "draft")
    except AskedInVainError as error:
        if error.status != 404:
            raise
    hub.get("stores", store)  # or the store is what there is not
    return None
