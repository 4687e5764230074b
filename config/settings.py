"""Every setting of the desk, declared once: title, unit, bounds and a sentence of help."""

from __future__ import annotations

from typing import Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

TIME_OF_DAY = r"^([01]\d|2[0-3]):[0-5]\d$"


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


class SessionHours(Section):
    """When one session is open, in its own exchange's local time; it may reach past midnight."""

    zone: str = Field(title="Time zone", description="IANA name of the zone whose clocks and summer time count.")
    opens: str = Field(pattern=TIME_OF_DAY, title="Opens", description="First minute of the session, HH:MM.")
    closes: str = Field(pattern=TIME_OF_DAY, title="Closes", description="First minute after the session, HH:MM.")

    @field_validator("zone")
    @classmethod
    def _is_known_zone(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError, OSError):
            raise ValueError(f"{zone!r} is not a time zone; allowed are IANA names such as Asia/Tokyo") from None
        return zone

    @model_validator(mode="after")
    def _has_a_length(self) -> Self:
        if self.opens == self.closes:
            raise ValueError(f"a session cannot open and close at {self.opens}")
        return self


class SessionsSettings(Section):
    """The trading sessions of the day. While London and New York are both open it is the overlap."""

    asia: SessionHours = Field(SessionHours(zone="Asia/Tokyo", opens="09:00", closes="18:00"), title="Asia")
    london: SessionHours = Field(SessionHours(zone="Europe/London", opens="08:00", closes="17:00"), title="London")
    new_york: SessionHours = Field(
        SessionHours(zone="America/New_York", opens="08:00", closes="17:00"), title="New York"
    )
    post_ny: SessionHours = Field(
        SessionHours(zone="America/New_York", opens="17:00", closes="19:00"), title="After New York"
    )
