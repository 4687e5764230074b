"""Operations on results: statistics of closed trades, and what trades of a kind have earned."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime
from math import isfinite
from typing import Annotated

import msgspec
from msgspec import Meta

from engine.assistant.assisted_desk import AssistedDesk
from engine.assistant.operation import Arguments, Asked, Operation
from engine.domain.market import Side
from engine.domain.trade_facts import TradeFacts
from engine.reporting.words import fills_in_words
from engine.statistics.figures import MIN_TRADES, by_fill_model, counted, figures_of


class OwnResult(msgspec.Struct, frozen=True, kw_only=True):
    """Closed trades of one fill model, which are never counted together with others; R net of costs.

    `trades` is n; `mean_r_low` and `mean_r_high` are the 95 % interval of the mean, resampled by trading day, None on
    fewer than 5 days. `fills` names how simulated orders were filled, "broker" where a broker filled them.
    """

    fills: str
    trades: int
    days: int
    wins: int
    losses: int
    net_profit: float
    win_rate: float | None
    win_rate_low: float | None
    win_rate_high: float | None
    mean_r: float | None
    mean_r_low: float | None
    mean_r_high: float | None
    sum_r: float
    mean_cost_r: float | None
    profit_factor: float | None
    is_too_few: bool
    caution: str


class Statistics(Arguments, frozen=True, kw_only=True):
    """Which trades: that closed from `since` on and before `until` (ISO 8601 with a zone), of a symbol, of a side."""

    symbol: Annotated[str, Meta(max_length=64)] = ""
    side: Side | None = None
    since: Annotated[datetime, Meta(tz=True)] | None = None
    until: Annotated[datetime, Meta(tz=True)] | None = None


class StatisticsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Apart for each fill model; empty where no trade has closed."""

    results: tuple[OwnResult, ...]


async def statistics(asked: Asked, wanted: Statistics) -> StatisticsAnswer:
    return StatisticsAnswer(results=await asyncio.to_thread(_results_of, asked.desk, wanted))


def own_results(desk: AssistedDesk, symbol: str, side: Side) -> tuple[OwnResult, ...]:
    """What trades of this symbol and side have earned. Not for the event loop."""
    return _results_of(desk, Statistics(symbol=symbol, side=side))


def _results_of(desk: AssistedDesk, wanted: Statistics) -> tuple[OwnResult, ...]:
    facts = desk.archive.trades(desk.settings).read(since=wanted.since, until=wanted.until)
    same = [
        each
        for each in counted(facts)
        if wanted.symbol in ("", each.trade.symbol) and wanted.side in (None, each.trade.side)
    ]
    return tuple(_results(same))


def _results(facts: Sequence[TradeFacts]) -> Iterator[OwnResult]:
    for model, of_model in by_fill_model(facts).items():
        figures = figures_of(of_model)
        rate, mean = figures.win_rate_interval, figures.mean_r_interval
        yield OwnResult(
            fills="broker" if model is None else f"simulated{fills_in_words(model)}",
            trades=figures.trades,
            days=figures.days,
            wins=figures.wins,
            losses=figures.losses,
            net_profit=figures.net_profit,
            win_rate=figures.win_rate,
            win_rate_low=None if rate is None else rate.low,
            win_rate_high=None if rate is None else rate.high,
            mean_r=figures.mean_r,
            mean_r_low=None if mean is None else mean.low,
            mean_r_high=None if mean is None else mean.high,
            sum_r=figures.sum_r,
            mean_cost_r=figures.mean_cost_r,
            profit_factor=figures.profit_factor if isfinite(figures.profit_factor or 0.0) else None,
            is_too_few=figures.is_too_few,
            caution=f"fewer than {MIN_TRADES} trades: nothing can be concluded" if figures.is_too_few else "",
        )


STATISTICS_OPERATIONS = (
    Operation(
        "statistics",
        "Results of closed trades with n and 95 % intervals, apart for each fill model.",
        *(Statistics, StatisticsAnswer, statistics),
    ),
)
