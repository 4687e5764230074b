"""Price alerts in the window: added, changed, dragged, switched and removed; nothing is shown that is not kept."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QRegion
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.domain.market import Side
from engine.domain.price_alerts import (
    AtIndicator,
    AtLevel,
    AtLine,
    Crossing,
    IndicatorLevel,
    LineKind,
    OnConditions,
    PriceOf,
)
from gui.features.drawing.model.drawing import Anchor, Drawing, Kind
from gui.features.drawing.view.brush import ink_of
from gui.features.drawing.view.menus import DrawingMenu
from gui.features.price_alerts.model.form import (
    CONDITIONS,
    EVERY_TIME,
    INDICATOR,
    LINE,
    NEVER,
    UNCHANGED,
)
from gui.features.price_alerts.model.table import ALERT, EDIT, NOTE, PRICE, REMOVE, STATE, SWITCH, TIMES
from gui.theme import DARK
from tests.builders import MONDAY
from tests.gui.chart.builders import colours, flush, picture
from tests.gui.price_alerts.window import GOLD, AlertWindow


@pytest.fixture
def window(qtbot: QtBot) -> AlertWindow:
    return AlertWindow(qtbot)


def add(window: AlertWindow, price: float = 2000.5, **fields: object) -> None:
    window.desk.charts[GOLD].alerts.ask(price)
    window.alerts.form.change(**fields)
    window.alerts.form.send()


def drawing(*anchors: tuple[int, float], kind: Kind = Kind.TREND_LINE) -> Drawing:
    return Drawing(id="line", kind=kind, anchors=tuple(Anchor(*each) for each in anchors))


def test_that_an_alert_is_added_by_keys_alone(window: AlertWindow) -> None:
    window.press(Qt.Key.Key_A, Qt.KeyboardModifier.AltModifier)
    assert window.dialog.windowTitle() == "New price alert"
    window.type("2001.25")
    QTest.keyClick(window.dialog.focusWidget(), Qt.Key.Key_Return)
    flush()
    (kept,) = window.kept
    assert (kept.symbol, kept.cause, kept.price_of, kept.crossing) == (
        *(GOLD, AtLevel(2001.25), PriceOf.BID),
        Crossing.EITHER,
    )
    assert window.window.price_alerts.dialog is None
    assert window.rows(STATE, ALERT) == [("Active", "Bid crosses 2,001.25")]


def test_that_an_alert_is_added_by_the_menu_of_the_chart_at_the_clicked_price(window: AlertWindow) -> None:
    QTest.mousePress(window.plot.viewport(), Qt.MouseButton.RightButton, pos=window.point(2000.8))
    actions = window.window.deck.views[0].price_actions
    actions.refresh()
    assert not actions.edit_alert.isVisible()
    actions.alert.trigger()
    assert window.dialog.level.value() == pytest.approx(2000.8, abs=0.03)
    window.dialog.save.click()
    (line,) = window.desk.charts[GOLD].alerts.lines
    assert window.kept[0].cause == AtLevel(line.price)


def test_that_the_form_says_what_the_alert_will_wait_for(window: AlertWindow) -> None:
    window.press(Qt.Key.Key_A, Qt.KeyboardModifier.AltModifier)
    form, dialog = window.alerts.form, window.dialog
    form.change(cause=INDICATOR, indicator="VWAP −2 σ", direction="Down", price_of="Ask")
    assert dialog.summary.text() == "XAUUSD: Ask crosses down VWAP −2 σ"
    assert dialog.indicator.isVisibleTo(dialog)
    assert not dialog.level.isVisibleTo(dialog)
    form.change(cause=CONDITIONS, side="SELL", max_missing=0)
    assert dialog.summary.text() == "XAUUSD: SELL with all conditions met"
    assert not dialog.direction.isVisibleTo(dialog)
    form.change(fires=EVERY_TIME)
    dialog.save.click()
    (kept,) = window.kept
    assert (kept.cause, kept.repeats) == (OnConditions(Side.SELL, 0), True)


def test_that_a_form_that_cannot_be_kept_says_why(window: AlertWindow) -> None:
    window.press(Qt.Key.Key_A, Qt.KeyboardModifier.AltModifier)
    window.alerts.form.change(level=0.0)
    assert window.dialog.faults.text() == "✗ the level is 0; a price above 0 is allowed"
    assert not window.dialog.save.isEnabled()


def test_that_a_note_may_be_written_with_spaces(window: AlertWindow) -> None:
    window.press(Qt.Key.Key_A, Qt.KeyboardModifier.AltModifier)
    QTest.keyClicks(window.dialog.note, "range  high ")
    assert window.dialog.note.text() == "range  high "
    window.dialog.save.click()
    assert window.kept[0].note == "range high"


def test_that_another_symbol_has_another_price_and_no_drawn_line(window: AlertWindow) -> None:
    window.desk.charts[GOLD].drawings.add(drawing((0, 2000.0), (60, 2001.0)))
    window.desk.charts[GOLD].drawings.alert_asked.emit("line")
    assert window.dialog.cause.currentText() == LINE
    window.alerts.form.change(symbol="BTCUSD")
    assert window.dialog.cause.currentText() != LINE
    assert window.dialog.level.value() == window.desk.charts["BTCUSD"].last_price


def test_that_an_alert_stands_on_the_chart_until_it_has_fired(window: AlertWindow) -> None:
    add(window, 2000.5)
    assert [(line.price, line.words) for line in window.desk.charts[GOLD].alerts.lines] == [
        (2000.5, "↕ Alert crosses 2,000.50")
    ]
    window.tick(18_001, 2000.6)
    assert window.desk.charts[GOLD].alerts.lines == ()
    assert window.rows(STATE, PRICE, TIMES) == [("Fired", "2,000.60", "1")]
    (toast,) = window.desk.alerts.toasts
    assert (toast.alert.title, toast.alert.words) == ("XAUUSD: Bid crosses 2,000.50", "at 2,000.60")


def test_that_a_dragged_line_moves_its_alert(window: AlertWindow) -> None:
    add(window, 2000.5)
    window.drag(2000.5, 2000.9)
    (kept,) = window.kept
    assert isinstance(kept.cause, AtLevel)
    assert kept.cause.level == pytest.approx(2000.9, abs=0.05)
    lines = window.desk.charts[GOLD].alerts
    assert [line.price for line in lines.lines] == [kept.cause.level]
    assert lines.wish is None


def test_that_a_line_that_is_dragged_to_no_price_goes_back(window: AlertWindow) -> None:
    add(window, 2000.5)
    lines = window.desk.charts[GOLD].alerts
    lines.drag(lines.lines[0], -5.0)
    assert lines.wish is not None
    lines.drop()
    assert lines.wish is None
    assert window.kept[0].cause == AtLevel(2000.5)


def test_that_a_double_click_on_the_line_opens_its_form(window: AlertWindow) -> None:
    add(window, 2000.5, note="range high")
    QTest.mouseDClick(window.plot.viewport(), Qt.MouseButton.LeftButton, pos=window.point(2000.5))
    assert window.dialog.windowTitle() == "Change price alert"
    assert (window.dialog.note.text(), window.dialog.level.value()) == ("range high", 2000.5)
    window.alerts.form.change(level=2000.7)
    window.dialog.save.click()
    assert (window.kept[0].cause, window.kept[0].note) == (AtLevel(2000.7), "range high")


def test_that_the_menu_at_the_line_edits_and_removes(window: AlertWindow) -> None:
    add(window, 2000.5)
    QTest.mousePress(window.plot.viewport(), Qt.MouseButton.RightButton, pos=window.point(2000.5))
    actions = window.window.deck.views[0].price_actions
    actions.refresh()
    assert actions.edit_alert.isVisible()
    actions.remove_alert.trigger()
    assert (window.kept, window.rows()) == ([], [])


def test_that_the_table_switches_edits_and_removes(window: AlertWindow) -> None:
    add(window, 2000.5)
    window.click_cell(0, SWITCH)
    assert window.rows(STATE, SWITCH) == [("Off", "Switch on")]
    assert window.desk.charts[GOLD].alerts.lines == ()
    window.click_cell(0, SWITCH)
    assert window.rows(STATE, SWITCH) == [("Active", "Switch off")]
    window.click_cell(0, EDIT)
    window.dialog.reject()
    window.click_cell(0, REMOVE)
    assert window.rows() == []


def test_that_an_alert_that_has_expired_says_so_and_keeps_its_expiry_while_it_is_edited(window: AlertWindow) -> None:
    add(window, 2000.5, expiry="1 hour")
    (kept,) = window.kept
    assert kept.expires_at == kept.created_at + timedelta(hours=1)
    window.tick(18_000 + 3_601, 2000.0)
    assert window.rows(STATE) == [("Expired",)]
    assert window.desk.charts[GOLD].alerts.lines == ()
    window.click_cell(0, EDIT)
    assert window.dialog.expiry.currentText() == UNCHANGED
    assert "would expire" in window.dialog.faults.text()
    window.alerts.form.change(expiry=NEVER)
    window.dialog.save.click()
    assert window.rows(STATE) == [("Active",)]


def test_that_a_drawing_that_is_moved_moves_its_alert_and_one_that_is_deleted_switches_it_off(
    window: AlertWindow,
) -> None:
    drawings = window.desk.charts[GOLD].drawings
    drawings.add(drawing((0, 2000.0), (600, 2001.0)))
    menu = DrawingMenu(drawings.all[0], drawings, partial(ink_of, theme=DARK), window.window)
    next(action for action in menu.actions() if action.text() == "Alert on this line …").trigger()
    window.dialog.save.click()
    (kept,) = window.kept
    assert isinstance(kept.cause, AtLine)
    assert (kept.cause.kind, kept.cause.second.price) == (LineKind.TREND, 2001.0)
    assert window.rows(ALERT) == [("Bid crosses the trend line",)]
    assert window.desk.charts[GOLD].alerts.drawn == ("line",)
    drawings.replace(drawing((0, 2000.0), (600, 2002.0)))
    moved = window.kept[0].cause
    assert isinstance(moved, AtLine)
    assert moved.second.price == 2002.0
    drawings.delete("line")
    assert window.rows(STATE) == [("Off",)]
    assert window.desk.charts[GOLD].alerts.drawn == ()


def test_that_a_drawing_with_an_alert_has_a_bell_at_the_newest_candle(window: AlertWindow) -> None:
    chart, opened = window.desk.charts[GOLD], int(MONDAY.timestamp())
    chart.drawings.add(drawing((opened, 2000.0), (opened + 18_000, 2000.5)))
    chart.drawings.select("")
    before = picture(window.plot)
    chart.drawings.alert_asked.emit("line")
    window.dialog.save.click()
    window.window.activateWindow()
    scale = window.plot.canvas.view_scale
    bell = QRect(round(float(scale.x(chart.count))), round(float(scale.y(2000.5))) - 7, 14, 14)
    assert colours(picture(window.plot), QRegion(bell)) != colours(before, QRegion(bell))


def test_that_an_alert_needs_a_line_that_goes_through_time(window: AlertWindow) -> None:
    window.desk.charts[GOLD].drawings.add(drawing((60, 2000.0), (60, 2001.0)))
    window.desk.charts[GOLD].drawings.alert_asked.emit("line")
    assert window.window.price_alerts.dialog is None
    assert window.kept == []


def test_that_alerts_of_every_kind_are_shown_when_a_desk_opens(window: AlertWindow) -> None:
    add(window, 2000.5)
    add(window, cause=INDICATOR, indicator="VWAP")
    window.engine.desk.begin_market({GOLD: True}, window.engine.market)
    window.show()
    assert window.rows(ALERT) == [("Bid crosses VWAP",), ("Bid crosses 2,000.50",)]
    assert [alert.cause for alert in window.kept] == [AtLevel(2000.5), AtIndicator(IndicatorLevel.VWAP)]


def test_that_what_the_store_does_not_take_is_shown_in_the_form(window: AlertWindow) -> None:
    add(window, 2000.5)
    window.press(Qt.Key.Key_A, Qt.KeyboardModifier.AltModifier)
    window.engine.archive.close()
    window.dialog.save.click()
    assert "the store cannot be used now" in window.dialog.faults.text()
    assert len(window.rows()) == 1


def test_that_rows_are_copied_and_filtered_like_those_of_any_table(window: AlertWindow) -> None:
    add(window, 2000.5, note="upper edge")
    add(window, 1999.0)
    table = window.panel.table
    window.alerts.table.set_search("edge")
    assert window.rows(NOTE) == [("upper edge",)]
    table.setCurrentIndex(table.model().index(0, 0))
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert "upper edge" in QApplication.clipboard().text()
