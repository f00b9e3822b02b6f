"""Who is overtaken looks again, and gives up in the end."""

from __future__ import annotations

import pytest

from hub.overtaken import OvertakenError, until_not_overtaken


def attempts(overtaken: int) -> list[int]:
    """Which looks there were, when the first ones are overtaken."""
    looks: list[int] = []

    def attempt() -> list[int]:
        looks.append(len(looks))
        if len(looks) <= overtaken:
            raise OvertakenError
        return looks

    return until_not_overtaken(attempt, TimeoutError("busy"))


def test_each_look_is_a_new_one_until_nobody_comes_between() -> None:
    assert attempts(0) == [0]
    assert attempts(4) == [0, 1, 2, 3, 4]


def test_who_is_overtaken_again_and_again_says_so() -> None:
    with pytest.raises(TimeoutError, match="busy"):
        attempts(5)


def test_whatever_else_goes_wrong_is_not_tried_again() -> None:
    looks: list[int] = []

    def refused() -> None:
        looks.append(0)
        raise PermissionError

    with pytest.raises(PermissionError):
        until_not_overtaken(refused, TimeoutError())
    assert len(looks) == 1
