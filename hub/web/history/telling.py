"""The audit in plain words: "Kim chose Event in the entrance until 18:00"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from hub.audit import Change
from hub.people.accounts import NEW_PASSWORD, NEW_PIN, NO_PIN
from hub.people.sessions import MACHINE
from hub.people.signing_in import BY_LINK, BY_PIN
from hub.planning.asked import UNTIL_ENDED
from hub.planning.from_file import FILE_AUTHOR
from hub.web.agents_said import agents_said
from hub.web.words import moment_words
from scenes.language import N_, _
from scenes.names import Names

SAID = {
    "override.choose": N_("{who} chose {scene} in {zone} until {time}"),
    "override.return": N_("{who} returned {zone} to the plan"),
    "quiet-hour.begin": N_("{who} began a quiet hour until {time}"),
    "quiet-hour.end": N_("{who} ended the quiet hour"),
    "emergency.begin": N_("{who} set off the emergency"),
    "emergency.end": N_("{who} ended the emergency"),
    "mute.begin": N_("{who} muted the store until {time}"),
    "mute.end": N_("{who} let the music be heard again"),
    "scent-off.begin": N_("{who} switched the scent off until {time}"),
    "scent-off.end": N_("{who} let scent be given again"),
    "volume.nudge": N_("{who} made the music in {zone} {percent} % of the scene's until {time}"),
    "volume.end": N_("{who} gave the music in {zone} back to the scene"),
    "light.nudge": N_("{who} made the light in {zone} {percent} % of the scene's until {time}"),
    "light.end": N_("{who} gave the light in {zone} back to the scene"),
    "scent.nudge": N_("{who} made the scent in {zone} {percent} % of the scene's until {time}"),
    "scent.end": N_("{who} gave the scent in {zone} back to the scene"),
    "audition.begin": N_("{who} began to audition {scene} in {zone}"),
    "audition.end": N_("{who} ended the audition in {zone}"),
    "reaction.begin": N_("{who} took over in {zone}"),
    "reaction.end": N_("{who} ended in {zone}"),
    "trigger.begin": N_("{who} asked for {scene} in {zone}"),
    "trigger.end": N_("{who} was done in {zone}"),
    "schedule.deploy": N_("{who} deployed version {version} of the schedule"),
    "draft.begin": N_("{who} began a draft of the schedule"),
    "draft.change": N_("{who} changed the draft of the schedule"),
    "draft.rebase": N_("{who} brought the draft up to date with the schedule"),
    "draft.discard": N_("{who} threw the draft away"),
    "draft.deploy": N_("{who} deployed the draft"),
    "template.save": N_("{who} made version {version} of the template {thing}"),
    "template.delete": N_("{who} deleted the template {thing}"),
    "template.deploy": N_("{who} deployed version {version} of the template {thing}"),
    "scene.save": N_("{who} saved revision {revision} of {scene}"),
    "scene.publish": N_("{who} published revision {published} of {scene}"),
    "scene.retire": N_("{who} retired {scene}"),
    "scene.delete": N_("{who} deleted {scene}"),
    "scene.clone": N_("{who} made {scene} as a copy"),
    "scene.revert": N_("{who} went back to an earlier revision of {scene}"),
    "store.change": N_("{who} changed what is known of the store"),
    "sales.import": N_("Receipts were imported from {thing}"),
    "office.confirm": N_("{who} confirmed that this hub's database is right"),
    "office.take-over": N_("{who} took over from a hub that was gone"),
    "integration.create": N_("{who} let {thing} ask for scenes"),
    "integration.change": N_("{who} changed what {thing} may ask for"),
    "integration.revoke": N_("{who} took the access of {thing} away"),
    "edge.remove": N_("{who} let the hub forget the agent {thing}"),
    "floor.draw": N_("{who} drew the floor plan"),
    "device.identify": N_("{who} let {thing} show itself"),
    "device.test": N_("{who} tested {thing}"),
    "device.refill": N_("{who} put a new cartridge into {thing}"),
    "device.announce": N_("{who} let {thing} announce something"),
    "voice.staff": N_("Staff said of {zone}: {why}"),
    "voice.remedy": N_("{who} did something about it in {zone}"),
    "voice.screen-make": N_("{who} set up a screen that asks customers"),
    "voice.screen-revoke": N_("{who} took a screen that asks customers away"),
    "account.create": N_("{who} made the account of {thing}"),
    "account.change": N_("{who} changed the account of {thing}"),
    "account.reset": N_("On the hub’s machine a link was made that lets {thing} in"),
    "session.begin": N_("{who} signed in"),
    "session.end": N_("{who} signed out"),
    "session.end-all": N_("{who} signed {thing} out everywhere"),
    "pin.locked": N_(
        "Somebody tried to guess the PIN of {name} on {thing}, and it was locked for a while"
    ),
    "pin.unlocked": N_("{who} unlocked the PIN of {thing}"),
    "pin.seen": N_("{who} has seen that a PIN was locked"),
    "tablet.create": N_("{who} made the shared tablet {thing}"),
    "tablet.unlocked": N_("{who} unlocked the shared tablet {thing}"),
    "tablet.end": N_("{who} signed the shared tablet {thing} out for good"),
    "key.create": N_("{who} made the access key {thing}"),
    "key.end": N_("{who} ended the access key {thing}"),
}
"""What each action is, said when it is looked up. One that is not here is told by its own name."""
_SCENE = ("scene", "of")
_UNKNOWN = N_("{who}: {action} ({thing})")
_WHY = {
    "too-loud": N_("too loud"),
    "too-dark": N_("too dark"),
    "too-strong": N_("too strong a scent"),
    "event": N_("an event"),
    "complaint": N_("a complaint"),
    "other": "",
}
_HOW = {
    NEW_PASSWORD: N_("a new password"),
    NEW_PIN: N_("a new PIN"),
    NO_PIN: N_("no PIN any more"),
}
ALARMS = frozenset({"pin.locked", "emergency.begin", "emergency.end"})
"""Actions that are told among the alarms."""
_TECHNICAL = ("reaction:", "trigger:", "integration:")
_FILES = {
    MACHINE: N_("Somebody on the hub’s machine"),
    FILE_AUTHOR: N_("The shop file"),
    "scene file": N_("The scene file"),
}


@dataclass(frozen=True, slots=True)
class Teller:
    """Says changes by a store's clocks and with the names that people know."""

    names: Names
    now: datetime
    tz: ZoneInfo

    def sentence(self, change: Change) -> str:
        """Who did what."""
        after = change.after if isinstance(change.after, dict) else {}
        words = _(SAID.get(change.action, _UNKNOWN))
        return words.format_map(_Facts(self._facts(change, after)))

    def details(self, change: Change) -> tuple[str, ...]:
        """What it came to, one thing a line: differences, a device's answer, the reason."""
        after = change.after if isinstance(change.after, dict) else {}
        lines = [str(each) for each in after.get("changes") or () if isinstance(each, str)]
        if change.action.startswith("device.") and after.get("text"):
            done = _("Done: {text}") if after.get("done") else _("Not done: {text}")
            lines.append(done.format(text=agents_said(str(after["text"]))))
        of_people = change.action.startswith(("account.", "session.", "key."))
        why = _how_words(change.why) if of_people else why_words(change.why)
        if why and change.action not in {"voice.staff", "key.create"}:
            lines.append(_("Why: {why}").format(why=why))
        return tuple(lines)

    def zone_of(self, change: Change) -> str:
        """The id of the zone that a change is about; empty: the whole store, or nothing of it."""
        kind, _space, name = change.subject.rpartition(" ")
        if kind == "zone" or (not kind and name in self.names.zones):
            return name
        after = change.after if isinstance(change.after, dict) else {}
        zone = after.get("zone") if kind == "device" else None
        return zone if isinstance(zone, str) else ""

    def person(self, change: Change) -> str:
        """Who, for a person: empty where the hub, a reaction or a file did it."""
        by_itself = change.author in _FILES or change.author.startswith(_TECHNICAL)
        return "" if by_itself else change.author

    def _facts(self, change: Change, after: Mapping[str, Any]) -> dict[str, object]:
        zone = self.zone_of(change)
        thing = _thing(change, after)
        # An audition has the recipe of its moment, and says of which scene that is.
        scene = next((each for each in map(after.get, _SCENE) if isinstance(each, str)), None)
        if change.action.startswith("scene."):
            scene = thing
        end = _instant(after.get("end"))
        held = end is None or end >= UNTIL_ENDED
        return {
            **{name: after[name] for name in ("version", "revision", "published") if name in after},
            "who": self._who(change.author),
            "zone": self.names.zones.get(zone, zone) or _("the store"),
            "scene": self.names.scene(scene) if scene else _("a scene"),
            "time": _("somebody ends it")
            if held or end is None
            else moment_words(end, change.at, self.tz),
            "percent": _number(after.get("percent")),
            "name": after.get("name") or _("somebody from elsewhere"),
            "thing": thing,
            "action": change.action,
            "why": why_words(change.why),
        }

    def _who(self, author: str) -> str:
        kind, _colon, name = author.partition(":")
        match kind:
            case "":
                return _("Somebody")
            case "reaction":
                return _("The reaction {name}").format(name=self.names.source(author))
            case "trigger" | "integration":
                return _("The integration “{name}”").format(name=name)
            case _ if author in _FILES:
                return _(_FILES[author])
            case _:
                return author


