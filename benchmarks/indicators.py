"""The cost of computing the indicators of a year of one-minute candles.

    python -m benchmarks.indicators [--candles N] [--rounds R] [--json] [FILE]

Without a file a seeded random walk is read, as gold and as bitcoin with aggressor volume; a file is repeated, week
after week, until it makes a year. Reading the file and printing are figures of their own. Every stretch of candles
counts with its fastest round, since other work on the machine only ever adds; median and p99 are timed candle by
candle, which adds a tenth of a microsecond to each.
"""

from __future__ import annotations

import argparse
import os
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from time import perf_counter, perf_counter_ns

from msgspec.structs import replace

from benchmarks.history import Figure, record
from benchmarks.machine import Row, print_json, print_machine, print_table, summary
from config.indicators import SessionsSettings
from config.settings import SymbolRules
from engine.adapters.recorded import open_recording
from engine.commands.encoding import encode_indicators
from engine.domain.market import Candle, Source
from engine.errors import UnreadableRecording
from engine.indicators.analyzer import Analyzer
from engine.market.instruments import instrument_for

YEAR = 360_000
"""Minutes of a year in which gold is traded."""
WANTED_PER_S = 80_000
STRETCH = 5_000
TIMED_SINGLY = 100_000
PRINTED = 20_000
WEEK = timedelta(weeks=1)
MINUTE = timedelta(minutes=1)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, nargs="?", help="a recording instead of the random walk")
    parser.add_argument("--candles", type=int, default=YEAR, help="candles to read")
    parser.add_argument("--rounds", type=int, default=3, help="repetitions of each stretch")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of tables")
    options = parser.parse_args()
    try:
        benches = [FileBench(options.file)] if options.file else [WalkBench("XAUUSD"), WalkBench("BTCUSD")]
    except UnreadableRecording as error:
        parser.error(str(error))
    rows = [bench.measure(options.candles, options.rounds) for bench in benches]
    _print(rows, as_json=options.json)
    record("readings", options, figures(rows))
    return 0


def figures(rows: Sequence[Row]) -> dict[str, Figure]:
    """What the history keeps of each symbol."""
    found: dict[str, Figure] = {}
    for row in rows:
        found[f"{row['symbol']}, readings"] = Figure(row["readings_per_s"], "candles/s", is_higher_better=True)
        found[f"{row['symbol']}, printing"] = Figure(row["printing_us"], "us")
    return found


class WalkBench:
    """Reads a random walk."""

    def __init__(self, symbol: str) -> None:
        self.source = Source(
            instrument=instrument_for(symbol),
            format="random walk",
            clock="UTC",
            name="benchmark",
            has_volume=True,
            has_spread=True,
            has_aggressor_volume=symbol == "BTCUSD",
        )

    def candles(self) -> Iterator[Candle]:
        """Endless candles."""
        draw, close, now = random.Random(7), 4700.0, datetime(2026, 1, 5, tzinfo=UTC)
        while True:
            opening, volume = close, float(draw.randint(40, 400))
            close = max(1000.0, round(opening + draw.gauss(0.0, 1.0) * draw.choice((0.5, 1.0, 2.0)), 2))
            yield Candle(
                symbol=self.source.symbol,
                opened_at=now,
                open=opening,
                high=round(max(opening, close) + draw.expovariate(2.0), 2),
                low=round(min(opening, close) - draw.expovariate(2.0), 2),
                close=close,
                volume=volume,
                spread=draw.choice((0.16, 0.2, 0.22, 0.25, 0.31, 0.33)),
                taker_buy=volume * draw.random() if self.source.has_aggressor_volume else None,
            )
            now += MINUTE

    def measure(self, count: int, rounds: int) -> Row:
        """Candles per second, microseconds per candle and per printed line."""
        stretches = zip(*(self._seconds(count) for _ in range(rounds)), strict=True)
        seconds = sum(min(stretch) for stretch in stretches)
        per_candle = summary(self._each(min(count, TIMED_SINGLY)), 2)
        return {
            "symbol": self.source.symbol,
            "candles": count,
            "readings_per_s": round(count / seconds),
            "wanted_per_s": WANTED_PER_S,
            "us_mean": round(seconds / count * 1e6, 2),
            "us_median": per_candle["median"],
            "us_p99": per_candle["p99"],
            "printing_us": round(self._printing_us(), 2),
        }

    def _analyzer(self) -> Analyzer:
        return Analyzer(self.source, SymbolRules(), SessionsSettings())

    def _seconds(self, count: int) -> list[float]:
        update, candles, seconds = self._analyzer().update, self.candles(), list[float]()
        for first in range(0, count, STRETCH):
            stretch = list(islice(candles, min(STRETCH, count - first)))
            started = perf_counter()
            for candle in stretch:
                update(candle)
            seconds.append(perf_counter() - started)
        return seconds

    def _each(self, count: int) -> list[float]:
        update, samples = self._analyzer().update, []
        for candle in list(islice(self.candles(), count)):
            started = perf_counter_ns()
            update(candle)
            samples.append((perf_counter_ns() - started) / 1000.0)
        return samples

    def _printing_us(self) -> float:
        update = self._analyzer().update
        snapshots = [update(candle) for candle in islice(self.candles(), PRINTED)]
        with Path(os.devnull).open("wb") as nowhere:
            started = perf_counter()
            nowhere.writelines(encode_indicators(snapshot, None) + b"\n" for snapshot in snapshots)
            return (perf_counter() - started) / PRINTED * 1e6


class FileBench(WalkBench):
    """Reads a recording again and again, each time some whole weeks later."""

    def __init__(self, path: Path) -> None:
        started = perf_counter()
        recording = open_recording(path, symbol=None, clock=None, spread=None)
        opened = perf_counter()
        self._recorded: Sequence[Candle] = list(recording.candles())
        self._opening_s, self._making_s = opened - started, perf_counter() - opened
        self.source = recording.source
        length = self._recorded[-1].opened_at - self._recorded[0].opened_at
        self._shift = (length // WEEK + 1) * WEEK

    def candles(self) -> Iterator[Candle]:
        """The recorded candles, and again some weeks later, without end."""
        later = timedelta(0)
        while True:
            for candle in self._recorded:
                yield replace(candle, opened_at=candle.opened_at + later)
            later += self._shift

    def measure(self, count: int, rounds: int) -> Row:
        """The same, and what reading the file costs."""
        recorded = len(self._recorded)
        return {
            **super().measure(count, rounds),
            "in_file": recorded,
            "opening_file_ms": round(self._opening_s * 1e3),
            "candles_from_file_us": round(self._making_s / recorded * 1e6, 2),
        }


def _print(rows: Sequence[Row], *, as_json: bool) -> None:
    if as_json:
        print_json({"readings": rows})
        return
    print_machine()
    print_table("Readings alone, a year of one-minute candles; printing to nowhere, per line", rows)


if __name__ == "__main__":
    raise SystemExit(main())
