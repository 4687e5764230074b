"""Judges a closed candle by the four layers, for BUY and for SELL."""

from __future__ import annotations

import msgspec

from config.settings import SymbolRules
from engine.conditions.confluence import ConfluenceScore
from engine.conditions.facing import Facing, facing_buy, facing_sell
from engine.conditions.idea import IdeaMaker, signal_id
from engine.conditions.layers import verdict
from engine.conditions.location import LocationEdges, is_inside_band
from engine.conditions.pre_trade import PreTradeFilter
from engine.conditions.signal_checks import SignalChecks
from engine.conditions.signals import SignalDetectors
from engine.domain.judgement import Explanation, Judgement, Layer, LayerChecks, LiveState, Setup, SideJudgement
from engine.domain.market import Instrument
from engine.domain.snapshot import MarketSnapshot


class _Alike(msgspec.Struct, frozen=True, gc=False):
    """What is the same for both sides: the verdict of layer 1, the micro band, points for VWAP, volatility, session."""

    reason: str | None
    failures: int
    is_in_band: bool
    points: tuple[float, float, float]


class Evaluator:
    """The strategy's opinion on one instrument. It remembers nothing: the same snapshot is judged the same way.

    `evaluate` is made for every candle and only decides; `explain` measures every check, for the user who looks.
    """

    def __init__(self, instrument: Instrument, rules: SymbolRules) -> None:
        signals = rules.candle_signals
        self._tick_size = instrument.tick_size
        self._pre_trade = PreTradeFilter(rules)
        self._location = LocationEdges(rules.location_filter)
        self._signals = SignalDetectors(signals)
        self._signal_checks = SignalChecks(signals, self._signals)
        self._confluence = ConfluenceScore(rules.confluence_scoring)
        self._ideas = IdeaMaker(rules)
        self._min_primary = signals.min_primary
        self._min_secondary = signals.min_secondary

    def evaluate(self, snapshot: MarketSnapshot, live: LiveState | None = None) -> Judgement:
        """Judges both sides. Checks of the present moment (age of the data, locks) are made only with `live`."""
        candle = snapshot.candle
        reason, failures = verdict(self._pre_trade.checks(snapshot, live))
        is_in_band = is_inside_band(snapshot)
        points = self._confluence.points_alike(snapshot, is_in_band=is_in_band)
        alike = _Alike(reason, failures, is_in_band, points)
        body = self._body(snapshot)
        buy = self._judge(snapshot, alike, facing_buy(snapshot, body))
        sell = self._judge(snapshot, alike, facing_sell(snapshot, body))
        setup = self._setup(snapshot, buy, sell) if buy.reason is None or sell.reason is None else None
        return Judgement(symbol=candle.symbol, candle_time=candle.opened_at, buy=buy, sell=sell, setup=setup)

    def explain(self, snapshot: MarketSnapshot, live: LiveState | None = None) -> Explanation:
        """The same judgement with every check of both sides, its value, its limit and its distance to passing."""
        judgement = self.evaluate(snapshot, live)
        pre_trade = LayerChecks(Layer.PRE_TRADE, self._pre_trade.checks(snapshot, live), ())
        body = self._body(snapshot)
        buy = self._explain(snapshot, facing_buy(snapshot, body), judgement.buy)
        sell = self._explain(snapshot, facing_sell(snapshot, body), judgement.sell)
        return Explanation(judgement=judgement, buy=(pre_trade, *buy), sell=(pre_trade, *sell))

    def _body(self, snapshot: MarketSnapshot) -> float:
        body = abs(snapshot.candle.close - snapshot.candle.open)
        return body if body > self._tick_size else self._tick_size  # noqa: FURB136

    def _judge(self, snapshot: MarketSnapshot, alike: _Alike, facing: Facing) -> SideJudgement:
        edges = self._location.found(facing, snapshot, is_in_band=alike.is_in_band)
        primary, secondary = self._signals.primary(facing, snapshot), self._signals.secondary(facing, snapshot)
        points, score = self._confluence.points(facing, len(edges), alike.points)
        location = signals = confluence = None
        failures = alike.failures
        if not edges:
            location, failures = "edges", failures + 1
        if len(secondary) < self._min_secondary:
            signals, failures = "secondary_signals", failures + 1
        if len(primary) < self._min_primary:
            signals, failures = "primary_signals", failures + 1
        if not self._confluence.is_enough(score):
            confluence, failures = "score_min", failures + 1
        reason = alike.reason or location or signals or confluence
        return SideJudgement(
            side=facing.side,
            pre_trade=alike.reason,
            location=location,
            signals=signals,
            confluence=confluence,
            edges=edges,
            primary=primary,
            secondary=secondary,
            points=points,
            score=score,
            is_a_plus=reason is None and self._confluence.is_a_plus(score),
            reason=reason,
            near_miss=reason if failures == 1 else None,
        )

    def _explain(
        self, snapshot: MarketSnapshot, facing: Facing, judgement: SideJudgement
    ) -> tuple[LayerChecks, LayerChecks, LayerChecks]:
        return (
            self._location.checks(facing, snapshot),
            self._signal_checks.checks(facing, snapshot),
            self._confluence.checks(facing.side, judgement.score),
        )

    def _setup(self, snapshot: MarketSnapshot, buy: SideJudgement, sell: SideJudgement) -> Setup | None:
        """The side that passes; of two the one with the higher score, and neither where they are level."""
        passing = [side for side in (buy, sell) if side.reason is None]
        if len(passing) == 2 and buy.score == sell.score:
            return None
        chosen = max(passing, key=lambda side: side.score)
        candle, idea = snapshot.candle, self._ideas.idea(snapshot, chosen.side)
        if idea is None:
            return None
        return Setup(
            signal_id=signal_id(candle, chosen),
            symbol=candle.symbol,
            side=chosen.side,
            candle_time=candle.opened_at,
            known_at=candle.closed_at,
            score=chosen.score,
            is_a_plus=chosen.is_a_plus,
            edges=chosen.edges,
            signals=(*chosen.primary, *chosen.secondary),
            idea=idea,
        )
