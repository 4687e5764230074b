"""A desk on a thousand messages a second: does its memory stay flat, and how late does its loop become?

    python -m benchmarks.chaos.exchange_load [--minutes 60] [--per-second 1000] [--json]

A mock exchange in its own process plays a generated market to a whole desk without a window, in real time. Memory
counts after the first third; lateness is that of a timer of 5 ms. Where other programs use the machine, `own` is what
remains of it: the time that the loop's thread computed between two turns of the timer.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from typing import Final

import numpy as np
import psutil

from benchmarks.chaos.exchange_desk import running_desk
from benchmarks.history import Figure, record
from benchmarks.machine import Row, print_json, print_machine, print_table
from tests.mock_exchange.running import Market, mock_exchange

_TURN_S: Final = 0.005
_SAMPLE_EVERY_S: Final = 10.0
_STEP_MS: Final = 0.02
_LONGEST_MS: Final = 1_000.0
_PERCENTILES: Final = (50.0, 99.0, 99.9)


class Spread:
    """How often each number of milliseconds came, in constant memory: memory is what is measured beside."""

    def __init__(self) -> None:
        self._counts = np.zeros(int(_LONGEST_MS / _STEP_MS) + 1, dtype=np.int64)
        self.longest_ms = 0.0

    def add(self, value_ms: float) -> None:
        self.longest_ms = max(self.longest_ms, value_ms)
        self._counts[min(int(max(value_ms, 0.0) / _STEP_MS), len(self._counts) - 1)] += 1

    def percentiles(self, name: str) -> dict[str, float]:
        """Upper ends of the steps in which the percentiles lie."""
        sums = np.cumsum(self._counts)
        steps = (int(np.searchsorted(sums, rank / 100.0 * sums[-1])) + 1 for rank in _PERCENTILES)
        return {
            f"{name} p{rank:g} ms": round(step * _STEP_MS, 2) for rank, step in zip(_PERCENTILES, steps, strict=True)
        }


async def _watch_lag(late: Spread, own: Spread) -> None:
    loop = asyncio.get_running_loop()
    while True:
        due_s, computed_s = loop.time() + _TURN_S, time.thread_time()
        await asyncio.sleep(_TURN_S)
        late.add((loop.time() - due_s) * 1_000.0)
        own.add((time.thread_time() - computed_s) * 1_000.0)


async def measure(minutes: float, per_second: int) -> Row:
    """One run; memory in MB, lateness in ms."""
    process, late, own = psutil.Process(), Spread(), Spread()
    memory, hours = list[float](), list[float]()
    rounds = int(minutes) + 2
    with mock_exchange(Market(seconds=60, per_second=per_second), more=("--rounds", str(rounds))) as exchange:
        async with running_desk(exchange) as (_, diary):
            while diary.quotes == 0:
                await asyncio.sleep(0.05)
            watching = asyncio.create_task(_watch_lag(late, own))
            loop = asyncio.get_running_loop()
            began_s = loop.time()
            computed_s = sum(process.cpu_times()[:2])
            while loop.time() - began_s < minutes * 60.0:
                await asyncio.sleep(_SAMPLE_EVERY_S)
                memory.append(process.memory_info().rss / 1e6)
                hours.append((loop.time() - began_s) / 3_600.0)
            watching.cancel()
            lasted_s, sent = loop.time() - began_s, exchange.sent
            share = (sum(process.cpu_times()[:2]) - computed_s) / lasted_s
            settled = len(memory) // 3
            slope = float(np.polyfit(hours[settled:], memory[settled:], 1)[0]) if len(memory) > settled + 2 else 0.0
            return {
                "minutes": round(lasted_s / 60.0, 1),
                "messages/s": round(sent / lasted_s),
                "quotes": diary.quotes,
                "candles": len(diary.candles),
                "MB": round(memory[-1], 1),
                "MB/hour": round(slope, 2),
                **late.percentiles("late"),
                **own.percentiles("own"),
                "late max ms": round(late.longest_ms, 1),
                "core %": round(100.0 * share, 1),
            }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--per-second", type=int, default=1_000)
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    options = parser.parse_args()
    row = asyncio.run(measure(options.minutes, options.per_second))
    if options.json:
        print_json({"load": row})
    else:
        print_machine()
        print_table("A desk on live prices", [row])
    record("chaos.exchange_load", options, {name: Figure(row[name], "ms") for name in row if name.startswith("own")})


if __name__ == "__main__":
    main()
