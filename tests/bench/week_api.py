"""(k) A store's week over REST: ``python -m tests.bench.week_api``.

Target: 50 ms for a store of 10 zones by 60 rules, from the request's first byte to the answer's
last, a real hub process on loopback. The schedule is that of `tests.bench.compile`, which cuts a
week of ten zones into a thousand slots. Asked for are the week that is planned, one that no plan
reaches (another one each time), and the draft's; then a rule of the draft is changed, and the draft
is reviewed, which has thousands of conflicts. The floor, in the same run, is a bare route of the
same hub that answers ``null``. ``--profile`` adds where the time goes, in a hub in this process.
"""

import cProfile
import http.client
import json
import pstats
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from random import Random

import msgspec

from hub.app import build, plan_first
from hub.by import By
from hub.parts import HubParts
from hub.settings import Settings
from scenes.schedule import Schedule
from tests.bench.compile import SCENES, a_schedule
from tests.bench.figures import Spread, say
from tests.parts.mosquitto import Mosquitto
from tests.parts.stemning_processes import Hub

ZONES = 10
ROUNDS = 200
COMPILED_ROUNDS = 60
REVIEWS = 5
WARM_UP = 5
BENCH = "/api/v1/stores/bench"
SCENE = "name: {0}\nmood: focus\nexperience: aesthetic\nlight: {{all: {{level: 50}}}}\n"
KIM = By("Kim", "a full week")


def write_shop(directory: Path) -> Path:
    """A shop file of one store without rules, and the scenes that they will name."""
    (directory / "scenes").mkdir()
    for name in SCENES:
        (directory / "scenes" / f"{name}.yaml").write_text(SCENE.format(name.capitalize()))
    zones = "".join(
        f"      - {{id: {name}, name: {name}, fallback: trading}}\n" for name in zone_ids()
    )
    shop = directory / "shop.yaml"
    shop.write_text(
        "scenes: scenes\nstores:\n  - id: bench\n    name: Bench\n"
        "    time_zone: Europe/Copenhagen\n"
        "    place: {country: DK, latitude: 55.7, longitude: 12.6}\n"
        f"    zones:\n{zones}"
    )
    return shop


def zone_ids() -> list[str]:
    return [f"zone-{number}" for number in range(ZONES)]


def schedule() -> Schedule:
    """60 rules for all zones, and a few of each zone's own."""
    return a_schedule(Random(4), zone_ids())


def lunch(priority: int) -> dict[str, object]:
    """One rule more."""
    times = {"from": "11:10", "until": "11:50", "priority": priority}
    return {"zones": ["all"], "scene": "evening", **times}


class Client:
    """One connection to a hub, kept open."""

    def __init__(self, hub: Hub) -> None:
        self._connection = http.client.HTTPConnection(hub.host, hub.port)
        self._headers = hub.headers

    def ask(self, method: str, path: str, body: object = None) -> bytes:
        headers = {**self._headers, "Content-Type": "application/json", "If-Match": "*"}
        self._connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = self._connection.getresponse()
        content = answer.read()
        assert answer.status < 300, content
        return content


@contextmanager
def planned_hub(directory: Path) -> Iterator[Client]:
    """A hub that plans by the schedule, with a draft of it that has one rule more."""
    for name in ("hub", "mosquitto"):
        (directory / name).mkdir()
    broker = Mosquitto(directory / "mosquitto")
    broker.start()
    try:
        hub = Hub(directory / "hub", broker_port=broker.port, shop=write_shop(directory))
        hub.start()
        try:
            client = Client(hub)
            client.ask("POST", f"{BENCH}/draft", {"author": "Kim"})
            client.ask("PUT", f"{BENCH}/draft", {"schedule": msgspec.to_builtins(schedule())})
            client.ask("POST", f"{BENCH}/draft/deploy", {"author": "Kim"})
            client.ask("POST", f"{BENCH}/draft", {"author": "Kim"})
            client.ask("PUT", f"{BENCH}/draft/rules/lunch", lunch(9))
            yield client
        finally:
            hub.stop()
    finally:
        broker.stop()


