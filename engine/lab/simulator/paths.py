"""The paths of a recording's minutes, drawn once for a seed and kept in memory."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from engine.domain.market import Instrument
from engine.fills.many_paths import CandleRows, ManyPaths, asks_of

Floats = NDArray[np.float64]


class MinutePaths:
    """Bids and asks of the minutes of one recording, shape (60,), as `replay` with that seed draws them."""

    def __init__(self, instrument: Instrument, candles: CandleRows, spreads: Floats, seed: int) -> None:
        self._candles, self._spreads = candles, spreads
        self._paths = ManyPaths(instrument, seed)
        self._bids: dict[int, Floats] = {}
        self._asks: dict[int, Floats] = {}

    def draw(self, rows: Iterable[int]) -> None:
        """Draws what was not drawn before of these minutes: together they cost a tenth of one by one."""
        wanted = sorted({row for row in rows if row not in self._bids})
        if wanted:
            self._bids.update(zip(wanted, self._paths.bids(self._candles.only(np.array(wanted))), strict=True))

    def bids(self, row: int) -> Floats:
        if row not in self._bids:
            self.draw((row,))
        return self._bids[row]

    def asks(self, row: int) -> Floats:
        if (known := self._asks.get(row)) is None:
            known = self._asks[row] = asks_of(self.bids(row)[None], self._spreads[row : row + 1])[0]
        return known

    def bid(self, row: int, second: int) -> float:
        """The bid of one second."""
        return float(self.bids(row)[second])
