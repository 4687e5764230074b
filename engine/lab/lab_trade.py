"""A trade of the lab, its R averaged over the seeds."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from engine.domain.market import Session, Side
from engine.domain.orders import ExitReason


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
