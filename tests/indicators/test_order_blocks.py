"""Facts about order blocks: what makes one, its zone, and what ends it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from config.settings import SymbolRules
from engine.domain.market import Candle, Side
from engine.domain.snapshot import MarketSnapshot
from engine.domain.structure import OrderBlock
from tests.approximate import close_to
from tests.builders import candle
from tests.indicators.analyzed import read, rules_with

QUIET = 15
MIRROR = 4000.0

Prices = tuple[float, float, float, float]
"""Open, high, low, close."""

DOWN: Prices = (2000.0, 2000.2, 1999.4, 1999.6)
RALLY: Prices = (1999.6, 2002.6, 1999.6, 2002.5)
ABOVE: Prices = (2002.5, 2002.6, 2002.4, 2002.5)


def market(*rows: Prices, is_mirrored: bool = False) -> list[Candle]:
    """Quiet candles of range one, so that ATR(14) is one, and then the rows."""
    quiet: list[Prices] = [(2000.0, 2000.5, 1999.5, 2000.0)] * QUIET
    candles = []
    for minute, (opening, high, low, close) in enumerate([*quiet, *rows]):
        if is_mirrored:
            opening, high, low, close = MIRROR - opening, MIRROR - low, MIRROR - high, MIRROR - close
        candles.append(candle(minute, open=opening, high=high, low=low, close=close))
    return candles


def after(*rows: Prices, rules: SymbolRules | None = None) -> list[MarketSnapshot]:
    """The snapshots of the rows."""
    return read(market(*rows), rules=rules)[QUIET:]


def valid(snapshots: Sequence[MarketSnapshot]) -> list[int]:
    """How many blocks are valid after each candle."""
    return [len(snapshot.order_blocks) for snapshot in snapshots]


def the_block(*rows: Prices, rules: SymbolRules | None = None) -> OrderBlock:
    (block,) = after(*rows, rules=rules)[-1].order_blocks
    return block


# -- what makes one -------------------------------------------------------------------------------------------


def test_that_a_down_candle_before_a_rally_that_closes_above_it_is_a_bullish_block() -> None:
    snapshots = after(DOWN, RALLY)
    assert snapshots[0].order_blocks == ()
    (block,) = snapshots[1].order_blocks
    assert block.direction is Side.BUY
    assert block.is_fresh
    assert (block.candle_time, block.known_at) == tuple(snapshot.candle.opened_at for snapshot in snapshots)


def test_that_an_up_candle_before_a_fall_is_a_bearish_block_in_the_mirror() -> None:
    (mirrored,) = read(market(DOWN, RALLY, is_mirrored=True))[-1].order_blocks
    block = the_block(DOWN, RALLY)
    assert mirrored.direction is Side.SELL
    assert (mirrored.low, mirrored.high) == (close_to(MIRROR - block.high), close_to(MIRROR - block.low))
    assert mirrored.strength == pytest.approx(block.strength)


def test_that_a_close_at_the_high_of_the_candle_has_not_gone_beyond_it() -> None:
    assert valid(after((2000.0, 2002.5, 1999.4, 1999.6), RALLY)) == [0, 0]


def test_that_a_move_of_less_than_atr14_makes_none() -> None:
    assert valid(after(DOWN, (1999.6, 2000.3, 1999.5, 2000.25))) == [0, 0]


@pytest.mark.parametrize(("impulse_atr", "count"), [(1.25, 1), (1.26, 0)])
def test_that_a_move_of_exactly_the_impulse_is_enough(impulse_atr: float, count: int) -> None:
    rules = rules_with(micro_ob={"impulse_atr": impulse_atr})
    rows: tuple[Prices, ...] = ((2000.0, 2000.5, 1999.5, 1999.75), (1999.75, 2000.75, 1999.75, 2000.75))
    last = after(*rows, rules=rules)[-1]
    assert last.atr14 == 1.0
    assert len(last.order_blocks) == count


def test_that_an_up_candle_makes_no_bullish_block() -> None:
    assert valid(after((1999.6, 2000.2, 1999.4, 2000.0), RALLY)) == [0, 0]


@pytest.mark.parametrize(("pause", "count"), [(1, 1), (2, 1), (3, 0)])
def test_that_the_candle_is_among_the_last_three(pause: int, count: int) -> None:
    inside: Prices = (1999.6, 2000.2, 1999.5, 1999.9)
    assert valid(after(DOWN, *[inside] * pause, RALLY))[-1] == count


def test_that_only_the_first_close_beyond_makes_a_block() -> None:
    small_step: Prices = (1999.6, 2000.3, 1999.6, 2000.25)
    assert valid(after(DOWN, small_step, RALLY))[-1] == 0


def test_that_of_two_candles_the_nearest_is_the_block() -> None:
    snapshots = after(DOWN, (1999.6, 1999.7, 1999.0, 1999.2), RALLY)
    (block,) = snapshots[-1].order_blocks
    assert block.candle_time == snapshots[1].candle.opened_at


def test_that_a_farther_candle_is_the_block_where_the_nearest_is_none() -> None:
    snapshots = after(DOWN, (1999.6, 2003.0, 1999.5, 1999.55), RALLY)
    (block,) = snapshots[-1].order_blocks
    assert block.candle_time == snapshots[0].candle.opened_at


def test_that_there_is_none_before_atr14_is_known() -> None:
    assert valid(read(market(DOWN, RALLY)[-14:]))[-1] == 0


# -- its zone -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("low", "height_atr"), [(1999.95, 0.1), (1999.8, None), (1999.0, 0.3)])
def test_that_the_zone_reaches_from_the_open_to_the_low_within_shares_of_atr14(
    low: float, height_atr: float | None
) -> None:
    snapshots = after((2000.0, 2000.2, low, min(1999.99, low + 0.03)), RALLY)
    (block,) = snapshots[-1].order_blocks
    atr14 = snapshots[-1].atr14
    assert atr14 is not None
    assert block.high == 2000.0
    assert block.high - block.low == pytest.approx(0.2 if height_atr is None else height_atr * atr14)


def test_that_the_zone_may_be_measured_in_shares_of_price() -> None:
    rules = rules_with(micro_ob={"range_type": "pct", "pct_min": 0.0001, "pct_max": 0.0002})
    assert the_block(DOWN, RALLY, rules=rules).low == pytest.approx(2000.0 - 0.0002 * 2002.5)


def test_that_strength_is_the_move_over_three_atr14_and_at_most_one() -> None:
    last = after(DOWN, RALLY)[-1]
    assert last.atr14 is not None
    assert last.order_blocks[0].strength == pytest.approx((2002.5 - 1999.4) / (3 * last.atr14))
    assert the_block(DOWN, (1999.6, 2032.6, 1999.6, 2032.5)).strength == 1.0


# -- what ends it ---------------------------------------------------------------------------------------------


def test_that_the_first_touch_is_a_retest_and_the_block_is_fresh_no_longer() -> None:
    touch: Prices = (2002.5, 2002.6, 2000.0, 2002.5)
    snapshots = after(DOWN, RALLY, ABOVE, touch, touch)
    assert [len(snapshot.retests) for snapshot in snapshots] == [0, 0, 0, 1, 0]
    assert [block.is_fresh for snapshot in snapshots for block in snapshot.order_blocks] == [True, True, False, False]
    assert snapshots[3].retests == snapshots[3].order_blocks


def test_that_the_candle_that_makes_a_block_known_does_not_touch_it() -> None:
    last = after(DOWN, RALLY)[-1]
    assert last.candle.low < last.order_blocks[0].high
    assert last.retests == ()
    assert last.order_blocks[0].is_fresh


def test_that_a_low_just_above_the_zone_is_no_touch() -> None:
    assert after(DOWN, RALLY, (2002.5, 2002.6, 2000.01, 2002.5))[-1].retests == ()


def test_that_a_close_below_the_zone_ends_the_block_and_is_no_retest() -> None:
    last = after(DOWN, RALLY, ABOVE, (2002.5, 2002.6, 1999.0, 1999.1))[-1]
    assert last.retests == ()
    assert Side.BUY not in [block.direction for block in last.order_blocks]


def test_that_a_wick_below_the_zone_leaves_the_block_valid() -> None:
    last = after(DOWN, RALLY, ABOVE, (2002.5, 2002.6, 1999.0, 2002.5))[-1]
    assert len(last.order_blocks) == len(last.retests) == 1


def test_that_a_block_ends_once_its_candle_is_more_than_sixty_candles_old() -> None:
    counts = valid(after(DOWN, RALLY, *[ABOVE] * 60))
    assert counts == [0] + [1] * 60 + [0]


def test_that_blocks_are_reported_in_the_order_in_which_they_became_known() -> None:
    second: tuple[Prices, ...] = ((2010.0, 2010.2, 2009.4, 2009.6), (2009.6, 2016.0, 2009.6, 2015.9))
    times = [block.known_at for block in after(DOWN, RALLY, *second)[-1].order_blocks]
    assert len(times) == 2
    assert times == sorted(times)
