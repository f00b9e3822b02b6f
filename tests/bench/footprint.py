"""(c) Resident memory of an agent and of the hub, and an agent's way from start to first light."""

import os
import re
import tempfile
import time
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

from tests.bench.figures import Spread, say
from tests.parts.mosquitto import Mosquitto
from tests.parts.stemning_processes import Agent, Hub
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
"""


def resident_mb(pid: int) -> float:
    """Resident memory of a process, MB (10**6 bytes)."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
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
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        directory = Path(name)
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
            configuration=EDGE,
        )
        agent.start()
        stack.callback(agent.stop)
        wait_until(lambda: (hub.zone("hall")["reported"] or {}).get("scene"), 20, "a report")
        for path in ("/", "/api/v1/zones", "/metrics", "/openapi.json"):
            hub.fetch(path)
        time.sleep(SETTLE_S)
        say("(c) footprint")
        used = processor_s(agent.pid)
        time.sleep(IDLE_S)
        idle = (processor_s(agent.pid) - used) / IDLE_S
        say(f"    agent, idle: {idle:.1%} of a core over {IDLE_S:.0f} s")
        say(f"    agent, resident: {resident_mb(agent.pid):.1f} MB (target 50)")
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
