"""The whole desk, its worker and its broker, each in a separate process and in the time of this machine."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import msgspec
import pytest

from config.health import HealthSettings
from config.settings import Settings
from config.trading import ExecutionSettings, RiskMitigation
from engine.bootstrap import LiveDesk, build_live_engine
from engine.conditions.evaluator import Evaluator
from engine.domain.judgement import Setup
from engine.domain.messages.commands import ApprovePlan, CloseTrade, MoveStops
from engine.domain.messages.engine import (
    CandleClosed,
    Event,
    GatewayChanged,
    HealthReported,
    HistoryCompleted,
    HistoryRead,
    QuoteReceived,
)
from engine.domain.messages.execution import (
    AccountUpdated,
    OrderUnknown,
    Reconciled,
    StopMoved,
    TradeClosed,
    TradeOpened,
)
from engine.domain.messages.trading import ApprovalAsked, PlanChanged
from engine.domain.orders import ExitReason
from engine.domain.plan import PlanStatus
from engine.domain.tokens import installation_of, order_token
from tests.adapters.mt5.links import running
from tests.adapters.mt5.on_fake import GOLD, fake_settings, quick_world
from tests.builders import GOLD as PLAIN_GOLD
from tests.builders import candle, setup
from tests.conditions.markets import RULES, a_setup
from tests.fake_metatrader5.simulator import SimulatorClient, lost_answer

T = TypeVar("T")

PATIENCE_S = 30.0
PLAN = "scanner-signal-1"


def live_settings(address: str) -> Settings:
    """Gold with a stop that no step of the quick world reaches, on a machine that may be busy."""
    slow = dict.fromkeys(("loop_lag_warn_ms", "loop_lag_bad_ms", "round_trip_bad_ms"), 60_000.0)
    rules = Settings().xauusd_rules
    spread = rules.pre_trade_filters.spread.model_copy(update={"max_spread": 1.0})
    filters = rules.pre_trade_filters.model_copy(update={"spread": spread, "max_quote_age_seconds": 60.0})
    changes = {"pre_trade_filters": filters, "sl_range": (5.0, 20.0), "tp_range": (10.0, 50.0)}
    return Settings(
        symbols=(GOLD,),
        xauusd_rules=rules.model_copy(update=changes),
        health=HealthSettings(**slow),
        risk_mitigation=RiskMitigation(max_latency_ms=60_000.0),
        execution=ExecutionSettings(flat_before_close_minutes=0),  # this market trades at the weekend too
        metatrader=fake_settings(terminal_path=address, position_poll_ms=50, history_candles=500),
    )


class EventRecorder:
    """A running desk and all its events."""

    def __init__(self, desk: LiveDesk) -> None:
        self.desk = desk
        self.events: list[Event] = []
        desk.bus.subscribe(self.events.append)

    def of(self, kind: type[T]) -> list[T]:
        return [event for event in self.events if isinstance(event, kind)]

    async def hears(self, kind: type[T], count: int = 1) -> T:
        try:
            async with asyncio.timeout(PATIENCE_S):
                while len(self.of(kind)) < count:
                    await asyncio.sleep(0.01)
        except TimeoutError:
            dull = (QuoteReceived, AccountUpdated, HealthReported, HistoryRead)
            raise AssertionError([event for event in self.events if not isinstance(event, dull)][-30:]) from None
        return self.of(kind)[count - 1]

    async def approves(self) -> None:
        """A setup on the candle that has just closed, and the user who lets it go. Minutes are too long for a test."""
        quote = (await self.hears(QuoteReceived, len(self.of(QuoteReceived)) + 1)).quote
        found = self._setup(quote.ask)
        snapshot = a_setup(candle=candle(symbol=GOLD, start=found.candle_time, close=quote.bid))
        judgement = msgspec.structs.replace(Evaluator(PLAIN_GOLD, RULES).evaluate(snapshot), setup=found)
        self.desk.engine.pipeline.market.on_candle(snapshot)
        self.desk.engine.pipeline.trader.on_candle(CandleClosed(snapshot, judgement))
        await self.hears(ApprovalAsked)
        self.desk.engine.handle(ApprovePlan(PLAN))

    def _setup(self, price: float) -> Setup:
        now = self.desk.clock.now()
        plain = setup(price=round(price, 3), risk=10.0)
        return msgspec.structs.replace(plain, symbol=GOLD, candle_time=now - timedelta(minutes=1), known_at=now)

    @property
    def status(self) -> PlanStatus:
        return self.of(PlanChanged)[-1].plan.status


@asynccontextmanager
async def live(simulator: SimulatorClient, directory: Path) -> AsyncIterator[EventRecorder]:
    """A desk that agrees with its broker."""
    recorder = EventRecorder(build_live_engine(live_settings(simulator.address), directory=directory))
    with closing(recorder.desk.archive):
        async with running(recorder.desk.run()):
            await recorder.hears(Reconciled)
            yield recorder


async def test_that_a_trade_is_approved_managed_and_counted_though_its_worker_is_killed(
    simulator: SimulatorClient, tmp_path: Path
) -> None:
    simulator.reset(quick_world())
    async with live(simulator, tmp_path) as desk:
        assert desk.of(HistoryCompleted)[0].candles in (59, 60, 61)  # a minute may end while history is read
        await _is_ready(desk)
        await desk.approves()
        opened = (await desk.hears(TradeOpened)).trade
        (held,) = simulator.positions()
        token = order_token(PLAN, installation_of(held["comment"]) or "none")
        assert (held["comment"], held["sl"]) == (token, pytest.approx(opened.initial_stop))

        worker = desk.desk.link.report.worker_pid
        assert worker is not None
        os.kill(worker, signal.SIGTERM)
        await desk.hears(Reconciled, 2)
        assert desk.desk.link.report.worker_pid != worker

        level = round(opened.initial_stop - 1.0, 3) if opened.initial_stop else 0.0
        desk.desk.engine.handle(MoveStops(opened.ticket, level, opened.position.take_profit))
        await desk.hears(StopMoved)
        assert simulator.positions()[0]["sl"] == pytest.approx(level)
        desk.desk.engine.handle(CloseTrade(opened.ticket))
        closed = (await desk.hears(TradeClosed)).trade
        assert closed.reason is ExitReason.MANUAL
        assert closed.net_profit == pytest.approx(sum(deal["profit"] for deal in simulator.deals()[1:]))
        assert (desk.status, simulator.positions()) == (PlanStatus.CLOSED, [])


async def test_that_an_order_whose_answer_broke_off_is_found_by_the_next_desk(
    simulator: SimulatorClient, tmp_path: Path
) -> None:
    simulator.reset(quick_world())
    async with live(simulator, tmp_path) as first:
        await _is_ready(first)
        simulator.inject(lost_answer())
        await first.approves()
        await first.hears(OrderUnknown)
    async with live(simulator, tmp_path) as second:
        found = await second.hears(TradeOpened)
        assert [each["ticket"] for each in simulator.positions()] == [found.trade.ticket]
        assert second.status is PlanStatus.OPEN
        assert len(simulator.log(function="order_send")) == 1


async def _is_ready(desk: EventRecorder) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not (desk.of(GatewayChanged) and desk.of(GatewayChanged)[-1].is_ready):
            await asyncio.sleep(0.01)
