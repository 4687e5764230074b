"""The whole live desk, from candles to the journal, in the time of the strict fake's world: a test plays the market."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from config.conditions import CandleSignals, ConfluenceScoring, PreTradeFilters, SpreadFilter, VolatilityFilter
from config.health import HealthSettings
from config.indicators import VwapSettings
from config.metatrader import MetaTraderSettings
from config.settings import Settings, SymbolRules
from config.trading import RiskMitigation
from engine.bootstrap import live_desk
from engine.clock import SteadyClock
from engine.domain.messages.commands import SetAuthority, SetAuto
from engine.domain.messages.engine import CandleClosed, Command, Event, QuoteReceived
from engine.domain.messages.execution import Reconciled, TradeClosed, TradeOpened
from engine.domain.messages.trading import ApprovalAsked, CommandRefused, DayFiguresChanged, PlanChanged
from engine.domain.plan import PlanStatus, TradePlan
from engine.domain.risk import Authority
from engine.domain.tokens import order_token
from engine.domain.trades import ClosedTrade, OpenTrade
from tests.adapters.mt5.links import DirectLink, SimulatorTime
from tests.fake_metatrader5.simulator import Account, Clock, SimulatorClient, World, exness_gold

GOLD = "XAUUSDm"
MAGIC = 772_601
START = datetime(2026, 2, 17, 14, 0, 5, tzinfo=UTC)
OFFSET = timedelta(hours=2)
BID, SPREAD = 4000.0, 0.2
PATIENCE_S = 30.0

T = TypeVar("T")

HAMMER = (0.0, -0.9, 0.1)
"""Bids beside `BID` of a candle with a lower wick of nine bodies: a setup to buy by the rules of `desk_settings`.

