"""How fast the door answers while quotes come in, and whether anything gets through it that must not.

    python -m benchmarks.assistant [--requests N] [--seconds S] [--json]

First a desk on the demo market takes a thousand quotes a second; a program in a process of its own asks for the
conditions of now, one request after the other, and is timed from request to answer. The lag is that of a timer of 5 ms
in the desk's loop; `own` is what remains of it where other programs use the machine: the time that the loop's thread
computed between two turns of the timer. Then another program sends the door and HTTP requests of every kind, most of
which must be refused, while gold is on AUTO.
"""

from __future__ import annotations

import argparse
import asyncio
import socket
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from benchmarks.assistant_fuzz import Tally, fuzz
from benchmarks.history import Figure, record
from benchmarks.machine import print_json, print_machine, print_table, summary
from config.plans import AssistantSettings
from config.settings import Settings
from engine.adapters.door.address import HOST, DoorAddress, NoDoor, read_address
from engine.adapters.door.client import DoorClient
from engine.adapters.door.limits import DoorLimits
from engine.assistant.desk_door import DeskDoor
from engine.bootstrap import MarketChoice, PlayedDesk, build_engine, open_markets
from engine.domain.market import Quote
from engine.domain.messages.commands import SetAuthority, SetAuto
from engine.domain.messages.engine import Pause
from engine.domain.messages.proposals import CALLERS, Caller
from engine.domain.plan import PlanStatus
from engine.domain.risk import Authority

SYMBOL = "XAUUSD"
QUOTES_A_SECOND = 1_000
STEP_S = 0.005
"""Between two bundles of quotes."""
EVERY_S = 0.01
"""Between two requests."""
WIDE = DoorLimits(connections=32, arriving=32, token_s=1.0, message_s=2.0, burst=100_000, per_second=100_000.0)
"""The rate is not what is tried; who is slow is dropped sooner than by default, to keep the run short."""

COUNTS = ("requests", "answered", "refused", "dropped", "hangs", "server_errors")


def ask(directory: Path, seconds: float) -> list[float]:
    """Milliseconds of each request."""
    client = DoorClient(directory, Caller.ASSISTANT)
    samples, ends_s = [], time.monotonic() + seconds
    client.ask("micro_scalp_now", {"symbol": SYMBOL})  # the first one imports the lab
    while time.monotonic() < ends_s:
        began = time.perf_counter()
        client.ask("micro_scalp_now", {"symbol": SYMBOL})
        samples.append(1e3 * (time.perf_counter() - began))
        time.sleep(EVERY_S)
    client.close()
    return samples


async def quote(desk: PlayedDesk, counted: list[int]) -> None:
    """Hands the desk quotes at an even rate, whatever the market does."""
    pipeline, loop = desk.engine.pipeline, asyncio.get_running_loop()
    last, began = pipeline.market.quotes[SYMBOL], loop.time()
    while True:
        await asyncio.sleep(STEP_S)
        while counted[0] < (loop.time() - began) * QUOTES_A_SECOND:
            counted[0] += 1
            at, moved = last.at + counted[0] * timedelta(milliseconds=1), 0.01 * (counted[0] % 7)
            desk.clock.set(at)
            pipeline.process(Quote(symbol=SYMBOL, at=at, bid=last.bid + moved, ask=last.ask + moved))


async def lag(late: list[float], own: list[float]) -> None:
    loop = asyncio.get_running_loop()
    while True:
        before_s, computed_s = loop.time(), time.thread_time()
        await asyncio.sleep(STEP_S)
        late.append(1e3 * max(0.0, loop.time() - before_s - STEP_S))
        own.append(1e3 * (time.thread_time() - computed_s))


@asynccontextmanager
async def running(directory: Path, limits: DoorLimits, *, http_port: int = 0) -> AsyncIterator[PlayedDesk]:
    """A desk on the demo market with its door open, paused when it has a price."""
    assistant = AssistantSettings(enabled=True, http=http_port > 0, http_port=http_port or 8765)
    desk = build_engine(open_markets(MarketChoice()), Settings(assistant=assistant), speed=1.0, directory=directory)
    door = DeskDoor(desk, directory, limits=limits)
    tasks = [asyncio.create_task(part()) for part in (desk.run, door.run, desk.archive.journal.run)]
    try:
        while not door.is_open or desk.engine.opened is None or SYMBOL not in desk.engine.opened.market.quotes:
            await asyncio.sleep(0.05)
        desk.engine.handle(Pause())
        yield desk
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        desk.archive.close()


async def child(*arguments: str) -> bytes:
    """What another process of this benchmark prints."""
    command = (sys.executable, "-m", "benchmarks.assistant", *arguments)
    client = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    printed, _ = await client.communicate()
    return printed


