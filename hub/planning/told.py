"""What people did since somebody looked, in sentences, out of the audit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import Engine

from hub.audit import Change, Search, find
from hub.moments import moment
from hub.planning.asked import UNTIL_ENDED
from hub.planning.choices import edition
from hub.shop import Store
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
        """What became of ``subject`` since its edition was ``seen``: "Kim chose Event …".

        ``kind`` is ``override``, ``quiet-hour`` or ``emergency``. The last three at most, in order.
        """
        search = Search(store=self.store.id, subject=subject, action=kind)
        with self.engine.connect() as connection:
            changes = [entry.change for entry in find(connection, search, _LOOK_BACK)]
        sentences: list[str] = []
        for change in changes:
            after = None if change.after is None else msgspec.convert(change.after, Override)
            if edition(after) == seen:
                if after is not None and not sentences and after.end <= self.now:
                    when = moment(after.end, self.now, self.store.tz)
                    sentences.append(f"What you saw ended by itself, at {when}")
                break
            sentences.insert(0, self._sentence(change, after))
        return sentences[-_MOST:]

    def _sentence(self, change: Change, after: Override | None) -> str:
        words, until, tz = _WORDS[change.action], "", self.store.tz
        if after is not None:
            scene = self.scenes.get(after.scene)
            words = words.format(scene=scene.name if scene else after.scene)
            if after.end < UNTIL_ENDED:
                until = f" until {moment(after.end, self.now, tz)}"
        return f"{change.author or 'Somebody'} {words}{until}, at {moment(change.at, self.now, tz)}"
