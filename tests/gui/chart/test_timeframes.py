"""Longer time frames are made of M1, whether all of it is there or it comes a few candles at a time."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from config.settings import SymbolRules
from engine.domain.market import Candle, Instrument, Quote
from engine.domain.snapshot import MarketSnapshot
from engine.indicators.swings import SwingDetector
from gui.features.chart.model.arrangement import CONTEXT, Arrangement, Timeframe
from gui.features.chart.model.chart import ChartModel
from gui.features.chart.model.timeframe_chart import TimeframeChart
from tests.builders import BITCOIN, GOLD, MONDAY
from tests.gui.chart.builders import snapshot

MINUTE = timedelta(minutes=1)
RULES = SymbolRules()


def walk(count: int, since: datetime = MONDAY) -> Iterator[MarketSnapshot]:
    """A random walk, with the trading day of each candle as on a clock that is two hours ahead of UTC."""
    draw, price = random.Random(3), 2000.0
    for minute in range(count):
        close = price + draw.gauss(0.0, 0.8)
        high, low, at = max(price, close) + draw.random(), min(price, close) - draw.random(), since + minute * MINUTE
        of = Candle(
            symbol="XAUUSD", opened_at=at, open=price, high=high, low=low, close=close, volume=float(minute % 7)
        )
        yield snapshot(of=of, trading_day=(at + timedelta(hours=2)).date(), vwap=price + 1.0, prior_day_high=2001.0)
        price = close


def charts(of: Timeframe, instrument: Instrument = GOLD) -> tuple[ChartModel, TimeframeChart]:
    m1 = ChartModel(instrument)
    chart = TimeframeChart(m1, instrument, of, RULES)
    chart.open()
    return m1, chart


def values(chart: ChartModel) -> dict[str, list[float]]:
    """Everything that a view paints."""
    columns, zones = chart.columns, chart.findings.order_blocks
    parts = {"high": columns.high, "low": columns.low, "volume": columns.volume, "atr14": columns.atr14}
    parts |= {"time": columns.time, "swings": chart.findings.swings.index, "start": zones.start, "end": zones.end}
    found = {name: np.nan_to_num(part.values).tolist() for name, part in parts.items()}
    return found | {name: np.nan_to_num(runs.values).tolist() for name, runs in chart.levels.items()}


@pytest.mark.parametrize("timeframe", CONTEXT)
def test_that_candles_a_few_at_a_time_make_the_same_chart_as_all_at_once(timeframe: Timeframe) -> None:
    coming, m1, growing = list(walk(3000)), *charts(timeframe)
    for start in range(0, len(coming), 13):
        m1.append(coming[start : start + 13])
    whole = TimeframeChart(m1, GOLD, timeframe, RULES)
    whole.open()
    assert growing.count > 0
    assert values(growing) == values(whole)
    assert growing.forming == whole.forming


def test_that_a_candle_of_five_minutes_holds_what_its_minutes_hold() -> None:
    m1, chart = charts(Timeframe.M5)
    minutes = [each.candle for each in walk(12)]
    m1.append(list(walk(12)))
    assert chart.count == 2
    readout, five = chart.snapshot_row(1), minutes[5:10]
    assert readout is not None
    assert (readout.opened_at, readout.open, readout.close) == (five[0].opened_at, five[0].open, five[-1].close)
    assert (readout.high, readout.low) == (max(each.high for each in five), min(each.low for each in five))
    assert readout.volume == sum(each.volume or 0.0 for each in five)
    assert chart.forming is not None
    assert (chart.forming.open, chart.forming.close) == (minutes[10].open, minutes[11].close)


def test_that_swings_are_those_of_the_candles_of_the_time_frame() -> None:
    m1, chart = charts(Timeframe.M15)
    m1.append(list(walk(2000)))
    detector, expected = SwingDetector(), []
    for row in range(chart.count):
        each = chart.columns
        prices = {name: float(getattr(each, name).values[row]) for name in ("open", "high", "low", "close")}
        closed = Candle(symbol="XAUUSD", opened_at=each.opened_at(row), volume=None, **prices)
        expected += [(swing.candle_time, swing.price) for swing in detector.update(closed)]
    found = chart.findings.swings
    assert len(expected) > 5
    assert [
        (chart.columns.opened_at(row), price)
        for row, price in zip(found.index.values.tolist(), found.price.values.tolist(), strict=True)
    ] == expected


@pytest.mark.parametrize(
    ("instrument", "since", "opened"),
    [
        (GOLD, datetime(2026, 1, 14, 21, 50, tzinfo=UTC), datetime(2026, 1, 14, 22, tzinfo=UTC)),
        (GOLD, datetime(2026, 7, 14, 20, 50, tzinfo=UTC), datetime(2026, 7, 14, 21, tzinfo=UTC)),
        (BITCOIN, datetime(2026, 7, 14, 23, 50, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC)),
    ],
)
@pytest.mark.parametrize("timeframe", [Timeframe.H4, Timeframe.D1])
def test_that_days_and_four_hours_begin_with_the_trading_day(
    timeframe: Timeframe, instrument: Instrument, since: datetime, opened: datetime
) -> None:
    m1, chart = charts(timeframe, instrument)
    m1.append(list(walk(20, since)))
    assert chart.count == 1
    assert chart.forming is not None
    assert chart.forming.opened_at == opened


def test_that_a_quote_moves_the_running_candle_and_one_of_the_next_closes_it() -> None:
    m1, chart = charts(Timeframe.M5)
    m1.append(list(walk(4)))
    minute = Candle(
        symbol="XAUUSD", opened_at=MONDAY + 4 * MINUTE, open=2000.0, high=2040.0, low=1999.0, close=2030.0, volume=1.0
    )
    m1.set_live(minute, Quote(symbol="XAUUSD", at=minute.opened_at, bid=2030.0, ask=2030.2))
    assert chart.forming is not None
    assert (chart.forming.high, chart.forming.close, chart.last_price) == (2040.0, 2030.0, 2030.0)
    assert chart.count == 0

    m1.append([snapshot(4, of=minute)])
    assert chart.count == 0
    later = Candle(
        symbol="XAUUSD", opened_at=MONDAY + 5 * MINUTE, open=2030.0, high=2031.0, low=2029.0, close=2029.5, volume=1.0
    )
    m1.set_live(later, None)
    assert chart.count == 1
    assert chart.columns.high.values[0] == 2040.0
    assert chart.forming == later


def test_that_a_market_that_jumps_back_leaves_nothing_behind() -> None:
    m1, chart = charts(Timeframe.M5)
    m1.append(list(walk(900)))
    m1.clear()
    assert (chart.end, chart.findings.order_blocks.start.count) == (0, 0)
    m1.append(list(walk(500)))
    again = TimeframeChart(m1, GOLD, Timeframe.M5, RULES)
    again.open()
    assert values(chart) == values(again)


def test_that_a_closed_chart_is_empty_and_hears_nothing() -> None:
    m1, chart = charts(Timeframe.M5)
    m1.append(list(walk(100)))
    chart.close()
    m1.append(list(walk(100, MONDAY + 100 * MINUTE)))
    assert chart.end == 0


def test_that_the_levels_of_a_week_are_known_once_it_is_over_and_was_whole() -> None:
    m1, chart = charts(Timeframe.H1)
    for week, high in ((date(2026, 3, 4), 2009.0), (date(2026, 3, 9), 2010.0), (date(2026, 3, 16), 2011.0)):
        at = datetime(week.year, week.month, week.day, 12, tzinfo=UTC)
        for hours in range(2):
            of = Candle(
                symbol="XAUUSD", opened_at=at + timedelta(hours=hours), open=2000.0, high=high, low=1990.0,
                close=2000.0, volume=1.0,
            )  # fmt: skip
            m1.append([snapshot(of=of, trading_day=week)])
    weeks = m1.levels["prior_week_high"]
    assert np.isnan([weeks.at(row) for row in (0, 1, 2, 3)]).all()  # the first week began on a Wednesday
    assert [weeks.at(row) for row in (4, 5)] == [2010.0, 2010.0]
    assert chart.levels["prior_week_high"].at(4) == 2010.0


def test_that_every_chart_stands_once_in_an_arrangement() -> None:
    beside = Arrangement(front=Timeframe.H1, beside=(Timeframe.M5, Timeframe.H1, Timeframe.M1))
    assert beside.columns == ((Timeframe.H1,), (Timeframe.M1, Timeframe.M5))
    grid = Arrangement(beside=tuple(Timeframe), is_grid=True)
    assert [len(column) for column in grid.columns] == [2, 2, 2]