async def measured(directory: Path, seconds: float) -> dict[str, Any]:
    """Milliseconds, while quotes come in."""
    late, own, counted, lasted_s = list[float](), list[float](), [0], 0.0
    async with running(directory, DoorLimits(per_second=1_000.0)) as desk:
        tasks = [asyncio.create_task(part) for part in (quote(desk, counted), lag(late, own))]
        began_s = time.monotonic()
        try:
            printed = await child("--ask", str(directory), "--seconds", str(seconds))
        finally:
            lasted_s = time.monotonic() - began_s
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    samples = {"micro_scalp_now": msgspec.json.decode(printed, type=list[float]), "loop lag": late, "own": own}
    return {
        "milliseconds": {name: summary(values) for name, values in samples.items()},
        "p99": {name: p99(values) for name, values in samples.items()},
        "requests": len(samples["micro_scalp_now"]),
        "quotes_per_s": round(counted[0] / lasted_s),
    }


async def attacked(directory: Path, requests: int) -> dict[str, Any]:
    """What got through a door that was opened before, so that there are tokens of an earlier start."""
    port = _free_port()
    async with running(directory, WIDE):
        old = read_address(directory).tokens
    async with running(directory, WIDE, http_port=port) as desk:
        await _http(directory)
        for command in (SetAuthority(Authority.AUTO), SetAuto(SYMBOL, True)):
            desk.engine.handle(command)
        before = _of_user(desk)
        tokens, began = msgspec.json.encode(old).decode(), time.monotonic()
        printed = await child("--fuzz", str(directory), "--requests", str(requests), "--old", tokens)
        tally = msgspec.json.decode(printed, type=Tally)
        effects = tally.let_in + _unarmed(desk) + (_of_user(desk) != before)
        counts = {
            name: value for name, value in msgspec.structs.asdict(tally).items() if name not in ("let_in", "by_kind")
        }
        return {
            **counts,
            "unauthorised effects": effects,
            "seconds": round(time.monotonic() - began, 1),
            "by kind": tally.by_kind,
        }


def _of_user(desk: PlayedDesk) -> tuple[object, ...]:
    """What no program may change."""
    overview = desk.engine.pipeline.trader.overview()
    wanted = desk.settings_store.wanted
    return overview.authority, overview.auto_symbols, overview.is_halted, len(overview.positions), wanted


def _unarmed(desk: PlayedDesk) -> int:
    """Plans of programs that wait or trade although nobody armed them."""
    ended = {PlanStatus.PROPOSED, PlanStatus.CANCELLED, PlanStatus.EXPIRED, PlanStatus.REJECTED}
    plans = desk.engine.pipeline.trader.recent_plans(10_000)
    return sum(plan.created_by in CALLERS and plan.status not in ended for plan in plans)


async def _http(directory: Path) -> DoorAddress:
    while True:
        with suppress(NoDoor):  # its file is written once both are open
            if (address := read_address(directory)).http_port:
                return address
        await asyncio.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as made:
        made.bind((HOST, 0))
        return int(made.getsockname()[1])


def p99(samples: Sequence[float]) -> float:
    return round(sorted(samples)[int(0.99 * (len(samples) - 1))], 3)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.assistant", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of tables")
    parser.add_argument("--seconds", type=float, default=20.0, help="how long to ask while quotes come in")
    parser.add_argument("--requests", type=int, default=100_000, help="requests of every kind; 0 for none")
    for name in ("--ask", "--fuzz"):
        parser.add_argument(name, type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--old", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.ask is not None:
        print(msgspec.json.encode(ask(options.ask, options.seconds)).decode())
        return 0
    if options.fuzz is not None:
        old = msgspec.json.decode(options.old, type=dict[Caller, str])
        print(msgspec.json.encode(fuzz(options.fuzz, options.requests, old)).decode())
        return 0
    with suppress(KeyboardInterrupt):
        _run(options)
    return 0


def _run(options: argparse.Namespace) -> None:
    with TemporaryDirectory() as folder:
        results = asyncio.run(measured(Path(folder), options.seconds))
    figures = {f"p99 of {name}": Figure(value, "ms") for name, value in results["p99"].items()}
    if options.requests:
        with TemporaryDirectory() as folder:
            results["attack"] = attack = asyncio.run(attacked(Path(folder), options.requests))
        for name in ("hangs", "server_errors", "unauthorised effects"):
            figures[name] = Figure(attack[name], "")
    if options.json:
        print_json(results)
    else:
        print_machine()
        rows = [{"what": name, "p99": results["p99"][name], **row} for name, row in results["milliseconds"].items()]
        print_table(f"Milliseconds, at {results['quotes_per_s']} quotes a second", rows)
        if options.requests:
            kinds = attack.pop("by kind")
            print_table("Requests of every kind", [attack])
            print_table("Kinds", [kinds])
    record("assistant", options, figures)


if __name__ == "__main__":
    sys.exit(main())