def timed(rounds: int, ask: Callable[[], object]) -> list[float]:
    """Milliseconds of each round."""
    taken = []
    for number in range(WARM_UP + rounds):
        begun = time.perf_counter()
        ask()
        if number >= WARM_UP:
            taken.append((time.perf_counter() - begun) * 1000)
    return taken


def far_weeks() -> Iterator[str]:
    """Mondays that no plan reaches."""
    first = date(2030, 1, 7)
    return ((first + timedelta(days=7 * number)).isoformat() for number in count())


def measure() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as name, planned_hub(Path(name)) as client:
        floor = Spread.of(timed(ROUNDS, lambda: client.ask("GET", f"{BENCH}/quiet-hour")))
        week = client.ask("GET", f"{BENCH}/week")
        slots = sum(len(zone["slots"]) for zone in json.loads(week)["zones"])
        say(f"    {ZONES} zones, {slots} slots, {len(week) / 1024:.0f} KiB; target 50 ms")
        say(f"    {'':>18} {'p50 ms':>7} {'p99 ms':>7} {'largest':>8} {'p50/floor':>10}")
        _row("a bare route", floor, floor)
        days, priorities = far_weeks(), count(10)
        for what, rounds, ask in (
            ("planned week", ROUNDS, lambda: client.ask("GET", f"{BENCH}/week")),
            (
                "unplanned week",
                COMPILED_ROUNDS,
                lambda: client.ask("GET", f"{BENCH}/week?from={next(days)}"),
            ),
            (
                "the draft's week",
                COMPILED_ROUNDS,
                lambda: client.ask("GET", f"{BENCH}/week?draft=true"),
            ),
            (
                "a change of it",
                COMPILED_ROUNDS,
                lambda: client.ask("PUT", f"{BENCH}/draft/rules/lunch", lunch(next(priorities))),
            ),
            ("a review of it", REVIEWS, lambda: client.ask("GET", f"{BENCH}/draft/review")),
        ):
            _row(what, Spread.of(timed(rounds, ask)), floor)


def _row(what: str, spread: Spread, floor: Spread) -> None:
    say(
        f"    {what:>18} {spread.p50:>7.2f} {spread.p99:>7.2f} {spread.largest:>8.2f} "
        f"{spread.p50 / floor.p50:>10.1f}"
    )


def profile() -> None:
    """Where the time of each goes, in this process."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        shop = write_shop(directory)
        parts = build(Settings(data=directory / "data", shop=shop, broker="mqtt://127.0.0.1:1"))
        plan_first(parts)
        parts.schedules.begin("bench", None, KIM)
        parts.schedules.change("bench", lambda _: schedule(), KIM, lambda *_: None)
        parts.schedules.deploy("bench", KIM, lambda *_: None)
        parts.schedules.begin("bench", None, KIM)
        for what, ask in _asked(parts):
            say(f"    {what}, 20 times:")
            profiler = cProfile.Profile()
            profiler.enable()
            for _ in range(20):
                ask()
            profiler.disable()
            pstats.Stats(profiler, stream=sys.stdout).sort_stats("tottime").print_stats(12)
        parts.engine.dispose()


def _asked(parts: HubParts) -> list[tuple[str, Callable[[], object]]]:
    encode = msgspec.json.Encoder().encode
    return [
        ("planned week", lambda: encode(parts.outlook.week("bench"))),
        ("the draft's week", lambda: encode(parts.outlook.week("bench", draft=True))),
        ("review of it", lambda: parts.outlook.review("bench")),
    ]


def main() -> None:
    """Print the table, and with ``--profile`` where the time goes."""
    say("(k) a store's week over REST, ms; floor: a bare route of the same hub")
    measure()
    if "--profile" in sys.argv:
        profile()


if __name__ == "__main__":
    main()
