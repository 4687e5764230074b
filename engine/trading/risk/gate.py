"""The one door to the broker: every limit in a fixed order, on the desk of this moment."""

from __future__ import annotations

from datetime import timedelta

from config.settings import SymbolRules
from config.trading import RiskMitigation
from engine.domain.risk import Denial, DeskState, OrderProposal
from engine.trading.risk.limits import (
    AuthorityLimit,
    CloseLimit,
    ConnectionLimit,
    DriftLimit,
    FlattenLimit,
    FrequencyLimit,
    FreshnessLimit,
    LatencyLimit,
    Limit,
    LockLimit,
    LossLimit,
    MarginLimit,
    PositionsLimit,
    SignalLimit,
    SpreadLimit,
    StopDistanceLimit,
    TermsLimit,
    VolumeLimit,
)


class RiskGate:
    """Says no with a name, or nothing; decides on the values it is given and remembers none of them."""

    def __init__(self, rules: SymbolRules, risk: RiskMitigation) -> None:
        filters = rules.pre_trade_filters
        self._limits: tuple[Limit, ...] = (
            AuthorityLimit(),
            FlattenLimit(),
            ConnectionLimit(),
            TermsLimit(),
            SignalLimit(),
            LockLimit(),
            CloseLimit(),
            FreshnessLimit(timedelta(seconds=filters.max_quote_age_seconds)),
            SpreadLimit(filters.spread),
            DriftLimit(risk),
            LatencyLimit(risk),
            PositionsLimit(risk),
            FrequencyLimit(risk),
            LossLimit(risk),
            VolumeLimit(risk),
            StopDistanceLimit(),
            MarginLimit(),
        )

    def check(self, proposal: OrderProposal, state: DeskState) -> Denial | None:
        """The first objection, or None: the order may be sent now."""
        for limit in self._limits:
            if (denial := limit.check(proposal, state)) is not None:
                return denial
        return None

    def objections(self, proposal: OrderProposal, state: DeskState) -> tuple[Denial, ...]:
        """The objection of every limit that has one, in order: the preview beside a proposal."""
        found = (limit.check(proposal, state) for limit in self._limits)
        return tuple(denial for denial in found if denial is not None)
