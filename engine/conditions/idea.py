"""Entry, stop and target of a setup."""

from __future__ import annotations

import hashlib

from config.settings import SymbolRules
from engine.domain.judgement import SideJudgement, TradeIdea
from engine.domain.market import Candle, Side
from engine.domain.snapshot import MarketSnapshot


class IdeaMaker:
    """Makes the trade idea of a candle: the stop beyond its extreme, the target a multiple of that distance."""

    __slots__ = ("_rules",)

    def __init__(self, rules: SymbolRules) -> None:
        self._rules = rules

    def idea(self, snapshot: MarketSnapshot, side: Side) -> TradeIdea | None:
        """The idea in price units; None while ATR(14) or the average range it is measured in are not ready.

        Candles are bid prices: BUY enters at the ask, one spread above the close, and SELL at the close. An unknown
        spread is taken as zero.
        """
        candle, range_avg, unit = snapshot.candle, snapshot.range_avg, self._unit(snapshot)
        if range_avg is None or unit is None:
            return None
        rules, spread = self._rules, candle.spread or 0.0
        sign = 1.0 if side is Side.BUY else -1.0
        entry = candle.close + spread if side is Side.BUY else candle.close
        extreme = candle.low - spread if side is Side.BUY else candle.high + spread
        stop = _clamped(abs(entry - extreme), rules.sl_range, unit)
        target = _clamped(rules.reward_ratio * stop, rules.tp_range, unit)
        return TradeIdea(
            side=side,
            entry=entry,
            stop_loss=entry - sign * stop,
            take_profit=entry + sign * target,
            stop_distance=stop,
            target_distance=target,
            is_spread_known=candle.spread is not None,
            # A market whose last candles all stood still has no candle that could reach the stop.
            stop_in_ranges=stop / range_avg if range_avg > 0.0 else float("inf"),
        )

    def _unit(self, snapshot: MarketSnapshot) -> float | None:
        return 1.0 if self._rules.stop_mode == "price" else snapshot.atr14


def signal_id(candle: Candle, judgement: SideJudgement) -> str:
    """Sixteen hexadecimal digits for symbol, side, candle time and signals: the same in every process and run."""
    names = ",".join((*judgement.primary, *judgement.secondary))
    text = f"{candle.symbol}|{judgement.side.value}|{candle.opened_at.isoformat()}|{names}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _clamped(distance: float, bounds: tuple[float, float], unit: float) -> float:
    minimum, maximum = bounds[0] * unit, bounds[1] * unit
    return max(minimum, min(distance, maximum))