def _thing(change: Change, after: Mapping[str, Any]) -> str:
    """What was changed: a person by their name, a tablet by all words of its own."""
    kind, _space, name = change.subject.partition(" ")
    if kind == "account" and change.action == "key.create":
        return change.why or name  # made in a terminal, for this account
    if kind == "account":
        return str(after.get("name") or name)
    return name if kind in {"tablet", "key"} else change.subject.rpartition(" ")[2]


def _how_words(why: str) -> str:
    """How somebody came in, or which secret of theirs is another one; other reasons as they are."""
    tablet, link = why.removeprefix(BY_PIN), why.removeprefix(BY_LINK)
    if tablet != why:
        return _("by PIN on {tablet}").format(tablet=tablet)
    if link != why:
        return _("by a link")
    return "; ".join(_(_HOW[part]) if part in _HOW else part for part in why.split("; "))


def why_words(why: str) -> str:
    """A reason: its kind in words, and a person's own."""
    kind, colon, own = why.partition(": ")
    if kind not in _WHY:
        return why
    word = _(_WHY[kind]) if _WHY[kind] else ""
    return ": ".join(filter(None, (word, own if colon else "")))


class _Facts(dict[str, object]):
    """What a change doesn't say is a dash: an old one may know less than a sentence asks for."""

    def __missing__(self, key: str) -> str:
        return "–"


def _instant(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _number(value: object) -> str:
    return f"{value:.0f}" if isinstance(value, int | float) else "–"
