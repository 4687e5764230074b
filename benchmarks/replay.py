"""How fast a recording plays through the whole engine with every setup traded, against its indicators alone.

    python -m benchmarks.replay [FILE] [--candles N] [--rounds R] [--json]

Indicators, indicators with judgement, and `replay --auto` of the same candles, one after the other in one process, so
that their ratio holds on any machine; processor time, of which the fastest round counts. Without a file the demo market
plays. The peak of memory is that of the process, with everything that is loaded.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from time import process_time

import psutil

from benchmarks.history import Figure, record
from benchmarks.machine import Row, print_json, print_machine, print_table
from config.loader import shipped_settings
from config.settings import Settings
from engine.adapters.demo_market import demo_markets
from engine.adapters.recorded import open_recording
from engine.bootstrap import build_engine
from engine.commands.chronicle import Chronicle
from engine.conditions.evaluator import Evaluator
from engine.domain.market import CANDLE_LENGTH, Candle, Minute, Source
from engine.indicators.analyzer import Analyzer
from engine.lab.unattended import trade_without_asking
from engine.market.feed import Market

WANTED_RATIO, WANTED_MB = 0.35, 250


class Stretch:
    """The first candles of a market, as a market of its own."""

    def __init__(self, market: Market, count: int) -> None:
        self.source: Source = market.source
        end = market.last_at or market.first_at + 2 * count * CANDLE_LENGTH  # which leaves out nights and weekends
        self.candles: Sequence[Candle] = list(islice(market.candles_before(end), count))
        self.first_at = self.opens_at = self.candles[0].opened_at
        self.last_at = self.candles[-1].opened_at

    def candles_before(self, instant: datetime, since: datetime | None = None) -> Iterator[Candle]:
        return (one for one in self.candles if one.opened_at < instant and (since is None or one.opened_at >= since))

    def items_from(self, instant: datetime) -> Iterator[Minute]:
        return (Minute(one) for one in self.candles if one.opened_at >= instant)


def main() -> int:
    """Measure and print; a market of ticks is played by its candles."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, nargs="?", help="a recording instead of the demo market's gold")
    parser.add_argument("--candles", type=int, default=100_000, help="candles that are played")
    parser.add_argument("--rounds", type=int, default=2, help="repetitions of which the fastest counts")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    options = parser.parse_args()
    settings = shipped_settings()
    stretch = Stretch(demo_markets(7)[0] if options.file is None else open_recording(options.file), options.candles)
    works: dict[str, Callable[[], int]] = {
        "readings": lambda: _judge(stretch, settings, is_judged=False),
        "readings and judgement": lambda: _judge(stretch, settings, is_judged=True),
        "replay --auto": lambda: _replay(stretch, settings),
    }
    rows = _rows(works, len(stretch.candles), options.rounds)
    peak_mb = round(peak_bytes() / 1e6)
    if options.json:
        print_json({"rates": rows, "peak_mb": peak_mb, "wanted": {"ratio": WANTED_RATIO, "peak_mb": WANTED_MB}})
    else:
        print_machine()
        title = f"{len(stretch.candles):,} candles; wanted of a replay: {WANTED_RATIO} of the readings' rate"
        print_table(f"{title}; peak {peak_mb} MB", rows)
    rates = {row["what"]: Figure(row["candles a second"], "candles/s", is_higher_better=True) for row in rows}
    record("replay", options, {**rates, "peak": Figure(peak_mb, "MB")})
    return 0


def _rows(works: dict[str, Callable[[], int]], candles: int, rounds: int) -> list[Row]:
    minimum = dict.fromkeys(works, math.inf)
    trades: dict[str, int] = {}
    for _ in range(rounds):
        for name, work in works.items():
            begun = process_time()
            trades[name] = work()
            minimum[name] = min(minimum[name], process_time() - begun)
    return [
        {
            "what": name,
            "candles a second": round(candles / seconds),
            "of readings": round(minimum["readings"] / seconds, 3),
            "trades": trades[name] or None,
        }
        for name, seconds in minimum.items()
    ]


def _judge(stretch: Stretch, settings: Settings, *, is_judged: bool) -> int:
    source = stretch.source
    rules = settings.rules_for(source.symbol, source.instrument.stands_for)
    assert rules is not None, f"{source.symbol} has no rules"
    analyzer, evaluator = Analyzer(source, rules, settings.sessions), Evaluator(source.instrument, rules)
    for candle in stretch.candles:
        snapshot = analyzer.update(candle)
        if is_judged:
            evaluator.evaluate(snapshot)
    return 0


def _replay(stretch: Stretch, settings: Settings) -> int:
    desk = build_engine([stretch], settings, speed=math.inf, start=stretch.first_at)
    chronicle = Chronicle()
    chronicle.listen(desk.bus)
    trade_without_asking(desk, settings)
    asyncio.run(desk.engine.play())
    desk.archive.close()
    return len(chronicle.trades)


def peak_bytes() -> int:
    if sys.platform == "win32":
        return int(psutil.Process().memory_info().peak_wset)
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


if __name__ == "__main__":
    raise SystemExit(main())
