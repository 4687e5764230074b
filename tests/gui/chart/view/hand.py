"""A chart under the hand of its user: where things are, and what the mouse does."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QPaintEvent, QRegion, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.domain.snapshot import MarketSnapshot
from engine.domain.structure import SweptSide
from gui.features.chart.view.chart_view import ChartView
from tests.gui.chart.builders import block, flush, quiet_hours, snapshot, structure_break, sweep, swing

LEFT, NO_KEY = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def place(view: ChartView, row: float, price: float) -> QPoint:
    """Where a row and a price are, in pixels of the plot."""
    scale = view.plot.canvas.view_scale
    return QPoint(int(scale.x(row)), int(scale.y(price)))


def box(view: ChartView, first: float, last: float, high: float, low: float) -> QRegion:
    return QRegion(QRect(place(view, first, high), place(view, last, low)))


def hover(view: ChartView, point: QPoint) -> None:
    QTest.mouseMove(view.plot.viewport(), QPoint(1, 1))
    QTest.mouseMove(view.plot.viewport(), point)
    flush()


def drag(view: ChartView, start: QPoint, by: QPoint) -> None:
    viewport = view.plot.viewport()
    QTest.mousePress(viewport, LEFT, NO_KEY, start)
    for step in range(1, 6):
        QTest.mouseMove(viewport, start + by * step / 5)
    QTest.mouseRelease(viewport, LEFT, NO_KEY, start + by)
    flush()


def turn_wheel(view: ChartView, at: QPoint, turned: int) -> None:
    where = QPointF(at)
    event = QWheelEvent(
        where,
        where,
        QPoint(),
        QPoint(0, turned),
        Qt.MouseButton.NoButton,
        NO_KEY,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.plot.viewport(), event)
    flush()


def shown_rows(view: ChartView) -> tuple[float, float]:
    return view.plot.camera.first, view.plot.camera.last


class Painted(QObject):
    """Remembers which parts of a chart were painted, and how much that was."""

    def __init__(self, view: ChartView) -> None:
        super().__init__()
        self.region = QRegion()
        view.plot.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        del watched
        if isinstance(event, QPaintEvent):
            self.region += event.region()
        return False

    def pop_region(self) -> QRegion:
        flush()
        region, self.region = self.region, QRegion()
        return region


def rich_history() -> list[MarketSnapshot]:
    """Two days of candles with every kind of finding in view."""
    indicators: dict[str, Any] = {
        "vwap": 2000.0,
        "vwap_sigma": 0.3,
        "band_low": 1999.8,
        "band_high": 2000.2,
        "day_high": 2000.9,
        "day_low": 1999.1,
        "prior_day_high": 2000.7,
        "prior_day_low": 1999.3,
        "prior_session_high": 2000.8,
        "prior_session_low": 1999.2,
        "equal_highs": (2000.95,),
        "order_blocks": (block(known=0),),
    }
    found: dict[str, Any] = {
        "swings": (swing(78, price=2001.0),),
        "sweep": sweep(80, side=SweptSide.SELL_SIDE),
        "structure": structure_break(80, swung=60, level=2000.6),
    }
    return [*quiet_hours(80, **indicators), snapshot(80, **indicators, **found), *quiet_hours(10, 81, **indicators)]
