"""You against AUTO: trades of both on the same parts of the market, and what the difference is worth."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Final

import msgspec

from engine.domain.fills import FillModel
from engine.domain.practice import PracticeTrade, Stretch
from engine.domain.trades import ClosedTrade
from engine.market.account_day import AccountDay
from engine.practice.score import figures_by_fills
from engine.statistics.bootstrap import ordinals, summed
from engine.statistics.comparing import Difference, change_per_day, difference_of_means
from engine.statistics.figures import Figures, figures_of

SAME_TRADE: Final = timedelta(minutes=1)
"""Entries of one side so close to each other are of the same setup: a proposal is over with the next candle."""
_HOUR: Final = timedelta(hours=1)


class Pair(msgspec.Struct, frozen=True):
    """The same trade of both; None where one of them did not make it."""

    yours: ClosedTrade | None
    autos: ClosedTrade | None

    @property
    def first(self) -> ClosedTrade:
        """The one that was entered first."""
        found = [trade for trade in (self.yours, self.autos) if trade is not None]
        return min(found, key=lambda trade: trade.entered_at)

    @property
    def difference(self) -> float | None:
        """Your R minus that of AUTO, where a trade that was not made counts 0; None where R is not known."""
        yours, autos = (0.0 if trade is None else trade.r for trade in (self.yours, self.autos))
        return None if yours is None or autos is None else yours - autos


class FillsComparison(msgspec.Struct, frozen=True, kw_only=True):
    """Both of one fill model. Differences are yours minus AUTO's in R, with 95 % intervals resampled by trading day;
    None where there are too few days."""

    fills: FillModel | None
    yours: Figures
    autos: Figures
    per_trade: Difference | None
    per_day: Difference | None


class Versus(msgspec.Struct, frozen=True, kw_only=True):
    """The comparison on parts that were played for the first time, on so many `days` of the account."""

    by_fills: tuple[FillsComparison, ...]
    pairs: tuple[Pair, ...]
    days: int


def compare(
    yours: Iterable[PracticeTrade], autos: Iterable[PracticeTrade], parts: Sequence[Stretch], day: AccountDay
) -> Versus:
    """Compares the trades on `parts`, yours without those on parts that you had seen before. Not for the event loop:
    intervals are resampled."""
    mine, theirs = [each for each in yours if not each.is_seen], list(autos)
    days = days_of(parts, day)
    my_figures, auto_figures = figures_by_fills(mine), figures_by_fills(theirs)
    return Versus(
        by_fills=tuple(
            FillsComparison(
                fills=model,
                yours=my_figures.get(model) or figures_of(()),
                autos=auto_figures.get(model) or figures_of(()),
                **_differences(_results(mine, model, day), _results(theirs, model, day), days),
            )
            for model in dict.fromkeys([*my_figures, *auto_figures])
        ),
        pairs=pairs_of([each.trade for each in mine], [each.trade for each in theirs]),
        days=len(days),
    )


def days_of(parts: Iterable[Stretch], day: AccountDay) -> tuple[date, ...]:
    """The days of the account that the parts touch, in order."""
    found: set[date] = set()
    for part in parts:
        at = part.begins_at
        while at < part.ends_at:
            found.add(day.day_of(at))
            at += _HOUR
        found.add(day.day_of(max(part.begins_at, part.ends_at - timedelta(microseconds=1))))
    return tuple(sorted(found))


def pairs_of(yours: Iterable[ClosedTrade], autos: Iterable[ClosedTrade]) -> tuple[Pair, ...]:
    """Each trade with the nearest one of the other side of the comparison, in the order of their entries."""
    free, pairs = sorted(autos, key=lambda trade: trade.entered_at), []
    for trade in sorted(yours, key=lambda each: each.entered_at):
        near = [
            other
            for other in free
            if (other.symbol, other.side) == (trade.symbol, trade.side)
            and abs(other.entered_at - trade.entered_at) <= SAME_TRADE
        ]
        other = min(near, key=lambda each: abs(each.entered_at - trade.entered_at), default=None)
        if other is not None:
            free.remove(other)
        pairs.append(Pair(trade, other))
    pairs += [Pair(None, trade) for trade in free]
    return tuple(sorted(pairs, key=lambda pair: pair.first.entered_at))


_Results = tuple[list[float], list[int]]
"""R of each trade, and the number of its day."""


def _results(trades: Iterable[PracticeTrade], model: FillModel | None, day: AccountDay) -> _Results:
    found = [
        (each.trade.r, day.day_of(each.trade.entered_at))
        for each in trades
        if each.trade.fill_model is model and each.trade.r is not None
    ]
    return [r for r, _ in found], ordinals([at for _, at in found])


def _differences(yours: _Results, autos: _Results, days: Sequence[date]) -> dict[str, Difference | None]:
    (my_rs, my_days), (auto_rs, auto_days) = yours, autos
    has_both = bool(my_rs) and bool(auto_rs)
    market_days = sorted({*ordinals(days), *my_days, *auto_days})
    return {
        "per_trade": difference_of_means(summed(my_rs, my_days), summed(auto_rs, auto_days)) if has_both else None,
        "per_day": change_per_day(auto_rs, auto_days, my_rs, my_days, market_days),
    }
