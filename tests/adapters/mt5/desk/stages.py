"""Two stages for one story: the same desk on the paper broker, and on an account behind a terminal."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from config.desk import PaperSettings
from config.settings import Settings
from engine.adapters.mt5.clock.server_time import ServerTimes
from engine.adapters.paper.faults import Fault
from engine.archive import Archive
from engine.domain.market import Quote
from engine.domain.messages.broker import BrokerRequest, ClosePosition, SubmitOrder
from engine.domain.messages.commands import TradingCommand
from engine.market.state import MarketState
from tests.adapters.mt5.links import DirectLink, SimulatorClock, broker_behind
from tests.builders import MONDAY, quote
from tests.fake_metatrader5.simulator import Account, Clock, SimulatorClient, World, axi_gold
from tests.fake_metatrader5.simulator import Fault as TerminalFault
from tests.trading.desks import BID, TradingDesk, settings
from tests.whole import Heard

SYMBOL = "XAUUSD"
COMMISSION = 3.0
_LOOK = timedelta(milliseconds=2)

PAPER = PaperSettings(latency_ms=0, commission_per_lot=COMMISSION)
WITHOUT_WAITS = {"cooldown_seconds": 0, "paper": PAPER}


class OneFault:
    """The first request of a kind goes wrong."""

    def __init__(self) -> None:
        self._next: dict[type, Fault] = {}

    def arm(self, kind: type[BrokerRequest], fault: Fault) -> None:
        self._next[kind] = fault

    def next(self, request: BrokerRequest) -> Fault:
        return self._next.pop(type(request), Fault())


class Stage(ABC):
    """The stage of a story; each step ends when all that follows from it has happened."""

    desk: TradingDesk

    async def tick(self, seconds: float, *, bid: float = BID, spread: float = 0.2) -> None:
        self.desk.tick(seconds, bid=bid, spread=spread)
        await self.settle()

    async def close_candle(self, minute: int = 0, **shape: Any) -> None:
        self.desk.close_candle(minute, **shape)
        await self.settle()

    async def propose(self, minute: int = 0, **how: Any) -> None:
        self.desk.propose(minute, **how)
        await self.settle()

    async def do(self, command: TradingCommand) -> None:
        self.desk.do(command)
        await self.settle()

    @abstractmethod
    async def settle(self) -> None:
        """Until all that follows from the step has happened."""

    @abstractmethod
    def go_wrong(self, paper: Fault, terminal: TerminalFault) -> None:
        """The next request goes wrong, in one way said twice."""

    @abstractmethod
    async def restart(self, meanwhile: tuple[float, float] | None = None) -> None:
        """The desk ends and begins again; `meanwhile` there was this bid, so many seconds after Monday's start."""


class PaperStage(Stage):
    def __init__(self, chosen: Settings, directory: Path) -> None:
        self._directory = directory
        self._faults = OneFault()
        self.desk = TradingDesk(directory, settings=chosen, faults=self._faults).start()

    async def settle(self) -> None:
        """On paper everything happens within the step."""

    def go_wrong(self, paper: Fault, terminal: TerminalFault) -> None:
        kind = ClosePosition if "close" in terminal.requests else SubmitOrder
        self._faults.arm(kind, paper)

    async def restart(self, meanwhile: tuple[float, float] | None = None) -> None:
        before = self.desk
        before.close()
        before.broker.connect(lambda _: None)
        if meanwhile is not None:
            seconds, bid = meanwhile
            before.show_broker(quote(seconds, bid=bid))
            before.clock.set(quote(seconds).at)
        self.desk = TradingDesk(
            self._directory, settings=before.settings, broker=before.broker, clock=before.clock
        ).start()


class _PushedClock(SimulatorClock):
    """The world's time, which goes on when the desk's is set."""

    def set(self, instant: datetime) -> None:
        late_s = (instant - self.now()).total_seconds()
        if late_s > 0.0:
            self._simulator.advance(late_s, in_steps_of=late_s)


