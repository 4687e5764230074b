"""The text of the read-out, and its candle."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QRegion
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.domain.market import Instrument
from gui.features.chart.model.chart import ChartModel
from gui.features.chart.view.chart_view import ChartView
from gui.theme import DARK
from tests.builders import GOLD, candle, quote
from tests.gui.chart.builders import colours, picture, quiet_hours, snapshot
from tests.gui.chart.view.hand import hover, place


def test_that_the_read_out_shows_the_candle_under_the_mouse(view: ChartView, model: ChartModel, qtbot: QtBot) -> None:
    model.append([*quiet_hours(40), snapshot(40, of=candle(40, close=2000.25, volume=77.0), vwap=2000.11)])
    model.append(quiet_hours(10, 41))
    with qtbot.waitSignal(view.hovered) as emitted:
        hover(view, place(view, 40, 2000.0))
    assert view.plot.hovered_row == 40
    assert emitted.args is not None
    for words in ("C 2,000.25", "Vol 77", "VWAP 2,000.11", "Mon 2 Mar 2026 08:40", "Spread 0.20", "London"):
        assert words in view.snapshot_text


def test_that_a_source_without_volume_has_neither_bars_nor_a_number(view: ChartView, model: ChartModel) -> None:
    model.append([snapshot(minute, of=candle(minute, volume=None)) for minute in range(40)])
    model.set_live(candle(41, volume=None), quote(41 * 60))
    picture(view)
    assert "Vol" not in view.snapshot_text


def test_that_the_read_out_returns_to_the_newest_candle_when_the_mouse_leaves(
    view: ChartView, model: ChartModel
) -> None:
    model.append(quiet_hours(50))
    hover(view, place(view, 10, 2000.0))
    assert "08:10" in view.snapshot_text
    QApplication.sendEvent(view.plot, QEvent(QEvent.Type.Leave))
    assert view.plot.hovered_row is None
    assert "08:49" in view.snapshot_text


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
    assert f" {words} " in view.snapshot_text


def test_that_prices_are_shown_with_the_digits_of_the_instrument(qtbot: QtBot) -> None:
    model = ChartModel(Instrument(symbol="EURUSD", digits=5, tick_size=0.00001, day_roll=GOLD.day_roll))
    view = ChartView(model, DARK)
    qtbot.addWidget(view)
    model.append([snapshot(of=candle(close=1.08765, spread=0.00012))])
    assert "C 1.08765" in view.snapshot_text
    assert "Spread 0.00012" in view.snapshot_text


def test_that_times_follow_the_zone(view: ChartView, model: ChartModel) -> None:
    model.append(quiet_hours(50))
    before = picture(view.plot)
    view.set_zone(ZoneInfo("Asia/Tokyo"))
    assert "17:49" in view.snapshot_text
    assert picture(view.plot) != before


def test_that_the_read_out_leaves_fields_out_rather_than_cutting_them(view: ChartView, model: ChartModel) -> None:
    model.append(quiet_hours(10))
    view.resize(330, 400)
    image = picture(view)
    right_edge = QRegion(image.width() - 4, 0, 4, 40)
    assert colours(image, right_edge) == {DARK.background}
