"""Counts flashes in a recorded trace by WCAG 2.3.1's own words, knowing nothing of a governor."""

from collections import deque

SECOND = 1.0


class FlashCounter:
    """Is fed with samples of what a viewer sees, in order.

    A flash is a pair of opposing changes of relative luminance by 10 % of its maximum or more,
    where the darker image is below 0.80; a red flash the same of (R - G - B) x 320 by more than
    20.
    """

    def __init__(self, change: float, dark: float = float("inf")) -> None:
        self._change = change
        self._dark = dark
        self._seen: deque[tuple[float, float]] = deque()

    def look(self, at_s: float, value: float) -> int:
        """The number of flashes in the second that ends at ``at_s``."""
        seen = self._seen
        if len(seen) > 1 and seen[-1][1] == value == seen[-2][1]:
            seen.pop()  # it stands still: two samples say so
        seen.append((at_s, value))
        # One sample from before the second stays: what was seen when it began.
        while len(seen) > 1 and seen[1][0] <= at_s - SECOND:
            seen.popleft()
        return self._changes([it for _, it in seen]) // 2

    def _changes(self, values: list[float]) -> int:
        """The longest run of opposing changes: each from an extreme, the next against it."""
        count, direction = 0, 0
        low = high = values[0]
        for value in values:
            low, high = min(low, value), max(high, value)
            if direction <= 0 and value - low >= self._change and low < self._dark:
                count, direction, low, high = count + 1, 1, value, value
            elif direction >= 0 and high - value >= self._change and value < self._dark:
                count, direction, low, high = count + 1, -1, value, value
            elif direction > 0:
                low = high
            elif direction < 0:
                high = low
        return count


def general_flashes() -> FlashCounter:
    """Of relative luminance, 0 to 1."""
    return FlashCounter(0.1, dark=0.8)


def red_flashes() -> FlashCounter:
    """Of saturated red's R - G - B, each 0 to 1."""
    return FlashCounter(20 / 320 + 1e-12)
