"""Facts about leaving a position and following it with its stop."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.trading import ExecutionSettings
from engine.domain.market import Quote, Side
from engine.domain.orders import is_beyond
from engine.domain.trades import OpenTrade, StopKind
from engine.trading.positions.rules import (
    break_even_stop,
    followed,
    is_frozen,
    is_opposite_candle,
    is_out_of_time,
    missing_stop,
    tighter_stop,
    trailing_stop,
)
from tests.broker_values import position, trade
from tests.builders import GOLD_CONTRACT, at, candle, order, quote

SETTINGS = ExecutionSettings()
AT_ONE_R = ExecutionSettings(trailing=False, break_even_at_r=1.0)
ATR1 = 1.0


def long(**changes: object) -> OpenTrade:
    """Bought at 2000 with its stop at 1999: 1 R is a dollar."""
    bought = position(entry=2000.0, stop_loss=1999.0, take_profit=2004.0)
    return trade(position=msgspec.structs.replace(bought, **changes), initial_stop=1999.0, best_price=2000.0)


def short(**changes: object) -> OpenTrade:
    """Sold at 2000 with its stop at 2001: 1 R is a dollar."""
    sold = position(side=Side.SELL, entry=2000.0, stop_loss=2001.0, take_profit=1996.0)
    return trade(position=msgspec.structs.replace(sold, **changes), order=None, initial_stop=2001.0, best_price=2000.0)


# -- adverse candle -----------------------------------------------------------------------------------------------


def test_that_a_falling_candle_closing_below_the_entry_is_opposite_to_a_long() -> None:
    assert is_opposite_candle(long(), candle(1, open=2000.5, close=1999.9))


def test_that_a_falling_candle_closing_above_the_entry_is_not_opposite_to_a_long() -> None:
    assert not is_opposite_candle(long(), candle(1, open=2001.0, close=2000.1))


def test_that_a_rising_candle_below_the_entry_is_not_opposite_to_a_long() -> None:
    assert not is_opposite_candle(long(), candle(1, open=1999.5, close=1999.9))


def test_that_a_rising_candle_closing_above_the_entry_is_opposite_to_a_short() -> None:
    assert is_opposite_candle(short(), candle(1, open=1999.5, close=2000.1))
    assert not is_opposite_candle(short(), candle(1, open=1999.0, close=1999.9))
    assert not is_opposite_candle(short(), candle(1, open=2000.9, close=2000.1))


def test_that_the_candle_in_which_the_position_was_entered_does_not_count() -> None:
    assert not is_opposite_candle(long(opened_at=at(1)), candle(0, open=2000.5, close=1999.0))


def test_that_a_candle_opening_at_the_instant_of_entry_counts() -> None:
    assert is_opposite_candle(long(opened_at=at(60)), candle(1, open=2000.5, close=1999.5))


# -- time stop ----------------------------------------------------------------------------------------------------


def test_that_a_position_leaves_when_it_reaches_the_age_of_the_time_stop() -> None:
    settings = ExecutionSettings(time_stop_minutes=5.0)
    assert not is_out_of_time(long(opened_at=at(0)), at(299.9), settings)
    assert is_out_of_time(long(opened_at=at(0)), at(300), settings)


def test_that_without_a_time_stop_a_position_may_grow_old() -> None:
    assert not is_out_of_time(long(opened_at=at(0)), at(0) + timedelta(days=9), SETTINGS)


# -- trailing stop ------------------------------------------------------------------------------------------------


def test_that_the_stop_stays_until_half_an_r_is_gained() -> None:
    moved = followed(long(), quote(2, bid=2000.49), SETTINGS)
    assert moved.best_price == 2000.49
    assert not moved.is_trailing
    assert trailing_stop(moved, quote(2, bid=2000.49), ATR1, GOLD_CONTRACT, SETTINGS) is None


def test_that_from_half_an_r_on_the_stop_follows_a_third_of_the_range_behind_the_best_bid() -> None:
    moved = followed(long(), quote(2, bid=2000.5), SETTINGS)
    assert moved.is_trailing
    assert trailing_stop(moved, quote(2, bid=2000.5), ATR1, GOLD_CONTRACT, SETTINGS) == 2000.2


def test_that_a_short_trails_above_the_best_ask() -> None:
    falling = quote(2, bid=1999.3, spread=0.2)
    moved = followed(short(), falling, SETTINGS)
    assert moved.best_price == 1999.5
    assert trailing_stop(moved, falling, ATR1, GOLD_CONTRACT, SETTINGS) == 1999.8


def test_that_a_trailing_trade_stays_so_when_price_comes_back() -> None:
    moved = followed(followed(long(), quote(2, bid=2000.6), SETTINGS), quote(3, bid=2000.2), SETTINGS)
    assert moved.is_trailing
    assert moved.best_price == 2000.6


def test_that_the_stop_does_not_go_back_when_the_range_grows() -> None:
    moved = followed(long(stop_loss=2000.2), quote(2, bid=2000.6), SETTINGS)
    assert trailing_stop(moved, quote(2, bid=2000.6), 3.0, GOLD_CONTRACT, SETTINGS) is None


def test_that_a_trailing_stop_keeps_the_brokers_distance_from_the_market() -> None:
    wide = msgspec.structs.replace(GOLD_CONTRACT, stops_level=0.5)
    moved = followed(long(), quote(2, bid=2000.6), SETTINGS)
    assert trailing_stop(moved, quote(2, bid=2000.6), ATR1, wide, SETTINGS) == 2000.1


def test_that_nothing_is_changed_in_the_freeze_zone() -> None:
    frozen = msgspec.structs.replace(GOLD_CONTRACT, freeze_level=0.5)
    moved = followed(long(take_profit=2001.0), quote(2, bid=2000.6), SETTINGS)
    assert is_frozen(moved, quote(2, bid=2000.6), frozen)
    assert trailing_stop(moved, quote(2, bid=2000.6), ATR1, frozen, SETTINGS) is None


def test_that_a_position_without_a_known_risk_is_not_trailed() -> None:
    unknown = msgspec.structs.replace(long(), initial_stop=None)
    assert not followed(unknown, quote(2, bid=2009.0), SETTINGS).is_trailing


def test_that_a_stop_follows_nothing_while_trailing_is_off_even_if_it_was_armed_before() -> None:
    off = ExecutionSettings(trailing=False)
    assert not followed(long(), quote(2, bid=2003.0), off).is_trailing
    armed = followed(long(), quote(2, bid=2000.6), SETTINGS)
    assert trailing_stop(armed, quote(2, bid=2000.6), ATR1, GOLD_CONTRACT, off) is None


@given(
    is_long=st.booleans(),
    steps=st.lists(st.floats(min_value=-0.8, max_value=0.8), min_size=1, max_size=60),
    atr1=st.none() | st.floats(min_value=0.0, max_value=3.0),
    level=st.floats(min_value=0.0, max_value=0.5),
    is_trailing=st.booleans(),
    break_even_at_r=st.none() | st.floats(min_value=0.1, max_value=3.0),
)
def test_that_a_stop_only_ever_tightens_on_the_grid_and_behind_the_market(
    is_long: bool,
    steps: list[float],
    atr1: float | None,
    level: float,
    is_trailing: bool,
    break_even_at_r: float | None,
) -> None:
    rules = ExecutionSettings(trailing=is_trailing, break_even_at_r=break_even_at_r)
    contract = msgspec.structs.replace(GOLD_CONTRACT, stops_level=level)
    open_trade = long() if is_long else short()
    bid = 2000.0
    for second, step in enumerate(steps):
        bid += step
        now = quote(second, bid=bid)
        open_trade = followed(open_trade, now, rules)
        tighter = tighter_stop(open_trade, now, atr1, contract, rules)
        if tighter is None:
            continue
        stop, kind = tighter
        assert is_trailing or kind is StopKind.BREAK_EVEN
        assert kind is StopKind.TRAILING or stop == open_trade.position.entry
        assert open_trade.position.stop_loss is not None
        assert is_beyond(open_trade.side, stop, open_trade.position.stop_loss)
        assert stop == contract.round_price(stop)
        assert _distance(open_trade.side, now, stop) >= contract.min_distance - 1e-7
        open_trade = _with_stop(open_trade, stop)


# -- break-even ---------------------------------------------------------------------------------------------------


def test_that_break_even_is_the_entry_price_once_the_market_is_beyond_it() -> None:
    assert break_even_stop(long(), quote(2, bid=2000.1), GOLD_CONTRACT) == 2000.0
    assert break_even_stop(short(), quote(2, bid=1999.0), GOLD_CONTRACT) == 2000.0


def test_that_there_is_no_break_even_while_the_trade_loses() -> None:
    assert break_even_stop(long(), quote(2, bid=1999.9), GOLD_CONTRACT) is None


def test_that_break_even_does_not_widen_a_stop_that_is_already_in_profit() -> None:
    assert break_even_stop(long(stop_loss=2000.3), quote(2, bid=2001.0), GOLD_CONTRACT) is None


def test_that_the_stop_goes_to_the_entry_once_the_profit_has_been_as_large_as_the_rule_says() -> None:
    short_of_it = followed(long(), quote(2, bid=2000.99), AT_ONE_R)
    assert tighter_stop(short_of_it, quote(2, bid=2000.99), ATR1, GOLD_CONTRACT, AT_ONE_R) is None
    reached = followed(short_of_it, quote(3, bid=2001.0), AT_ONE_R)
    back = quote(4, bid=2000.5)
    assert tighter_stop(reached, back, None, GOLD_CONTRACT, AT_ONE_R) == (2000.0, StopKind.BREAK_EVEN)


def test_that_break_even_by_rule_waits_while_the_market_is_too_near_or_the_broker_changes_nothing() -> None:
    reached = followed(long(), quote(3, bid=2001.0), AT_ONE_R)
    back = quote(4, bid=2000.3)
    wide = msgspec.structs.replace(GOLD_CONTRACT, stops_level=0.5)
    frozen = msgspec.structs.replace(GOLD_CONTRACT, freeze_level=1.5)
    assert tighter_stop(reached, back, ATR1, wide, AT_ONE_R) is None
    assert tighter_stop(reached, back, ATR1, frozen, AT_ONE_R) is None


def test_that_of_break_even_and_trailing_the_tighter_stop_counts() -> None:
    both = ExecutionSettings(break_even_at_r=1.0)
    reached = followed(long(), quote(3, bid=2001.0), both)
    now = quote(3, bid=2001.0)
    assert tighter_stop(reached, now, ATR1, GOLD_CONTRACT, both) == (2000.7, StopKind.TRAILING)
    assert tighter_stop(reached, now, 5.0, GOLD_CONTRACT, both) == (2000.0, StopKind.BREAK_EVEN)


def test_that_there_is_no_break_even_by_rule_unless_it_is_set() -> None:
    off = ExecutionSettings(trailing=False)
    far = followed(long(), quote(3, bid=2003.9), off)
    assert tighter_stop(far, quote(3, bid=2003.9), ATR1, GOLD_CONTRACT, off) is None


# -- a stop that is missing ---------------------------------------------------------------------------------------


def test_that_a_missing_stop_comes_back_where_it_was_planned() -> None:
    assert missing_stop(long(stop_loss=None), quote(2, bid=2000.0), GOLD_CONTRACT, is_second=False) == 1999.0


def test_that_a_missing_stop_keeps_away_from_the_market_as_the_broker_wants_it() -> None:
    contract = msgspec.structs.replace(GOLD_CONTRACT, stops_level=0.5)
    near = quote(2, bid=1999.2)
    assert missing_stop(long(stop_loss=None), near, contract, is_second=False) == 1998.7


def test_that_a_second_attempt_keeps_the_spread_as_well() -> None:
    near = quote(2, bid=1999.1, spread=0.3)
    assert missing_stop(long(stop_loss=None), near, GOLD_CONTRACT, is_second=True) == 1998.8


def test_that_a_position_the_market_has_left_behind_its_planned_stop_gets_none() -> None:
    assert missing_stop(long(stop_loss=None), quote(2, bid=1998.9), GOLD_CONTRACT, is_second=False) is None


def test_that_a_position_whose_stop_was_never_known_gets_none() -> None:
    unknown = msgspec.structs.replace(long(stop_loss=None), initial_stop=None)
    assert missing_stop(unknown, quote(2, bid=2000.0), GOLD_CONTRACT, is_second=False) is None


def test_that_risk_is_measured_from_the_fill() -> None:
    assert trade(position=position(entry=2000.3), order=order()).risk_distance == pytest.approx(0.8)


def test_that_a_fill_beyond_the_stop_has_no_measurable_risk() -> None:
    assert trade(position=position(entry=1999.4)).risk_distance is None


def _distance(side: Side, now: Quote, stop: float) -> float:
    return now.bid - stop if side is Side.BUY else stop - now.ask


def _with_stop(one: OpenTrade, stop: float) -> OpenTrade:
    return msgspec.structs.replace(one, position=msgspec.structs.replace(one.position, stop_loss=stop))
