"""Snapshots for tests of the conditions: one that is a setup, and its reflection for the other side.

Prices are multiples of 1/64, so that reflecting them is exact.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from config.settings import SymbolRules
from engine.conditions.evaluator import Evaluator
from engine.domain.judgement import Check, Explanation, Judgement, LiveState
from engine.domain.market import Candle, Session, Side
from engine.domain.snapshot import MarketSnapshot
from engine.domain.structure import OrderBlock, Sweep, SweptSide
from tests.builders import GOLD, MONDAY, candle

RULES = SymbolRules()
MIRROR = 4000.0
"""Prices p become 4000 - p."""

BEFORE = candle(9, open=1999.75, high=2000.25, low=1999.5, close=2000.0, volume=100.0)
"""The candle before: a rising one."""

NOW = candle(10, open=2000.0, high=2000.375, low=1999.25, close=2000.25, volume=150.0)
"""A rising candle with a lower wick of three bodies, closing 0.25 below VWAP."""


def a_setup(**changes: Any) -> MarketSnapshot:
    """A market in which BUY passes with one edge (VWAP band), one primary signal (wick) and one secondary (volume).

    Its score is 7: wick 2, VWAP 2, edge 1, volatility 1, session 1. SELL lacks a primary signal.
    """
    fields: dict[str, Any] = {
        "candle": NOW,
        "previous": BEFORE,
        "session": Session.LONDON,
        "trading_day": MONDAY.date(),
        "is_ready": True,
        "atr1": 1.0,
        "atr14": 1.0,
        "range_avg": 1.0,
        "is_expanding": True,
        "true_range_mean_30": 1.0,
        "momentum_15": 0.0,
        "volume_mean_20": 100.0,
        "vwap": 2000.5,
        "vwap_sigma": 1.0,
        "band_low": 1999.5,
        "band_high": 2001.5,
        "band_persistence_s": 0.0,
        "vwap_anchored_at": MONDAY,
        "day_high": 2010.0,
        "day_low": 1990.0,
        "prior_day_high": 2020.0,
        "prior_day_low": 1980.0,
        "prior_session_high": 2012.0,
        "prior_session_low": 1988.0,
        "equal_highs": (),
        "equal_lows": (),
        "swings": (),
        "structure": None,
        "structure_direction": None,
        "choch": None,
        "choch_age": None,
        "sweep": None,
        "order_blocks": (),
        "retests": (),
        "spread_mean": 0.2,
        "spread_median": 0.2,
        "spread_stdev": 0.0,
        "spread_ratio": 1.0,
        "is_asian_expansion": False,
        "cvd": None,
        "cvd_divergence": None,
        "sweepable_high": 2005.0,
        "sweepable_low": 1995.0,
    }
    return MarketSnapshot(**(fields | changes))


def block(low: float, high: float, *, minute: int = 5, side: Side = Side.BUY, is_fresh: bool = True) -> OrderBlock:
    """An order block known since `minute` minutes after Monday's start."""
    return OrderBlock(
        direction=side,
        low=low,
        high=high,
        candle_time=MONDAY + timedelta(minutes=minute - 1),
        known_at=MONDAY + timedelta(minutes=minute),
        strength=0.5,
        is_fresh=is_fresh,
    )


def sweep_of(level: float, *, side: SweptSide = SweptSide.SELL_SIDE, confidence: float = 0.5) -> Sweep:
    """A sweep by the candle NOW."""
    return Sweep(side=side, level=level, confidence=confidence, known_at=NOW.opened_at)


def as_seen_by(side: Side, snapshot: MarketSnapshot) -> MarketSnapshot:
    """The market that is to `side` what `snapshot` is to BUY."""
    return snapshot if side is Side.BUY else mirrored(snapshot)


def explained(
    side: Side, snapshot: MarketSnapshot, rules: SymbolRules = RULES, live: LiveState | None = None
) -> Explanation:
    """The explanation of the market that is to `side` what `snapshot` is to BUY."""
    return Evaluator(GOLD, rules).explain(as_seen_by(side, snapshot), live)


