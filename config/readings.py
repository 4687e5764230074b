"""Settings of the readings: windows, factors, order blocks' measures, and the hours of the sessions."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import field_validator, model_validator

from config.section import TIME_OF_DAY, Section, known_zone, setting


class VwapSettings(Section):
    """The volume-weighted average price and its micro band."""

    tolerance_type: Literal["fixed", "atr_adjusted"] = setting(
        "fixed",
        title="Tolerance type",
        about="Whether the micro band is a fixed share of VWAP or follows ATR(14).",
    )
    tolerance: float = setting(
        0.0005,
        gt=0,
        le=0.1,
        unit="share of VWAP",
        title="Fixed tolerance",
        about="Half width of the micro band while the tolerance is fixed.",
    )
    atr_multiplier: float = setting(
        0.15,
        gt=0,
        le=10,
        unit="ATR(14)",
        title="ATR multiplier",
        about="Half width of the micro band while the tolerance follows ATR(14).",
    )
    ready_after_candles: int = setting(
        15,
        ge=1,
        le=1440,
        unit="candles",
        title="Warm-up",
        about="Candles of the trading day after which VWAP is trusted.",
    )


class AnalysisSettings(Section):
    """Windows and factors of the readings."""

    atr1_smoothing: int = setting(
        3,
        ge=1,
        le=100,
        unit="candles",
        title="ATR(1) smoothing",
        about="Candles whose true range ATR(1) averages; 1 gives the raw value of one candle.",
    )
    atr_length: int = setting(
        14, ge=2, le=200, unit="candles", title="ATR length", about="Length of Wilder's average true range."
    )
    range_window: int = setting(
        10,
        ge=1,
        le=200,
        unit="candles",
        title="Average range window",
        about="Candles whose high minus low is averaged.",
    )
    expansion_window: int = setting(
        5,
        ge=1,
        le=100,
        unit="candles",
        title="Expansion window",
        about="Recent candles whose true range is compared with as many before them.",
    )
    expansion_factor: float = setting(
        1.1,
        gt=0,
        le=10,
        unit="times",
        title="Expansion factor",
        about="Growth of the mean true range from which volatility is expanding.",
    )
    day_range_after_candles: int = setting(
        30,
        ge=1,
        le=1440,
        unit="candles",
        title="Day range usable after",
        about="Candles of the day after which its high and low count as key levels.",
    )
    sweep_lookback: int = setting(
        10,
        ge=3,
        le=200,
        unit="candles",
        title="Sweep lookback",
        about="Closed candles whose high and low can be swept.",
    )
    spread_window: int = setting(
        100,
        ge=10,
        le=1000,
        unit="candles",
        title="Spread window",
        about="Candles whose spreads are averaged.",
    )
    asian_expansion_ratio: float = setting(
        2.0,
        gt=1,
        le=20,
        unit="times",
        looser="higher",
        title="Asian expansion ratio",
        about="Spread / average from which the spread is expanded in the Asian and post-New York hours.",
    )
    divergence_candles: int = setting(
        5,
        ge=1,
        le=100,
        unit="candles",
        title="Max divergence age",
        about="Candles for which a divergence of order flow counts.",
    )
    equal_level_max_age: int = setting(
        60,
        ge=5,
        le=1000,
        unit="candles",
        title="Equal levels: max swing age",
        about="Age up to which a swing can be part of equal highs or lows.",
    )
    equal_level_tolerance_atr: float = setting(
        0.1,
        gt=0,
        le=5,
        unit="ATR(14)",
        title="Equal levels: tolerance",
        about="Distance within which swings count as equal.",
    )


class SessionHours(Section):
    """When one session is open, in its own exchange's local time; it may reach past midnight."""

    zone: str = setting(
        ...,
        title="Time zone",
        about="IANA name of the zone whose clocks and summer time count.",
        examples=["Asia/Tokyo"],
    )
    opens: str = setting(
        ..., pattern=TIME_OF_DAY, title="Opens", about="First minute of the session, HH:MM.", examples=["08:30"]
    )
    closes: str = setting(
        ..., pattern=TIME_OF_DAY, title="Closes", about="First minute after the session, HH:MM.", examples=["17:00"]
    )

    @field_validator("zone")
    @classmethod
    def _is_known_zone(cls, zone: str) -> str:
        return known_zone(zone)

    @model_validator(mode="after")
    def _has_a_length(self) -> Self:
        if self.opens == self.closes:
            raise ValueError(f"a session cannot open and close at {self.opens}")
        return self


class SessionsSettings(Section):
    """The trading sessions of the day. While London and New York are both open it is the overlap."""

    asia: SessionHours = setting(
        SessionHours(zone="Asia/Tokyo", opens="09:00", closes="18:00"),
        title="Asia",
        about="Hours of the Asian session.",
    )
    london: SessionHours = setting(
        SessionHours(zone="Europe/London", opens="08:00", closes="17:00"),
        title="London",
        about="Hours of the London session.",
    )
    new_york: SessionHours = setting(
        SessionHours(zone="America/New_York", opens="08:00", closes="17:00"),
        title="New York",
        about="Hours of the New York session.",
    )
    post_ny: SessionHours = setting(
        SessionHours(zone="America/New_York", opens="17:00", closes="19:00"),
        title="After New York",
        about="Hours after New York's close, when spreads are wide.",
    )
