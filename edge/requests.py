"""What a person asks of one device now (identify, test, announce …), or of the agent (its log)."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from edge.clock import Moment, earliest
from edge.playing.announcement import Announcement, Wish
from edge.playing.gesture import Gesture, identify_gesture, trial_gesture
from edge.playing.light_output import LightOutput
from edge.playing.music_channel import MusicChannel
from edge.playing.scent_channel import ScentChannel
from edge.playing.zone_player import ZonePlayer
from scenes.codec import decode
from scenes.errors import InvalidMessageError
from scenes.messages import Reply, Request

logger = logging.getLogger(__name__)

SCENT_TEST_S = 2.0
REMEMBERED = 1000
TOO_LATE = "the player did not get to it in time"
NO_VOICE = "only a player announces"
NO_CARTRIDGE = "only a diffuser has a cartridge"

LOOK_S = 0.1


@dataclass(frozen=True, slots=True)
class Done:
    """It is under way, or done: in words, and with what was asked for."""

    words: str
    lines: tuple[str, ...] = ()


Outcome = Done | Announcement | str
"""What became of a request, who will know, or why not."""

Act = Callable[[Request, Moment], Outcome]
"""Carries a request out."""


def _no_lines() -> tuple[str, ...]:
    return ()


class Requests:
    """Does each request once, unless it is late; answers every one it can read.

    ``offer`` may come from any thread, `step` runs on the player's.
    """

    def __init__(
        self,
        edge: str,
        zones: Sequence[ZonePlayer],
        sensors: Sequence[str],
        reply: Callable[[Reply], None],
        log: Callable[[], tuple[str, ...]] = _no_lines,
    ) -> None:
        self._edge = edge
        self._log = log
        self._reply = reply
        self._inbox: deque[bytes] = deque()
        self._done: dict[str, None] = {}
        self._open: list[tuple[Request, Announcement]] = []
        self._acts: Mapping[str, Act] = {
            **dict.fromkeys(sensors, _sensor),
            **{name: act for zone in zones for name, act in _acts(zone)},
        }

    def offer(self, payload: bytes) -> None:
        """A request came."""
        self._inbox.append(payload)

    def step(self, moment: Moment) -> datetime | None:
        """Carry out what came. What it starts, the zones' own steps carry on."""
        started = False
        while self._inbox:
            payload = self._inbox.popleft()
            try:
                request = decode(Request, payload)
            except InvalidMessageError as error:
                logger.warning("a request is refused (%s): %s", error.code, error)
                continue
            if request.id not in self._done:
                self._remember(request.id)
                self._answer(request, moment)
                started = True
        self._open = [
            (request, it) for request, it in self._open if not self._settled(request, it, moment)
        ]
        return earliest(
            moment.steady if started else None, moment.later(LOOK_S) if self._open else None
        )

    def _answer(self, request: Request, moment: Moment) -> None:
        outcome = self._carry_out(request, moment)
        if isinstance(outcome, Announcement):
            self._open.append((request, outcome))
        else:
            self._tell(request, outcome, moment)

    def _settled(self, request: Request, announcement: Announcement, moment: Moment) -> bool:
        """Answer once the player has the file, or won't; whether that is done."""
        answer = announcement.answer
        if answer is None and moment.utc >= request.expires_at:
            answer = TOO_LATE
        if answer is not None:
            done = Done(f"{request.device} announces {request.source}")
            self._tell(request, answer or done, moment)
        return answer is not None

    def _tell(self, request: Request, outcome: Done | str, moment: Moment) -> None:
        done = isinstance(outcome, Done)
        text = outcome.words if isinstance(outcome, Done) else outcome
        logger.info("request %s, %s of %s: %s", request.id, request.action, request.device, text)
        self._reply(
            Reply(
                id=request.id,
                edge=self._edge,
                at=moment.utc,
                done=done,
                text=text[:500],
                lines=outcome.lines if isinstance(outcome, Done) else (),
            )
        )

    def _carry_out(self, request: Request, moment: Moment) -> Outcome:
        if moment.utc >= request.expires_at:
            return "the request came too late"
        if request.action == "log":
            return self._last_words(request)
        act = self._acts.get(request.device)
        if act is None:
            return f"there is no {request.device} at this edge"
        return act(request, moment)

    def _last_words(self, request: Request) -> Done | str:
        if request.device != self._edge:
            return f"only {self._edge} itself has a log"
        lines = self._log()
        return Done(f"the last {len(lines)} lines of its log", lines)

    def _remember(self, request_id: str) -> None:
        self._done[request_id] = None
        if len(self._done) > REMEMBERED:
            del self._done[next(iter(self._done))]


