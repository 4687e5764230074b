"""Where a moment stands on the charts, or why it does not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import NamedTuple

from engine.domain.market import minute_of
from gui.features.chart.model.candle_columns import seconds_of
from gui.features.chart.model.chart import ChartModel
from gui.zones import date_time_text, zone_title


class Place(NamedTuple):
    """A row of the chart of `symbol`, None where the moment is on none of its candles; `words` say what was found."""

    symbol: str
    row: int | None
    words: str


def find(charts: Mapping[str, ChartModel], symbol: str, at: datetime, zone: tzinfo) -> Place:
    """The candle of `symbol` that was open at `at`."""
    chart, when = charts.get(symbol), f"{date_time_text(at, zone)} {zone_title(zone)}"
    if chart is None:
        return Place(symbol, None, f"There is no chart of {symbol or 'any symbol'} here.")
    opened_at = minute_of(at)
    if not chart.count:
        return Place(symbol, None, f"The chart of {symbol} has no candle yet.")
    row, times = chart.columns.index_of(opened_at), chart.columns.time.values
    if row < chart.count and times[row] == seconds_of(opened_at):
        return Place(symbol, row, f"{symbol} at {when} is marked on the chart.")
    if chart.forming is not None and chart.forming.opened_at == opened_at:
        return Place(symbol, chart.count, f"{symbol} at {when} is the candle that is forming.")
    if 0 < row < chart.count:
        return Place(symbol, None, f"{symbol} has no candle of {when}: nothing was traded in that minute.")
    first, last = (date_time_text(chart.columns.opened_at(place), zone) for place in (0, chart.count - 1))
    return Place(symbol, None, f"{when} lies outside the candles of {symbol} that are loaded: {first} to {last}.")
