"""`microscalp lab null`: whether simulated fills make a profit on a market without an edge."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from config.loader import load_settings
from engine.commands.lab.options import add_output, add_workers
from engine.commands.lab.output import Output
from engine.commands.terminal import MAX_PATHS, positive, positive_up_to, say, show
from engine.lab.progress import Progress

MAX_DAYS: Final = 10_000
EXIT_REFUTED: Final = 1
"""Exit code where the measured difference lies beyond what is allowed."""

_Day = TypeVar("_Day")


def add_null(tools: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    null = tools.add_parser(
        "null",
        help="check simulated fills on a market without an edge",
        description="Runs a seeded random walk at zero spread through the whole engine twice: as one-second quotes, "
        "and as paths drawn from one-minute candles. The mean results of the trades found on both must agree. Daily "
        "limits are off. The exit code is 1 if the difference lies beyond 0.05 R.",
    )
    null.add_argument(
        "--symbol",
        default="XAUUSD",
        help="XAUUSD (default) or BTCUSD: the instrument whose price and volatility are used",
    )
    null.add_argument(
        "--days", type=positive_up_to(MAX_DAYS), default=30, metavar="N", help="days of the market (default 30)"
    )
    null.add_argument("--seed", type=positive, default=1, metavar="N", help="seed of the market (default 1)")
    null.add_argument(
        "--paths", type=positive_up_to(MAX_PATHS), default=8, metavar="K", help="paths of each candle (default 8)"
    )
    null.add_argument("--every-candle", action="store_true", help="relax the entry conditions for more trades per day")
    null.add_argument("--config", type=Path, metavar="FILE", help="a configuration file to use instead of the user's")
    add_workers(null)
    add_output(null)
    null.set_defaults(run=print_null)


def print_null(options: argparse.Namespace) -> int:
    # imported here, so that other commands do not load numpy and the engine
    from engine.lab.calibration import Verdict, calibration_of
    from engine.lab.exit_rules import rules_on
    from engine.lab.null_market import check_symbol
    from engine.lab.null_run import NullRun, play_days, with_every_candle, without_daily_limits
    from engine.lab.pool import usual_workers

    check_symbol(options.symbol)
    settings = without_daily_limits(load_settings(options.config))
    if options.every_candle:
        settings = with_every_candle(settings, options.symbol)
    run = NullRun(symbol=options.symbol, seed=options.seed, paths=options.paths)
    output, started_s = Output(options), time.perf_counter()
    played = play_days(run, options.days, settings, options.workers or usual_workers())
    found = calibration_of(_reported(played, options.days, output))
    output.end_progress()
    if found is None:
        say(f"no trade was made both on quotes and on paths in {options.days} days; use more days or other settings")
        return 0
    report: dict[str, Any] = {
        "market": {"symbol": run.symbol, "days": options.days, "seed": run.seed, "paths": run.paths},
        "rules": sorted(rules_on(settings.execution)),
        **msgspec.to_builtins(found),
        "verdict": found.verdict,
        "seconds": round(time.perf_counter() - started_s, 1),
    }
    show(json.dumps(report) if options.json else _table(report))
    return EXIT_REFUTED if found.verdict is Verdict.REFUTED else 0


def _table(report: dict[str, Any]) -> str:
    market, unmatched = report["market"], (report["unmatched_quotes"], report["unmatched_paths"])
    return "\n".join([
        f"Random walk with the price and volatility of {market['symbol']}, {market['days']} days, "
        f"seed {market['seed']}, zero spread; exits: "
        + (", ".join(report["rules"]) or "stop and target only"),
        f"  on its one-second quotes      {report['quotes_r']:+.4f} R",
        f"  on {market['paths']} paths of its minutes   {report['paths_r']:+.4f} R",
        f"  difference                    {report['difference_r']:+.4f} R, 90 % within [{report['low']:+.4f}, "
        f"{report['high']:+.4f}], {report['trades']:,} trades on {report['days']} days",
        f"  unmatched trades              {unmatched[0]:,} on quotes, {unmatched[1]:,.1f} on each path",
        f"{report['verdict']} ({report['seconds']:.0f} s); max 0.05 R, judged on at least 6,000 trades",
    ])  # fmt: skip


def _reported(days: Iterable[_Day], total: int, output: Output) -> Iterator[_Day]:
    output.report(Progress(0, total, "days"))
    for done, day in enumerate(days, start=1):
        yield day
        output.report(Progress(done, total, "days"))
