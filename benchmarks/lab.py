"""Seconds for a year of one-minute candles in the lab, beside a replay of the same candles.

    python -m benchmarks.lab [FILE] [--candles N] [--rounds R] [--peers] [--json]

One after the other in one process, so that the ratios hold on any machine; processor time, of which the fastest round
counts, scaled to a year of 356,000 candles. Without a file the demo market plays.

- `replay_year_s`: `replay --auto` through the whole engine.
- `first_run_s`: indicators become columns on disk.
- `config_year_s`: the columns are known, and conditions have changed: the year is judged and its setups are traded.
- `exits_only_s`: setups, indicators and the paths of their minutes are known, and only exits have changed.
- `sweep_1000_years_minutes`: a thousand such configurations on two cores.
- `peers`: other programs on the same setups, with `--peers`: it installs each into an environment of its own.
- `worker_mb`: the peak of memory of a process that tries one configuration on all candles of the run.
"""

from __future__ import annotations

import argparse
import asyncio
import math
from collections.abc import Callable
from itertools import count as count_from
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Final

import numpy as np

from benchmarks.lab_peers import PEERS, peers
from benchmarks.machine import print_json, print_machine, print_table
from benchmarks.replay import Stretch, peak_bytes
from config.changes import with_values
from config.loader import shipped_settings
from config.settings import Settings, SymbolRules
from engine.adapters.demo_market import demo_markets
from engine.adapters.recorded import Recording, open_recording
from engine.adapters.recorded.columns import CandleColumns, microseconds
from engine.bootstrap import build_engine
from engine.lab.cache import ColumnCache, Columns
from engine.lab.pool import ProcessPool
from engine.lab.setups import found_of, judge
from engine.lab.simulator import FoundSetup, SimulatedMarket, SimulatedTrade, simulate
from engine.lab.unattended import trade_without_asking
from engine.market.feed import Market

YEAR: Final = 356_000
"""Candles of gold in a year."""
WANTED_RATIO: Final = 50
WANTED_CONFIG_RATIO: Final = 10
_SWEEP_CORES: Final = 2
_NOT_MEASURED: Final = {"seconds": None, "version": None, "reason": "not asked for with --peers"}


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, nargs="?", help="a recording of candles instead of the demo market's gold")
    parser.add_argument("--candles", type=int, default=100_000, help="candles that are played")
    parser.add_argument("--rounds", type=int, default=3, help="repetitions of which the fastest counts")
    parser.add_argument("--peers", action="store_true", help="install other programs and measure them as well")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    options = parser.parse_args()
    market = demo_markets(7)[0] if options.file is None else open_recording(options.file)
    results = measured(market, options.candles, options.rounds, is_compared=options.peers)
    if options.json:
        print_json(results)
    else:
        print_machine()
        wanted = f"a configuration in a {WANTED_CONFIG_RATIO}th of a replay, exits alone in a {WANTED_RATIO}th"
        title = f"Seconds for a year; wanted: {wanted}"
        print_table(title, [{"what": name, "value": value} for name, value in results.items()])
    return 0


def measured(market: Market, count: int, rounds: int, *, is_compared: bool) -> dict[str, object]:
    """The figures by name."""
    settings, stretch = shipped_settings(), Stretch(market, count)
    recording = Recording(stretch.source, candle_columns(stretch))
    per_year = YEAR / len(stretch.candles)
    with TemporaryDirectory() as folder:
        cache = ColumnCache(Path(folder))
        first_run_s = _seconds(lambda: cache.columns(cache.put(recording), settings), 1)
        columns = cache.columns(cache.put(recording), settings)
        tried = Tried(columns)
        trades = tried.play(settings)
        others = (_with_wick(settings, columns, 1.4 - 0.01 * number) for number in count_from(0))
        config_s = per_year * _seconds(lambda: tried.play(next(others)), rounds)
        tried.play(settings)
        exits_s = per_year * _seconds(lambda: tried.play_again(_with_exits(settings)), rounds)
        ((_, worker_mb),) = ProcessPool(1).results(peak_of_worker, [(Path(folder), columns.recording_hash, settings)])
        others_s = peers(recording.columns, tried.setups, per_year) if is_compared else {}
    replay_s = per_year * _seconds(lambda: _replay(stretch, settings), 1)
    return {
        "config_year_s": round(config_s, 3),
        "exits_only_s": round(exits_s, 3),
        "first_run_s": round(per_year * first_run_s, 1),
        "replay_year_s": round(replay_s, 1),
        "config_ratio": round(replay_s / config_s, 1),
        "exits_ratio": round(replay_s / exits_s, 1),
        "trades_a_year": round(len(trades) * per_year),
        "sweep_1000_years_minutes": round(1000.0 * config_s / _SWEEP_CORES / 60.0, 1),
        "peers": {name: others_s.get(name, _NOT_MEASURED) for name in PEERS},
        "worker_mb": worker_mb,
        "candles": len(stretch.candles),
    }


class Tried:
    """A recording whose columns are on disk, and the setups that were found last."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._market = SimulatedMarket(columns.source, columns.recording.columns)
        self.setups: list[FoundSetup] = []

    def play(self, settings: Settings) -> list[SimulatedTrade]:
        """Judges the recording and trades its setups."""
        self.setups = found_of(self._columns, judge(self._columns, _rules(settings, self._columns)).setups.ideas)
        return self.play_again(settings)

    def play_again(self, settings: Settings) -> list[SimulatedTrade]:
        """Trades the setups that were found last."""
        return simulate(self._market, self.setups, self._columns.whole("atr1")[0], settings)


def peak_of_worker(task: tuple[Path, str, Settings]) -> int:
    """Try one configuration as a worker does, with only a hash; returns the peak of its memory in MB."""
    folder, recording_hash, settings = task
    Tried(ColumnCache(folder).columns(recording_hash, settings)).play(settings)
    return round(_own_peak_bytes() / 1e6)


def _own_peak_bytes() -> int:
    """The peak of this program alone: on Linux `getrusage` counts what the parent had when it started this one."""
    status = Path("/proc/self/status")
    if not status.exists():
        return peak_bytes()
    (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


def _rules(settings: Settings, columns: Columns) -> SymbolRules:
    rules = settings.rules_for(columns.source.symbol, columns.source.instrument.stands_for)
    assert rules is not None, f"{columns.source.symbol} has no rules"
    return rules


def _with_wick(settings: Settings, columns: Columns, bodies: float) -> Settings:
    """The same settings with other rules of the symbol."""
    prefix = next(name for name, each in settings.rules.items() if each is _rules(settings, columns))
    return with_values(settings, {f"{prefix}_rules.candle_signals.min_wick_bodies": bodies})


def _with_exits(settings: Settings) -> Settings:
    return with_values(settings, {"execution.trailing_atr1": 0.5})


def candle_columns(stretch: Stretch) -> CandleColumns:
    """The candles of a stretch as the lab takes them."""
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
