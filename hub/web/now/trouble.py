"""What is wrong in a zone, in sentences: what still works, and since when the rest does not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from hub.web.agents_said import agents_said
from hub.web.now.devices import Device
from hub.web.words import moment_words
from scenes.language import _, ngettext

LOW_DAYS = 3.0
"""A cartridge that lasts no longer is worth a word."""
_MUTE_WORDS = ("answer", "reach", "connect", "offline", "timed out", "timeout")
"""What drivers say of a device that is silent."""


def device_troubles(devices: Sequence[Device], now: datetime, tz: ZoneInfo) -> list[str]:
    """Lamps first, with how many are on; then everything else that fails or runs low.

    Of what a silent agent said last nothing is known to be so still: that it is silent is said of
    the agent itself.
    """
    known = [each for each in devices if not each.silent]
    lamps = [each for each in known if each.state.kind == "light"]
    others = [each for each in known if each.state.kind != "light"]
    found = []
    broken = [each for each in lamps if each.state.reading.problem is not None]
    if broken:
        found.append("; ".join([_count(lamps), *(_broken(each, now, tz) for each in broken)]))
    for device in others:
        if device.state.reading.problem is not None:
            found.append(_capital(_broken(device, now, tz)))
        elif device.state.kind == "diffuser":
            found.extend(_low(device))
    return found


def reported_line(name: str, problem: str) -> str:
    """How a device's problem stands in a zone's report (`hub.reported`), which is in English."""
    return f"{name}: {problem}"


def in_the_readers_language(line: str) -> str:
    """A line of a zone's report, "agent: what it says"."""
    name, colon, said = line.partition(": ")
    return f"{name}: {agents_said(said)}" if colon else line


def is_of_a_device(line: str, devices: Sequence[Device]) -> bool:
    """Whether a line of a zone's report is the problem of one of these devices."""
    return any(
        line.startswith(reported_line(each.name, each.state.reading.problem))
        for each in devices
        if each.state.reading.problem is not None
    )


def _count(lamps: Sequence[Device]) -> str:
    working = [each.state.reading for each in lamps if each.state.reading.problem is None]
    on = sum((each.level or 0) > 0 for each in working)
    if on:
        return ngettext("{on} of {n} lamp on", "{on} of {n} lamps on", len(lamps)).format(
            on=on, n=len(lamps)
        )
    return ngettext("{on} of {n} lamp works", "{on} of {n} lamps work", len(lamps)).format(
        on=len(working), n=len(lamps)
    )


def _broken(device: Device, now: datetime, tz: ZoneInfo) -> str:
    problem = device.state.reading.problem or ""
    silent = any(word in problem.lower() for word in _MUTE_WORDS)
    problem = agents_said(problem)
    if device.trouble is None:
        return _("{device}: {problem}").format(device=device.words, problem=problem)
    since = moment_words(device.trouble.since, now, tz)
    if device.trouble.or_earlier:
        since = _("{time} or earlier").format(time=since)
    if silent:
        return _("{device} has not answered since {time}").format(device=device.words, time=since)
    return _("{device} has failed since {time}: {problem}").format(
        device=device.words, time=since, problem=problem
    )


def _low(diffuser: Device) -> list[str]:
    reading = diffuser.state.reading
    name = _capital(diffuser.words)
    if reading.cartridge_ml is not None and reading.cartridge_ml <= 0:
        return [_("{device}: the cartridge is empty").format(device=name)]
    if reading.days_left is None or reading.days_left >= LOW_DAYS:
        return []
    days = int(reading.days_left)
    if days == 0:
        return [_("{device}: the cartridge lasts for less than a day").format(device=name)]
    return [
        ngettext(
            "{device}: the cartridge lasts for about {n} day",
            "{device}: the cartridge lasts for about {n} days",
            days,
        ).format(device=name, n=days)
    ]


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
