"""Order blocks of a whole series of candles at once: the same as `OrderBlocks` finds one candle at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from config.settings import SymbolRules

Array = NDArray[Any]
NEVER = -1
"""In place of a row: has not happened up to the last candle."""
BATCH = 256
"""Blocks whose lives are looked through at once."""


@dataclass(frozen=True, slots=True)
class PriceColumns:
    """Prices of closed candles in price units, and ATR(14) at each close (NaN until it is known); all of one length."""

    open: Array
    high: Array
    low: Array
    close: Array
    atr14: Array


@dataclass(frozen=True, slots=True)
class OrderBlockColumns:
    """One element per block, in the order in which they became known.

    `origin` is the row of the block's own candle, `known` that of the close that made it known, `touched` that of its
    first retest, `ended` the first at which it is valid no more; the last two are `NEVER` where that did not happen.
    """

    origin: Array
    known: Array
    touched: Array
    ended: Array
    low: Array
    high: Array
    is_bullish: Array


def find_order_blocks(prices: PriceColumns, rules: SymbolRules) -> OrderBlockColumns:
    """Every block of the series; ages count in its candles."""
    known, age, is_bullish = _detect(prices, rules)
    origin = known - age
    low, high = _edges(prices, rules, known, origin, is_bullish)
    touched, ended = _lives(prices, (known, origin + rules.micro_ob_max_age), (low, high), is_bullish)
    return OrderBlockColumns(origin, known, touched, ended, low, high, is_bullish)


def _detect(prices: PriceColumns, rules: SymbolRules) -> tuple[Array, Array, Array]:
    """Rows at which blocks become known, candles since the block's own candle, and whether it is bullish."""
    lookback = rules.micro_ob_lookback
    up = _ages(prices.open, prices.high, prices.low, prices.close, rules.micro_ob_impulse_atr * prices.atr14, lookback)
    mirrored = (-prices.open, -prices.low, -prices.high, -prices.close)
    down = _ages(*mirrored, rules.micro_ob_impulse_atr * prices.atr14, lookback)
    age = np.where(up > 0, up, down)
    known = np.flatnonzero(age)
    return known, age[known], up[known] > 0


def _ages(opened: Array, high: Array, low: Array, close: Array, impulse: Array, lookback: int) -> Array:
    """For each candle how many candles before it a bullish block lies that its close makes known; 0 for none."""
    count = len(close)
    found = np.zeros(count, np.int64)
    is_open = np.ones(count, np.bool_)
    highest_close = np.full(count, -np.inf)
    for age in range(1, min(lookback, count - 1) + 1):
        now, before = slice(age, None), slice(None, count - age)
        closes, between, going_on = close[now], highest_close[now], is_open[now]
        is_block = going_on & (close[before] < opened[before]) & (between <= high[before]) & (high[before] < closes)
        is_block &= closes - low[before] >= impulse[now]
        found[now][is_block] = age
        going_on &= ~is_block & (close[before] < closes)
        np.maximum(between, close[before], out=between)
    return found


def _edges(
    prices: PriceColumns, rules: SymbolRules, known: Array, origin: Array, is_bullish: Array
) -> tuple[Array, Array]:
    """Low and high of each block: from the open of its own candle to its wick, within the limits of the rules."""
    opened, close, atr14 = prices.open[origin], prices.close[known], prices.atr14[known]
    if rules.micro_ob_range_type == "pct":
        minimum, maximum = rules.micro_ob_pct_min * close, rules.micro_ob_pct_max * close
    else:
        minimum, maximum = rules.micro_ob_atr_min * atr14, rules.micro_ob_atr_max * atr14
    wick = np.where(is_bullish, opened - prices.low[origin], prices.high[origin] - opened)
    depth = np.maximum(minimum, np.minimum(wick, maximum))
    return np.where(is_bullish, opened - depth, opened), np.where(is_bullish, opened, opened + depth)


def _lives(
    prices: PriceColumns, spans: tuple[Array, Array], edges: tuple[Array, Array], is_bullish: Array
) -> tuple[Array, Array]:
    """Rows of first retest and end of each block that is known at `spans[0]` and at most valid up to `spans[1]`."""
    touched, ended = np.full(len(is_bullish), NEVER), np.full(len(is_bullish), NEVER)
    up = (prices.low, prices.close)
    down = (-prices.high, -prices.close)
    (known, last), (low, high) = spans, edges
    for chosen, (reach, close), (far, near) in ((is_bullish, up, (low, high)), (~is_bullish, down, (-high, -low))):
        for rows in _batches(np.flatnonzero(chosen)):
            touched[rows], ended[rows] = _bullish_lives(reach, close, known[rows], last[rows], far[rows], near[rows])
    return touched, ended


def _bullish_lives(low: Array, close: Array, known: Array, last: Array, far: Array, near: Array) -> tuple[Array, Array]:
    """First retest (a low at or below `near`) and end (a close below `far`, or old age) of bullish blocks."""
    count, lives = len(close), np.maximum(last - known, 0)
    steps = np.arange(int(lives.max(initial=0)) + 1)
    rows = np.minimum(known[:, None] + 1 + steps, count - 1)
    ends = (close[rows] < far[:, None]) | (steps >= lives[:, None])
    age = ends.argmax(axis=1)
    ended = known + 1 + age
    touches = (low[rows] <= near[:, None]) & (steps < np.minimum(age, count - 1 - known)[:, None])
    first = touches.argmax(axis=1)
    is_touched = touches[np.arange(len(known)), first]
    return np.where(is_touched, known + 1 + first, NEVER), np.where(ended < count, ended, NEVER)


def _batches(rows: Array) -> list[Array]:
    """Some at a time: a whole life of each lies in memory."""
    return [rows[start : start + BATCH] for start in range(0, len(rows), BATCH)]
