"""Layer 2: price must be at an edge."""

from __future__ import annotations

from config.settings import LocationFilter
from engine.conditions.facing import BUY, Facing
from engine.conditions.layers import NO_NAMES, at_hand, not_ready
from engine.domain.judgement import Check, Layer, LayerChecks
from engine.domain.market import Side
from engine.domain.snapshot import MarketSnapshot
from engine.domain.structure import OrderBlock

VWAP_BAND = "VWAP_BAND"
PRIOR_SESSION = "PRIOR_SESSION"
INTRADAY_RANGE = "INTRADAY_RANGE"
OB_ZONE = "OB_ZONE"
LIQUIDITY_CLUSTER = "LIQUIDITY_CLUSTER"


class LocationEdges:
    """Finds the edges at which a candle trades; at least one is needed. Each kind can be switched off."""

    __slots__ = ("_settings",)

    def __init__(self, settings: LocationFilter) -> None:
        self._settings = at_hand(settings)

    def found(self, facing: Facing, snapshot: MarketSnapshot, *, is_in_band: bool) -> tuple[str, ...]:
        """The names of the edges at which the candle trades for one side; `is_in_band` is the same for both."""
        settings, names = self._settings, []
        if settings.vwap_band and is_in_band:
            names.append(VWAP_BAND)
        atr14 = snapshot.atr14
        tolerance = None if atr14 is None else settings.tolerance_atr * atr14
        if settings.prior_session and _is_at(facing, facing.prior_session, tolerance):
            names.append(PRIOR_SESSION)
        if settings.intraday_range and _is_at(facing, facing.day, tolerance):
            names.append(INTRADAY_RANGE)
        if settings.ob_zone and _is_in_zone(facing.side, snapshot):
            names.append(OB_ZONE)
        if settings.liquidity_cluster:
            for level in facing.clusters:
                if _is_at(facing, level, tolerance):
                    names.append(LIQUIDITY_CLUSTER)
                    break
        return tuple(names) if names else NO_NAMES

    def checks(self, facing: Facing, snapshot: MarketSnapshot) -> LayerChecks:
        """Each edge with its distance in price units, and their count."""
        settings, atr14, side = self._settings, snapshot.atr14, facing.side
        tolerance = None if atr14 is None else settings.tolerance_atr * atr14
        evidence = [_band_check(snapshot)] if settings.vwap_band else []
        if settings.prior_session:
            evidence.append(_level_check(PRIOR_SESSION, facing, facing.prior_session, tolerance))
        if settings.intraday_range:
            evidence.append(_level_check(INTRADAY_RANGE, facing, facing.day, tolerance))
        if settings.ob_zone:
            evidence.append(_zone_check(side, snapshot))
        if settings.liquidity_cluster:
            reached = [level for level in facing.clusters if _is_at(facing, level, tolerance)]
            levels = reached or facing.clusters
            nearest = min(levels, key=lambda level: (_distance(facing, level), level), default=None)
            evidence.append(_level_check(LIQUIDITY_CLUSTER, facing, nearest, tolerance))
        count = sum(check.is_passed for check in evidence)
        case = "at_least" if count else "below"
        deciding = Check("edges", side, count > 0, float(count), 1.0, "edges", case)
        return LayerChecks(Layer.LOCATION, (deciding,), tuple(evidence))


def is_inside_band(snapshot: MarketSnapshot) -> bool:
    """Whether the candle closed inside the micro band of VWAP."""
    low, high = snapshot.band_low, snapshot.band_high
    return low is not None and high is not None and low <= snapshot.candle.close <= high


def _is_at(facing: Facing, support: float | None, tolerance: float | None) -> bool:
    """The low reaches down to the support, and the close has not lost it; both within the tolerance."""
    return (
        support is not None
        and tolerance is not None
        and facing.low <= support + tolerance
        and facing.close >= support - tolerance
    )


def _is_in_zone(side: Side, snapshot: MarketSnapshot) -> bool:
    """The candle overlaps a block of that side that is valid and was known before it."""
    candle = snapshot.candle
    low, high = candle.low, candle.high
    for block in snapshot.order_blocks:
        if block.direction is side and block.low <= high and block.high >= low and block.known_at < candle.opened_at:
            return True
    return False


def _distance(facing: Facing, support: float) -> float:
    """How far the candle is from being at a support: of its low above, or of its close below."""
    return max(facing.low - support, support - facing.close)


def _band_check(snapshot: MarketSnapshot) -> Check:
    low, high, vwap, close = snapshot.band_low, snapshot.band_high, snapshot.vwap, snapshot.candle.close
    if low is None or high is None or vwap is None:
        return not_ready(VWAP_BAND, None, "price")
    is_passed = is_inside_band(snapshot)
    case = "inside" if is_passed else "outside"
    return Check(VWAP_BAND, None, is_passed, abs(close - vwap), (high - low) / 2, "price", case)


def _level_check(name: str, facing: Facing, support: float | None, tolerance: float | None) -> Check:
    if support is None:
        return Check(name, facing.side, False, None, tolerance, "price", "no_level")
    if tolerance is None:
        return not_ready(name, facing.side, "price")
    distance = _distance(facing, support)
    if _is_at(facing, support, tolerance):
        return Check(name, facing.side, True, distance, tolerance, "price", "at")
    case = "lost" if distance == support - facing.close else "short_of"
    return Check(name, facing.side, False, distance, tolerance, "price", case)


def _zone_check(side: Side, snapshot: MarketSnapshot) -> Check:
    if _is_in_zone(side, snapshot):
        return Check(OB_ZONE, side, True, 0.0, 0.0, "price", "in_zone")
    candle = snapshot.candle
    blocks = [block for block in snapshot.order_blocks if block.direction is side and block.known_at < candle.opened_at]
    if not blocks:
        return Check(OB_ZONE, side, False, None, 0.0, "price", "no_block")
    gap = min(max(candle.low - block.high, block.low - candle.high) for block in blocks)
    return Check(OB_ZONE, side, False, gap, 0.0, "price", "off_zone")


def gap_to_fresh_block(side: Side, snapshot: MarketSnapshot) -> float | None:
    """From the candle's near extreme to the nearest block of that side that is still untouched, in price units."""
    candle = snapshot.candle
    known = [block for block in snapshot.order_blocks if block.known_at < candle.opened_at]
    fresh = [block for block in known if block.is_fresh and block.direction is side]
    return min((_gap(side, candle.low, candle.high, block) for block in fresh), default=None)


def _gap(side: Side, low: float, high: float, block: OrderBlock) -> float:
    return low - block.high if side is BUY else block.low - high
