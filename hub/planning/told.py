"""What people did since somebody looked, in sentences, out of the audit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec
from msgspec import Struct
from sqlalchemy import Engine

from hub.audit import Change, Search, find
from hub.library_names import scene_name
from hub.moments import moment
from hub.planning.asked import NO_CHOICE, UNTIL_ENDED
from hub.shop import Store
from scenes.language import N_, _
from scenes.scene import Scene
from scenes.units import Instant

_MOST = 3
"""So many sentences are enough to decide anew."""
_LOOK_BACK = 20
_WORDS = {
    "override.choose": N_("{who} chose {scene}"),
    "override.return": N_("{who} returned to the plan"),
    "quiet-hour.begin": N_("{who} began a quiet hour"),
    "quiet-hour.end": N_("{who} ended the quiet hour"),
    "emergency.begin": N_("{who} set off the emergency"),
    "emergency.end": N_("{who} ended the emergency"),
    "light.nudge": N_("{who} set the light to {percent} %"),
    "light.end": N_("{who} set the light back"),
    "volume.nudge": N_("{who} set the volume to {percent} %"),
    "volume.end": N_("{who} set the volume back"),
    "scent.nudge": N_("{who} set the scent to {percent} %"),
    "scent.end": N_("{who} set the scent back"),
    "mute.begin": N_("{who} muted the store"),
    "mute.end": N_("{who} ended the mute"),
    "scent-off.begin": N_("{who} turned the scent off"),
    "scent-off.end": N_("{who} turned the scent on again"),
    "audition.begin": N_("{who} began an audition"),
    "audition.end": N_("{who} ended the audition"),
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
                    sentences.append(_("What you saw ended by itself, at {when}").format(when=when))
                break
            sentences.insert(0, self._sentence(change, after))
        return sentences[-_MOST:]

    def last(self, subjects: Mapping[str, str], kind: str) -> str:
        """What became last of any of some subjects, by their names: "Entrance: Kim chose Event …".

        Empty when nothing did as far back as it is looked.
        """
        search = Search(store=self.store.id, action=kind)
        with self.engine.connect() as connection:
            entries = find(connection, search, _LOOK_BACK + len(subjects))
        changes = [entry.change for entry in entries if entry.change.subject in subjects]
        if not changes:
            return ""
        newest = changes[0]
        # Several at one instant are one choice for all of them.
        told = {each.subject for each in changes if each.at == newest.at}
        names = [name for subject, name in subjects.items() if subject in told]
        after = None if newest.after is None else msgspec.convert(newest.after, _Begun)
        return f"{', '.join(names)}: {self._sentence(newest, after)}"

    def _sentence(self, change: Change, after: _Begun | None) -> str:
        tz, name, percent = self.store.tz, "", ""
        if after is not None:
            scene = self.scenes.get(after.scene)
            name = scene_name(scene.id, scene.name) if scene else after.scene
            percent = f"{after.percent:g}"
        who = change.author or _("Somebody")
        did = _(_WORDS[change.action]).format(who=who, scene=name, percent=percent)
        at = moment(change.at, self.now, tz)
        if after is not None and after.end < UNTIL_ENDED:
            until = moment(after.end, self.now, tz)
            return _("{did} until {until}, at {at}").format(did=did, until=until, at=at)
        return _("{did}, at {at}").format(did=did, at=at)
