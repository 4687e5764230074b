"""The machine's clock is set while a position is open: what the desk waits for and what it judges stays as it was."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from engine.adapters.mt5.link.sentences import READY
from engine.domain.health import Vital, VitalName, VitalState
from engine.domain.messages.commands import ApprovePlan, Flatten
from engine.domain.messages.engine import CandleClosed, HealthReported, QuoteReceived, QuoteRefused
from engine.domain.messages.execution import BrokerLinkChanged, ExitRefused
from engine.domain.messages.trading import ModesChanged
from engine.domain.orders import ExitReason
from engine.domain.risk import Authority
from tests.adapters.mt5.desk.world_desk import BID, FALLING, HAMMER, QUIET, WorldDesk, world_desk
from tests.fake_metatrader5.simulator import SimulatorClient, refusal

BACK = -timedelta(hours=1)


async def _minutes(desk: WorldDesk, count: int, *, base: float = BID) -> None:
    for _ in range(count):
        await desk.minute(QUIET, base=base)


async def test_that_prices_go_on_and_candles_close_after_the_clock_was_set_back(simulator: SimulatorClient) -> None:
    async with world_desk(simulator) as desk:
        desk.time.set_by = BACK
        quotes, candles = len(desk.of(QuoteReceived)), len(desk.of(CandleClosed))
        await _minutes(desk, 3)
        assert len(desk.of(QuoteReceived)) == quotes + 9
        assert len(desk.of(CandleClosed)) == candles + 3
        assert not desk.of(QuoteRefused)


async def test_that_a_position_is_closed_on_an_opposite_candle_after_the_clock_was_set_back(
    simulator: SimulatorClient,
) -> None:
    async with world_desk(simulator) as desk:
        desk.trade_by_itself()
        await desk.enter()
        desk.time.set_by = BACK
        await desk.minute(QUIET, base=BID + 0.3)
        await desk.minute(FALLING, base=BID - 0.3)
        assert (await desk.closes()).reason is ExitReason.ADVERSE_CANDLE
        assert not simulator.positions()


async def test_that_a_refused_flatten_is_sent_again_after_the_clock_was_set_back(simulator: SimulatorClient) -> None:
    async with world_desk(simulator) as desk:
        desk.trade_by_itself()
        await desk.enter()
        desk.time.set_by = BACK
        simulator.inject(refusal(10024, requests=("close",), count=1))
        desk.do(Flatten())
        await desk.hears(ExitRefused)
        await desk.tick(BID, seconds=2.0)
        assert (await desk.closes()).reason is ExitReason.FLATTEN


async def test_that_a_card_of_twenty_minutes_ago_sends_no_order_though_the_clock_was_set_back(
    simulator: SimulatorClient,
) -> None:
    async with world_desk(simulator) as desk:
        await desk.minute(HAMMER)
        (plan_id,) = desk.card_plans
        desk.time.set_by = BACK
        simulator.advance(1_200.0, in_steps_of=60.0)
        desk.do(ApprovePlan(plan_id))
        await desk.until(lambda: bool(desk.refusals))
        assert desk.refusals == ["the time is over"]
        assert not desk.sent("open")


async def test_that_a_candle_of_nine_seconds_is_not_closed_though_the_clock_was_set_ahead(
    simulator: SimulatorClient,
) -> None:
    async with world_desk(simulator) as desk:
        desk.trade_by_itself()
        await desk.enter()
        await desk.minute(QUIET, base=BID - 0.3)
        candles = len(desk.of(CandleClosed))
        desk.time.set_by = timedelta(minutes=10)
        for bid in (-0.30, -0.40, -0.45):
            await desk.tick(BID + bid, seconds=3.0)
        await asyncio.sleep(0.3)  # longer than the desk takes to look at what is due
        assert len(desk.of(CandleClosed)) == candles
        assert simulator.positions()


async def test_that_nothing_enters_after_the_clock_was_set_until_the_servers_is_measured_again(
    simulator: SimulatorClient,
) -> None:
    async with world_desk(simulator) as desk:
        desk.trade_by_itself()
        desk.time.set_by = BACK
        await desk.until(lambda: not desk.link.report.may_trade)
        await desk.minute(HAMMER)
        assert desk.denials() == ["trading_disabled"]
        changed = desk.of(BrokerLinkChanged)[-1]
        assert changed.is_connected
        assert "computer's clock was set" in changed.reason
        desk.link.become(condition=READY)
        await desk.enter()
        assert desk.of(ModesChanged)[-1].authority is Authority.AUTO


async def test_that_health_shows_a_clock_that_was_set_and_does_not_hold_the_desk_for_it(
    simulator: SimulatorClient,
) -> None:
    async with world_desk(simulator) as desk:
        desk.time.set_by = BACK

        def shown() -> Vital:
            vitals = desk.of(HealthReported)[-1].health.vitals
            return next(vital for vital in vitals if vital.name is VitalName.CLOCK_OFFSET)

        await desk.until(lambda: bool(desk.of(HealthReported)) and shown().state is VitalState.WARN)
        assert "3,600 s behind the broker's" in shown().sentence
        assert not shown().is_holding
