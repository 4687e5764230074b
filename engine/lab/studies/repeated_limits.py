"""Limits of the risk check that repeat a check of the conditions: to ignore the check, ignore these limits too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from config.changes import with_values
from config.section import PRICE_LIMIT
from config.settings import Settings
from engine.lab.bench import Bench

_MAX_RATIO: Final = 100.0
_SPREAD: Final = "pre_trade_filters.spread"
_REPEATED: Final[Mapping[str, Mapping[str, float]]] = {
    "spread_max": {f"{_SPREAD}.max_spread": PRICE_LIMIT},
    "spread_ratio": {f"{_SPREAD}.max_ratio": _MAX_RATIO, f"{_SPREAD}.max_ratio_low_volume": _MAX_RATIO},
}
"""By check, the settings that the risk check reads as well, each with its maximum value."""


def without_repeated_limits(bench: Bench, settings: Settings, check: str) -> Settings:
    """Settings to simulate trades without that check: otherwise the risk check would block the same sides again.

    Only for the simulation: candles have to be judged by the settings as they are.
    """
    limits = _REPEATED.get(check)
    if limits is None:
        return settings
    key = bench.rules_key(settings)
    return with_values(settings, {f"{key}.{name}": value for name, value in limits.items()})
