"""How far candles came through the layers: bytes, the signal history, and the setups on the chart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QEvent, QObject, QPoint
from PySide6.QtGui import QImage, QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.domain.judgement import Judgement
from engine.domain.market import Side
from gui.features.chart.model.chart import ChartModel
from gui.features.chart.model.strip import Cell, Verdicts
from gui.features.chart.view.chart_view import ChartView
from gui.features.chart.view.layers.labels import LabelBoard
from gui.features.chart.view.layers.setup_layer import DISTANCE, MARK_PIXELS
from gui.features.chart.view.strip import BAND, BAND_GAP, MARGIN, PITCH
from gui.theme import DARK, apply
from tests.builders import GOLD, candle, quote
from tests.conditions.test_setups import A_SPINNING_TOP
from tests.gui.chart.builders import colours, flush, picture, quiet_hours
from tests.gui.conditions.builders import NOWHERE, QUIET, judgement_at

DEAD: dict[str, Any] = {"atr1": 0.1, "candle": QUIET}
"""Held back by the first layer, and the third one would have failed as well."""


# -- bytes --------------------------------------------------------------------------------------------------------


def verdicts(*judgements: Judgement | None) -> Verdicts:
    found = Verdicts()
    found.extend(judgements)
    return found


def cells(found: Verdicts, index: int, side: Side) -> list[Cell]:
    return [found.cell(index, side, layer) for layer in range(4)]


def test_that_a_setup_came_through_all_layers() -> None:
    assert cells(verdicts(judgement_at(0)), 0, Side.BUY) == [Cell.THROUGH] * 4


def test_that_the_first_layer_that_failed_is_distinguished_from_those_behind_it() -> None:
    found = verdicts(judgement_at(0, **DEAD), judgement_at(1, **NOWHERE), judgement_at(2, candle=QUIET))
    assert cells(found, 0, Side.BUY) == [Cell.DECIDED, Cell.PASSED, Cell.BEHIND, Cell.PASSED]
    assert cells(found, 1, Side.BUY) == [Cell.PASSED, Cell.DECIDED, Cell.PASSED, Cell.BEHIND]
    assert cells(found, 2, Side.BUY) == [Cell.PASSED, Cell.PASSED, Cell.DECIDED, Cell.PASSED]


def test_that_each_side_has_its_own_cells() -> None:
    found = verdicts(judgement_at(0, Side.SELL))
    assert cells(found, 0, Side.SELL) == [Cell.THROUGH] * 4
    assert cells(found, 0, Side.BUY)[2] is Cell.DECIDED


def test_that_what_was_not_judged_is_empty() -> None:
    assert cells(verdicts(None), 0, Side.BUY) == [Cell.NOT_JUDGED] * 4


def test_that_a_candle_that_passed_more_layers_has_the_higher_byte() -> None:
    found = verdicts(None, judgement_at(0, **DEAD), judgement_at(1, **NOWHERE), judgement_at(2, candle=QUIET))
    found.extend([judgement_at(3)])
    assert sorted(found.of(Side.BUY).tolist()) == found.of(Side.BUY).tolist()


def test_that_setups_are_kept_by_row_and_only_the_newest_one_lives() -> None:
    found = verdicts(judgement_at(0), judgement_at(1, Side.SELL), judgement_at(2, **NOWHERE))
    assert (found.setups.index.values.tolist(), found.setups.is_buy.values.tolist()) == ([0, 1], [True, False])
    assert found.setups.is_a_plus.values.all()
    assert found.living is None
    found.extend([judgement_at(3)])
    assert found.living is not None


def test_that_a_tie_is_no_setup() -> None:
    found = verdicts(judgement_at(0, candle=A_SPINNING_TOP))
    assert cells(found, 0, Side.BUY) == cells(found, 0, Side.SELL) == [Cell.THROUGH] * 4
    assert len(found.setups.index.values) == 0


def test_that_a_market_that_restarts_has_no_verdicts() -> None:
    found = verdicts(judgement_at(0))
    found.clear()
    assert (len(found), found.living, len(found.setups.index.values)) == (0, None, 0)


# -- the strip ----------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _themed(qapp: QApplication) -> Iterator[None]:
    apply(qapp)
    yield
    qapp.setStyleSheet("")


class Chart:
    """A chart on the screen with forty judged candles."""

    def __init__(self, qtbot: QtBot) -> None:
        self.model = ChartModel(GOLD)
        self.view = ChartView(self.model, DARK)
        qtbot.addWidget(self.view)
        self.view.resize(900, 600)
        self.view.show()
        self.strip = self.view.strip
        self.close(*(judgement_at(minute, **NOWHERE) for minute in range(40)))

    def close(self, *judgements: Judgement | None) -> None:
        """Candles close, each with what was thought of it."""
        self.model.append(quiet_hours(len(judgements), self.model.count), judgements)
        flush()

    def x(self, row: int) -> int:
        return int(self.view.plot.canvas.view_scale.x(row))

    def cell(self, row: int, side: Side, layer: int) -> QPoint:
        top = MARGIN + (side is Side.SELL) * (BAND + BAND_GAP)
        return QPoint(self.x(row), top + layer * PITCH + PITCH // 2)

    def column(self, row: int) -> set[str]:
        """The colours of the chart above and below a candle."""
        image = picture(self.view.plot)
        area = image.copy(self.x(row) - 5, 0, 11, self.view.plot.canvas.plot.height())
        return colours(area)


@pytest.fixture
def chart(qtbot: QtBot) -> Chart:
    return Chart(qtbot)


class Paints(QObject):
    """Counts how often a widget is painted."""

    def __init__(self, watched: QObject) -> None:
        super().__init__(watched)
        self.count = 0
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        del watched
        self.count += isinstance(event, QPaintEvent)
        return False


def shade(image: QImage, point: QPoint) -> str:
    return image.pixelColor(point).name()


def test_that_cells_stand_below_their_candles_in_the_shade_of_what_happened(chart: Chart) -> None:
    chart.close(judgement_at(40))
    image = picture(chart.strip)
    setup = {shade(image, chart.cell(40, Side.BUY, layer)) for layer in range(4)}
    passed, decided, failed = (shade(image, chart.cell(30, Side.BUY, layer)) for layer in (0, 1, 3))
    assert setup == {DARK.passed}
    assert len({passed, decided, failed, DARK.passed, DARK.background}) == 5


def test_that_no_word_is_written_over_the_mark_of_a_setup(chart: Chart, monkeypatch: pytest.MonkeyPatch) -> None:
    boards: list[LabelBoard] = []
    monkeypatch.setattr(LabelBoard, "paint", lambda board, _painter: boards.append(board))
    chart.close(judgement_at(40))
    picture(chart.view.plot)
    below = chart.view.plot.canvas.view_scale.y(chart.model.columns.low.values[40]) + DISTANCE
    assert not boards[-1].is_free(float(chart.x(40)), below + MARK_PIXELS / 2, 1.0, 1.0)


def test_that_the_strip_moves_with_the_chart(chart: Chart) -> None:
    chart.close(judgement_at(40), *(judgement_at(minute, **NOWHERE) for minute in range(41, 60)))
    before = chart.cell(40, Side.BUY, 0)
    chart.view.plot.camera.pan(-5)
    chart.view.plot.moved()
    after = chart.cell(40, Side.BUY, 0)
    assert after.x() > before.x()
    assert shade(picture(chart.strip), after) == DARK.passed


def test_that_where_candles_share_a_pixel_the_one_that_came_furthest_is_shown(chart: Chart) -> None:
    dead = judgement_at(40, **NOWHERE)
    chart.close(*[dead] * 2960, judgement_at(3000), *[dead] * 3000)
    chart.view.show_candles(6000)
    image = picture(chart.strip)
    around = {shade(image, chart.cell(3000, Side.BUY, 3) + QPoint(shift, 0)) for shift in (-1, 0, 1)}
    assert DARK.passed in around


def test_that_a_tick_leaves_the_strip_alone_and_a_close_paints_it(chart: Chart) -> None:
    picture(chart.strip)
    paints = Paints(chart.strip)
    for second in range(5):
        chart.model.set_live(candle(40, open=2000.0, high=2000.5, close=2000.4), quote(2400.0 + second))
        flush()
    assert paints.count == 0
    chart.close(judgement_at(40))
    assert paints.count == 1


def test_that_pointing_at_a_cell_points_at_its_candle_on_the_chart_too(chart: Chart, qtbot: QtBot) -> None:
    with qtbot.waitSignal(chart.view.hovered) as emitted:
        QTest.mouseMove(chart.strip, chart.cell(30, Side.SELL, 2))
    assert emitted.args == [30]
    assert "08:30" in chart.view.snapshot_text
    assert chart.view.plot.hovered_row == 30
    assert chart.strip.words_at(chart.cell(30, Side.SELL, 2)).startswith("SELL · 3 Signals: failed")
    with qtbot.waitSignal(chart.view.hovered) as emitted:
        QApplication.sendEvent(chart.strip, QEvent(QEvent.Type.Leave))
    assert emitted.args == [None]


def test_that_a_candle_pointed_at_on_the_chart_is_framed_on_the_strip(chart: Chart) -> None:
    before = picture(chart.strip)
    chart.view.plot.point_at_row(30)
    assert picture(chart.strip) != before
    chart.view.plot.point_at_row(None)
    assert picture(chart.strip) == before


def test_that_the_strip_can_be_switched_off(chart: Chart) -> None:
    chart.view.set_overlay_visible("strip", False)
    assert not chart.strip.isVisible()
    assert not chart.view.is_overlay_visible("strip")
    chart.view.overlay_actions["strip"].setChecked(True)
    assert chart.strip.isVisible()


def test_that_space_without_candles_shows_nothing(chart: Chart) -> None:
    assert chart.strip.words_at(QPoint(chart.x(39) + 60, MARGIN + 3)) == ""


# -- setups on the chart ------------------------------------------------------------------------------------------


def test_that_a_setup_is_marked_at_its_candle(chart: Chart) -> None:
    low_score = judgement_at(40)
    assert low_score.setup is not None
    chart.close(replace(low_score, setup=replace(low_score.setup, is_a_plus=False)))
    chart.close(*(judgement_at(minute, **NOWHERE) for minute in range(41, 50)))
    assert DARK.accent in chart.column(40)
    assert DARK.accent not in chart.column(20)
    chart.view.set_overlay_visible("setups", False)
    assert DARK.accent not in chart.column(40)


def test_that_the_idea_is_drawn_while_the_setup_lives_and_no_longer(chart: Chart) -> None:
    def right_edge() -> set[str]:
        plot = chart.view.plot.canvas.plot
        return colours(picture(chart.view.plot).copy(plot.width() - 100, 0, 90, plot.height()))

    entry_stop_and_target = {DARK.accent, DARK.failed, DARK.passed}
    assert not entry_stop_and_target & right_edge()
    chart.close(judgement_at(40))
    assert entry_stop_and_target <= right_edge()
    chart.close(judgement_at(41, **NOWHERE))
    assert not entry_stop_and_target & right_edge()


def test_that_the_newest_setup_can_be_looked_at(chart: Chart) -> None:
    assert not chart.view.look_at_newest_setup()
    chart.close(judgement_at(40), *(judgement_at(minute, **NOWHERE) for minute in range(41, 600)))
    assert chart.view.look_at_newest_setup()
    assert chart.view.plot.hovered_row == 40
    assert 0 < chart.x(40) < chart.view.plot.canvas.plot.width()


def test_that_the_topmost_setup_keeps_its_label(chart: Chart) -> None:
    chart.view.set_overlay_visible("swings", False)
    chart.close(judgement_at(40, Side.SELL), *(judgement_at(minute, **NOWHERE) for minute in range(41, 50)))
    for price in (2001.0, 2001.05, 2001.2):
        camera = chart.view.plot.camera
        camera.high, camera.low, camera.is_auto_price = price, 1990.0, False
        chart.view.plot.moved()
        around = picture(chart.view.plot).copy(chart.x(40) - 40, 0, 100, 60)
        ground = sum(around.pixelColor(x, y).name() in (DARK.text, DARK.accent) for x in range(100) for y in range(60))
        assert ground > 3 * MARK_PIXELS**2, price
