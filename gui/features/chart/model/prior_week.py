"""High and low of the trading week before, for candles that come in columns."""

from __future__ import annotations

import numpy as np

from gui.features.chart.model.candle_columns import Floats, Integers

DAYS_A_WEEK = 7
NAN = float("nan")


class PriorWeek:
    """Weeks of trading days from Monday to Sunday; NaN until a whole week has gone by.

    The week in which the candles begin counts only where they begin on its Monday.
    """

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self._week: int | None = None
        self._is_whole = False
        self._high = self._low = NAN
        self._prior_high = self._prior_low = NAN

    def extend(self, days: Integers, highs: Floats, lows: Floats) -> tuple[Floats, Floats]:
        """High and low of the week before that of each candle; `days` are their trading days' proleptic ordinals."""
        weeks = (days - 1) // DAYS_A_WEEK
        starts = np.flatnonzero(np.diff(weeks, prepend=weeks[0] - 1))
        prior_high, prior_low = np.empty(len(days)), np.empty(len(days))
        for a, b in zip(starts.tolist(), [*starts[1:].tolist(), len(days)], strict=True):
            self._begin(int(weeks[a]), is_monday=(int(days[a]) - 1) % DAYS_A_WEEK == 0)
            prior_high[a:b], prior_low[a:b] = self._prior_high, self._prior_low
            self._high, self._low = np.fmax(self._high, highs[a:b].max()), np.fmin(self._low, lows[a:b].min())
        return prior_high, prior_low

    def _begin(self, week: int, *, is_monday: bool) -> None:
        if week == self._week:
            return
        is_first, self._week = self._week is None, week
        if is_first:
            self._is_whole = is_monday
            return
        self._prior_high, self._prior_low = (self._high, self._low) if self._is_whole else (NAN, NAN)
        self._high = self._low = NAN
        self._is_whole = True
