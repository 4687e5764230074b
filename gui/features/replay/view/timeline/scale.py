"""Converts times to pixels of a timeline, and decides which days get a line."""

from __future__ import annotations

from dataclasses import dataclass

SIDE_PIXELS = 8.0
"""Left free at both ends, so that a mark of the first candle is whole."""
_LABEL_PIXELS = 56.0
_STEPS = (1, 2, 5, 10, 20, 60, 120, 250, 500)
"""Trading days between two labels."""


@dataclass(frozen=True, slots=True)
class TimelineScale:
    """A span of instants (microseconds) across a width in pixels."""

    first_us: int
    span_us: int
    width: float

    @property
    def _pixels(self) -> float:
        return max(1.0, self.width - 2 * SIDE_PIXELS)

    def x(self, instant_us: int) -> float:
        return SIDE_PIXELS + self._pixels * (instant_us - self.first_us) / max(1, self.span_us)

    def instant_us(self, x: float) -> int:
        """The instant at a pixel, within the span."""
        share = min(1.0, max(0.0, (x - SIDE_PIXELS) / self._pixels))
        return self.first_us + round(share * self.span_us)

    @property
    def us_per_pixel(self) -> float:
        return self.span_us / self._pixels

    def labelled(self, days: tuple[int, ...]) -> tuple[int, ...]:
        """The beginnings of days that are labelled, so that labels stand apart."""
        if not days:
            return ()
        maximum = max(1.0, self._pixels / _LABEL_PIXELS)
        step = next((each for each in _STEPS if len(days) / each <= maximum), _STEPS[-1])
        return days[::step]
