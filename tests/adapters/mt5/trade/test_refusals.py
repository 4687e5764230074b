"""A request refused for a lasting reason is not repeated before the reason can have gone."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import msgspec
import pytest

from engine.adapters.mt5.conditions import LinkState
from engine.adapters.mt5.trade import restraint
from engine.domain.market import Side
from engine.domain.messages.broker import (
    ChangeStops,
    ClosePosition,
    OrderFilled,
    OrderRefused,
    PositionClosed,
    PositionsChanged,
    StopsChanged,
    StopsRefused,
    SubmitOrder,
)
from engine.domain.orders import Order, Position, RefusalPolicy
from tests.adapters.mt5.on_fake import GOLD, Brokerage, brokerage, quick_world
from tests.fake_metatrader5.simulator import Fault, SimulatorClient, exness_gold, ipc_failure, refusal

SHORT_PAUSE = timedelta(milliseconds=300)


def sent(simulator: SimulatorClient) -> int:
    return len(simulator.log(function="order_send"))


async def refused(desk: Brokerage, order: Order) -> OrderRefused:
    """What the desk hears of an order that fails."""
    count = len(desk.of(OrderRefused))
    desk.broker.send(SubmitOrder(order=order))
    return await desk.hears(OrderRefused, count + 1)


async def closes(desk: Brokerage, position: Position) -> None:
    desk.broker.send(
        ClosePosition(
            ticket=position.ticket,
            symbol=GOLD,
            side=position.side,
            volume_lots=position.volume_lots,
            token=position.token,
        )
    )
    await desk.hears(PositionClosed)


# -- trading is off, or there is no room ------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [refusal(10027), ipc_failure(-8)], ids=["10027", "-8"])
async def test_that_after_trading_was_refused_nothing_enters_until_the_user_tries_again(
    running_simulator: SimulatorClient, fault: Fault
) -> None:
    async with brokerage(running_simulator) as desk:
        position = await desk.opens("first")
        running_simulator.inject(fault)
        assert (await refused(desk, desk.order("second"))).refusal.policy is RefusalPolicy.TRADING_DISABLED
        report = await desk.linked.reach(LinkState.TRADING_REFUSED)
        assert "Untick" in report.condition.way_out
        await refused(desk, desk.order("third"))
        await asyncio.sleep(0.2)
        assert desk.linked.link.report.state is LinkState.TRADING_REFUSED
        assert sent(running_simulator) == 2
        await closes(desk, position)
        desk.linked.link.retry()
        await desk.linked.reach(LinkState.READY)
        await desk.opens("fourth")


async def test_that_an_account_at_its_limit_only_closes_until_there_is_capacity(
    running_simulator: SimulatorClient,
) -> None:
    async with brokerage(running_simulator) as desk:
        position = await desk.opens("first")
        await asyncio.sleep(0.1)  # for the look that shows it
        running_simulator.inject(refusal(10019))
        assert (await refused(desk, desk.order("second"))).refusal.policy is RefusalPolicy.LIMIT_REACHED
        assert (await desk.linked.reach(LinkState.LIMIT_REACHED)).condition.way_out
        await refused(desk, desk.order("third"))
        assert sent(running_simulator) == 2
        await closes(desk, position)
        await desk.linked.reach(LinkState.READY)
        await desk.opens("fourth")


# -- sides, pauses and closed markets ---------------------------------------------------------------------------


async def test_that_a_side_which_was_refused_is_left_alone_and_the_other_is_not(
    running_simulator: SimulatorClient,
) -> None:
    async with brokerage(running_simulator) as desk:
        running_simulator.inject(refusal(10043))
        assert (await refused(desk, desk.order("first"))).refusal.policy is RefusalPolicy.SIDE_DISABLED
        assert (await refused(desk, desk.order("second"))).refusal.policy is RefusalPolicy.SIDE_DISABLED
        assert sent(running_simulator) == 1
        bid = float(running_simulator.tick(GOLD)["bid"])
        levels = {"stop_loss": bid + 10.0, "take_profit": bid - 20.0, "reference_price": bid}
        desk.broker.send(SubmitOrder(order=desk.order("third", side=Side.SELL, **levels)))
        await desk.hears(OrderFilled)


async def test_that_a_broker_who_has_enough_is_left_in_peace_and_then_looked_at(
    running_simulator: SimulatorClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restraint, "FIRST_PAUSE", SHORT_PAUSE)
    async with brokerage(running_simulator) as desk:
        position = await desk.opens("first")
        await asyncio.sleep(0.1)
        running_simulator.inject(refusal(10024))
        assert (await refused(desk, desk.order("second"))).refusal.policy is RefusalPolicy.WAIT
        moved = len(desk.of(PositionsChanged))
        await refused(desk, desk.order("third"))
        assert sent(running_simulator) == 2
        await asyncio.sleep(SHORT_PAUSE.total_seconds())
        await desk.hears(PositionsChanged, moved + 1)
        await desk.opens("fourth")
        await closes(desk, position)


async def test_that_a_closed_market_is_not_asked_again_before_a_price_comes(running_simulator: SimulatorClient) -> None:
    async with brokerage(running_simulator) as desk:
        running_simulator.still(GOLD)
        running_simulator.inject(refusal(10018))
        order = desk.order("first")
        assert (await refused(desk, order)).refusal.policy is RefusalPolicy.MARKET_CLOSED
        again = msgspec.structs.replace(order, token="ms00000000000002", plan_id="second")
        assert (await refused(desk, again)).refusal.policy is RefusalPolicy.MARKET_CLOSED
        assert sent(running_simulator) == 1
        tick = running_simulator.tick(GOLD)
        running_simulator.push(GOLD, tick["bid"], tick["ask"])
        await desk.opens("third")


# -- levels that are too close ----------------------------------------------------------------------------------


async def test_that_an_entry_refused_for_its_levels_is_sent_once_more_with_the_same_ones(
    running_simulator: SimulatorClient,
) -> None:
    async with brokerage(running_simulator) as desk:
        running_simulator.inject(refusal(10016))
        order = desk.order("first")
        desk.broker.send(SubmitOrder(order=order))
        filled = await desk.hears(OrderFilled)
        assert filled.position.stop_loss == pytest.approx(order.stop_loss, abs=0.001)
        running_simulator.inject(refusal(10016, count=None))
        count = sent(running_simulator)
        assert (await refused(desk, desk.order("second"))).refusal.policy is RefusalPolicy.STOPS_TOO_CLOSE
        assert sent(running_simulator) == count + 2


async def test_that_levels_which_the_broker_does_not_take_are_not_sent_again(
    running_simulator: SimulatorClient,
) -> None:
    gold = exness_gold(ticks_per_s=60.0, step_points=1.0, history_minutes=10, stops_level=15_000)
    async with brokerage(running_simulator, quick_world(symbols=(gold,))) as desk:
        assert (await refused(desk, desk.order())).refusal.policy is RefusalPolicy.STOPS_TOO_CLOSE
        assert sent(running_simulator) == 1


async def test_that_a_stop_too_close_is_put_where_the_broker_takes_it(running_simulator: SimulatorClient) -> None:
    gold = exness_gold(ticks_per_s=60.0, step_points=1.0, history_minutes=10, stops_level=5_000)
    async with brokerage(running_simulator, quick_world(symbols=(gold,))) as desk:
        position = await desk.opens()
        running_simulator.still(GOLD)  # a price that falls between the fresh tick and the second try is refused rightly
        bid = float(running_simulator.tick(GOLD)["bid"])
        change = ChangeStops(
            ticket=position.ticket, symbol=GOLD, stop_loss=round(bid - 1.0, 3), take_profit=position.take_profit
        )
        desk.broker.send(change)
        changed = await desk.hears(StopsChanged)
        assert changed.stop_loss == pytest.approx(bid - 5.0, abs=0.5)
        assert changed.take_profit == position.take_profit
        (held,) = running_simulator.positions()
        assert held["sl"] == pytest.approx(changed.stop_loss)


async def test_that_a_stop_is_never_widened_to_please_the_broker(running_simulator: SimulatorClient) -> None:
    gold = exness_gold(ticks_per_s=60.0, step_points=1.0, history_minutes=10, stops_level=9_000)
    async with brokerage(running_simulator, quick_world(symbols=(gold,))) as desk:
        position = await desk.opens()
        assert position.stop_loss is not None
        tick = running_simulator.tick(GOLD)
        running_simulator.push(GOLD, tick["bid"] - 3.0, tick["ask"] - 3.0)
        running_simulator.still(GOLD)
        wanted = round(position.stop_loss + 1.0, 3)
        desk.broker.send(
            ChangeStops(ticket=position.ticket, symbol=GOLD, stop_loss=wanted, take_profit=position.take_profit)
        )
        assert (await desk.hears(StopsRefused)).refusal.policy is RefusalPolicy.STOPS_TOO_CLOSE
        (held,) = running_simulator.positions()
        assert held["sl"] == pytest.approx(position.stop_loss)
