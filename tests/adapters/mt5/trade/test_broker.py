"""Facts about orders through a terminal, judged by the broker's side."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from engine.adapters.mt5.conditions import LinkState
from engine.domain.broker_messages import (
    BookMoved,
    BrokerState,
    ChangeStops,
    ChangeUncertain,
    ClosePosition,
    CloseRefused,
    ConnectionChanged,
    OrderFilled,
    OrderRefused,
    OrderUncertain,
    PositionClosed,
    QueryFailed,
    QueryState,
    StopsChanged,
    StopsRefused,
    SubmitOrder,
)
from engine.domain.market import Side
from engine.domain.orders import DealReason, Position, RefusalPolicy
from tests.adapters.mt5.on_fake import GOLD, MAGIC, brokerage, quick_world, running_book
from tests.fake_metatrader5.book import (
    Account,
    BookClient,
    Server,
    account_switch,
    blank_result,
    exness_gold,
    hang,
    ipc_failure,
    lost_answer,
    partial_fill,
    placed_then_filled,
    refusal,
    requote,
    stripped_stops,
    timed_out,
)

__all__ = ["running_book"]


def closing(position: Position, volume_lots: float | None = None) -> ClosePosition:
    return ClosePosition(
        ticket=position.ticket,
        symbol=position.symbol,
        side=position.side,
        volume_lots=volume_lots or position.volume_lots,
        token=position.token,
    )


# -- entries ----------------------------------------------------------------------------------------------------


async def test_that_an_order_arrives_with_its_stop_its_target_and_its_name(running_book: BookClient) -> None:
    async with brokerage(running_book) as desk:
        order = desk.order()
        desk.broker.send(SubmitOrder(order=order))
        filled = await desk.hears(OrderFilled)
        (held,) = running_book.positions()
        assert (held["sl"], held["tp"]) == (pytest.approx(order.stop_loss), pytest.approx(order.take_profit))
        assert (held["comment"], held["magic"], held["volume"]) == (order.token, MAGIC, 0.02)
        assert (filled.token, filled.position.ticket, filled.position.is_ours) == (order.token, held["ticket"], True)
        assert filled.position.stop_loss == pytest.approx(order.stop_loss)


async def test_that_a_requote_is_answered_with_a_fresh_price_and_no_second_position(running_book: BookClient) -> None:
    async with brokerage(running_book) as desk:
        running_book.inject(requote(count=2))
        await desk.opens()
        assert len(running_book.positions()) == 1
        assert len(running_book.log(function="order_send")) == 3


async def test_that_the_price_is_not_followed_for_ever(running_book: BookClient) -> None:
    async with brokerage(running_book) as desk:
        running_book.inject(requote(count=None))
        desk.broker.send(SubmitOrder(order=desk.order()))
        refused = await desk.hears(OrderRefused)
        assert refused.refusal.policy is RefusalPolicy.PRICE_MOVED
        assert len(running_book.log(function="order_send")) == 3


async def test_that_a_price_beyond_the_allowed_deviation_is_not_bought(running_book: BookClient) -> None:
    async with brokerage(running_book) as desk:
        order = desk.order(max_deviation=0.5)
        desk.broker.send(SubmitOrder(order=msgspec.structs.replace(order, reference_price=order.reference_price - 2.0)))
        assert (await desk.hears(OrderRefused)).refusal.policy is RefusalPolicy.PRICE_MOVED
        assert running_book.log(function="order_send") == []


async def test_that_the_next_filling_mode_is_tried_once_and_remembered(running_book: BookClient) -> None:
    async with brokerage(running_book) as desk:
        running_book.inject(refusal(10030))
        await desk.opens("plan-1")
        assert len(running_book.log(function="order_send")) == 2
        await desk.opens("plan-2")
        assert len(running_book.log(function="order_send")) == 3


@pytest.mark.parametrize(
    ("code", "policy"),
    [
        (10006, RefusalPolicy.INVALID),
        (10018, RefusalPolicy.MARKET_CLOSED),
        (10019, RefusalPolicy.LIMIT_REACHED),
        (10024, RefusalPolicy.WAIT),
        (10027, RefusalPolicy.TRADING_DISABLED),
        (10042, RefusalPolicy.SIDE_DISABLED),
    ],
)
async def test_that_a_refusal_is_told_for_what_it_is_and_never_repeated(
    running_book: BookClient, code: int, policy: RefusalPolicy
) -> None:
    async with brokerage(running_book) as desk:
        running_book.inject(refusal(code))
        desk.broker.send(SubmitOrder(order=desk.order()))
        refused = await desk.hears(OrderRefused)
        assert (refused.refusal.code, refused.refusal.policy) == (code, policy)
        assert len(running_book.log(function="order_send")) == 1


@pytest.mark.parametrize("fault", [lost_answer(), timed_out(), timed_out(is_carried_out=False)])
async def test_that_an_unclear_answer_is_told_as_unclear_and_never_sent_again(
    running_book: BookClient, fault: object
) -> None:
    async with brokerage(running_book) as desk:
        running_book.inject(fault)  # type: ignore[arg-type]
        order = desk.order()
        desk.broker.send(SubmitOrder(order=order))
        assert (await desk.hears(OrderUncertain)).token == order.token
        await desk.linked.until(lambda: desk.linked.link.report.state is LinkState.READY)
        desk.broker.send(QueryState(number=1, since=order_time(desk.told)))
        state = await desk.hears(BrokerState)
        assert [each.token for each in state.positions] == [each["comment"] for each in running_book.positions()]
        assert len(running_book.log(function="order_send")) == 1


def order_time(told: list[object]) -> object:
    """An hour before the first thing that was told."""
    return told[0].at - timedelta(hours=1)  # type: ignore[attr-defined]


async def test_that_an_order_in_a_terminal_that_hangs_is_unclear_and_the_way_comes_back(
    running_book: BookClient,
) -> None:
    async with brokerage(running_book, order_limit_s=0.3) as desk:
        running_book.inject(hang("after"))
        desk.broker.send(SubmitOrder(order=desk.order()))
        await desk.hears(OrderUncertain)
        await desk.linked.until(lambda: desk.linked.link.report.restarts == 1 and desk.linked.link.report.may_trade)
        assert len(running_book.positions()) == 1
        assert len(running_book.log(function="order_send")) == 1


async def test_that_an_order_that_was_accepted_and_not_executed_yet_is_unclear(running_book: BookClient) -> None:
    async with brokerage(running_book) as desk:
        running_book.inject(placed_then_filled(0.2))
        desk.broker.send(SubmitOrder(order=desk.order()))
        await desk.hears(OrderUncertain)
        assert len(running_book.log(function="order_send")) == 1


async def test_that_a_partial_fill_is_told_with_the_volume_there_is(running_book: BookClient) -> None:
    async with brokerage(running_book) as desk:
        running_book.inject(partial_fill(0.5))
        assert (await desk.opens()).volume_lots == pytest.approx(0.01)


async def test_that_a_result_without_deal_and_price_is_completed_by_looking(running_book: BookClient) -> None:
    async with brokerage(running_book) as desk:
        running_book.inject(blank_result())
        position = await desk.opens()
        assert desk.of(OrderFilled)[0].price == position.entry > 0.0


async def test_that_a_position_that_shows_late_is_waited_for(running_book: BookClient) -> None:
    async with brokerage(running_book, quick_world(server=Server(visible_after_s=0.3))) as desk:
        assert (await desk.opens()).is_ours


async def test_that_a_stripped_stop_is_told_as_missing(running_book: BookClient) -> None:
    async with brokerage(running_book) as desk:
        running_book.inject(stripped_stops())
        assert (await desk.opens()).stop_loss is None


async def test_that_a_side_the_broker_does_not_allow_is_never_sent(running_book: BookClient) -> None:
    world = quick_world(symbols=(exness_gold(ticks_per_s=60.0, trade_mode=2, history_minutes=10),))
    async with brokerage(running_book, world) as desk:
        desk.broker.send(SubmitOrder(order=desk.order()))
        assert (await desk.hears(OrderRefused)).refusal.policy is RefusalPolicy.SIDE_DISABLED
        assert running_book.log(function="order_send") == []


async def test_that_nothing_is_entered_while_algo_trading_is_off(running_book: BookClient) -> None:
    async with brokerage(running_book) as desk:
        running_book.change_terminal(trade_allowed=False)
        await desk.linked.until(lambda: desk.linked.link.report.state is LinkState.ALGO_TRADING_OFF)
        desk.broker.send(SubmitOrder(order=desk.order()))
        await desk.hears(OrderRefused)
        assert running_book.log(function="order_send") == []
        link = desk.of(ConnectionChanged)[-1]
        assert (link.is_connected, link.may_trade) == (True, False)


# -- exits ------------------------------------------------------------------------------------------------------


async def test_that_a_position_is_closed_by_its_ticket_and_what_it_brought_is_told(running_book: BookClient) -> None:
    async with brokerage(running_book) as desk:
        position = await desk.opens()
        desk.broker.send(closing(position))
        closed = await desk.hears(PositionClosed)
        assert running_book.positions() == []
        assert (closed.ticket, closed.volume_lots, closed.remaining_lots) == (position.ticket, 0.02, 0.0)
        assert closed.reason is DealReason.DESK
        assert closed.profit == pytest.approx(sum(deal["profit"] for deal in running_book.deals()[1:]), abs=1e-6)


async def test_that_half_a_position_may_be_closed(running_book: BookClient) -> None:
    async with brokerage(running_book) as desk:
        position = await desk.opens()
        desk.broker.send(closing(position, 0.01))
        assert (await desk.hears(PositionClosed)).remaining_lots == pytest.approx(0.01)
        assert running_book.positions()[0]["ticket"] == position.ticket


async def test_that_closing_what_is_gone_tells_that_it_is_gone(running_book: BookClient) -> None:
    async with brokerage(running_book) as desk:
        position = await desk.opens()
        running_book.trade(GOLD, 0.02, side="sell", position=position.ticket)
        desk.broker.send(closing(position))
        refused = await desk.hears(CloseRefused)
        assert refused.refusal.policy in (RefusalPolicy.POSITION_GONE, RefusalPolicy.INVALID)


async def test_that_a_lost_answer_to_a_close_is_unclear(running_book: BookClient) -> None:
    async with brokerage(running_book) as desk:
        position = await desk.opens()
        running_book.inject(lost_answer())
        desk.broker.send(closing(position))
        assert (await desk.hears(ChangeUncertain)).ticket == position.ticket


async def test_that_the_stop_moves_and_the_target_stays(running_book: BookClient) -> None:
    async with brokerage(running_book) as desk:
        position = await desk.opens()
        assert position.stop_loss is not None
        change = ChangeStops(
            ticket=position.ticket, symbol=GOLD, stop_loss=position.stop_loss + 1.0, take_profit=position.take_profit
        )
        desk.broker.send(change)
        assert (await desk.hears(StopsChanged)).stop_loss == pytest.approx(position.stop_loss + 1.0)
        (held,) = running_book.positions()
        assert (held["sl"], held["tp"]) == (pytest.approx(change.stop_loss), pytest.approx(position.take_profit))
        desk.broker.send(change)
        assert (await desk.hears(StopsRefused)).refusal.policy is RefusalPolicy.NO_CHANGE


async def test_that_a_stop_the_server_only_says_it_took_is_not_believed(running_book: BookClient) -> None:
    async with brokerage(running_book) as desk:
        position = await desk.opens()
        assert position.stop_loss is not None
        running_book.inject(refusal(10009, requests=("sltp",)))
        desk.broker.send(
            ChangeStops(
                ticket=position.ticket,
                symbol=GOLD,
                stop_loss=position.stop_loss + 1.0,
                take_profit=position.take_profit,
            )
        )
        assert (await desk.hears(ChangeUncertain)).ticket == position.ticket
        assert desk.of(StopsChanged) == []


async def test_that_an_order_which_meets_a_switched_account_is_no_position_of_ours(running_book: BookClient) -> None:
    world = quick_world(accounts=(Account(), Account(login=2)))
    async with brokerage(running_book, world, check_interval_s=60.0) as desk:
        running_book.inject(account_switch(2))
        desk.broker.send(SubmitOrder(order=desk.order()))
        told = await desk.hears(OrderUncertain)
        assert told.token == desk.order().token
        assert "another account now (2 at Fake-Demo)" in told.reason
        assert desk.of(OrderFilled) == []


async def test_that_an_order_which_met_another_account_is_told_until_a_person_has_looked(
    running_book: BookClient,
) -> None:
    world = quick_world(accounts=(Account(), Account(login=2)))
    async with brokerage(running_book, world) as desk:
        running_book.inject(account_switch(2))
        desk.broker.send(SubmitOrder(order=desk.order()))
        await desk.hears(OrderUncertain)
        await desk.linked.reach(LinkState.ACCOUNT_SWITCHED)
        desk.linked.link.retry()  # of what is shown, and this is not shown yet
        running_book.switch_account(1001)
        report = await desk.linked.reach(LinkState.ORDER_ASTRAY)
        assert "2 at Fake-Demo" in report.condition.sentence
        assert not report.may_trade
        desk.linked.link.retry()
        await desk.linked.reach(LinkState.READY)


async def test_that_an_order_is_clear_though_the_account_cannot_be_looked_at_after_it(running_book: BookClient) -> None:
    async with brokerage(running_book, look_every=timedelta(hours=1), check_interval_s=60.0) as desk:
        running_book.inject(ipc_failure(-1, functions=("account_info",), skip=1))
        desk.broker.send(SubmitOrder(order=desk.order()))
        await desk.hears(OrderFilled)


async def test_that_nothing_is_learned_from_the_book_of_another_account(running_book: BookClient) -> None:
    world = quick_world(accounts=(Account(), Account(login=2)))
    async with brokerage(running_book, world, check_interval_s=60.0) as desk:
        running_book.trade(GOLD, 0.02, magic=MAGIC, login=2)
        running_book.switch_account(2)  # and nobody has noticed yet
        desk.broker.send(QueryState(number=1, since=datetime.now(UTC) - timedelta(hours=1)))
        assert (await desk.hears(QueryFailed)).number == 1
        assert desk.of(BrokerState) == []


# -- what moves by itself ---------------------------------------------------------------------------------------


async def test_that_a_stop_hit_at_the_broker_is_seen_and_told_with_its_reason(running_book: BookClient) -> None:
    async with brokerage(running_book) as desk:
        position = await desk.opens()
        assert position.stop_loss is not None
        desk.broker.send(QueryState(number=1, since=position.opened_at))
        await desk.hears(BrokerState)
        tick = running_book.tick(GOLD)
        running_book.push(GOLD, tick["bid"] - 15.0, tick["ask"] - 15.0)
        await desk.hears(BookMoved)
        desk.broker.send(QueryState(number=2, since=position.opened_at - timedelta(minutes=1)))
        state = await desk.hears(BrokerState, 2)
        assert state.positions == ()
        (exit_deal,) = [deal for deal in state.deals if not deal.is_entry]
        assert (exit_deal.reason, exit_deal.is_ours) == (DealReason.STOP_LOSS, True)


async def test_that_positions_of_a_person_are_shown_and_are_not_ours(running_book: BookClient) -> None:
    async with brokerage(running_book) as desk:
        running_book.trade(GOLD, 0.05, side="sell")
        desk.broker.send(QueryState(number=1, since=order_time(desk.told)))
        (position,) = (await desk.hears(BrokerState)).positions
        assert (position.is_ours, position.side, position.volume_lots) == (False, Side.SELL, 0.05)
