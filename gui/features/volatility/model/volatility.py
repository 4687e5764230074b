"""Spread and volatility of each symbol, as state: updated with every candle, announced for the visible symbol."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from config.settings import Settings
from engine.domain.snapshot import MarketSnapshot
from gui.features.chart.model.candle_columns import seconds_of
from gui.features.chart.model.chart import ChartModel
from gui.features.volatility.model.spread_hours import SpreadHours
from gui.features.volatility.model.summary import Judge, Known, VolatilitySummary, summary_of

RECENT = 60
"""Candles whose ranges are shown."""


class _Symbol:
    """What is remembered of one symbol."""

    def __init__(self, chart: ChartModel) -> None:
        self.chart = chart
        self.clear()

    def clear(self) -> None:
        self.hours = SpreadHours()
        self.ranges: deque[float] = deque(maxlen=RECENT)
        self.newest: MarketSnapshot | None = None

    def append(self, snapshots: Sequence[MarketSnapshot]) -> None:
        for snapshot in snapshots:
            candle = snapshot.candle
            self.ranges.append(candle.high - candle.low)
            if candle.spread is not None:
                self.hours.add(seconds_of(candle.opened_at), candle.spread)
        self.newest = snapshots[-1]


class VolatilityModel(QObject):
    """Remembers candles as they come; what it says is worked out when the user looks."""

    changed = Signal()

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._symbols: dict[str, _Symbol] = {}
        self._judges: dict[str, Judge | None] = {}
        self._front = ""
        self.use_settings(settings)

    def use_settings(self, settings: Settings) -> None:
        """Measures by other limits."""
        self._settings = settings
        self._judges.clear()
        self.changed.emit()

    def open(self, chart: ChartModel) -> None:
        """A market restarts."""
        if (known := self._symbols.get(chart.symbol)) is None:
            self._symbols[chart.symbol] = _Symbol(chart)
        else:
            known.clear()
        self.changed.emit()

    def append(self, symbol: str, snapshots: Sequence[MarketSnapshot]) -> None:
        """Closed candles in order of time, live or of the past."""
        self._symbols[symbol].append(snapshots)

    @property
    def front(self) -> str:
        """The symbol that is shown."""
        return self._front

    @front.setter
    def front(self, symbol: str) -> None:
        self._front = symbol
        self.changed.emit()

    @property
    def silence(self) -> str:
        """Why nothing is shown, and what to do; empty where something is."""
        if not self._front:
            return "Open a recording or the demo market from the File menu."
        known = self._symbols.get(self._front)
        if known is None or known.newest is None:
            return f"Waiting for the first closed candle of {self._front}."
        return ""

    def summary(self) -> VolatilitySummary | None:
        """The summary of the symbol in front; None where there is nothing to show yet."""
        known = self._symbols.get(self._front)
        if known is None or known.newest is None:
            return None
        chart = known.chart
        inputs = Known(chart.symbol, chart.digits, known.newest, chart.quote, known.hours, tuple(known.ranges))
        return summary_of(inputs, self._judge(), self._settings.paper.slippage_spreads)

    def _judge(self) -> Judge | None:
        if self._front not in self._judges:
            known = self._symbols.get(self._front)
            rules = self._settings.rules_for(self._front, known.chart.stands_for if known else "")
            self._judges[self._front] = None if rules is None else Judge(rules)
        return self._judges[self._front]
