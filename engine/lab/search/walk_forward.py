"""Walk-forward: settings are chosen on some days and judged on the days after them, window by window."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

TRAIN_DAYS: Final = 40
PURGED_DAYS: Final = 1
"""Days between both, so that no position and no indicator reaches from one into the other."""
TEST_DAYS: Final = 10
STEP_DAYS: Final = 10
MIN_WINDOWS: Final = 5
"""Windows below which test days say too little to be headlined."""


class Window(NamedTuple):
    """Trading days on which settings are chosen, and those on which they are judged; each in order."""

    train: tuple[date, ...]
    test: tuple[date, ...]


def windows_of(days: Sequence[date], sealed_from: date | None = None) -> tuple[Window, ...]:
    """All whole windows over these trading days, oldest first; days from `sealed_from` on stay out."""
    open_days = sorted(day for day in set(days) if sealed_from is None or day < sealed_from)
    length = TRAIN_DAYS + PURGED_DAYS + TEST_DAYS
    return tuple(
        Window(
            train=tuple(open_days[begin : begin + TRAIN_DAYS]),
            test=tuple(open_days[begin + TRAIN_DAYS + PURGED_DAYS : begin + length]),
        )
        for begin in range(0, len(open_days) - length + 1, STEP_DAYS)
    )


def stitched(windows: Sequence[Window]) -> tuple[date, ...]:
    """The test days of all windows, each once, in order: what is headlined."""
    return tuple(sorted({day for window in windows for day in window.test}))


def has_headline(windows: Sequence[Window]) -> bool:
    """Whether there are enough windows for a headline."""
    return len(windows) >= MIN_WINDOWS
