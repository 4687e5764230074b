"""How far the clock of a zone is ahead of UTC, for whole columns of times."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

import numpy as np

from gui.features.chart.model.candle_columns import Integers

DAY_S = 86_400


def zone_offsets(times: Integers, zone: tzinfo) -> Integers:
    """Seconds to add to each of the rising UTC `times` for the zone's clock, summer time included."""
    offsets = np.empty(len(times), np.int64)
    pending = [(0, len(times))]
    while pending:
        a, b = pending.pop()
        if a >= b:
            continue
        left, right = _offset(int(times[a]), zone), _offset(int(times[b - 1]), zone)
        if b - a <= 2 or (left == right and times[b - 1] - times[a] < 30 * DAY_S):
            offsets[a:b] = left
            offsets[b - 1] = right
        else:
            middle = (a + b) // 2
            pending += [(a, middle), (middle, b)]
    return offsets


def _offset(seconds: int, zone: tzinfo) -> int:
    offset = datetime.fromtimestamp(seconds, UTC).astimezone(zone).utcoffset()
    return 0 if offset is None else int(offset.total_seconds())
