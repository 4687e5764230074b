"""Drift: whether live results still are what the lab says, and the lab's results what the evidence said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final, NamedTuple

from engine.domain.market import Side, minute_of
from engine.lab.lab_trade import LabTrade
from engine.statistics.seeds import same_of_seeds

_LIVE: Final = 0
_LAB: Final = 1


class LiveTrade(NamedTuple):
    """What drift needs of a trade on the account."""

    day: date
    entered_at: datetime
    side: Side
    r: float


class DayDifference(NamedTuple):
    """Live minus lab of one trade in R, or of a trade that only one of them has, which counts against 0."""

    day: date
    r: float


def differences(live: Sequence[LiveTrade], lab: Sequence[LabTrade]) -> tuple[DayDifference, ...]:
    """Live minus lab of all trades of the same days, in order of entry; those of one minute and side are the same."""
    runs: tuple[Sequence[LiveTrade | LabTrade], ...] = (live, lab)
    pairs = sorted(same_of_seeds(runs, _minute_and_side), key=_entered_at)
    return tuple(
        DayDifference(
            day=next(iter(pair.values())).day,
            r=(pair[_LIVE].r if _LIVE in pair else 0.0) - (pair[_LAB].r if _LAB in pair else 0.0),
        )
        for pair in pairs
    )


def _minute_and_side(trade: LiveTrade | LabTrade) -> tuple[datetime, Side]:
    return minute_of(trade.entered_at), trade.side


def _entered_at(pair: dict[int, LiveTrade | LabTrade]) -> datetime:
    return min(trade.entered_at for trade in pair.values())
