"""Whether results drift: live ones away from the lab's, and the lab's away from what the evidence said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

import msgspec

from engine.domain.orders import ExitReason
from engine.domain.trade_facts import TradeFacts
from engine.lab.drift import LiveTrade, differences
from engine.lab.lab_trade import LabTrade
from engine.statistics.bootstrap import ordinals
from engine.statistics.cusum import Cusum, fitted_cusum
from engine.trading.plans.planner import SCANNER

_BY_HAND: Final = (
    *(ExitReason.MANUAL, ExitReason.FLATTEN, ExitReason.JUMP),
    *(ExitReason.BY_HAND, ExitReason.PAPER_ENDED),
)


class Drifting(msgspec.Struct, frozen=True, kw_only=True):
    """A CUSUM after the newest trade: `s` grows while results stay below what they are compared with.

    None where there are too few days to say when it should alarm.
    """

    s: float | None
    threshold: float | None
    is_alarm: bool
    trades: int


class Drift(msgspec.Struct, frozen=True, kw_only=True):
    """Both comparisons of the trades since a day."""

    since: date
    live_minus_lab: Drifting
    lab_minus_evidence: Drifting


def live_trades(facts: Iterable[TradeFacts], symbol: str) -> list[LiveTrade]:
    """Trades of an account that the desk entered and left by itself: those of users are no evidence of settings."""
    return [
        LiveTrade(each.trade.trading_day, each.trade.entered_at, each.trade.side, each.trade.r)
        for each in facts
        if each.trade.symbol == symbol
        and not each.run
        and each.created_by == SCANNER
        and not (each.is_edited or each.trade.is_touched)
        and each.trade.reason not in _BY_HAND
        and each.trade.r is not None
    ]


def drift(live: Sequence[LiveTrade], lab: Sequence[LabTrade], since: date) -> Drift:
    """Compares the trades after `since`; what the lab's settings brought up to then is the evidence.

    Live trades are compared with the lab's only on days on which the desk traded.
    """
    before, after = ([trade for trade in lab if (trade.day > since) is is_after] for is_after in (False, True))
    recent = [trade for trade in live if trade.day > since]
    days = {trade.day for trade in recent}
    missed = differences(recent, [trade for trade in after if trade.day in days])
    values, blocks = [each.r for each in missed], ordinals([each.day for each in missed])
    evidence = fitted_cusum([trade.r for trade in before], ordinals([trade.day for trade in before]))
    return Drift(
        since=since,
        live_minus_lab=_drifting(fitted_cusum(values, blocks, 0.0), values),
        lab_minus_evidence=_drifting(evidence, [trade.r for trade in after]),
    )


def _drifting(cusum: Cusum | None, values: Sequence[float]) -> Drifting:
    if cusum is None:
        return Drifting(s=None, threshold=None, is_alarm=False, trades=len(values))
    path = cusum.path(values)
    return Drifting(
        s=path[-1] if path else 0.0,
        threshold=cusum.threshold,
        is_alarm=any(map(cusum.is_alarm, path)),
        trades=len(values),
    )
