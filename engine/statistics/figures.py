"""The figures of a set of closed trades."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from math import inf
from statistics import fmean

import msgspec

from engine.domain.orders import ExitReason
from engine.domain.trade_facts import TradeFacts
from engine.statistics.intervals import Interval, of_mean, of_share

FEWEST = 20
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
    sum_r: float
    mean_r: float | None
    mean_r_interval: Interval | None
    mean_favourable_r: float | None
    mean_adverse_r: float | None
    mean_held: timedelta | None
    ambiguous: int
    """Trades of which an exit came within a recorded candle that held stop and target: the stop counted first."""
    profit_if_targets_first: float

    @property
    def is_too_few(self) -> bool:
        return self.trades < FEWEST

    @property
    def ambiguous_share(self) -> float | None:
        return self.ambiguous / self.trades if self.trades else None


def counted(facts: Iterable[TradeFacts]) -> tuple[TradeFacts, ...]:
    """The trades that have a result; those that ended only because their paper account did have none."""
    return tuple(each for each in facts if each.trade.reason is not ExitReason.PAPER_ENDED)


def figures_of(facts: Sequence[TradeFacts]) -> Figures:
    """Counts trades that have a result."""
    trades = [each.trade for each in facts]
    nets = [trade.net_profit for trade in trades]
    rs = [trade.r for trade in trades if trade.r is not None]
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
        sum_r=sum(rs),
        mean_r=_mean(rs),
        mean_r_interval=of_mean(rs),
        mean_favourable_r=_mean([r for trade in trades if (r := trade.favourable_r) is not None]),
        mean_adverse_r=_mean([r for trade in trades if (r := trade.adverse_r) is not None]),
        mean_held=_mean_span([trade.exited_at - trade.entered_at for trade in trades]),
        ambiguous=sum(trade.ambiguous_exits > 0 for trade in trades),
        profit_if_targets_first=sum(
            trade.profit_if_targets_first if trade.ambiguous_exits else trade.net_profit for trade in trades
        ),
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
