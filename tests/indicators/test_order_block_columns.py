"""Order blocks of a whole series are those that one candle after the other finds."""

from __future__ import annotations

import random
from datetime import timedelta

import numpy as np
import pytest

from config.settings import SymbolRules
from engine.domain.market import Candle, Side
from engine.domain.structure import OrderBlock
from engine.indicators.order_block_columns import NEVER, PriceColumns, find_order_blocks
from engine.indicators.order_blocks import OrderBlocks
from tests.builders import MONDAY

MINUTE = timedelta(minutes=1)
ATR = 1.5
RULES = (
    SymbolRules(),
    SymbolRules(micro_ob_lookback=9, micro_ob_max_age=5),
    SymbolRules(micro_ob_range_type="pct", micro_ob_lookback=1),
)


def walk(count: int) -> list[Candle]:
    draw, price, found = random.Random(5), 2000.0, []
    for minute in range(count):
        close = price + draw.gauss(0.0, 1.2)
        high, low = max(price, close) + draw.expovariate(2.0), min(price, close) - draw.expovariate(2.0)
        at = MONDAY + minute * MINUTE
        found.append(Candle(symbol="XAUUSD", opened_at=at, open=price, high=high, low=low, close=close, volume=1.0))
        price = close
    return found


def one_by_one(candles: list[Candle], rules: SymbolRules) -> list[tuple[OrderBlock, ...]]:
    blocks = OrderBlocks(rules)
    return [blocks.update(candle, ATR)[0] for candle in candles]


def at_once(candles: list[Candle], rules: SymbolRules) -> list[set[tuple[object, ...]]]:
    """The blocks that are valid after each candle: side, own candle, low, high, and whether they are fresh."""
    prices = {name: np.array([getattr(each, name) for each in candles]) for name in ("open", "high", "low", "close")}
    found = find_order_blocks(PriceColumns(**prices, atr14=np.full(len(candles), ATR)), rules)
    valid: list[set[tuple[object, ...]]] = [set() for _ in candles]
    columns = (found.origin, found.known, found.touched, found.ended, found.low, found.high, found.is_bullish)
    for origin, known, touched, ended, low, high, is_bullish in zip(*(each.tolist() for each in columns), strict=True):
        for row in range(known, len(candles) if ended == NEVER else ended):
            is_fresh = touched == NEVER or row < touched
            side = Side.BUY if is_bullish else Side.SELL
            valid[row].add((side, candles[origin].opened_at, low, high, is_fresh))
    return valid


@pytest.mark.parametrize("rules", RULES)
def test_that_every_candle_has_the_same_valid_blocks(rules: SymbolRules) -> None:
    candles = walk(600)
    expected = [
        {(each.direction, each.candle_time, each.low, each.high, each.is_fresh) for each in blocks}
        for blocks in one_by_one(candles, rules)
    ]
    assert any(expected)
    assert at_once(candles, rules) == expected
