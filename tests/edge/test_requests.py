"""Requests: done once, not when late, within limits, and always answered."""

from datetime import datetime, timedelta
from typing import Literal

import pytest

from devices.errors import DeviceRefusedError
from edge.clock import Moment, earliest
from edge.requests import Requests
from scenes.codec import encode
from scenes.messages import Reply, Request
from scenes.plan import Plan
from tests.edge.fake_time import START, run
from tests.edge.fakes import plan
from tests.edge.test_zone_player import BRIGHT, DIM
from tests.edge.test_zone_player import Bench as ZoneBench


class Bench(ZoneBench):
    """A zone that takes requests."""

    def __init__(self, it: Plan | None = None) -> None:
        super().__init__()
        self.replies: list[Reply] = []
        self.requests = Requests("ceiling", [self.zone], ["door"], self.replies.append)
        self.zone.adopt(it or plan([(-60, BRIGHT)]))
        self.run(6)

    def ask(
        self,
        device: str,
        action: Literal["identify", "test", "refill", "log"] = "identify",
        request_id: str = "1",
        expires_in_s: float = 10,
    ) -> None:
        request = Request(
            id=request_id,
            action=action,
            device=device,
            expires_at=self.clock.utc + timedelta(seconds=expires_in_s),
        )
        self.requests.offer(encode(request))

    def run_asked(self, seconds: float) -> None:
        def step(moment: Moment) -> datetime | None:
            zone_due = self.zone.step(moment)
            return earliest(zone_due, self.music.step(moment), self.requests.step(moment))

        run(step, self.clock, seconds)


def test_identify_dims_one_light_gently_and_brings_it_back() -> None:
    bench = Bench()
    wall = len(bench.wall.shown)
    bench.ask("spot")
    before = len(bench.spot.shown)
    bench.run_asked(3)
    levels = [level.level for _, level in bench.spot.shown[before:]]
    assert min(levels) == pytest.approx(40, abs=0.5)
    assert levels[-1] == 80
    assert len(bench.wall.shown) == wall
    assert bench.replies == [
        Reply(
            id="1",
            edge="ceiling",
            at=START + timedelta(seconds=6),
            done=True,
            text="spot dims to 40 % and comes back, within 2 s",
        )
    ]


def test_a_request_is_done_once_for_its_id() -> None:
    bench = Bench()
    for _ in range(3):
        bench.ask("scent", "test")
        bench.run_asked(40)
    assert len(bench.replies) == 1


def test_many_requests_are_no_strobe() -> None:
    bench = Bench()
    before = len(bench.spot.shown)
    for number in range(100):
        bench.ask("spot", request_id=str(number))
        bench.run_asked(0.1)
    levels = [level.level for _, level in bench.spot.shown[before:]]
    dips = sum(
        1 for a, b, c in zip(levels, levels[1:], levels[2:], strict=False) if a > b < c and b < 60
    )
    assert dips <= 6, "one in two seconds"
    assert {reply.text for reply in bench.replies if not reply.done} == {
        "it is showing itself already"
    }


@pytest.mark.parametrize(
    ("device", "told"),
    [
        ("nothing", "there is no nothing at this edge"),
        ("door", "a sensor can't show itself: walk past it and watch its reading"),
    ],
)
def test_what_can_not_be_done_is_answered(device: str, told: str) -> None:
    bench = Bench()
    bench.ask(device)
    bench.run_asked(0.1)
    assert [(reply.done, reply.text) for reply in bench.replies] == [(False, told)]


def test_a_late_request_is_refused() -> None:
    bench = Bench()
    before = len(bench.spot.shown)
    bench.ask("spot", expires_in_s=-0.001)
    bench.run_asked(3)
    assert [(reply.done, reply.text) for reply in bench.replies] == [
        (False, "the request came too late")
    ]
    assert len(bench.spot.shown) == before


def test_a_broken_device_says_so() -> None:
    bench = Bench(plan([(-60, DIM), (1, BRIGHT)]))
    bench.spot.unplug()
    bench.zone.adopt(plan([(-60, DIM)], revision=2))
    bench.run(1)
    bench.ask("spot")
    bench.run_asked(0.1)
    assert bench.replies[0].text == "nobody answers"


def test_a_test_of_each_output_stays_within_its_limits() -> None:
    bench = Bench()
    bench.run(20)
    for number, device in enumerate(("spot", "music", "scent")):
        bench.ask(device, "test", request_id=f"r{number}")
        bench.run_asked(5)
    assert [reply.done for reply in bench.replies] == [True, True, False]
    assert "ask again in 17 s" in bench.replies[-1].text
    bench.run(12.5)
    bench.ask("scent", "test", request_id="later")
    bench.run_asked(3)
    assert bench.replies[-1].done
    assert bench.diffuser.bursts[-1][1] == pytest.approx(2.0)
    assert max(bench.player.volumes()) <= 40, "a test is never louder than the scene"


def test_a_request_never_starts_music() -> None:
    bench = Bench(plan([(-60, DIM)]))
    bench.ask("music")
    bench.run_asked(1)
    assert bench.replies[0].done is False
    assert bench.player.source is None


def test_what_is_no_request_is_logged_and_passed_over(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench()
    bench.requests.offer(b"{")
    bench.requests.offer(b'{"schema":9,"id":"x"}')
    bench.ask("spot")
    bench.run_asked(0.1)
    assert len(bench.replies) == 1
    assert "wire.unsupported-schema" in caplog.text


def test_a_refill_is_for_diffusers_alone() -> None:
    bench = Bench()
    for number, device in enumerate(("scent", "spot", "music", "door")):
        bench.ask(device, "refill", request_id=f"r{number}")
        bench.run_asked(0.1)
    told = [(reply.done, reply.text) for reply in bench.replies]
    assert told == [(True, "the cartridge of scent counts as full from now on")] + 3 * [
        (False, "only a diffuser has a cartridge")
    ]
    assert bench.diffuser.refills == 1


def test_scent_that_the_guard_would_not_give_is_not_promised() -> None:
    bench = Bench(plan([(-60, DIM)]))
    bench.diffuser.refusal = DeviceRefusedError("the guard does not answer: no scent")
    bench.ask("scent", "test")
    bench.run_asked(0.1)
    assert bench.replies[0].text == "the guard does not answer: no scent"
    assert bench.diffuser.bursts == []


def test_the_agent_tells_the_last_lines_of_its_own_log_and_no_device_has_one() -> None:
    bench = Bench()
    lines = ("2026-10-22 09:00:00Z INFO edge.agent: started",)
    bench.requests = Requests(
        "ceiling", [bench.zone], ["door"], bench.replies.append, lambda: lines
    )
    for number, device in enumerate(("ceiling", "spot")):
        bench.ask(device, "log", request_id=f"l{number}")
        bench.run_asked(0.1)
    told = [(reply.done, reply.text, reply.lines) for reply in bench.replies]
    assert told == [
        (True, "the last 1 lines of its log", lines),
        (False, "only ceiling itself has a log", ()),
    ]
