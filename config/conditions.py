"""Settings of the four condition layers of one symbol."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar

from annotated_types import Interval, Unit

from config.section import PRICE_LIMIT, Relaxes, Section, setting

Price = Annotated[float, Interval(ge=0, le=PRICE_LIMIT), Unit("price")]
Atr = Annotated[float, Interval(ge=0, le=10), Unit("ATR(14)")]
Bodies = Annotated[float, Interval(gt=0, le=100), Unit("bodies")]
Seconds = Annotated[float, Interval(ge=0, le=3600), Unit("s")]
Score = Annotated[float, Interval(ge=0, le=50), Unit("points")]
Points = Annotated[float, Interval(ge=0, le=10), Unit("points")]


class VolatilityFilter(Section):
    """How volatile the market must be before anything is traded."""

    atr1_min: Price = setting(0.5, "Min ATR(1)", "ATR(1) below this blocks trading.")
    m1_range_avg_min: Price = setting(0.8, "Min average M1 range", "An average M1 range below this blocks trading.")
    dynamic_threshold: bool = setting(
        False,
        "Dynamic ATR(1) threshold",
        "Adjusts the minimum ATR(1) to the mean true range of the last 30 candles.",
        synonyms=("adaptive",),
    )
    dynamic_high_ratio: Annotated[float, Interval(gt=0, le=100), Unit("times min ATR(1)")] = setting(
        1.5, "High volatility above", "Mean true range above which the threshold is raised."
    )
    dynamic_high_factor: Annotated[float, Interval(gt=0, le=10), Unit("times")] = setting(
        1.2, "High volatility factor", "Factor on the threshold while volatility is high."
    )
    dynamic_low_ratio: Annotated[float, Interval(gt=0, le=100), Unit("times min ATR(1)")] = setting(
        0.7, "Low volatility below", "Mean true range below which the threshold is lowered."
    )
    dynamic_low_factor: Annotated[float, Interval(gt=0, le=10), Unit("times")] = setting(
        0.9, "Low volatility factor", "Factor on the threshold while volatility is low."
    )

    ascending: ClassVar = (("dynamic_low_ratio", "dynamic_high_ratio"),)


class SpreadFilter(Section):
    """What a trade may cost at the moment of entry."""

    max_spread: Annotated[float, Interval(gt=0, le=PRICE_LIMIT), Unit("price"), Relaxes.HIGHER] = setting(
        0.25, "Max spread", "A spread above this blocks trading.", synonyms=("news", "trading costs")
    )
    max_ratio: Annotated[float, Interval(gt=0, le=100), Unit("times average"), Relaxes.HIGHER] = setting(
        1.5,
        "Max spread / average",
        "A spread above this many times its own average blocks trading.",
        synonyms=("news", "spread spike", "widening"),
    )
    max_ratio_low_volume: Annotated[float, Interval(gt=0, le=100), Unit("times average"), Relaxes.HIGHER] = setting(
        2.0,
        "Max spread / average at low volume",
        "Replaces the ratio above while volume is low.",
        synonyms=("news", "thin market", "illiquid"),
    )
    low_volume_fraction: Annotated[float, Interval(ge=0, le=1), Unit("share of average"), Relaxes.HIGHER] = setting(
        0.5,
        "Low volume below",
        "Share of the average volume of the previous 20 candles, below which volume is low.",
        synonyms=("thin market", "illiquid"),
    )


class PreTradeFilters(Section):
    """Layer 1: is this a market to trade in at all? Every filter must pass."""

    volatility: VolatilityFilter = setting(VolatilityFilter(), "Volatility", "How volatile the market must be.")
    spread: SpreadFilter = setting(SpreadFilter(), "Spread", "What a trade may cost.")
    block_post_ny_session: Annotated[bool, Relaxes.OFF] = setting(
        True,
        "Block after New York",
        "Blocks trading in the hours after New York's close.",
        synonyms=("session filter", "trading hours", "rollover"),
    )
    max_quote_age_seconds: Annotated[float, Interval(gt=0, le=300), Unit("s"), Relaxes.HIGHER] = setting(
        5.0,
        "Max quote age",
        "Trading is blocked while the last quote is this old or older.",
        synonyms=("stale quotes", "frozen feed"),
    )


class LocationFilter(Section):
    """Layer 2: price must be at a key level. Each kind of level can be switched off."""

    tolerance_atr: Atr = setting(
        0.25, "Tolerance", "Distance at which price is still at a level.", synonyms=("proximity",)
    )
    vwap_band: bool = setting(True, "VWAP band", "Counts a close inside the micro band of VWAP.")
    prior_session: bool = setting(
        True, "Prior session", "Counts the low and high of the last completed session.", synonyms=("previous session",)
    )
    intraday_range: bool = setting(
        True,
        "Intraday range",
        "Counts the day's low and high so far.",
        synonyms=("HOD", "LOD", "high of day", "low of day"),
    )
    ob_zone: bool = setting(
        True, "Order block", "Counts zones of valid order blocks.", synonyms=("OB", "supply demand")
    )
    liquidity_cluster: bool = setting(
        True,
        "Liquidity cluster",
        "Counts equal lows and highs and those of the prior day.",
        synonyms=("equal highs", "PDH", "PDL", "previous day", "liquidity pool"),
    )

    def contradictions(self) -> Iterator[str]:
        edges = ("vwap_band", "prior_session", "intraday_range", "ob_zone", "liquidity_cluster")
        if not any(getattr(self, edge) for edge in edges):
            yield f"every key level is switched off, so nothing would ever trade; allowed is one of {edges} on"


PRIMARY_SIGNALS = ("long_wick_trap", "micro_liquidity_sweep", "vwap_tap_rejection", "strong_engulfing")
SECONDARY_SIGNALS = ("ob_retest", "fresh_micro_choch", "session_momentum", "increasing_volume", "cvd_divergence")


class CandleSignals(Section):
    """Layer 3: what the candle itself must show. Each signal can be switched off."""

    min_primary: Annotated[int, Interval(ge=0, le=4), Unit("signals")] = setting(
        1, "Min primary signals", "Primary signals of one side that a setup needs."
    )
    min_secondary: Annotated[int, Interval(ge=0, le=5), Unit("signals")] = setting(
        1, "Min secondary signals", "Secondary signals of the same side that a setup needs."
    )
    min_wick_bodies: Bodies = setting(
        1.5, "Min wick", "Wick from which a candle rejects a price.", synonyms=("pin bar", "rejection")
    )
    engulfing_body_atr: Atr = setting(0.5, "Min engulfing body", "Minimum body of an engulfing candle.")
    choch_max_age: Annotated[int, Interval(ge=0, le=1000), Unit("candles")] = setting(
        5, "Max CHOCH age", "Age up to which a change of character counts.", synonyms=("market structure", "MSS")
    )
    momentum_atr: Annotated[float, Interval(ge=0, le=100), Unit("ATR(14)")] = setting(
        1.0, "Min momentum", "Minimum move of the close over 15 candles."
    )
    volume_factor: Annotated[float, Interval(gt=0, le=100), Unit("times")] = setting(
        1.2,
        "Min volume growth",
        "Minimum volume relative to the previous candle.",
        synonyms=("relative volume", "RVOL"),
    )
    long_wick_trap: bool = setting(
        True,
        "Long wick trap",
        "Counts a long wick on the trade's far side.",
        synonyms=("pin bar", "hammer", "shooting star", "rejection"),
    )
    micro_liquidity_sweep: bool = setting(
        True,
        "Liquidity sweep",
        "Counts a sweep that closed back.",
        synonyms=("stop hunt", "liquidity grab", "false breakout"),
    )
    vwap_tap_rejection: bool = setting(
        True, "VWAP tap", "Counts a touch of the micro band that held.", synonyms=("VWAP bounce",)
    )
    strong_engulfing: bool = setting(True, "Engulfing", "Counts a body that engulfs the previous one.")
    ob_retest: bool = setting(
        True,
        "Order-block retest",
        "Counts the first touch of an order block.",
        synonyms=("OB", "supply demand", "mitigation"),
    )
    fresh_micro_choch: bool = setting(
        True, "Fresh CHOCH", "Counts a recent change of character.", synonyms=("market structure", "MSS")
    )
    session_momentum: bool = setting(
        True, "Session momentum", "Counts a move with an active session.", synonyms=("trend",)
    )
    increasing_volume: bool = setting(
        True,
        "Increasing volume",
        "Counts more volume than on the previous candle.",
        synonyms=("relative volume", "RVOL"),
    )
    cvd_divergence: bool = setting(
        True, "CVD divergence", "Counts order flow against price.", synonyms=("delta", "footprint")
    )

    def contradictions(self) -> Iterator[str]:
        for key, needed, names in (
            ("min_primary", self.min_primary, PRIMARY_SIGNALS),
            ("min_secondary", self.min_secondary, SECONDARY_SIGNALS),
        ):
            if needed > (count := sum(getattr(self, name) for name in names)):
                yield f"{key} is {needed} but only {count} of {names} are switched on; allowed is at most {count}"


class ConfluenceScoring(Section):
    """Layer 4: the confluence score of a trade."""

    min_score: Score = setting(5.0, "Min score", "Minimum score of a setup.", synonyms=("quality", "grade"))
    a_plus_score: Score = setting(7.0, "A+ score", "Minimum score of an A+ setup.", synonyms=("quality", "grade"))
    max_score: Annotated[float, Interval(gt=0, le=50), Unit("points")] = setting(
        8.0, "Max score", "The score never exceeds this."
    )
    wick_good_bodies: Bodies = setting(1.5, "Good wick", "Far wick that earns the points of a good one.")
    wick_strong_bodies: Bodies = setting(2.0, "Strong wick", "Far wick that earns the points of a strong one.")
    wick_good_points: Points = setting(1.0, "Points for good wick", "Points of a good wick.")
    wick_strong_points: Points = setting(2.0, "Points for strong wick", "Points of a strong wick.")
    vwap_near_bands: Annotated[float, Interval(ge=1, le=100), Unit("bands")] = setting(
        2.0, "Near VWAP", "Multiple of the micro band that counts as near."
    )
    vwap_near_points: Points = setting(1.0, "Points near VWAP", "Points near VWAP, outside the micro band.")
    vwap_inside_points: Points = setting(2.0, "Points in VWAP band", "Points inside the micro band of VWAP.")
    persistence_min_seconds: Seconds = setting(30.0, "Min time in band", "Less time in the band earns no bonus.")
    persistence_bonus_seconds: Seconds = setting(60.0, "Bonus after", "Time in the band that earns the bonus.")
    persistence_bonus: Annotated[float, Interval(ge=1, le=5), Unit("times")] = setting(
        1.1, "Bonus factor", "Factor on the points for VWAP after this time in the band."
    )
    persistence_long_seconds: Seconds = setting(90.0, "Long bonus after", "Time in the band that earns the long bonus.")
    persistence_long_bonus: Annotated[float, Interval(ge=1, le=5), Unit("times")] = setting(
        1.2, "Long bonus factor", "Factor on the points for VWAP after the longer time in the band."
    )
    one_edge_points: Points = setting(1.0, "Points at one level", "Points at a single key level.")
    more_edges_points: Points = setting(2.0, "Points at more levels", "Points at two key levels or more.")
    volatility_points: Points = setting(1.0, "Points for volatility", "Points while volatility is expanding.")
    session_points: Points = setting(1.0, "Points for session", "Points in London, the overlap and New York.")

    ascending: ClassVar = (
        ("min_score", "a_plus_score"),
        ("a_plus_score", "max_score"),
        ("wick_good_bodies", "wick_strong_bodies"),
        ("wick_good_points", "wick_strong_points"),
        ("vwap_near_points", "vwap_inside_points"),
        ("persistence_bonus_seconds", "persistence_long_seconds"),
        ("persistence_bonus", "persistence_long_bonus"),
        ("one_edge_points", "more_edges_points"),
    )

    def contradictions(self) -> Iterator[str]:
        vwap = self.vwap_inside_points * self.persistence_long_bonus
        maximum = self.wick_strong_points + vwap + self.more_edges_points + self.volatility_points + self.session_points
        if self.min_score > maximum:
            yield f"min_score {self.min_score:g} cannot be reached; allowed is at most {maximum:g}, all points"
