"""Judges a closed candle by the four layers, for BUY and for SELL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from config.settings import SymbolRules
from engine.conditions.compiling import compiled
from engine.conditions.condition import Condition
from engine.conditions.expression import Symbol
from engine.conditions.facing import OF_A_CANDLE, Facing, facings_of_symbols, moment_of
from engine.conditions.idea import IdeaMaker, signal_id
from engine.conditions.layers import DECIDING, DECIDING_NAMES, checks_of_pre_trade, checks_of_side, failed, outcome
from engine.conditions.location import EDGES
from engine.conditions.pre_trade import LIVE, PRE_TRADE
from engine.conditions.signals import PRIMARY, SECONDARY
from engine.domain.judgement import Explanation, Judgement, LiveState, Setup, SideJudgement
from engine.domain.market import Instrument, Side
from engine.domain.snapshot import MarketSnapshot


def _subsets(conditions: Sequence[Condition]) -> tuple[tuple[str, ...], ...]:
    """The names of conditions, in their fixed order, by the bits that tell which of them are meant."""
    numbered = list(enumerate(conditions))
    return tuple(tuple(each.name for bit, each in numbered if bits >> bit & 1) for bits in range(1 << len(numbered)))


_EDGES, _PRIMARY, _SECONDARY = map(_subsets, (EDGES, PRIMARY, SECONDARY))
_BEFORE = tuple(names[0] if names else None for names in _subsets((*PRE_TRADE, *LIVE)))
"""By the bits of what fails in layer 1, the first of it."""
_MISSING = tuple(
    tuple(next((name for name in names if name in layer), None) for layer in DECIDING_NAMES)
    for names in _subsets(DECIDING)
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
        candle, moment = snapshot.candle, moment_of(snapshot, live)
        before, of_buy, of_sell = self._judge(snapshot, moment.spread, moment.spread_ratio)
        if live is not None:
            before |= failed(LIVE, moment, self._rules) << len(PRE_TRADE)
        buy, sell = self._side(Side.BUY, before, of_buy), self._side(Side.SELL, before, of_sell)
        setup = self._setup(snapshot, buy, sell) if buy.reason is None or sell.reason is None else None
        return Judgement(symbol=candle.symbol, candle_time=candle.opened_at, buy=buy, sell=sell, setup=setup)

    def explain(self, snapshot: MarketSnapshot, live: LiveState | None = None) -> Explanation:
        """The same judgement with every check of both sides, its value, its limit and its distance to passing."""
        judgement, moment, rules = self.evaluate(snapshot, live), moment_of(snapshot, live), self._rules
        buy, sell = (Facing(side, snapshot, self._tick_size, moment) for side in Side)
        pre_trade = checks_of_pre_trade(buy, None if live is None else moment, rules)
        return Explanation(
            judgement=judgement,
            buy=(pre_trade, *checks_of_side(buy, judgement.buy, rules)),
            sell=(pre_trade, *checks_of_side(sell, judgement.sell, rules)),
        )

    def _side(self, side: Side, before: int, found: tuple[Any, ...]) -> SideJudgement:
        edges, primary, secondary, missing, points, score = found
        pre_trade, (location, signals, confluence) = _BEFORE[before], _MISSING[missing]
        reason = pre_trade or location or signals or confluence
        return SideJudgement(
            side=side,
            pre_trade=pre_trade,
            location=location,
            signals=signals,
            confluence=confluence,
            edges=_EDGES[edges],
            primary=_PRIMARY[primary],
            secondary=_SECONDARY[secondary],
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


@cache
def _compiled() -> Callable[[SymbolRules, float], Callable[..., Any]]:
    """Makes for rules and a tick size the function of a candle that decides about both sides."""
    rules: Any = Symbol("rules")
    facings = facings_of_symbols(Symbol("tick_size"))
    outcomes = ([*outcome(facing, rules)] for facing in facings.values())
    return compiled("rules, tick_size", OF_A_CANDLE, [failed(PRE_TRADE, facings[Side.BUY], rules), *outcomes])
