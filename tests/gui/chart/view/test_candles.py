"""Candles and overlays as they are painted."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QRegion
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.features.chart.model.chart import ChartModel
from gui.features.chart.view.chart_view import ChartView
from gui.theme import DARK
from gui.widgets.staying_menu import StayingMenu
from tests.builders import candle, quote
from tests.gui.chart.builders import block, colours, picture, quiet_hours, snapshot
from tests.gui.chart.view.hand import hover, place, rich_history

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


def test_that_prices_rescale_when_the_forming_candle_leaves_the_view(view: ChartView, model: ChartModel) -> None:
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
    fresh: dict[str, Any] = {"order_blocks": (block(known=0, low=2003.0, high=2006.0),)}
    touched: dict[str, Any] = {"order_blocks": (block(known=0, low=2003.0, high=2006.0, is_fresh=False),)}
    model.append([*quiet_hours(30, **fresh), *quiet_hours(30, 30, **touched)])
    view.plot.camera.high, view.plot.camera.is_auto_price = 2012.0, False
    view.plot.moved()
    image = picture(view.plot)
    before, after = (image.pixelColor(place(view, row, 2004.5)).blue() for row in (15, 45))
    assert before > after > QColor(DARK.background).blue()


OVERLAYS = (
    *("sessions", "grid", "volume", "micro_band", "sigma_bands", "order_blocks", "day_levels", "prior_day_levels"),
    *("prior_session_levels", "equal_levels", "structure", "vwap_anchor", "vwap", "swings", "sweeps", "last_price"),
    *("spread", "crosshair"),
)
OF_HISTORY = (
    *("prior_week_levels", "setups", "trade_marks", "trades", "moment", "strip"),
    *("drawings", "economic_events", "price_alerts"),
)
"""Those that need more than a short stretch of candles to show, or what the user draws or imports."""


def test_that_every_overlay_can_be_switched_off_and_on(view: ChartView, model: ChartModel) -> None:
    model.append(rich_history())
    model.set_live(candle(91, open=2000.0, close=2000.2), quote(5460.0, bid=2000.2, spread=0.3))
    hover(view, QPoint(300, 300))
    with_all = picture(view.plot)
    for name in OVERLAYS:
        view.set_overlay_visible(name, False)
        assert not view.is_overlay_visible(name)
        assert not view.overlay_actions[name].isChecked()
        assert picture(view.plot) != with_all, name
        view.overlay_actions[name].setChecked(True)
        assert view.is_overlay_visible(name)
        assert picture(view.plot) == with_all, name


def test_that_the_overlays_are_named_for_people(view: ChartView) -> None:
    assert {name for name, _ in view.overlays} == {*OVERLAYS, *OF_HISTORY}
    assert all(title[0].isupper() for _, title in view.overlays)
    with pytest.raises(KeyError, match="no overlay is called 'rsi'"):
        view.set_overlay_visible("rsi", False)


def test_that_one_overlay_after_the_other_is_switched_without_opening_the_menu_again(
    view: ChartView, qtbot: QtBot
) -> None:
    menu = StayingMenu()
    qtbot.addWidget(menu)
    menu.addActions([view.overlay_actions[name] for name in ("grid", "vwap")])
    menu.popup(QPoint(0, 0))
    for name in ("grid", "vwap"):
        place = menu.actionGeometry(view.overlay_actions[name]).center()
        QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=place)
        assert not view.is_overlay_visible(name)
    QTest.keyClick(menu, Qt.Key.Key_Space)
    assert view.is_overlay_visible("vwap")
    assert menu.isVisible()
    menu.close()
