"""The result of a closed trade, and on which day and in which order results count."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from engine.domain.fills import FillModel
from engine.domain.market import Side
from engine.domain.orders import ExitReason
from engine.domain.trades import ClosedTrade, OpenTrade
from engine.trading.positions.portfolio import Portfolio
from tests.approximate import close_to
from tests.broker_values import CONTRACTS, closing, position, trade
from tests.builders import GOLD_CONTRACT, MONDAY, at, closed_trade, order, quote
from tests.execution.desks import new_portfolio

TODAY = MONDAY.date()


def ended(one: OpenTrade, price: float = 2000.7, **changes: Any) -> ClosedTrade:
    """The trade after all of it was closed at `price`."""
    portfolio = new_portfolio()
    portfolio.put(one)
    return portfolio.finish(portfolio.realise(one, closing(price=price, **changes)), ExitReason.BY_HAND, at(60))


# -- one trade --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("side", "best", "worst", "exit", "expected"),
    [
        (Side.BUY, 2001.0, 1999.9, 2000.7, (2001.0, 1999.9)),
        (Side.BUY, 2001.0, 1999.9, 2001.5, (2001.5, 1999.9)),
        (Side.BUY, 2001.0, 1999.9, 1999.0, (2001.0, 1999.0)),
        (Side.SELL, 1999.0, 2000.5, 1999.5, (1999.0, 2000.5)),
        (Side.SELL, 1999.0, 2000.5, 2001.0, (1999.0, 2001.0)),
        (Side.BUY, 2001.0, None, 2000.7, (None, None)),
    ],
)
def test_that_a_trade_remembers_how_far_price_went_for_it_and_against_it(
    side: Side, best: float, worst: float | None, exit: float, expected: tuple[float | None, float | None]
) -> None:
    closed = ended(trade(position=position(side=side), best_price=best, worst_price=worst), exit)
    assert (closed.best_price, closed.worst_price) == expected


def test_that_a_trade_remembers_its_order_its_prices_and_its_costs() -> None:
    closed = ended(trade(), profit=0.5, commission=-0.1, swap=-0.02, price_cost=0.3)
    assert closed == ClosedTrade(
        plan_id="plan-1",
        token=order().token,
        ticket=1,
        symbol="XAUUSD",
        side=Side.BUY,
        volume_lots=0.01,
        entered_at=at(1),
        entry=2000.2,
        stop_loss=1999.5,
        take_profit=2001.5,
        exited_at=at(60),
        exit=2000.7,
        reason=ExitReason.BY_HAND,
        profit=0.5,
        commission=-0.1,
        swap=-0.02,
        r=close_to(0.38 / 0.7),
        trading_day=TODAY,
        best_price=None,
        worst_price=None,
        fill_model=GOLD_CONTRACT.fill_model,
        cost_r=close_to(0.42 / 0.7),
    )


def test_that_a_trade_without_an_order_remembers_what_its_position_carried() -> None:
    closed = ended(trade(order=None, position=position(token="OLD", take_profit=2003.0), initial_stop=None))
    assert (closed.plan_id, closed.token, closed.take_profit, closed.r, closed.cost_r) == (
        "",
        "OLD",
        2003.0,
        None,
        None,
    )


def test_that_a_remainder_below_any_volume_is_nothing() -> None:
    portfolio, one = new_portfolio(), trade()
    assert portfolio.realise(one, closing(volume_lots=0.01, remaining_lots=1e-12)).position.volume_lots == 0.0
    assert portfolio.realise(one, closing(volume_lots=0.005, remaining_lots=0.005)).position.volume_lots == 0.005


@pytest.mark.parametrize(
    ("one", "money"),
    [
        (trade(), 0.7),
        (trade(position=position(volume_lots=0.03)), 2.1),
        (trade(initial_stop=None), None),
        (trade(initial_stop=2000.2), None),
        (trade(position=position(symbol="XAGUSD")), None),
    ],
)
def test_that_one_r_is_what_the_initial_stop_loses_of_the_whole_volume(one: OpenTrade, money: float | None) -> None:
    assert new_portfolio().risk_money(one) == (None if money is None else pytest.approx(money))


def test_that_one_r_counts_the_part_that_is_closed_already() -> None:
    portfolio, one = new_portfolio(), trade(position=position(volume_lots=0.03))
    assert portfolio.risk_money(
        portfolio.realise(one, closing(volume_lots=0.01, remaining_lots=0.02))
    ) == pytest.approx(2.1)


def test_that_a_trade_remembers_how_its_orders_were_simulated_and_counts_although_nobody_kept_it() -> None:
    simulated = msgspec.structs.replace(GOLD_CONTRACT, fill_model=FillModel.WORST)
    portfolio = Portfolio({"XAUUSD": simulated}, lambda instant: instant.date())
    closed = portfolio.finish(portfolio.realise(trade(), closing()), ExitReason.BY_HAND, at(60))
    assert closed.fill_model is FillModel.WORST
    assert portfolio.figures(TODAY).losses == 1


def test_that_a_tick_value_which_is_not_known_makes_all_money_unknown() -> None:
    unknown = msgspec.structs.replace(GOLD_CONTRACT, tick_value=0.0, is_money_known=False)
    portfolio = Portfolio({"XAUUSD": unknown}, lambda instant: instant.date())
    portfolio.put(trade())
    assert portfolio.has_unknown_money
    assert portfolio.risk_money(trade()) is None


# -- what is open -----------------------------------------------------------------------------------------------------


def test_that_a_trade_that_was_removed_is_on_its_symbol_no_more() -> None:
    portfolio, gold, bitcoin = new_portfolio(), trade(), trade(position=position(2, symbol="BTCUSD"))
    portfolio.put(gold)
    portfolio.put(bitcoin)
    portfolio.remove(gold)
    assert (portfolio.on("XAUUSD"), portfolio.on("BTCUSD")) == ((), (bitcoin,))
    assert (portfolio.get(1), portfolio.find(2), portfolio.is_flat) == (None, bitcoin, False)
    assert portfolio.symbols == tuple(CONTRACTS)


def test_that_a_sale_floats_by_the_ask() -> None:
    portfolio = new_portfolio()
    portfolio.put(trade(position=position(side=Side.SELL, entry=2000.0, volume_lots=0.02)))
    assert portfolio.floating_profit({"XAUUSD": quote(1, bid=1999.0, spread=0.25)}) == pytest.approx(1.5)


# -- the day ----------------------------------------------------------------------------------------------------------


def ended_at(hours: float, profit: float, **changes: Any) -> ClosedTrade:
    return closed_trade(profit=profit, exited_at=MONDAY + timedelta(hours=hours), **changes)


def test_that_losses_are_in_a_row_by_when_they_ended_not_by_when_they_were_heard_of() -> None:
    portfolio = new_portfolio()
    for hours, profit in ((1.0, -1.0), (3.0, -1.0), (2.0, 1.0)):
        portfolio.record(ended_at(hours, profit))
    figures = portfolio.figures(TODAY)
    assert (figures.trades, figures.consecutive_losses, figures.profit) == (3, 1, -1.0)
    assert figures.drawdown == 1.0


def test_that_two_that_ended_at_the_same_instant_count_in_the_order_in_which_they_were_heard_of() -> None:
    portfolio = new_portfolio()
    portfolio.record(ended_at(1.0, 1.0))
    portfolio.record(ended_at(1.0, -1.0))
    assert portfolio.figures(TODAY).consecutive_losses == 1


def evening(instant: datetime) -> date:
    """The day of an account whose day ends in the evening."""
    return (instant + timedelta(hours=8)).date()


def test_that_another_day_of_the_account_recounts_what_lately_ended_and_counts_what_ends_from_then_on() -> None:
    portfolio = new_portfolio()
    portfolio.record(ended_at(1.0, -1.0))
    portfolio.record(ended_at(9.0, -2.0, symbol="BTCUSD"))
    portfolio.use_day(evening)
    tomorrow = TODAY + timedelta(days=1)
    assert (portfolio.figures(TODAY).profit, portfolio.figures(tomorrow).profit) == (-1.0, -2.0)
    assert portfolio.figures(tomorrow).trades == 1
    portfolio.record(ended_at(10.0, 5.0))
    assert (portfolio.figures(tomorrow).profit, portfolio.figures(tomorrow).trades) == (3.0, 2)


@pytest.mark.parametrize(("hours", "losses"), [(48.0, 1), (48.001, 0)])
def test_that_what_ended_more_than_two_days_before_the_last_is_not_recounted(hours: float, losses: int) -> None:
    portfolio = new_portfolio()
    portfolio.record(ended_at(0.0, -1.0))
    portfolio.record(ended_at(hours, 1.0))
    portfolio.use_day(lambda instant: instant.date())
    assert portfolio.figures(TODAY).losses == losses


def test_that_a_trade_of_the_store_counts_on_the_day_in_force_now() -> None:
    portfolio = new_portfolio()
    portfolio.record(ended_at(1.0, -1.0, trading_day=TODAY - timedelta(days=1)))
    assert portfolio.figures(TODAY).losses == 1
