"""A store's draft: what it changes, what is wrong with it, and what becomes of it."""

from __future__ import annotations

import argparse
from typing import Any

from hub.asking import Asking
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
    draft = hub.get("stores", arguments.store, "draft").value
    edition = f"edition {draft['edition']} of the draft"
    if found["deployable"]:
        command = f"stemning plan deploy {arguments.store} --edition {draft['edition']}"
        say(f"{edition} can be deployed: {command}")
    else:
        say(f"{edition} can't be deployed")


def deploy(hub: Asking, arguments: argparse.Namespace) -> None:
    """Deploy the draft as it is now, or only if it is still the edition that was reviewed.

    `NothingToDeployError` for a draft that changes nothing.
    """
    draft = hub.get("stores", arguments.store, "draft")
    seen = draft.tag
    if arguments.edition is not None:
        seen = f'"draft-{arguments.edition}"'
    if seen == draft.tag:
        _refuse_empty(hub, arguments.store, draft.value)
    now = hub.post("stores", arguments.store, "draft", "deploy", seen=seen, body=_by(arguments))
    say(f"version {now.value['version']} plays now")
    for change in now.value["changes"]:
        say(f"  {change}")


def _refuse_empty(hub: Asking, store: str, draft: dict[str, Any]) -> None:
    deployed = hub.get("stores", store, "schedule").value
    if (draft["based_on"], draft["schedule"]) == (deployed["version"], deployed["schedule"]):
        raise NothingToDeployError(
            f"the draft says what version {deployed['version']} says, so there is nothing to "
            f"deploy: change it, or let it go with 'stemning plan discard {store}'"
        )


def rebase(hub: Asking, arguments: argparse.Namespace) -> None:
    """Put the draft on top of what was deployed since it was begun."""
    seen = hub.get("stores", arguments.store, "draft").tag
    body = {**_by(arguments), "prefer": arguments.prefer}
    draft = hub.post("stores", arguments.store, "draft", "rebase", seen=seen, body=body).value
    say(f"the draft is based on version {draft['based_on']} now, edition {draft['edition']}")


def discard(hub: Asking, arguments: argparse.Namespace) -> None:
    """Let the draft go."""
    seen = hub.get("stores", arguments.store, "draft").tag
    hub.delete("stores", arguments.store, "draft", seen=seen, **_by(arguments))
    say("the draft is gone; the audit keeps what it said")


def _review(hub: Asking, arguments: argparse.Namespace) -> dict[str, Any]:
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
