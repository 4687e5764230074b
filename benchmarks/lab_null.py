"""How often the verdict errs on trades of the lab's own simulator, on markets whose truth is known.

    python -m benchmarks.lab_null [--seeds N] [--days D] [--workers W] [--json]

Each seed is a random walk with the price and volatility of gold at zero spread, on five hours of each weekday. The
shipped settings trade it without daily limits: once all their setups, which have no edge, and once with an edge
planted, by leaving out setups that are about to lose in the two seconds after their fill. One path of each candle is
played in the place of eight, and the costs count as those of the account, since a market without a spread has no
verdict but what-if. Between looks a verdict stands, so that looking on the days of the looks finds all that looking
every day would. A short form stands in tests/lab/test_null_verdicts.py; benchmarks.lab_statistics has the same of
trades that are drawn.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from statistics import fmean, median, stdev
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final, NamedTuple

import numpy as np

from benchmarks.lab_statistics import YEAR, is_ever, market_days, terms, verdicts, within
from benchmarks.machine import Row, print_json, print_machine, print_table
from config.loader import shipped_settings
from engine.adapters.recorded import Recording
from engine.adapters.recorded.columns import CandleColumns, microseconds
from engine.adapters.recorded.times import MINUTE
from engine.domain.market import Source
from engine.lab.bench import Bench
from engine.lab.cache import ColumnCache
from engine.lab.evidence import mean_result, trades_needed
from engine.lab.lab_trade import LabTrade
from engine.lab.null_market import null_walk
from engine.lab.null_run import without_daily_limits
from engine.lab.pool import ProcessPool, usual_workers
from engine.lab.setups import Setups
from engine.lab.simulator import SimulatedMarket
from engine.lab.verdict import VerdictKind
from engine.market.instruments import instrument_for

SYMBOL: Final = "XAUUSD"
OPENS_AT: Final = time(12, tzinfo=UTC)
DAY_MINUTES: Final = 300
"""Few enough for the first look to come before the trades that the formula names."""
AHEAD_S: Final = 2
"""Seconds after its fill that the planted rule knows."""
MAX_LOSS: Final = 0.07
"""Part of the stop distance that a setup may lose within these seconds. Chosen on 6 markets of 120 days, so that the
mean of what is left is 0.15 R."""
EDGE_R: Final = 0.15
_FILLED_AT_S: Final = 1
"""Second of the minute after its candle at which an order is filled."""
_PATH: Final = 1


def null_recording(seed: int, days: int) -> Recording:
    """A walk of that many market days, with volume and a spread of zero; between two days the price stays."""
    walk = null_walk(SYMBOL, days * DAY_MINUTES, (seed, 4))
    instrument = instrument_for(SYMBOL)
    prices = walk.ticks / round(1.0 / instrument.tick_size)
    opens_at = [microseconds(datetime.combine(day, OPENS_AT)) for day in market_days(days)]
    columns = CandleColumns(
        at=np.concatenate([begin + MINUTE * np.arange(DAY_MINUTES, dtype=np.int64) for begin in opens_at]),
        open=prices[:, 0],
        high=prices.max(axis=1),
        low=prices.min(axis=1),
        close=prices[:, -1],
        volume=60.0 * walk.volumes.astype(np.float64),
        spread=np.zeros(len(prices)),
    )
    source = Source(
        instrument=instrument,
        format="random walk",
        clock="UTC",
        name=f"null market {seed}",
        has_volume=True,
        has_spread=True,
        has_aggressor_volume=False,
    )
    return Recording(source, columns)


def with_edge(setups: Setups, market: SimulatedMarket) -> Setups:
    """The setups without those that lose more than `MAX_LOSS` within `AHEAD_S` seconds after their fill."""
    ideas, paths = setups.ideas, market.paths(_PATH)
    rows = np.minimum(ideas.row + 1, len(market) - 1)
    paths.draw(rows.tolist())
    moves = np.array([paths.bid(row, _FILLED_AT_S + AHEAD_S) - paths.bid(row, _FILLED_AT_S) for row in rows.tolist()])
    stays = np.where(ideas.is_buy, moves, -moves) >= -MAX_LOSS * ideas.levels.stop_distance
    columns = (setups.score, setups.is_a_plus, setups.edges, setups.primary, setups.secondary)
    return Setups(ideas.rows(stays), *(column[stays] for column in columns))


class Played(NamedTuple):
    """The trades of one market."""

    null: list[LabTrade]
    planted: list[LabTrade]


def played(seed: int, days: int) -> Played:
    """The trades of the null market of that seed, without an edge and with the planted one."""
    settings = without_daily_limits(shipped_settings())
    with TemporaryDirectory() as folder:
        bench = Bench(null_recording(seed, days), ColumnCache(Path(folder)), (_PATH,))
        setups = bench.judged(settings).setups
        both = (setups, with_edge(setups, bench.market))
        return Played(*(list(bench.of_setups(settings, each).values()) for each in both))


def row(name: str, markets: Sequence[list[LabTrade]], days: Sequence[date]) -> Row:
    """How many of the markets become positive, within the trades needed, and negative."""
    looks = [list(verdicts(trades, days, terms())) for trades in markets]
    needed = [trades_needed(trades) for trades in markets]
    means = [mean_result(trades).mean_r or 0.0 for trades in markets]
    half_width = 1.96 * stdev(means) / len(means) ** 0.5 if len(means) > 1 else 0.0
    return {
        "edge": name,
        "mean R": round(fmean(means), 4),
        "95 % ±": round(half_width, 4),
        "trades a day": round(fmean(len(trades) for trades in markets) / len(days), 1),
        "trades needed": round(median(each or 0 for each in needed)),
        "positive": sum(is_ever(VerdictKind.POSITIVE, each) for each in looks),
        "within the trades needed": sum(
            is_ever(VerdictKind.POSITIVE, within(*each)) for each in zip(needed, looks, strict=True)
        ),
        "negative": sum(is_ever(VerdictKind.NEGATIVE, each) for each in looks),
        "of": len(markets),
    }


def measured(seeds: int, days: int, workers: int) -> list[Row]:
    """Both rows; each market is played by one of the workers."""
    tasks = [(seed, days) for seed in range(1, seeds + 1)]
    markets = [found for _, found in sorted(ProcessPool(workers).results(_played, tasks))]
    dates = market_days(days)
    return [
        row("none", [each.null for each in markets], dates),
        row(f"{EDGE_R} R planted", [each.planted for each in markets], dates),
    ]


def _played(task: tuple[int, int]) -> Played:
    return played(*task)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=100, help="markets (default 100)")
    parser.add_argument("--days", type=int, default=YEAR, help=f"market days of each (default {YEAR}, a year)")
    parser.add_argument("--workers", type=int, default=usual_workers(), help="worker processes (default: one per core)")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    options = parser.parse_args()
    begun_s = perf_counter()
    rows = measured(options.seeds, options.days, options.workers)
    seconds = round(perf_counter() - begun_s, 1)
    if options.json:
        print_json({"rows": rows, "days": options.days, "seconds": seconds})
        return 0
    print_machine()
    print_table(f"Verdicts on {options.days} market days of simulated trades, in {seconds:.0f} s", rows)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
