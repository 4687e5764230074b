"""A link to the stand-in terminal, with everything that takes time made short."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from config.atomic_file import replace_file
from config.metatrader import MetaTraderSettings
from engine.adapters.mt5.clock.memory import ClockMemory
from engine.adapters.mt5.clock.rules import NEW_YORK_CLOSE
from engine.adapters.mt5.conditions import LinkState
from engine.adapters.mt5.link.account_memory import AccountMemory
from engine.adapters.mt5.link.patience import Pace
from engine.adapters.mt5.link.supervisor import TerminalSupervisor
from engine.adapters.mt5.port import LinkReport
from engine.clock import SteadyClock, running_s
from tests.adapters.mt5.links import running

MODULE = "tests.adapters.mt5.stand_in"
PATIENCE_S = 30.0
SWIFT = Pace(first_retry_s=0.02, max_retry_s=0.05, closed_look_s=0.02, tick_look_s=0.005)

SERVER_AHEAD = NEW_YORK_CLOSE.offset_at(datetime.now(UTC))
SERVER_AHEAD_S = SERVER_AHEAD / timedelta(seconds=1)
"""What a server that keeps the usual time shows on the day of the tests."""

TERMINAL = {
    "name": "MetaTrader 5", "company": "Broker Ltd", "build": 5100, "path": "C:\\MT5", "maxbars": 100_000,
    "ping_last": 42_000, "connected": True, "trade_allowed": True, "tradeapi_disabled": False,
}  # fmt: skip
ACCOUNT = {
    "login": 123, "server": "Broker-Demo", "trade_mode": 0, "margin_mode": 2, "currency": "USD",
    "company": "Broker Ltd", "trade_allowed": True, "trade_expert": True, "fifo_close": False,
}  # fmt: skip


class StandIn:
    """What the stand-in terminal does from now on, and what it was asked."""

    def __init__(self, directory: Path) -> None:
        self.file = directory / "terminal.json"
        self._script: dict[str, Any] = {}
        self.set(terminal=TERMINAL, account=ACCOUNT, server_ahead_s=SERVER_AHEAD_S)

    def set(self, **changes: Any) -> None:
        if self.file.exists():
            self._script = json.loads(self.file.read_text(encoding="utf-8"))
        self._script |= changes
        written = self.file.with_suffix(".new")
        written.write_text(json.dumps(self._script), encoding="utf-8")
        replace_file(written, self.file)  # on Windows the worker may be reading it

    def calls(self, name: str) -> list[list[Any]]:
        """Arguments of each call of this function, oldest first."""
        notes = self.file.with_suffix(".calls")
        lines = notes.read_text(encoding="utf-8").splitlines() if notes.exists() else []
        return [call[1:] for call in map(json.loads, lines) if call[0] == name]


def swift_settings(**changes: Any) -> MetaTraderSettings:
    """A test of a limit makes it short itself: the others keep theirs on a machine that is busy."""
    fields: dict[str, Any] = {
        "module": MODULE, "poll_limit_s": 5.0, "order_limit_s": 5.0, "heartbeat_limit_s": 5.0,
        "check_interval_s": 0.02, "attach_timeout_s": 1,
    }  # fmt: skip
    return MetaTraderSettings(**(fields | changes))


class SetTime:
    """The machine that the tests run on, whose wall clock a test sets and which it lets sleep."""

    def __init__(self, wall: datetime | None = None) -> None:
        """The wall clock is right, unless it shows `wall` now."""
        self.set_by = timedelta(0) if wall is None else wall - datetime.now(UTC)
        self.slept_s = 0.0

    def wall(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.slept_s) + self.set_by

    def running_s(self) -> float:
        return running_s() + self.slept_s


class Linked:
    """A running link and all its reports."""

    def __init__(self, link: TerminalSupervisor) -> None:
        self.link = link
        self.reports: list[LinkReport] = []
        self._heard = 0
        self._news = asyncio.Event()
        link.listen(self._hear)

    def _hear(self, report: LinkReport) -> None:
        self.reports.append(report)
        self._news.set()

    async def reach(self, state: LinkState) -> LinkReport:
        """Waits until the link reports this state."""
        return await self.hear(lambda report: report.state is state)

    async def hear(self, is_it: Callable[[LinkReport], bool]) -> LinkReport:
        """The first such report after the one heard before; waits for it."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                while True:
                    while self._heard == len(self.reports):
                        self._news.clear()
                        await self._news.wait()
                    report = self.reports[self._heard]
                    self._heard += 1
                    if is_it(report):
                        return report
        except TimeoutError:
            raise AssertionError([report.condition.sentence for report in self.reports][-20:]) from None

    @staticmethod
    async def until(is_so: Callable[[], bool]) -> None:
        """Waits for something that is not reported."""
        async with asyncio.timeout(PATIENCE_S):
            while not is_so():
                await asyncio.sleep(0.002)


@asynccontextmanager
async def linked(
    settings: MetaTraderSettings | None = None,
    memory: AccountMemory | None = None,
    is_terminal_running: Callable[[str], bool | None] | None = lambda _: None,
    is_terminal_installed: Callable[[], bool | None] | None = lambda: None,
    pace: Pace = SWIFT,
    clock: SteadyClock | None = None,
    clocks: ClockMemory | None = None,
    symbol: str = "XAUUSD",
) -> AsyncIterator[Linked]:
    link = TerminalSupervisor(
        settings or swift_settings(),
        memory or AccountMemory(),
        clock or SteadyClock(),
        symbols=(symbol,),
        pace=pace,
        is_terminal_running=is_terminal_running,
        is_terminal_installed=is_terminal_installed,
        clocks=clocks,
    )
    async with running(link.run()):
        yield Linked(link)