def judged(
    side: Side, snapshot: MarketSnapshot, rules: SymbolRules = RULES, live: LiveState | None = None
) -> Judgement:
    """The judgement of the market that is to `side` what `snapshot` is to BUY."""
    return Evaluator(GOLD, rules).evaluate(as_seen_by(side, snapshot), live)


def check(
    name: str, side: Side, snapshot: MarketSnapshot, rules: SymbolRules = RULES, live: LiveState | None = None
) -> Check:
    """One check of `side` in the market that is to it what `snapshot` is to BUY."""
    layers = explained(side, snapshot, rules, live).of(side)
    return next(check for layer in layers for check in layer.checks if check.name == name)


def now(opening: float, high: float, low: float, close: float, volume: float | None = 150.0) -> Candle:
    """The candle that is judged, of other prices."""
    return candle(10, open=opening, high=high, low=low, close=close, volume=volume)


def before(opening: float, close: float) -> Candle:
    """The candle before it, of other prices."""
    return candle(9, open=opening, close=close)


def signal(name: str, side: Side, **changes: Any) -> Check:
    """The check of a signal in a changed market; it passes where the signal counts."""
    found = check(name, side, a_setup(**changes))
    verdict = judged(side, a_setup(**changes)).of(side)
    assert (name in verdict.primary + verdict.secondary) is found.is_passed
    return found


def outcome(found: Check) -> tuple[bool, Any, Any, str]:
    """How a check came out: whether it passes, its value, its limit and its case."""
    return found.is_passed, found.value, found.limit, found.case


def mirrored(snapshot: MarketSnapshot) -> MarketSnapshot:
    """The same market turned upside down: highs become lows, rises falls, and BUY becomes SELL."""
    sweep = snapshot.sweep
    return replace(
        snapshot,
        candle=_mirrored_candle(snapshot.candle),
        previous=None if snapshot.previous is None else _mirrored_candle(snapshot.previous),
        momentum_15=None if snapshot.momentum_15 is None else -snapshot.momentum_15,
        vwap=_price(snapshot.vwap),
        band_low=_price(snapshot.band_high),
        band_high=_price(snapshot.band_low),
        day_high=_price(snapshot.day_low),
        day_low=_price(snapshot.day_high),
        prior_day_high=_price(snapshot.prior_day_low),
        prior_day_low=_price(snapshot.prior_day_high),
        prior_session_high=_price(snapshot.prior_session_low),
        prior_session_low=_price(snapshot.prior_session_high),
        equal_highs=tuple(MIRROR - price for price in reversed(snapshot.equal_lows)),
        equal_lows=tuple(MIRROR - price for price in reversed(snapshot.equal_highs)),
        sweep=None if sweep is None else replace(sweep, side=_OTHER_LIQUIDITY[sweep.side], level=MIRROR - sweep.level),
        order_blocks=tuple(_mirrored_block(block) for block in snapshot.order_blocks),
        retests=tuple(_mirrored_block(block) for block in snapshot.retests),
        choch_up_age=snapshot.choch_down_age,
        choch_down_age=snapshot.choch_up_age,
        sweepable_high=_price(snapshot.sweepable_low),
        sweepable_low=_price(snapshot.sweepable_high),
        cvd_divergence=None if snapshot.cvd_divergence is None else snapshot.cvd_divergence.opposite,
        cvd_divergences=tuple(side.opposite for side in snapshot.cvd_divergences),
    )


_OTHER_LIQUIDITY = {SweptSide.SELL_SIDE: SweptSide.BUY_SIDE, SweptSide.BUY_SIDE: SweptSide.SELL_SIDE}


def _price(price: float | None) -> float | None:
    return None if price is None else MIRROR - price


def _mirrored_candle(candle: Candle) -> Candle:
    return replace(
        candle,
        open=MIRROR - candle.open,
        high=MIRROR - candle.low,
        low=MIRROR - candle.high,
        close=MIRROR - candle.close,
    )


def _mirrored_block(block: OrderBlock) -> OrderBlock:
    return replace(block, direction=block.direction.opposite, low=MIRROR - block.high, high=MIRROR - block.low)
