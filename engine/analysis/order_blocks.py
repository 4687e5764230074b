"""Order blocks: where a move that broke away began, until price returns to it or through it."""

from __future__ import annotations

from collections import deque
from math import inf

from msgspec.structs import replace

from config.settings import SymbolRules
from engine.domain.market import Candle, Side
from engine.domain.structure import OrderBlock

FULL_STRENGTH_ATR = 3.0
NO_BLOCKS: tuple[OrderBlock, ...] = ()

_Watched = tuple[OrderBlock, int, float, float, float, float]
"""A block, the number of the last candle at which it may be valid, and what changes it: a low at or below the first
price or a high at or above the second touches it, a close below the third or above the fourth is through it."""


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
            # The first close beyond a candle is also beyond every close since: the last of them already tells
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
            highest_close = max(highest_close, origin.close)
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
            lowest_close = min(lowest_close, origin.close)
        return None

    def _depth(self, wick_to_open: float, price: float, atr14: float) -> float:
        rules = self._rules
        if rules.micro_ob_range_type == "pct":
            least, most = rules.micro_ob_pct_min * price, rules.micro_ob_pct_max * price
        else:
            least, most = rules.micro_ob_atr_min * atr14, rules.micro_ob_atr_max * atr14
        return max(least, min(wick_to_open, most))


class OrderBlocks:
    """The blocks that are valid after each closed candle, and those it touched for the first time."""

    __slots__ = ("_blocks", "_count", "_detector", "_max_age", "retests", "valid")

    def __init__(self, rules: SymbolRules) -> None:
        self._detector = OrderBlockDetector(rules)
        self._max_age = rules.micro_ob_max_age
        self._count = 0
        self._blocks: list[_Watched] = []
        self.valid = self.retests = NO_BLOCKS
        """`valid` is in the order in which the blocks became known; `retests` are among them."""

    def update(self, candle: Candle, atr14: float | None) -> None:
        """Takes one closed candle with ATR(14) at its close; only blocks known before it can be touched by it."""
        self._count += 1
        self.retests = NO_BLOCKS
        is_changed = self._is_any_concerned(candle)
        if is_changed:
            self._judge_each(candle)
        found = self._detector.update(candle, atr14)
        if found is not None:
            block, age = found
            self._blocks.append(_watch(block, self._count - age + self._max_age))
        if found is not None or is_changed:
            self.valid = tuple([watched[0] for watched in self._blocks])

    def _is_any_concerned(self, candle: Candle) -> bool:
        low, high, close, count = candle.low, candle.high, candle.close, self._count
        for _, last, touched_from, touched_to, floor, ceiling in self._blocks:
            if low <= touched_from or high >= touched_to or close < floor or close > ceiling or count > last:
                return True
        return False

    def _judge_each(self, candle: Candle) -> None:
        kept, retests = [], []
        for watched in self._blocks:
            block, last, touched_from, touched_to, floor, ceiling = watched
            if self._count > last or candle.close < floor or candle.close > ceiling:
                continue
            if candle.low <= touched_from or candle.high >= touched_to:
                touched = replace(block, is_fresh=False)
                retests.append(touched)
                kept.append(_watch(touched, last))
            else:
                kept.append(watched)
        self._blocks, self.retests = kept, tuple(retests)


def _watch(block: OrderBlock, last: int) -> _Watched:
    is_buy = block.direction is Side.BUY
    return (
        block,
        last,
        block.high if is_buy and block.is_fresh else -inf,
        block.low if not is_buy and block.is_fresh else inf,
        block.low if is_buy else -inf,
        inf if is_buy else block.high,
    )


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
