"""Facts about results: live, realised, per day and symbol."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.market import Side
from engine.domain.orders import ExitReason
from engine.domain.trades import ClosedTrade
from tests.broker_values import closing, position, trade
from tests.builders import MONDAY, at, closed_trade, order, quote
from tests.execution.desks import new_portfolio

CENTS = st.integers(min_value=-100_000, max_value=100_000)


def test_that_a_long_lives_by_the_bid_and_a_short_by_the_ask() -> None:
    portfolio = new_portfolio()
    live = portfolio.live(trade(), quote(1, bid=2000.9, spread=0.2))
    assert live.profit == pytest.approx(0.7)
    assert live.r == pytest.approx(1.0)
    short = trade(position=position(side=Side.SELL, entry=2000.0, stop_loss=2001.0), initial_stop=2001.0)
    live = portfolio.live(short, quote(1, bid=1999.3, spread=0.2))
    assert live.profit == pytest.approx(0.5)
    assert live.r == pytest.approx(0.5)


def test_that_a_trade_without_an_initial_stop_has_money_but_no_r() -> None:
    live = new_portfolio().live(trade(initial_stop=None), quote(1, bid=2001.2))
    assert live.profit == pytest.approx(1.0)
    assert live.r is None


def test_that_an_open_trade_in_a_symbol_without_known_terms_is_noticed() -> None:
    portfolio = new_portfolio()
    assert not portfolio.has_unknown_money
    portfolio.put(trade())
    assert not portfolio.has_unknown_money
    portfolio.put(trade(position=position(ticket=9, symbol="EURUSD")))
    assert portfolio.has_unknown_money


def test_that_floating_profit_adds_up_what_has_a_quote() -> None:
    portfolio = new_portfolio()
    portfolio.put(trade())
    portfolio.put(trade(position=position(2, volume_lots=0.02)))
    portfolio.put(trade(position=position(3, symbol="BTCUSD")))
    assert portfolio.floating_profit({"XAUUSD": quote(1, bid=2001.2)}) == pytest.approx(3.0)


def test_that_r_is_net_of_costs_and_of_the_whole_volume() -> None:
    portfolio = new_portfolio()
    one = trade(position=position(volume_lots=0.02))
    portfolio.put(one)
    first = portfolio.realise(
        one, closing(volume_lots=0.01, remaining_lots=0.01, price=2001.5, profit=1.3, commission=-0.1)
    )
    second = portfolio.realise(first, closing(volume_lots=0.01, price=2000.9, profit=0.7, commission=-0.1))
    closed = portfolio.finish(second, ExitReason.TAKE_PROFIT, at(60))
    assert closed.exit == pytest.approx(2001.2)
    assert closed.net_profit == pytest.approx(1.8)
    assert closed.r == pytest.approx(1.8 / 1.4)
    assert portfolio.is_flat


def test_that_the_cost_of_a_trade_is_what_spread_slippage_and_commission_took_of_it() -> None:
    portfolio = new_portfolio()
    one = trade(position=position(volume_lots=0.02))
    portfolio.put(one)
    half = {"volume_lots": 0.01, "profit": 0.7, "commission": -0.1}
    first = portfolio.realise(one, closing(remaining_lots=0.01, price_cost=0.2, **half))
    closed = portfolio.finish(portfolio.realise(first, closing(price_cost=0.3, **half)), ExitReason.BY_HAND, at(60))
    assert closed.r == pytest.approx(1.2 / 1.4)
    assert closed.cost_r == pytest.approx((0.5 + 0.2) / 1.4)
    assert closed.fill_model is None


def test_that_the_cost_is_not_known_where_a_part_of_it_was_not_measured() -> None:
    portfolio = new_portfolio()
    one = trade(position=position(volume_lots=0.02))
    portfolio.put(one)
    first = portfolio.realise(one, closing(volume_lots=0.01, remaining_lots=0.01, price_cost=0.2))
    closed = portfolio.finish(portfolio.realise(first, closing(volume_lots=0.01)), ExitReason.BY_HAND, at(60))
    assert closed.r is not None
    assert closed.cost_r is None


def test_that_a_trade_in_a_symbol_that_is_not_watched_now_ends_with_its_result_and_without_r() -> None:
    portfolio = new_portfolio()
    one = trade(position=position(symbol="XAGUSD"))
    portfolio.put(one)
    assert portfolio.live(one, quote(symbol="XAGUSD", bid=2001.2)).profit == 0.0
    closed = portfolio.finish(
        portfolio.realise(one, closing(symbol="XAGUSD", profit=-0.7)), ExitReason.STOP_LOSS, at(60)
    )
    assert (closed.net_profit, closed.r) == (-0.7, None)
    assert portfolio.figures(MONDAY.date()).losses == 1


def test_that_figures_are_kept_per_trading_day_for_all_symbols_together() -> None:
    portfolio = new_portfolio()
    portfolio.record(closed_trade(profit=1.0))
    portfolio.record(msgspec.structs.replace(closed_trade(profit=-0.5), symbol="BTCUSD"))
    portfolio.record(closed_trade(profit=2.0, exited_at=MONDAY + timedelta(days=1)))
    assert portfolio.figures(MONDAY.date()).trades == 2
    assert portfolio.figures(MONDAY.date()).profit == 0.5
    assert portfolio.figures(MONDAY.date() - timedelta(days=1)).trades == 0


def test_that_a_row_of_losses_ends_with_a_win_and_survives_a_trade_without_result() -> None:
    portfolio = new_portfolio()
    for profit in (-1.0, -1.0, 0.0, -1.0):
        portfolio.record(closed_trade(profit=profit))
    assert portfolio.figures(MONDAY.date()).consecutive_losses == 3
    portfolio.record(closed_trade(profit=0.1))
    assert portfolio.figures(MONDAY.date()).consecutive_losses == 0


def test_that_drawdown_is_the_deepest_fall_from_the_days_best() -> None:
    portfolio = new_portfolio()
    for profit in (5.0, -3.0, 1.0, -4.0, 9.0):
        portfolio.record(closed_trade(profit=profit))
    assert portfolio.figures(MONDAY.date()).drawdown == 6.0


def test_that_win_rate_and_expectancy_are_absent_before_the_first_trade() -> None:
    figures = new_portfolio().figures(MONDAY.date())
    assert figures.win_rate is None
    assert figures.expectancy_r is None


def test_that_expectancy_is_the_mean_r() -> None:
    portfolio = new_portfolio()
    for r in (2.0, -1.0, -1.0):
        portfolio.record(closed_trade(profit=r, r=r))
    figures = portfolio.figures(MONDAY.date())
    assert figures.expectancy_r == pytest.approx(0.0)
    assert figures.win_rate == pytest.approx(1 / 3)


@given(st.lists(st.tuples(CENTS, CENTS), max_size=200))
def test_that_the_money_of_any_trades_is_their_plain_sum(results: list[tuple[int, int]]) -> None:
    portfolio = new_portfolio()
    for cents, cost in results:
        portfolio.record(closed_trade(profit=cents / 100, commission=-abs(cost) / 100))
    exact = sum((Decimal(cents - abs(cost)) / 100 for cents, cost in results), Decimal(0))
    figures = portfolio.figures(MONDAY.date())
    assert figures.profit == float(exact)
    assert figures.wins + figures.losses + sum(abs(cost) == cents for cents, cost in results) == len(results)
    assert figures.drawdown == float(_drawdown([Decimal(cents - abs(cost)) / 100 for cents, cost in results]))


def test_that_a_closed_trade_remembers_what_was_planned() -> None:
    portfolio = new_portfolio()
    one = trade(position=position(stop_loss=2000.5))
    portfolio.put(one)
    closed: ClosedTrade = portfolio.finish(
        portfolio.realise(one, closing(price=2000.5)), ExitReason.TRAILING_STOP, at(60)
    )
    assert closed.stop_loss == order().stop_loss
    assert closed.take_profit == order().take_profit
    assert closed.plan_id == "plan-1"
    assert closed.trading_day == MONDAY.date()


def _drawdown(results: list[Decimal]) -> Decimal:
    total = peak = deepest = Decimal(0)
    for result in results:
        total += result
        peak = max(peak, total)
        deepest = max(deepest, peak - total)
    return deepest
