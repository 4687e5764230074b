"""One line of JSON with the indicators and the judgement of one candle."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from engine.domain.judgement import Judgement, SideJudgement
from engine.domain.snapshot import MarketSnapshot

_OF_BLOCK: Final = ("direction", "low", "high", "candle_time", "known_at", "strength", "is_fresh")
_encode = msgspec.json.Encoder().encode


def encode_indicators(snapshot: MarketSnapshot, judgement: Judgement | None) -> bytes:
    """One candle as a JSON object: floats unrounded, null where an indicator is not warmed up or nothing is judged."""
    return _encode(_indicators(snapshot) | _judgement(judgement))


def _indicators(snapshot: MarketSnapshot) -> dict[str, Any]:
    return {
        "time": snapshot.candle.opened_at,
        **_named(snapshot.candle, "open", "high", "low", "close", "volume", "spread"),
        **_named(snapshot, "session", "trading_day", "is_ready", "atr1", "atr14", "range_avg", "is_expanding"),
        **_named(snapshot, "vwap", "vwap_sigma", "band_low", "band_high", "day_high", "day_low"),
        **_named(snapshot, "prior_day_high", "prior_day_low", "prior_session_high", "prior_session_low"),
        "sweep": snapshot.sweep and _named(snapshot.sweep, "side", "level", "confidence"),
        "structure": snapshot.structure and _named(snapshot.structure, "event", "direction"),
        "order_blocks": [_named(block, *_OF_BLOCK) for block in snapshot.order_blocks],
        **_named(snapshot, "equal_highs", "equal_lows", "cvd"),
    }


def _named(value: object, *names: str) -> dict[str, Any]:
    return {name: getattr(value, name) for name in names}


def _judgement(judgement: Judgement | None) -> dict[str, Any]:
    if judgement is None:
        return {"buy": None, "sell": None}
    return {"buy": _side(judgement.buy), "sell": _side(judgement.sell)}


def _side(side: SideJudgement) -> dict[str, Any]:
    return {
        "passed": side.is_passed,
        **_named(side, "score", "points"),
        "layers": {verdict.layer: verdict.is_passed for verdict in side.layers},
        **_named(side, "edges", "primary", "secondary", "reason"),
    }
