"""What costs do to the result: the same setups at other spreads and slippages."""

from __future__ import annotations

from typing import Final

import msgspec

from config.changes import with_values
from config.settings import Settings
from engine.lab.bench import Bench
from engine.lab.evidence import mean_result
from engine.lab.progress import Progress, Report
from engine.statistics.chance import break_even_multiple

SPREADS: Final = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0)
"""Multiples of the recorded spread."""
SLIPPAGES: Final = (0.0, 0.5, 1.0)
"""Mean slippage of an order, in spreads; that of the settings is tried as well."""


class AtCost(msgspec.Struct, frozen=True, kw_only=True):
    """The result at so many times the spread, and at a mean slippage in spreads; None without trades."""

    spread_x: float
    slippage_spreads: float
    trades: int
    mean_r: float | None
    low: float | None
    high: float | None


class Costs(msgspec.Struct, frozen=True, kw_only=True):
    """Results by cost, and the multiple of the spread at which the mean falls to zero.

    That is 0.0 where the mean is not above zero without a spread, and None where it is above zero at every spread.
    """

    rows: tuple[AtCost, ...]
    break_even_multiple: float | None


def costs(bench: Bench, settings: Settings, report: Report) -> Costs:
    """Plays the setups of the recorded spread at other costs; the limits on the spread grow and shrink with it."""
    slippage = settings.paper.slippage_spreads
    slippages = sorted({slippage, *SLIPPAGES})
    total = len(SPREADS) * len(slippages)
    rows: list[AtCost] = []
    for spread_x in SPREADS:
        at_spread = bench.at_spread(spread_x)
        for each in slippages:
            report(Progress(len(rows), total, "costs"))
            rows.append(_at_cost(bench, at_spread, settings, spread_x, each))
    report(Progress(total, total, "costs"))
    usual = [row for row in rows if row.slippage_spreads == slippage and row.mean_r is not None]
    multiple = break_even_multiple([row.spread_x for row in usual], [row.mean_r or 0.0 for row in usual])
    return Costs(rows=tuple(rows), break_even_multiple=multiple)


def _at_cost(bench: Bench, at_spread: Bench, settings: Settings, spread_x: float, slippage: float) -> AtCost:
    key = f"{bench.rules_key(settings)}.pre_trade_filters.spread.max_spread"
    limit = max(bench.rules(settings).pre_trade_filters.spread.max_spread * spread_x, _MIN_LIMIT)
    changed = with_values(settings, {key: limit, "paper.slippage_spreads": slippage})
    trades = tuple(at_spread.of_setups(changed, bench.judged(settings).setups).values())
    found = mean_result(trades)
    return AtCost(
        spread_x=spread_x,
        slippage_spreads=slippage,
        trades=found.trades,
        mean_r=found.mean_r,
        low=found.low,
        high=found.high,
    )


_MIN_LIMIT: Final = 1e-9
"""The settings allow no limit of zero."""
