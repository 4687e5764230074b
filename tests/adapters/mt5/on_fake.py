"""The broker and its link on the strict fake, with everything that takes time made short."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, TypeVar

from config.metatrader import MetaTraderSettings
from engine.adapters.mt5.clock.memory import ClockMemory
from engine.adapters.mt5.clock.rules import NEW_YORK_CLOSE
from engine.adapters.mt5.clock.server_time import BrokerClock, ServerTimes
from engine.adapters.mt5.conditions import LinkState
from engine.adapters.mt5.market.terms import SymbolTerms
from engine.adapters.mt5.trade.broker import TerminalBroker
from engine.clock import SteadyClock
from engine.domain.market import Side
from engine.domain.messages.broker import BrokerEvent, OrderFilled, SubmitOrder
from engine.domain.orders import Order, Position
from engine.domain.tokens import order_token
from tests.adapters.mt5.linked import PATIENCE_S, Linked, linked
from tests.adapters.mt5.links import MAGIC, broker_behind, running
from tests.fake_metatrader5.simulator import Clock, SimulatorClient, World, exness_gold

MODULE = "tests.fake_metatrader5"
GOLD = "XAUUSDm"
LOOK = timedelta(milliseconds=20)

T = TypeVar("T")


def quick_world(**changes: Any) -> World:
    """Gold alone, with many small ticks a second: its clock is soon known, and its price stays where it is."""
    gold = exness_gold(ticks_per_s=60.0, step_points=1.0, history_minutes=60, gap_probability=0.0)
    fields: dict[str, Any] = {"symbols": (gold,), "clock": Clock(rule="new york+7")}
    return World(**(fields | changes))


def fake_settings(**changes: Any) -> MetaTraderSettings:
    fields: dict[str, Any] = {
        "module": MODULE, "poll_limit_s": 5.0, "order_limit_s": 5.0, "heartbeat_limit_s": 5.0, "check_interval_s": 0.05,
        "attach_timeout_s": 1, "tick_poll_ms": 5, "idle_poll_ms": 10,
    }  # fmt: skip
    return MetaTraderSettings(**(fields | changes))


class Brokerage:
    """A connected broker and all its events."""

    def __init__(
        self, linked: Linked, broker: TerminalBroker, terms: dict[str, SymbolTerms], simulator: SimulatorClient
    ) -> None:
        self.linked = linked
        self.broker = broker
        self.terms = terms
        self.simulator = simulator
        self.events: list[BrokerEvent] = []
        broker.connect(self.events.append)

    def of(self, kind: type[T]) -> list[T]:
        return [event for event in self.events if isinstance(event, kind)]

    async def hears(self, kind: type[T], count: int = 1) -> T:
        """The event of that kind, the `count`th; waits for it."""
        async with asyncio.timeout(PATIENCE_S):
            while len(self.of(kind)) < count:
                await asyncio.sleep(0.002)
        return self.of(kind)[count - 1]

    def order(self, name: str = "plan-1", **changes: Any) -> Order:
        """A sound order to buy gold at its present price."""
        ask = float(self.simulator.tick(GOLD)["ask"])
        fields: dict[str, Any] = {
            "token": order_token(name), "plan_id": name, "magic": MAGIC, "symbol": GOLD, "side": Side.BUY,
            "volume_lots": 0.02, "stop_loss": ask - 10.0, "take_profit": ask + 20.0, "reference_price": ask,
        }  # fmt: skip
        return Order(**(fields | changes))

    async def opens(self, name: str = "plan-1") -> Position:
        """The position that comes of a sound order."""
        filled = len(self.of(OrderFilled))
        self.broker.send(SubmitOrder(order=self.order(name)))
        return (await self.hears(OrderFilled, filled + 1)).position


@asynccontextmanager
async def brokerage(
    simulator: SimulatorClient, world: World | None = None, *, look_every: timedelta = LOOK, **settings: Any
) -> AsyncIterator[Brokerage]:
    """A broker on a fresh world; the link is ready."""
    simulator.reset(world or quick_world())
    machine = SteadyClock()
    reached = fake_settings(terminal_path=simulator.address, **settings)
    clocks = ClockMemory()
    clocks.remember("Fake-Demo", [NEW_YORK_CLOSE])  # so that no worker imports numpy to look for gold's daily break
    async with linked(reached, clock=machine, clocks=clocks, symbol=GOLD) as desk:
        times = ServerTimes(desk.link)
        await desk.reach(LinkState.READY)
        clock = BrokerClock(machine, times)
        broker, terms = await broker_behind(desk.link, clock, GOLD, times=times, look_every=look_every)
        async with running(broker.run()):
            yield Brokerage(desk, broker, terms, simulator)
