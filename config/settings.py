"""Every setting of the desk, declared once: title, unit, bounds and a sentence of help."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Section(BaseModel):
    """A group of settings; frozen, and strict about names and types."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class VwapSettings(Section):
    """The volume-weighted average price and its micro band."""

    tolerance_type: Literal["fixed", "atr_adjusted"] = Field("fixed", title="Tolerance type")
    tolerance: float = Field(0.0005, gt=0, le=0.1, title="Fixed tolerance")
    atr_multiplier: float = Field(0.15, gt=0, le=10, title="ATR multiplier")
    ready_after_candles: int = Field(15, ge=1, le=1440, title="Ready after")


class AnalysisSettings(Section):
    """Windows and factors of the readings."""

    atr1_smoothing: int = Field(3, ge=1, le=100, title="ATR(1) smoothing")
    atr_length: int = Field(14, ge=2, le=200, title="ATR length")
    range_window: int = Field(10, ge=1, le=200, title="Average range window")
    expansion_window: int = Field(5, ge=1, le=100, title="Expansion window")
    expansion_factor: float = Field(1.1, gt=0, le=10, title="Expansion factor")
    day_range_after_candles: int = Field(30, ge=1, le=1440, title="Day range usable after")
    sweep_lookback: int = Field(10, ge=3, le=200, title="Sweep lookback")
    spread_window: int = Field(100, ge=10, le=1000, title="Spread window")
    asian_expansion_ratio: float = Field(2.0, gt=1, le=20, title="Asian expansion ratio")
    divergence_candles: int = Field(5, ge=1, le=100, title="Divergence counts for")
    equal_level_max_age: int = Field(60, ge=5, le=1000, title="Equal levels: oldest swing")
    equal_level_tolerance_atr: float = Field(0.1, gt=0, le=5, title="Equal levels: tolerance")


class SymbolRules(Section):
    """The rules of one instrument."""

    vwap: VwapSettings = VwapSettings()
    analysis: AnalysisSettings = AnalysisSettings()
    micro_ob_range_type: Literal["atr", "pct"] = Field("atr", title="Order-block zone measured in")
    micro_ob_atr_min: float = Field(0.1, gt=0, le=10, title="Zone at least (ATR)")
    micro_ob_atr_max: float = Field(0.3, gt=0, le=10, title="Zone at most (ATR)")
    micro_ob_pct_min: float = Field(0.0001, gt=0, le=0.1, title="Zone at least (share of price)")
    micro_ob_pct_max: float = Field(0.0005, gt=0, le=0.1, title="Zone at most (share of price)")
    micro_ob_lookback: int = Field(3, ge=1, le=20, title="Order-block lookback")
    micro_ob_impulse_atr: float = Field(1.0, gt=0, le=10, title="Order-block impulse")
    micro_ob_max_age: int = Field(60, ge=5, le=1000, title="Order-block oldest")
