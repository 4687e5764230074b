"""One strategy on several drawn paths: each trade's result is averaged over the seeds before trades are counted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Sequence
from datetime import date
from statistics import fmean
from typing import Final, TypeVar

import msgspec

from engine.domain.market import minute_of
from engine.domain.trades import ClosedTrade
from engine.statistics.bootstrap import mean_by_day
from engine.statistics.intervals import Interval

T = TypeVar("T")

DIFFERS_BY_R: Final = 0.1
"""A trade whose result differs by more than this between seeds depends on the path."""


class SeededTrade(msgspec.Struct, frozen=True, kw_only=True):
    """A trade as the seeds have it: `rs` has its R for each seed, None where that seed has no such trade."""

    day: date
    rs: tuple[float | None, ...]
    cost_r: float | None

    @property
    def known(self) -> list[float]:
        """Its R on the seeds that have it."""
        return [r for r in self.rs if r is not None]

    @property
    def r(self) -> float:
        """Mean over the seeds that have it."""
        return fmean(self.known)

    @property
    def depends_on_path(self) -> bool | None:
        """Whether its R differs by more than `DIFFERS_BY_R` between seeds; None where only one has it."""
        known = self.known
        return max(known) - min(known) > DIFFERS_BY_R if len(known) > 1 else None


class NetResult(msgspec.Struct, frozen=True, kw_only=True):
    """What `trades` trades on `days` trading days brought in R, on average; None without trades.

    `mean_r` is net of spread, slippage, commission and swap, `cost_r` what these took, `gross_r` the sum of both.
    `depends_on_path` is a share of the trades that two seeds have at least, None where there are none.
    """

    trades: int
    days: int
    seed_means: tuple[float | None, ...]
    mean_r: float | None = None
    interval: Interval | None = None
    cost_r: float | None = None
    gross_r: float | None = None
    depends_on_path: float | None = None


def net_result(runs: Sequence[Sequence[ClosedTrade]]) -> NetResult:
    """The result of the trades of each seed together; trades without R do not count.

    A trade counts once, and weighs as much as the share of seeds that have it: what only a few paths lead to is as rare
    in the mean as it is. With that, whole trading days are resampled for the interval.
    """
    trades = matched(runs)
    seed_means = tuple(_mean([trade.r for trade in run if trade.r is not None]) for run in runs)
    days = {trade.day for trade in trades}
    found = NetResult(trades=len(trades), days=len(days), seed_means=seed_means)
    if not trades:
        return found
    weights = [len(trade.known) for trade in trades]
    rs = [r for trade in trades for r in trade.known]
    mean_r = fmean(rs)
    costs = [trade.cost_r for trade in trades if trade.cost_r is not None]
    cost_r = fmean(costs, weights) if len(costs) == len(trades) else None
    return msgspec.structs.replace(
        found,
        mean_r=mean_r,
        interval=mean_by_day(rs, [trade.day for trade in trades for _ in trade.known]),
        cost_r=cost_r,
        gross_r=None if cost_r is None else mean_r + cost_r,
        depends_on_path=_mean([each for trade in trades if (each := trade.depends_on_path) is not None]),
    )


def matched(runs: Sequence[Sequence[ClosedTrade]]) -> tuple[SeededTrade, ...]:
    """The trades of all seeds that have R, each once; its day is that of the first seed that has it."""
    with_r = [[trade for trade in run if trade.r is not None] for run in runs]
    found = same_of_seeds(with_r, lambda trade: (trade.symbol, minute_of(trade.entered_at), trade.side))
    return tuple(_seeded(of_seeds, len(runs)) for of_seeds in found)


def same_of_seeds(runs: Sequence[Sequence[T]], key: Callable[[T], Hashable]) -> tuple[dict[int, T], ...]:
    """Each trade by the place of every seed that has it: trades of one key, such as minute and side, are the same.

    Where a seed has several of a key, the first is matched with the first, the second with the second.
    """
    found: defaultdict[Hashable, dict[int, T]] = defaultdict(dict)
    for place, run in enumerate(runs):
        seen: Counter[Hashable] = Counter()
        for trade in run:
            found[key(trade), seen[key(trade)]][place] = trade
            seen[key(trade)] += 1
    return tuple(found.values())


def _seeded(of_seeds: dict[int, ClosedTrade], seeds: int) -> SeededTrade:
    costs = [trade.cost_r for trade in of_seeds.values()]
    known = [cost for cost in costs if cost is not None]
    return SeededTrade(
        day=next(iter(of_seeds.values())).trading_day,
        rs=tuple(of_seeds[place].r if place in of_seeds else None for place in range(seeds)),
        cost_r=fmean(known) if len(known) == len(costs) else None,
    )


def _mean(values: Sequence[float]) -> float | None:
    return fmean(values) if values else None
