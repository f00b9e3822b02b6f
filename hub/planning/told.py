"""What people did since somebody looked, in sentences, out of the audit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Engine, select
from sqlmodel import col

from hub.moments import moment
from hub.planning.asked import UNTIL_ENDED
from hub.planning.choices import edition
from hub.shop import Store
from hub.tables import AuditRow
from scenes.rules import Override
from scenes.scene import Scene

_MOST = 3
"""So many sentences are enough to decide anew."""
_LOOK_BACK = 20
_WORDS = {
    "override.choose": "chose {scene}",
    "override.return": "returned to the plan",
    "quiet-hour.begin": "began a quiet hour",
    "quiet-hour.end": "ended the quiet hour",
    "emergency.begin": "set off the emergency",
    "emergency.end": "ended the emergency",
}


@dataclass(frozen=True, slots=True)
class Told:
    """Where to look, whose clocks to say it by, and how scenes are called."""

    engine: Engine
    store: Store
    scenes: Mapping[str, Scene]
    now: datetime

    def since(self, subject: str, kind: str, seen: str) -> list[str]:
        """What was done to ``subject`` since its edition was ``seen``: "Kim chose Event …".

        ``kind`` is ``override``, ``quiet-hour`` or ``emergency``. The last three at most, in order.
        """
        with self.engine.connect() as connection:
            rows = connection.execute(
                select(
                    col(AuditRow.at),
                    col(AuditRow.author),
                    col(AuditRow.action),
                    col(AuditRow.after),
                )
                .where(col(AuditRow.store) == self.store.id, col(AuditRow.subject) == subject)
                .where(col(AuditRow.action).in_([each for each in _WORDS if each.startswith(kind)]))
                .order_by(col(AuditRow.id).desc())
                .limit(_LOOK_BACK)
            ).all()
        sentences: list[str] = []
        for row in rows:
            after = msgspec.json.decode(row.after, type=Override) if row.after else None
            if edition(after) == seen:
                break
            sentences.insert(0, self._sentence(row.at, row.author, row.action, after))
        return sentences[-_MOST:]

    def _sentence(self, at: datetime, author: str, action: str, after: Override | None) -> str:
        tz: ZoneInfo = self.store.tz
        words = _WORDS[action]
        until = ""
        if after is not None:
            scene = self.scenes.get(after.scene)
            words = words.format(scene=scene.name if scene else after.scene)
            if after.end < UNTIL_ENDED:
                until = f" until {moment(after.end, self.now, tz)}"
        return f"{author or 'Somebody'} {words}{until}, at {moment(at, self.now, tz)}"
