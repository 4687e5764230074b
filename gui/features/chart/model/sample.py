"""A short made-up market that has every mark once, from which the legend takes its pictures."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
from PySide6.QtCore import QObject

from engine.domain.calendar import Calendar, EconomicEvent, Impact
from engine.domain.market import Candle, DayRoll, Instrument, Quote
from gui.features.chart.model.candle_columns import EPOCH
from gui.features.chart.model.chart import ChartModel
from gui.features.chart.model.readout import SESSIONS
from gui.features.price_alerts.model.lines import AlertLine
from gui.features.trading.model.levels import LevelKind, TradeLine
from gui.features.trading.model.trade_marks import TradeMark

SYMBOL = "SAMPLE"
_CLOSES = (10.0, 11.0, 10.5, 12.0, 11.6, 13.0, 12.0, 11.0, 10.2, 9.4, 10.8, 12.0, 12.6, 13.2, 12.8, 14.0)
_LEVELS = {
    "day_high": 14.4,
    "day_low": 9.0,
    "prior_day_high": 13.6,
    "prior_day_low": 9.6,
    "prior_week_high": 14.1,
    "prior_week_low": 9.3,
    "prior_session_high": 13.2,
    "prior_session_low": 10.1,
}
START_S = 9 * 3600
ROWS = len(_CLOSES)


def sample_chart(parent: QObject | None = None) -> ChartModel:
    """A chart of sixteen closed candles and a forming one."""
    chart = ChartModel(Instrument(symbol=SYMBOL, digits=2, tick_size=0.01, day_roll=DayRoll.NEW_YORK_17), parent)
    _add_candles(chart)
    _add_findings(chart)
    _add_trades(chart)
    return chart


def _add_candles(chart: ChartModel) -> None:
    close = np.array(_CLOSES)
    opened = np.append(9.6, close[:-1])
    high, low = np.maximum(opened, close) + 0.3, np.minimum(opened, close) - 0.3
    low[9] -= 0.5
    volume = 20.0 + 60.0 * np.abs(close - opened)
    vwap, sigma, half = np.linspace(11.0, 12.0, ROWS), np.full(ROWS, 0.8), np.full(ROWS, 0.3)
    atr = np.full(ROWS, 0.8)
    times = START_S + 60 * np.arange(ROWS)
    chart.columns.extend_rows(
        times, [opened, high, low, close, volume, np.full(ROWS, 0.1), vwap, sigma, half, atr, atr, atr]
    )
    chart.verdicts.extend([None] * ROWS)
    sessions = np.where(np.arange(ROWS) < ROWS // 2, SESSIONS.index(SESSIONS[0]), 1.0)
    chart.sessions.extend(0, sessions)
    chart.anchors.extend(0, np.where(np.arange(ROWS) < 3, 0.0, 1.0))
    for name, price in _LEVELS.items():
        chart.levels[name].extend(0, np.full(ROWS, price))
    at = EPOCH + timedelta(seconds=int(times[-1]) + 60)
    forming = Candle(symbol=SYMBOL, opened_at=at, open=14.0, high=14.3, low=13.5, close=13.7, volume=30.0, spread=0.1)
    chart.forming = forming
    chart.quote = Quote(symbol=SYMBOL, at=at + timedelta(seconds=20), bid=13.7, ask=13.8)
    chart.marked_row = 7


def _add_findings(chart: ChartModel) -> None:
    findings = chart.findings
    findings.order_blocks.add("bullish", 4, 10.4, 11.2, is_bullish=True)
    findings.order_blocks.touch("bullish", 8)
    findings.order_blocks.add("bearish", 6, 12.4, 13.1, is_bullish=False)
    findings.equal_levels.add("highs", 5, 13.3, 13.3, is_bullish=False)
    for row, is_high in ((5, True), (9, False)):
        findings.swings.add(row, 0.0, is_high)
    findings.sweeps.add(9, 9.6, is_high=False)
    findings.sweeps.add(13, 13.3, is_high=True)
    for start, end, price, is_choch in ((5, 15, 13.3, False), (3, 11, 12.3, True)):
        for column, value in (
            *((findings.breaks.start, start), (findings.breaks.end, end), (findings.breaks.price, price)),
            *((findings.breaks.is_up, True), (findings.breaks.is_choch, is_choch)),
        ):
            column.append(value)
    for row, is_buy, score, is_a_plus in ((4, True, 6.0, False), (13, False, 7.5, True)):
        setups = chart.verdicts.setups
        for column, value in (
            *((setups.index, row), (setups.is_buy, is_buy)),
            *((setups.score, score), (setups.is_a_plus, is_a_plus)),
        ):
            column.append(value)


def _add_trades(chart: ChartModel) -> None:
    at = [START_S + 60 * row for row in range(ROWS)]
    for mark in (
        TradeMark("gain", True, at[9], 9.6, at[13], 13.2, 1.0, "+1.50 R"),
        TradeMark("loss", True, at[1], 11.0, at[8], 10.3, -1.0, "−1.00 R"),
    ):
        chart.trade_marks.add(mark)
    chart.trade_marks.show_open([TradeMark("open", True, at[11], 12.0)])
    news = (
        EconomicEvent(at=EPOCH + timedelta(seconds=START_S + 60 * row), currency="", impact=impact, title=impact.name)
        for row, impact in ((4, Impact.LOW), (8, Impact.MEDIUM), (12, Impact.HIGH))
    )
    chart.events.show(Calendar.of(news), ())
    chart.alerts.show([AlertLine("alert", 12.7, "Alert")])
    lines = (
        (LevelKind.ENTRY, 12.0, "BUY 0.1"),
        (LevelKind.STOP, 10.5, "Stop −1 R"),
        (LevelKind.TARGET, 14.2, "Target"),
    )
    chart.trades.show(TradeLine(kind, price, words, 1) for kind, price, words in lines)