def _acts(zone: ZonePlayer) -> list[tuple[str, Act]]:
    lights = [(output.name, _light(zone, output)) for output in zone.lighting.outputs]
    music = [(music.name, _music(zone, music)) for music in zone.music]
    scent = [(scent.name, _scent(zone, scent)) for scent in zone.scent]
    return [*lights, *music, *scent]


def _light(zone: ZonePlayer, output: LightOutput) -> Act:
    def act(request: Request, moment: Moment) -> Outcome:
        kept_from = _misplaced(request) or zone.safety
        if kept_from is not None:
            return kept_from
        if output.health.problem is not None:
            return output.health.problem
        if output.gesture is not None:
            return "it is showing itself already"
        level = output.lamp.level(moment.steady_s)
        make = identify_gesture if request.action == "identify" else trial_gesture
        gesture = make(level, moment)
        output.begin(gesture)
        return Done(f"{output.name} {_shown(gesture, level)}")

    return act


def _music(zone: ZonePlayer, music: MusicChannel) -> Act:
    def act(request: Request, moment: Moment) -> Outcome:
        kept_from = NO_CARTRIDGE if request.action == "refill" else zone.safety
        if kept_from is not None:
            return kept_from
        if request.source is not None:
            wish = Wish(request.source, request.volume, request.duck, request.expires_at)
            return music.announce(wish, moment)
        level = music.level(moment)
        if music.health.problem is not None:
            return music.health.problem
        if level <= 0:
            return "it is silent in this scene, and a request never starts music"
        if music.announcing:
            return "an announcement is under way"
        if music.gesture is None:
            # Also a test only dips: louder than the scene is nobody's wish.
            music.show(identify_gesture(max(level, 20.0), moment))
        return Done(f"the music of {music.name} falls to half as loud and comes back")

    return act


def _scent(zone: ZonePlayer, scent: ScentChannel) -> Act:
    def act(request: Request, moment: Moment) -> Outcome:
        if request.action == "announce":
            return NO_VOICE
        if request.action == "refill":
            scent.refill()
            return Done(f"the cartridge of {scent.name} counts as full from now on")
        problem = zone.safety or scent.why_not()
        if problem is not None:
            return problem
        if scent.run(SCENT_TEST_S, moment):
            return Done(f"the guard is asked for a burst of {SCENT_TEST_S:g} s from {scent.name}")
        rest_s = scent.rest_s(moment)
        return scent.health.problem or f"it pauses between two bursts: ask again in {rest_s:.0f} s"

    return act


def _shown(gesture: Gesture, level: float) -> str:
    lasts_s = (gesture.end - gesture.start).total_seconds()
    way = "brightens" if gesture.peak > level else "dims"
    return f"{way} to {gesture.peak:.0f} % and comes back, within {lasts_s:g} s"


def _sensor(request: Request, _moment: Moment) -> str:
    return _misplaced(request) or "a sensor can't show itself: walk past it and watch its reading"


def _misplaced(request: Request) -> str | None:
    """Why a light or a sensor can't do what is asked of one other kind of device."""
    return {"announce": NO_VOICE, "refill": NO_CARTRIDGE}.get(request.action)
