"""An entry goes through the terminal once, with its stop, and its outcome is reported."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
import pytest

from engine.adapters.mt5.conditions import LinkState
from engine.domain.messages.broker import (
    AccountChanged,
    BrokerEvent,
    BrokerState,
    ConnectionChanged,
    OrderFilled,
    OrderRefused,
    OrderUncertain,
    QueryState,
    SubmitOrder,
)
from engine.domain.orders import RefusalPolicy
from tests.adapters.mt5.links import MAGIC
from tests.adapters.mt5.on_fake import brokerage, quick_world
from tests.fake_metatrader5.simulator import (
    Server,
    SimulatorClient,
    blank_result,
    exness_gold,
    hang,
    lost_answer,
    partial_fill,
    placed_then_filled,
    refusal,
    requote,
    stripped_stops,
    timed_out,
)


async def test_that_an_order_arrives_with_its_stop_its_target_and_its_name(running_simulator: SimulatorClient) -> None:
    async with brokerage(running_simulator) as desk:
        order = desk.order()
        desk.broker.send(SubmitOrder(order=order))
        filled = await desk.hears(OrderFilled)
        (held,) = running_simulator.positions()
        assert (held["sl"], held["tp"]) == (pytest.approx(order.stop_loss), pytest.approx(order.take_profit))
        assert (held["comment"], held["magic"], held["volume"]) == (order.token, MAGIC, 0.02)
        assert (filled.token, filled.position.ticket, filled.position.is_ours) == (order.token, held["ticket"], True)
        assert filled.position.stop_loss == pytest.approx(order.stop_loss)


async def test_that_a_requote_is_answered_with_a_fresh_price_and_no_second_position(
    running_simulator: SimulatorClient,
) -> None:
    async with brokerage(running_simulator) as desk:
        running_simulator.inject(requote(count=2))
        await desk.opens()
        assert len(running_simulator.positions()) == 1
        assert len(running_simulator.log(function="order_send")) == 3


async def test_that_the_price_is_not_followed_for_ever(running_simulator: SimulatorClient) -> None:
    async with brokerage(running_simulator) as desk:
        running_simulator.inject(requote(count=None))
        desk.broker.send(SubmitOrder(order=desk.order()))
        refused = await desk.hears(OrderRefused)
        assert refused.refusal.policy is RefusalPolicy.PRICE_MOVED
        assert len(running_simulator.log(function="order_send")) == 3


async def test_that_a_price_beyond_the_allowed_deviation_is_not_bought(running_simulator: SimulatorClient) -> None:
    async with brokerage(running_simulator) as desk:
        order = desk.order(max_deviation=0.5)
        desk.broker.send(SubmitOrder(order=msgspec.structs.replace(order, reference_price=order.reference_price - 2.0)))
        assert (await desk.hears(OrderRefused)).refusal.policy is RefusalPolicy.PRICE_MOVED
        assert running_simulator.log(function="order_send") == []


async def test_that_the_next_filling_mode_is_tried_once_and_remembered(running_simulator: SimulatorClient) -> None:
    async with brokerage(running_simulator) as desk:
        running_simulator.inject(refusal(10030))
        await desk.opens("plan-1")
        assert len(running_simulator.log(function="order_send")) == 2
        await desk.opens("plan-2")
        assert len(running_simulator.log(function="order_send")) == 3


async def test_that_an_invalid_order_is_reported_for_what_it_is_and_never_repeated(
    running_simulator: SimulatorClient,
) -> None:
    async with brokerage(running_simulator) as desk:
        running_simulator.inject(refusal(10006))
        desk.broker.send(SubmitOrder(order=desk.order()))
        refused = await desk.hears(OrderRefused)
        assert (refused.refusal.code, refused.refusal.policy) == (10006, RefusalPolicy.INVALID)
        assert len(running_simulator.log(function="order_send")) == 1


async def test_that_an_unclear_answer_is_reported_as_unclear_and_never_sent_again(
    running_simulator: SimulatorClient,
) -> None:
    async with brokerage(running_simulator) as desk:
        for number, fault in enumerate((lost_answer(), timed_out(), timed_out(is_carried_out=False)), 1):
            running_simulator.inject(fault)
            order = desk.order(f"plan-{number}")
            desk.broker.send(SubmitOrder(order=order))
            assert (await desk.hears(OrderUncertain, number)).token == order.token
            await desk.linked.until(lambda: desk.linked.link.report.state is LinkState.READY)
            desk.broker.send(QueryState(number=number, since=order_time(desk.events)))
            shown = {each.token for each in (await desk.hears(BrokerState, number)).positions}
            assert shown == {each["comment"] for each in running_simulator.positions()}
            assert len(running_simulator.log(function="order_send")) == number


def order_time(events: list[BrokerEvent]) -> datetime:
    """An hour before the first event."""
    (first, *_) = events
    assert not isinstance(first, AccountChanged)
    return first.at - timedelta(hours=1)


async def test_that_an_order_in_a_terminal_that_hangs_is_unclear_and_the_way_comes_back(
    running_simulator: SimulatorClient,
) -> None:
    async with brokerage(running_simulator, order_limit_s=0.3) as desk:
        running_simulator.inject(hang("after"))
        desk.broker.send(SubmitOrder(order=desk.order()))
        await desk.hears(OrderUncertain)
        await desk.linked.until(lambda: desk.linked.link.report.restarts == 1 and desk.linked.link.report.may_trade)
        assert len(running_simulator.positions()) == 1
        assert len(running_simulator.log(function="order_send")) == 1


async def test_that_an_order_that_was_accepted_and_not_executed_yet_is_unclear(
    running_simulator: SimulatorClient,
) -> None:
    async with brokerage(running_simulator) as desk:
        running_simulator.inject(placed_then_filled(0.2))
        desk.broker.send(SubmitOrder(order=desk.order()))
        await desk.hears(OrderUncertain)
        assert len(running_simulator.log(function="order_send")) == 1


async def test_that_a_partial_fill_is_reported_with_the_volume_there_is(running_simulator: SimulatorClient) -> None:
    async with brokerage(running_simulator) as desk:
        running_simulator.inject(partial_fill(0.5))
        assert (await desk.opens()).volume_lots == pytest.approx(0.01)


async def test_that_a_result_without_deal_and_price_is_completed_by_looking(running_simulator: SimulatorClient) -> None:
    async with brokerage(running_simulator) as desk:
        running_simulator.inject(blank_result())
        position = await desk.opens()
        assert desk.of(OrderFilled)[0].price == position.entry > 0.0


async def test_that_a_position_that_shows_late_is_waited_for(running_simulator: SimulatorClient) -> None:
    async with brokerage(running_simulator, quick_world(server=Server(visible_after_s=0.3))) as desk:
        assert (await desk.opens()).is_ours


async def test_that_a_stripped_stop_is_reported_as_missing(running_simulator: SimulatorClient) -> None:
    async with brokerage(running_simulator) as desk:
        running_simulator.inject(stripped_stops())
        assert (await desk.opens()).stop_loss is None


async def test_that_a_side_the_broker_does_not_allow_is_never_sent(running_simulator: SimulatorClient) -> None:
    world = quick_world(symbols=(exness_gold(ticks_per_s=60.0, trade_mode=2, history_minutes=10),))
    async with brokerage(running_simulator, world) as desk:
        desk.broker.send(SubmitOrder(order=desk.order()))
        assert (await desk.hears(OrderRefused)).refusal.policy is RefusalPolicy.SIDE_DISABLED
        assert running_simulator.log(function="order_send") == []


async def test_that_nothing_is_entered_while_algo_trading_is_off(running_simulator: SimulatorClient) -> None:
    async with brokerage(running_simulator) as desk:
        running_simulator.change_terminal(trade_allowed=False)
        await desk.linked.until(lambda: desk.linked.link.report.state is LinkState.ALGO_TRADING_OFF)
        desk.broker.send(SubmitOrder(order=desk.order()))
        await desk.hears(OrderRefused)
        assert running_simulator.log(function="order_send") == []
        link = desk.of(ConnectionChanged)[-1]
        assert (link.is_connected, link.may_trade) == (True, False)


async def test_that_an_outcome_which_the_desk_fails_to_take_is_reported_as_unclear(
    running_simulator: SimulatorClient,
) -> None:
    async with brokerage(running_simulator) as desk:
        events: list[BrokerEvent] = []

        def hear(event: BrokerEvent) -> None:
            if isinstance(event, OrderFilled):
                raise RuntimeError("no room for a trade")
            events.append(event)

        desk.broker.connect(hear)
        desk.broker.send(SubmitOrder(order=desk.order("first")))
        await desk.linked.until(lambda: any(isinstance(event, OrderUncertain) for event in events))
        desk.broker.connect(desk.events.append)
        await desk.opens("second")
