"""The whole live desk on the strict terminal, with setups on demand and a diary: what benchmarks of faults share."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Final

import msgspec

from benchmarks.chaos.headless import setup_on
from config.health import HealthSettings
from config.metatrader import MetaTraderSettings
from config.settings import Settings
from config.trading import ExecutionSettings, RiskMitigation
from engine.adapters.mt5.conditions import LinkState
from engine.bootstrap import LiveDesk, build_live_engine
from engine.domain.market import Quote, Side
from engine.domain.messages.commands import BreakEven, CloseTrade, MoveStops, SetAuthority, SetAuto, SettleUnknownOrder
from engine.domain.messages.engine import Event, FaultReported, GatewayChanged, QuoteReceived, ReconnectGateway
from engine.domain.messages.execution import (
    OrderFailed,
    OrderSent,
    OrderUnknown,
    PositionAdopted,
    StopMoved,
    TradeAmended,
    TradeClosed,
    TradeOpened,
    TradeReduced,
    UnknownOrdersChanged,
)
from engine.domain.orders import OrderTrace
from engine.domain.risk import Authority
from engine.faults import UNEXPECTED
from engine.trading.trader import Trader
from tests.fake_metatrader5.simulator import Account, Entry, SimulatorClient, Symbol, World, exness_gold

MODULE: Final = "tests.fake_metatrader5"
MAGIC: Final = ExecutionSettings().magic
_READY_WITHIN_S: Final = 20.0
_SETTLED_WITHIN_S: Final = 40.0
_STEP_S: Final = 0.02
_USER_LOOKS_S: Final = 1.0
_FILLED: Final = (10008, 10009, 10010)
_FOR_THE_USER: Final = (LinkState.TRADING_REFUSED, LinkState.ORDER_ASTRAY, LinkState.LIMIT_REACHED)


def gold(name: str, seed: int, **changes: Any) -> Symbol:
    """A market quick enough that stops are reached within a run."""
    terms = {"spread": 100, "step_points": 25.0, "ticks_per_s": 15.0, "history_minutes": 60, "gap_probability": 0.0}
    return exness_gold(name=name, seed=seed, **(terms | changes))


def symbol_names(count: int) -> tuple[str, ...]:
    return tuple(f"XAUUSD.{number:02}" for number in range(count))


def world(count: int, seed: int, *, accounts: tuple[Account, ...] = (), **changes: Any) -> World:
    """`count` symbols of gold: an outcome that is unknown holds up one of them only."""
    symbols = tuple(gold(name, seed * 1000 + at) for at, name in enumerate(symbol_names(count)))
    rich = (Account(balance=1e9), Account(login=2002, balance=1e9, server="Other-Demo"))
    return World(symbols=symbols, accounts=accounts or rich, **changes)


def desk_settings(count: int, address: str, wait_s: int = 1, **terminal: Any) -> Settings:
    """Waits and limits so wide that orders follow each other closely, and short times for the link."""
    fields: dict[str, Any] = {
        "module": MODULE, "terminal_path": address, "poll_limit_s": 2.0, "order_limit_s": 1.5, "heartbeat_limit_s": 2.0,
        "check_interval_s": 0.2, "attach_timeout_s": 2, "tick_poll_ms": 50, "idle_poll_ms": 50, "position_poll_ms": 100,
        "history_candles": 500,
    }  # fmt: skip
    return Settings(
        symbols=symbol_names(count),
        metatrader=MetaTraderSettings(**(fields | terminal)),
        execution=ExecutionSettings(deviation_points=1000, volume_lots=0.04, flat_before_close_minutes=0),
        health=HealthSettings(loop_lag_bad_ms=60_000.0, loop_lag_warn_ms=60_000.0, round_trip_bad_ms=60_000.0),
        cooldown_seconds=wait_s,
        check_interval_seconds=1,
        risk_mitigation=RiskMitigation(
            cool_off_seconds=wait_s,
            max_positions_per_symbol=100,
            max_positions=100,
            max_trades_per_hour=1000,
            max_trades_per_day=10_000,
            max_daily_loss_pct=100.0,
            max_consecutive_losses=100,
            max_latency_ms=60_000.0,
        ),
    )


class Diary:
    """Every event of the desk with its time (seconds of this machine's clock), and the state that follows from them."""

    def __init__(self) -> None:
        self.events: list[tuple[float, Event]] = []
        self.quotes: dict[str, Quote] = {}
        self.stops: dict[int, tuple[float | None, float | None]] = {}
        self.identifiers: dict[int, int] = {}
        self.outcomes: dict[str, list[str]] = {}
        self.closed: dict[int, list[TradeClosed]] = {}
        self.without_trace: tuple[str, ...] = ()
        self.settled: set[str] = set()
        """Tokens of orders of which the broker shows nothing, and of those that the user settled."""
        self.is_ready = False
        self.condition = ""
        self.failed: list[str] = []
        """Sentences about parts of the desk that failed unexpectedly: it goes on after them, and no run is sound."""

    def hear(self, event: Event) -> None:
        if isinstance(event, QuoteReceived):
            self.quotes[event.quote.symbol] = event.quote
            return
        self.events.append((time.time(), event))
        match event:
            case FaultReported(title, sentence) if title == UNEXPECTED:
                self.failed.append(sentence)
            case GatewayChanged(state=state, is_ready=is_ready):
                self.is_ready, self.condition = is_ready, state
            case (
                TradeOpened(trade=trade)
                | PositionAdopted(trade=trade)
                | StopMoved(trade=trade)
                | TradeReduced(trade=trade)
                | TradeAmended(trade=trade)
            ):
                position = trade.position
                self.stops[trade.ticket] = (position.stop_loss, position.take_profit)
                self.identifiers[trade.ticket] = position.identifier
                if isinstance(event, TradeOpened | PositionAdopted) and trade.order is not None:
                    self._note(trade.order.token, "opened")
            case TradeClosed(trade=closed):
                self.stops.pop(closed.ticket, None)
                self.closed.setdefault(closed.ticket, []).append(event)
            case OrderSent(order=order):
                self._note(order.token, "sent")
            case OrderUnknown(order=order):
                self._note(order.token, "unknown")
            case UnknownOrdersChanged(orders=orders):
                nothing = (each for each in orders if each.trace is OrderTrace.NOTHING)
                self.without_trace = tuple(each.order.token for each in nothing)
            case OrderFailed(order=order):
                self._note(order.token, "failed")

    def _note(self, token: str, outcome: str) -> None:
        self.outcomes.setdefault(token, []).append(outcome)

    @property
    def unknown(self) -> list[str]:
        """Names of orders whose outcome nobody knows yet."""
        return [token for token, outcome in self.outcomes.items() if outcome[-1] in ("sent", "unknown")]

    def all_of(self, kind: type[Any]) -> list[tuple[float, Any]]:
        return [(at, event) for at, event in self.events if isinstance(event, kind)]


class FaultDesk:
    """A running desk; `trades` makes it enter, move stops and leave until it is switched off."""

    def __init__(self, desk: LiveDesk, simulator: SimulatorClient, diary: Diary, seed: int) -> None:
        self._simulator = simulator
        self._looked_at = 0.0
        self.desk = desk
        self.diary = diary
        self._random = random.Random(seed)
        self._signals = 0
        self.is_trading = False

    @property
    def trader(self) -> Trader:
        """Setups come in here as the pipeline's own do; no market shows one on demand."""
        return self.desk.engine.pipeline.trader

    async def is_up(self) -> None:
        async with asyncio.timeout(_READY_WITHIN_S):
            while not (self.diary.is_ready and len(self.diary.quotes) == len(self.desk.settings.symbols)):
                await asyncio.sleep(_STEP_S)

    async def trades(self) -> None:
        """A setup now and then, on any symbol and side; the desk, and sometimes the user, manages what is open."""
        for symbol in self.desk.settings.symbols:
            self.desk.engine.handle(SetAuto(symbol, True))
        while True:
            self._settle_unknown()
            if self.is_trading:
                self._raise_authority()
                self._offer(self._random.choice(self.desk.settings.symbols))
                self._meddle()
            await asyncio.sleep(_STEP_S)

    def _settle_unknown(self) -> None:
        """Of an order without a trace the user looks up at the broker whether it was filled, and settles it if not."""
        if not self.diary.without_trace or time.monotonic() - self._looked_at < _USER_LOOKS_S:
            return
        self._looked_at = time.monotonic()
        elsewhere = {deal["order"] for deal in self._simulator.deals(2002) if deal["order"]}
        log = self._simulator.log(function="order_send")
        filled = {e.request["comment"] for e in log if is_filled(e) and e.order not in elsewhere}
        for token in set(self.diary.without_trace) - filled:
            self.diary.settled.add(token)
            self.desk.engine.handle(SettleUnknownOrder(token))

    def _raise_authority(self) -> None:
        """The desk lowers it when it is not well; this user never hesitates."""
        if self._random.random() < 0.1:
            self.desk.engine.handle(SetAuthority(Authority.AUTO))

    def _offer(self, symbol: str) -> None:
        if (quote := self.diary.quotes.get(symbol)) is None:
            return
        self._signals += 1
        # The setup is of this moment, independent of the age of the price that it rests on.
        fresh = msgspec.structs.replace(quote, at=self.desk.clock.now())
        side = self._random.choice((Side.BUY, Side.SELL))
        closed = setup_on(fresh, side, f"signal-{self._signals}")
        self.desk.engine.pipeline.market.on_candle(closed.snapshot)
        self.trader.on_candle(closed)

    def _meddle(self) -> None:
        if not self.diary.stops:
            return
        ticket, chance = self._random.choice(sorted(self.diary.stops)), self._random.random()
        stop, target = self.diary.stops[ticket]
        if chance < 0.03:
            self.desk.engine.handle(CloseTrade(ticket))
        elif chance < 0.05:
            self.desk.engine.handle(BreakEven(ticket))
        elif chance < 0.12 and stop is not None:
            away = self._random.uniform(0.01, 0.3) * (-1 if target is not None and target < stop else 1)
            self.desk.engine.handle(MoveStops(ticket, round(stop + away, 3), target))

    def try_again(self) -> None:
        """The user confirms what lasts until it is read."""
        if self.diary.condition in _FOR_THE_USER:
            self.desk.engine.handle(ReconnectGateway())

    async def settles(self) -> bool:
        """No more entries; waits until the desk knows everything. False if it does not within a long time."""
        self.is_trading = False
        until = time.monotonic() + _SETTLED_WITHIN_S
        while time.monotonic() < until:
            if self.diary.is_ready and not self.diary.unknown:
                return True
            self.try_again()
            await asyncio.sleep(_STEP_S)
        return False


def is_filled(entry: Entry) -> bool:
    """Whether the terminal carried the request out, whatever it answered."""
    return entry.retcode in _FILLED and not (entry.retcode == 10009 and not entry.order)


@asynccontextmanager
async def running_desk(
    simulator: SimulatorClient,
    seed: int,
    count: int,
    directory: Path | None = None,
    *,
    wait_s: int = 1,
    **terminal: Any,
) -> AsyncIterator[FaultDesk]:
    """A desk on the world of `simulator`, ready and without trades yet."""
    desk = build_live_engine(desk_settings(count, simulator.address, wait_s, **terminal), directory=directory)
    diary = Diary()
    desk.bus.subscribe(diary.hear)
    writing = asyncio.create_task(desk.archive.journal.run())
    running = asyncio.create_task(desk.run())
    one = FaultDesk(desk, simulator, diary, seed)
    try:
        up = asyncio.create_task(one.is_up())
        await asyncio.wait((running, up), return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            running.result()
        await up
        trading = asyncio.create_task(one.trades())
        try:
            yield one
        finally:
            trading.cancel()
            with suppress(asyncio.CancelledError):
                await trading
    finally:
        for task in (running, writing):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        desk.archive.close()
    if diary.failed:
        raise AssertionError(diary.failed[0])
