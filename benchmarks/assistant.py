"""How fast the door answers while quotes come in: `python -m benchmarks.assistant [--seconds S] [--json]`.

A desk on the demo market takes a thousand quotes a second; a program in a process of its own asks for the conditions
of now, one request after the other, and is timed from request to answer. The lag is that of the desk's loop.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from benchmarks.history import Figure, record
from benchmarks.machine import print_json, print_machine, print_table, summary
from config.settings import Settings
from engine.adapters.door.client import DoorClient
from engine.adapters.door.limits import DoorLimits
from engine.assistant.desk_door import DeskDoor
from engine.bootstrap import MarketChoice, PlayedDesk, build_engine, open_markets
from engine.domain.market import Quote
from engine.domain.messages import Pause
from engine.domain.proposals import Caller

SYMBOL = "XAUUSD"
QUOTES_A_SECOND = 1_000
STEP_S = 0.005
"""Between two bundles of quotes."""
EVERY_S = 0.01
"""Between two requests."""


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


async def lag(samples: list[float]) -> None:
    loop = asyncio.get_running_loop()
    while True:
        before = loop.time()
        await asyncio.sleep(STEP_S)
        samples.append(1e3 * max(0.0, loop.time() - before - STEP_S))


async def measured(directory: Path, seconds: float) -> dict[str, Any]:
    desk = build_engine(open_markets(MarketChoice()), Settings(), speed=1.0, directory=directory)
    door = DeskDoor(desk, directory, is_always_open=True, limits=DoorLimits(per_second=1_000.0))
    lags, counted = list[float](), [0]
    tasks = [asyncio.create_task(part()) for part in (desk.run, door.run, desk.archive.journal.run)]
    try:
        while not door.is_open or desk.engine.opened is None or SYMBOL not in desk.engine.opened.market.quotes:
            await asyncio.sleep(0.05)
        desk.engine.handle(Pause())
        tasks += [asyncio.create_task(quote(desk, counted)), asyncio.create_task(lag(lags))]
        command = (sys.executable, "-m", "benchmarks.assistant", "--ask", str(directory), "--seconds", str(seconds))
        client = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        printed, _ = await client.communicate()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        desk.archive.close()
    answers = msgspec.json.decode(printed, type=list[float])
    return {
        "milliseconds": {"micro_scalp_now": summary(answers), "loop lag": summary(lags)},
        "p99": {"micro_scalp_now": p99(answers), "loop lag": p99(lags)},
        "requests": len(answers),
        "quotes_per_s": round(counted[0] / seconds),
    }


def p99(samples: Sequence[float]) -> float:
    return round(sorted(samples)[int(0.99 * (len(samples) - 1))], 3)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.assistant", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of tables")
    parser.add_argument("--seconds", type=float, default=20.0, help="how long to ask")
    parser.add_argument("--ask", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.ask is not None:
        print(msgspec.json.encode(ask(options.ask, options.seconds)).decode())
        return 0
    with TemporaryDirectory() as folder, suppress(KeyboardInterrupt):
        results = asyncio.run(measured(Path(folder), options.seconds))
        if options.json:
            print_json(results)
        else:
            print_machine()
            rows = [{"what": name, "p99": results["p99"][name], **row} for name, row in results["milliseconds"].items()]
            print_table(f"Milliseconds, at {results['quotes_per_s']} quotes a second", rows)
        record("assistant", options, {f"p99 of {name}": Figure(value, "ms") for name, value in results["p99"].items()})
    return 0


if __name__ == "__main__":
    sys.exit(main())
