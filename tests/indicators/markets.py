"""Markets of every kind: random walks, and candles that hypothesis draws to break a reading."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from config.settings import SymbolRules
from engine.domain.market import Candle
from tests.builders import MONDAY
from tests.indicators.analyzed import rules_with

STARTS = (
    MONDAY,
    datetime(2026, 3, 6, 19, 30, tzinfo=UTC),  # the weekend on which America sets its clocks
    datetime(2026, 3, 27, 15, 0, tzinfo=UTC),  # and Europe
    datetime(2025, 10, 24, 6, 45, tzinfo=UTC),
    datetime(2025, 12, 31, 21, 50, tzinfo=UTC),
)
STEPS = (1e-6, 0.01, 0.25, 1e4)
GAPS = (1, 1, 1, 1, 1, 2, 5, 31, 61, 240, 1440, 3000)


def candle_at(
    opened_at: datetime,
    ticks: tuple[int, int, int, int],
    step: float,
    *,
    volume: float | None,
    spread: float | None,
    bought: float | None,
) -> Candle:
    """A candle whose open, close and wicks are whole numbers of price steps, so that prices often meet."""
    opening, close, upper, lower = ticks
    return Candle(
        symbol="XAUUSD",
        opened_at=opened_at,
        open=opening * step,
        high=(max(opening, close) + upper) * step,
        low=max(1, min(opening, close) - lower) * step,
        close=close * step,
        volume=volume,
        spread=spread,
        taker_buy=None if bought is None or volume is None else bought * volume,
    )


@st.composite
def short_markets(draw: st.DrawFn, *, max_candles: int = 50) -> list[Candle]:
    """A few candles with gaps, flat minutes, minutes without volume, and prices of any size."""
    step, now, close = draw(st.sampled_from(STEPS)), draw(st.sampled_from(STARTS)), draw(st.sampled_from((9, 5_000)))
    rows = st.tuples(
        st.sampled_from(GAPS),
        st.integers(-2, 2),
        st.integers(-6, 6),
        st.sampled_from((0, 0, 1, 2, 5)),
        st.sampled_from((0, 0, 1, 2, 5)),
        st.sampled_from((0.0, 0.0, 1.0, 40.0, 100.0, 1e7)),
        st.sampled_from((None, 0.0, 0.2, 0.3, 50.0)),
        st.sampled_from((None, 0.0, 0.25, 0.5, 1.0)),
    )
    candles = []
    for gap, jump, move, upper, lower, volume, spread, bought in draw(st.lists(rows, min_size=1, max_size=max_candles)):
        opening = max(1, close + jump)
        close = max(1, opening + move)
        ticks = (opening, close, upper, lower)
        candles.append(candle_at(now, ticks, step, volume=volume, spread=spread, bought=bought))
        now += timedelta(minutes=gap)
    return candles


def random_market(seed: int, count: int, *, step: float = 0.01, gap_share: float = 0.01) -> list[Candle]:
    """A long walk whose volatility comes and goes."""
    dice = random.Random(seed)
    now, close, unrest, candles = dice.choice(STARTS), 200_000, 20.0, []
    for _ in range(count):
        unrest = min(200.0, max(0.4, unrest * dice.choice((0.9, 1.0, 1.12))))
        opening = max(1, close + round(dice.gauss(0, unrest / 10)))
        close = max(1, opening + round(dice.gauss(0, unrest)))
        ticks = (opening, close, round(abs(dice.gauss(0, unrest / 2))), round(abs(dice.gauss(0, unrest / 2))))
        volume = float(dice.choice((0, 1, dice.randint(1, 400), 800)))
        spread = dice.choice((None, 0.2, 0.2, 0.25, 0.3, 0.9))
        candles.append(candle_at(now, ticks, step, volume=volume, spread=spread, bought=dice.choice((0.25, 0.5, 0.75))))
        now += timedelta(minutes=dice.choice(GAPS) if dice.random() < gap_share else 1)
    return candles


@st.composite
def short_rules(draw: st.DrawFn) -> SymbolRules:
    """Rules with windows so short that a few candles fill them."""

    def whole(minimum: int, maximum: int) -> int:
        return draw(st.integers(minimum, maximum))

    return rules_with(
        vwap={
            "tolerance_type": draw(st.sampled_from(("fixed", "atr_adjusted"))),
            "tolerance": 0.00137,
            "atr_multiplier": 0.6137,
            "ready_after_candles": whole(1, 4),
        },
        micro_ob={
            "range_type": draw(st.sampled_from(("atr", "pct"))),
            "lookback": whole(1, 5),
            "impulse_atr": draw(st.sampled_from((0.1, 0.5, 1.0))),
            "max_age": whole(5, 9),
        },
        atr1_smoothing=whole(1, 3),
        atr_length=whole(2, 5),
        range_window=whole(1, 4),
        expansion_window=whole(1, 3),
        day_range_after_candles=whole(1, 5),
        sweep_lookback=whole(3, 5),
        spread_window=whole(10, 12),
        divergence_candles=whole(1, 4),
        equal_level_max_age=whole(5, 12),
        equal_level_tolerance_atr=draw(st.sampled_from((0.1, 0.5, 2.0))),
    )
