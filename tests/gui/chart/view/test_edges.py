"""What a chart shows at the edges of its view, and what is left of it when it is hidden."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, QSize
from pytestqt.qtbot import QtBot

from gui.features.chart.view.layers.alert_layer import BELL, LEFT
from gui.features.price_alerts.model.lines import AlertLine
from gui.theme import DARK, LIGHT
from tests.gui.chart.builders import colours, flush, picture
from tests.gui.chart.view.pair import Pair


def test_that_an_alert_has_its_bell_at_the_left_edge_of_the_view(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    pair = Pair(qtbot, monkeypatch)
    plot, camera = pair.view.plot, pair.camera
    camera.is_auto_price = False
    for candles in (0.0, -4.0, -70.0):
        camera.pan(candles)
        plot.moved()
        price = 0.9 * camera.high + 0.1 * camera.low
        bell = QRect(LEFT, round(plot.canvas.view_scale.y(price)) - BELL // 2, BELL, BELL)
        pair.model.alerts.show([])
        assert DARK.warning not in colours(picture(plot).copy(bell))
        pair.model.alerts.show([AlertLine("a", price, "Alert")])
        assert DARK.warning in colours(picture(plot).copy(bell))


def test_that_the_words_of_an_empty_chart_are_whole_in_a_narrow_view(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = Pair(qtbot, monkeypatch)
    pair.m1.clear()
    pair.view.resize(330, 480)
    shown = picture(pair.view.plot)
    plot = pair.view.plot.canvas.plot
    for edge in (QRect(0, 0, 20, plot.height()), QRect(plot.width() - 20, 0, 19, plot.height())):
        assert len(colours(shown.copy(edge))) == 1


def test_that_a_hidden_chart_keeps_no_picture(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    pair = Pair(qtbot, monkeypatch)
    before = picture(pair.view)
    still = pair.view.plot.canvas._still
    assert not still.pixmap.isNull()
    pair.view.hide()
    assert still.pixmap.isNull()
    assert still._wide._pixmap.isNull()
    pair.view.show()
    assert picture(pair.view) == before


@pytest.mark.parametrize("ratio", [1.25, 1.5])
def test_that_nothing_of_another_theme_is_left_at_the_edges_of_a_chart(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, ratio: float
) -> None:
    pair = Pair(qtbot, monkeypatch, ratio=ratio)
    for size in (QSize(533 - less, 430 - less) for less in range(4)):
        for view in pair.views:
            view.resize(size)
        pair.view.set_theme(DARK)
        flush()
        picture(pair.view)
        pair.on_both(lambda view: view.set_theme(LIGHT))
        assert pair.difference() is None, size
