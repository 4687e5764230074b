"""The distance between two points of a chart, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from gui.features.drawing.model.drawing import Anchor

DAY_S, HOUR_S, MINUTE_S = 86_400, 3_600, 60


class Risk(NamedTuple):
    """What 1 R is: a distance in price units, and whose it is."""

    distance: float
    owner: str


class Ruler(NamedTuple):
    """What a chart measures with; ATR(14) in price units and 1 R are None where they are not known."""

    digits: int
    candles: int
    atr: float | None
    risk: Risk | None


def measured(start: Anchor, end: Anchor, ruler: Ruler) -> tuple[str, ...]:
    """Lines such as `+2.35 (+0.12 %)`, `1.3 ATR(14)`, `0.8 R of the BUY position` and `15 candles, 15 min`."""
    return tuple(_lines(start, end, ruler))


def _lines(start: Anchor, end: Anchor, ruler: Ruler) -> Iterator[str]:
    moved = end.price - start.price
    percent = f" ({100.0 * moved / start.price:+.2f} %)" if start.price > 0.0 else ""
    yield f"{moved:+,.{ruler.digits}f}{percent}"
    if ruler.atr:
        yield f"{abs(moved) / ruler.atr:.2f} ATR(14)"
    if ruler.risk is not None and ruler.risk.distance > 0.0:
        yield f"{abs(moved) / ruler.risk.distance:.2f} R of {ruler.risk.owner}"
    candles = f"{ruler.candles:,} candle{'' if abs(ruler.candles) == 1 else 's'}"
    yield f"{candles}, {duration_text(end.time_s - start.time_s)}"


def duration_text(seconds: int) -> str:
    """A time between two candles: `1 d 2 h`, `3 h 5 min`, `-15 min`."""
    sign, left = "-" if seconds < 0 else "", abs(seconds)
    parts = []
    for size, unit in ((DAY_S, "d"), (HOUR_S, "h"), (MINUTE_S, "min")):
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {unit}")
    return sign + (" ".join(parts) or "0 min")
