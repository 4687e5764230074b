"""Random clicks, often several at once, on a desk whose broker is slow and fails at random."""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime, timedelta
from typing import Final

import pytest
from hypothesis import example, given
from hypothesis import settings as given_settings
from hypothesis import strategies as st

from config.desk import PaperSettings
from config.trading import ExecutionSettings, RiskMitigation
from engine.adapters.paper.broker import PaperBroker
from engine.adapters.paper.faults import NO_FAULT, Fault, RandomFaults
from engine.clock import MarketClock
from engine.domain.market import Side
from engine.domain.messages.broker import BrokerRequest, SubmitOrder
from engine.domain.messages.commands import (
    BreakEven,
    CancelFlatten,
    CloseTrade,
    Flatten,
    Halt,
    MoveStops,
    Reconcile,
    ReleaseHalt,
    TradingCommand,
)
from engine.domain.messages.execution import OrderMerged
from engine.domain.messages.manual import CloseTrades, ManualOrder, PlaceOrder, SetExitRules
from engine.domain.trades import OpenTrade
from engine.market.state import MarketState
from tests.builders import GOLD_CONTRACT, MONDAY
from tests.trading.desks import TradingDesk, settings

pytestmark = pytest.mark.long

STEP_S: Final = 0.05
LATENCIES_MS: Final = (0, 40, 80)
"""Two refusals in a row, each of a stop and of a close, have to fit into the second."""
LIMITS: Final = RiskMitigation(
    cool_off_seconds=0,
    max_positions_per_symbol=4,
    max_positions=4,
    max_trades_per_hour=500,
    max_trades_per_day=1000,
    max_latency_ms=5000,
    max_daily_loss_pct=90.0,
    max_consecutive_losses=100,
)


class TimedFaults(RandomFaults):
    """Begin once the desk has agreed with its broker, and come to an end."""

    is_on = False

    def next(self, request: BrokerRequest) -> Fault:
        return super().next(request) if self.is_on else NO_FAULT


class NotingBroker(PaperBroker):
    """Notes the token of each order; none comes while the desk is halted."""

    is_halted = False

    def note_in(self, tokens: list[str]) -> NotingBroker:
        self.tokens = tokens
        return self

    def send(self, request: BrokerRequest) -> None:
        if isinstance(request, SubmitOrder):
            assert not self.is_halted
            self.tokens.append(request.order.token)
        super().send(request)


