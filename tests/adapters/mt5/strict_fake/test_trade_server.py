"""Actions of the trade server without a request, and its records."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

import tests.fake_metatrader5 as mt5
from tests.adapters.mt5.strict_fake.trading import FOREVER, GOLD, begin, closing, levels, market, opened, send
from tests.fake_metatrader5.simulator import Account, Clock, Server, SimulatorClient, exness_gold

SELL = mt5.ORDER_TYPE_SELL
NETTING = Account(margin_mode=mt5.ACCOUNT_MARGIN_MODE_RETAIL_NETTING)
STILL_GOLD = exness_gold(seed=None, history_minutes=2)


def closing_deal(position: int) -> Any:
    return mt5.history_deals_get(position=position)[-1]


def test_that_a_stop_closes_at_the_price_after_a_gap(simulator: SimulatorClient) -> None:
    simulator.change_server(stop_slippage=30)
    position = opened(sl=3995.0, tp=4010.0, magic=7)
    simulator.push(GOLD, 3995.001, 3995.2)
    assert mt5.positions_total() == 1
    simulator.push(GOLD, 3990.0, 3990.2)
    deal = closing_deal(position)
    assert (deal.price, deal.reason, deal.comment) == (3989.97, mt5.DEAL_REASON_SL, "[sl 3995.000]")
    assert deal.profit == round((3989.97 - 4000.2) * 10, 2)
    assert mt5.account_info().balance == round(10_000 + deal.profit, 2)
    assert mt5.history_orders_get(position=position)[-1].reason == mt5.ORDER_REASON_SL


def test_that_the_levels_of_a_sell_are_reached_by_the_ask(simulator: SimulatorClient) -> None:
    position = opened(side=SELL, sl=4005.0, tp=3995.0)
    simulator.push(GOLD, 3994.9, 3995.1)
    assert mt5.positions_total() == 1
    simulator.push(GOLD, 3994.8, 3995.0)
    deal = closing_deal(position)
    assert (deal.price, deal.reason, deal.comment) == (3995.0, mt5.DEAL_REASON_TP, "[tp 3995.000]")


def test_that_too_little_margin_closes_the_worst_position(simulator: SimulatorClient) -> None:
    begin(simulator, STILL_GOLD, accounts=(Account(balance=500.0, leverage=100),))
    losing, lesser = opened(volume=0.08), opened(volume=0.02)
    simulator.push(GOLD, 3965.0, 3965.2)
    assert closing_deal(losing).reason == mt5.DEAL_REASON_SO
    assert [position.ticket for position in mt5.positions_get()] == [lesser]


@pytest.mark.parametrize(("kept", "found"), [(29, "c" * 29), (16, "c" * 16), (0, "")])
def test_that_comments_are_cut_as_servers_do(simulator: SimulatorClient, kept: int, found: str) -> None:
    begin(simulator, STILL_GOLD, server=Server(comment_kept=kept))
    position = opened(comment="c" * 29, sl=3995.0)
    assert mt5.positions_get(ticket=position)[0].comment == found
    simulator.push(GOLD, 3990.0, 3990.2)
    assert [deal.comment for deal in mt5.history_deals_get(position=position)] == [found, "[sl 3995.000]"]


def test_that_commission_and_swap_are_paid_by_deals(simulator: SimulatorClient) -> None:
    account = Account(commission_on_entry=3.5, commission_on_exit=3.0)
    wednesday = Clock(start=datetime(2026, 11, 25, 12, tzinfo=UTC), is_manual=True)
    begin(simulator, exness_gold(seed=None, swap_long=-100.0), accounts=(account,), clock=wednesday)
    position = opened(volume=1.0)
    assert mt5.account_info().balance == 9996.5
    simulator.advance(86_400, in_steps_of=3600)
    assert mt5.positions_get()[0].swap == -30.0
    simulator.advance(86_400, in_steps_of=3600)
    assert mt5.positions_get()[0].swap == -40.0
    send(closing(position, 0.5))
    deal = closing_deal(position)
    assert (deal.commission, deal.swap, mt5.positions_get()[0].swap) == (-1.5, -20.0, -20.0)


def test_that_a_netting_account_has_one_position_of_a_symbol(simulator: SimulatorClient) -> None:
    begin(simulator, STILL_GOLD, accounts=(NETTING,))
    position = opened(volume=0.1)
    simulator.push(GOLD, 4001.8, 4002.2)
    send(market(volume=0.1))
    held = mt5.positions_get()
    assert [(each.ticket, each.volume, each.price_open) for each in held] == [(position, 0.2, 4001.2)]
    assert send(levels(0, sl=3990.0)).retcode == mt5.TRADE_RETCODE_DONE
    send(market(SELL, 0.1))
    assert mt5.positions_get()[0].volume == 0.1
    send(market(SELL, 0.3))
    turned = mt5.positions_get()[0]
    assert (turned.type, turned.volume, turned.price_open) == (1, 0.2, 4001.8)
    assert [deal.entry for deal in mt5.history_deals_get(0, FOREVER)[1:]] == [0, 0, 1, mt5.DEAL_ENTRY_INOUT]


def test_that_an_account_may_close_from_the_oldest_on_only(simulator: SimulatorClient) -> None:
    begin(simulator, STILL_GOLD, accounts=(Account(fifo_close=True),))
    assert mt5.account_info().fifo_close
    older = opened(volume=0.1)
    simulator.advance(1.0)
    younger = opened(volume=0.1)
    assert send(closing(younger, 0.1)).retcode == mt5.TRADE_RETCODE_FIFO_CLOSE
    assert send(closing(older, 0.1)).retcode == mt5.TRADE_RETCODE_DONE
    assert send(closing(younger, 0.1)).retcode == mt5.TRADE_RETCODE_DONE


def test_that_trades_show_when_the_server_has_reported_them(simulator: SimulatorClient) -> None:
    simulator.change_server(visible_after_s=2.0)
    position = opened()
    assert (mt5.positions_get(), mt5.history_deals_get(position=position)) == ((), ())
    assert [each["ticket"] for each in simulator.positions()] == [position]
    simulator.advance(2)
    assert mt5.positions_total() == 1
    send(closing(position))
    assert mt5.positions_total() == 1
    simulator.advance(2)
    assert mt5.positions_total() == 0


def test_that_trades_of_others_carry_their_own_reason(simulator: SimulatorClient) -> None:
    by_hand = simulator.trade(GOLD, 0.1, sl=3990.0)["order"]
    by_program = simulator.trade(GOLD, 0.2, side="sell", magic=99, by_hand=False)["order"]
    held = {position.ticket: (position.reason, position.magic) for position in mt5.positions_get()}
    assert held == {by_hand: (mt5.POSITION_REASON_CLIENT, 0), by_program: (mt5.POSITION_REASON_EXPERT, 99)}
    assert simulator.set_levels(by_hand, 3991.0, 4020.0)["retcode"] == mt5.TRADE_RETCODE_DONE
    simulator.trade(GOLD, 0.1, side="sell", position=by_hand)
    assert closing_deal(by_hand).reason == mt5.DEAL_REASON_CLIENT


def test_that_a_broker_may_leave_the_magic_out_of_closing_deals(simulator: SimulatorClient) -> None:
    simulator.change_server(closing_keeps_magic=False)
    position = opened(magic=7, sl=3995.0)
    simulator.push(GOLD, 3990.0, 3990.2)
    assert [deal.magic for deal in mt5.history_deals_get(position=position)] == [7, 0]
