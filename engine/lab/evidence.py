"""Evidence: what the simulated trades of one configuration brought, and how sure that is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import date
from itertools import accumulate
from math import floor, inf
from statistics import fmean
from typing import Any, Final

import msgspec
import numpy as np

from engine.domain.market import Session
from engine.domain.orders import ExitReason
from engine.lab.lab_trade import LabTrade
from engine.lab.verdict import Verdict
from engine.statistics.bootstrap import MIN_DAYS, mean_by_day, ordinals, summed
from engine.statistics.chance import chance_band

_NEEDED_PER_VARIANCE: Final = 785
"""((1.96 + 0.84) / 0.10)^2: to find a mean of 0.10 R with a power of 80 % at a two-sided level of 5 %."""
_KeysOf = Callable[[LabTrade], Sequence[Hashable]]


class MeanResult(msgspec.Struct, frozen=True, kw_only=True):
    """Mean R of some trades with its 95 % interval, resampled by trading day; None where it is not known."""

    trades: int
    days: int
    """Market days, or days with trades where market days are not counted."""
    mean_r: float | None = None
    low: float | None = None
    high: float | None = None


class EvidenceGroup(msgspec.Struct, frozen=True, kw_only=True):
    """The trades that have `name` in common; None for those of which it is not known, or that have none."""

    name: str | int | None
    result: MeanResult


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of simulated trades in R; what cannot be known is None.

    A trade weighs as much as the share of the seeds that have it, but counts once. `gross_r` is `mean_r` plus
    `cost_r`. `profit_factor` is infinite where nothing was lost.
    """

    result: MeanResult
    cost_r: float | None
    gross_r: float | None
    win_rate: float | None
    profit_factor: float | None
    max_drawdown_r: float | None
    losing_streak: int | None
    depends_on_path: float | None
    """Share of the trades that two seeds have at least."""
    trades_needed: int | None
    """To find a mean of 0.10 R, from their variance and their dependence within days; None on too few days."""
    by: Mapping[str, tuple[EvidenceGroup, ...]]


def evidence_of(trades: Sequence[LabTrade], market_days: Sequence[date]) -> Evidence:
    """The figures of all `trades`, whose seeds are averaged, on these market days."""
    ordered = sorted(trades, key=lambda trade: trade.entered_at)
    weights, rs = [trade.weight for trade in ordered], [trade.r for trade in ordered]
    result = mean_result(ordered, len(set(market_days)))
    costs = [trade.cost_r for trade in ordered if trade.cost_r is not None]
    cost_r = float(np.average(costs, weights=weights)) if costs and len(costs) == len(ordered) else None
    depends = [trade.depends_on_path for trade in ordered if trade.depends_on_path is not None]
    has_any = bool(ordered)
    return Evidence(
        result=result,
        cost_r=cost_r,
        gross_r=None if cost_r is None or result.mean_r is None else result.mean_r + cost_r,
        win_rate=float(np.average([r > 0.0 for r in rs], weights=weights)) if has_any else None,
        profit_factor=_profit_factor(ordered),
        max_drawdown_r=_max_drawdown([trade.weight * trade.r for trade in ordered]) if has_any else None,
        losing_streak=_losing_streak(rs) if has_any else None,
        depends_on_path=sum(depends) / len(depends) if depends else None,
        trades_needed=trades_needed(ordered),
        by=_grouped(ordered),
    )


def mean_result(trades: Sequence[LabTrade], days: int | None = None) -> MeanResult:
    """Mean and interval of these trades; `days` is counted from them where it is not given.

    There is no interval where they are from fewer than `MIN_DAYS` days: it would seem narrower than anyone can know.
    """
    of_trades = [trade.day for trade in trades]
    found = MeanResult(trades=len(trades), days=len(set(of_trades)) if days is None else days)
    if not trades:
        return found
    rs, weights = [trade.r for trade in trades], [trade.weight for trade in trades]
    mean_r = fmean(rs, weights)
    interval = mean_by_day(rs, of_trades, weights) if len(set(of_trades)) >= MIN_DAYS else None
    if interval is None:
        return msgspec.structs.replace(found, mean_r=mean_r)
    return msgspec.structs.replace(found, mean_r=mean_r, low=interval.low, high=interval.high)


