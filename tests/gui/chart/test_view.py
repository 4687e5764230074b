from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPaintEvent, QRegion, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from engine.domain.market import Instrument
from engine.domain.structure import SweptSide
from gui.features.chart.model.chart import ChartModel
from gui.features.chart.view.chart_view import ChartView
from gui.theme import DARK, apply
from tests.builders import GOLD, candle, quote
from tests.gui.chart.builders import (
    block,
    colours,
    flush,
    picture,
    quiet_hours,
    snapshot,
    structure_break,
    sweep,
    swing,
)

LEFT, NO_KEY = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture(autouse=True)
def _dressed(qapp: QApplication) -> Iterator[None]:
    apply(qapp)
    yield
    qapp.setStyleSheet("")


@pytest.fixture
def model() -> ChartModel:
    return ChartModel(GOLD)


@pytest.fixture
def view(model: ChartModel, qtbot: QtBot) -> ChartView:
    view = ChartView(model, DARK)
    qtbot.addWidget(view)
    view.resize(900, 600)
    view.show()
    flush()
    return view


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

    def take(self) -> QRegion:
        flush()
        region, self.region = self.region, QRegion()
        return region


# -- candles


def test_that_appended_candles_appear_in_the_colour_of_their_way(view: ChartView, model: ChartModel) -> None:
    model.append(quiet_hours(20))
    image = picture(view.plot)
    rising, falling = place(view, 18, 2000.0), place(view, 19, 2000.0)
    assert image.pixelColor(rising).name() == DARK.up
    assert image.pixelColor(falling).name() == DARK.down


def test_that_the_forming_candle_moves_with_each_tick(view: ChartView, model: ChartModel) -> None:
    model.append(quiet_hours(20))
    model.set_live(candle(20, open=2000.0, high=2000.4, low=2000.0, close=2000.4), quote(1205.0, bid=2000.4))
    image = picture(view.plot)
    assert image.pixelColor(place(view, 20, 2000.2)).name() == DARK.up
    model.set_live(candle(20, open=2000.0, high=2000.4, low=1999.2, close=1999.2), quote(1210.0, bid=1999.2))
    image = picture(view.plot)
    assert image.pixelColor(place(view, 20, 1999.6)).name() == DARK.down


def test_that_prices_make_room_when_the_forming_candle_leaves_the_view(view: ChartView, model: ChartModel) -> None:
    model.append(quiet_hours(20))
    model.set_live(candle(20, open=2000.0, high=2030.0, close=2030.0), quote(1205.0, bid=2030.0))
    assert view.plot.camera.high > 2030.0


def test_that_an_empty_chart_says_so_and_names_its_symbol(view: ChartView, model: ChartModel) -> None:
    assert DARK.text_muted in colours(picture(view.plot), QRegion(100, 200, 600, 60))
    model.append(quiet_hours(3))
    assert DARK.up in colours(picture(view.plot))


def test_that_a_hundred_thousand_candles_in_view_are_merged_not_lost(view: ChartView, model: ChartModel) -> None:
    history = quiet_hours(3000)
    history[1500] = snapshot(1500, of=candle(1500, open=2000.0, high=2050.0, low=1999.0, close=2000.5))
    model.append(history)
    view.show_candles(3000)
    image = picture(view.plot)
    spike = QRegion(QRect(place(view, 1496, 2045.0), place(view, 1504, 2040.0)))
    assert colours(image, spike) & {DARK.up, DARK.down}


# -- overlays


def test_that_an_order_block_is_painted_where_it_stood_and_nowhere_else(view: ChartView, model: ChartModel) -> None:
    zone = {"order_blocks": (block(known=20, low=2003.0, high=2006.0),)}
    model.append([*quiet_hours(20), *quiet_hours(30, 20, **zone), *quiet_hours(30, 50)])
    for _ in range(2):
        view.plot.camera.high, view.plot.camera.low, view.plot.camera.is_auto_price = 2012.0, 1990.0, False
        view.plot.moved()
    view.set_overlay_visible("grid", False)
    view.set_overlay_visible("sessions", False)
    image = picture(view.plot)
    assert image.pixelColor(place(view, 35, 2004.5)).blue() > QColor(DARK.background).blue() + 30
    for row, price in ((18, 2004.5), (52, 2004.5), (35, 2006.6), (35, 2002.4)):
        assert image.pixelColor(place(view, row, price)).name() == DARK.background


