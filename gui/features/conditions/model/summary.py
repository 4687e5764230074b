"""A judgement as the user reads it: both sides, their score, and every check with its state in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from config.conditions import ConfluenceScoring
from config.words import capitalised
from engine.conditions.catalogue import LAYER_TITLES, headline, sentence, title
from engine.conditions.pre_trade import LIVE
from engine.domain.judgement import Check, Explanation, Layer, LayerChecks, SideJudgement, TradeIdea
from engine.domain.market import Side
from gui.features.chart.model.readout import price_text
from gui.features.conditions.model.numbers import Gauge, gauge, numbers

_UNKNOWN_CASES = frozenset({"unknown", "not_ready", "no_quote", "no_spread"})


class State(Enum):
    """How a check came out: an icon and a word, so that colours are not needed."""

    PASS = ("✓", "pass")
    FAIL = ("✗", "fail")
    COUNTS = ("●", "met")
    ABSENT = ("○", "not met")
    UNKNOWN = ("?", "unknown")
    LIVE_ONLY = ("·", "live only")
    NOT_AVAILABLE = ("–", "n/a")

    @property
    def icon(self) -> str:
        return self.value[0]

    @property
    def word(self) -> str:
        return self.value[1]


class Standing(Enum):
    """What a side amounts to."""

    SETUP = "Setup"
    A_PLUS = "A+ setup"
    TIED = "Tied"
    OUTSCORED = "Outscored"
    ONE_GATE_AWAY = "1 condition missing"
    HELD_BACK = "Blocked"


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One row. `decides` where it is the first failing check of the first failing layer."""

    name: str
    title: str
    state: State
    numbers: str
    gauge: Gauge | None
    decides: bool
    check: Check | None

    @property
    def sentence(self) -> str:
        """How the check came out, made when the user asks."""
        if self.check is None:
            return f"{self.title}: checked on the live candle only"
        return f"{self.title}: {sentence(self.check)}"


@dataclass(frozen=True, slots=True)
class LayerSummary:
    """A layer's checks, the deciding ones first."""

    number: int
    title: str
    is_passed: bool
    checks: tuple[CheckRow, ...]


@dataclass(frozen=True, slots=True)
class ScoreSummary:
    """The score with its parts (name and points) and what it takes; `most` is the cap."""

    score: float
    parts: tuple[tuple[str, float], ...]
    trade_from: float
    a_plus_from: float
    maximum: float


@dataclass(frozen=True, slots=True)
class SideSummary:
    """One side: what it amounts to, one plain sentence, the score, and the layers that are its own (2 to 4)."""

    side: Side
    standing: Standing
    stopped_at: str
    headline: str
    score: ScoreSummary
    layers: tuple[LayerSummary, ...]


@dataclass(frozen=True, slots=True)
class IdeaSummary:
    """The trade idea of a setup in words; `stop_note` states its stop in average M1 ranges."""

    side: Side
    entry: str
    stop: str
    target: str
    stop_note: str
    is_stop_short: bool


@dataclass(frozen=True, slots=True)
class ConditionsSummary:
    """Everything the panel says of one candle. Layer 1 is the same for both sides."""

    candle_time: datetime
    pre_trade: LayerSummary
    buy: SideSummary
    sell: SideSummary
    idea: IdeaSummary | None
    idea_missing: str


def read(explanation: Explanation, scoring: ConfluenceScoring, digits: int) -> ConditionsSummary:
    """Puts an explanation into words; prices with `digits` decimals."""
    judgement = explanation.judgement
    buy, sell = (_side(explanation, side, scoring, digits) for side in Side)
    setup = judgement.setup
    return ConditionsSummary(
        candle_time=judgement.candle_time,
        pre_trade=_with_live_only(_layer(explanation.buy[0], judgement.buy, digits)),
        buy=buy,
        sell=sell,
        idea=None if setup is None else _idea(setup.idea, digits),
        idea_missing="both sides pass with the same score: no setup"
        if judgement.is_tied
        else "no setup on this candle",
    )


