"""Order blocks: where an impulse began, until price returns to it or through it."""

from __future__ import annotations

from collections import deque
from math import inf

from msgspec.structs import replace

from config.settings import SymbolRules
from engine.domain.market import Candle, Side
from engine.domain.structure import OrderBlock

FULL_STRENGTH_ATR = 3.0
NO_BLOCKS: tuple[OrderBlock, ...] = ()

_Watched = tuple[OrderBlock, int, float, float]
"""A block, the number of the last candle at which it may be valid, and the low or the high that can change it."""


class OrderBlockDetector:
    """Finds the nearest opposite candle that a close has just gone beyond, by a move of enough ATR(14)."""

    __slots__ = ("_recent", "_rules")

    def __init__(self, rules: SymbolRules) -> None:
        self._rules = rules
        self._recent: deque[Candle] = deque(maxlen=rules.micro_ob_lookback)

    def update(self, candle: Candle, atr14: float | None) -> tuple[OrderBlock, int] | None:
        """The block known by this closed candle, and how many candles before it the block's own candle lies."""
        found = None
        if atr14 is not None and self._recent:
            # The first close beyond a candle is also beyond every close since: the last of them already shows it
            # the only direction in which there can be a block.
            last_close = self._recent[-1].close
            if candle.close > last_close:
                found = self._bullish(candle, atr14)
            elif candle.close < last_close:
                found = self._bearish(candle, atr14)
        self._recent.append(candle)
        return found

    def _bullish(self, candle: Candle, atr14: float) -> tuple[OrderBlock, int] | None:
        close, impulse = candle.close, self._rules.micro_ob_impulse_atr * atr14
        highest_close = 0.0
        for age, origin in enumerate(reversed(self._recent), 1):
            if origin.close < origin.open and highest_close <= origin.high < close and close - origin.low >= impulse:
                top = origin.open
                bottom = top - self._depth(top - origin.low, close, atr14)
                return _block(Side.BUY, bottom, top, origin, candle, close - origin.low, atr14), age
            if origin.close >= close:
                return None
            if origin.close > highest_close:
                highest_close = origin.close
        return None

    def _bearish(self, candle: Candle, atr14: float) -> tuple[OrderBlock, int] | None:
        close, impulse = candle.close, self._rules.micro_ob_impulse_atr * atr14
        lowest_close = inf
        for age, origin in enumerate(reversed(self._recent), 1):
            if origin.close > origin.open and close < origin.low <= lowest_close and origin.high - close >= impulse:
                bottom = origin.open
                top = bottom + self._depth(origin.high - bottom, close, atr14)
                return _block(Side.SELL, bottom, top, origin, candle, origin.high - close, atr14), age
            if origin.close <= close:
                return None
            if origin.close < lowest_close:
                lowest_close = origin.close
        return None

    def _depth(self, wick_to_open: float, price: float, atr14: float) -> float:
        rules = self._rules
        if rules.micro_ob_range_type == "pct":
            minimum, maximum = rules.micro_ob_pct_min * price, rules.micro_ob_pct_max * price
        else:
            minimum, maximum = rules.micro_ob_atr_min * atr14, rules.micro_ob_atr_max * atr14
        return max(minimum, min(wick_to_open, maximum))


class OrderBlocks:
    """The blocks that are valid after each closed candle, and those it touched for the first time."""

    __slots__ = ("_blocks", "_count", "_detector", "_max_age", "_valid")

    def __init__(self, rules: SymbolRules) -> None:
        self._detector = OrderBlockDetector(rules)
        self._max_age = rules.micro_ob_max_age
        self._count = 0
        self._blocks: list[_Watched] = []
        self._valid = NO_BLOCKS

    def update(self, candle: Candle, atr14: float | None) -> tuple[tuple[OrderBlock, ...], tuple[OrderBlock, ...]]:
        """The blocks valid after this closed candle, in the order in which they became known, and its retests.

        Only blocks known before it can be touched by it. `atr14` is ATR(14) at its close.
        """
        self._count += 1
        is_changed, retests = self._is_any_reached(candle), NO_BLOCKS
        if is_changed:
            retests = self._judge_each(candle)
        found = self._detector.update(candle, atr14)
        if found is not None:
            block, age = found
            self._blocks.append(_watch(block, self._count - age + self._max_age))
        if found is not None or is_changed:
            self._valid = tuple([watched[0] for watched in self._blocks])
        return self._valid, retests

    def _is_any_reached(self, candle: Candle) -> bool:
        low, high, count = candle.low, candle.high, self._count
        for _, end, reached_from, reached_to in self._blocks:
            if low <= reached_from or high >= reached_to or count > end:
                return True
        return False

    def _judge_each(self, candle: Candle) -> tuple[OrderBlock, ...]:
        kept, retests = [], []
        for watched in self._blocks:
            block, end, _, _ = watched
            if self._count > end or _closes_through(candle, block):
                continue
            if block.is_fresh and _touches(candle, block):
                block = replace(block, is_fresh=False)
                retests.append(block)
                watched = _watch(block, end)
            kept.append(watched)
        self._blocks = kept
        return tuple(retests)


def _watch(block: OrderBlock, end: int) -> _Watched:
    """A fresh block can change where it is touched, a touched one only beyond its far edge."""
    if block.direction is Side.BUY:
        return block, end, block.high if block.is_fresh else block.low, inf
    return block, end, -inf, block.low if block.is_fresh else block.high


def _touches(candle: Candle, block: OrderBlock) -> bool:
    return candle.low <= block.high if block.direction is Side.BUY else candle.high >= block.low


def _closes_through(candle: Candle, block: OrderBlock) -> bool:
    return candle.close < block.low if block.direction is Side.BUY else candle.close > block.high


def _block(
    direction: Side, low: float, high: float, origin: Candle, candle: Candle, move: float, atr14: float
) -> OrderBlock:
    return OrderBlock(
        direction=direction,
        low=low,
        high=high,
        candle_time=origin.opened_at,
        known_at=candle.opened_at,
        strength=min(1.0, move / (FULL_STRENGTH_ATR * atr14)),
        is_fresh=True,
    )
