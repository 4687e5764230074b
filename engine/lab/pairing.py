"""Matches the trades of one market played twice, and measures the difference of their results."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from engine.domain.market import Side, minute_of
from engine.domain.trades import ClosedTrade


class PlayedTrade(NamedTuple):
    """What matching needs of a trade: the minute of its entry, counted from 1970, and its R."""

    minute: int
    side: Side
    r: float


class Pairs(NamedTuple):
    """Trades of one day that both have: R of each on quotes, and the mean of all paths that have it."""

    quotes: tuple[float, ...]
    paths: tuple[float, ...]
    unmatched_quotes: int
    unmatched_paths: float
    """Trades that the other has not, the second for each path."""


def played_trades(trades: Sequence[ClosedTrade]) -> tuple[PlayedTrade, ...]:
    """Those that have an R."""
    return tuple(
        PlayedTrade(int(minute_of(trade.entered_at).timestamp()) // 60, trade.side, trade.r)
        for trade in trades
        if trade.r is not None
    )


def paired(quotes: Sequence[PlayedTrade], runs: Sequence[Sequence[PlayedTrade]]) -> Pairs:
    """Matches the trades of quotes with those of each run on paths by minute and side; the first of a kind counts."""
    known = _first_of_each(quotes)
    found: defaultdict[tuple[int, Side], list[float]] = defaultdict(list)
    others = 0
    for run in runs:
        for key, r in _first_of_each(run).items():
            if key in known:
                found[key].append(r)
            else:
                others += 1
    keys = sorted(found)
    return Pairs(
        quotes=tuple(known[key] for key in keys),
        paths=tuple(sum(found[key]) / len(found[key]) for key in keys),
        unmatched_quotes=len(known) - len(keys),
        unmatched_paths=others / len(runs),
    )


def _first_of_each(trades: Sequence[PlayedTrade]) -> dict[tuple[int, Side], float]:
    first: dict[tuple[int, Side], float] = {}
    for trade in trades:
        first.setdefault((trade.minute, trade.side), trade.r)
    return first
