"""Stand-ins for the link to a terminal."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

import msgspec

from config.trading import ExecutionSettings
from engine.adapters.mt5.calls import Answer, Answered, Failed, TerminalCall
from engine.adapters.mt5.clock.server_time import ServerTimes
from engine.adapters.mt5.conditions import Condition, LinkState
from engine.adapters.mt5.link.sentences import READY
from engine.adapters.mt5.market.symbols import SymbolResolver
from engine.adapters.mt5.market.terms import SymbolTerms
from engine.adapters.mt5.port import (
    AccountIdentity,
    LinkListener,
    LinkReport,
    ServerClock,
    TerminalIdentity,
    TerminalLink,
    not_sent,
)
from engine.adapters.mt5.trade.broker import TerminalBroker
from engine.adapters.mt5.trade.terminal_records import TerminalRecords
from engine.adapters.mt5.worker.results import plain
from engine.clock import Clock, running_s
from tests import fake_metatrader5 as fake
from tests.fake_metatrader5.simulator import SimulatorClient

ACCOUNT = AccountIdentity(login=1001, server="Fake-Demo", kind="demo", currency="USD", is_hedging=True)
MAGIC = ExecutionSettings().magic
TERMINAL = TerminalIdentity(
    name="MetaTrader 5", company="", build=6231, path="", max_candles=100_000, ping=timedelta(milliseconds=42)
)


@asynccontextmanager
async def running(work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """What never ends by itself, in the background of a block."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def broker_behind(
    link: TerminalLink, clock: Clock, symbol: str, *, times: ServerTimes, look_every: timedelta, magic: int = MAGIC
) -> tuple[TerminalBroker, dict[str, SymbolTerms]]:
    """A broker of one symbol, and its terms, behind a link that can be read."""
    terms = {each.symbol: each for each in (await SymbolResolver(link).resolve([symbol])).terms}
    return TerminalBroker(link, TerminalRecords(link, times, clock, magic), terms, clock, look_every), terms


class ReportingLink:
    """A link that has something to report and takes no calls."""

    def __init__(self, report: LinkReport) -> None:
        self.report = report

    def listen(self, listener: LinkListener) -> Callable[[], None]:
        listener(self.report)
        return lambda: None

    def call(self, call: TerminalCall) -> asyncio.Future[Answer]:
        return not_sent(f"{call.function} is not to be had here")

    def forbid(self, condition: Condition) -> None:
        """It takes no calls anyway."""

    def permit(self, state: LinkState) -> None:
        """It takes no calls anyway."""

    def measure_clock(self, condition: Condition) -> None:
        """Nobody measures."""

    def watch_clock(self, symbols: Sequence[str]) -> None:
        """Nobody measures."""


class SimulatorClock:
    """The time of a fake's world."""

    def __init__(self, simulator: SimulatorClient) -> None:
        self._simulator = simulator

    def now(self) -> datetime:
        return self._simulator.now


class SimulatorTime:
    """A machine in a fake's world: it runs as the world does, and a test may set its wall clock."""

    def __init__(self, simulator: SimulatorClient) -> None:
        self._simulator = simulator
        self.set_by = timedelta(0)

    def wall(self) -> datetime:
        return self._simulator.now + self.set_by

    def running_s(self) -> float:
        return self._simulator.now.timestamp()


class DirectLink:
    """Calls the fake in this process and in its world's time: for what depends on minutes going by.

    `report` may be changed while it is used; without a report. `lag` candles of the newest are not made yet, and
    `silent` functions fail. With `traded` lots per tick, rates have real volume as well.
    """

    def __init__(self, simulator: SimulatorClient, offset: timedelta) -> None:
        assert fake.initialize(simulator.address)
        clock = ServerClock(offset=offset, residual=timedelta(0), measured_at=simulator.now)
        self.report = LinkReport(condition=READY, account=ACCOUNT, terminal=TERMINAL, clock=clock)
        self.asked: list[TerminalCall] = []
        self.watched: tuple[str, ...] = ()
        self.lag = 0
        self.silent: tuple[str, ...] = ()
        self.traded = 0
        self._listeners: list[LinkListener] = []

    def become(self, **changes: Any) -> None:
        """Reports something else from now on."""
        self.report = msgspec.structs.replace(self.report, **changes)
        for listener in tuple(self._listeners):
            listener(self.report)

    def listen(self, listener: LinkListener) -> Callable[[], None]:
        self._listeners.append(listener)
        listener(self.report)
        return lambda: self._listeners.remove(listener)

    def call(self, call: TerminalCall) -> asyncio.Future[Answer]:
        self.asked.append(call)
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        value = None
        if call.function not in self.silent:
            function = getattr(fake, call.function)
            value = function(*call.arguments, **call.keywords) if call.keywords else function(*call.arguments)
        if self.lag and call.function == "copy_rates_from_pos" and value is not None:
            value = value[: -self.lag]
        if self.traded and call.function == "copy_rates_from_pos" and value is not None:
            value["real_volume"] = value["tick_volume"] * self.traded
        if value is None:
            code, text = fake.last_error()
            answer.set_result(Failed(code=code, text=text))
        else:
            answer.set_result(Answered(value=plain(value), took_ms=0.1, at_s=running_s()))
        return answer

    def forbid(self, condition: Condition) -> None:
        self.become(condition=condition)

    def permit(self, state: LinkState) -> None:
        if self.report.state is state:
            self.become(condition=READY)

    def measure_clock(self, condition: Condition) -> None:
        """It is measured when the test lets the report be another."""
        self.become(condition=condition)

    def watch_clock(self, symbols: Sequence[str]) -> None:
        self.watched = tuple(symbols)

    async def run(self) -> None:
        """There is nothing to be kept up."""
        await asyncio.Event().wait()

    def confirm_account(self, login: int) -> None:
        """It is confirmed."""

    def confirm_clock(self, offset: timedelta) -> None:
        """There is no question."""

    def retry(self, *, may_start_terminal: bool = False) -> None:
        """There is nothing to be tried again."""
