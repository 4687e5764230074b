"""The timeline of a played market: its span, its sessions and days, and the setups known so far."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QObject, Signal

from engine.domain.judgement import Setup
from engine.domain.market import Side
from gui.features.replay.model.timeline_ground import Ground, instant, microseconds


@dataclass(frozen=True, slots=True, order=True)
class SetupMark:
    """A setup on the timeline; `at_us` is when its candle opened, in microseconds since 1970."""

    at_us: int
    symbol: str
    side: Side
    is_a_plus: bool


def mark_of(setup: Setup) -> SetupMark:
    return SetupMark(microseconds(setup.candle_time), setup.symbol, setup.side, setup.is_a_plus)


class TimelineModel(QObject):
    """`changed` is emitted when anything but the position has to be redrawn."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.first_us = self.last_us = 0
        self.ground = Ground()
        self.marks: list[SetupMark] = []
        self._known: set[tuple[int, str]] = set()

    @property
    def first_at(self) -> datetime | None:
        return instant(self.first_us) if self.span_us else None

    @property
    def last_at(self) -> datetime | None:
        return instant(self.last_us) if self.span_us else None

    @property
    def span_us(self) -> int:
        """Microseconds from end to end; 0 where there is nothing to jump in."""
        return max(0, self.last_us - self.first_us)

    def set_span(self, first_at: datetime, last_at: datetime) -> None:
        self.first_us, self.last_us = microseconds(first_at), microseconds(last_at)
        self.changed.emit()

    def set_ground(self, ground: Ground) -> None:
        self.ground = ground
        self.changed.emit()

    # -- setups -------------------------------------------------------------------------------------------------

    def add(self, marks: Iterable[SetupMark]) -> None:
        """Marks setups; one that is marked already stays as it is."""
        is_new = False
        for mark in marks:
            if (mark.at_us, mark.symbol) not in self._known:
                self._known.add((mark.at_us, mark.symbol))
                insort(self.marks, mark)
                is_new = True
        if is_new:
            self.changed.emit()

    def forget_setups(self) -> None:
        """For other rules: what was a setup may be none."""
        self.marks.clear()
        self._known.clear()
        self.changed.emit()

    def setup_from(self, at: datetime) -> SetupMark | None:
        """The first known setup whose candle opened at or after an instant."""
        row = bisect_left(self.marks, microseconds(at), key=_opened)
        return self.marks[row] if row < len(self.marks) else None

    def setup_before(self, at: datetime) -> SetupMark | None:
        """The last known setup whose candle opened before an instant."""
        row = bisect_left(self.marks, microseconds(at), key=_opened)
        return self.marks[row - 1] if row > 0 else None

    def between(self, start_us: int, end_us: int) -> list[SetupMark]:
        """The setups within a stretch, both ends included."""
        rows = bisect_left(self.marks, start_us, key=_opened), bisect_right(self.marks, end_us, key=_opened)
        return self.marks[rows[0] : rows[1]]


def _opened(mark: SetupMark) -> int:
    return mark.at_us
