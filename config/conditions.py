"""Settings of the four condition layers of one symbol."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from config.section import PRICE_LIMIT, Section, setting


class VolatilityFilter(Section):
    """How volatile the market must be before anything is traded."""

    atr1_min: float = setting(
        0.5, ge=0, le=PRICE_LIMIT, unit="price", title="Min ATR(1)", about="ATR(1) below this blocks trading."
    )
    m1_range_avg_min: float = setting(
        0.8,
        ge=0,
        le=PRICE_LIMIT,
        unit="price",
        title="Min average M1 range",
        about="An average M1 range below this blocks trading.",
    )
    dynamic_threshold: bool = setting(
        False,
        title="Dynamic ATR(1) threshold",
        about="Adjusts the minimum ATR(1) to the mean true range of the last 30 candles.",
    )
    dynamic_high_ratio: float = setting(
        1.5,
        gt=0,
        le=100,
        unit="times min ATR(1)",
        title="High volatility above",
        about="Mean true range above which the threshold is raised.",
    )
    dynamic_high_factor: float = setting(
        1.2,
        gt=0,
        le=10,
        unit="times",
        title="High volatility factor",
        about="Factor on the threshold while volatility is high.",
    )
    dynamic_low_ratio: float = setting(
        0.7,
        gt=0,
        le=100,
        unit="times min ATR(1)",
        title="Low volatility below",
        about="Mean true range below which the threshold is lowered.",
    )
    dynamic_low_factor: float = setting(
        0.9,
        gt=0,
        le=10,
        unit="times",
        title="Low volatility factor",
        about="Factor on the threshold while volatility is low.",
    )

    @model_validator(mode="after")
    def _quiet_is_below_lively(self) -> Self:
        if self.dynamic_low_ratio > self.dynamic_high_ratio:
            raise ValueError(
                f"dynamic_low_ratio {self.dynamic_low_ratio:g} is above dynamic_high_ratio "
                f"{self.dynamic_high_ratio:g}; allowed is at most that"
            )
        return self


class SpreadFilter(Section):
    """What a trade may cost at the moment of entry."""

    max_spread: float = setting(
        0.25,
        gt=0,
        le=PRICE_LIMIT,
        unit="price",
        looser="higher",
        title="Max spread",
        about="A spread above this blocks trading.",
    )
    max_ratio: float = setting(
        1.5,
        gt=0,
        le=100,
        unit="times average",
        looser="higher",
        title="Max spread / average",
        about="A spread above this many times its own average blocks trading.",
    )
    max_ratio_low_volume: float = setting(
        2.0,
        gt=0,
        le=100,
        unit="times average",
        looser="higher",
        title="Max spread / average at low volume",
        about="Replaces the ratio above while volume is low.",
    )
    low_volume_fraction: float = setting(
        0.5,
        ge=0,
        le=1,
        unit="share of average",
        looser="higher",
        title="Low volume below",
        about="Share of the average volume of the previous 20 candles, below which volume is low.",
    )


class PreTradeFilters(Section):
    """Layer 1: is this a market to trade in at all? Every filter must pass."""

    volatility: VolatilityFilter = setting(
        VolatilityFilter(), title="Volatility", about="How volatile the market must be."
    )
    spread: SpreadFilter = setting(SpreadFilter(), title="Spread", about="What a trade may cost.")
    block_post_ny_session: bool = setting(
        True, looser="off", title="Block after New York", about="Blocks trading in the hours after New York's close."
    )
    max_quote_age_seconds: float = setting(
        5.0,
        gt=0,
        le=300,
        unit="s",
        looser="higher",
        title="Max quote age",
        about="Trading is blocked while the last quote is this old or older.",
    )


class LocationFilter(Section):
    """Layer 2: price must be at a key level. Each kind of level can be switched off."""

    tolerance_atr: float = setting(
        0.25, ge=0, le=10, unit="ATR(14)", title="Tolerance", about="Distance at which price is still at a level."
    )
    vwap_band: bool = setting(True, title="VWAP band", about="Counts a close inside the micro band of VWAP.")
    prior_session: bool = setting(
        True, title="Prior session", about="Counts the low and high of the last completed session."
    )
    intraday_range: bool = setting(True, title="Intraday range", about="Counts the day's low and high so far.")
    ob_zone: bool = setting(True, title="Order block", about="Counts zones of valid order blocks.")
    liquidity_cluster: bool = setting(
        True, title="Liquidity cluster", about="Counts equal lows and highs and those of the prior day."
    )

    @model_validator(mode="after")
    def _has_an_edge(self) -> Self:
        edges = ("vwap_band", "prior_session", "intraday_range", "ob_zone", "liquidity_cluster")
        if not any(getattr(self, edge) for edge in edges):
            raise ValueError(
                f"every key level is switched off, so nothing would ever trade; allowed is one of {edges} on"
            )
        return self


PRIMARY_SIGNALS = ("long_wick_trap", "micro_liquidity_sweep", "vwap_tap_rejection", "strong_engulfing")
SECONDARY_SIGNALS = ("ob_retest", "fresh_micro_choch", "session_momentum", "increasing_volume", "cvd_divergence")


class CandleSignals(Section):
    """Layer 3: what the candle itself must show. Each signal can be switched off."""

    min_primary: int = setting(
        1,
        ge=0,
        le=4,
        unit="signals",
        title="Min primary signals",
        about="Primary signals of one side that a setup needs.",
    )
    min_secondary: int = setting(
        1,
        ge=0,
        le=5,
        unit="signals",
        title="Min secondary signals",
        about="Secondary signals of the same side that a setup needs.",
    )
    min_wick_bodies: float = setting(
        1.5, gt=0, le=100, unit="bodies", title="Min wick", about="Wick from which a candle rejects a price."
    )
    engulfing_body_atr: float = setting(
        0.5, ge=0, le=10, unit="ATR(14)", title="Min engulfing body", about="Minimum body of an engulfing candle."
    )
    choch_max_age: int = setting(
        5, ge=0, le=1000, unit="candles", title="Max CHOCH age", about="Age up to which a change of character counts."
    )
    momentum_atr: float = setting(
        1.0, ge=0, le=100, unit="ATR(14)", title="Min momentum", about="Minimum move of the close over 15 candles."
    )
    volume_factor: float = setting(
        1.2,
        gt=0,
        le=100,
        unit="times",
        title="Min volume growth",
        about="Minimum volume relative to the previous candle.",
    )
    long_wick_trap: bool = setting(True, title="Long wick trap", about="Counts a long wick on the trade's far side.")
    micro_liquidity_sweep: bool = setting(True, title="Liquidity sweep", about="Counts a sweep that closed back.")
    vwap_tap_rejection: bool = setting(True, title="VWAP tap", about="Counts a touch of the micro band that held.")
    strong_engulfing: bool = setting(True, title="Engulfing", about="Counts a body that engulfs the previous one.")
    ob_retest: bool = setting(True, title="Order-block retest", about="Counts the first touch of an order block.")
    fresh_micro_choch: bool = setting(True, title="Fresh CHOCH", about="Counts a recent change of character.")
    session_momentum: bool = setting(True, title="Session momentum", about="Counts a move with an active session.")
    increasing_volume: bool = setting(
        True, title="Increasing volume", about="Counts more volume than on the previous candle."
    )
    cvd_divergence: bool = setting(True, title="CVD divergence", about="Counts order flow against price.")

    @model_validator(mode="after")
    def _has_enough_signals(self) -> Self:
        faults = [
            f"{key} is {needed} but only {count} of {names} are switched on; allowed is at most {count}"
            for key, needed, names in (
                ("min_primary", self.min_primary, PRIMARY_SIGNALS),
                ("min_secondary", self.min_secondary, SECONDARY_SIGNALS),
            )
            if needed > (count := sum(getattr(self, name) for name in names))
        ]
        if faults:
            raise ValueError("; ".join(faults))
        return self
