"""The market now: the newest quote of every symbol, and what is known after its last closed candle."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.domain.calendar import EMPTY_CALENDAR, Calendar
from engine.domain.market import Quote
from engine.domain.snapshot import MarketSnapshot


class MarketState:
    """The one place that keeps the newest prices. The pipeline writes, everyone else is handed it and reads."""

    __slots__ = ("before", "calendar", "missing_candles", "quotes", "snapshots")

    def __init__(
        self, calendar: Calendar = EMPTY_CALENDAR, missing_candles: Callable[[str], str] = lambda _: ""
    ) -> None:
        """`missing_candles` says which candles of a symbol are not known, empty where all are: without them indicators
        are wrong, so that nothing may be judged or entered."""
        self.calendar = calendar
        """Scheduled news."""
        self.missing_candles = missing_candles
        self.quotes: dict[str, Quote] = {}
        """The newest quote by symbol."""
        self.before: Quote | None = None
        """What the newest quote of all replaced: the market until then of its symbol, None before the first."""
        self.snapshots: dict[str, MarketSnapshot] = {}
        """Indicators, session and spread after the last closed candle, by symbol."""

    def on_quote(self, quote: Quote) -> None:
        """The market is at this quote from now on."""
        quotes, symbol = self.quotes, quote.symbol
        self.before = quotes.get(symbol)
        quotes[symbol] = quote

    def on_candle(self, snapshot: MarketSnapshot) -> None:
        """A candle closed."""
        self.snapshots[snapshot.candle.symbol] = snapshot

    def atr1(self, symbol: str) -> float | None:
        """ATR(1) in price units; None while it is not known."""
        snapshot = self.snapshots.get(symbol)
        return None if snapshot is None else snapshot.atr1

    def spread_mean(self, symbol: str) -> float | None:
        """Mean spread in price units; None while too few samples are known for a ratio."""
        snapshot = self.snapshots.get(symbol)
        return None if snapshot is None or snapshot.spread_ratio is None else snapshot.spread_mean

    def is_volume_low(self, symbol: str) -> bool:
        """Whether the last candle's volume is below half the mean of the 20 before it; never without volume."""
        snapshot = self.snapshots.get(symbol)
        if snapshot is None or snapshot.volume_mean_20 is None or snapshot.candle.volume is None:
            return False
        return bool(is_volume_low(snapshot.candle.volume, snapshot.volume_mean_20))


def is_volume_low(volume: Any, mean: Any) -> Any:
    """Whether a volume, or each of a column, is below half of the mean of the candles before."""
    return volume < 0.5 * mean
