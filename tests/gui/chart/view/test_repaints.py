"""A tick and the crosshair paint what they change and little more."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage, QRegion
from PySide6.QtTest import QTest

from gui.features.chart.model.chart import ChartModel
from gui.features.chart.view.chart_view import ChartView
from tests.builders import candle, quote
from tests.gui.chart.builders import picture
from tests.gui.chart.view.hand import Painted, hover, rich_history


def test_that_a_tick_repaints_every_pixel_it_changes_and_little_more(view: ChartView, model: ChartModel) -> None:
    model.append(rich_history())
    model.set_live(candle(91, open=2000.0, close=2000.2), quote(5460.0, bid=2000.2, spread=0.1))
    before = picture(view.plot)
    painted = Painted(view)
    painted.pop_region()
    for bid in (2000.3, 1999.9, 2000.05, 2000.31):
        moved = candle(91, open=2000.0, high=2000.4, low=1999.7, close=bid)
        model.set_live(moved, quote(5461.0, bid=bid, spread=0.1))
        region = painted.pop_region()
        after = picture(view.plot)
        painted.pop_region()
        assert not _outside(_differences(before, after), region)
        area = sum(part.width() * part.height() for part in region)  # type: ignore[attr-defined]  # not in PySide's stubs
        assert area < 0.1 * after.width() * after.height()
        before = after


def test_that_the_crosshair_repaints_every_pixel_it_changes_and_little_more(view: ChartView, model: ChartModel) -> None:
    model.append(rich_history())
    model.set_live(candle(91, open=2000.0, close=2000.2), quote(5460.0, bid=2000.2, spread=0.1))
    hover(view, QPoint(300, 200))
    before = picture(view.plot)
    painted = Painted(view)
    painted.pop_region()
    for point in (QPoint(320, 230), QPoint(500, 231), QPoint(501, 90), QPoint(20, 20)):
        QTest.mouseMove(view.plot.viewport(), point)
        region = painted.pop_region()
        after = picture(view.plot)
        painted.pop_region()
        assert not _outside(_differences(before, after), region)
        before = after


def _differences(before: QImage, after: QImage) -> list[tuple[int, int]]:
    first, second = (
        np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1) for image in (before, after)
    )
    rows, columns = np.nonzero(first != second)
    return list(zip(columns.tolist(), rows.tolist(), strict=True))


def _outside(points: list[tuple[int, int]], region: QRegion) -> list[tuple[int, int]]:
    return [point for point in points if not region.contains(QPoint(*point))]


def test_that_an_empty_chart_is_painted_again_once_its_history_is_read(view: ChartView, model: ChartModel) -> None:
    model.set_reading(True)
    while_read = picture(view.plot)
    model.set_reading(False)
    assert picture(view.plot) != while_read
