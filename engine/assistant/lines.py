"""Conditions, levels and setups as lines of an answer."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from engine.conditions.catalogue import LAYER_TITLES, headline, sentence, title
from engine.domain.judgement import Check, Explanation, LayerChecks, Setup
from engine.domain.market import Side
from engine.domain.snapshot import MarketSnapshot

Symbol = Annotated[str, Meta(min_length=1, max_length=64, description="as list_symbols names it")]


class CheckLine(msgspec.Struct, frozen=True, kw_only=True):
    """One check: `value` against `limit`, both in `unit`; None where there is nothing to measure."""

    name: str
    title: str
    is_passed: bool
    value: float | None
    limit: float | None
    unit: str
    sentence: str


class LayerLines(msgspec.Struct, frozen=True, kw_only=True):
    """One of the four layers: every deciding check must pass; some of them count the evidence."""

    layer: str
    title: str
    is_passed: bool
    deciding: tuple[CheckLine, ...]
    evidence: tuple[CheckLine, ...]


class SideLines(msgspec.Struct, frozen=True, kw_only=True):
    """One side: what decided in words, its score of 8, and what is missing for a setup."""

    side: Side
    is_passed: bool
    headline: str
    score: float
    missing: tuple[str, ...]
    layers: tuple[LayerLines, ...]


class Idea(msgspec.Struct, frozen=True, kw_only=True):
    """A setup and where it would enter and leave, in price units; it lives until the next candle closes."""

    side: Side
    score: float
    is_a_plus: bool
    signals: tuple[str, ...]
    key_levels: tuple[str, ...]
    entry: float
    stop_loss: float
    take_profit: float
    signal_id: str


class Levels(msgspec.Struct, frozen=True, kw_only=True):
    """What is known at the close of the newest candle, in price units; None before it is warmed up."""

    close: float
    vwap: float | None
    vwap_band_low: float | None
    vwap_band_high: float | None
    atr1: float | None
    atr14: float | None
    average_range: float | None
    day_high: float | None
    day_low: float | None
    prior_day_high: float | None
    prior_day_low: float | None
    prior_session_high: float | None
    prior_session_low: float | None
    equal_highs: tuple[float, ...]
    equal_lows: tuple[float, ...]


def levels_of(snapshot: MarketSnapshot) -> Levels:
    return Levels(
        close=snapshot.candle.close,
        vwap=snapshot.vwap,
        vwap_band_low=snapshot.band_low,
        vwap_band_high=snapshot.band_high,
        atr1=snapshot.atr1,
        atr14=snapshot.atr14,
        average_range=snapshot.range_avg,
        day_high=snapshot.day_high,
        day_low=snapshot.day_low,
        prior_day_high=snapshot.prior_day_high,
        prior_day_low=snapshot.prior_day_low,
        prior_session_high=snapshot.prior_session_high,
        prior_session_low=snapshot.prior_session_low,
        equal_highs=snapshot.equal_highs,
        equal_lows=snapshot.equal_lows,
    )


def side_lines(explanation: Explanation, side: Side) -> SideLines:
    layers, verdict = explanation.of(side), explanation.judgement.of(side)
    missing = (sentence(check) for layer in layers for check in layer.deciding if not check.is_passed)
    return SideLines(
        side=side,
        is_passed=verdict.is_passed,
        headline=headline(explanation, side),
        score=verdict.score,
        missing=tuple(missing),
        layers=tuple(map(_layer_lines, layers)),
    )


def _layer_lines(layer: LayerChecks) -> LayerLines:
    return LayerLines(
        layer=layer.layer.value,
        title=LAYER_TITLES[layer.layer],
        is_passed=layer.is_passed,
        deciding=tuple(map(_check_line, layer.deciding)),
        evidence=tuple(map(_check_line, layer.evidence)),
    )


def _check_line(check: Check) -> CheckLine:
    return CheckLine(
        name=check.name,
        title=title(check.name),
        is_passed=check.is_passed,
        value=check.value,
        limit=check.limit,
        unit=check.unit,
        sentence=sentence(check),
    )


def idea_of(setup: Setup) -> Idea:
    idea = setup.idea
    return Idea(
        side=setup.side,
        score=setup.score,
        is_a_plus=setup.is_a_plus,
        signals=setup.signals,
        key_levels=setup.edges,
        entry=idea.entry,
        stop_loss=idea.stop_loss,
        take_profit=idea.take_profit,
        signal_id=setup.signal_id,
    )
