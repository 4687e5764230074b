"""The market of this moment, as everything that trades sees it."""

from __future__ import annotations

from datetime import datetime

from engine.domain.judgement import Setup
from engine.domain.market import Quote
from engine.domain.messages import CandleClosed
from engine.domain.snapshot import MarketSnapshot


class MarketView:
    """Per symbol the newest quote, the readings of the last closed candle, and the setup that lives on it."""

    def __init__(self) -> None:
        self.quotes: dict[str, Quote] = {}
        self.snapshots: dict[str, MarketSnapshot] = {}
        self.setups: dict[str, Setup] = {}

    def take_candle(self, closed: CandleClosed, not_before: datetime) -> Setup | None:
        """The setup of a newly closed candle, which ends the one before it; none that was known before `not_before`."""
        symbol = closed.snapshot.candle.symbol
        self.snapshots[symbol] = closed.snapshot
        setup = None if closed.judgement is None else closed.judgement.setup
        if setup is None or setup.known_at < not_before:
            self.setups.pop(symbol, None)
        else:
            self.setups[symbol] = setup
            return setup
        return None

    def is_volume_low(self, symbol: str) -> bool:
        """Whether the last candle's volume is below half the mean of the 20 before it; never without volume."""
        snapshot = self.snapshots.get(symbol)
        if snapshot is None or snapshot.volume_mean_20 is None or snapshot.candle.volume is None:
            return False
        return snapshot.candle.volume < 0.5 * snapshot.volume_mean_20

    def spread_mean(self, symbol: str) -> float | None:
        """Mean spread in price units; None while too few samples are known for a ratio."""
        snapshot = self.snapshots.get(symbol)
        return None if snapshot is None or snapshot.spread_ratio is None else snapshot.spread_mean