It does not reach down to the stop of a trade that came of another one.
"""
QUIET = (0.0, 0.1)
"""A rising candle without a wick: no setup."""
FALLING = (0.0, -0.1)
"""A falling one: adverse to whoever has bought higher."""


def world(**changes: Any) -> World:
    """Gold that moves when the test says so, on an account that pays commission on both sides."""
    gold = exness_gold(seed=None, history_minutes=60, gap_probability=0.0, price=BID)
    account = Account(commission_on_entry=3.5, commission_on_exit=3.0)
    fields: dict[str, Any] = {
        "symbols": (gold,), "accounts": (account,), "clock": Clock(start=START, is_manual=True),
    }  # fmt: skip
    return World(**(fields | changes))


def desk_settings(**changes: Any) -> Settings:
    """Rules by which a long lower wick alone is a setup, and no waits between trades."""
    rules = SymbolRules(
        pre_trade_filters=PreTradeFilters(
            volatility=VolatilityFilter(atr1_min=0.0, m1_range_avg_min=0.0),
            spread=SpreadFilter(max_spread=0.5, max_ratio=100.0, max_ratio_low_volume=100.0),
        ),
        vwap=VwapSettings(tolerance=0.1),
        candle_signals=CandleSignals(
            min_secondary=0, micro_liquidity_sweep=False, vwap_tap_rejection=False, strong_engulfing=False
        ),
        confluence_scoring=ConfluenceScoring(min_score=1.0),
        sl_range=(2.0, 2.4),
        tp_range=(4.0, 5.0),
    )
    never = dict.fromkeys(("loop_lag_warn_ms", "loop_lag_bad_ms", "round_trip_bad_ms"), 60_000.0)
    fields: dict[str, Any] = {
        "symbols": (GOLD,), "xauusd_rules": rules, "cooldown_seconds": 0, "health": HealthSettings(**never),
        "check_interval_seconds": 1,
        "risk_mitigation": RiskMitigation(cool_off_seconds=0, max_trades_per_hour=40, max_consecutive_losses=40),
        "metatrader": MetaTraderSettings(
            tick_poll_ms=5, idle_poll_ms=5, position_poll_ms=50, history_candles=500, module="tests.fake_metatrader5"
        ),
    }  # fmt: skip
    return Settings(**(fields | changes))


class WorldDesk:
    """A running desk and all its events; `simulator` knows what the broker has."""

    def __init__(
        self, simulator: SimulatorClient, settings: Settings, directory: Path | None, shared: Path | None = None
    ) -> None:
        self.simulator = simulator
        self.link = DirectLink(simulator, OFFSET)
        self.time = SimulatorTime(simulator)
        self.desk = live_desk(self.link, SteadyClock(self.time), settings, directory=directory, shared=shared)
        self.events: list[Event] = []
        self.desk.bus.subscribe(self.events.append)
        self._running: asyncio.Task[None] | None = None

    # -- life ---------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Until the desk and its broker agree."""
        self._running = asyncio.create_task(self.desk.run())
        await self.until(lambda: bool(self.of(Reconciled)))

    async def begin(self) -> None:
        """Until history is read; the broker may not have reported its state yet."""
        self._running = asyncio.create_task(self.desk.run())
        await self.until(lambda: any(isinstance(event, PlanChanged | DayFiguresChanged) for event in self.events))

    async def stop(self) -> None:
        if self._running is not None:
            self._running.cancel()
            with suppress(asyncio.CancelledError):
                await self._running
        self.desk.archive.close()

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Waits for something; fails with the desk, if that fails."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not is_so():
                    if self._running is not None and self._running.done():
                        self._running.result()
                    await asyncio.sleep(0.002)
        except TimeoutError:
            raise AssertionError([type(event).__name__ for event in self.events][-30:]) from None

    # -- the market ---------------------------------------------------------------------------------------------

    def advance(self, seconds: float) -> None:
        """The world moves on, and the desk sees to what is due while it does."""
        while seconds > 0.0:
            step_s = min(seconds, 5.0)
            self.simulator.advance(step_s, in_steps_of=step_s)
            self.desk.engine.pipeline.on_time()
            seconds -= step_s

    async def tick(self, bid: float, *, seconds: float = 1.0, spread: float = SPREAD) -> None:
        """The world moves on, gold has this price, and the desk has taken it."""
        heard = len(self.of(QuoteReceived))
        self.advance(seconds)
        self.simulator.push(GOLD, bid, bid + spread)
        await self.until(lambda: len(self.of(QuoteReceived)) > heard)

    async def minute(self, shape: tuple[float, ...], *, base: float = BID) -> None:
        """Bids `base` + each of the shape, the last as the minute ends; a second into the next one it is closed."""
        closed = len(self.of(CandleClosed))
        step_s = (59.0 - self.simulator.now.second) / len(shape)
        for offset in shape:
            await self.tick(base + offset, seconds=step_s)
        await self.tick(base + shape[-1], seconds=2.0)
        await self.until(lambda: len(self.of(CandleClosed)) > closed)

    # -- the user -----------------------------------------------------------------------------------------------

    def do(self, command: Command) -> None:
        self.desk.engine.handle(command)

    def trade_by_itself(self) -> None:
        self.do(SetAuthority(Authority.AUTO))
        self.do(SetAuto(GOLD, True))

    async def enter(self) -> OpenTrade:
        """A setup on a candle that closes now, and the trade that comes of it by itself."""
        opened = len(self.of(TradeOpened))
        await self.minute(HAMMER)
        await self.until(lambda: len(self.of(TradeOpened)) > opened)
        return self.of(TradeOpened)[-1].trade

    # -- what came of it ----------------------------------------------------------------------------------------

    def of(self, kind: type[T]) -> list[T]:
        return [event for event in self.events if isinstance(event, kind)]

    async def hears(self, kind: type[T], count: int = 1) -> T:
        await self.until(lambda: len(self.of(kind)) >= count)
        return self.of(kind)[count - 1]

    async def closes(self, count: int = 1) -> ClosedTrade:
        """The result of the `count`th closed trade."""
        return (await self.hears(TradeClosed, count)).trade

    @property
    def plans(self) -> dict[str, TradePlan]:
        return {event.plan.plan_id: event.plan for event in self.of(PlanChanged)}

    @property
    def statuses(self) -> list[PlanStatus]:
        return [event.plan.status for event in self.of(PlanChanged)]

    @property
    def card_plans(self) -> list[str]:
        return [event.card.plan.plan_id for event in self.of(ApprovalAsked)]

    @property
    def refusals(self) -> list[str]:
        return [event.reason for event in self.of(CommandRefused)]

    def denials(self) -> list[str]:
        denied = (event.plan for event in self.of(PlanChanged) if event.plan.status is PlanStatus.DENIED)
        return [plan.close_reason.partition(":")[0] for plan in denied]

    def sent(self, kind: str) -> list[dict[str, Any]]:
        """Requests of that kind that reached the terminal: "open", "close" or "sltp"."""
        return [entry.request for entry in self.simulator.log(function="order_send") if entry.kind == kind]

    def agrees_with_the_brokers_sums(self) -> None:
        """Each result is what the broker's deals of the position add up to, and the day is the sum of them."""
        deals = self.simulator.deals()
        results = [event.trade for event in self.of(TradeClosed)]
        for trade in results:
            money = [_sum_of(deal) for deal in deals if deal["position_id"] == trade.ticket]
            assert len(money) >= 2
            assert trade.net_profit == pytest.approx(sum(money), abs=1e-6)
        if results:
            figures = self.of(DayFiguresChanged)[-1].figures
            assert figures.profit == pytest.approx(sum(trade.net_profit for trade in results), abs=1e-6)
            assert figures.trades == len(results)


def _sum_of(deal: dict[str, Any]) -> float:
    return float(deal["profit"] + deal["commission"] + deal["swap"] + deal["fee"])


@asynccontextmanager
async def world_desk(
    simulator: SimulatorClient,
    *,
    directory: Path | None = None,
    shared: Path | None = None,
    is_fresh: bool = True,
    begins: bool = True,
    **changes: Any,
) -> AsyncIterator[WorldDesk]:
    """A desk that agrees with its broker; on a fresh world, or on the one that the desk before it left."""
    if is_fresh:
        simulator.reset(world())
        simulator.push(GOLD, BID, BID + SPREAD)
    desk = WorldDesk(simulator, desk_settings(**changes), directory, shared)
    try:
        if begins:
            await desk.start()
        yield desk
        desk.agrees_with_the_brokers_sums()
    finally:
        await desk.stop()


def lose_store(folder: Path) -> None:
    """The store of a data folder is gone; what lies beside it stays."""
    for path in folder.glob("desk.sqlite3*"):
        path.unlink()


def token_in(folder: Path, plan_id: str = "any") -> str:
    """What a desk in the data folder would name the order of a plan."""
    return order_token(plan_id, json.loads((folder / "desk.installation.json").read_text(encoding="utf-8"))["name"])
