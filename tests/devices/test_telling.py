"""A listener hears each change once, and can't harm the sensor that tells it."""

import logging

import pytest

from devices.telling import Changes, tell


def test_each_change_is_told_once() -> None:
    changes, told = Changes("the sensor", "present"), list[bool]()
    changes.watch(told.append)
    for on in (False, True, True, False, False, True):
        changes.tell(on)
    assert told == [True, False, True], "nobody is in view until somebody is"


def test_nobody_is_told_before_and_after() -> None:
    changes, told = Changes("the sensor", "present"), list[bool]()
    changes.tell(True)
    changes.watch(told.append)
    changes.tell(True)
    changes.end()
    changes.tell(False)
    assert told == [True], "what was so before somebody listened is news to them"


def test_a_listener_that_raises_is_logged_and_told_again(caplog: pytest.LogCaptureFixture) -> None:
    def burst(*_told: bool) -> None:
        raise ZeroDivisionError

    changes = Changes("the sensor on GPIO 4", "present")
    changes.watch(burst)
    with caplog.at_level(logging.ERROR):
        changes.tell(True)
        changes.tell(False)
        tell("the button", "of a press", burst)
    assert [record.message for record in caplog.records] == [
        "the sensor on GPIO 4: nobody could be told present: True",
        "the sensor on GPIO 4: nobody could be told present: False",
        "the button: nobody could be told of a press",
    ]
