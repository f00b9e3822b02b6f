"""``stemning audit`` says what a change came to, as the pages do."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from hub.audit_command import AuditWords
from hub.planning.asked import UNTIL_ENDED

AT = datetime(2026, 10, 22, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("action", "subject", "after", "words"),
    [
        (
            "volume.nudge",
            "zone entrance",
            {"kind": "volume", "percent": 90.0, "end": "2026-10-22T17:00:00Z"},
            "harbour, zone entrance: 90 % of the scene's until 19:00",
        ),
        (
            "mute.begin",
            "store harbour",
            {"kind": "mute", "percent": 0.0, "end": "2026-10-22T10:30:00Z"},
            "store harbour: until 12:30",
        ),
        (
            "mute.begin",
            "store harbour",
            {"kind": "mute", "percent": 0.0, "end": UNTIL_ENDED.isoformat()},
            "store harbour: until somebody ends it",
        ),
        (
            "override.choose",
            "zone entrance",
            {"scene": "event", "end": "2026-10-23T10:30:00Z"},
            "harbour, zone entrance: Event until 12:30 on 2026-10-23",
        ),
        ("mute.end", "store harbour", None, "store harbour"),
    ],
)
def test_what_a_change_came_to(action: str, subject: str, after: Any, words: str) -> None:
    told = AuditWords({"harbour": ZoneInfo("Europe/Oslo")}, {"event": "Event"}, AT)
    change = {
        "at": AT.isoformat(),
        "author": "Kim",
        "action": action,
        "subject": subject,
        "store": "harbour",
        "why": "",
        "after": after,
    }
    assert told.lines(change) == [f"12:00:00  Kim  {action}  {words}"]
