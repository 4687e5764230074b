"""The status bar, as state: the source of prices, their age, and what was skipped or failed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QObject, Signal

from engine.clock import running_s
from engine.domain.market import Quote, Source


class StatusModel(QObject):
    """Facts about the running desk; `changed` is emitted at most a few times a second."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._sources: dict[str, Source] = {}
        self._quotes: dict[str, tuple[Quote, float]] = {}
        self._candles: dict[str, int] = {}
        self._refused = 0
        self.failures = 0
        self.market_time: datetime | None = None

    def open(self, sources: Sequence[Source]) -> None:
        self._sources = {source.symbol: source for source in sources}
        self._quotes.clear()
        self.market_time = None
        self._candles = dict.fromkeys(self._sources, 0)

    def count_candles(self, symbol: str, count: int) -> None:
        self._candles[symbol] = self._candles.get(symbol, 0) + count

    @property
    def now_s(self) -> float:
        """Seconds by which ages are counted, of a clock that cannot be set, sleep included."""
        return running_s()

    def on_quote(self, quote: Quote, received_s: float) -> None:
        """`received_s` is when the window learned of the quote, by `now_s`."""
        self._quotes[quote.symbol] = quote, received_s
        self.market_time = quote.at

    def stand_at(self, instant: datetime) -> None:
        """The market was read up to an instant, and has had no quote since."""
        self.market_time = instant

    def count_refused_quote(self) -> None:
        self._refused += 1

    def refresh(self) -> None:
        self.changed.emit()

    # -- words for the bar

    def source_text(self, symbol: str) -> str:
        source = self._sources.get(symbol)
        return "" if source is None else f"{source.symbol} · {source.format} · {source.name}"

    def clock_text(self, symbol: str) -> str:
        source = self._sources.get(symbol)
        return "" if source is None else f"source clock {source.clock}" if source.clock != "UTC" else "clock UTC"

    def candles_text(self, symbol: str) -> str:
        return f"{self._candles.get(symbol, 0):,} candles"

    def quote_age_s(self, symbol: str, now_s: float) -> float | None:
        quote = self._quotes.get(symbol)
        return None if quote is None else max(0.0, now_s - quote[1])

    def quote_age_text(self, symbol: str, now_s: float) -> str:
        age = self.quote_age_s(symbol, now_s)
        return "no quote yet" if age is None else f"quote {age:.1f} s ago"

    def trouble_text(self) -> str:
        """Quotes that were left out and faults of the desk's own; empty where there are none."""
        troubles = []
        if self._refused:
            troubles.append(f"{self._refused} quotes refused")
        if self.failures:
            troubles.append(f"{self.failures} internal errors, see the log")
        return "; ".join(troubles)
