"""The paths of a recording's minutes, drawn once for a seed and kept in memory."""

from __future__ import annotations

from array import array

from engine.adapters.recorded.columns import CandleColumns
from engine.domain.market import Source
from engine.fills.minutes import ask_of
from engine.fills.paths import CandlePaths
from engine.fills.usual import UsualRange


class MinutePaths:
    """Bids and asks of the minutes of one recording, as `replay` with that seed draws them."""

    def __init__(self, source: Source, columns: CandleColumns, seed: int) -> None:
        self._draw = CandlePaths(source.instrument, seed)
        self._candles = list(columns.candles(source.symbol))
        usual = UsualRange(())
        self._usual = []
        for candle in self._candles:
            self._usual.append(usual.before(candle))
            usual.take(candle)
        self._bids: dict[int, array[float]] = {}
        self._asks: dict[int, array[float]] = {}

    def bids(self, row: int) -> list[float]:
        """60 bids of the minute in `row`."""
        if (known := self._bids.get(row)) is None:
            known = self._bids[row] = array("d", self._draw.bids(self._candles[row], self._usual[row]))
        return known.tolist()

    def asks(self, row: int) -> list[float]:
        """60 asks of the minute in `row`."""
        if (known := self._asks.get(row)) is None:
            spread = self._candles[row].spread or 0.0
            known = self._asks[row] = array("d", (ask_of(bid, spread) for bid in self.bids(row)))
        return known.tolist()

    def bid(self, row: int, second: int) -> float:
        """The bid of one second."""
        self.bids(row)
        return self._bids[row][second]
