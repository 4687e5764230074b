"""Snapshots and charts that show only the detail that matters in a test of the chart."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
from PySide6.QtGui import QImage, QRegion
from PySide6.QtWidgets import QApplication, QWidget

from engine.domain.market import Candle, Session, Side
from engine.domain.snapshot import MarketSnapshot
from engine.domain.structure import BreakKind, Direction, OrderBlock, StructureBreak, Sweep, SweptSide, Swing
from tests.builders import MONDAY, candle

NOTHING: dict[str, Any] = {
    "previous": None,
    "session": Session.LONDON,
    "trading_day": date(2026, 3, 2),
    "is_ready": False,
    **dict.fromkeys(("atr1", "atr14", "range_avg", "is_expanding", "true_range_mean_30", "momentum_15")),
    **dict.fromkeys(("volume_mean_20", "vwap", "vwap_sigma", "band_low", "band_high")),
    "band_persistence_s": 0.0,
    "vwap_anchored_at": MONDAY,
    **dict.fromkeys(("day_high", "day_low", "prior_day_high", "prior_day_low")),
    **dict.fromkeys(("prior_session_high", "prior_session_low")),
    "equal_highs": (),
    "equal_lows": (),
    "swings": (),
    **dict.fromkeys(("structure", "structure_direction", "choch", "choch_age", "sweep")),
    "order_blocks": (),
    "retests": (),
    **dict.fromkeys(("spread_mean", "spread_median", "spread_stdev", "spread_ratio")),
    "is_asian_expansion": False,
    "cvd": None,
    "cvd_divergence": None,
}


def snapshot(minute: int = 0, *, of: Candle | None = None, **changes: Any) -> MarketSnapshot:
    """What is known after the candle `minute` minutes after Monday's start: only what is given."""
    return MarketSnapshot(**{"candle": of or candle(minute), **NOTHING, **changes})


def quiet_hours(count: int, first: int = 0, **changes: Any) -> list[MarketSnapshot]:
    """Candles that go up and down by turns between 1999 and 2001, a minute each."""
    return [snapshot(minute, of=turning_candle(minute), **changes) for minute in range(first, first + count)]


def turning_candle(minute: int) -> Candle:
    rises = minute % 2 == 0
    return candle(minute, open=1999.5 if rises else 2000.5, close=2000.5 if rises else 1999.5, high=2001.0, low=1999.0)


def block(
    *, formed: int = 0, known: int, low: float = 1999.8, high: float = 2000.2, is_fresh: bool = True
) -> OrderBlock:
    """A bullish order block."""
    return OrderBlock(
        direction=Side.BUY,
        low=low,
        high=high,
        candle_time=at(formed),
        known_at=at(known),
        strength=1.0,
        is_fresh=is_fresh,
    )


def swing(minute: int, *, price: float, is_high: bool = True) -> Swing:
    return Swing(is_high=is_high, price=price, candle_time=at(minute), known_at=at(minute + 2))


def sweep(minute: int, *, side: SweptSide, level: float = 1999.0) -> Sweep:
    return Sweep(side=side, level=level, confidence=0.8, known_at=at(minute))


def structure_break(minute: int, *, swung: int, level: float, event: BreakKind = BreakKind.BOS) -> StructureBreak:
    """A break upwards."""
    return StructureBreak(event=event, direction=Direction.UP, level=level, swing_time=at(swung), known_at=at(minute))


def at(minute: int) -> Any:
    return MONDAY + timedelta(minutes=minute)


def flush() -> None:
    """Delivers what Qt has queued, paints included."""
    QApplication.sendPostedEvents()
    QApplication.processEvents()


def picture(widget: QWidget) -> QImage:
    """What a widget shows."""
    flush()
    return widget.grab().toImage()


def colours(image: QImage, region: QRegion | None = None) -> set[str]:
    """Every colour of an image, or of a part of it."""
    part = image if region is None else image.copy(region.boundingRect())
    plain = part.convertToFormat(QImage.Format.Format_RGB32)  # named, because its pixels live no longer than it does
    return {f"#{pixel & 0xFFFFFF:06x}" for pixel in np.unique(np.frombuffer(plain.constBits(), np.uint32)).tolist()}
