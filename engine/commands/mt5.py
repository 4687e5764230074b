"""`microscalp mt5`: examines the connection to a MetaTrader terminal, and records its answers anonymously."""

from __future__ import annotations

import argparse
import asyncio
import json
from pathlib import Path
from typing import Final

from config.atomic_file import write_atomically
from config.loader import load_settings
from config.settings import Settings
from engine.adapters.mt5.checkup.doctor import Finding
from engine.adapters.mt5.checkup.samples import record
from engine.adapters.mt5.checkup.visit import checkup, looking_link
from engine.adapters.mt5.clock.server_time import ServerTimes
from engine.adapters.mt5.market.symbols import SymbolResolver
from engine.clock import SystemClock
from engine.commands.terminal import EXIT_REFUSED, positive, say, show

_EXIT_UNWELL: Final = 1


def add_mt5(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("mt5", help="check the connection to a MetaTrader 5 terminal")
    tasks = parser.add_subparsers(dest="task", required=True)
    doctor = tasks.add_parser("doctor", help="check terminal, account, switches and symbols, and say what to change")
    doctor.set_defaults(run=_doctor)
    recorder = tasks.add_parser("record", help="write an anonymised recording of a terminal's answers; nothing trades")
    recorder.add_argument("--output", type=Path, default=Path("terminal-answers.json"), help="file to write")
    recorder.set_defaults(run=_recorder)
    for each in (doctor, recorder):
        each.add_argument("--config", type=Path, help="a configuration file to use instead of the user's")
        each.add_argument("--wait", type=positive, default=30, metavar="SECONDS", help="timeout for the terminal")


def _doctor(options: argparse.Namespace) -> int:
    return asyncio.run(_examine(load_settings(options.config), options.wait))


async def _examine(settings: Settings, wait_s: float) -> int:
    is_well = True
    async for finding in checkup(settings, wait_s):
        is_well = is_well and finding.is_well
        _show(finding)
    return 0 if is_well else _EXIT_UNWELL


def _show(finding: Finding) -> None:
    show(f"{'ok  ' if finding.is_well else 'FAIL'}  {finding.subject}: {finding.words}")
    if finding.advice:
        show(f"      -> {finding.advice}")


def _recorder(options: argparse.Namespace) -> int:
    return asyncio.run(_record(load_settings(options.config), options.wait, options.output))


async def _record(settings: Settings, wait_s: float, output: Path) -> int:
    async with looking_link(settings, wait_s) as link:
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
