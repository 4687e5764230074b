"""What a practice session is worth: figures with their intervals, trades on known parts apart."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from engine.domain.fills import FillModel
from engine.domain.market import Session
from engine.domain.practice import PracticeSession, PracticeTrade, RuleCounts, Stretch
from engine.domain.trade_facts import TradeFacts
from engine.practice.session import seen_in
from engine.statistics.figures import Figures, by_fill_model, counted, figures_of


class FillsScore(msgspec.Struct, frozen=True, kw_only=True):
    """Results of trades of one fill model: on parts played for the `first` time, and on parts `seen` before."""

    fills: FillModel | None
    first: Figures
    seen: Figures


class PracticeScore(msgspec.Struct, frozen=True, kw_only=True):
    """The score of a session; trades of different fill models are never counted together."""

    by_fills: tuple[FillsScore, ...]
    rules: RuleCounts


def score_of(session: PracticeSession) -> PracticeScore:
    """Counts a session. Not for the event loop: intervals are resampled."""
    first, seen = (
        figures_by_fills(each for each in session.trades if each.is_seen is is_seen) for is_seen in (False, True)
    )
    nothing = figures_of(())
    return PracticeScore(
        by_fills=tuple(
            FillsScore(fills=model, first=first.get(model) or nothing, seen=seen.get(model) or nothing)
            for model in (None, *FillModel)
            if model in first or model in seen
        ),
        rules=session.rules,
    )


def figures_by_fills(trades: Iterable[PracticeTrade]) -> dict[FillModel | None, Figures]:
    """The figures of the trades of each fill model."""
    return {model: figures_of(facts) for model, facts in by_fill_model(counted(map(_facts, trades))).items()}


def fresh_parts(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """The parts of the market that were played for the first time, in the order in which they were played."""
    parts: list[Stretch] = []
    before: list[Stretch] = []
    for stretch in stretches:
        begins_at = stretch.begins_at
        for seen in seen_in(tuple(before)):
            if seen.ends_at <= begins_at or seen.begins_at >= stretch.ends_at:
                continue
            if seen.begins_at > begins_at:
                parts.append(Stretch(begins_at, seen.begins_at))
            begins_at = min(seen.ends_at, stretch.ends_at)
        if begins_at < stretch.ends_at:
            parts.append(Stretch(begins_at, stretch.ends_at))
        before.append(stretch)
    return tuple(parts)


def _facts(one: PracticeTrade) -> TradeFacts:
    return TradeFacts(trade=one.trade, run="", session=Session.OFF)
