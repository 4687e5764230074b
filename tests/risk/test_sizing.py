"""The size of a trade."""

from __future__ import annotations

import math

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.trading import ExecutionSettings
from engine.trading.risk.sizing import entry_cost, lots_at_risk, max_deviation, size
from tests.builders import GOLD_CONTRACT

FIXED = ExecutionSettings(sizing="fixed", volume_lots=0.29)
HALF_PERCENT = ExecutionSettings(sizing="risk", risk_pct=0.5)


def sized(
    chosen: ExecutionSettings = HALF_PERCENT,
    *,
    equity: float = 10_000.0,
    stop: float = 1999.0,
    maximum: float = 50.0,
    costs: float = 0.0,
    step: float = 0.01,
) -> float:
    contract = msgspec.structs.replace(GOLD_CONTRACT, volume_step=step, volume_min=step)
    return size(chosen, contract, max_lots=maximum, equity=equity, entry=2000.0, stop_loss=stop, costs_per_lot=costs)


def test_that_half_a_percent_of_ten_thousand_buys_half_a_lot_against_one_dollar_of_risk() -> None:
    # One lot is 100 ounces: a dollar against it costs 100, and 50 may be lost.
    assert sized() == 0.5


def test_that_the_volume_is_rounded_down_to_the_brokers_step_and_never_up() -> None:
    assert sized(equity=10_199.0) == 0.5
    assert sized(equity=9_999.0) == 0.49
    assert sized(equity=9_999.0, step=0.1) == 0.4


def test_that_costs_count_as_risk() -> None:
    assert sized(costs=25.0) == 0.4


def test_that_a_stop_on_either_side_costs_the_same() -> None:
    assert sized(stop=2001.0) == sized(stop=1999.0)


def test_that_fixed_lots_do_not_depend_on_equity() -> None:
    assert sized(FIXED, equity=1.0) == 0.29


@pytest.mark.parametrize("chosen", [FIXED, HALF_PERCENT])
def test_that_nothing_is_sized_while_nobody_knows_what_a_lot_loses(chosen: ExecutionSettings) -> None:
    unknown = msgspec.structs.replace(GOLD_CONTRACT, tick_value=0.0, is_money_known=False)
    lots = size(chosen, unknown, max_lots=5.0, equity=1e4, entry=2000.0, stop_loss=1999.0, costs_per_lot=7.0)
    assert lots == 0.0


def test_that_no_size_is_above_the_maximum_of_desk_or_broker() -> None:
    assert sized(maximum=0.3) == 0.3
    assert sized(equity=1e9, maximum=1e9) == GOLD_CONTRACT.volume_max


@pytest.mark.parametrize("equity", [0.0, -5.0, 100.0, math.nan, math.inf])
def test_that_an_account_that_cannot_carry_the_minimum_volume_gets_none(equity: float) -> None:
    assert sized(equity=equity) == 0.0


def test_that_a_stop_at_the_entry_gives_no_size_at_all() -> None:
    assert sized(stop=2000.0) == 0.0


@settings(max_examples=200, deadline=None)
@given(
    equity=st.floats(0.0, 1e7),
    stop=st.floats(1900.0, 1999.99),
    step=st.sampled_from([0.01, 0.1, 0.25, 1.0]),
    risk=st.floats(0.01, 10.0),
)
def test_that_the_loss_at_the_stop_never_exceeds_the_share_at_risk(
    equity: float, stop: float, step: float, risk: float
) -> None:
    chosen = ExecutionSettings(sizing="risk", risk_pct=risk)
    volume = sized(chosen, equity=equity, stop=stop, step=step)
    assert GOLD_CONTRACT.risk(2000.0, stop, volume) <= equity * risk / 100.0 * (1.0 + 1e-6)
    assert abs(volume / step - round(volume / step)) < 1e-6


@pytest.mark.parametrize(("tick", "digits"), [(0.01, 2), (0.001, 3)])
def test_that_an_entry_may_slip_by_a_share_of_its_risk_however_fine_the_steps_of_the_price(
    tick: float, digits: int
) -> None:
    gold = msgspec.structs.replace(GOLD_CONTRACT, tick_size=tick, digits=digits)
    chosen = ExecutionSettings(deviation_r=0.25)
    assert max_deviation(chosen, gold, 2000.0, 1998.8) == pytest.approx(0.3)
    assert max_deviation(chosen, gold, 2000.0, 2001.2) == pytest.approx(0.3)


def test_that_the_smallest_deviation_is_one_step_of_the_price() -> None:
    in_steps = ExecutionSettings(deviation_points=50, deviation_r=0.0)
    assert max_deviation(in_steps, GOLD_CONTRACT, 2000.0, 1999.0) == pytest.approx(50 * GOLD_CONTRACT.tick_size)


@pytest.mark.parametrize(
    ("money", "loss_per_lot", "lots"),
    [(50.0, 100.0, 0.5), (50.0, 0.5, 100.0), (0.5, 1.0, 0.5), (50.0, 0.0, 0.0), (0.0, 100.0, 0.0), (-1.0, 1.0, 0.0)],
)
def test_that_lots_are_the_money_at_risk_by_the_loss_of_one(money: float, loss_per_lot: float, lots: float) -> None:
    assert lots_at_risk(money, loss_per_lot) == lots


@pytest.mark.parametrize("nonsense", [math.inf, math.nan])
def test_that_no_lots_are_at_risk_where_the_money_or_the_loss_is_no_number(nonsense: float) -> None:
    assert lots_at_risk(nonsense, 100.0) == 0.0
    assert lots_at_risk(50.0, -nonsense) == 0.0


def test_that_entering_costs_the_spread_and_its_slippage() -> None:
    assert entry_cost(0.2, 0.0) == 0.2
    assert entry_cost(0.2, 0.5) == pytest.approx(0.3)


def test_that_the_larger_of_both_deviations_counts() -> None:
    both = ExecutionSettings(deviation_points=20, deviation_r=0.25)
    assert max_deviation(both, GOLD_CONTRACT, 2000.0, 1999.0) == pytest.approx(0.25)
    assert max_deviation(both, GOLD_CONTRACT, 2000.0, 1999.5) == pytest.approx(0.2)
