"""(c) Memory of an agent, its guard and the hub, and an agent's way from start to first light."""

import os
import re
import tempfile
import time
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

from tests.bench.figures import Spread, say
from tests.parts.mosquitto import Mosquitto
from tests.parts.stemning_processes import Agent, Guard, Hub
from tests.waiting import wait_until

STARTS = 10
SETTLE_S = 5.0
IDLE_S = 10.0
SHOP = """
stores:
  - id: bench
    name: Bench
    time_zone: Europe/Copenhagen
    zones:
      - {id: hall, name: Hall, fallback: trading}
    rules: []
"""
EDGE = """
[lights.ceiling]
driver = "gpio-pwm"
pin = 12
zone = "hall"
boot_level = 0

[players.music]
driver = "simulated"
zone = "hall"

[diffusers.scent]
driver = "gpio-relay"
pin = 17
zone = "hall"
fragrance = "linen"

[sensors.door]
driver = "gpio-pir"
pin = 5
zone = "hall"

[guard]
emergency_pin = 20
reset_pin = 21
drive = "{drive}"

[zones.hall]
calm_pin = 22
mute_pin = 23
full_light_pin = 24
"""


def resident_mb(pid: int) -> float:
    """Resident memory of a process, MB (10**6 bytes)."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) * 1024 / 1e6


def proportional_mb(pid: int) -> float:
    """Memory of a process, MB, what it shares counted by its share."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    found = re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
    assert found is not None
    return int(found[1]) * 1024 / 1e6


def processor_s(pid: int) -> float:
    """Processor time that a process has used, seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def first_light_s(agent: Agent) -> float:
    """From the start of the process, with a stored plan and no broker, to the first light."""
    agent.record.unlink(missing_ok=True)
    begun = time.time()
    agent.start()

    def lit() -> list[float]:
        return [
            datetime.fromisoformat(change.at).timestamp()
            for change in agent.pin_changes()
            if change.pin == 12 and change.level > 0
        ]

    wait_until(lit, 10, "the first light")
    return lit()[0] - begun


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as place, ExitStack() as stack:
        directory = Path(place)
        for folder in ("mosquitto", "hub", "agent"):
            (directory / folder).mkdir()
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
            configuration=EDGE.format(drive=directory / "agent" / "guard.fifo"),
        )
        guard = Guard(agent, {"20": 0})
        guard.start()
        stack.callback(guard.close)
        agent.start()
        stack.callback(agent.stop)
        wait_until(lambda: (hub.zone("hall")["reported"] or {}).get("scene"), 20, "a report")
        for path in ("/", "/api/v1/zones", "/metrics", "/openapi.json"):
            hub.fetch(path)
        time.sleep(SETTLE_S)
        say("(c) footprint")
        edge = {"agent": agent.pid, "guard": guard.pid}
        used = {name: processor_s(pid) for name, pid in edge.items()}
        time.sleep(IDLE_S)
        for name, pid in edge.items():
            idle = (processor_s(pid) - used[name]) / IDLE_S
            say(f"    {name}, idle: {idle:.2%} of a core over {IDLE_S:.0f} s (target 1 %)")
        for name, pid in edge.items():
            say(
                f"    {name}, resident: {resident_mb(pid):.1f} MB, "
                f"proportional: {proportional_mb(pid):.1f} MB"
            )
        together = sum(proportional_mb(pid) for pid in edge.values())
        say(f"    agent and guard together, proportional: {together:.1f} MB (target 50)")
        say(f"    hub, resident, every page fetched: {resident_mb(hub.pid):.1f} MB (target 130)")
        agent.stop()
        broker.stop()
        taken = []
        for _ in range(STARTS):
            taken.append(first_light_s(agent))
            agent.kill()
        spread = Spread.of(taken)
        say(
            f"    agent, start to first light, no broker: p50 {spread.p50:.2f} s, "
            f"largest {spread.largest:.2f} s (target 1.5)"
        )


if __name__ == "__main__":
    main()
