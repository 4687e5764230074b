"""Random snapshots, close enough to every limit that equality occurs; what is said of one moment agrees with itself."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from engine.domain.market import Candle, Session, Side
from engine.domain.snapshot import MarketSnapshot
from engine.domain.structure import OrderBlock, SweptSide
from tests.builders import candle
from tests.conditions.markets import a_setup, block, sweep_of

STEP = 1.0 / 64.0
prices = st.integers(-160, 160).map(lambda steps: 2000.0 + steps * STEP)
distances = st.integers(0, 160).map(lambda steps: steps * STEP)


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(values, values, values, st.none())


@st.composite
def candles(draw: st.DrawFn, minute: int) -> Candle:
    low, first, second, high = sorted(draw(st.tuples(prices, prices, prices, prices)))
    opening, close = draw(st.permutations([first, second]))
    volume = draw(st.none() | st.integers(0, 300).map(float))
    spread = draw(maybe(st.integers(0, 40).map(lambda steps: steps * STEP)))
    return candle(minute, open=opening, high=high, low=low, close=close, volume=volume, spread=spread)


@st.composite
def blocks(draw: st.DrawFn, minute: int) -> OrderBlock:
    low, high = sorted(draw(st.tuples(prices, prices)))
    return block(low, high, minute=minute, side=draw(st.sampled_from(Side)), is_fresh=draw(st.booleans()))


@st.composite
def snapshots(draw: st.DrawFn) -> MarketSnapshot:
    """Any market that the readings could describe, prices around 2000."""
    vwap, tolerance = draw(maybe(prices)), draw(distances)
    atr1, atr14, range_avg = draw(maybe(distances)), draw(maybe(distances)), draw(maybe(distances))
    now = draw(candles(10))
    known = [draw(blocks(minute)) for minute in sorted(draw(st.lists(st.sampled_from([3, 5, 8, 10]), max_size=4)))]
    sweep = draw(st.sampled_from([None, SweptSide.SELL_SIDE, SweptSide.BUY_SIDE]))
    mean = draw(maybe(st.integers(0, 40).map(lambda steps: steps * STEP)))
    ratio = now.spread / mean if mean and now.spread is not None and draw(st.booleans()) else None
    session = draw(st.sampled_from(Session))
    sides = draw(st.lists(st.sampled_from(Side), unique=True))
    return a_setup(
        candle=now,
        previous=draw(maybe(candles(9))),
        session=session,
        is_ready=None not in (vwap, atr1, atr14, range_avg),
        atr1=atr1,
        atr14=atr14,
        range_avg=range_avg,
        is_expanding=draw(maybe(st.booleans())),
        true_range_mean_30=draw(maybe(distances)),
        momentum_15=draw(maybe(prices.map(lambda price: price - 2000.0))),
        volume_mean_20=draw(maybe(st.integers(0, 600).map(float))),
        vwap=vwap,
        band_low=None if vwap is None else vwap - tolerance,
        band_high=None if vwap is None else vwap + tolerance,
        band_persistence_s=60.0 * draw(st.integers(0, 3)),
        day_high=draw(maybe(prices)),
        day_low=draw(maybe(prices)),
        prior_day_high=draw(maybe(prices)),
        prior_day_low=draw(maybe(prices)),
        prior_session_high=draw(maybe(prices)),
        prior_session_low=draw(maybe(prices)),
        equal_highs=tuple(sorted(draw(st.lists(prices, max_size=3)))),
        equal_lows=tuple(sorted(draw(st.lists(prices, max_size=3)))),
        sweep=None if sweep is None else sweep_of(draw(prices), side=sweep),
        order_blocks=tuple(known),
        retests=tuple(block for block in known if block.is_fresh and draw(st.booleans())),
        spread_mean=mean,
        spread_ratio=ratio,
        is_asian_expansion=ratio is not None and ratio >= 2.0 and session in (Session.ASIA, Session.POST_NY),
        cvd=draw(st.sampled_from([None, 1.0])),
        cvd_divergences=tuple(sides),
        cvd_divergence=sides[0] if sides else None,
        choch_up_age=draw(maybe(st.integers(0, 10))),
        choch_down_age=draw(maybe(st.integers(0, 10))),
        sweepable_high=draw(maybe(prices)),
        sweepable_low=draw(maybe(prices)),
    )
