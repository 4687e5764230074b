"""A recording of candles, prepared once and simulated by any number of settings and seeds."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

from engine.adapters.recorded.columns import EPOCH, CandleColumns, instant_of
from engine.adapters.recorded.times import MINUTE
from engine.domain.market import Quote, Source
from engine.errors import UnreadableRecording
from engine.fills.many_paths import CandleRows, usual_ranges
from engine.fills.minutes import SECONDS, ask_of
from engine.lab.simulator.paths import MinutePaths
from engine.market.hours import DAYS_REMEMBERED, early_close

_SECOND: Final = 1_000_000


class SimulatedMarket:
    """The candles of one recording as plain numbers, and the paths of its minutes by seed.

    `opened` is in whole seconds since 1970, prices are in price units; a row without a spread has 0.0. Raises
    `UnreadableRecording` for a recording of ticks: its quotes are known, and nothing is drawn.
    """

    def __init__(self, source: Source, columns: CandleColumns) -> None:
        if source.has_quotes:
            raise UnreadableRecording(
                f"{source.name} is a recording of ticks: allowed here are recordings of candles, or `replay` for ticks"
            )
        self.source = source
        self.columns = columns
        self.opened = cast(Sequence[int], (columns.at // _SECOND).data)
        self.opens, self.highs = plain(columns.open), plain(columns.high)
        self.lows, self.closes = plain(columns.low), plain(columns.close)
        self._spreads = np.zeros(len(columns)) if columns.spread is None else np.nan_to_num(columns.spread)
        self.spreads = plain(self._spreads)
        self._candles: CandleRows | None = None
        self.whole_height = self.height(0, len(columns))
        self._break_rows, self._earlies = _breaks(columns)
        self._paths: dict[int, MinutePaths] = {}

    def __len__(self) -> int:
        return len(self.columns)

    def paths(self, seed: int) -> MinutePaths:
        """The paths of that seed; those that were drawn once stay in memory."""
        if (known := self._paths.get(seed)) is None:
            candles = self._candles = self._candles or _drawable(self.columns)
            known = self._paths[seed] = MinutePaths(self.source.instrument, candles, self._spreads, seed)
        return known

    def height(self, first: int, last: int) -> float:
        """How far any prices of these rows, and their spreads, can be apart."""
        rows, columns = slice(first, last + 1), self.columns
        return float(columns.high[rows].max() - columns.low[rows].min() + 2.0 * self._spreads[rows].max())

    def early(self, row: int) -> timedelta:
        """How much before its hour the market is taken to close, by what is known when the candle in `row` closed."""
        return self._earlies[bisect_right(self._break_rows, row)]

    def teaches(self, row: int) -> bool:
        """Whether the candle in `row` shows how early the market has closed before it."""
        place = bisect_right(self._break_rows, row)
        return place > 0 and self._break_rows[place - 1] == row

    def quote(self, row: int, second: int, bid: float) -> Quote:
        """A quote of the minute in `row`."""
        at = instant(self.opened[row] + second)
        return Quote(symbol=self.source.symbol, at=at, bid=bid, ask=ask_of(bid, self.spreads[row]))

    def last_quote(self, row: int) -> Quote:
        """The last quote of that minute, whatever its path."""
        return self.quote(row, SECONDS - 1, self.closes[row])


def instant(second: int) -> datetime:
    """A second since 1970 as an instant."""
    return EPOCH + timedelta(seconds=second)


def plain(column: NDArray[np.float64]) -> Sequence[float]:
    """The same numbers in the same memory, read one at a time: in half the time that the column takes."""
    return cast(Sequence[float], np.ascontiguousarray(column).data)


def _drawable(columns: CandleColumns) -> CandleRows:
    return CandleRows(
        minutes=columns.at // MINUTE,
        open=columns.open,
        high=columns.high,
        low=columns.low,
        close=columns.close,
        usual=usual_ranges(columns.at, columns.high, columns.low),
    )


def _breaks(columns: CandleColumns) -> tuple[list[int], list[timedelta]]:
    """The candles after a break from which is learned how early the market closes; and how early it is taken to close
    before the first of them, and after each."""
    rows: list[int] = []
    known: deque[timedelta] = deque(maxlen=DAYS_REMEMBERED)
    earlies = [timedelta()]
    for row in (np.flatnonzero(np.diff(columns.at) != MINUTE) + 1).tolist():
        closed_at = instant_of(int(columns.at[row - 1]) + MINUTE)
        if (early := early_close(closed_at, instant_of(int(columns.at[row])))) is not None:
            known.append(early)
            rows.append(row)
            earlies.append(max(known))
    return rows, earlies
