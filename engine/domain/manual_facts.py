"""Events that only the journal receives, of what the user does manually; kept like those of `engine.domain.facts`."""

from __future__ import annotations

from typing import ClassVar

from engine.domain.exit_rules import KeptRules
from engine.domain.facts import Fact
from engine.domain.plan import TradePlan


class ProposalEdited(Fact, frozen=True):
    """The user changed the levels or the volume of a proposal; the plan keeps what was proposed."""

    columns: ClassVar[tuple[str, ...]] = ("plan",)
    plan: TradePlan
    by: str
    stop_loss: float
    take_profit: float
    volume: float


class ExitRulesKept(Fact, frozen=True):
    """The exit rules that the user switched, by position, until the positions are gone."""

    rules: tuple[KeptRules, ...]