class ManyClicks:
    """`run` plays a minute of clicks, then half a minute without faults in which all comes to rest."""

    def __init__(self, seed: int, rate: float, *, is_hedging: bool) -> None:
        self.random = random.Random(seed)
        paper = PaperSettings(latency_ms=self.random.choice(LATENCIES_MS), is_hedging=is_hedging)
        chosen = settings(
            paper=paper,
            cooldown_seconds=0,
            execution=ExecutionSettings(manual_range_factor=20.0),
            risk_mitigation=LIMITS,
        )
        clock, self.faults = MarketClock(MONDAY), TimedFaults(seed, rate, patience=2)
        self.broker = NotingBroker({"XAUUSD": GOLD_CONTRACT}, paper, clock, MarketState(), self.faults).note_in([])
        self.desk = TradingDesk(settings=chosen, broker=self.broker, clock=clock).start()
        self.faults.is_on = True
        self.bid, self.second, self.orders = 1999.8, 3.0, 0
        self.naked_since: dict[int, datetime] = {}
        self.longest_naked = timedelta(0)

    def run(self) -> ManyClicks:
        for _ in range(round(60 / STEP_S)):
            self._tick()
            if self.random.random() < 0.15:
                for _ in range(self.random.choice((1, 1, 2, 3))):
                    self._click()
        self.faults.is_on = False
        self._do(ReleaseHalt())
        for _ in range(round(30 / STEP_S)):
            self._tick()
        return self

    def _tick(self) -> None:
        self.second = round(self.second + STEP_S, 6)
        self.bid = round(self.bid + self.random.gauss(0.0, 0.04), 2)
        self.desk.tick(self.second, bid=self.bid)
        now = self.desk.clock.now()
        naked = {one.ticket for one in self.broker.positions if one.stop_loss is None}
        self.naked_since = {ticket: self.naked_since.get(ticket, now) for ticket in naked}
        self.longest_naked = max([self.longest_naked, *(now - since for since in self.naked_since.values())])

    def _do(self, command: TradingCommand) -> None:
        self.desk.do(command)
        if isinstance(command, Halt | ReleaseHalt):
            self.broker.is_halted = isinstance(command, Halt)

    def _click(self) -> None:
        draw, trades = self.random, self.trades
        if not trades or draw.random() < 0.25:
            order = PlaceOrder(self._order())
            for _ in range(draw.choice((1, 1, 2))):  # a double click
                self._do(order)
            if draw.random() < 0.1:
                self._do(Halt("enough"))
            return
        self._do(self._about(draw.choice(trades)))

    def _order(self) -> ManualOrder:
        draw, side = self.random, self.random.choice((Side.BUY, Side.SELL))
        sign, price = (1, self.bid + 0.2) if side is Side.BUY else (-1, self.bid)
        self.orders += 1
        return ManualOrder(
            order_id=f"manual-{self.orders}",
            symbol="XAUUSD",
            side=side,
            volume=draw.choice((0.01, 0.02, 0.05, 1.0, 0.015)),
            price=round(price, 2),
            stop_loss=round(price - sign * draw.choice((0.5, 0.8, 3.0)), 2),
            take_profit=round(price + sign * draw.choice((1.5, 3.0)), 2),
        )

    def _about(self, trade: OpenTrade) -> TradingCommand:
        draw, ticket, lots = self.random, trade.ticket, trade.position.volume_lots
        sign = 1 if trade.side is Side.BUY else -1
        part = draw.choice((0.01, 0.02, lots / 2, lots, lots - 0.005))
        commands: tuple[TradingCommand, ...] = (
            CloseTrade(ticket),
            CloseTrade(ticket, part),
            CloseTrade(ticket, part),
            CloseTrades("XAUUSD", draw.choice((None, Side.BUY, Side.SELL))),
            BreakEven(ticket),
            MoveStops(ticket, stop_loss=round(self.bid - sign * draw.choice((0.3, 0.6, 2.0)), 2)),
            MoveStops(ticket, take_profit=draw.choice((None, round(self.bid + sign * 2.0, 2)))),
            draw.choice((Flatten(), CancelFlatten(), CancelFlatten())),
            ReleaseHalt(),
            SetExitRules(ticket, draw.choice((None, True, False))),
            Reconcile(),
        )
        return draw.choice(commands)

    @property
    def trades(self) -> tuple[OpenTrade, ...]:
        return self.desk.trader._portfolio.open_trades

    @property
    def open_plans(self) -> set[str]:
        return {trade.plan_id for trade in self.trades}


SEEDS = st.integers(min_value=0, max_value=2**31)
RATES = st.sampled_from((0.0, 0.3, 0.7))


@given_settings(max_examples=10, deadline=None)
@given(seed=SEEDS, rate=RATES, is_hedging=st.booleans())
@example(seed=2, rate=0.0, is_hedging=False)
def test_that_no_series_of_clicks_sends_an_order_twice_or_leaves_a_position_without_a_stop(
    seed: int, rate: float, is_hedging: bool
) -> None:
    clicks = ManyClicks(seed, rate, is_hedging=is_hedging).run()
    desk, broker = clicks.desk, clicks.broker
    assert max(Counter(broker.tokens).values(), default=0) <= 1
    assert clicks.longest_naked <= timedelta(seconds=1)
    shown = {one.ticket: one.volume_lots for one in broker.positions}
    assert {trade.ticket: trade.position.volume_lots for trade in clicks.trades} == shown
    assert all(one.stop_loss is not None for one in broker.positions)
    assert all(plan.is_final or plan.plan_id in clicks.open_plans for plan in desk.plans.values())
    desk.close()


@given_settings(max_examples=10, deadline=None)
@given(seed=SEEDS)
@example(seed=2)
def test_that_where_no_answer_is_lost_no_order_is_merged_into_what_a_partial_close_has_left(seed: int) -> None:
    clicks = ManyClicks(seed, 0.0, is_hedging=False).run()
    merged = [event.trade for event in clicks.desk.of(OrderMerged) if event.trade is not None]
    assert not any(trade.realised.volume_lots for trade in merged)
    clicks.desk.close()
