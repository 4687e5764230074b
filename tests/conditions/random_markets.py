"""Random snapshots, close enough to every limit that equality occurs; what is said of one moment agrees with itself.

Each strategy is made once, and a value that may be missing is one draw: making and drawing them is all that takes time.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from engine.domain.market import Candle, Session, Side
from engine.domain.snapshot import MarketSnapshot
from engine.domain.structure import OrderBlock, Sweep, SweptSide
from tests.builders import candle
from tests.conditions.markets import a_setup, block, sweep_of

STEP = 1.0 / 64.0
FOUND_AT = (3, 5, 8, 10)


def numbers(low: int, high: int, *, base: float = 0.0, step: float = STEP) -> st.SearchStrategy[float]:
    return st.integers(low, high).map(lambda steps: base + steps * step)


def maybe(low: int, high: int, *, base: float = 0.0, step: float = STEP) -> st.SearchStrategy[float | None]:
    """As `numbers`, but nothing in a quarter of all cases."""
    last = high + (high - low + 1) // 3
    return st.integers(low, last).map(lambda steps: None if steps > high else base + steps * step)


def maybe_of(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from([None, *values])


prices, distances = numbers(-160, 160, base=2000.0), numbers(0, 160)
maybe_price, maybe_distance, maybe_spread = maybe(-160, 160, base=2000.0), maybe(0, 160), maybe(0, 40)
maybe_age = maybe_of(*range(11))
levels = st.lists(prices, max_size=3).map(lambda found: tuple(sorted(found)))


def _candle(minute: int, corners: list[float], is_falling: bool, volume: float | None, spread: float | None) -> Candle:
    low, *ends, high = sorted(corners)
    opening, close = reversed(ends) if is_falling else ends
    return candle(minute, open=opening, high=high, low=low, close=close, volume=volume, spread=spread)


def candles(minute: int) -> st.SearchStrategy[Candle]:
    corners = st.lists(prices, min_size=4, max_size=4)
    return st.builds(_candle, st.just(minute), corners, st.booleans(), maybe(0, 300, step=1.0), maybe_spread)


def _block(minute: int, ends: list[float], side: Side, is_fresh: bool) -> OrderBlock:
    low, high = sorted(ends)
    return block(low, high, minute=minute, side=side, is_fresh=is_fresh)


def _sweep(level: float, side: SweptSide) -> Sweep:
    return sweep_of(level, side=side)


blocks = st.builds(
    _block,
    st.sampled_from(FOUND_AT),
    st.lists(prices, min_size=2, max_size=2),
    st.sampled_from(Side),
    st.booleans(),
)
fields = st.fixed_dictionaries(
    {
        "candle": candles(10),
        "previous": st.none() | candles(9),
        "session": st.sampled_from(Session),
        "atr1": maybe_distance,
        "atr14": maybe_distance,
        "range_avg": maybe_distance,
        "is_expanding": maybe_of(False, True),
        "true_range_mean_30": maybe_distance,
        "momentum_15": maybe(-160, 160),
        "volume_mean_20": maybe(0, 600, step=1.0),
        "vwap": maybe_price,
        "band_persistence_s": numbers(0, 3, step=60.0),
        "day_high": maybe_price,
        "day_low": maybe_price,
        "prior_day_high": maybe_price,
        "prior_day_low": maybe_price,
        "prior_session_high": maybe_price,
        "prior_session_low": maybe_price,
        "equal_highs": levels,
        "equal_lows": levels,
        "sweep": st.none()
        | st.builds(lambda level, side: sweep_of(level, side=side), prices, st.sampled_from(SweptSide)),
        "order_blocks": st.lists(blocks, max_size=4).map(lambda found: sorted(found, key=lambda one: one.known_at)),
        "spread_mean": maybe_spread,
        "cvd": maybe_of(1.0),
        "cvd_divergences": st.lists(st.sampled_from(Side), unique=True).map(tuple),
        "choch_up_age": maybe_age,
        "choch_down_age": maybe_age,
        "sweepable_high": maybe_price,
        "sweepable_low": maybe_price,
    }
)


@st.composite
def snapshots(draw: st.DrawFn) -> MarketSnapshot:
    """Any market that the readings could describe, prices around 2000."""
    drawn = draw(fields)
    tolerance, has_ratio, retested = draw(distances), draw(st.booleans()), draw(st.integers(0, 15))
    vwap, mean, spread, known = drawn["vwap"], drawn["spread_mean"], drawn["candle"].spread, drawn.pop("order_blocks")
    ratio = spread / mean if mean and spread is not None and has_ratio else None
    sides = drawn["cvd_divergences"]
    return a_setup(
        **drawn,
        is_ready=None not in (vwap, drawn["atr1"], drawn["atr14"], drawn["range_avg"]),
        band_low=None if vwap is None else vwap - tolerance,
        band_high=None if vwap is None else vwap + tolerance,
        order_blocks=tuple(known),
        retests=tuple(block for place, block in enumerate(known) if block.is_fresh and retested >> place & 1),
        spread_ratio=ratio,
        is_asian_expansion=ratio is not None and ratio >= 2.0 and drawn["session"] in (Session.ASIA, Session.POST_NY),
        cvd_divergence=sides[0] if sides else None,
    )
