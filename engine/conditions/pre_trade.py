"""Layer 1: is this a market to trade in at all? The same for both sides."""

from __future__ import annotations

from config.settings import SymbolRules
from engine.conditions.layers import at_hand, not_ready
from engine.domain.judgement import Check, LiveState
from engine.domain.market import Session
from engine.domain.snapshot import MarketSnapshot

POST_NY = Session.POST_NY
READY = Check("readings_ready", None, True, 4.0, 4.0, "readings", "ready")
ALLOWED = Check("session_allowed", None, True, None, None, "", "allowed")
BLOCKED = Check("session_allowed", None, False, None, None, "", "blocked")
SPREAD_UNKNOWN = Check("spread_max", None, True, None, None, "price", "unknown")
ASIAN_SESSIONS = (Session.ASIA, POST_NY)


class PreTradeFilter:
    """Judges liveliness, cost and hours of the market, and in live trading the age of its prices and locks."""

    __slots__ = ("_asian_ratio", "_filters", "_spread", "_volatility")

    def __init__(self, rules: SymbolRules) -> None:
        self._filters = at_hand(rules.pre_trade_filters)
        self._volatility = at_hand(rules.pre_trade_filters.volatility)
        self._spread = at_hand(rules.pre_trade_filters.spread)
        self._asian_ratio = rules.analysis.asian_expansion_ratio

    def checks(self, snapshot: MarketSnapshot, live: LiveState | None) -> tuple[Check, ...]:
        """All must pass. The spread of `live`, where it has one, takes the place of the candle's."""
        spread, ratio = snapshot.candle.spread, snapshot.spread_ratio
        if live is not None and live.spread is not None:
            spread, ratio = live.spread, _live_ratio(live.spread, snapshot)
        checks: tuple[Check, ...] = (
            READY if snapshot.is_ready else _readings_missing(snapshot),
            self._atr1(snapshot),
            self._range_avg(snapshot.range_avg),
            self._spread_max(spread),
            self._spread_ratio(snapshot, spread, ratio),
            self._asian_expansion(snapshot, spread, ratio),
            BLOCKED if self._filters.block_post_ny_session and snapshot.session is POST_NY else ALLOWED,
        )
        if live is not None:
            checks += (self._data_fresh(live.quote_age_s), _not_locked(live.lock_left_s))
        return checks

    def _atr1(self, snapshot: MarketSnapshot) -> Check:
        value, limit = snapshot.atr1, self._atr1_min(snapshot.true_range_mean_30)
        if value is None:
            return not_ready("atr1_min", None, "price")
        is_passed = value >= limit
        return Check("atr1_min", None, is_passed, value, limit, "price", "at_least" if is_passed else "below")

    def _atr1_min(self, true_range_mean: float | None) -> float:
        volatility = self._volatility
        least = volatility.atr1_min
        if volatility.dynamic_threshold and true_range_mean is not None:
            if true_range_mean > volatility.dynamic_high_ratio * least:
                return least * volatility.dynamic_high_factor
            if true_range_mean < volatility.dynamic_low_ratio * least:
                return least * volatility.dynamic_low_factor
        return least

    def _range_avg(self, value: float | None) -> Check:
        if value is None:
            return not_ready("range_avg_min", None, "price")
        limit = self._volatility.m1_range_avg_min
        is_passed = value >= limit
        return Check("range_avg_min", None, is_passed, value, limit, "price", "at_least" if is_passed else "below")

    def _spread_max(self, spread: float | None) -> Check:
        if spread is None:
            return SPREAD_UNKNOWN
        limit = self._spread.max_spread
        is_passed = spread <= limit
        return Check("spread_max", None, is_passed, spread, limit, "price", "at_most" if is_passed else "above")

    def _spread_ratio(self, snapshot: MarketSnapshot, spread: float | None, ratio: float | None) -> Check:
        if ratio is None:
            return _without_ratio("spread_ratio", spread, snapshot.spread_mean)
        filters, mean_volume, volume = self._spread, snapshot.volume_mean_20, snapshot.candle.volume
        is_low_volume = (
            mean_volume is not None and volume is not None and volume < filters.low_volume_fraction * mean_volume
        )
        limit = filters.max_ratio_low_volume if is_low_volume else filters.max_ratio
        is_passed = ratio <= limit
        if volume is None:
            case = "at_most_no_volume" if is_passed else "above_no_volume"
        else:
            case = "at_most" if is_passed else "above"
        return Check("spread_ratio", None, is_passed, ratio, limit, "times mean", case)

    def _asian_expansion(self, snapshot: MarketSnapshot, spread: float | None, ratio: float | None) -> Check:
        if snapshot.session not in ASIAN_SESSIONS:
            return Check("asian_expansion", None, True, ratio, None, "times mean", "other_hours")
        if ratio is None:
            return _without_ratio("asian_expansion", spread, snapshot.spread_mean)
        limit = self._asian_ratio
        is_passed = ratio < limit
        case = "narrow" if is_passed else "expanded"
        return Check("asian_expansion", None, is_passed, ratio, limit, "times mean", case)

    def _data_fresh(self, age: float | None) -> Check:
        limit = self._filters.max_quote_age_seconds
        if age is None:
            return Check("data_fresh", None, False, None, limit, "s", "no_quote")
        is_passed = age < limit
        return Check("data_fresh", None, is_passed, age, limit, "s", "fresh" if is_passed else "stale")


def _readings_missing(snapshot: MarketSnapshot) -> Check:
    readings = (
        ("no_vwap", snapshot.vwap),
        ("no_atr14", snapshot.atr14),
        ("no_atr1", snapshot.atr1),
        ("no_range_avg", snapshot.range_avg),
    )
    missing = [case for case, value in readings if value is None]
    return Check(
        "readings_ready", None, False, 4.0 - len(missing), 4.0, "readings", missing[0] if missing else "not_ready"
    )


def _live_ratio(spread: float, snapshot: MarketSnapshot) -> float | None:
    mean = snapshot.spread_mean
    return spread / mean if mean and snapshot.spread_ratio is not None else None


def _without_ratio(name: str, spread: float | None, mean: float | None) -> Check:
    if spread is None:
        return Check(name, None, True, None, None, "times mean", "unknown")
    if spread == 0.0 and mean == 0.0:
        return Check(name, None, True, None, None, "times mean", "no_spread")
    return not_ready(name, None, "times mean")


def _not_locked(seconds_left: float) -> Check:
    is_passed = seconds_left <= 0.0
    return Check("not_locked", None, is_passed, seconds_left, 0.0, "s", "unlocked" if is_passed else "locked")
