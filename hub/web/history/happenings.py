"""What agents told of a day, in words: alarms, devices that failed and came back, starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hub.web.agents_said import agents_said
from hub.web.history.reading import Told
from hub.web.words import number_words
from scenes.language import N_, _, ngettext
from scenes.messages import Alarm, ClockSet, DeviceTrouble, Dropped, Started

Level = Literal["good", "bad", "plain"]

_BEGAN = {
    "emergency": N_("The emergency contact at {edge} opened: full light, no music, no scent"),
    "calm": N_("Somebody pressed the calm button in {zone}"),
    "budget": N_("{device} has given what a day allows"),
    "guard": N_("The guard at {edge} is silent, so nothing there can be kept safe by it"),
}
_ENDED = {
    "emergency": N_("The emergency at {edge} was reset"),
    "calm": N_("{zone} is no longer calmed by its button"),
    "budget": N_("{device} may give scent again"),
    "guard": N_("The guard at {edge} answers again"),
}
_LEAST_STEP_S = 2.0


@dataclass(frozen=True, slots=True)
class Happening:
    """A sentence, its icon, and how bad it is."""

    words: str
    icon: str
    level: Level


def happening(told: Told, zone: str) -> Happening | None:
    """An event in words; ``zone`` is what people call its zone. None where it's of no interest."""
    event = told.event
    if isinstance(event, Alarm):
        return _alarm(event, told.edge, zone)
    if isinstance(event, DeviceTrouble):
        return _trouble(event)
    return _of_the_agent(told)


def _alarm(event: Alarm, edge: str, zone: str) -> Happening:
    words = (_BEGAN if event.active else _ENDED)[event.cause]
    said = _(words).format(edge=edge, zone=zone, device=event.device or "")
    said = f"{said}: {agents_said(event.text)}" if event.text and event.active else said
    return Happening(said, "bell-ring", "bad" if event.active else "good")


def _trouble(event: DeviceTrouble) -> Happening:
    device = event.device or ""
    if event.problem is None:
        return Happening(_("{device} answers again").format(device=device), "check", "good")
    words = _("{device} stopped answering: {problem}")
    return Happening(
        words.format(device=device, problem=agents_said(event.problem)), "triangle-alert", "bad"
    )


def _of_the_agent(told: Told) -> Happening | None:
    event, edge = told.event, told.edge
    match event:
        case Started():
            said = _("The agent {edge} started, version {version}")
            return Happening(said.format(edge=edge, version=event.version), "power", "plain")
        case ClockSet() if abs(event.step_s) >= _LEAST_STEP_S:
            said = _("The clock of {edge} was set, by {seconds} s")
            seconds = number_words(event.step_s)
            return Happening(said.format(edge=edge, seconds=seconds), "clock", "plain")
        case Dropped():
            n = sum(event.counts.values())
            said = ngettext(
                "{edge} had no room for {n} event and dropped it",
                "{edge} had no room for {n} events and dropped them",
                n,
            )
            return Happening(said.format(edge=edge, n=number_words(n)), "triangle-alert", "bad")
        case _:
            return None
