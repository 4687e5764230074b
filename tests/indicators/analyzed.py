"""Reads candles as the desk does, and says where readings differ from what they should be."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from config.indicators import AnalysisSettings, SessionsSettings, VwapSettings
from config.settings import SymbolRules
from engine.domain.market import Candle, Instrument, Source
from engine.domain.snapshot import MarketSnapshot
from engine.indicators.analyzer import Analyzer
from tests.builders import BITCOIN, GOLD
from tests.indicators.plain import PlainIndicators


def source_of(instrument: Instrument = GOLD, *, has_volume: bool = True, has_aggressor_volume: bool = False) -> Source:
    return Source(
        instrument=instrument,
        format="test",
        clock="UTC",
        name="test",
        has_volume=has_volume,
        has_spread=True,
        has_aggressor_volume=has_aggressor_volume,
    )


GOLD_SOURCE = source_of(GOLD)
BITCOIN_SOURCE = source_of(BITCOIN, has_aggressor_volume=True)


def rules_with(
    *, vwap: dict[str, Any] | None = None, micro_ob: dict[str, Any] | None = None, **analysis: Any
) -> SymbolRules:
    """The default rules but for some windows and factors of the readings, of VWAP and of order blocks."""
    blocks = {f"micro_ob_{name}": value for name, value in (micro_ob or {}).items()}
    return SymbolRules(vwap=VwapSettings(**(vwap or {})), analysis=AnalysisSettings(**analysis), **blocks)


def analyzer(source: Source = GOLD_SOURCE, rules: SymbolRules | None = None) -> Analyzer:
    return Analyzer(source, rules or SymbolRules(), SessionsSettings())


def read(
    candles: Iterable[Candle], source: Source = GOLD_SOURCE, rules: SymbolRules | None = None
) -> list[MarketSnapshot]:
    """The snapshot of each candle."""
    reader = analyzer(source, rules)
    return [reader.update(candle) for candle in candles]


def differences(candles: Sequence[Candle], source: Source, rules: SymbolRules) -> list[str]:
    """Every reading of every candle that is not the plain one, in words."""
    plain = PlainIndicators(candles, source, rules, SessionsSettings())
    found = []
    for t, snapshot in enumerate(read(candles, source, rules)):
        expected, scale = plain.at(t), candles[t].high
        assert set(expected) == set(snapshot.__struct_fields__)
        for name, value in expected.items():
            if not _is_same(getattr(snapshot, name), value, scale):
                found.append(f"candle {t}: {name} is {getattr(snapshot, name)}, should be {value}")
    return found


def _is_same(got: Any, wanted: Any, scale: float) -> bool:
    if isinstance(got, float) and isinstance(wanted, float):
        return math.isclose(got, wanted, rel_tol=1e-9, abs_tol=1e-9 * scale)
    if isinstance(got, tuple) and isinstance(wanted, tuple):
        return len(got) == len(wanted) and all(_is_same(*pair, scale) for pair in zip(got, wanted, strict=True))
    if isinstance(got, msgspec.Struct) and type(got) is type(wanted):
        return all(_is_same(getattr(got, name), getattr(wanted, name), scale) for name in got.__struct_fields__)
    return type(got) is type(wanted) and bool(got == wanted)
