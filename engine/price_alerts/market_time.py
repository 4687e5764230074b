"""Time as a chart counts it: in candles, so that a line stays straight over a weekend."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import datetime, timedelta

from engine.domain.market import CANDLE_LENGTH, minute_of
from engine.domain.snapshot import MarketSnapshot


class MarketTime:
    """Leaves out minutes without a candle. Gaps are known from the candles of this run, read as history or closed."""

    def __init__(self) -> None:
        self._resumed: list[datetime] = []
        """Openings of the candles that followed a gap, in order."""
        self._left_out: list[timedelta] = []
        """What was left out until each of them, in all."""
        self._last: datetime | None = None
        self._last_position = 0.0
        self.gaps = 0
        """Changes whenever a gap becomes known, or is none any more."""

    def on_candle(self, snapshot: MarketSnapshot) -> None:
        """A candle closed; one that is not newer than the last begins the market again from there."""
        opened_at, previous = snapshot.candle.opened_at, snapshot.previous
        if self._last is not None and opened_at <= self._last:
            kept = bisect_left(self._resumed, opened_at)
            if kept < len(self._resumed):
                del self._resumed[kept:], self._left_out[kept:]
                self.gaps += 1
        self._last = opened_at
        gap = timedelta() if previous is None else opened_at - previous.opened_at - CANDLE_LENGTH
        if gap > timedelta():
            self._left_out.append(self._left_out_until(opened_at) + gap)
            self._resumed.append(opened_at)
            self.gaps += 1
        self._last_position = self.position(opened_at)

    def position(self, at: datetime) -> float:
        """Seconds of the market until an instant, from an arbitrary origin; in a gap, those until its end."""
        place = bisect_right(self._resumed, at)
        if place < len(self._resumed) and self._gap_before(place) > self._resumed[place] - at:
            return (self._resumed[place] - self._left_out[place]).timestamp()
        return (at - self._left_out_until(at)).timestamp()

    def live_position(self, at: datetime) -> float:
        """The same for the newest quote, whose candle follows the last one whatever gap lies between."""
        if self._last is None or minute_of(at) <= self._last:
            return self.position(at)
        return self._last_position + (CANDLE_LENGTH + (at - minute_of(at))).total_seconds()

    def _gap_before(self, place: int) -> timedelta:
        return self._left_out[place] - (self._left_out[place - 1] if place else timedelta())

    def _left_out_until(self, at: datetime) -> timedelta:
        place = bisect_right(self._resumed, at)
        return self._left_out[place - 1] if place else timedelta()
