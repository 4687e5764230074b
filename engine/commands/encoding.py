"""One line of JSON for the readings and the judgement of one candle."""

from __future__ import annotations

from typing import Any

import msgspec

from engine.domain.judgement import Judgement, SideJudgement
from engine.domain.snapshot import MarketSnapshot
from engine.domain.structure import OrderBlock, StructureBreak, Sweep

_encode = msgspec.json.Encoder().encode


def encode_readings(snapshot: MarketSnapshot, judgement: Judgement | None) -> bytes:
    """One candle as a JSON object: floats unrounded, null where a reading is not ready or nothing is judged."""
    return _encode(_readings(snapshot) | _judgement(judgement))


def _readings(snapshot: MarketSnapshot) -> dict[str, Any]:
    candle = snapshot.candle
    return {
        "time": candle.opened_at,
        "open": candle.open,
        "high": candle.high,
        "low": candle.low,
        "close": candle.close,
        "volume": candle.volume,
        "spread": candle.spread,
        "session": snapshot.session,
        "trading_day": snapshot.trading_day,
        "is_ready": snapshot.is_ready,
        "atr1": snapshot.atr1,
        "atr14": snapshot.atr14,
        "range_avg": snapshot.range_avg,
        "is_expanding": snapshot.is_expanding,
        "vwap": snapshot.vwap,
        "vwap_sigma": snapshot.vwap_sigma,
        "band_low": snapshot.band_low,
        "band_high": snapshot.band_high,
        "day_high": snapshot.day_high,
        "day_low": snapshot.day_low,
        "prior_day_high": snapshot.prior_day_high,
        "prior_day_low": snapshot.prior_day_low,
        "prior_session_high": snapshot.prior_session_high,
        "prior_session_low": snapshot.prior_session_low,
        "sweep": _sweep(snapshot.sweep),
        "structure": _structure(snapshot.structure),
        "order_blocks": [_order_block(block) for block in snapshot.order_blocks],
        "equal_highs": snapshot.equal_highs,
        "equal_lows": snapshot.equal_lows,
        "cvd": snapshot.cvd,
    }


def _sweep(sweep: Sweep | None) -> dict[str, Any] | None:
    return None if sweep is None else {"side": sweep.side, "level": sweep.level, "confidence": sweep.confidence}


def _structure(structure: StructureBreak | None) -> dict[str, Any] | None:
    return None if structure is None else {"event": structure.event, "direction": structure.direction}


def _order_block(block: OrderBlock) -> dict[str, Any]:
    return {
        "direction": block.direction,
        "low": block.low,
        "high": block.high,
        "candle_time": block.candle_time,
        "known_at": block.known_at,
        "strength": block.strength,
        "is_fresh": block.is_fresh,
    }


def _judgement(judgement: Judgement | None) -> dict[str, Any]:
    if judgement is None:
        return {"buy": None, "sell": None}
    return {"buy": _side(judgement.buy), "sell": _side(judgement.sell)}


def _side(side: SideJudgement) -> dict[str, Any]:
    return {
        "passed": side.is_passed,
        "score": side.score,
        "points": side.points,
        "layers": {verdict.layer: verdict.is_passed for verdict in side.layers},
        "edges": side.edges,
        "primary": side.primary,
        "secondary": side.secondary,
        "reason": side.reason,
    }