class _Pushing:
    """Stands where the paper market stands: each quote becomes the world's before the desk decides on it."""

    def __init__(self, simulator: SimulatorClient) -> None:
        self._simulator = simulator

    def on_quote(self, new: Quote) -> None:
        self._simulator.push(SYMBOL, new.bid, new.ask)


class _TerminalDesk(TradingDesk):
    def __init__(self, simulator: SimulatorClient, chosen: Settings, directory: Path) -> None:
        self._settings_hash = None
        self.settings = chosen
        self.clock = _PushedClock(simulator)  # type: ignore[assignment]  # set and asked as the market's
        self.archive = Archive.open(directory, chosen, self.clock)
        self.events = Heard()
        self.market = MarketState()
        self._simulator = simulator
        self.link = DirectLink(simulator, timedelta(hours=2))

    async def open(self) -> None:
        magic = self.settings.execution.magic
        self.terminal, terms = await broker_behind(
            self.link, self.clock, SYMBOL, times=ServerTimes(self.link), look_every=_LOOK, magic=magic
        )
        contracts = {symbol: each.contract for symbol, each in terms.items()}
        self.open_with(self.terminal, _Pushing(self._simulator), contracts)


class TerminalStage(Stage):
    desk: _TerminalDesk

    def __init__(self, simulator: SimulatorClient, chosen: Settings, directory: Path) -> None:
        self._simulator = simulator
        self._directory = directory
        gold = axi_gold(seed=None, price=BID, spread=20, history_minutes=5, gap_probability=0.0)
        margin_mode = 2 if chosen.paper.is_hedging else 0
        account = Account(
            commission_on_entry=COMMISSION, commission_on_exit=COMMISSION, leverage=100, margin_mode=margin_mode
        )
        simulator.reset(World(symbols=(gold,), accounts=(account,), clock=Clock(start=MONDAY, is_manual=True)))
        simulator.push(SYMBOL, BID, BID + 0.2)
        self._chosen = chosen
        self._running: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        self.desk = _TerminalDesk(self._simulator, self._chosen, self._directory)
        await self.desk.open()
        self._running = asyncio.create_task(self.desk.terminal.run())
        now = (self._simulator.now - MONDAY).total_seconds()
        self.desk.trader.start()
        await self.settle()
        await self.tick(now)
        await self.tick(now + 1)

    async def settle(self) -> None:
        """Until the terminal has been looked at often enough that all has been seen, and nothing more is reported."""
        link = self.desk.link
        seen, looks = -1, 0
        while seen != len(self.desk.events) or looks < 3:
            looks = looks + 1 if seen == len(self.desk.events) else 0
            seen, asked = len(self.desk.events), len(link.asked)
            while len(link.asked) < asked + 2:
                await asyncio.sleep(0.001)

    def go_wrong(self, paper: Fault, terminal: TerminalFault) -> None:  # noqa: ARG002
        self._simulator.inject(terminal)

    async def restart(self, meanwhile: tuple[float, float] | None = None) -> None:
        await self.end()
        if meanwhile is not None:
            seconds, bid = meanwhile
            self.desk.clock.set(quote(seconds).at)
            self._simulator.push(SYMBOL, bid, bid + 0.2)
        await self.begin()

    async def end(self) -> None:
        if self._running is not None:
            self._running.cancel()
            with suppress(asyncio.CancelledError):
                await self._running
        self.desk.close()


Story = Callable[[Stage], Awaitable[None]]


async def on_paper(story: Story, directory: Path, **changes: Any) -> Stage:
    stage = PaperStage(settings(**(WITHOUT_WAITS | changes)), directory)
    await story(stage)
    stage.desk.close()
    return stage


async def on_terminal(story: Story, simulator: SimulatorClient, directory: Path, **changes: Any) -> Stage:
    stage = TerminalStage(simulator, settings(**(WITHOUT_WAITS | changes)), directory)
    await stage.begin()
    try:
        await story(stage)
    finally:
        await stage.end()
    return stage
