"""Judges a closed candle by the four layers, for BUY and for SELL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from config.settings import SymbolRules
from engine.conditions.condition import Condition
from engine.conditions.expression import Symbol, compiled
from engine.conditions.facing import Facing, at_live_spread, facings_of_symbol
from engine.conditions.idea import IdeaMaker, signal_id
from engine.conditions.layers import DECIDING, OF_SIDE, Outcome, checks, failed, layers_of_side, outcome
from engine.conditions.location import EDGES
from engine.conditions.pre_trade import LIVE, PRE_TRADE
from engine.conditions.signals import PRIMARY, SECONDARY
from engine.domain.judgement import Explanation, Judgement, Layer, LayerChecks, LiveState, Setup, SideJudgement
from engine.domain.market import Instrument, Side
from engine.domain.snapshot import MarketSnapshot


def names_by_bits(conditions: Sequence[Condition]) -> tuple[tuple[str, ...], ...]:
    """The names of conditions, in their fixed order, by the bits that select them."""
    numbered = list(enumerate(conditions))
    return tuple(tuple(each.name for bit, each in numbered if bits >> bit & 1) for bits in range(1 << len(numbered)))


EDGE_NAMES, PRIMARY_NAMES, SECONDARY_NAMES = map(names_by_bits, (EDGES, PRIMARY, SECONDARY))
_BEFORE = tuple(names[0] if names else None for names in names_by_bits((*PRE_TRADE, *LIVE)))
"""By the bits of what fails in layer 1, the first of it."""
_MISSING = tuple(
    tuple(next((each.name for each in deciding if each.name in names), None) for _, deciding, _ in OF_SIDE)
    for names in names_by_bits(DECIDING)
)
"""By the bits of what fails in `DECIDING`, the first of each of layers 2 to 4."""


class Evaluator:
    """The strategy's opinion on one instrument. It remembers nothing: the same snapshot is judged the same way.

    `evaluate` is made for every candle and only decides; `explain` measures every check, for the user who looks.
    """

    def __init__(self, instrument: Instrument, rules: SymbolRules) -> None:
        self._tick_size, self._rules = instrument.tick_size, rules
        self._judge = _compiled()(rules, instrument.tick_size)
        self._a_plus_score = rules.confluence_scoring.a_plus_score
        self._ideas = IdeaMaker(rules)

    def evaluate(self, snapshot: MarketSnapshot, live: LiveState | None = None) -> Judgement:
        """Judges both sides. Checks of the present moment (age of the data, locks) are made only with `live`."""
        candle = snapshot.candle
        before, of_buy, of_sell = self._judge(at_live_spread(snapshot, live))
        if live is not None:
            before |= failed(LIVE, live, self._rules) << len(PRE_TRADE)
        buy, sell = self._side(Side.BUY, before, of_buy), self._side(Side.SELL, before, of_sell)
        setup = self._setup(snapshot, buy, sell) if buy.reason is None or sell.reason is None else None
        return Judgement(symbol=candle.symbol, candle_time=candle.opened_at, buy=buy, sell=sell, setup=setup)

    def explain(self, snapshot: MarketSnapshot, live: LiveState | None = None) -> Explanation:
        """The same judgement with every check of both sides, its value, its limit and its distance to passing."""
        seen, rules = at_live_spread(snapshot, live), self._rules
        _, of_buy, of_sell = self._judge(seen)
        buy, sell = (Facing(side, seen, self._tick_size) for side in Side)
        now = () if live is None else checks(LIVE, Side.BUY, live, rules)
        pre_trade = LayerChecks(Layer.PRE_TRADE, (*checks(PRE_TRADE, Side.BUY, buy, rules), *now), ())
        return Explanation(
            judgement=self.evaluate(snapshot, live),
            buy=(pre_trade, *layers_of_side(buy, Outcome(*of_buy[:-1]), Side.BUY, rules)),
            sell=(pre_trade, *layers_of_side(sell, Outcome(*of_sell[:-1]), Side.SELL, rules)),
        )

    def _side(self, side: Side, before: int, found: tuple[Any, ...]) -> SideJudgement:
        edges, primary, secondary, points, score, missing = found
        pre_trade, (location, signals, confluence) = _BEFORE[before], _MISSING[missing]
        reason = pre_trade or location or signals or confluence
        return SideJudgement(
            side=side,
            pre_trade=pre_trade,
            location=location,
            signals=signals,
            confluence=confluence,
            edges=EDGE_NAMES[edges],
            primary=PRIMARY_NAMES[primary],
            secondary=SECONDARY_NAMES[secondary],
            points=points,
            score=score,
            is_a_plus=reason is None and score >= self._a_plus_score,
            reason=reason,
            near_miss=reason if before.bit_count() + missing.bit_count() == 1 else None,
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
        signals = (*chosen.primary, *chosen.secondary)
        return Setup(
            signal_id=signal_id(candle.symbol, chosen.side, candle.opened_at, signals),
            symbol=candle.symbol,
            side=chosen.side,
            candle_time=candle.opened_at,
            known_at=candle.closed_at,
            score=chosen.score,
            is_a_plus=chosen.is_a_plus,
            edges=chosen.edges,
            signals=signals,
            idea=idea,
        )


@cache
def _compiled() -> Callable[[SymbolRules, float], Callable[..., Any]]:
    """Makes for rules and a tick size the function of a candle that decides about both sides."""
    rules: Any = Symbol("rules")
    facings = facings_of_symbol("snapshot", Symbol("tick_size"))
    outcomes = (outcome(facing, rules) for facing in facings.values())
    of_sides = ([*found, failed(DECIDING, found, rules)] for found in outcomes)
    return compiled("rules, tick_size", "snapshot", [failed(PRE_TRADE, facings[Side.BUY], rules), *of_sides])
