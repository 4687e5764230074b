"""Settings of the indicators: windows and factors, and the hours of the sessions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from annotated_types import Interval, Unit

from config.section import Relaxes, Section, TimeOfDay, TimeZone, setting


class VwapSettings(Section):
    """The volume-weighted average price and its micro band."""

    tolerance_type: Literal["fixed", "atr_adjusted"] = setting(
        "fixed",
        "Tolerance type",
        "Whether the micro band is a fixed share of VWAP or follows ATR(14).",
        synonyms=("band width",),
    )
    tolerance: Annotated[float, Interval(gt=0, le=0.1), Unit("share of VWAP")] = setting(
        0.0005,
        "Fixed tolerance",
        "Half width of the micro band while the tolerance is fixed.",
        synonyms=("band width",),
    )
    atr_multiplier: Annotated[float, Interval(gt=0, le=10), Unit("ATR(14)")] = setting(
        0.15,
        "ATR multiplier",
        "Half width of the micro band while the tolerance follows ATR(14).",
        synonyms=("band width",),
    )
    ready_after_candles: Annotated[int, Interval(ge=1, le=1440), Unit("candles")] = setting(
        15, "Warm-up", "Candles of the trading day after which VWAP is trusted.", synonyms=("warmup",)
    )


class AnalysisSettings(Section):
    """Windows and factors of the indicators."""

    atr1_smoothing: Annotated[int, Interval(ge=1, le=100), Unit("candles")] = setting(
        3,
        "ATR(1) smoothing",
        "Candles whose true range ATR(1) averages; 1 gives the raw value of one candle.",
        synonyms=("ATR period",),
    )
    atr_length: Annotated[int, Interval(ge=2, le=200), Unit("candles")] = setting(
        14, "ATR length", "Length of Wilder's average true range.", synonyms=("ATR period", "average true range")
    )
    range_window: Annotated[int, Interval(ge=1, le=200), Unit("candles")] = setting(
        10, "Average range window", "Candles whose high minus low is averaged."
    )
    expansion_window: Annotated[int, Interval(ge=1, le=100), Unit("candles")] = setting(
        5, "Expansion window", "Recent candles whose true range is compared with as many before them."
    )
    expansion_factor: Annotated[float, Interval(gt=0, le=10), Unit("times")] = setting(
        1.1, "Expansion factor", "Growth of the mean true range from which volatility is expanding."
    )
    day_range_after_candles: Annotated[int, Interval(ge=1, le=1440), Unit("candles")] = setting(
        30,
        "Day range usable after",
        "Candles of the day after which its high and low count as key levels.",
        synonyms=("HOD", "LOD", "high of day", "low of day"),
    )
    sweep_lookback: Annotated[int, Interval(ge=3, le=200), Unit("candles")] = setting(
        10,
        "Sweep lookback",
        "Closed candles whose high and low can be swept.",
        synonyms=("stop hunt", "liquidity grab"),
    )
    spread_window: Annotated[int, Interval(ge=10, le=1000), Unit("candles")] = setting(
        100, "Spread window", "Candles whose spreads are averaged."
    )
    asian_expansion_ratio: Annotated[float, Interval(gt=1, le=20), Unit("times"), Relaxes.HIGHER] = setting(
        2.0,
        "Asian expansion ratio",
        "Spread / average from which the spread is expanded in the Asian and post-New York hours.",
    )
    divergence_candles: Annotated[int, Interval(ge=1, le=100), Unit("candles")] = setting(
        5, "Max divergence age", "Candles for which a divergence of order flow counts.", synonyms=("CVD", "delta")
    )
    equal_level_max_age: Annotated[int, Interval(ge=5, le=1000), Unit("candles")] = setting(
        60,
        "Equal levels: max swing age",
        "Age up to which a swing can be part of equal highs or lows.",
        synonyms=("EQH", "EQL", "double top", "double bottom"),
    )
    equal_level_tolerance_atr: Annotated[float, Interval(gt=0, le=5), Unit("ATR(14)")] = setting(
        0.1,
        "Equal levels: tolerance",
        "Distance within which swings count as equal.",
        synonyms=("EQH", "EQL", "double top", "double bottom"),
    )


class SessionHours(Section):
    """When one session is open, in its own exchange's local time; it may reach past midnight."""

    zone: TimeZone = setting(
        ..., "Time zone", "IANA name of the zone whose clocks and summer time count.", synonyms=("timezone",)
    )
    opens: TimeOfDay = setting(..., "Opens", "First minute of the session, HH:MM.", synonyms=("open time", "start"))
    closes: TimeOfDay = setting(..., "Closes", "First minute after the session, HH:MM.", synonyms=("close time", "end"))

    def contradictions(self) -> Iterator[str]:
        if self.opens == self.closes:
            yield f"a session cannot open and close at {self.opens}"


class SessionsSettings(Section):
    """The trading sessions of the day. While London and New York are both open it is the overlap."""

    asia: SessionHours = setting(
        SessionHours(zone="Asia/Tokyo", opens="09:00", closes="18:00"), "Asia", "Hours of the Asian session."
    )
    london: SessionHours = setting(
        SessionHours(zone="Europe/London", opens="08:00", closes="17:00"), "London", "Hours of the London session."
    )
    new_york: SessionHours = setting(
        SessionHours(zone="America/New_York", opens="08:00", closes="17:00"),
        "New York",
        "Hours of the New York session.",
    )
    post_ny: SessionHours = setting(
        SessionHours(zone="America/New_York", opens="17:00", closes="19:00"),
        "After New York",
        "Hours after New York's close, when spreads are wide.",
    )
