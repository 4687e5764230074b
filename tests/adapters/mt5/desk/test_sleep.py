"""The computer sleeps, or the program is stopped, with a position open: it reads the broker's state first."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from engine.adapters.mt5.clock.server_time import ServerTimes
from engine.domain.market import Side
from engine.domain.messages.broker import BrokerEvent, OrderRefused, SubmitOrder
from engine.domain.messages.commands import Flatten
from engine.domain.messages.engine import CandleClosed, QuoteReceived
from engine.domain.messages.execution import ExitRefused, ExitSent, Reconciled, ReconciliationStarted
from engine.domain.orders import ExitReason, Order
from engine.domain.tokens import order_token
from tests.adapters.mt5.desk.world_desk import (
    BID,
    GOLD,
    HAMMER,
    MAGIC,
    OFFSET,
    QUIET,
    SPREAD,
    WorldDesk,
    world,
    world_desk,
)
from tests.adapters.mt5.linked import PATIENCE_S
from tests.adapters.mt5.links import DirectLink, SimulatorClock, broker_behind, running
from tests.fake_metatrader5.simulator import SimulatorClient, refusal

TWO_HOURS_S = 7_200.0


def sleep(simulator: SimulatorClient, *bids: float, seconds: float = TWO_HOURS_S) -> None:
    """The desk does nothing for so long; meanwhile there are these prices, a few seconds from one to the next."""
    for bid in bids:
        simulator.advance(7.0, in_steps_of=7.0)
        simulator.push(GOLD, bid, bid + SPREAD)
        seconds -= 7.0
    simulator.advance(seconds, in_steps_of=60.0)


async def opened(desk: WorldDesk) -> None:
    """A position whose own minute is over."""
    desk.trade_by_itself()
    await desk.enter()
    await desk.minute(QUIET, base=BID + 0.3)


async def test_that_the_first_thing_after_two_hours_of_sleep_is_comparing_with_the_broker(
    simulator: SimulatorClient,
) -> None:
    async with world_desk(simulator) as desk:
        await opened(desk)
        before, compared = len(desk.events), len(desk.of(Reconciled))
        sleep(simulator)
        simulator.push(GOLD, BID, BID + SPREAD)
        await desk.hears(Reconciled, compared + 1)
        kinds = (ReconciliationStarted, QuoteReceived, CandleClosed, ExitSent, Reconciled)
        first = next(event for event in desk.events[before:] if isinstance(event, kinds))
        assert isinstance(first, ReconciliationStarted)
        assert "stood still for 7,200 s" in first.reason


async def test_that_a_position_whose_stop_was_hit_in_sleep_is_not_closed_a_second_time(
    simulator: SimulatorClient,
) -> None:
    async with world_desk(simulator) as desk:
        await opened(desk)
        (held,) = simulator.positions()
        sleep(simulator, BID, BID - 0.2, held["sl"] - 0.2)  # the candle falls as well, which is a reason to leave
        assert not simulator.positions()
        assert (await desk.closes()).reason is ExitReason.STOP_LOSS
        assert not desk.sent("close")
        assert not desk.of(ExitSent)


async def test_that_requests_of_a_candle_during_sleep_wait_until_the_broker_has_reported_its_state(
    simulator: SimulatorClient,
) -> None:
    async with world_desk(simulator) as desk:
        await opened(desk)
        desk.link.silent = ("positions_get",)
        closed = len(desk.of(CandleClosed))
        sleep(simulator, BID, BID - 0.2, BID - 0.4)
        await desk.until(lambda: len(desk.of(CandleClosed)) > closed)
        assert not desk.sent("close")
        desk.link.silent = ()
        desk.advance(5.0)
        assert (await desk.closes()).reason is ExitReason.ADVERSE_CANDLE


async def test_that_nothing_enters_after_sleep_before_the_broker_has_reported_its_state(
    simulator: SimulatorClient,
) -> None:
    async with world_desk(simulator) as desk:
        desk.trade_by_itself()
        desk.link.silent = ("positions_get",)
        sleep(simulator)
        await desk.minute(HAMMER)
        assert desk.denials() == ["not_reconciled"]
        desk.link.silent = ()
        desk.advance(60.0)
        await desk.until(lambda: isinstance(desk.of(Reconciled)[-1], Reconciled) and len(desk.of(Reconciled)) == 2)
        await desk.enter()


async def test_that_flatten_after_sleep_waits_for_nothing(simulator: SimulatorClient) -> None:
    async with world_desk(simulator) as desk:
        await opened(desk)
        sleep(simulator)
        desk.link.silent = ("orders_get",)  # the state cannot be had, a single position can
        desk.do(Flatten())
        assert (await desk.closes()).reason is ExitReason.FLATTEN


async def test_that_a_flatten_that_was_refused_before_the_sleep_goes_on_after_it(simulator: SimulatorClient) -> None:
    async with world_desk(simulator) as desk:
        await opened(desk)
        simulator.inject(refusal(10024, requests=("close",), count=1))
        desk.do(Flatten())
        await desk.hears(ExitRefused)
        desk.link.silent = ("orders_get",)
        sleep(simulator)
        desk.advance(1.0)
        assert (await desk.closes()).reason is ExitReason.FLATTEN


async def test_that_ten_seconds_of_standing_still_are_enough_and_nine_are_not(simulator: SimulatorClient) -> None:
    async with world_desk(simulator) as desk:
        started = len(desk.of(ReconciliationStarted))
        sleep(simulator, seconds=9.0)
        desk.desk.engine.pipeline.on_time()
        assert len(desk.of(ReconciliationStarted)) == started
        sleep(simulator, seconds=10.0)
        desk.desk.engine.pipeline.on_time()
        assert len(desk.of(ReconciliationStarted)) == started + 1


async def test_that_an_order_that_lay_there_while_the_computer_slept_is_not_sent(simulator: SimulatorClient) -> None:
    simulator.reset(world())
    simulator.push(GOLD, BID, BID + SPREAD)
    link, clock, events = DirectLink(simulator, OFFSET), SimulatorClock(simulator), list[BrokerEvent]()
    a_minute = timedelta(minutes=1)
    broker, _ = await broker_behind(link, clock, GOLD, times=ServerTimes(link), look_every=a_minute)
    broker.connect(events.append)
    order = Order(
        token=order_token("p"), plan_id="p", magic=MAGIC, symbol=GOLD, side=Side.BUY, volume_lots=0.01,
        stop_loss=BID - 2.0, take_profit=BID + 4.0, reference_price=BID + SPREAD,
    )  # fmt: skip
    async with running(broker.run()), asyncio.timeout(PATIENCE_S):
        broker.send(SubmitOrder(order=order))
        sleep(simulator, seconds=6.0)
        while not any(isinstance(event, OrderRefused) for event in events):
            await asyncio.sleep(0.002)
    (refused,) = (event for event in events if isinstance(event, OrderRefused))
    assert "waited too long" in refused.refusal.reason
    assert not simulator.log(function="order_send")
