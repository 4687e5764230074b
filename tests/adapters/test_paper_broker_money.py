"""Facts about the money of the paper broker, in hedging and in netting."""

from __future__ import annotations

import pytest

from config.desk import PaperSettings
from engine.adapters.paper.contracts import contract_for
from engine.domain.market import Side
from engine.domain.messages.broker import (
    AccountChanged,
    OrderFilled,
    PositionClosed,
)
from engine.domain.orders import DealReason
from engine.trading.reconciliation.matching import closings_of
from tests.adapters.paper_market import Market, sell, state_of
from tests.approximate import close_to
from tests.broker_values import CONTRACTS
from tests.builders import BITCOIN, GOLD

# -- money ------------------------------------------------------------------------------------------------------------


def test_that_commission_is_charged_on_both_sides_and_shared_out_by_volume() -> None:
    market = Market(commission_per_lot=3.5)
    filled = market.enter(volume_lots=0.04)
    assert market.broker.account.balance == pytest.approx(10_000 - 0.14)
    market.close(filled, 0.01)
    market.quote(2)
    assert market.the(PositionClosed).commission == pytest.approx(-0.07)


def test_that_equity_counts_what_is_open_and_balance_what_is_closed() -> None:
    market = Market()
    market.enter(volume_lots=0.1)
    market.quote(2, bid=2001.2)
    account = market.broker.account
    assert account.balance == 10_000.0
    assert account.equity == pytest.approx(10_010.0)
    assert account.margin == pytest.approx(200.02)
    assert account.free_margin == pytest.approx(10_010.0 - 200.02)


def test_that_a_position_the_account_cannot_carry_is_stopped_out() -> None:
    market = Market(starting_balance=300.0)
    market.enter(volume_lots=0.1, stop_loss=1900.0, take_profit=2100.0)
    market.quote(2, bid=1980.0)
    assert market.the(PositionClosed).reason is DealReason.STOP_OUT


def test_that_money_is_reported_after_each_deal() -> None:
    market = Market()
    market.close(market.enter())
    market.quote(2, bid=2000.7)
    assert [event.account.balance for event in market.all(AccountChanged)] == [10_000.0, 10_000.5]


@pytest.mark.parametrize("side", [Side.BUY, Side.SELL])
def test_that_spread_and_slippage_cost_what_lies_between_the_prices_paid_and_the_middle(side: Side) -> None:
    market = Market(slippage_spreads=0.5, commission_per_lot=3.5)
    market.submit(volume_lots=0.04, **({} if side is Side.BUY else sell()))
    market.quote(1, bid=2000.0, spread=0.2)
    filled = market.the(OrderFilled)
    market.close(filled, 0.01)
    market.quote(2, bid=2000.3, spread=0.4)
    market.close(filled, 0.03)
    market.quote(3, bid=2000.1, spread=0.1)
    middles = {0.01: 2000.5, 0.03: 2000.15}
    for closing in market.all(PositionClosed):
        gained = middles[closing.volume_lots] - 2000.1
        gross = (gained if side is Side.BUY else -gained) * 100.0 * closing.volume_lots
        assert closing.price_cost is not None
        assert closing.profit + closing.price_cost == pytest.approx(gross, abs=1e-6)
        assert closing.price_cost > 0.0


def test_that_the_spread_is_paid_once_for_a_round_trip() -> None:
    market = Market()
    market.close(market.enter(volume_lots=0.1))
    market.quote(2)
    closing = market.the(PositionClosed)
    assert (closing.profit, closing.price_cost) == (close_to(-2.0), close_to(2.0))


def test_that_the_history_of_deals_shows_the_same_cost_as_the_answers() -> None:
    market = Market(slippage_spreads=0.5)
    filled = market.enter(volume_lots=0.04)
    market.close(filled, 0.01)
    market.quote(2, spread=0.4)
    market.close(filled, 0.03)
    market.quote(3, bid=2000.4)
    closings = closings_of(filled.position, state_of(market).deals)
    assert [closing.price_cost for closing in closings] == pytest.approx(
        [closing.price_cost for closing in market.all(PositionClosed)]
    )


# -- netting ----------------------------------------------------------------------------------------------------------


def test_that_hedging_keeps_both_sides() -> None:
    market = Market()
    market.submit()
    market.submit(plan_id="plan-2", **sell())
    market.quote(1)
    assert len(state_of(market).positions) == 2


def test_that_netting_adds_up_one_side_at_the_mean_price() -> None:
    market = Market(is_hedging=False)
    market.enter(volume_lots=0.01)
    market.submit(plan_id="plan-2", volume_lots=0.03)
    market.quote(2, bid=2000.4)
    [position] = state_of(market).positions
    assert position.volume_lots == 0.04
    assert position.entry == pytest.approx(2000.5)


def test_that_netting_reduces_and_reverses_by_the_opposite_side() -> None:
    market = Market(is_hedging=False)
    market.enter(volume_lots=0.01)
    market.submit(plan_id="plan-2", volume_lots=0.03, **sell())
    market.quote(2)
    [position] = state_of(market).positions
    assert (position.side, position.volume_lots) == (Side.SELL, 0.02)
    assert market.the(PositionClosed).remaining_lots == 0.0


def test_that_netting_of_equal_sizes_leaves_nothing() -> None:
    market = Market(is_hedging=False)
    market.enter()
    market.submit(plan_id="plan-2", **sell())
    market.quote(2)
    assert state_of(market).positions == ()
    assert market.all(OrderFilled)[1].position.volume_lots == 0.0


def test_that_gold_is_sold_by_a_hundred_ounces_and_crypto_by_the_coin() -> None:
    assert contract_for(GOLD, PaperSettings()).contract_size == 100.0
    assert contract_for(BITCOIN, PaperSettings()).contract_size == 1.0
    assert contract_for(GOLD, PaperSettings()).tick_value == CONTRACTS["XAUUSD"].tick_value
