"""The chart of a longer time frame, made of the candles of M1."""

from __future__ import annotations

from datetime import datetime

import numpy as np
from msgspec.structs import replace
from PySide6.QtCore import QObject

from config.settings import SymbolRules
from engine.domain.market import Candle, Instrument, Session
from gui.features.chart.model.arrangement import Timeframe
from gui.features.chart.model.candle_columns import EPOCH, SECOND, Floats, Integers, seconds_of
from gui.features.chart.model.chart import ChartModel
from gui.features.chart.model.opening_times import opening_times
from gui.features.chart.model.readout import SESSIONS
from gui.features.chart.model.timeframe_findings import find_swings, find_zones
from gui.features.chart.model.wilder import WilderAverage

NO_SESSION = SESSIONS.index(Session.OFF)
"""Of candles that are longer than the pieces of a session."""
LEVELS = ("prior_day_high", "prior_day_low", "prior_week_high", "prior_week_low")


class TimeframeChart(ChartModel):
    """Follows the M1 chart of its symbol while it is open; closed, it is empty and costs nothing.

    A candle is closed once a minute of a later one has begun; `forming` holds all minutes of the running one. VWAP and
    levels are those of M1 at the end of each candle; ATR(14), swings and order blocks those of the candles themselves.
    """

    def __init__(
        self,
        m1: ChartModel,
        instrument: Instrument,
        timeframe: Timeframe,
        rules: SymbolRules,
        parent: QObject | None = None,
    ) -> None:
        self.timeframe = timeframe
        super().__init__(instrument, parent)
        self.trades, self.trade_marks, self.events = m1.trades, m1.trade_marks, m1.events
        self.drawings, self.alerts = m1.drawings, m1.alerts
        self._m1, self._rules, self._day_roll = m1, rules, instrument.day_roll
        self._has_sessions = timeframe.seconds <= Timeframe.H1.seconds
        self._atr = WilderAverage(rules.analysis.atr_length)
        self._open_row = 0
        self._opened_at = EPOCH
        self._begun: Candle | None = None
        self._minute: datetime | None = None
        self.is_open = False

    @property
    def is_reading(self) -> bool:
        """As M1, of which it is made."""
        return self._m1.is_reading

    def open(self) -> None:
        """Reads all of M1 and follows it from now on."""
        if self.is_open:
            return
        self.is_open = True
        self._m1.was_reset.connect(self._reset)
        self._m1.appended.connect(self._append)
        self._m1.live_changed.connect(self._move_live)
        self._reset()

    def close(self) -> None:
        """Follows M1 no more and gives the memory back."""
        if not self.is_open:
            return
        self.is_open = False
        self._m1.was_reset.disconnect(self._reset)
        self._m1.appended.disconnect(self._append)
        self._m1.live_changed.disconnect(self._move_live)
        self.clear()

    def use_rules(self, rules: SymbolRules) -> None:
        """Finds everything again by other rules."""
        if rules == self._rules:
            return
        self._rules, self._atr = rules, WilderAverage(rules.analysis.atr_length)
        if self.is_open:
            self._reset()

    def clear(self) -> None:
        self._atr.clear()
        self._open_row, self._begun, self._minute = 0, None, None
        super().clear()

    # -- what M1 says

    def _reset(self) -> None:
        self.clear()
        if self._m1.end:
            self._append()

    def _append(self) -> None:
        first = self.count
        self._close_candles()
        self._form()
        if self.count > first:
            self.appended.emit(first, self.count - first)
        self.live_changed.emit()

    def _move_live(self) -> None:
        forming = self._m1.forming
        if forming is not None and forming.opened_at != self._minute:
            self._append()
        else:
            self._form()
            self.live_changed.emit()

    # -- candles

    def _close_candles(self) -> None:
        """Adds the candles that are complete; what M1 has of the running one is kept in `_begun`."""
        m1, forming = self._m1, self._m1.forming
        times = m1.columns.time.values[self._open_row :]
        self._minute = None if forming is None else forming.opened_at
        if forming is not None:
            times = np.append(times, seconds_of(forming.opened_at))
        if not len(times):
            return
        opened = opening_times(times, self.timeframe, self._day_roll)
        starts = np.flatnonzero(np.diff(opened, prepend=opened[0] - 1))
        rows = starts + self._open_row
        if len(rows) > 1:
            self._add(opened[starts[:-1]], rows)
        self._open_row = int(rows[-1])
        self._opened_at = EPOCH + int(opened[-1]) * SECOND
        self._begun = self._joined(self._open_row, m1.count)

    def _add(self, opened: Integers, rows: Integers) -> None:
        """Candles that opened at these times; candle i is made of the M1 candles `rows[i]` to below `rows[i + 1]`."""
        first, columns, m1 = self.count, self._m1.columns, self._m1
        starts, lasts, end = rows[:-1], rows[1:] - 1, int(rows[-1])
        high = np.maximum.reduceat(columns.high.values[:end], starts)
        low = np.minimum.reduceat(columns.low.values[:end], starts)
        close = columns.close.values[lasts]
        volume = np.add.reduceat(columns.volume.values[:end], starts)
        at_end = (columns.spread, columns.vwap, columns.vwap_sigma)
        spread, vwap, sigma = (column.values[lasts] for column in at_end)
        none = np.full(len(starts), np.nan)
        before = float(self.columns.close.values[-1]) if first else None
        atr14 = self._atr.extend(_true_ranges(high, low, close, before))
        prices = (columns.open.values[starts], high, low, close)
        self.columns.extend_rows(opened, (*prices, volume, spread, vwap, sigma, none, none, atr14, none))
        self.sessions.extend(first, m1.sessions.of(starts) if self._has_sessions else np.full(len(starts), NO_SESSION))
        anchors = np.zeros(len(starts)) if self.timeframe is Timeframe.D1 else m1.anchors.of(lasts)
        self.anchors.extend(first, anchors)
        for name in LEVELS:
            self.levels[name].extend(first, m1.levels[name].of(lasts))
        find_swings(self.columns, self.findings.swings, first)
        find_zones(self.columns, self.findings.order_blocks, first, self._rules)

    def _joined(self, first: int, end: int) -> Candle | None:
        """The M1 candles `first` to below `end` as one; None where there are none."""
        if first >= end:
            return None
        columns, part = self._m1.columns, slice(first, end)
        volume, spread = float(columns.volume.values[part].sum()), float(columns.spread.values[end - 1])
        return Candle(
            symbol=self.symbol,
            opened_at=self._opened_at,
            open=float(columns.open.values[first]),
            high=float(columns.high.values[part].max()),
            low=float(columns.low.values[part].min()),
            close=float(columns.close.values[end - 1]),
            volume=None if np.isnan(volume) else volume,
            spread=None if np.isnan(spread) else spread,
        )

    def _form(self) -> None:
        """The running candle with the newest quote."""
        begun, minute = self._begun, self._m1.forming
        self.quote = self._m1.quote
        if begun is None or minute is None:
            self.forming = begun if minute is None else replace(minute, opened_at=self._opened_at)
            return
        volume = None if begun.volume is None or minute.volume is None else begun.volume + minute.volume
        self.forming = Candle(
            symbol=self.symbol,
            opened_at=self._opened_at,
            open=begun.open,
            high=max(begun.high, minute.high),
            low=min(begun.low, minute.low),
            close=minute.close,
            volume=volume,
            spread=minute.spread,
        )


def _true_ranges(high: Floats, low: Floats, close: Floats, before: float | None) -> Floats:
    """NaN for the very first candle, which has no close before it."""
    closes = np.append(np.nan if before is None else before, close[:-1])
    return np.where(np.isnan(closes), np.nan, np.maximum(high, closes) - np.minimum(low, closes))
