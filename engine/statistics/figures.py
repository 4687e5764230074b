"""The figures of a set of closed trades."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from math import inf
from statistics import fmean

import msgspec

from engine.domain.fills import FillModel
from engine.domain.orders import ExitReason
from engine.domain.trade_facts import TradeFacts
from engine.statistics.bootstrap import MIN_DAYS, mean_by_day
from engine.statistics.intervals import Interval, of_share

MIN_TRADES = 20
"""Trades below which nothing can be concluded."""


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Results of `trades` closed trades; money is net of costs in the account's currency, intervals hold at 95 %.

    What is None is not known: no trade has it, or too few do. `profit_factor` is infinite where nothing was lost.
    """

    trades: int
    wins: int
    losses: int
    net_profit: float
    costs: float
    expectancy: float | None
    """Mean net money of a trade."""
    profit_factor: float | None
    win_rate: float | None
    win_rate_interval: Interval | None
    r_trades: int
    """Trades that had a stop to measure R by."""
    days: int
    """Trading days on which these ended."""
    sum_r: float
    mean_r: float | None
    """Net of spread, slippage, commission and swap."""
    mean_r_interval: Interval | None
    """Resampled by trading day; None on fewer than `MIN_DAYS`."""
    mean_cost_r: float | None
    """What spread, slippage, commission and swap took of a trade, of those where it was measured."""
    mean_favourable_r: float | None
    mean_adverse_r: float | None
    mean_held: timedelta | None

    @property
    def is_too_few(self) -> bool:
        return self.trades < MIN_TRADES

    @property
    def has_too_few_days(self) -> bool:
        """Whether there is a mean of R without an interval."""
        return self.mean_r is not None and self.mean_r_interval is None


def counted(facts: Iterable[TradeFacts]) -> tuple[TradeFacts, ...]:
    """The trades that have a result; those that ended only because their paper account did have none."""
    return tuple(each for each in facts if each.trade.reason is not ExitReason.PAPER_ENDED)


def by_fill_model(facts: Iterable[TradeFacts]) -> Mapping[FillModel | None, tuple[TradeFacts, ...]]:
    """The trades of each fill model that occurs, which are never counted together: those of a broker's market (None)
    first, then in the order of `FillModel`."""
    found: defaultdict[FillModel | None, list[TradeFacts]] = defaultdict(list)
    for each in facts:
        found[each.trade.fill_model].append(each)
    return {model: tuple(found[model]) for model in (None, *FillModel) if model in found}


def figures_of(facts: Sequence[TradeFacts]) -> Figures:
    """Counts trades that have a result, all of one fill model."""
    trades = [each.trade for each in facts]
    nets = [trade.net_profit for trade in trades]
    rs = [trade.r for trade in trades if trade.r is not None]
    days = [trade.trading_day for trade in trades if trade.r is not None]
    wins = sum(net > 0.0 for net in nets)
    return Figures(
        trades=len(trades),
        wins=wins,
        losses=sum(net < 0.0 for net in nets),
        net_profit=sum(nets),
        costs=sum(trade.commission + trade.swap for trade in trades),
        expectancy=_mean(nets),
        profit_factor=_profit_factor(nets),
        win_rate=wins / len(trades) if trades else None,
        win_rate_interval=of_share(wins, len(trades)),
        r_trades=len(rs),
        days=len(set(days)),
        sum_r=sum(rs),
        mean_r=_mean(rs),
        mean_r_interval=mean_by_day(rs, days) if len(set(days)) >= MIN_DAYS else None,
        mean_cost_r=_mean([trade.cost_r for trade in trades if trade.cost_r is not None]),
        mean_favourable_r=_mean([r for trade in trades if (r := trade.favourable_r) is not None]),
        mean_adverse_r=_mean([r for trade in trades if (r := trade.adverse_r) is not None]),
        mean_held=_mean_span([trade.exited_at - trade.entered_at for trade in trades]),
    )


def _mean(values: Sequence[float]) -> float | None:
    return fmean(values) if values else None


def _mean_span(spans: Sequence[timedelta]) -> timedelta | None:
    return sum(spans, timedelta()) / len(spans) if spans else None


def _profit_factor(nets: Sequence[float]) -> float | None:
    gained, lost = sum(net for net in nets if net > 0.0), -sum(net for net in nets if net < 0.0)
    if not lost:
        return inf if gained else None
    return gained / lost
