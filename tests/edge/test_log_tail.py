"""The last lines of the log: bounded, whole, and without a login."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from edge.log_tail import LARGEST_BYTES, LINES, LONGEST_LINE, LogTail
from scenes.codec import encode
from scenes.messages import Reply
from tests.edge.fake_time import START


@pytest.fixture
def log() -> Iterator[logging.Logger]:
    logger = logging.getLogger("tests.log_tail")
    logger.propagate = False
    logger.setLevel(logging.DEBUG)
    yield logger
    logger.handlers.clear()


@pytest.fixture
def tail(log: logging.Logger) -> LogTail:
    it = LogTail()
    log.addHandler(it)
    return it


def test_the_newest_lines_are_kept_the_newest_last(log: logging.Logger, tail: LogTail) -> None:
    for number in range(LINES + 5):
        log.info("line %d", number)
    lines = tail.lines()
    assert len(lines) == LINES
    assert lines[0].endswith("INFO tests.log_tail: line 5")
    assert lines[-1].endswith(f"INFO tests.log_tail: line {LINES + 4}")
    assert lines[-1][10] == " "
    assert lines[-1][19] == "Z"


def test_a_chatty_agent_tells_no_more_than_one_reply_holds(
    log: logging.Logger, tail: LogTail
) -> None:
    for number in range(LINES):
        log.warning("%d %s", number, "å" * 2 * LONGEST_LINE)
    lines = tail.lines()
    assert 0 < len(lines) < LINES
    assert sum(len(line.encode()) for line in lines) <= LARGEST_BYTES
    assert f"{LINES - 1} " in lines[-1]
    reply = Reply(id="1", edge="ceiling", at=START, done=True, lines=lines)
    assert len(encode(reply)) < 32_000


def test_nothing_secret_and_no_detail_leaves_the_edge(log: logging.Logger, tail: LogTail) -> None:
    log.debug("not for others")
    log.info("the bus mqtt://installer:s3cret@broker.local answers\nand more")
    try:
        raise OSError("no such pin")
    except OSError:
        log.exception("lamp can't be opened")
    words = [line.split(": ", 1)[1] for line in tail.lines()]
    assert words == [
        "the bus mqtt://…@broker.local answers and more",
        "lamp can't be opened (OSError: no such pin)",
    ]
