"""Positions are closed and their stops moved, and what moves by itself at the broker is seen."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from engine.domain.market import Side
from engine.domain.messages.broker import (
    AccountChanged,
    BrokerEvent,
    BrokerState,
    ChangeStops,
    ChangeUncertain,
    ClosePosition,
    CloseRefused,
    PositionClosed,
    PositionsChanged,
    QueryState,
    StopsChanged,
    StopsRefused,
)
from engine.domain.orders import DealReason, Position, RefusalPolicy
from tests.adapters.mt5.on_fake import GOLD, brokerage
from tests.fake_metatrader5.simulator import (
    SimulatorClient,
    lost_answer,
    refusal,
)


def closing(position: Position, volume_lots: float | None = None) -> ClosePosition:
    return ClosePosition(
        ticket=position.ticket,
        symbol=position.symbol,
        side=position.side,
        volume_lots=volume_lots or position.volume_lots,
        token=position.token,
    )


def order_time(events: list[BrokerEvent]) -> datetime:
    """An hour before the first event."""
    (first, *_) = events
    assert not isinstance(first, AccountChanged)
    return first.at - timedelta(hours=1)


async def test_that_a_position_is_closed_by_its_ticket_and_its_result_is_reported(
    running_simulator: SimulatorClient,
) -> None:
    async with brokerage(running_simulator) as desk:
        position = await desk.opens()
        desk.broker.send(closing(position))
        closed = await desk.hears(PositionClosed)
        assert running_simulator.positions() == []
        assert (closed.ticket, closed.volume_lots, closed.remaining_lots) == (position.ticket, 0.02, 0.0)
        assert closed.reason is DealReason.DESK
        assert closed.profit == pytest.approx(sum(deal["profit"] for deal in running_simulator.deals()[1:]), abs=1e-6)


async def test_that_half_a_position_may_be_closed(running_simulator: SimulatorClient) -> None:
    async with brokerage(running_simulator) as desk:
        position = await desk.opens()
        desk.broker.send(closing(position, 0.01))
        assert (await desk.hears(PositionClosed)).remaining_lots == pytest.approx(0.01)
        assert running_simulator.positions()[0]["ticket"] == position.ticket


async def test_that_closing_what_is_gone_shows_that_it_is_gone(running_simulator: SimulatorClient) -> None:
    async with brokerage(running_simulator) as desk:
        position = await desk.opens()
        running_simulator.trade(GOLD, 0.02, side="sell", position=position.ticket)
        desk.broker.send(closing(position))
        refused = await desk.hears(CloseRefused)
        assert refused.refusal.policy in (RefusalPolicy.POSITION_GONE, RefusalPolicy.INVALID)


async def test_that_a_lost_answer_to_a_close_is_unclear(running_simulator: SimulatorClient) -> None:
    async with brokerage(running_simulator) as desk:
        position = await desk.opens()
        running_simulator.inject(lost_answer())
        desk.broker.send(closing(position))
        assert (await desk.hears(ChangeUncertain)).ticket == position.ticket


async def test_that_the_stop_moves_and_the_target_stays(running_simulator: SimulatorClient) -> None:
    async with brokerage(running_simulator) as desk:
        position = await desk.opens()
        assert position.stop_loss is not None
        change = ChangeStops(
            ticket=position.ticket, symbol=GOLD, stop_loss=position.stop_loss + 1.0, take_profit=position.take_profit
        )
        desk.broker.send(change)
        assert (await desk.hears(StopsChanged)).stop_loss == pytest.approx(position.stop_loss + 1.0)
        (held,) = running_simulator.positions()
        assert (held["sl"], held["tp"]) == (pytest.approx(change.stop_loss), pytest.approx(position.take_profit))
        desk.broker.send(change)
        assert (await desk.hears(StopsRefused)).refusal.policy is RefusalPolicy.NO_CHANGE


async def test_that_a_stop_the_server_only_says_it_took_is_not_believed(
    running_simulator: SimulatorClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.adapters.mt5.trade.confirmations._BETWEEN_LOOKS_S", 0.002)
    async with brokerage(running_simulator) as desk:
        position = await desk.opens()
        assert position.stop_loss is not None
        running_simulator.inject(refusal(10009, requests=("sltp",)))
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


async def test_that_a_stop_hit_at_the_broker_is_noticed_and_reported_with_its_reason(
    running_simulator: SimulatorClient,
) -> None:
    async with brokerage(running_simulator) as desk:
        position = await desk.opens()
        assert position.stop_loss is not None
        desk.broker.send(QueryState(number=1, since=position.opened_at))
        await desk.hears(BrokerState)
        tick = running_simulator.tick(GOLD)
        running_simulator.push(GOLD, tick["bid"] - 15.0, tick["ask"] - 15.0)
        await desk.hears(PositionsChanged)
        desk.broker.send(QueryState(number=2, since=position.opened_at - timedelta(minutes=1)))
        state = await desk.hears(BrokerState, 2)
        assert state.positions == ()
        (exit_deal,) = [deal for deal in state.deals if not deal.is_entry]
        assert (exit_deal.reason, exit_deal.is_ours) == (DealReason.STOP_LOSS, True)


async def test_that_positions_of_the_user_are_shown_and_are_not_ours(running_simulator: SimulatorClient) -> None:
    async with brokerage(running_simulator) as desk:
        running_simulator.trade(GOLD, 0.05, side="sell")
        desk.broker.send(QueryState(number=1, since=order_time(desk.events)))
        (position,) = (await desk.hears(BrokerState)).positions
        assert (position.is_ours, position.side, position.volume_lots) == (False, Side.SELL, 0.05)
