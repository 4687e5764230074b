"""What trades really cost on the account of a desk: the benchmark for the costs of simulated trades."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from statistics import fmean
from typing import Final

from engine.domain.orders import signed
from engine.domain.trades import ClosedTrade
from engine.lab.verdict import LabCosts

MIN_FILLS: Final = 20
"""Entries with a known spread: fewer say too little about the costs of an account."""


def measured_costs(
    trades: Iterable[ClosedTrade], expected: Mapping[str, float], spread_at: Callable[[datetime], float | None]
) -> LabCosts | None:
    """Mean spread at the entries, their slippage in spreads, and the commission of an order per lot.

    `trades` are real trades in one symbol, `expected` the expected prices of their orders, by token. `spread_at` is the
    spread of a recorded minute in price units, None if it was not recorded. An entry for which either is unknown does
    not count; returns None if fewer than `MIN_FILLS` are left.
    """
    spreads: list[float] = []
    slippages: list[float] = []
    commissions: list[float] = []
    for trade in trades:
        price, spread = expected.get(trade.token), spread_at(trade.entered_at)
        if price is None or not spread:
            continue
        spreads.append(spread)
        slippages.append(signed(trade.side, trade.entry - price))
        commissions.append(-trade.commission / (2.0 * trade.volume_lots))  # an entry and an exit
    if len(spreads) < MIN_FILLS:
        return None
    spread = fmean(spreads)
    return LabCosts(
        spread=spread,
        slippage_spreads=max(0.0, fmean(slippages) / spread),
        commission_per_lot=max(0.0, fmean(commissions)),
    )
