"""A check's value against its limit, as short numbers and as a gauge."""

from __future__ import annotations

import math
from dataclasses import dataclass
from operator import ge, le, lt

from engine.conditions.layers import CONDITIONS
from engine.domain.judgement import Check
from engine.domain.market import NO_VOLUME
from gui.features.chart.model.readout import price_text, volume_text

LIMIT_SHARE = 0.6
"""Where a gauge has its limit: the part beyond shows by how much it is passed."""

_RELATIONS = {"≥": (ge, "<"), "≤": (le, ">"), "<": (lt, "≥")}
"""By what a condition wants: how value and limit are compared, and how they stand where that is not so."""
_DECIMALS = {"times mean": 2, "bodies": 2, "confidence": 2, "s": 1}
_UNIT_WORDS = {"times mean": "× avg", "bodies": "bodies", "s": "s", "candles": "candles", "confidence": "conf."}
_MAX_DECIMALS = 8
_UNMEASURED = {
    "not_ready": "not warmed up",
    "no_level": "no level",
    "no_block": "no block",
    "never": "none so far",
    "no_quote": "no quote",
    "unknown": "no spread",
    "no_spread": "no spread",
    "no_volume": NO_VOLUME,
    "blocked": "after New York",
}
"""In place of numbers, by case."""


@dataclass(frozen=True, slots=True)
class Gauge:
    """Shares of its length: how far it is filled, and where the limit is (None where there is none)."""

    fill: float
    limit: float | None


def numbers(check: Check, digits: int) -> str:
    """`0.34 > 0.25`, `0.12 off`, `2 of min. 1`, `not warmed up`, or empty. Prices with `digits` decimals."""
    if check.value is None:
        return _UNMEASURED.get(check.case, "")
    if check.name == "not_locked":
        return _lock_text(check.value)
    unit = _UNIT_WORDS.get(check.unit, "")
    if check.limit is None:
        return f"{_text(check.value, check.unit, _decimals(check, digits))} {unit}".rstrip()
    if check.limit == 0.0 and check.unit == "price":
        return "" if check.is_passed else f"{_text(check.value, check.unit, digits)} off"
    value, limit = _pair(check, digits)
    if check.unit in ("edges", "signals"):
        return f"{value} of min. {limit}"
    return f"{value} {_relation(check)} {limit} {unit}".rstrip()


def gauge(check: Check) -> Gauge | None:
    """How full a gauge of the check is; None where there is nothing to compare."""
    if check.value is None or not math.isfinite(check.value):
        return None
    if check.limit is None:
        return Gauge(min(1.0, max(0.0, check.value)), None) if check.unit == "confidence" else None
    if check.limit <= 0.0:
        return None
    return Gauge(min(1.0, max(0.0, check.value / check.limit * LIMIT_SHARE)), LIMIT_SHARE)


def _lock_text(seconds_left: float) -> str:
    if seconds_left <= 0.0:
        return ""
    return f"{seconds_left:.0f} s left" if math.isfinite(seconds_left) else "blocked"


def _relation(check: Check) -> str:
    assert check.value is not None
    assert check.limit is not None
    wanted = CONDITIONS[check.name].wants
    compare, otherwise = _RELATIONS[wanted]
    return wanted if compare(check.value, check.limit) else otherwise


def _decimals(check: Check, digits: int) -> int:
    return digits if check.unit == "price" else _DECIMALS.get(check.unit, 0)


def _pair(check: Check, digits: int) -> tuple[str, str]:
    """Value and limit with as many decimals as it takes to distinguish them."""
    assert check.value is not None
    assert check.limit is not None
    if check.unit == "points":
        return f"{check.value:.3g}", f"{check.limit:.3g}"
    decimals = _decimals(check, digits)
    while True:
        value, limit = (_text(number, check.unit, decimals) for number in (check.value, check.limit))
        if value != limit or check.value == check.limit or decimals >= _MAX_DECIMALS or check.unit == "volume":
            return value, limit
        decimals += 1


def _text(number: float, unit: str, decimals: int) -> str:
    if unit == "volume":
        return volume_text(number)
    return price_text(number, decimals).replace("-", "−")
