"""Scrolling and zooming by the user, and following the market."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from gui.features.chart.model.chart import ChartModel
from gui.features.chart.view.chart_view import ChartView
from gui.theme import DARK
from tests.gui.chart.builders import colours, flush, picture, quiet_hours
from tests.gui.chart.view.hand import LEFT, NO_KEY, drag, shown_rows, turn_wheel


def test_that_the_view_follows_the_newest_candle(view: ChartView, model: ChartModel) -> None:
    model.append(quiet_hours(300))
    first, last = shown_rows(view)
    model.append(quiet_hours(7, 300))
    assert view.is_following
    assert shown_rows(view) == pytest.approx((first + 7, last + 7))


def test_that_following_stops_when_the_newest_candle_is_dragged_out_of_view(view: ChartView, model: ChartModel) -> None:
    model.append(quiet_hours(400))
    badge = view.plot.findChild(QPushButton)
    assert not badge.isVisible()
    drag(view, QPoint(200, 200), QPoint(300, 0))
    assert not view.is_following
    assert badge.isVisible()
    assert view.plot.canvas.plot.contains(badge.geometry())
    stays = shown_rows(view)
    model.append(quiet_hours(3, 400))
    assert shown_rows(view) == stays
    badge.click()
    assert view.is_following
    assert not badge.isVisible()


def test_that_dragging_back_to_the_newest_candle_follows_again(view: ChartView, model: ChartModel) -> None:
    model.append(quiet_hours(400))
    drag(view, QPoint(200, 200), QPoint(300, 0))
    drag(view, QPoint(600, 200), QPoint(-400, 0))
    assert view.is_following


def test_that_candles_can_never_be_lost_from_view(view: ChartView, model: ChartModel) -> None:
    model.append(quiet_hours(400))
    for by in (QPoint(800, 0), QPoint(-800, 0)):
        for _ in range(12):
            drag(view, QPoint(400 - by.x() // 3, 200), by)
        first, last = view.plot.canvas.view_scale.rows(model.count)
        assert last >= first


def test_that_a_double_click_resets_the_view(view: ChartView, model: ChartModel) -> None:
    model.append(quiet_hours(400))
    at_first = (*shown_rows(view), view.plot.camera.low, view.plot.camera.high)
    drag(view, QPoint(200, 200), QPoint(400, 0))
    turn_wheel(view, QPoint(300, 200), 480)
    drag(view, QPoint(880, 200), QPoint(0, 100))
    QTest.mouseDClick(view.plot.viewport(), LEFT, NO_KEY, QPoint(300, 200))
    assert view.is_following
    now = (*shown_rows(view), view.plot.camera.low, view.plot.camera.high)
    assert now == pytest.approx(at_first)


@pytest.mark.parametrize("turned", [120, -120, 360])
def test_that_the_wheel_zooms_at_the_mouse(view: ChartView, model: ChartModel, turned: int) -> None:
    model.append(quiet_hours(900))
    drag(view, QPoint(200, 200), QPoint(400, 0))
    spot, span = QPoint(250, 200), shown_rows(view)[1] - shown_rows(view)[0]
    row = view.plot.canvas.view_scale.index_at(spot.x())
    turn_wheel(view, spot, turned)
    assert view.plot.canvas.view_scale.x(row) == pytest.approx(spot.x(), abs=1.0)
    zoomed = shown_rows(view)[1] - shown_rows(view)[0]
    assert (zoomed < span) == (turned > 0)


def test_that_dragging_the_price_axis_scales_prices_and_a_double_click_scales_them_back(
    view: ChartView, model: ChartModel
) -> None:
    model.append(quiet_hours(100))
    camera = view.plot.camera
    low, high = camera.low, camera.high
    drag(view, QPoint(880, 200), QPoint(0, 80))
    assert camera.high - camera.low > high - low
    assert not camera.is_auto_price
    model.append(quiet_hours(50, 100))
    assert (camera.low, camera.high) != (low, high)
    QTest.mouseDClick(view.plot.viewport(), LEFT, NO_KEY, QPoint(880, 200))
    assert (camera.low, camera.high) == pytest.approx((low, high))


def test_that_prices_drag_with_the_candles_once_they_are_scaled_manually(view: ChartView, model: ChartModel) -> None:
    model.append(quiet_hours(100))
    camera = view.plot.camera
    low = camera.low
    drag(view, QPoint(300, 200), QPoint(0, 60))
    assert camera.low == low
    drag(view, QPoint(880, 200), QPoint(0, 10))
    low = camera.low
    drag(view, QPoint(300, 200), QPoint(0, 60))
    assert camera.low > low


def test_that_a_wider_window_shows_more_candles_of_the_same_width(view: ChartView, model: ChartModel) -> None:
    model.append(quiet_hours(900))
    step, last = view.plot.camera.step, view.plot.camera.last
    view.resize(1200, 600)
    flush()
    assert view.plot.camera.step == pytest.approx(step)
    assert view.plot.camera.last == last


def test_that_a_market_that_restarts_starts_on_an_empty_chart(view: ChartView, model: ChartModel) -> None:
    model.append(quiet_hours(400))
    drag(view, QPoint(200, 200), QPoint(400, 0))
    model.clear()
    assert view.is_following
    assert view.snapshot_text == ""
    model.append(quiet_hours(30))
    assert DARK.up in colours(picture(view.plot))
    first, last = view.plot.canvas.view_scale.rows(model.count)
    assert (first, last) == (0, 29)
