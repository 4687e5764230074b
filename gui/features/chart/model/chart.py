"""The model of one symbol's chart: columns of closed candles, findings, and the forming candle."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QObject, Signal

from engine.domain.judgement import Judgement
from engine.domain.market import Candle, Instrument, Quote
from engine.domain.snapshot import MarketSnapshot
from gui.features.calendar.model.marks import EventMarks
from gui.features.chart.model.arrangement import Timeframe
from gui.features.chart.model.candle_columns import CandleColumns, Floats, seconds_of
from gui.features.chart.model.findings import Findings
from gui.features.chart.model.prior_week import PriorWeek
from gui.features.chart.model.readout import SESSION_TITLES, SESSIONS, CandleReadout, known
from gui.features.chart.model.runs import Runs
from gui.features.chart.model.strip import Verdicts
from gui.features.drawing.model.axis import CandleAxis
from gui.features.drawing.model.drawings import Drawings
from gui.features.price_alerts.model.lines import AlertLines
from gui.features.trading.model.levels import TradeLines
from gui.features.trading.model.trade_marks import TradeMarks

SNAPSHOT_LEVELS = ("day_high", "day_low", "prior_day_high", "prior_day_low", "prior_session_high", "prior_session_low")
WEEK_LEVELS = ("prior_week_high", "prior_week_low")


class ChartModel(QObject):
    """Closed candles are rows 0..count-1; the forming candle, where there is one, stands at row `count`.

    `marked_row` is the candle that the user selected, if any. `appended` carries the first new row and the number of
    rows; `live_changed` that the forming candle or the quote moved.
    """

    timeframe = Timeframe.M1
    was_reset = Signal()
    appended = Signal(int, int)
    live_changed = Signal()

    def __init__(self, instrument: Instrument, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.symbol = instrument.symbol
        self.stands_for = instrument.stands_for
        self.digits, self.tick_size = instrument.digits, instrument.tick_size
        self.columns = CandleColumns(self.timeframe.seconds)
        self.sessions = Runs()
        self.anchors = Runs()
        self.levels = {name: Runs() for name in (*SNAPSHOT_LEVELS, *WEEK_LEVELS)}
        self._prior_week = PriorWeek()
        self.findings = Findings(self.columns)
        self.verdicts = Verdicts()
        self.trades = TradeLines(instrument.digits, self)
        self.trade_marks = TradeMarks(self)
        self.events = EventMarks(self)
        self.drawings = Drawings(self)
        self.alerts = AlertLines(instrument.digits, self)
        self.marked_row: int | None = None
        self.forming: Candle | None = None
        self.quote: Quote | None = None
        self._is_reading = False

    @property
    def is_reading(self) -> bool:
        """Whether candles from before the live stream are still to come."""
        return self._is_reading

    def set_reading(self, is_reading: bool) -> None:
        """Candles from before the live stream are being read, or have all come."""
        self._is_reading = is_reading
        if not self.end:
            self.was_reset.emit()  # it says which of them it waits for

    @property
    def count(self) -> int:
        """Closed candles."""
        return len(self.columns)

    @property
    def end(self) -> int:
        """One past the last candle that can be painted, the forming one included."""
        return self.count + (self.forming is not None)

    @property
    def last_price(self) -> float | None:
        """The bid, or the last close where no quote is known; None on an empty chart."""
        if self.quote is not None:
            return self.quote.bid
        if self.forming is not None:
            return self.forming.close
        return float(self.columns.close.values[-1]) if self.count else None

    def clear(self) -> None:
        """Forgets everything, as before a market that restarts."""
        self.forming = self.quote = self.marked_row = None
        self.columns.clear()
        self.findings.clear()
        self.verdicts.clear()
        self._prior_week.clear()
        for runs in (self.sessions, self.anchors, *self.levels.values()):
            runs.clear()
        self.was_reset.emit()

    def append(self, snapshots: Sequence[MarketSnapshot], judgements: Sequence[Judgement | None] = ()) -> None:
        """Adds closed candles in order of time, one live or thousands of history, with a judgement each or none."""
        if not snapshots:
            return
        first = self.count
        self.columns.extend(snapshots)
        self._extend_runs(first, snapshots)
        for index, snapshot in enumerate(snapshots, first):
            self.findings.add(index, snapshot)
        self.verdicts.extend(judgements or [None] * len(snapshots))
        self.forming = self._unless_closed(self.forming)
        self.appended.emit(first, len(snapshots))

    def set_live(self, forming: Candle | None, quote: Quote | None) -> None:
        """The candle of the running minute and the newest quote; each None where there is none."""
        self.forming, self.quote = self._unless_closed(forming), quote
        self.live_changed.emit()

    @property
    def axis(self) -> CandleAxis:
        """Where instants are among the candles as they are now."""
        forming_s = None if self.forming is None else seconds_of(self.forming.opened_at)
        return CandleAxis(self.columns.time.values, forming_s, self.timeframe.seconds)

    @property
    def quote_spread(self) -> float | None:
        """Spread of the newest quote, in price units; None without a quote, and where the source has no spread."""
        is_known = not self.count or known(self.columns.spread.values[-1]) is not None
        return self.quote.spread if self.quote is not None and is_known else None

    def snapshot_row(self, index: int) -> CandleReadout | None:
        """What the user is shown about the candle of a row; None where no candle stands."""
        if 0 <= index < self.count:
            return self._closed_row(index)
        return self._forming_row(self.forming) if index == self.count and self.forming is not None else None

    def opening_of(self, row: int) -> int | None:
        """When the candle of a row opened, in seconds since 1970 UTC; None where no candle stands."""
        if 0 <= row < self.count:
            return int(self.columns.time.values[row])
        return seconds_of(self.forming.opened_at) if self.forming is not None and row == self.count else None

    def row_at(self, seconds: int) -> int | None:
        """The row of the candle in which an instant lies, or of the last one before it; None before the first."""
        if self.forming is not None and seconds >= seconds_of(self.forming.opened_at):
            return self.count
        row = int(self.columns.time.values.searchsorted(seconds, "right")) - 1
        return row if row >= 0 else None

    def on_step(self, price: float) -> float:
        """The nearest price that the instrument can have."""
        return round(round(price / self.tick_size) * self.tick_size, self.digits)

    def prices_of(self, row: int) -> tuple[float, ...]:
        """Open, high, low and close of a row; nothing where no candle stands."""
        if 0 <= row < self.count:
            columns = self.columns
            return tuple(float(each.values[row]) for each in (columns.open, columns.high, columns.low, columns.close))
        forming = self.forming if row == self.count else None
        return () if forming is None else (forming.open, forming.high, forming.low, forming.close)

    def price_range(self, first: int, last: int) -> tuple[float, float] | None:
        """Lowest low and highest high of rows `first`..`last`, the forming candle's too; None where there is none."""
        lows, highs = (column.values[max(0, first) : last + 1] for column in (self.columns.low, self.columns.high))
        ends = [(float(lows.min()), float(highs.max()))] if len(lows) else []
        if self.forming is not None and first <= self.count <= last:
            ends.append((self.forming.low, self.forming.high))
        return (min(low for low, _ in ends), max(high for _, high in ends)) if ends else None

    def _unless_closed(self, forming: Candle | None) -> Candle | None:
        """A quote may arrive after the close of the candle it belonged to."""
        if forming is None or not self.count or seconds_of(forming.opened_at) > self.columns.time.values[-1]:
            return forming
        return None

    def _extend_runs(self, first: int, snapshots: Sequence[MarketSnapshot]) -> None:
        numbers = {session: number for number, session in enumerate(SESSIONS)}
        self.sessions.extend(first, np.array([numbers[each.session] for each in snapshots], np.float64))
        self.anchors.extend(first, np.array([seconds_of(each.vwap_anchored_at) for each in snapshots], np.float64))
        for name in SNAPSHOT_LEVELS:
            self.levels[name].extend(first, _numbers([getattr(each, name) for each in snapshots]))
        days = np.array([each.trading_day.toordinal() for each in snapshots], np.int64)
        highs, lows = self.columns.high.values[first:], self.columns.low.values[first:]
        for name, values in zip(WEEK_LEVELS, self._prior_week.extend(days, highs, lows), strict=True):
            self.levels[name].extend(first, values)

    def _closed_row(self, index: int) -> CandleReadout:
        columns = self.columns
        close = float(columns.close.values[index])
        return CandleReadout(
            index=index,
            opened_at=columns.opened_at(index),
            is_forming=False,
            open=float(columns.open.values[index]),
            high=float(columns.high.values[index]),
            low=float(columns.low.values[index]),
            close=close,
            volume=known(columns.volume.values[index]),
            change=close - float(columns.close.values[index - 1]) if index else None,
            spread=known(columns.spread.values[index]),
            session=SESSION_TITLES[SESSIONS[int(self.sessions.at(index))]],
            **self._indicators(index),
        )

    def _forming_row(self, forming: Candle) -> CandleReadout:
        last = self.count - 1
        return CandleReadout(
            index=self.count,
            opened_at=forming.opened_at,
            is_forming=True,
            open=forming.open,
            high=forming.high,
            low=forming.low,
            close=forming.close,
            volume=self._whole(forming.volume),
            change=forming.close - float(self.columns.close.values[last]) if self.count else None,
            spread=forming.spread if self.quote is None else self.quote_spread,
            session=SESSION_TITLES[SESSIONS[int(self.sessions.at(last))]] if self.count else "",
            **self._indicators(last),
        )

    def _whole(self, volume: float | None) -> float | None:
        """Ticks are counted: a played candle spreads theirs evenly over its seconds."""
        before = known(self.columns.volume.values[-1]) if self.count else None
        return float(round(volume)) if volume is not None and before is not None and before.is_integer() else volume

    def _indicators(self, index: int) -> dict[str, float | None]:
        names = ("vwap", "vwap_sigma", "atr1", "atr14", "range_avg")
        if index < 0:
            return dict.fromkeys(names)
        return {name: known(getattr(self.columns, name).values[index]) for name in names}


def _numbers(values: Sequence[float | None]) -> Floats:
    return np.array(values, np.float64)
