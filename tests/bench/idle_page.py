"""What open tablets cost the hub while nothing happens: the processor time of its process.

Tablets that listen to the events of Now, each signed in as its own reader does, while the agents of
six zones report once a second. The floor, in the same run: the same hub with no page open. Per cent
of one core, from /proc.
"""

import http.client
import os
import selectors
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.figures import say
from tests.bench.pages import shop
from tests.parts.signed_in import head_office_session
from tests.parts.stemning_processes import Hub

LOOK_S = 20.0
REST_S = 3.0
TABLETS = (0, 1, 50)
TARGETS = {1: 1.0, 50: 15.0}


def core_seconds(pid: int) -> float:
    """Processor time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def tablets(hub: Hub, count: int) -> Iterator[list[int]]:
    """So many open event streams; the list counts the bytes that came over each."""
    cookie = hub.cookie(head_office_session(hub.database))
    headers = {"Cookie": f"{cookie['name']}={cookie['value']}", "Accept": "text/event-stream"}
    connections, heard = [], [0] * count
    waiting = selectors.DefaultSelector()
    for _number in range(count):
        connections.append(http.client.HTTPConnection(hub.host, hub.port, timeout=10))
        # All come before any is answered, as after a restart of the hub.
        connections[-1].request("GET", "/live?store=bench", headers=headers)
    for number, connection in enumerate(connections):
        answer = connection.getresponse()
        if answer.status != 200:
            raise RuntimeError(f"the stream was answered with {answer.status}")
        waiting.register(answer.fileno(), selectors.EVENT_READ, number)
    stopping = threading.Event()

    def listen() -> None:
        while not stopping.is_set():
            for key, _events in waiting.select(0.2):
                heard[key.data] += len(os.read(key.fd, 1 << 16))

    thread = threading.Thread(target=listen)
    thread.start()
    try:
        yield heard
    finally:
        stopping.set()
        thread.join()
        for connection in connections:
            connection.close()
        waiting.close()


def measure(hub: Hub, count: int) -> tuple[float, float]:
    """Per cent of a core with so many tablets open, and bytes a second to each."""
    with tablets(hub, count) as heard:
        time.sleep(REST_S)  # the first picture is told; nothing is waited for here
        before, said, begun = core_seconds(hub.pid), sum(heard), time.monotonic()
        time.sleep(LOOK_S)
        took = time.monotonic() - begun
        share = 100 * (core_seconds(hub.pid) - before) / took
        if count and not all(heard):
            raise RuntimeError("a tablet heard nothing")
        return share, (sum(heard) - said) / took / max(1, count)


def main() -> None:
    """Print the table."""
    say("(o) what open tablets cost an idle hub, % of a core; floor: the same hub, none open")
    say(
        f"    {'tablets':>10} {'% of a core':>12} {'above floor':>12} {'target':>7} {'B/s each':>9}"
    )
    with shop() as hub:
        floor = 0.0
        for count in TABLETS:
            share, bytes_a_second = measure(hub, count)
            floor = share if count == 0 else floor
            target = f"{TARGETS[count]:.0f}" if count in TARGETS else "floor"
            say(
                f"    {count:>10} {share:>12.2f} {share - floor:>12.2f} {target:>7}"
                f" {bytes_a_second:>9.0f}"
            )


if __name__ == "__main__":
    main()