def trades_needed(trades: Sequence[LabTrade]) -> int | None:
    """785 times variance times design effect, whatever the mean: trades that find 0.10 R at a power of 80 %.

    The design effect is the variance of the mean by day over that of as many independent trades (L. Kish, Survey
    Sampling, 1965). None on fewer than `MIN_DAYS` days with trades.
    """
    by_day = summed([t.r for t in trades], ordinals([t.day for t in trades]), [t.weight for t in trades])
    days = len(by_day.labels)
    if days < MIN_DAYS:
        return None
    residuals = by_day.sums - by_day.mean * by_day.weights
    variance_of_mean = days / (days - 1) * float((residuals**2).sum()) / float(by_day.weights.sum()) ** 2
    return max(1, round(_NEEDED_PER_VARIANCE * len(trades) * variance_of_mean))


def equity_of(trades: Sequence[LabTrade], market_days: Sequence[date]) -> list[dict[str, Any]]:
    """R of each market day, their sum so far, and the band in which sums stay by chance alone, for a chart."""
    daily: dict[date, float] = dict.fromkeys(sorted({*market_days, *(trade.day for trade in trades)}), 0.0)
    for trade in trades:
        daily[trade.day] += trade.weight * trade.r
    low, high = chance_band(list(daily.values()))
    rows = zip(daily.items(), accumulate(daily.values()), low, high, strict=True)
    return [{"day": d.isoformat(), "r": r, "cumulative": s, "low": low, "high": high} for (d, r), s, low, high in rows]


def report_of(
    evidence: Evidence, verdict: Verdict, out_of_sample: MeanResult, *, is_calibrated: bool, trials: int | None
) -> dict[str, Any]:
    """The keys of an evidence report that do not depend on where the recording and the settings come from."""
    result = evidence.result
    return {
        "trades": result.trades,
        "days": result.days,
        "mean_r": result.mean_r,
        "mean_r_low": result.low,
        "mean_r_high": result.high,
        "gross_r": evidence.gross_r,
        "cost_r": evidence.cost_r,
        "win_rate": evidence.win_rate,
        "profit_factor": None if evidence.profit_factor == inf else evidence.profit_factor,
        "max_drawdown_r": evidence.max_drawdown_r,
        "losing_streak": evidence.losing_streak,
        "depends_on_path": evidence.depends_on_path,
        "calibrated": is_calibrated,
        "trials": trials,
        "verdict": str(verdict.kind),
        "trades_needed": evidence.trades_needed,
        "out_of_sample": {
            "days": out_of_sample.days,
            "trades": out_of_sample.trades,
            "mean_r": out_of_sample.mean_r,
            "mean_r_low": out_of_sample.low,
            "mean_r_high": out_of_sample.high,
        },
        "by": {name: [_row(group) for group in groups] for name, groups in evidence.by.items()},
    }


def _row(group: EvidenceGroup) -> dict[str, Any]:
    result = group.result
    return {
        "name": group.name, "trades": result.trades, "mean_r": result.mean_r, "low": result.low, "high": result.high
    }  # fmt: skip


def _profit_factor(trades: Sequence[LabTrade]) -> float | None:
    gained = sum(trade.weight * trade.r for trade in trades if trade.r > 0.0)
    lost = -sum(trade.weight * trade.r for trade in trades if trade.r < 0.0)
    if not lost:
        return inf if gained else None
    return gained / lost


def _max_drawdown(results: Sequence[float]) -> float:
    sums = np.concatenate(([0.0], np.cumsum(results)))
    return float((np.maximum.accumulate(sums) - sums).max())


def _losing_streak(rs: Sequence[float]) -> int:
    """A trade that brought nothing neither ends nor lengthens a streak."""
    return max(accumulate(rs, lambda streak, r: 0 if r > 0.0 else streak + (r < 0.0), initial=0))


def _grouped(trades: Sequence[LabTrade]) -> dict[str, tuple[EvidenceGroup, ...]]:
    return {name: _groups(trades, keys_of, order) for name, (keys_of, order) in _GROUPINGS.items()}


def _groups(trades: Sequence[LabTrade], keys_of: _KeysOf, order: Sequence[Any] | None) -> tuple[EvidenceGroup, ...]:
    members: defaultdict[Hashable, list[LabTrade]] = defaultdict(list)
    for trade in trades:
        for key in keys_of(trade):
            members[key].append(trade)
    known = [key for key in members if key is not None]
    keys: list[Any] = sorted(known, key=order.index if order else None)
    keys += [None] * (None in members)
    return tuple(EvidenceGroup(name=key, result=mean_result(members[key])) for key in keys)


_GROUPINGS: Final[Mapping[str, tuple[_KeysOf, Sequence[Any] | None]]] = {
    "session": (lambda trade: (trade.session,), tuple(Session)),
    "score": (lambda trade: (None if trade.score is None else floor(trade.score),), None),
    "signal": (lambda trade: trade.signals or (None,), None),
    "exit": (lambda trade: (trade.exit,), tuple(ExitReason)),
}
