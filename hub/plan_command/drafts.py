"""A store's draft: what it changes, what is wrong with it, and what becomes of it."""

from __future__ import annotations

import argparse
from contextlib import suppress
from typing import Any

from hub.asking import Answer, AskedInVainError, Asking, newest_first
from hub.plan_command.words import say
from scenes.errors import StemningError

_HEADINGS = {
    "deployed_since": "Deployed since the draft was begun (stemning plan rebase)",
    "conflicts": "Conflicts",
    "gaps": "Open, but nothing is planned",
    "never": "Never plays",
}


class NothingToDeployError(StemningError, ValueError):
    """A draft that says what is deployed already."""

    code = "plan.nothing-to-deploy"


class NoDraftHereError(StemningError, LookupError):
    """The store has no draft that anything could be done with."""

    code = "plan.no-draft"


class DraftOvertakenError(StemningError, ValueError):
    """Somebody deployed since the draft was begun, or both change the same."""

    code = "plan.draft-overtaken"


def diff(hub: Asking, arguments: argparse.Namespace) -> None:
    """Print how the plans of all zones would change."""
    found = _review(hub, arguments)
    for change in found["changes"]:
        say(change)
    if not found["changes"]:
        say(f"nothing plays otherwise in these {arguments.days} days")


def review(hub: Asking, arguments: argparse.Namespace) -> None:
    """Print what is wrong, and whether it can be deployed."""
    found = _review(hub, arguments)
    for forbids, heading in ((True, "Mistakes that forbid it"), (False, "Perhaps not meant")):
        _list(heading, [it["sentence"] for it in found["problems"] if it["forbids"] is forbids])
    for part, heading in _HEADINGS.items():
        _list(heading, found[part])
    _list("It changes", found["changes"])
    draft = the_draft(hub, arguments.store).value
    edition = f"edition {draft['edition']} of the draft"
    if found["deployable"]:
        command = f"stemning plan deploy {arguments.store} --edition {draft['edition']}"
        say(f"{edition} can be deployed: {command}")
    else:
        say(f"{edition} can't be deployed: {_why_not(found, arguments.store)}")


def deploy(hub: Asking, arguments: argparse.Namespace) -> None:
    """Deploy the draft as it is now, or only if it is still the edition that was reviewed.

    `NothingToDeployError` for a draft that changes nothing.
    """
    draft = the_draft(hub, arguments.store)
    seen = draft.tag
    if arguments.edition is not None:
        seen = f'"draft-{arguments.edition}"'
    if seen == draft.tag:
        _refuse_empty(hub, arguments.store, draft.value)
    path = ("stores", arguments.store, "draft", "deploy")
    try:
        now = hub.post(*path, seen=seen, body=_by(arguments))
    except AskedInVainError as error:
        _refuse_overtaken(hub, arguments.store, seen, error)
        raise
    say(f"version {now.value['version']} plays now")
    for change in now.value["changes"]:
        say(f"  {change}")


def the_draft(hub: Asking, store: str) -> Answer:
    """A store's draft; `NoDraftHereError` says how one is made on the command line."""
    try:
        return hub.get("stores", store, "draft")
    except AskedInVainError as error:
        if error.hub_code != "draft.none":
            raise
        raise NoDraftHereError(
            f"{store} has no draft now. To make one: stemning plan show {store} > week.yaml, "
            f"change the file, then stemning plan put {store} week.yaml"
        ) from error


def _why_not(found: dict[str, Any], store: str) -> str:
    forbids = [problem["sentence"] for problem in found["problems"] if problem["forbids"]]
    whys = []
    if forbids:
        more = f" (and {len(forbids) - 1} more)" if len(forbids) > 1 else ""
        whys.append(f"{forbids[0]}{more}")
    if found["deployed_since"]:
        whys.append(
            f"another version was deployed since it was begun; first: stemning plan rebase {store}"
        )
    return "; ".join(whys)


def _refuse_overtaken(hub: Asking, store: str, seen: str, error: AskedInVainError) -> None:
    """`DraftOvertakenError` with the commands, where the draft is as it was ``seen``.

    Then it is versions that came in between.
    """
    if error.status != 412:
        return
    with suppress(AskedInVainError):
        draft = hub.get("stores", store, "draft")
        found = draft.value["review"]["deployed_since"]
        if draft.tag == seen and found:
            raise DraftOvertakenError(
                f"another version was deployed since the draft was begun on version "
                f"{draft.value['based_on']}{newest_first(found)}. Put the draft on top of that "
                f"with 'stemning plan rebase {store}', then 'stemning plan deploy {store}'"
            ) from error


def _refuse_empty(hub: Asking, store: str, draft: dict[str, Any]) -> None:
    deployed = hub.get("stores", store, "schedule").value
    if (draft["based_on"], draft["schedule"]) == (deployed["version"], deployed["schedule"]):
        raise NothingToDeployError(
            f"the draft says what version {deployed['version']} says, so there is nothing to "
            f"deploy: change it, or let it go with 'stemning plan discard {store}'"
        )


def rebase(hub: Asking, arguments: argparse.Namespace) -> None:
    """Put the draft on top of what was deployed since it was begun."""
    seen = the_draft(hub, arguments.store).tag
    body = {**_by(arguments), "prefer": arguments.prefer}
    try:
        draft = hub.post("stores", arguments.store, "draft", "rebase", seen=seen, body=body).value
    except AskedInVainError as error:
        if error.hub_code != "draft.conflicts":
            raise
        raise DraftOvertakenError(
            f"the draft and what was deployed since change the same: {'; '.join(error.problems)}. "
            f"Say which holds there: stemning plan rebase {arguments.store} --prefer draft "
            "(or --prefer deployed)"
        ) from error
    say(f"the draft is based on version {draft['based_on']} now, edition {draft['edition']}")


def discard(hub: Asking, arguments: argparse.Namespace) -> None:
    """Let the draft go."""
    seen = the_draft(hub, arguments.store).tag
    hub.delete("stores", arguments.store, "draft", seen=seen, **_by(arguments))
    say("the draft is gone; the audit keeps what it said")


def _review(hub: Asking, arguments: argparse.Namespace) -> dict[str, Any]:
    the_draft(hub, arguments.store)
    query = {"days": str(arguments.days), "from": str(arguments.first or "")}
    found: dict[str, Any] = hub.get("stores", arguments.store, "draft", "review", **query).value
    return found


def _list(heading: str, sentences: list[str]) -> None:
    if sentences:
        say(f"{heading}:")
        for sentence in sentences:
            say(f"  {sentence}")


def _by(arguments: argparse.Namespace) -> dict[str, str]:
    return {"author": arguments.author, "why": arguments.why}
