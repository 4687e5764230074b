"""A trade of the lab, its R averaged over the seeds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from statistics import fmean

import msgspec

from engine.domain.market import Session, Side, minute_of
from engine.domain.orders import ExitReason
from engine.statistics.seeds import DIFFERS_BY_R, same_of_seeds


class LabTrade(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A simulated trade, and the setup that led to it.

    `r` is net of spread, slippage and commission; `cost_r` is what these took, None where it was not measured.
    `depends_on_path` is None where only one seed has the trade.
    """

    day: date
    """Trading day on which it ended."""
    entered_at: datetime
    side: Side
    r: float
    cost_r: float | None
    exit: ExitReason
    session: Session | None = None
    score: float | None = None
    signals: tuple[str, ...] = ()
    weight: float = 1.0
    """Share of the seeds that have it: what only a few paths lead to is as rare in a mean as it is."""
    depends_on_path: bool | None = None


def averaged(runs: Sequence[Sequence[LabTrade]]) -> tuple[LabTrade, ...]:
    """The trades of all seeds, each once, in order of entry; those of one minute and side are the same trade.

    R and costs are means over the seeds that have it, its exit is the most frequent one.
    """
    found = same_of_seeds(runs, lambda trade: (minute_of(trade.entered_at), trade.side))
    trades = (_averaged(list(of_seeds.values()), len(runs)) for of_seeds in found)
    return tuple(sorted(trades, key=lambda trade: trade.entered_at))


def _averaged(same: Sequence[LabTrade], seeds: int) -> LabTrade:
    rs, costs = [each.r for each in same], [each.cost_r for each in same if each.cost_r is not None]
    return msgspec.structs.replace(
        same[0],
        r=fmean(rs),
        cost_r=fmean(costs) if len(costs) == len(same) else None,
        exit=Counter(each.exit for each in same).most_common(1)[0][0],
        weight=len(same) / seeds,
        depends_on_path=max(rs) - min(rs) > DIFFERS_BY_R if len(same) > 1 else None,
    )
