"""How often the verdict errs, and how soon it finds an edge, on sequences of trades whose true mean is known.

Between looks a verdict stands, so that looking every day finds no more than looking on the days of the looks; that is
what happens here, for a year of 252 trading days. Short forms stand in tests/lab/test_verdict.py.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.machine import Row, print_json, print_machine, print_table
from engine.domain.market import Side
from engine.domain.orders import ExitReason
from engine.lab.evidence import trades_needed
from engine.lab.lab_trade import LabTrade
from engine.lab.verdict import FIRST_LOOK_DAYS, SEEDS, LabCosts, Terms, Verdict, VerdictKind, judged

YEAR: Final = 252
ADOPTED_ON: Final = date(2026, 1, 1)
COSTS: Final = LabCosts(spread=0.2, slippage_spreads=0.0, commission_per_lot=0.0)
_MAX_PER_DAY: Final = 40
_DAY_DEVIATION: Final = 0.22
"""Of what all trades of a day have in common, in R: with 20 trades a day it doubles the variance of their mean."""
_WINS, _MEAN_WIN, _MAX_LOSS, _MIN_LOSS = 0.42, 0.95, -1.15, -0.25

Results = list[NDArray[np.float64]]
"""R of the trades of each day."""
TradeSource = Callable[[int, float, float], Results]
"""From a seed, the true mean in R, and the mean number of trades a day, to the results of a year."""


def clustered_results(seed: int, mean_r: float, per_day: float) -> Results:
    """Trades that lose a little more than 1 R at most and win without a limit; those of a day fare alike.

    Their number differs from day to day, as that of a gamma-distributed rate.
    """
    random = np.random.Generator(np.random.Philox(np.random.SeedSequence((seed, 7))))
    counts = np.minimum(_MAX_PER_DAY, random.poisson(random.gamma(4.0, per_day / 4.0, YEAR)))
    centre = _WINS * _MEAN_WIN + (1.0 - _WINS) * (_MAX_LOSS + _MIN_LOSS) / 2.0
    days = []
    for count, shift in zip(counts, random.normal(0.0, _DAY_DEVIATION, YEAR), strict=True):
        won, lost = random.exponential(_MEAN_WIN, count), random.uniform(_MAX_LOSS, _MIN_LOSS, count)
        days.append(mean_r + shift - centre + np.where(random.random(count) < _WINS, won, lost))
    return days


def market_days(count: int = YEAR) -> list[date]:
    """The weekdays after the adoption."""
    days = (ADOPTED_ON + timedelta(days=each) for each in range(1, 2 * count + 7))
    return [day for day in days if day.weekday() < 5][:count]


def as_trades(results: Results, days: Sequence[date]) -> list[LabTrade]:
    """One trade for each result, some minutes apart."""
    return [
        LabTrade(
            day=day,
            entered_at=datetime.combine(day, time(8), UTC) + timedelta(minutes=10 * place),
            side=Side.BUY,
            r=r,
            cost_r=0.1,
            exit=ExitReason.TRAILING_STOP,
        )
        for day, of_day in zip(days, results, strict=True)
        for place, r in enumerate(of_day.tolist())
    ]


def terms(adopted_on: date = ADOPTED_ON, adoptions: int = 1) -> Terms:
    """Everything that a verdict needs is there."""
    return Terms(
        adopted_on=adopted_on, adoptions=adoptions, is_calibrated=True, seeds=SEEDS, costs=COSTS, measured=COSTS
    )


def verdicts(trades: Sequence[LabTrade], days: Sequence[date], adopted: Terms) -> Iterator[Verdict]:
    """The verdict of each look."""
    after = [day for day in days if adopted.adopted_on is not None and day > adopted.adopted_on]
    count = FIRST_LOOK_DAYS
    while count <= len(after):
        yield judged(trades, after[:count], adopted)
        count *= 2


def is_ever(kind: VerdictKind, found: Iterable[Verdict]) -> bool:
    return any(verdict.kind is kind for verdict in found)


def within(needed: int | None, found: Iterable[Verdict]) -> Iterator[Verdict]:
    """The looks that come within the trades that are needed."""
    return (verdict for verdict in found if needed is not None and verdict.trades <= needed)


def changing_settings(trades: Sequence[LabTrade], days: Sequence[date], every: int) -> Iterator[Verdict]:
    """The verdicts of a user who adopts other settings after every so many days."""
    for number, place in enumerate(range(0, len(days), every), start=1):
        adopted_on = days[place - 1] if place else ADOPTED_ON
        yield from verdicts(trades, days[: place + every], terms(adopted_on, number))


def row(source: TradeSource, seeds: int, per_day: float, mean_r: float) -> Row:
    """How many of the seeds become positive within a year, within the trades needed, and negative."""
    days, found = market_days(), np.zeros(4, dtype=int)
    needed = []
    for seed in range(seeds):
        trades = as_trades(source(seed, mean_r, per_day), days)
        needed.append(trades_needed(trades) or 0)
        looks = list(verdicts(trades, days, terms()))
        found += (
            is_ever(VerdictKind.POSITIVE, looks),
            is_ever(VerdictKind.POSITIVE, within(needed[-1], looks)),
            is_ever(VerdictKind.NEGATIVE, looks),
            is_ever(VerdictKind.POSITIVE, changing_settings(trades, days, FIRST_LOOK_DAYS + 3)),
        )
    return {
        "true mean R": mean_r,
        "trades a day": per_day,
        "trades needed": round(float(np.median(needed))),
        "positive": int(found[0]),
        "within the trades needed": int(found[1]),
        "negative": int(found[2]),
        "positive, 4 adoptions": int(found[3]),
        "of": seeds,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=100, help="sequences of a year for each row (default 100)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    cases = [(per_day, mean_r) for mean_r in (0.0, 0.15) for per_day in (10.0, 20.0, 30.0)]
    rows = [row(clustered_results, options.seeds, per_day, mean_r) for per_day, mean_r in cases]
    if options.json:
        print_json({"rows": rows})
        return
    print_machine()
    print_table("Verdicts within a year, of so many seeded sequences of trades", rows)


if __name__ == "__main__":
    main()
