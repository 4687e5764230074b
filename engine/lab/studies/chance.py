"""Whether the strategy beats chance: random entries at the same hours, with the same stops and exits."""

from __future__ import annotations

from collections import Counter
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from config.settings import Settings
from engine.lab.bench import Bench
from engine.lab.evidence import mean_result
from engine.lab.progress import Progress, Report
from engine.lab.setups import ideas_at
from engine.statistics.chance import chance_of

DRAWS: Final = 1_000
SEED: Final = 1
_POOL_SIZE: Final = 20
"""Random entries for each trade of an hour, from which the draws take theirs."""
MAX_POOL: Final = 40_000
_BATCH: Final = 2_000
_HOUR_US: Final = 3_600_000_000


class AgainstChance(msgspec.Struct, frozen=True, kw_only=True):
    """The mean R of the strategy beside the means of `DRAWS` sets of random entries."""

    trades: int
    mean_r: float
    p: float
    percentile: float
    draws: tuple[float, ...]


def against_chance(bench: Bench, settings: Settings, report: Report) -> AgainstChance | None:
    """None without trades. Strategy and random entries are simulated one by one, without limits and locks."""
    judged = bench.judged(settings)
    trades = tuple(bench.alone(settings, judged.setups.ideas).values())
    mean = mean_result(trades).mean_r
    if mean is None:
        return None
    random = np.random.Generator(np.random.Philox(SEED))
    hours = Counter(trade.entered_at.hour for trade in trades)
    pool = _pool(bench, settings, hours, random, report)
    draws = _draws(pool, hours, random)
    found = chance_of(mean, draws.tolist())
    assert found is not None, "there are draws"
    return AgainstChance(
        trades=len(trades), mean_r=mean, p=found.p, percentile=found.percentile, draws=tuple(draws.tolist())
    )


def _pool(
    bench: Bench, settings: Settings, hours: Counter[int], random: np.random.Generator, report: Report
) -> dict[int, NDArray[np.float64]]:
    """R of random candles and sides of each hour of UTC."""
    columns, rules = bench.columns(settings), bench.rules(settings)
    at, atr14 = columns.whole("at", "atr14")
    of_hour, is_ready = (at // _HOUR_US) % 24, ~np.isnan(atr14)
    size = min(_POOL_SIZE, MAX_POOL / sum(hours.values()))
    rows = np.concatenate([
        random.choice(np.flatnonzero((of_hour == hour) & is_ready), max(1, round(size * count)))
        for hour, count in sorted(hours.items())
        if ((of_hour == hour) & is_ready).any()
    ])  # fmt: skip
    rows.sort()
    is_buy = random.integers(0, 2, len(rows)).astype(bool)
    found: dict[int, list[float]] = {hour: [] for hour in hours}
    for begun in range(0, len(rows), _BATCH):
        report(Progress(begun, len(rows), "random entries"))
        batch = slice(begun, begun + _BATCH)
        ideas = ideas_at(columns, rows[batch], is_buy[batch], rules)
        for place, trade in bench.alone(settings, ideas).items():
            found[int(of_hour[ideas.row[place]])].append(trade.r)
    report(Progress(len(rows), len(rows), "random entries"))
    return {hour: np.array(rs) for hour, rs in found.items() if rs}


def _draws(
    pool: dict[int, NDArray[np.float64]], hours: Counter[int], random: np.random.Generator
) -> NDArray[np.float64]:
    """The mean of each set of as many random entries of each hour as the strategy has trades."""
    sums, count = np.zeros(DRAWS), 0
    for hour, rs in sorted(pool.items()):
        trades = hours[hour]
        sums += rs[random.integers(0, len(rs), (DRAWS, trades))].sum(axis=1)
        count += trades
    return sums / count
