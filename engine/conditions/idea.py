"""Entry, stop and target of a setup."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from math import inf
from typing import NamedTuple

from config.settings import SymbolRules
from engine.conditions.expression import Term, known, where
from engine.domain.judgement import TradeIdea
from engine.domain.market import Side
from engine.domain.snapshot import MarketSnapshot


class Prices(NamedTuple):
    """What an idea is made of, as terms in price units: the candle's, its spread (0 where unknown), and ATR(14)."""

    high: Term
    low: Term
    close: Term
    spread: Term
    atr14: Term


class Levels(NamedTuple):
    """Entry, stop and target as terms, and the distances of the latter two."""

    entry: Term
    stop_loss: Term
    take_profit: Term
    stop_distance: Term
    target_distance: Term


def levels(side: Side, prices: Prices, rules: SymbolRules) -> Levels:
    """The stop beyond the candle's extreme, the target a multiple of that distance, both within their ranges.

    Candles are bid prices: BUY enters at the ask, one spread above the close, and SELL at the close.
    """
    is_buy, spread = side is Side.BUY, prices.spread
    entry = prices.close + spread if is_buy else prices.close
    extreme = prices.low - spread if is_buy else prices.high + spread
    unit = 1.0 if rules.stop_mode == "price" else prices.atr14
    stop = _clamped(abs(entry - extreme), rules.sl_range, unit)
    target = _clamped(rules.reward_ratio * stop, rules.tp_range, unit)
    sign = 1.0 if is_buy else -1.0
    return Levels(entry, entry - sign * stop, entry + sign * target, stop, target)


class IdeaMaker:
    """Makes the trade idea of a candle: the stop beyond its extreme, the target a multiple of that distance."""

    __slots__ = ("_rules",)

    def __init__(self, rules: SymbolRules) -> None:
        self._rules = rules

    def idea(self, snapshot: MarketSnapshot, side: Side) -> TradeIdea | None:
        """The idea in price units; None while ATR(14) or the average range it is measured in are not ready.

        An unknown spread is taken as zero.
        """
        candle, range_avg, atr14 = snapshot.candle, snapshot.range_avg, snapshot.atr14
        if range_avg is None or (atr14 is None and self._rules.stop_mode == "atr"):
            return None
        prices = Prices(candle.high, candle.low, candle.close, known(candle.spread, 0.0), atr14)
        return trade_idea(side, levels(side, prices, self._rules), candle.spread is not None, range_avg)


def trade_idea(side: Side, found: Levels, is_spread_known: bool, range_avg: float) -> TradeIdea:
    """The levels of one candle as an idea; `range_avg` is its average range in price units."""
    return TradeIdea(
        side=side,
        entry=found.entry,
        stop_loss=found.stop_loss,
        take_profit=found.take_profit,
        stop_distance=found.stop_distance,
        target_distance=found.target_distance,
        is_spread_known=is_spread_known,
        # A market whose last candles all stood still has no candle that could reach the stop.
        stop_in_ranges=found.stop_distance / range_avg if range_avg > 0.0 else inf,
    )


def signal_id(symbol: str, side: Side, candle_time: datetime, signals: Iterable[str]) -> str:
    """Sixteen hexadecimal digits for symbol, side, candle time and signals: the same in every process and run."""
    text = f"{symbol}|{side.value}|{candle_time.isoformat()}|{','.join(signals)}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _clamped(distance: Term, bounds: tuple[float, float], unit: Term) -> Term:
    minimum, maximum = bounds[0] * unit, bounds[1] * unit
    within = where(maximum < distance, maximum, distance)
    return where(within > minimum, within, minimum)
