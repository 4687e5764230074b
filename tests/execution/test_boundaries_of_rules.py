"""The rules of an open trade exactly at their boundaries, one tick inside them and one tick outside."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from config.trading import ExecutionSettings
from engine.domain.market import Candle, Quote, Side
from engine.domain.trades import OpenTrade, StopKind
from engine.trading.positions.rules import (
    break_even_stop,
    followed,
    is_frozen,
    is_opposite_candle,
    is_out_of_time,
    is_placeable,
    missing_stop,
    tighter_stop,
    trailing_stop,
)
from tests.approximate import close_to
from tests.broker_values import position, trade
from tests.builders import GOLD_CONTRACT, MONDAY, candle, quote

RULES = ExecutionSettings()
HALF = msgspec.structs.replace(GOLD_CONTRACT, stops_level=0.5)


def long(stop_loss: float | None = 1999.0, **changes: Any) -> OpenTrade:
    """Bought at 2000 with its planned stop at 1999 and its target at 2004."""
    bought = position(entry=2000.0, stop_loss=stop_loss, take_profit=2004.0, opened_at=MONDAY)
    return trade(**{"position": bought, "initial_stop": 1999.0, "best_price": 2000.0, **changes})


def short(stop_loss: float | None = 2001.0, **changes: Any) -> OpenTrade:
    """Sold at 2000 with its planned stop at 2001 and its target at 1996."""
    sold = position(side=Side.SELL, entry=2000.0, stop_loss=stop_loss, take_profit=1996.0, opened_at=MONDAY)
    return trade(**{"position": sold, "order": None, "initial_stop": 2001.0, "best_price": 2000.0, **changes})


def bid(price: float, spread: float = 0.2) -> Quote:
    return quote(9.0, bid=price, spread=spread)


def ask(price: float) -> Quote:
    return Quote(symbol="XAUUSD", at=MONDAY, bid=price - 0.2, ask=price)


@pytest.mark.parametrize(
    ("one", "closed", "expected"),
    [
        (long(), candle(1, open=1999.9, close=1999.9, high=2000.5, low=1999.0), False),
        (short(), candle(1, open=2000.1, close=2000.1, high=2001.0, low=1999.0), False),
        (long(), candle(1, open=2000.5, close=2000.0), False),
        (short(), candle(1, open=1999.5, close=2000.0), False),
        (long(), candle(1, open=2000.5, close=1999.99), True),
        (short(), candle(1, open=1999.5, close=2000.01), True),
        (long(), candle(0, open=2000.5, close=1999.99), True),
        (long(), candle(0, open=2000.5, close=1999.99, start=MONDAY - timedelta(seconds=1)), False),
    ],
)
def test_that_neither_a_doji_nor_a_close_at_the_entry_is_opposite(
    one: OpenTrade, closed: Candle, expected: bool
) -> None:
    assert is_opposite_candle(one, closed) is expected


def test_that_a_time_stop_may_be_a_part_of_a_minute() -> None:
    half = ExecutionSettings(time_stop_minutes=0.5)
    assert not is_out_of_time(long(), MONDAY + timedelta(seconds=29.999), half)
    assert is_out_of_time(long(), MONDAY + timedelta(seconds=30), half)


@pytest.mark.parametrize(
    ("one", "now", "best", "worst"),
    [
        (long(worst_price=2000.0), bid(1999.7), 2000.0, 1999.7),
        (long(worst_price=1999.7), bid(1999.8), 2000.0, 1999.7),
        (long(worst_price=1999.7), bid(2000.3), 2000.3, 1999.7),
        (short(worst_price=2000.0), ask(2000.3), 2000.0, 2000.3),
        (short(worst_price=2000.3), ask(1999.6), 1999.6, 2000.3),
        (long(worst_price=None), bid(1999.7), 2000.0, None),
    ],
)
def test_that_a_trade_knows_the_best_and_worst_price_at_which_it_could_have_ended(
    one: OpenTrade, now: Quote, best: float, worst: float | None
) -> None:
    after = followed(one, now, RULES)
    assert (after.best_price, after.worst_price) == (close_to(best), worst and close_to(worst))


@pytest.mark.parametrize("price", [2000.0, 1999.5, 1999.8])
def test_that_a_quote_which_is_neither_better_nor_worse_changes_nothing(price: float) -> None:
    one = long(worst_price=1999.5)
    assert followed(one, bid(price), RULES) is one


@pytest.mark.parametrize(
    ("one", "now", "atr1", "stop"),
    [
        (long(best_price=2000.6, is_trailing=True), bid(2000.6), 0.55, 2000.43),
        (short(best_price=1999.4, is_trailing=True), ask(1999.4), 0.55, 1999.57),
        (long(2000.3, best_price=2000.6, is_trailing=True), bid(2000.6), 1.0, None),
        (long(2000.29, best_price=2000.6, is_trailing=True), bid(2000.6), 1.0, 2000.3),
        (long(best_price=2000.6, is_trailing=False), bid(2000.6), 1.0, None),
        (long(None, best_price=2000.6, is_trailing=True), bid(2000.6), 1.0, None),
    ],
)
def test_that_a_trailing_stop_is_rounded_away_from_the_market_and_moves_by_at_least_a_tick(
    one: OpenTrade, now: Quote, atr1: float, stop: float | None
) -> None:
    assert trailing_stop(one, now, atr1, GOLD_CONTRACT, RULES) == stop


def test_that_break_even_is_named_where_trailing_would_set_the_same_stop() -> None:
    both = ExecutionSettings(break_even_at_r=0.5)
    one = long(best_price=2000.6, is_trailing=True)
    assert tighter_stop(one, bid(2000.6), 2.0, GOLD_CONTRACT, both) == (2000.0, StopKind.BREAK_EVEN)
    assert tighter_stop(one, bid(2000.6), None, GOLD_CONTRACT, RULES) is None


@pytest.mark.parametrize(
    ("one", "now", "contract", "level"),
    [
        (long(), bid(2000.01), GOLD_CONTRACT, 2000.0),
        (long(), bid(2000.0), GOLD_CONTRACT, None),
        (long(), bid(2000.5), HALF, 2000.0),
        (long(), bid(2000.49), HALF, None),
        (short(), ask(1999.99), GOLD_CONTRACT, 2000.0),
        (short(), ask(2000.0), GOLD_CONTRACT, None),
        (long(2000.0), bid(2001.0), GOLD_CONTRACT, None),
        (long(None), bid(2001.0), GOLD_CONTRACT, 2000.0),
    ],
)
def test_that_break_even_needs_the_brokers_distance_and_a_stop_that_it_tightens(
    one: OpenTrade, now: Quote, contract: Any, level: float | None
) -> None:
    assert break_even_stop(one, now, contract) == level


@pytest.mark.parametrize(
    ("side", "stop", "contract", "expected"),
    [
        (Side.BUY, 1999.99, GOLD_CONTRACT, True),
        (Side.BUY, 2000.0, GOLD_CONTRACT, False),
        (Side.BUY, 1999.5, HALF, True),
        (Side.BUY, 1999.51, HALF, False),
        (Side.SELL, 2000.21, GOLD_CONTRACT, True),
        (Side.SELL, 2000.2, GOLD_CONTRACT, False),
        (Side.SELL, 2000.7, HALF, True),
        (Side.SELL, 2000.69, HALF, False),
    ],
)
def test_that_a_stop_one_tick_too_near_is_not_placeable(side: Side, stop: float, contract: Any, expected: bool) -> None:
    assert is_placeable(side, stop, bid(2000.0), contract) is expected


def test_that_binary_noise_does_not_keep_a_stop_from_being_placed() -> None:
    # As binary fractions 59,990.01 is less than a tick below 59,990.02.
    assert is_placeable(Side.BUY, 59_990.01, bid(59_990.02), GOLD_CONTRACT)


@pytest.mark.parametrize(
    ("one", "now", "is_second", "stop"),
    [
        (long(None), bid(1999.0), False, None),
        (long(None), bid(1999.01), False, 1999.0),
        (short(None), ask(2001.0), False, None),
        (short(None), ask(2000.99), False, 2001.0),
        (long(None), bid(1999.1), True, 1998.9),
        (long(None), bid(1999.4, spread=0.2), True, 1999.0),
        (short(None), ask(2000.9), True, 2001.1),
    ],
)
def test_that_a_missing_stop_comes_back_only_while_the_market_is_before_it(
    one: OpenTrade, now: Quote, is_second: bool, stop: float | None
) -> None:
    assert missing_stop(one, now, GOLD_CONTRACT, is_second=is_second) == stop


def test_that_a_second_attempt_keeps_the_brokers_distance_where_that_is_more_than_the_spread() -> None:
    assert missing_stop(long(None), bid(1999.2), HALF, is_second=True) == 1998.7


@pytest.mark.parametrize(
    ("one", "price", "expected"),
    [
        (long(1999.0), 1999.5, True),
        (long(1999.0), 1999.75, False),
        (long(1999.0), 2003.5, True),
        (long(1999.0), 2003.25, False),
        (long(None), 1999.0, False),
        (long(None), 2004.5, True),
        (short(2001.0), 2000.5, True),
    ],
)
def test_that_levels_are_frozen_at_the_brokers_distance_from_either_of_them(
    one: OpenTrade, price: float, expected: bool
) -> None:
    frozen = msgspec.structs.replace(GOLD_CONTRACT, freeze_level=0.5)
    now = bid(price) if one.side is Side.BUY else ask(price)
    assert is_frozen(one, now, frozen) is expected
    assert not is_frozen(one, now, GOLD_CONTRACT)
    assert not is_frozen(long(1999.0), bid(1999.0), GOLD_CONTRACT)
