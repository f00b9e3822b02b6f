"""(f) 512 channels of sACN in a fade: an agent's share of a core, and how even its packets come.

One agent, one universe full of dimmers, one scene that fades for 20 s, all as in a shop. Every
tenth dimmer has 16 bits, so that each step of the fade is a packet: in 8 bits two steps are often
alike. The floor, beside it at the same time and so with the same neighbours on the machine: a
bare loop that sends prebuilt packets 40 times a second.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.bench.figures import say
from tests.bench.footprint import processor_s
from tests.bench.sacn_receiver import ADDRESS, arrivals, jitter_ms, listening
from tests.parts.mosquitto import Mosquitto
from tests.parts.stemning_processes import Agent, Hub
from tests.waiting import wait_until

AGENT, FLOOR = 1, 2  # their universes
CHANNELS = 512
FADE_S = 20.0
MEASURED_S = 16.0
SETTLE_S = 2.0

SHOP = """
scenes: scenes
stores:
  - id: bench
    name: Bench
    time_zone: Europe/Copenhagen
    zones:
      - {id: hall, name: Hall, fallback: low}
    rules: []
"""
SCENE = """\
name: {name}
mood: focus
experience: aesthetic
light:
  all: {{level: {level}, fade_s: {fade_s}}}
"""
SENSOR = '[sensors.door]\ndriver = "gpio-pir"\npin = 5\nzone = "hall"\n'
LIGHT = """
[lights.light-{address}]
driver = "sacn"
zone = "hall"
universe = 1
address = {address}
bits = {bits}
destination = "{destination}"
"""


def configuration() -> str:
    """Dimmers on all addresses of a universe."""
    tables, address = [f'[sacn]\nbind_address = "127.0.0.1"\n{SENSOR}'], 1
    while address <= CHANNELS:
        bits = 16 if len(tables) % 10 == 0 and address < CHANNELS else 8
        tables.append(LIGHT.format(address=address, bits=bits, destination=ADDRESS))
        address += bits // 8
    return "".join(tables)


@dataclass(frozen=True)
class Sent:
    """What a process did: its share of a core, when its packets came, how many were different."""

    share: float
    times: list[float]
    different: int


def measure(pids: Mapping[int, int]) -> dict[int, Sent]:
    """What each process sends as its universe, by the universe; ``pids`` is universe to pid."""
    with listening() as opened:
        arrivals(opened, SETTLE_S)
        used = {universe: processor_s(pid) for universe, pid in pids.items()}
        begun = time.monotonic()
        heard = arrivals(opened, MEASURED_S)
        took_s = time.monotonic() - begun
        shares = {
            universe: (processor_s(pid) - used[universe]) / took_s for universe, pid in pids.items()
        }
    found = {}
    for universe, share in shares.items():
        own = [each for each in heard if each.universe == universe]
        found[universe] = Sent(share, [each.at_s for each in own], len({e.values for e in own}))
    return found


def measure_both() -> dict[int, Sent]:
    """The agent in the middle of a fade, and the bare loop beside it."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        directory = Path(name)
        for folder in ("mosquitto", "hub", "agent", "scenes"):
            (directory / folder).mkdir()
        for scene, level in (("low", 10), ("high", 90)):
            text = SCENE.format(name=scene.title(), level=level, fade_s=FADE_S)
            (directory / "scenes" / f"{scene}.yaml").write_text(text)
        (directory / "shop.yaml").write_text(SHOP)
        broker = Mosquitto(directory / "mosquitto")
        broker.start()
        stack.callback(broker.stop)
        hub = Hub(directory / "hub", broker_port=broker.port, shop=directory / "shop.yaml")
        hub.start()
        stack.callback(hub.stop)
        agent = Agent(
            directory / "agent",
            edge="ceiling",
            store="bench",
            broker_port=broker.port,
            configuration=configuration(),
        )
        agent.start()
        stack.callback(agent.stop)
        wait_until(lambda: (hub.zone("hall")["reported"] or {}).get("scene"), 20, "a report")
        hub.call("PUT", "/api/v1/zones/hall/override", {"scene": "high", "end": 30})
        loop = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.floor_sacn", ADDRESS, str(FLOOR)]
        )
        stack.callback(_end, loop)
        return measure({AGENT: agent.pid, FLOOR: loop.pid})


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(10)


def main() -> None:
    """Print the figures."""
    say(f"(f) {CHANNELS} channels of sACN in a fade of {FADE_S:.0f} s, at a socket on loopback")
    found = measure_both()
    for who, universe in (("floor: prebuilt packets", FLOOR), ("agent", AGENT)):
        sent = found[universe]
        usual, spread = jitter_ms(sent.times)
        target = " (targets: 20 % of a core, p99 5 ms)" if universe == AGENT else ""
        say(
            f"    {who}: {sent.share:.1%} of a core, {len(sent.times)} packets "
            f"({sent.different} different), one each {usual:.2f} ms; jitter p50 {spread.p50:.2f}, "
            f"p99 {spread.p99:.2f}, largest {spread.largest:.2f} ms{target}"
        )


if __name__ == "__main__":
    main()