def _side(explanation: Explanation, side: Side, scoring: ConfluenceScoring, digits: int) -> SideSummary:
    verdict = explanation.judgement.of(side)
    words, failed = headline(explanation, side), verdict.failed_layer
    return SideSummary(
        side=side,
        standing=_standing(explanation, side),
        stopped_at="" if failed is None else LAYER_TITLES[failed],
        headline=capitalised(words),
        score=_score(verdict, scoring),
        layers=tuple(_layer(layer, verdict, digits) for layer in explanation.of(side)[1:]),
    )


def _standing(explanation: Explanation, side: Side) -> Standing:
    judgement = explanation.judgement
    verdict = judgement.of(side)
    if verdict.near_miss is not None:
        return Standing.ONE_GATE_AWAY
    if not verdict.is_passed:
        return Standing.HELD_BACK
    if judgement.is_tied:
        return Standing.TIED
    if judgement.setup is None or judgement.setup.side is not side:
        return Standing.OUTSCORED
    return Standing.A_PLUS if verdict.is_a_plus else Standing.SETUP


def _score(verdict: SideJudgement, scoring: ConfluenceScoring) -> ScoreSummary:
    points = verdict.points
    parts = (
        *(("wick", points.wick), ("VWAP", points.vwap), ("edges", points.edges)),
        *(("volatility", points.volatility), ("session", points.session)),
    )
    return ScoreSummary(verdict.score, parts, scoring.min_score, scoring.a_plus_score, scoring.max_score)


def _layer(layer: LayerChecks, verdict: SideJudgement, digits: int) -> LayerSummary:
    is_decider = verdict.failed_layer is layer.layer
    first_failed = next((check for check in layer.deciding if not check.is_passed), None)
    deciding = (
        _check(check, _deciding_state(check), digits, decides=is_decider and check is first_failed)
        for check in layer.deciding
    )
    evidence = (_check(check, _evidence_state(check), digits) for check in layer.evidence)
    number = list(Layer).index(layer.layer) + 1
    return LayerSummary(number, LAYER_TITLES[layer.layer], layer.is_passed, (*deciding, *evidence))


def _with_live_only(layer: LayerSummary) -> LayerSummary:
    """The rows of the present moment keep their place where a past candle is shown, so that nothing jumps."""
    names = {check.name for check in layer.checks}
    absent = tuple(
        CheckRow(each.name, title(each.name), State.LIVE_ONLY, "", None, False, None)
        for each in LIVE
        if each.name not in names
    )
    return LayerSummary(layer.number, layer.title, layer.is_passed, layer.checks + absent)


def _check(check: Check, state: State, digits: int, *, decides: bool = False) -> CheckRow:
    return CheckRow(check.name, title(check.name), state, numbers(check, digits), gauge(check), decides, check)


def _deciding_state(check: Check) -> State:
    if not check.is_passed:
        return State.FAIL
    return State.UNKNOWN if check.case in _UNKNOWN_CASES else State.PASS


def _evidence_state(check: Check) -> State:
    if check.is_passed:
        return State.COUNTS
    if check.case == "no_volume":
        return State.NOT_AVAILABLE
    return State.UNKNOWN if check.case in _UNKNOWN_CASES else State.ABSENT


def _idea(idea: TradeIdea, digits: int) -> IdeaSummary:
    note = f"stop is {idea.stop_in_ranges:.2f} average M1 ranges"
    if idea.is_stop_inside_one_candle:
        note = f"stop is only {idea.stop_in_ranges:.2f} of an average M1 range: one candle can reach it"
    if not idea.is_spread_known:
        note += "; spread unknown"
    return IdeaSummary(
        side=idea.side,
        entry=price_text(idea.entry, digits),
        stop=f"{price_text(idea.stop_loss, digits)} ({price_text(idea.stop_distance, digits)})",
        target=f"{price_text(idea.take_profit, digits)} ({price_text(idea.target_distance, digits)})",
        stop_note=note,
        is_stop_short=idea.is_stop_inside_one_candle,
    )