def test_that_a_touched_order_block_is_fainter_than_a_fresh_one(view: ChartView, model: ChartModel) -> None:
    fresh = {"order_blocks": (block(known=0, low=2003.0, high=2006.0),)}
    touched = {"order_blocks": (block(known=0, low=2003.0, high=2006.0, is_fresh=False),)}
    model.append([*quiet_hours(30, **fresh), *quiet_hours(30, 30, **touched)])
    view.plot.camera.high, view.plot.camera.is_auto_price = 2012.0, False
    view.plot.moved()
    image = picture(view.plot)
    before, after = (image.pixelColor(place(view, row, 2004.5)).blue() for row in (15, 45))
    assert before > after > QColor(DARK.background).blue()


def rich_history() -> list[object]:
    """Two days of candles with every kind of finding in view."""
    readings = {
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
    found = {
        "swings": (swing(78, price=2001.0),),
        "sweep": sweep(80, side=SweptSide.SELL_SIDE),
        "structure": structure_break(80, swung=60, level=2000.6),
    }
    return [*quiet_hours(80, **readings), snapshot(80, **readings, **found), *quiet_hours(10, 81, **readings)]


OVERLAYS = (
    *("sessions", "grid", "volume", "micro_band", "sigma_bands", "order_blocks", "day_levels", "prior_day_levels"),
    *("prior_session_levels", "equal_levels", "structure", "vwap_anchor", "vwap", "swings", "sweeps", "last_price"),
    *("spread", "crosshair"),
)


@pytest.mark.parametrize("name", OVERLAYS)
def test_that_every_overlay_can_be_switched_off_and_on(view: ChartView, model: ChartModel, name: str) -> None:
    model.append(rich_history())  # type: ignore[arg-type]
    model.set_live(candle(91, open=2000.0, close=2000.2), quote(5460.0, bid=2000.2, spread=0.3))
    hover(view, QPoint(300, 300))
    with_all = picture(view.plot)
    view.set_overlay_visible(name, False)
    assert not view.is_overlay_visible(name)
    assert not view.overlay_actions[name].isChecked()
    assert picture(view.plot) != with_all
    view.overlay_actions[name].setChecked(True)
    assert view.is_overlay_visible(name)
    assert picture(view.plot) == with_all


def test_that_the_overlays_are_named_for_people(view: ChartView) -> None:
    assert {name for name, _ in view.overlays} == {*OVERLAYS, "setups", "trades", "moment", "strip"}
    assert all(title[0].isupper() for _, title in view.overlays)
    with pytest.raises(KeyError, match="no overlay is called 'rsi'"):
        view.set_overlay_visible("rsi", False)


# -- read-out and crosshair


def test_that_the_read_out_tells_the_candle_under_the_mouse(view: ChartView, model: ChartModel, qtbot: QtBot) -> None:
    model.append([*quiet_hours(40), snapshot(40, of=candle(40, close=2000.25, volume=77.0), vwap=2000.11)])
    model.append(quiet_hours(10, 41))
    with qtbot.waitSignal(view.hovered) as told:
        hover(view, place(view, 40, 2000.0))
    assert view.plot.hovered_row == 40
    assert told.args is not None
    for words in ("C 2,000.25", "Vol 77", "VWAP 2,000.11", "Mon 2 Mar 2026 08:40", "Spread 0.20", "London"):
        assert words in view.reading_text


def test_that_a_source_without_volume_has_neither_bars_nor_a_number(view: ChartView, model: ChartModel) -> None:
    model.append([snapshot(minute, of=candle(minute, volume=None)) for minute in range(40)])
    model.set_live(candle(41, volume=None), quote(41 * 60))
    picture(view)
    assert "Vol" not in view.reading_text


def test_that_the_read_out_returns_to_the_newest_candle_when_the_mouse_leaves(
    view: ChartView, model: ChartModel
) -> None:
    model.append(quiet_hours(50))
    hover(view, place(view, 10, 2000.0))
    assert "08:10" in view.reading_text
    QApplication.sendEvent(view.plot, QEvent(QEvent.Type.Leave))
    assert view.plot.hovered_row is None
    assert "08:49" in view.reading_text


def test_that_nothing_is_hovered_beyond_the_newest_candle(view: ChartView, model: ChartModel) -> None:
    model.append(quiet_hours(50))
    hover(view, place(view, 49, 2000.0))
    assert view.plot.hovered_row == 49
    hover(view, place(view, 55, 2000.0))
    assert view.plot.hovered_row is None


@pytest.mark.parametrize(
    ("close", "words"), [(2000.25, "+0.25 (+0.01%)"), (1999.98, "−0.02 (0.00%)"), (2000.0, "0.00 (0.00%)")]
)
def test_that_a_change_that_is_written_as_zero_has_no_sign(qtbot: QtBot, close: float, words: str) -> None:
    model = ChartModel(GOLD)
    view = ChartView(model, DARK)
    qtbot.addWidget(view)
    model.append([snapshot(of=candle(close=2000.0)), snapshot(1, of=candle(1, close=close, high=2001.0, low=1999.0))])
    assert f" {words} " in view.reading_text


def test_that_prices_are_shown_with_the_digits_of_the_instrument(qtbot: QtBot) -> None:
    model = ChartModel(Instrument(symbol="EURUSD", digits=5, tick_size=0.00001, day_roll=GOLD.day_roll))
    view = ChartView(model, DARK)
    qtbot.addWidget(view)
    model.append([snapshot(of=candle(close=1.08765, spread=0.00012))])
    assert "C 1.08765" in view.reading_text
    assert "Spread 0.00012" in view.reading_text


def test_that_times_follow_the_zone(view: ChartView, model: ChartModel) -> None:
    model.append(quiet_hours(50))
    before = picture(view.plot)
    view.set_zone(ZoneInfo("Asia/Tokyo"))
    assert "17:49" in view.reading_text
    assert picture(view.plot) != before


# -- moving about


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
    assert view.plot.canvas.view_scale.index_at(spot.x()) == pytest.approx(row)
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


def test_that_prices_drag_with_the_candles_once_they_are_scaled_by_hand(view: ChartView, model: ChartModel) -> None:
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


def test_that_a_market_that_begins_anew_starts_on_an_empty_chart(view: ChartView, model: ChartModel) -> None:
    model.append(quiet_hours(400))
    drag(view, QPoint(200, 200), QPoint(400, 0))
    model.clear()
    assert view.is_following
    assert view.reading_text == ""
    model.append(quiet_hours(30))
    assert DARK.up in colours(picture(view.plot))
    first, last = view.plot.canvas.view_scale.rows(model.count)
    assert (first, last) == (0, 29)


# -- what is painted again


def test_that_a_tick_repaints_every_pixel_it_changes_and_little_more(view: ChartView, model: ChartModel) -> None:
    model.append(rich_history())  # type: ignore[arg-type]
    model.set_live(candle(91, open=2000.0, close=2000.2), quote(5460.0, bid=2000.2, spread=0.1))
    before = picture(view.plot)
    painted = Painted(view)
    painted.take()
    for bid in (2000.3, 1999.9, 2000.05, 2000.31):
        moved = candle(91, open=2000.0, high=2000.4, low=1999.7, close=bid)
        model.set_live(moved, quote(5461.0, bid=bid, spread=0.1))
        region = painted.take()
        after = picture(view.plot)
        painted.take()
        assert not _outside(_differences(before, after), region)
        area = sum(part.width() * part.height() for part in region)  # type: ignore[attr-defined]
        assert area < 0.1 * after.width() * after.height()
        before = after


def test_that_the_crosshair_repaints_every_pixel_it_changes_and_little_more(view: ChartView, model: ChartModel) -> None:
    model.append(rich_history())  # type: ignore[arg-type]
    model.set_live(candle(91, open=2000.0, close=2000.2), quote(5460.0, bid=2000.2, spread=0.1))
    hover(view, QPoint(300, 200))
    before = picture(view.plot)
    painted = Painted(view)
    painted.take()
    for point in (QPoint(320, 230), QPoint(500, 231), QPoint(501, 90), QPoint(20, 20)):
        QTest.mouseMove(view.plot.viewport(), point)
        region = painted.take()
        after = picture(view.plot)
        painted.take()
        assert not _outside(_differences(before, after), region)
        before = after


def _differences(before: object, after: object) -> list[tuple[int, int]]:
    first, second = (
        np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1)  # type: ignore[attr-defined]
        for image in (before, after)
    )
    rows, columns = np.nonzero(first != second)
    return list(zip(columns.tolist(), rows.tolist(), strict=True))


def _outside(points: list[tuple[int, int]], region: QRegion) -> list[tuple[int, int]]:
    return [point for point in points if not region.contains(QPoint(*point))]


def test_that_pyqtgraphs_view_box_shows_the_same_range(view: ChartView, model: ChartModel) -> None:
    model.append(quiet_hours(100))
    camera, box_range = view.plot.camera, view.plot.view_box.viewRange()
    assert box_range[0] == pytest.approx([camera.first, camera.last])
    assert box_range[1] == pytest.approx([camera.low, camera.high])


def test_that_the_read_out_leaves_fields_out_rather_than_cutting_them(view: ChartView, model: ChartModel) -> None:
    model.append(quiet_hours(10))
    view.resize(330, 400)
    image = picture(view)
    right_edge = QRegion(image.width() - 4, 0, 4, 40)
    assert colours(image, right_edge) == {DARK.background}
