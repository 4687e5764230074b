"""Facts about lots, ticks and their money."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from engine.domain.market import Side
from engine.errors import InvalidOrder
from tests.broker_values import BITCOIN_CONTRACT
from tests.builders import GOLD_CONTRACT

PRICES = st.floats(min_value=0.01, max_value=200_000.0)
LOTS = st.floats(min_value=0.0, max_value=300.0)


def test_that_a_hundredth_of_a_lot_of_gold_gains_a_dollar_per_dollar() -> None:
    assert GOLD_CONTRACT.profit(Side.BUY, 2000.0, 2001.0, 0.01) == 1.0


def test_that_a_short_loses_what_a_long_gains() -> None:
    assert GOLD_CONTRACT.profit(Side.SELL, 2000.0, 2001.0, 0.01) == -1.0


def test_that_one_bitcoin_lot_is_one_coin() -> None:
    assert BITCOIN_CONTRACT.profit(Side.BUY, 70_000.0, 70_010.5, 1.0) == 10.5


def test_that_money_carries_no_binary_noise() -> None:
    assert GOLD_CONTRACT.profit(Side.BUY, 2000.1, 2000.4, 0.03) == 0.9


def test_that_risk_is_the_loss_at_the_stop_on_either_side() -> None:
    assert GOLD_CONTRACT.risk(2000.0, 1999.5, 0.02) == 1.0
    assert GOLD_CONTRACT.risk(2000.0, 2000.5, 0.02) == 1.0


def test_that_a_gain_counts_less_than_a_loss_where_the_brokers_two_tick_values_say_so() -> None:
    contract = replace(GOLD_CONTRACT, gain_tick_value=GOLD_CONTRACT.tick_value / 10.0)
    assert contract.profit(Side.BUY, 2000.0, 2001.0, 0.01) == 0.1
    assert contract.profit(Side.BUY, 2000.0, 1999.0, 0.01) == -1.0
    assert contract.risk(2000.0, 2000.5, 0.02) == contract.risk(2000.0, 1999.5, 0.02) == 1.0


def test_that_terms_without_known_money_follow_prices_and_reckon_nothing() -> None:
    contract = replace(GOLD_CONTRACT, tick_value=0.0, is_money_known=False)
    assert contract.round_price(2000.016) == 2000.02
    assert (contract.profit(Side.BUY, 2000.0, 1999.0, 1.0), contract.risk(2000.0, 1999.0, 1.0)) == (0.0, 0.0)


def test_that_volume_is_rounded_down_and_never_up_to_the_minimum() -> None:
    assert GOLD_CONTRACT.round_volume_down(0.019) == 0.01
    assert GOLD_CONTRACT.round_volume_down(0.009) == 0.0
    assert GOLD_CONTRACT.round_volume_down(0.29) == 0.29
    assert GOLD_CONTRACT.round_volume_down(1e9) == 50.0


def test_that_prices_are_rounded_to_the_tick_on_the_side_asked_for() -> None:
    assert GOLD_CONTRACT.floor_price(2000.019) == 2000.01
    assert GOLD_CONTRACT.ceil_price(2000.011) == 2000.02
    assert GOLD_CONTRACT.round_price(2000.016) == 2000.02
    assert GOLD_CONTRACT.floor_price(2000.03) == 2000.03
    assert GOLD_CONTRACT.ceil_price(2000.03) == 2000.03


def test_that_margin_is_the_value_divided_by_the_leverage() -> None:
    contract = replace(GOLD_CONTRACT, margin_rate=0.01)
    assert contract.margin(2000.0, 0.1) == 200.0


def test_that_a_stop_keeps_one_tick_where_the_broker_allows_any_distance() -> None:
    assert GOLD_CONTRACT.min_distance == 0.01


@pytest.mark.parametrize("field", ["tick_size", "tick_value", "volume_step", "volume_min"])
@pytest.mark.parametrize("value", [0.0, -1.0, float("nan"), float("inf")])
def test_that_impossible_terms_are_refused(field: str, value: float) -> None:
    with pytest.raises(InvalidOrder, match="XAUUSD"):
        replace(GOLD_CONTRACT, **{field: value})


@given(PRICES)
def test_that_rounding_down_and_up_enclose_the_price_within_one_tick(price: float) -> None:
    below, above = GOLD_CONTRACT.floor_price(price), GOLD_CONTRACT.ceil_price(price)
    assert below <= price + 1e-6
    assert above >= price - 1e-6
    assert above - below <= 0.0100001
    assert GOLD_CONTRACT.floor_price(below) == below


@given(LOTS)
def test_that_a_rounded_volume_is_tradable_or_nothing(lots: float) -> None:
    rounded = GOLD_CONTRACT.round_volume_down(lots)
    assert rounded <= lots + 1e-7
    assert rounded == 0.0 or GOLD_CONTRACT.is_tradable(rounded)
