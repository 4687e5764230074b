"""Judgements and explanations for tests of the panel, the signal history and the notices."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from config.settings import SymbolRules
from engine.domain.judgement import Check, Explanation, Judgement, LiveState
from engine.domain.market import Side
from engine.domain.messages.engine import CandleClosed, CandleRecalled
from engine.domain.snapshot import MarketSnapshot
from gui.features.chart.model.chart import ChartModel
from gui.features.conditions.model.conditions import ConditionsModel
from gui.features.conditions.model.summary import CheckRow, ConditionsSummary, read
from tests.builders import GOLD, candle
from tests.conditions.markets import NOW, RULES, a_setup, explained, judged
from tests.gui.chart.builders import snapshot

NOWHERE: dict[str, Any] = {"vwap": 2050.0, "band_low": 2049.0, "band_high": 2051.0}
"""VWAP far away: the one edge of the setup is gone."""
QUIET = replace(NOW, volume=1.0)
"""The candle of the setup without the volume that was its one secondary signal."""
FRESH = LiveState(quote_age_s=0.5, spread=0.2)


def setup_for(side: Side, **changes: Any) -> Explanation:
    """`side` passes all layers, the other one lacks a primary signal."""
    return explained(side, a_setup(**changes), RULES, FRESH)


def one_gate_away(side: Side) -> Explanation:
    """`side` lacks a secondary signal and nothing else."""
    return setup_for(side, candle=QUIET)


def judgement_at(minute: int, side: Side = Side.BUY, **changes: Any) -> Judgement:
    """A setup on the candle of that minute, or what the changes make of it."""
    opened_at = candle(minute).opened_at
    judgement = judged(side, a_setup(**changes))
    setup = judgement.setup
    return replace(judgement, candle_time=opened_at, setup=setup and replace(setup, candle_time=opened_at))


def summary_of(explanation: Explanation) -> ConditionsSummary:
    return read(explanation, RULES.confluence_scoring, GOLD.digits)


def row(summary: ConditionsSummary, side: Side, name: str) -> CheckRow:
    """The row of one check."""
    layers = (summary.pre_trade, *(summary.buy if side is Side.BUY else summary.sell).layers)
    return next(check for layer in layers for check in layer.checks if check.name == name)


def a_check(name: str, value: float | None, limit: float | None, *, unit: str = "price", **fields: Any) -> Check:
    return Check(name, None, fields.get("is_passed", False), value, limit, unit, fields.get("case", "above"))


class Asked:
    """A panel's model on a chart of candles from Monday's start, and what it asked the engine."""

    def __init__(self, candles: int = 20, rules: SymbolRules | None = RULES) -> None:
        self.chart = ChartModel(GOLD)
        self.chart.append([snapshot(minute) for minute in range(candles)])
        self.model = ConditionsModel(self.chart, rules)
        self.commands: list[object] = []
        self.model.commanded.connect(self.commands.append)

    def frame(self) -> list[object]:
        """What is asked by the end of a frame."""
        self.commands.clear()
        self.model.ask()
        return list(self.commands)


def recalled(minute: int, side: Side = Side.BUY) -> CandleRecalled:
    """The engine's answer about the candle of that minute: a setup of `side`."""
    found: MarketSnapshot = replace(a_setup(), candle=replace(NOW, opened_at=candle(minute).opened_at))
    explanation = explained(side, found)
    return CandleRecalled(CandleClosed(found, explanation.judgement), explanation)
