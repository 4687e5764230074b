"""`microscalp mt5`: examines the way to a MetaTrader terminal, and records its answers without saying whose it is."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from config.atomic_file import write_atomically
from config.loader import load_settings
from config.metatrader import MetaTraderSettings
from config.settings import Settings
from engine.adapters.mt5.account_memory import AccountMemory
from engine.adapters.mt5.conditions import LinkState
from engine.adapters.mt5.doctor import Doctor, Finding
from engine.adapters.mt5.link import TerminalLink
from engine.adapters.mt5.samples import record
from engine.adapters.mt5.server_time import ServerTimes
from engine.adapters.mt5.supervisor import TerminalSupervisor
from engine.adapters.mt5.symbols import SymbolResolver
from engine.clock import SystemClock
from engine.commands.terminal import EXIT_REFUSED, positive, say, show

_EXIT_UNWELL: Final = 1
_SETTLED: Final = (
    LinkState.READY,
    LinkState.PACKAGE_MISSING,
    LinkState.TERMINAL_NOT_FOUND,
    LinkState.TERMINAL_CLOSED,
    LinkState.NOT_LOGGED_IN,
    LinkState.INCOMPATIBLE,
    LinkState.ALGO_TRADING_OFF,
    LinkState.BROKER_DISCONNECTED,
)
"""Conditions that waiting does not change within seconds."""

Examine = Callable[[TerminalLink, Settings], Awaitable[int]]


def add_mt5(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("mt5", help="examine the way to a MetaTrader 5 terminal")
    tasks = parser.add_subparsers(dest="task", required=True)
    doctor = tasks.add_parser("doctor", help="check terminal, account, switches, symbols, and say what to change")
    doctor.set_defaults(run=lambda options: _run(options, _examine))
    recorder = tasks.add_parser("record", help="write an anonymised recording of a terminal's answers; nothing trades")
    recorder.add_argument("--output", type=Path, default=Path("terminal-answers.json"), help="file to write")
    recorder.set_defaults(
        run=lambda options: _run(options, lambda link, settings: _record(link, settings, options.output))
    )
    for each in (doctor, recorder):
        each.add_argument("--config", type=Path, help="settings other than the person's own")
        each.add_argument("--wait", type=positive, default=30, metavar="SECONDS", help="longest wait for the terminal")


def _run(options: argparse.Namespace, examine: Examine) -> int:
    return asyncio.run(_with_link(load_settings(options.config), options.wait, examine))


async def _with_link(settings: Settings, wait_s: float, examine: Examine) -> int:
    link = TerminalSupervisor(
        _for_looking(settings.metatrader), AccountMemory(), SystemClock(), symbols=settings.symbols
    )
    running = asyncio.create_task(link.run())
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                await _settled(link)
        return await examine(link, settings)
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


def _for_looking(settings: MetaTraderSettings) -> MetaTraderSettings:
    """Nobody who asks how a terminal is wants it started by that."""
    return settings.model_copy(update={"may_start_terminal": False})


async def _settled(link: TerminalSupervisor) -> None:
    """Waits until the link is as it will be; an account is only looked at, so it counts as confirmed."""
    is_settled = asyncio.Event()

    def look(_: object) -> None:
        report = link.report
        if report.state is LinkState.ACCOUNT_UNCONFIRMED and report.account is not None:
            asyncio.get_running_loop().call_soon(link.confirm_account, report.account.login)
        if report.state in _SETTLED:
            is_settled.set()

    stop = link.listen(look)
    await is_settled.wait()
    stop()


async def _examine(link: TerminalLink, settings: Settings) -> int:
    is_well = True
    async for finding in Doctor(link, settings.symbols, settings.execution.magic).examine():
        is_well = is_well and finding.is_well
        _show(finding)
    return 0 if is_well else _EXIT_UNWELL


def _show(finding: Finding) -> None:
    show(f"{'ok  ' if finding.is_well else 'LOOK'}  {finding.subject}: {finding.words}")
    if finding.advice:
        show(f"      → {finding.advice}")


async def _record(link: TerminalLink, settings: Settings, output: Path) -> int:
    if not link.report.may_read:
        say(f"microscalp: {link.report.condition.sentence} {link.report.condition.way_out}")
        return EXIT_REFUSED
    found = await SymbolResolver(link).resolve(settings.symbols)
    for problem in found.problems:
        say(f"microscalp: {problem}")
    server_now = ServerTimes(link).current.stamp(SystemClock().now())
    recording = await record(link, [terms.symbol for terms in found.terms], server_now)
    write_atomically(output, json.dumps(recording, indent=1))
    show(f"{output}: {len(recording['calls'])} answers, without account, names or money")
    return 0
