"""Trades on the chart: drawn where they were, named under the mouse, and joined with the rows of the tables."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolTip
from pytestqt.qtbot import QtBot

from engine.domain.messages.commands import AddPlan
from engine.domain.messages.trading import TradesRecalled
from gui.features.chart.view.layers.trade_mark_layer import ARROW, arrow
from tests.builders import MONDAY, closed_trade, plan
from tests.fakes import source
from tests.gui.chart.builders import flush, picture, quiet_hours
from tests.gui.desk_window import DeskWindow
from tests.gui.trading.window import TradingWindow


class Trades(TradingWindow):
    """A BUY of the second minute, filled at 2000.0 with its stop at 1999.5; `close` ends it."""

    def __init__(self, qtbot: QtBot) -> None:
        super().__init__(qtbot)
        self.places: list[tuple[str, datetime | None]] = []
        self.rows: list[tuple[str, object]] = []
        self.model.on_chart.place_asked.connect(lambda symbol, at: self.places.append((symbol, at)))
        self.model.on_chart.row_asked.connect(lambda table, key: self.rows.append((table, key)))
        self.model.on_chart.row_asked.connect(self.controls.tabs.show_row)
        self.propose()
        self.model.approvals.approve(self.card)
        self.tick(61)

    def close(self, bid: float) -> None:
        self.tick(125, bid=bid)
        self.controls.modes.flatten.click()
        self.tick(126, bid=bid)
        flush()

    def spot(self, row: int, price: float) -> QPoint:
        scale = self.view.plot.canvas.view_scale
        return QPoint(round(float(scale.x(row))), round(float(scale.y(price))))

    def point_at(self, point: QPoint) -> str:
        """What the tooltip says there."""
        QTest.mouseMove(self.view.plot.viewport(), QPoint(5, 5))
        QTest.mouseMove(self.view.plot.viewport(), point)
        return QToolTip.text()

    @property
    def is_at_trade(self) -> bool:
        return self.view.plot.viewport().cursor().shape() is Qt.CursorShape.PointingHandCursor

    def click_at(self, point: QPoint) -> None:
        QTest.mouseClick(self.view.plot.viewport(), Qt.MouseButton.LeftButton, pos=point)


@pytest.fixture
def window(qtbot: QtBot) -> Trades:
    return Trades(qtbot)


def test_that_an_open_position_carries_its_live_result(window: Trades) -> None:
    window.tick(62, bid=2000.2)
    (tag,) = window.chart.trade_marks.tags
    assert tag.words == "BUY 0.01  +0.40 R  +0.20 USD"
    assert tag.gain == pytest.approx(0.4)
    window.tick(63, bid=1999.9)
    (tag,) = window.chart.trade_marks.tags
    assert tag.words == "BUY 0.01  −0.20 R  −0.10 USD"
    window.close(1999.9)
    assert window.chart.trade_marks.tags == ()


def test_that_the_tag_of_a_position_leads_to_its_row_and_the_row_to_its_candle(window: Trades) -> None:
    flush()
    window.click_at(QPoint(20, round(float(window.view.plot.canvas.view_scale.y(2000.0)))))
    assert window.rows == [("positions", 1001)]
    assert window.controls.tabs.positions.currentIndex().row() == 0
    window.click_cell(window.controls.tabs.positions, 0, "BUY")
    ((symbol, at),) = window.places
    assert (symbol, f"{at:%M:%S}") == ("XAUUSD", "01:01")


def test_that_a_closed_trade_is_drawn_and_says_everything_about_itself(window: Trades) -> None:
    window.close(2000.8)
    shown = window.chart.trade_marks.between(window.chart.columns, 0, 60)
    assert (shown.entry_rows.tolist(), shown.exit_rows.tolist()) == ([1], [2])
    words = window.point_at(window.spot(1, 2000.0)).splitlines()
    assert words[0].startswith("BUY 0.01 XAUUSD: +1.")
    assert words[0].endswith(" USD")
    assert words[1] == "In 03-02 08:01:01 UTC at 2,000.00"
    assert words[2].startswith("Out 03-02 08:02:06 UTC at ")
    assert words[3] == "Closed by: flatten"
    assert words[5].startswith("Cost ")
    assert words[6].startswith("Entered by: ")
    assert window.is_at_trade
    window.point_at(window.spot(20, 2000.0))
    assert not window.is_at_trade


def test_that_a_trade_and_its_row_lead_to_each_other(window: Trades) -> None:
    window.close(2000.8)
    window.click_at(window.spot(1, 2000.0))
    ((table, key),) = window.rows
    assert table == "history"
    assert window.controls.tabs.currentWidget() is window.controls.tabs.history
    assert window.model.history.key(window.controls.tabs.history.currentIndex().row()) == key
    assert window.chart.trade_marks.chosen == key
    window.click_cell(window.controls.tabs.history, 0, "BUY")
    ((symbol, at),) = window.places
    assert (symbol, f"{at:%M:%S}") == ("XAUUSD", "01:01")


def test_that_dragging_from_a_trade_chooses_none(window: Trades) -> None:
    window.close(2000.8)
    viewport, at = window.view.plot.viewport(), window.spot(1, 2000.0)
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseMove(viewport, at + QPoint(40, 0))
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=at + QPoint(40, 0))
    assert window.rows == []


def test_that_keys_go_from_trade_to_trade(window: Trades) -> None:
    assert not window.view.step_trade(1)
    window.close(2000.8)
    assert window.view.step_trade(-1)
    assert window.chart.marked_row == 1
    assert [table for table, _ in window.rows] == ["history"]


def test_that_a_gain_and_a_loss_differ_without_colours(window: Trades) -> None:
    window.close(2000.8)
    assert window.chart.trade_marks.closed(0).label.startswith("+")
    solid, hollow = (QImage(ARROW, ARROW, QImage.Format.Format_RGB32) for _ in range(2))
    for image, is_hollow in ((solid, False), (hollow, True)):
        image.fill(0)
        painter = QPainter(image)
        painter.setBrush(QColor("white"))
        painter.drawPolygon(arrow(is_up=True, is_hollow=is_hollow))
        painter.end()
    middle = QPoint(ARROW // 2, ARROW * 2 // 3)
    assert solid.pixelColor(middle) != hollow.pixelColor(middle)


def test_that_closed_trades_can_be_switched_off(window: Trades) -> None:
    window.close(2000.8)
    for name in [name for name, _ in window.view.overlays if name != "trade_marks"]:
        window.view.set_overlay_visible(name, False)
    with_trade = picture(window.view.plot)
    window.view.set_overlay_visible("trade_marks", False)
    assert picture(window.view.plot) != with_trade
    window.point_at(window.spot(1, 2000.0))
    assert not window.is_at_trade


def test_that_a_plan_leads_to_its_moment(window: Trades) -> None:
    window.desk.do(AddPlan(plan("mine", stop_loss=1999.4)))
    window.frame()
    window.controls.tabs.setCurrentWidget(window.controls.tabs.plans)
    window.click_cell(window.controls.tabs.plans.table, 0, "pending")
    ((symbol, at),) = window.places
    assert symbol == "XAUUSD"
    assert at is not None


def test_that_a_trade_of_the_forming_candle_stays_at_it_when_it_closes(window: Trades) -> None:
    window.chart.clear()
    window.chart.append(quiet_hours(1))
    window.close(2000.8)
    marks, columns = window.chart.trade_marks, window.chart.columns
    assert marks.between(columns, 0, 5).entry_rows.tolist() == [1]
    window.chart.append(quiet_hours(5, 1))
    shown = marks.between(columns, 0, 5)
    assert (shown.entry_rows.tolist(), shown.exit_rows.tolist()) == ([1], [2])
    assert marks.between(columns, 3, 5).places.tolist() == []


def test_that_rows_and_charts_of_the_whole_window_lead_to_each_other(qtbot: QtBot) -> None:
    desk = DeskWindow(qtbot)
    window, trading = desk.window, desk.desk.trading
    trade = closed_trade(
        entered_at=MONDAY + timedelta(minutes=100), exited_at=MONDAY + timedelta(minutes=103, seconds=5)
    )
    trading.on_event(TradesRecalled((trade,)))
    window.deck.show_symbol(1)
    trading.history.click(0, 1)
    assert window.deck.front_symbol == "XAUUSD"
    assert desk.desk.charts["XAUUSD"].marked_row == 100
    window.panels["trading"].hide()
    assert window.deck.views[0].step_trade(1)
    assert not window.panels["trading"].isHidden()
    assert window.trading.tabs.history.currentIndex().row() == 0
    assert window.statusBar().currentMessage().startswith("BUY 0.01 XAUUSD: ")
    marks = desk.desk.charts["XAUUSD"].trade_marks
    marks.choose(None)
    window.deck.views[0].setFocus()
    desk.press(Qt.Key.Key_T)
    assert marks.chosen == trading.history.key(0)
    trading.on_event(TradesRecalled((msgspec.structs.replace(trade, ticket=2, entered_at=MONDAY - timedelta(days=3)),)))
    trading.history.click(0, 1)
    assert "lies outside the candles" in window.statusBar().currentMessage()


def test_that_trades_of_a_session_stay_through_a_jump_where_the_chart_reaches(window: Trades) -> None:
    window.close(2000.8)
    window.model.open([source()], goes_on=True)
    marks, columns = window.chart.trade_marks, window.chart.columns
    assert window.controls.tabs.history.model().rowCount() == 1
    assert marks.between(columns, 0, 60).entry_rows.tolist() == [1]
    window.chart.clear()
    window.chart.append(quiet_hours(1))  # a jump back: the trade lies ahead
    assert marks.between(columns, 0, 60).entry_rows.tolist() == []
    window.model.open([source()])
    assert window.controls.tabs.history.model().rowCount() == 0
