"""A desk that ended or lost its terminal knows the outcome of its trades when it is back."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.trading import ExecutionSettings, RiskMitigation
from engine.adapters.mt5.codes import OrderState
from engine.adapters.mt5.link.sentences import READY, TERMINAL_CLOSED
from engine.domain.messages.commands import SettleUnknownOrder
from engine.domain.messages.engine import CandleClosed
from engine.domain.messages.execution import (
    BrokerLinkChanged,
    OrderFailed,
    OrderUnknown,
    Reconciled,
    TradeOpened,
    UnknownOrdersChanged,
)
from engine.domain.orders import ExitReason
from engine.domain.plan import PlanStatus
from tests.adapters.mt5.desk.world_desk import BID, FALLING, GOLD, HAMMER, QUIET, world_desk
from tests.fake_metatrader5.simulator import SimulatorClient, timed_out
from tests.whole import present


async def test_that_an_open_position_is_managed_after_a_restart_and_nothing_enters_before(
    simulator: SimulatorClient, tmp_path: Path
) -> None:
    async with world_desk(simulator, directory=tmp_path) as first:
        first.trade_by_itself()
        opened = await first.enter()
    async with world_desk(simulator, directory=tmp_path, is_fresh=False, begins=False) as second:
        second.link.silent = ("history_deals_get",)
        await second.begin()
        second.trade_by_itself()
        await second.minute(HAMMER)
        assert second.denials() == ["not_reconciled"]
        second.link.silent = ()
        await second.tick(BID, seconds=31.0)  # it is asked again at last
        resumed = await second.hears(TradeOpened)
        assert (resumed.trade.ticket, resumed.is_resumed) == (opened.ticket, True)
        assert resumed.trade.order == opened.order
        await second.hears(Reconciled)
        await second.tick(present(opened.position.stop_loss) - 0.2)
        trade = await second.closes()
        assert (trade.plan_id, trade.reason) == (opened.plan_id, ExitReason.STOP_LOSS)
        assert second.plans[opened.plan_id].status is PlanStatus.CLOSED
        assert len(second.sent("open")) == 1


async def test_that_an_order_unknown_at_the_end_is_found_by_the_next_desk_and_never_sent_again(
    simulator: SimulatorClient, tmp_path: Path
) -> None:
    async with world_desk(simulator, directory=tmp_path) as first:
        first.trade_by_itself()
        first.link.silent = ("history_deals_get",)
        simulator.inject(timed_out())
        await first.minute(HAMMER)
        unknown = await first.hears(OrderUnknown)
    async with world_desk(simulator, directory=tmp_path, is_fresh=False) as second:
        found = await second.hears(TradeOpened)
        assert (found.trade.order, found.is_resumed) == (unknown.order, False)
        assert second.plans[unknown.order.plan_id].status is PlanStatus.OPEN
        assert [each["ticket"] for each in simulator.positions()] == [found.trade.ticket]
        assert len(second.sent("open")) == 1


@pytest.mark.parametrize("late_s", [10.0, 90.0])
async def test_that_a_fill_that_shows_late_is_found_and_no_second_order_left_before(
    simulator: SimulatorClient, late_s: float
) -> None:
    limits = RiskMitigation(cool_off_seconds=0, max_positions_per_symbol=1, max_positions=1, max_trades_per_hour=40)
    async with world_desk(simulator, risk_mitigation=limits) as desk:
        desk.trade_by_itself()
        simulator.change_server(visible_after_s=late_s)
        simulator.inject(timed_out())
        await desk.minute(HAMMER)
        unknown = await desk.hears(OrderUnknown)
        await desk.tick(BID, seconds=8.0)
        assert desk.plans[unknown.order.plan_id].status is PlanStatus.EXECUTING
        for _ in range(4):
            await desk.tick(BID, seconds=late_s / 4)
        found = await desk.hears(TradeOpened)
        assert (found.trade.order, len(desk.sent("open"))) == (unknown.order, 1)
        assert desk.of(OrderFailed) == []


async def test_that_an_order_of_which_nothing_shows_stays_unknown_until_the_user_settles_it(
    simulator: SimulatorClient, tmp_path: Path
) -> None:
    async with world_desk(simulator, directory=tmp_path) as first:
        first.trade_by_itself()
        simulator.inject(timed_out(is_carried_out=False))
        await first.minute(HAMMER)
        order = (await first.hears(OrderUnknown)).order
        await first.tick(BID, seconds=60.0)
        await first.minute(HAMMER)
        assert first.denials() == ["outcome_unknown"]
    async with world_desk(simulator, directory=tmp_path, is_fresh=False) as second:
        shown = await second.hears(UnknownOrdersChanged)
        assert [each.order for each in shown.orders] == [order]
        second.do(SettleUnknownOrder(order.token))
        await second.until(lambda: second.plans[order.plan_id].status is PlanStatus.FAILED)
        assert "settled by the user" in second.plans[order.plan_id].close_reason
        assert len(second.sent("open")) == 1
    async with world_desk(simulator, directory=tmp_path, is_fresh=False) as third:
        assert third.of(Reconciled)[0].unknown == ()


async def test_that_a_part_filled_without_an_answer_is_managed_though_the_history_shows_the_order_as_cancelled(
    simulator: SimulatorClient,
) -> None:
    async with world_desk(simulator, execution=ExecutionSettings(volume_lots=0.04)) as desk:
        desk.trade_by_itself()
        simulator.change_server(visible_after_s=10.0)
        simulator.inject(timed_out(fraction=0.5))
        await desk.minute(HAMMER)
        await desk.hears(OrderUnknown)
        await desk.tick(BID, seconds=6.0)
        await desk.tick(BID, seconds=6.0)
        opened = await desk.hears(TradeOpened)
        assert (opened.is_partial, opened.trade.position.volume_lots) == (True, 0.02)
        assert [order["state"] for order in simulator.past_orders()] == [OrderState.CANCELED]
        assert desk.of(OrderFailed) == []


async def test_that_an_order_which_the_history_shows_as_rejected_failed(simulator: SimulatorClient) -> None:
    async with world_desk(simulator) as desk:
        desk.trade_by_itself()
        simulator.inject(timed_out(is_carried_out=False, is_recorded=True))
        await desk.minute(HAMMER)
        failed = await desk.hears(OrderFailed)
        assert failed.reason == "the broker's history shows it rejected, nothing was filled"
        assert len(desk.sent("open")) == 1


async def test_that_a_stop_reached_while_the_link_was_lost_is_reported_when_it_is_back(
    simulator: SimulatorClient,
) -> None:
    async with world_desk(simulator) as desk:
        desk.trade_by_itself()
        opened = await desk.enter()
        desk.link.become(condition=TERMINAL_CLOSED)
        assert not (await desk.hears(BrokerLinkChanged, 2)).is_connected
        simulator.advance(10.0)
        simulator.push(GOLD, present(opened.position.stop_loss) - 0.3, present(opened.position.stop_loss) - 0.1)
        desk.link.become(condition=READY)
        trade = await desk.closes()
        assert (trade.reason, trade.ticket) == (ExitReason.STOP_LOSS, opened.ticket)
        assert len(desk.of(Reconciled)) >= 2  # where the terminal answers late, the desk asks once more


async def test_that_nothing_is_entered_on_a_candle_that_was_missed_when_it_closed(simulator: SimulatorClient) -> None:
    async with world_desk(simulator) as desk:
        desk.trade_by_itself()
        await desk.tick(BID)
        desk.link.become(condition=TERMINAL_CLOSED)
        _pass_minutes(simulator, HAMMER, HAMMER, HAMMER)
        simulator.advance(20.0)  # well into the minute that the last of them opens the way to
        desk.link.become(condition=READY)
        await desk.until(lambda: len(desk.of(CandleClosed)) == 4)
        judged = [each.judgement for each in desk.of(CandleClosed)[1:]]
        assert [judgement is not None and judgement.setup is not None for judgement in judged] == [True] * 3
        for _ in range(15):
            await desk.tick(BID + 0.1)  # prices are fresh, and the last setup would live still
        assert (desk.plans, desk.card_plans, simulator.log(function="order_send")) == ({}, [], [])


async def test_that_a_missed_candle_against_the_trade_still_ends_it(simulator: SimulatorClient) -> None:
    async with world_desk(simulator) as desk:
        desk.trade_by_itself()
        await desk.enter()
        desk.link.become(condition=TERMINAL_CLOSED)
        _pass_minutes(simulator, QUIET, FALLING, QUIET)
        desk.link.become(condition=READY)
        assert (await desk.closes()).reason is ExitReason.ADVERSE_CANDLE


async def test_that_a_terminal_which_misses_a_candle_does_not_end_the_desk(simulator: SimulatorClient) -> None:
    async with world_desk(simulator) as desk:
        await desk.tick(BID)
        desk.link.lag = 2
        await desk.minute(QUIET)
        desk.link.lag = 0
        await desk.minute(QUIET)
        minutes = [each.snapshot.candle.opened_at.minute for each in desk.of(CandleClosed)]
        assert minutes == [0, 1]


def _pass_minutes(simulator: SimulatorClient, *shapes: tuple[float, ...]) -> None:
    """Whole minutes of the market that nobody listens to, from the next one on."""
    simulator.advance(61.0 - simulator.now.second)
    for shape in shapes:
        for offset in shape:
            simulator.push(GOLD, BID - 0.3 + offset, BID - 0.1 + offset)
            simulator.advance(60.0 / len(shape), in_steps_of=60.0)
    simulator.push(GOLD, BID - 0.3, BID - 0.1)
