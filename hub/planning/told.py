"""What people did since somebody looked, in sentences, out of the audit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec
from msgspec import Struct
from sqlalchemy import Engine

from hub.audit import Change, Search, find
from hub.moments import moment
from hub.planning.asked import NO_CHOICE, UNTIL_ENDED
from hub.shop import Store
from scenes.scene import Scene
from scenes.units import Instant

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
    "light.nudge": "set the light to {percent:g} %",
    "light.end": "set the light back",
    "volume.nudge": "set the volume to {percent:g} %",
    "volume.end": "set the volume back",
    "scent.nudge": "set the scent to {percent:g} %",
    "scent.end": "set the scent back",
    "mute.begin": "muted the store",
    "mute.end": "ended the mute",
    "scent-off.begin": "turned the scent off",
    "scent-off.end": "turned the scent on again",
    "audition.begin": "began an audition",
    "audition.end": "ended the audition",
}


class _Begun(Struct):
    """What a choice, a nudge and an audition have in common, as the audit keeps it."""

    id: str
    end: Instant
    scene: str = ""
    percent: float = 0.0


@dataclass(frozen=True, slots=True)
class Told:
    """Where to look, whose clocks to say it by, and how scenes are called."""

    engine: Engine
    store: Store
    scenes: Mapping[str, Scene]
    now: datetime

    def since(self, subject: str, kind: str, seen: str) -> list[str]:
        """What became of ``subject`` since its edition was ``seen``: "Kim chose Event …".

        ``kind`` is what its actions begin with: ``override``, ``quiet-hour``, ``volume``. The last
        three at most, in order.
        """
        search = Search(store=self.store.id, subject=subject, action=kind)
        with self.engine.connect() as connection:
            changes = [entry.change for entry in find(connection, search, _LOOK_BACK)]
        sentences: list[str] = []
        for change in changes:
            after = None if change.after is None else msgspec.convert(change.after, _Begun)
            if (after.id.partition(".")[0] if after else NO_CHOICE) == seen:
                if after is not None and not sentences and after.end <= self.now:
                    when = moment(after.end, self.now, self.store.tz)
                    sentences.append(f"What you saw ended by itself, at {when}")
                break
            sentences.insert(0, self._sentence(change, after))
        return sentences[-_MOST:]

    def _sentence(self, change: Change, after: _Begun | None) -> str:
        words, until, tz = _WORDS[change.action], "", self.store.tz
        if after is not None:
            scene = self.scenes.get(after.scene)
            name = scene.name if scene else after.scene
            words = words.format(scene=name, percent=after.percent)
            if after.end < UNTIL_ENDED:
                until = f" until {moment(after.end, self.now, tz)}"
        return f"{change.author or 'Somebody'} {words}{until}, at {moment(change.at, self.now, tz)}"
