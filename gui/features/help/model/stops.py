"""Classic stops and ATR stops on the prices that the desk shows: how far they are, and what the spread costs in R."""

from __future__ import annotations

from functools import cache
from typing import Any, Final, NamedTuple

import numpy as np

from config.changes import leaves, with_values
from config.presets import PresetShelf
from config.settings import Settings
from engine.conditions.idea import Levels, Prices, levels
from engine.domain.market import Side
from gui.features.chart.model.chart import ChartModel

Values = tuple[tuple[str, Any], ...]
"""Values by the keys of settings."""

CANDLES: Final = 240
"""Newest candles of which the one with the median range is the typical one."""
_PRESET: Final = "atr_scaled"
_KEYS: Final = ("stop_mode", "sl_range", "tp_range")


class StopExample(NamedTuple):
    """A BUY on a typical candle, in price units. `stop_in_ranges` is the stop distance as a share of the average range
    of a candle, `cost_r` one spread as a share of the risk."""

    symbol: str
    open: float
    high: float
    low: float
    close: float
    levels: Levels
    stop_in_ranges: float
    cost_r: float

    @property
    def words(self) -> tuple[str, str]:
        """`0.08 of a candle`, `spread costs 0.42 R`."""
        return f"Stop: {self.stop_in_ranges:.2f} of a candle", f"Spread costs {self.cost_r:.2f} R"


@cache
def classic_values() -> Values:
    """The stops of gold and bitcoin as distances in price."""
    return _stops_of(Settings())


@cache
def atr_values() -> Values:
    """The stops of gold and bitcoin as multiples of ATR(14)."""
    return _stops_of(PresetShelf(None).laid_over(Settings(), _PRESET))


def mode_in(settings: Settings) -> str:
    """What stops of gold are measured in: `price` or `atr`."""
    return settings.xauusd_rules.stop_mode


def stop_example(chart: ChartModel, settings: Settings, values: Values) -> StopExample | None:
    """The typical candle of a chart with these stops; None before there is one with an ATR and a spread."""
    rules = with_values(settings, dict(values)).rules_for(chart.symbol, chart.stands_for)
    columns = chart.columns
    first = max(0, len(columns) - CANDLES)
    high, low, spreads, atrs, ranges = (
        np.asarray(column.values[first:], dtype=float)
        for column in (columns.high, columns.low, columns.spread, columns.atr14, columns.range_avg)
    )
    is_known = np.isfinite(atrs) & np.isfinite(ranges) & (ranges > 0.0) & np.isfinite(spreads)
    places = np.flatnonzero(is_known)
    if rules is None or not len(places):
        return None
    sizes = (high - low)[places]
    place = int(places[np.argsort(sizes, kind="stable")[len(sizes) // 2]])
    spread, row = float(spreads[place]), first + place
    opening, close = float(columns.open.values[row]), float(columns.close.values[row])
    prices = Prices(float(high[place]), float(low[place]), close, spread, float(atrs[place]))
    found = levels(Side.BUY, prices, rules)
    distance = float(found.stop_distance)
    return StopExample(
        chart.symbol,
        opening,
        prices.high,
        prices.low,
        close,
        found,
        distance / float(ranges[place]),
        spread / distance,
    )


def _stops_of(settings: Settings) -> Values:
    wanted = {f"{rules}.{key}" for rules in ("xauusd_rules", "btcusd_rules") for key in _KEYS}
    return tuple(
        (key, tuple(value) if isinstance(value, list) else value)
        for key, value in leaves(settings.as_json())
        if key in wanted
    )
