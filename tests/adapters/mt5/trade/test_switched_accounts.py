"""Orders and looks that meet another account than the one they were meant for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from engine.adapters.mt5.conditions import LinkState
from engine.domain.messages.broker import (
    BrokerState,
    OrderFilled,
    OrderUncertain,
    QueryFailed,
    QueryState,
    SubmitOrder,
)
from tests.adapters.mt5.links import MAGIC
from tests.adapters.mt5.on_fake import GOLD, brokerage, quick_world
from tests.fake_metatrader5.simulator import (
    Account,
    SimulatorClient,
    account_switch,
    ipc_failure,
)


async def test_that_an_order_which_meets_a_switched_account_is_no_position_of_ours(
    running_simulator: SimulatorClient,
) -> None:
    world = quick_world(accounts=(Account(), Account(login=2)))
    async with brokerage(running_simulator, world, check_interval_s=60.0) as desk:
        running_simulator.inject(account_switch(2))
        desk.broker.send(SubmitOrder(order=desk.order()))
        events = await desk.hears(OrderUncertain)
        assert events.token == desk.order().token
        assert "another account now (2 at Fake-Demo)" in events.reason
        assert desk.of(OrderFilled) == []


async def test_that_an_order_which_met_another_account_is_reported_until_the_user_has_looked(
    running_simulator: SimulatorClient,
) -> None:
    world = quick_world(accounts=(Account(), Account(login=2)))
    async with brokerage(running_simulator, world) as desk:
        running_simulator.inject(account_switch(2))
        desk.broker.send(SubmitOrder(order=desk.order()))
        await desk.hears(OrderUncertain)
        await desk.linked.reach(LinkState.ACCOUNT_SWITCHED)
        desk.linked.link.retry()  # of what is shown, and this is not shown yet
        running_simulator.switch_account(1001)
        report = await desk.linked.reach(LinkState.ORDER_ASTRAY)
        assert "2 at Fake-Demo" in report.condition.sentence
        assert not report.may_trade
        desk.linked.link.retry()
        await desk.linked.reach(LinkState.READY)


async def test_that_an_order_is_clear_though_the_account_cannot_be_looked_at_after_it(
    running_simulator: SimulatorClient,
) -> None:
    async with brokerage(running_simulator, look_every=timedelta(hours=1), check_interval_s=60.0) as desk:
        running_simulator.inject(ipc_failure(-1, functions=("account_info",), skip=1))
        desk.broker.send(SubmitOrder(order=desk.order()))
        await desk.hears(OrderFilled)


async def test_that_nothing_is_learned_from_the_book_of_another_account(running_simulator: SimulatorClient) -> None:
    world = quick_world(accounts=(Account(), Account(login=2)))
    async with brokerage(running_simulator, world, check_interval_s=60.0) as desk:
        running_simulator.trade(GOLD, 0.02, magic=MAGIC, login=2)
        running_simulator.switch_account(2)  # and nobody has noticed yet
        desk.broker.send(QueryState(number=1, since=datetime.now(UTC) - timedelta(hours=1)))
        assert (await desk.hears(QueryFailed)).number == 1
        assert desk.of(BrokerState) == []
