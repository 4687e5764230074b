"""Manual orders on an account that nets positions: merged into the one that stands, also across a restart."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.desk import PaperSettings
from engine.domain.market import Side
from engine.domain.messages.broker import SubmitOrder
from engine.domain.messages.commands import CloseTrade
from engine.domain.messages.execution import OrderMerged, TradeOpened
from engine.domain.messages.manual import PlaceOrder
from engine.domain.orders import ExitReason
from engine.domain.plan import MERGED, PlanStatus
from tests.builders import quote
from tests.plans.stores import unwritable
from tests.trading.desks import BID, TradingDesk, settings
from tests.trading.running import running, written
from tests.trading.test_manual_orders import NO_WAITS, manual, reviewed
from tests.trading.test_restarts import again


def test_that_on_a_netting_account_the_review_says_what_the_common_stop_will_be(tmp_path: Path) -> None:
    netting = settings(paper=PaperSettings(latency_ms=0, is_hedging=False), **NO_WAITS)
    desk = TradingDesk(tmp_path, settings=netting).start()
    desk.do(PlaceOrder(manual(volume=0.01)))
    desk.tick(2)
    second = manual("manual-2", price=2000.4, stop_loss=1999.9, take_profit=2001.9, volume=0.03)
    desk.tick(3, bid=2000.2)
    words = reviewed(desk, second).merged
    assert "merge into one of 0.04 lots at about 2000.30" in words
    assert "common stop will be 1999.90" in words
    assert reviewed(desk, manual("manual-3", side=Side.SELL, stop_loss=2000.9, take_profit=1999.0)).objections
    desk.do(PlaceOrder(second))
    desk.tick(4, bid=2000.2)
    (merged,) = desk.of(OrderMerged)
    assert merged.trade is not None
    assert (merged.trade.position.stop_loss, merged.trade.entries) == (1999.9, 2)
    assert merged.trade.r_at(merged.trade.position.entry - 0.5) == pytest.approx(-1.0)
    assert desk.plans["manual-2"].close_reason == MERGED
    assert "open positions of this symbol: 2" in reviewed(desk, manual("manual-4", price=2000.4)).objections[0].sentence
    again(desk, tmp_path).start().close()


def netted(directory: Path) -> TradingDesk:
    """A desk on an account that nets positions, with 0.01 lots open at half a dollar of risk."""
    netting = settings(paper=PaperSettings(latency_ms=0, is_hedging=False), **NO_WAITS)
    desk = TradingDesk(directory, settings=netting).start()
    desk.do(PlaceOrder(manual(volume=0.01)))
    desk.tick(2)
    return desk


def test_that_a_merged_position_keeps_its_r_and_its_limits_after_a_restart(tmp_path: Path) -> None:
    first = netted(tmp_path)
    first.do(PlaceOrder(manual("manual-2", stop_loss=1999.2, volume=0.03)))
    first.tick(3)
    second = again(first, tmp_path).start()
    (opened,) = second.of(TradeOpened)
    assert (opened.trade.entries, opened.trade.position.volume_lots) == (2, 0.04)
    assert opened.trade.initial_stop == pytest.approx(1999.275)
    assert "open positions of this symbol: 2" in reviewed(second, manual("manual-3")).objections[0].sentence
    second.tick(10, bid=1999.1)
    (trade,) = second.trades
    assert (trade.volume_lots, trade.plan_id) == (0.04, "manual-1")
    assert trade.r == pytest.approx(-0.9 / 0.725)
    second.close()


@pytest.mark.parametrize("is_restarted", [False, True])
def test_that_the_common_stop_of_merged_orders_is_no_trailing_stop(tmp_path: Path, is_restarted: bool) -> None:
    desk = netted(tmp_path)
    desk.tick(3, bid=2000.0)
    desk.do(PlaceOrder(manual("manual-2", price=2000.2, stop_loss=1999.7, take_profit=2001.7, volume=0.03)))
    desk.tick(4, bid=2000.0)
    if is_restarted:
        desk = again(desk, tmp_path).start()
    desk.tick(10, bid=1999.6)
    assert [(trade.reason, trade.volume_lots) for trade in desk.trades] == [(ExitReason.STOP_LOSS, 0.04)]
    desk.close()


def test_that_an_order_that_was_merged_while_the_desk_was_down_is_found_and_never_sent_again(tmp_path: Path) -> None:
    first = netted(tmp_path)
    first.do(PlaceOrder(manual("manual-2", volume=0.03)))
    second = again(first, tmp_path)
    second.broker.connect(lambda _: None)
    second.show_broker(quote(3, bid=BID))
    second.clock.set(quote(4).at)
    second.start()
    (merged,) = second.of(OrderMerged)
    assert merged.trade is not None
    assert merged.trade.position.volume_lots == 0.04
    assert (second.orders, second.plans["manual-2"].close_reason) == (2, MERGED)
    second.close()
    third = again(second, tmp_path).start()
    third.tick(10, bid=2001.6)
    assert [(trade.volume_lots, trade.plan_id) for trade in third.trades] == [(0.04, "manual-1")]
    third.close()


def test_that_no_order_is_merged_into_the_rest_of_a_position_of_which_a_part_was_closed(tmp_path: Path) -> None:
    desk = netted(tmp_path)
    desk.do(PlaceOrder(manual("manual-2", volume=0.03)))
    desk.tick(3)
    desk.do(CloseTrade(1001, 0.02))
    desk.tick(4)
    third = manual("manual-3")
    assert "part of the open BUY was closed" in reviewed(desk, third).faults[0]
    desk.do(PlaceOrder(third))
    assert "no order can be merged" in desk.refusals[-1]
    assert "manual-3" not in desk.plans
    desk.close()


def slow(directory: Path) -> TradingDesk:
    """The same at a broker that answers after a while, with the quote of the fourth second."""
    netting = settings(paper=PaperSettings(latency_ms=150, is_hedging=False), **NO_WAITS)
    desk = TradingDesk(directory, settings=netting).start()
    desk.do(PlaceOrder(manual(volume=0.04)))
    desk.tick(2)
    desk.tick(3)
    return desk


def test_that_no_order_is_merged_into_a_position_of_which_a_part_is_being_closed(tmp_path: Path) -> None:
    desk = slow(tmp_path)
    desk.do(CloseTrade(1001, 0.02))
    assert "part of the open BUY was closed" in reviewed(desk, manual("manual-2")).faults[0]
    desk.do(PlaceOrder(manual("manual-2")))
    desk.tick(4)
    desk.tick(5)
    assert (desk.orders, len(desk.refusals), desk.of(OrderMerged)) == (1, 1, [])
    desk.close()


def test_that_no_part_is_closed_while_an_order_is_on_its_way_that_adds_to_the_position(tmp_path: Path) -> None:
    desk = slow(tmp_path)
    desk.do(PlaceOrder(manual("manual-2")))
    desk.do(CloseTrade(1001, 0.02))
    assert desk.refusals == ["an order that adds to it is on its way: close a part once it has been filled"]
    desk.tick(4)
    (merged,) = desk.of(OrderMerged)
    assert merged.trade is not None
    assert (merged.trade.position.volume_lots, merged.trade.realised.volume_lots) == (0.08, 0.0)
    desk.do(CloseTrade(1001, 0.02))
    desk.tick(5)
    desk.tick(6)
    assert len(desk.refusals) == 1
    desk.close()


async def test_that_an_order_whose_intent_is_being_written_does_not_leave_once_a_part_is_being_closed(
    tmp_path: Path,
) -> None:
    netting = settings(paper=PaperSettings(latency_ms=0, is_hedging=False), **NO_WAITS)
    async with running(tmp_path, netting) as (desk, broker):
        desk.do(PlaceOrder(manual(volume=0.04)))
        await written(desk)
        desk.tick(2)
        desk.tick(3)
        with unwritable(tmp_path):
            desk.do(PlaceOrder(manual("manual-2")))
            desk.do(CloseTrade(1001, 0.02))
        await written(desk)
        assert broker.asked(SubmitOrder) == 1
        assert desk.plans["manual-2"].status is PlanStatus.DENIED
