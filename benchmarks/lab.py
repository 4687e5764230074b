"""Seconds for a year of one-minute candles in the lab, beside a replay of the same candles.

    python -m benchmarks.lab [FILE] [--candles N] [--rounds R] [--json]

One after the other in one process, so that the ratios hold on any machine; processor time, of which the fastest round
counts, scaled to a year of 356,000 candles. Without a file the demo market plays.

- `replay_year_s`: `replay --auto` through the whole engine.
- `exits_only_s`: setups, indicators and the paths of their minutes are known, and only exits have changed.
"""

from __future__ import annotations

import argparse
import asyncio
import math
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Final

import numpy as np

from benchmarks.machine import print_json, print_machine, print_table
from benchmarks.replay import Stretch
from config.loader import shipped_settings
from config.settings import Settings
from engine.adapters.demo_market import demo_markets
from engine.adapters.recorded import open_recording
from engine.adapters.recorded.columns import CandleColumns, microseconds
from engine.bootstrap import build_engine
from engine.conditions.evaluator import Evaluator
from engine.indicators.analyzer import Analyzer
from engine.lab.simulator import SimulatedMarket, found_setups, simulate
from engine.lab.unattended import trade_without_asking
from engine.market.feed import Market

YEAR: Final = 356_000
"""Candles of gold in a year."""
WANTED_RATIO: Final = 50


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, nargs="?", help="a recording of candles instead of the demo market's gold")
    parser.add_argument("--candles", type=int, default=100_000, help="candles that are played")
    parser.add_argument("--rounds", type=int, default=3, help="repetitions of which the fastest counts")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    options = parser.parse_args()
    market = demo_markets(7)[0] if options.file is None else open_recording(options.file)
    results = measured(market, options.candles, options.rounds)
    if options.json:
        print_json(results)
    else:
        print_machine()
        title = f"Seconds for a year; wanted: exits alone in a {WANTED_RATIO}th of a replay"
        print_table(title, [{"what": name, "value": value} for name, value in results.items()])
    return 0


def measured(market: Market, count: int, rounds: int) -> dict[str, object]:
    """The figures by name."""
    settings, stretch = shipped_settings(), Stretch(market, count)
    columns, source = _columns(stretch), stretch.source
    rules = settings.rules_for(source.symbol, source.instrument.stands_for)
    assert rules is not None, f"{source.symbol} has no rules"
    read = Analyzer(source, rules, settings.sessions).update
    setups, atr1 = found_setups(map(read, stretch.candles), Evaluator(source.instrument, rules))
    simulated = SimulatedMarket(source, columns)
    trades = simulate(simulated, setups, atr1, settings)
    exits = settings.model_copy(update={"execution": settings.execution.model_copy(update={"trailing_atr1": 0.5})})
    simulate(simulated, setups, atr1, exits)
    per_year = YEAR / len(stretch.candles)
    replay_s = per_year * _seconds(lambda: _replay(stretch, settings), 1)
    exits_s = per_year * _seconds(lambda: simulate(simulated, setups, atr1, exits), rounds)
    return {
        "config_year_s": None,
        "exits_only_s": round(exits_s, 3),
        "first_run_s": None,
        "replay_year_s": round(replay_s, 1),
        "exits_ratio": round(replay_s / exits_s, 1),
        "trades_a_year": round(len(trades) * per_year),
        "candles": len(stretch.candles),
    }


def _columns(stretch: Stretch) -> CandleColumns:
    candles = stretch.candles
    names = ("open", "high", "low", "close", "volume", "spread")
    prices = {name: np.array([getattr(one, name) for one in candles], dtype=np.float64) for name in names}
    return CandleColumns(at=np.array([microseconds(one.opened_at) for one in candles]), **prices)


def _replay(stretch: Stretch, settings: Settings) -> None:
    desk = build_engine([stretch], settings, speed=math.inf, start=stretch.first_at, is_reported=False)
    trade_without_asking(desk, settings)
    asyncio.run(desk.engine.play())
    desk.archive.close()


def _seconds(work: Callable[[], object], rounds: int) -> float:
    best = math.inf
    for _ in range(rounds):
        begun = process_time()
        work()
        best = min(best, process_time() - begun)
    return best


if __name__ == "__main__":
    raise SystemExit(main())
