"""The long calibration of fills: `microscalp lab null` for each set of exit rules, on 6,000 trades and more.

It takes hours of processor time. Each day that is played is added to a file at once, and a later run goes on
from there: with the same file and other rules, more days, or another number of processes.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import msgspec

from benchmarks.machine import print_json, print_machine, print_table
from config.settings import Settings
from engine.lab.calibration import calibration_of
from engine.lab.exit_rules import ALL_RULES, ExitRule, ExitRules, described, with_rules
from engine.lab.null_run import NullRun, play_day, with_every_candle, without_daily_limits
from engine.lab.pairing import Pairs

SETS: Final = (
    ExitRules({ExitRule.TRAILING, ExitRule.OPPOSITE_CANDLE}),  # as shipped
    ALL_RULES,
    ExitRules(),
    *(ExitRules({rule}) for rule in ExitRule),
)


class PlayedDay(msgspec.Struct, frozen=True):
    """A line of the file."""

    run: NullRun
    day: int
    rules: ExitRules
    pairs: Pairs


def kept(file: Path) -> Iterator[PlayedDay]:
    """What was played before; a line that a killed run left half written is none."""
    if not file.exists():
        return
    for line in file.read_bytes().splitlines():
        try:
            yield msgspec.json.decode(line, type=PlayedDay)
        except msgspec.DecodeError:
            continue


def play(run: NullRun, days: int, file: Path, workers: int | None) -> None:
    """Plays what the file does not have yet, set by set."""
    base = without_daily_limits(with_every_candle(Settings(), run.symbol))
    known = {(played.run, played.day, played.rules) for played in kept(file)}
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool, file.open("ab") as out:
        waiting = {
            pool.submit(play_day, run, day, with_rules(base, rules)): (day, rules)
            for rules, day in product(SETS, range(days))
            if (run, day, rules) not in known
        }
        for done in as_completed(waiting):
            out.write(msgspec.json.encode(PlayedDay(run, *waiting[done], done.result())) + b"\n")
            out.flush()


def summary(file: Path) -> list[dict[str, object]]:
    """One row for each market, number of paths and set of rules."""
    days = defaultdict(list)
    for played in kept(file):
        days[played.run, played.rules].append(played.pairs)
    rows = []
    for (run, rules), pairs in days.items():
        found = calibration_of(pairs)
        if found is None:
            continue
        rows.append({
            "symbol": run.symbol,
            "seed": run.seed,
            "paths": run.paths,
            "rules": described(rules),
            "days": found.days,
            "trades": found.trades,
            "quotes_r": round(found.quotes_r, 4),
            "paths_r": round(found.paths_r, 4),
            "difference_r": round(found.difference_r, 4),
            "low": round(found.low, 4),
            "high": round(found.high, 4),
            "unmatched": round((found.unmatched_quotes + found.unmatched_paths) / 2.0 / found.trades, 3),
            "verdict": str(found.verdict),
        })  # fmt: skip
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, help="where days are kept, one JSON object a line")
    parser.add_argument("--symbol", default="XAUUSD")
    parser.add_argument("--days", type=int, default=15, help="days for each set of rules (default 15); 0 sums up alone")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--paths", type=int, default=8)
    parser.add_argument("--workers", type=int, help="processes (default: one for each core)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    run = NullRun(symbol=options.symbol, seed=options.seed, paths=options.paths)
    play(run, options.days, options.file, options.workers)
    rows = summary(options.file)
    if options.json:
        print_json({"rules": rows})
        return
    print_machine()
    print_table("Paths minus quotes in R on a random walk, 90 % intervals by day", rows)


if __name__ == "__main__":
    main()
