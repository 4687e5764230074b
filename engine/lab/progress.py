"""How far a long study has come."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple


class Progress(NamedTuple):
    """`done` of `total` parts are finished; `what` names the parts, as "days"."""

    done: int
    total: int
    what: str


Report = Callable[[Progress], None]
"""Called after each finished part."""


class TimeLeft:
    """Estimates the seconds that are left from the time that the finished parts took."""

    def __init__(self, now_s: float) -> None:
        self._begun_s = now_s
        self._first_done = 0
        self._what = ""

    def estimate(self, progress: Progress, now_s: float) -> float | None:
        """None while nothing is finished. Parts of another kind begin a new estimate."""
        if progress.what != self._what:
            self._what, self._begun_s, self._first_done = progress.what, now_s, progress.done
        done = progress.done - self._first_done
        if done <= 0:
            return None
        return (now_s - self._begun_s) / done * (progress.total - progress.done)


NOBODY: Final[Report] = lambda _: None  # noqa: E731
"""For those who do not wait."""
