"""Facts about changes at the broker between two looks, and about views that prove nothing."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from engine.adapters.mt5.clock.server_time import ServerTime
from engine.adapters.mt5.trade.conversion import position_of
from engine.domain.messages.broker import (
    BrokerState,
    ClosePosition,
    PositionClosed,
    PositionsChanged,
    QueryFailed,
    QueryState,
    SubmitOrder,
)
from tests.adapters.mt5.links import MAGIC
from tests.adapters.mt5.on_fake import GOLD, brokerage, quick_world
from tests.fake_metatrader5.simulator import SimulatorClient, exness_bitcoin, exness_gold, refusal

AN_HOUR = timedelta(hours=1)


def query(number: int = 1) -> QueryState:
    return QueryState(number=number, since=datetime.now(UTC) - AN_HOUR)


async def test_that_a_stop_reached_before_the_first_look_at_a_new_position_is_noticed(
    running_simulator: SimulatorClient,
) -> None:
    async with brokerage(running_simulator, look_every=timedelta(milliseconds=150)) as desk:
        await asyncio.sleep(0.2)  # a look that showed nothing is behind us
        await desk.opens()
        tick = running_simulator.tick(GOLD)
        running_simulator.push(GOLD, tick["bid"] - 15.0, tick["ask"] - 15.0)
        assert running_simulator.positions() == []
        await desk.hears(PositionsChanged)


async def test_that_a_terminal_without_its_broker_proves_nothing(running_simulator: SimulatorClient) -> None:
    async with brokerage(running_simulator, check_interval_s=60.0) as desk:
        running_simulator.change_terminal(connected=False)  # and nobody has noticed yet
        desk.broker.send(query())
        assert "connection to the broker" in (await desk.hears(QueryFailed)).reason
        assert desk.of(BrokerState) == []


async def test_that_a_position_in_a_symbol_without_known_terms_is_anothers(running_simulator: SimulatorClient) -> None:
    gold = exness_gold(ticks_per_s=60.0, step_points=1.0, history_minutes=10)
    async with brokerage(running_simulator, quick_world(symbols=(gold, exness_bitcoin(history_minutes=10)))) as desk:
        running_simulator.trade("BTCUSDm", 0.01, magic=MAGIC)
        running_simulator.trade(GOLD, 0.01, magic=MAGIC)
        desk.broker.send(query())
        state = await desk.hears(BrokerState)
        assert {each.symbol: each.is_ours for each in state.positions} == {"BTCUSDm": False, GOLD: True}


async def test_that_orders_carry_the_magic_that_positions_are_known_by(running_simulator: SimulatorClient) -> None:
    async with brokerage(running_simulator) as desk:
        desk.broker.send(SubmitOrder(order=desk.order(magic=MAGIC + 1)))  # the setting was changed meanwhile
        await desk.linked.until(lambda: bool(running_simulator.positions()))
        assert [each["magic"] for each in running_simulator.positions()] == [MAGIC]


async def test_that_a_position_is_closed_though_every_filling_was_once_refused(
    running_simulator: SimulatorClient,
) -> None:
    async with brokerage(running_simulator) as desk:
        position = await desk.opens()
        close = ClosePosition(
            ticket=position.ticket, symbol=GOLD, side=position.side, volume_lots=0.02, token=position.token
        )
        running_simulator.inject(refusal(10030, count=2))
        desk.broker.send(close)
        await desk.linked.until(lambda: len(running_simulator.log(function="order_send")) == 3)
        desk.broker.send(close)
        assert (await desk.hears(PositionClosed)).remaining_lots == 0.0


def test_that_a_level_which_comes_back_with_binary_noise_is_the_one_that_was_put_there() -> None:
    events: dict[str, Any] = {
        "ticket": 1, "identifier": 1, "symbol": GOLD, "type": 0, "volume": 0.1 + 0.2, "price_open": 4012.3450000000003,
        "sl": 4010.1450000000004, "tp": 0.0, "time_msc": 0, "comment": "", "magic": MAGIC,
    }  # fmt: skip
    position = position_of(events, ServerTime.assumed(), MAGIC)
    assert (position.volume_lots, position.entry, position.stop_loss) == (0.3, 4012.345, 4010.145)
