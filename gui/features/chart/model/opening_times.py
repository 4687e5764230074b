"""Which candles of one minute make each of their candles."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import numpy as np

from engine.domain.market import DayRoll
from gui.features.chart.model.arrangement import Timeframe
from gui.features.chart.model.candle_columns import Integers
from gui.features.chart.model.zone_offsets import zone_offsets

NEW_YORK = ZoneInfo("America/New_York")
FROM_17_TO_MIDNIGHT_S = 7 * 3600


def server_offsets(times: Integers, day_roll: DayRoll) -> Integers:
    """Seconds to add to each of the rising UTC `times` for a clock on which the trading day begins at midnight.

    Brokers of metals and currencies run their MetaTrader servers on it: UTC+2, in New York's summer UTC+3. H4 and D1
    are counted from its midnight, as MetaTrader does.
    """
    if day_roll is DayRoll.UTC_MIDNIGHT:
        return np.zeros(len(times), np.int64)
    return zone_offsets(times, NEW_YORK) + FROM_17_TO_MIDNIGHT_S


def opening_times(times: Integers, timeframe: Timeframe, day_roll: DayRoll) -> Integers:
    """When the candle of a time frame opened that each instant belongs to, in seconds since 1970 UTC."""
    offsets = server_offsets(times, day_roll)
    server = times + offsets
    return server - server % timeframe.seconds - offsets
