"""A separate link to the terminal for the duration of one examination, whether a desk runs or not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Final

from config.settings import Settings
from engine.adapters.mt5.checkup.doctor import Doctor, Finding
from engine.adapters.mt5.conditions import LinkState
from engine.adapters.mt5.link.account_memory import AccountMemory
from engine.adapters.mt5.link.patience import Pace
from engine.adapters.mt5.link.supervisor import TerminalSupervisor
from engine.adapters.mt5.market.symbols import SymbolResolver
from engine.clock import SteadyClock

_PASSING: Final = (
    LinkState.OFF,
    LinkState.STARTING,
    LinkState.ACCOUNT_UNCONFIRMED,
    LinkState.BUILD_CHANGED,
    LinkState.WORKER_LATE,
    LinkState.WORKER_DIED,
    LinkState.TERMINAL_SILENT,
)
"""Conditions that a little patience may change before the terminal can be read."""
_PACE: Final = Pace(first_retry_s=0.25, tick_look_s=0.05)
"""The user is waiting for it."""


async def checkup(settings: Settings, wait_s: float) -> AsyncIterator[Finding]:
    """What the doctor finds of the terminal and the account in `settings`, after at most `wait_s` of waiting."""
    async with looking_link(settings, wait_s) as link:
        async for finding in Doctor(link, settings.symbols, settings.execution.magic).examine():
            yield finding


@asynccontextmanager
async def looking_link(settings: Settings, wait_s: float) -> AsyncIterator[TerminalSupervisor]:
    """A link to look through, never to trade: it starts no terminal, and takes the account for what it is."""
    terminal = settings.metatrader.model_copy(update={"may_start_terminal": False})
    link = TerminalSupervisor(terminal, AccountMemory(), SteadyClock(), symbols=settings.symbols, pace=_PACE)
    running = asyncio.create_task(link.run())
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                await _settled(link, _PASSING)
                if link.report.may_read:
                    await _watch_clock(link, settings.symbols)
                    await _settled(link, (*_PASSING, LinkState.CLOCK_UNSURE))
        yield link
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def _watch_clock(link: TerminalSupervisor, names: Sequence[str]) -> None:
    """Only symbols as the broker spells them have ticks that show its time; the user may have left a suffix out."""
    found = await SymbolResolver(link).resolve(names)
    link.watch_clock([terms.symbol for terms in found.terms])


async def _settled(link: TerminalSupervisor, passing: Sequence[LinkState]) -> None:
    is_settled = asyncio.Event()

    def look(_: object) -> None:
        report = link.report
        if report.state is LinkState.ACCOUNT_UNCONFIRMED and report.account is not None:
            asyncio.get_running_loop().call_soon(link.confirm_account, report.account.login)
        if report.state not in passing:
            is_settled.set()

    stop = link.listen(look)
    try:
        await is_settled.wait()
    finally:
        stop()
