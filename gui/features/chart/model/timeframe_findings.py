"""Swings and order blocks of a time frame, found in the columns of its closed candles."""

from __future__ import annotations

import numpy as np

from config.settings import SymbolRules
from engine.indicators.order_block_columns import PriceColumns, find_order_blocks
from gui.features.chart.model.candle_columns import CandleColumns
from gui.features.chart.model.findings import Marks, Zones

NEIGHBOURS = 2
"""Candles on either side that a swing stands out among."""


def find_swings(columns: CandleColumns, marks: Marks, first: int) -> None:
    """Adds the swings that the closed candles from row `first` on make known: those of `SwingDetector`."""
    high, low = columns.high.values, columns.low.values
    since, end = max(NEIGHBOURS, first - NEIGHBOURS), len(high) - NEIGHBOURS
    if since >= end:
        return
    rows, middle = np.arange(since, end), slice(since, end)
    is_high, is_low = np.ones(len(rows), np.bool_), np.ones(len(rows), np.bool_)
    for away in range(1, NEIGHBOURS + 1):
        before, after = slice(since - away, end - away), slice(since + away, end + away)
        is_high &= (high[middle] > high[before]) & (high[middle] >= high[after])
        is_low &= (low[middle] < low[before]) & (low[middle] <= low[after])
    at = np.repeat(rows, 2)
    highs = np.tile(np.array((True, False)), len(rows))
    chosen = np.stack((is_high, is_low), axis=1).ravel()
    at, highs = at[chosen], highs[chosen]
    marks.extend(at, np.where(highs, high[at], low[at]), highs)


def find_zones(columns: CandleColumns, zones: Zones, first: int, rules: SymbolRules) -> None:
    """Brings the order blocks up to date with the closed candles from row `first` on.

    No older block can change than those that were valid before that row.
    """
    since = max(0, first - rules.micro_ob_max_age - 2)
    base = max(0, since - rules.micro_ob_lookback)
    prices = (columns.open, columns.high, columns.low, columns.close, columns.atr14)
    blocks = find_order_blocks(PriceColumns(*(column.values[base:] for column in prices)), rules)
    chosen = blocks.known + base >= since
    touched, ended = (np.where(rows < 0, rows, rows + base)[chosen] for rows in (blocks.touched, blocks.ended))
    zones.replace_since(
        since,
        start=blocks.known[chosen] + base,
        end=ended,
        touched=touched,
        low=blocks.low[chosen],
        high=blocks.high[chosen],
        is_bullish=blocks.is_bullish[chosen],
    )
