"""What the tests of schedules share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from hub.by import By, Since
from hub.parts import HubParts
from hub.planning.drafts import Draft
from hub.schedules.editing import put_item
from hub.schedules.history import Version
from scenes.rules import Rule
from scenes.schedule import Schedule
from tests.hub.shops import SHOP_FILE, rule

KIM = By("Kim", "more of the evening")
LATE = rule("late", "evening", "15:00", "17:00", author="Kim", name="Late afternoon")


class OvertakenError(Exception):
    """What a test's check raises."""


def whatever(_edition: int, _since: Since) -> None:
    """Write over whatever is there."""


def having(item: Rule) -> Callable[[Schedule], Schedule]:
    """A turn that puts a rule into the draft."""
    return lambda schedule: put_item(schedule, "rules", item)


def told_since(seen: int | None, told: list[str]) -> Callable[[int, Since], None]:
    """A check of somebody who saw another edition; ``told`` gets what they are told."""

    def check(edition: int, since: Since) -> None:
        if edition != seen:
            told.extend(since(seen))
            raise OvertakenError

    return check


def deployed_by_kim(parts: HubParts, item: Rule = LATE) -> Version:
    """Let Kim deploy one more rule."""
    parts.schedules.begin("nordic", None, KIM)
    parts.schedules.change("nordic", having(item), KIM, whatever)
    return parts.schedules.deploy("nordic", KIM, whatever)


def begun_and_changed(parts: HubParts, item: Rule = LATE) -> Draft:
    """Let Kim's draft have one more rule."""
    parts.schedules.begin("nordic", None, KIM)
    return parts.schedules.change("nordic", having(item), KIM, whatever)


def save_shop_file(parts: HubParts, directory: Path, text: str) -> None:
    """Let the hub read another shop file."""
    (directory / "shop.yaml").write_text(text, encoding="utf-8")
    assert parts.shop.check()
    assert parts.shop.status.problem is None


def sources(parts: HubParts, zone: str = "entrance") -> Sequence[str]:
    """What plays in a zone, by who wants it."""
    return [slot.source for slot in parts.planner.planned("nordic", zone).plan.slots]


def plain(value: Any) -> Any:
    """As JSON has it."""
    return msgspec.to_builtins(value)


CHANGED_FILE = SHOP_FILE.replace("until: 11:00", "until: 12:00")
