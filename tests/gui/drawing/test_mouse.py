"""Drawings under the mouse: placed, snapped, selected, moved, and painted no more often than needed."""

from __future__ import annotations

from functools import partial

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QRegion
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QInputDialog, QMenu

from engine.domain.market import Candle
from gui.features.chart.model.chart import ChartModel
from gui.features.chart.view.chart_view import ChartView
from gui.features.drawing.model.drawing import Anchor, Dash, Drawing, Kind, Style
from gui.features.drawing.model.measure import Risk, Ruler, duration_text, measured
from gui.features.drawing.view.brush import ink_of
from gui.features.drawing.view.menus import DrawingMenu, plain
from gui.features.drawing.view.shape import shape_of, shapes_in_view
from gui.theme import DARK, LIGHT
from tests.builders import candle, quote
from tests.gui.chart.builders import colours, flush, picture, quiet_hours
from tests.gui.chart.view.hand import LEFT, NO_KEY, Painted, drag, hover, place, turn_wheel
from tests.gui.drawing.builders import anchor, drawing, level, trend

CTRL = Qt.KeyboardModifier.ControlModifier


def click(view: ChartView, point: QPoint, modifiers: Qt.KeyboardModifier = NO_KEY) -> None:
    QTest.mouseMove(view.plot.viewport(), point)
    QTest.mouseClick(view.plot.viewport(), LEFT, modifiers, point)
    flush()


def draw(view: ChartView, kind: Kind, *points: QPoint) -> Drawing:
    view.drawings.tools.choose(kind)
    for point in points:
        click(view, point, CTRL)
    assert view.drawings.tools.kind is None
    return view.drawings.all[-1]


def time_of(model: ChartModel, row: int) -> int:
    return model.axis.seconds(row)


# -- placing


def test_that_a_click_places_a_horizontal_line_and_puts_the_tool_away(view: ChartView, model: ChartModel) -> None:
    line = draw(view, Kind.HORIZONTAL_LINE, place(view, 60, 2000.2))
    assert line.first.time_s == time_of(model, 60)
    assert line.first.price == pytest.approx(2000.2, abs=0.01)
    assert line == view.drawings.selected
    click(view, place(view, 90, 1999.7))
    assert len(view.drawings.all) == 1
    assert view.drawings.selected is None


def test_that_an_anchor_snaps_to_the_nearest_price_of_its_candle_unless_ctrl_is_held(view: ChartView) -> None:
    view.drawings.tools.choose(Kind.HORIZONTAL_LINE)
    click(view, place(view, 60, 2000.95))
    assert view.drawings.all[-1].first.price == 2001.0
    draw(view, Kind.HORIZONTAL_LINE, place(view, 60, 2000.95))
    assert view.drawings.all[-1].first.price == pytest.approx(2000.95, abs=0.01)
    view.drawings.tools.set_snapping(False)
    view.drawings.tools.choose(Kind.HORIZONTAL_LINE)
    click(view, place(view, 60, 2000.95))
    assert view.drawings.all[-1].first.price == pytest.approx(2000.95, abs=0.01)


@pytest.mark.parametrize("kind", [Kind.TREND_LINE, Kind.RAY, Kind.RECTANGLE, Kind.FIBONACCI])
def test_that_two_clicks_or_a_press_and_a_drag_place_two_anchors(
    view: ChartView, model: ChartModel, kind: Kind
) -> None:
    first, last = place(view, 40, 1999.4), place(view, 90, 2000.6)
    clicked = draw(view, kind, first, last)
    assert [each.time_s for each in clicked.anchors] == [time_of(model, 40), time_of(model, 90)]
    view.drawings.tools.choose(kind)
    view.drawings.tools.set_snapping(False)
    drag(view, first, last - first)
    dragged = view.drawings.all[-1]
    assert dragged.anchors == clicked.anchors
    assert len(view.drawings.all) == 2


def test_that_two_clicks_at_one_place_make_no_line(view: ChartView) -> None:
    view.drawings.tools.choose(Kind.TREND_LINE)
    for _ in range(2):
        click(view, place(view, 40, 2000.0))
    assert view.drawings.all == ()
    assert view.drawings.is_draft


def test_that_a_second_quick_click_places_the_second_anchor(view: ChartView) -> None:
    view.drawings.tools.choose(Kind.TREND_LINE)
    click(view, place(view, 40, 2000.0))
    QTest.mouseDClick(view.plot.viewport(), LEFT, NO_KEY, place(view, 44, 2000.5))
    assert len(view.drawings.all) == 1


def test_that_an_anchor_may_stand_beyond_the_last_candle(view: ChartView, model: ChartModel) -> None:
    line = draw(view, Kind.TREND_LINE, place(view, 100, 1999.5), place(view, 130, 2000.5))
    assert line.last.time_s == time_of(model, 119) + 11 * 60
    model.append(quiet_hours(20, 120))
    shape = shape_of(line, view.plot.canvas.view_scale, model.axis)
    assert round(view.plot.canvas.view_scale.index_at(shape.handles[1].x())) == 130


def test_that_escape_or_a_right_click_cancels_a_drawing_that_is_begun(view: ChartView) -> None:
    for cancel in ("escape", "right click"):
        view.drawings.tools.choose(Kind.TREND_LINE)
        click(view, place(view, 40, 2000.0))
        assert view.drawings.is_draft
        if cancel == "escape":
            QTest.keyClick(view.plot, Qt.Key.Key_Escape)
        else:
            _right_click(view, place(view, 60, 2000.0))
            assert QApplication.activePopupWidget() is None
        assert view.drawings.held is None
        assert view.drawings.tools.kind is None
        assert view.drawings.all == ()


def test_that_nothing_is_placed_from_the_axes_and_nothing_stays_when_the_mouse_leaves(view: ChartView) -> None:
    view.drawings.tools.choose(Kind.HORIZONTAL_LINE)
    click(view, QPoint(view.plot.canvas.plot.width() + 10, 100))
    assert view.drawings.all == ()
    hover(view, place(view, 40, 2000.0))
    assert view.drawings.is_draft
    view.plot.drawing_hand.leave()
    assert view.drawings.held is None


def test_that_an_empty_chart_takes_no_drawing(view: ChartView, model: ChartModel) -> None:
    model.clear()
    view.drawings.tools.choose(Kind.HORIZONTAL_LINE)
    click(view, QPoint(300, 200))
    assert view.drawings.all == ()


# -- selecting and moving


def test_that_a_line_is_selected_by_a_click_and_moved_by_a_drag(view: ChartView, model: ChartModel) -> None:
    line = draw(view, Kind.TREND_LINE, place(view, 40, 1999.4), place(view, 80, 2000.6))
    view.drawings.select("")
    flush()
    middle = place(view, 60, 2000.0)
    drag(view, middle, place(view, 70, 2000.3) - middle)
    (moved,) = view.drawings.all
    assert moved.id == line.id
    assert [each.time_s for each in moved.anchors] == [time_of(model, 50), time_of(model, 90)]
    assert moved.first.price - line.first.price == pytest.approx(0.3, abs=0.02)
    assert moved.last.price - line.last.price == pytest.approx(0.3, abs=0.02)
    view.drawings.undo()
    assert view.drawings.all == (line,)


def test_that_an_anchor_moves_alone_by_its_handle(view: ChartView, model: ChartModel) -> None:
    line = draw(view, Kind.RECTANGLE, place(view, 40, 1999.4), place(view, 80, 2000.6))
    drag(view, place(view, 80, 2000.6), place(view, 100, 1999.7) - place(view, 80, 2000.6))
    (moved,) = view.drawings.all
    assert moved.first == line.first
    assert moved.last.time_s == time_of(model, 100)
    assert moved.last.price < line.last.price


def test_that_escape_lets_a_drawing_that_is_dragged_stay(view: ChartView) -> None:
    line = draw(view, Kind.HORIZONTAL_LINE, place(view, 40, 2000.0))
    viewport, start = view.plot.viewport(), place(view, 80, line.first.price)
    QTest.mousePress(viewport, LEFT, NO_KEY, start)
    QTest.mouseMove(viewport, start + QPoint(0, 30))
    assert view.drawings.is_moving
    QTest.keyClick(view.plot, Qt.Key.Key_Escape)
    QTest.mouseRelease(viewport, LEFT, NO_KEY, start + QPoint(0, 30))
    assert view.drawings.all == (line,)


def test_that_a_drag_beside_every_drawing_moves_the_chart(view: ChartView) -> None:
    draw(view, Kind.RECTANGLE, place(view, 40, 1999.4), place(view, 80, 2000.6))
    before = view.plot.camera.first
    drag(view, place(view, 60, 2000.0), QPoint(60, 0))
    assert view.plot.camera.first < before


def test_that_the_front_one_of_two_drawings_is_grabbed(view: ChartView) -> None:
    for name in ("back", "front"):
        view.drawings.add(level(2000.0, name=name))
    flush()
    click(view, place(view, 60, 2000.0))
    assert view.drawings.selected == level(2000.0, name="front")


def test_that_hidden_drawings_are_neither_painted_nor_grabbed(view: ChartView) -> None:
    plain_picture = picture(view.plot)
    view.drawings.add(level(2000.0))
    view.drawings.select("")
    assert picture(view.plot) != plain_picture
    view.set_overlay_visible("drawings", False)
    assert picture(view.plot) == plain_picture
    click(view, place(view, 60, 2000.0))
    assert view.drawings.selected is None


# -- menus and words


def _right_click(view: ChartView, point: QPoint) -> None:
    viewport = view.plot.viewport()
    QTest.mousePress(viewport, Qt.MouseButton.RightButton, NO_KEY, point)
    at = viewport.mapToGlobal(point)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, view.mapFromGlobal(at), at)
    QApplication.sendEvent(view, event)


def popup() -> QMenu:
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def trigger(menu: QMenu, *path: str) -> None:
    for words in path[:-1]:
        menu = next(each.menu() for each in menu.actions() if each.text() == words)  # type: ignore[assignment]
    next(each for each in menu.actions() if each.text() == path[-1]).trigger()


def test_that_the_menu_of_a_drawing_changes_its_style_and_that_of_the_next_one(view: ChartView) -> None:
    line = draw(view, Kind.TREND_LINE, place(view, 40, 1999.4), place(view, 80, 2000.6))
    for path in (("Colour", "Orange"), ("Width", "4 px"), ("Line", "Dashed"), ("Opacity", "50 %")):
        _right_click(view, place(view, 60, 2000.0))
        menu = popup()
        assert isinstance(menu, DrawingMenu)
        trigger(menu, *path)
        menu.close()
        flush()
    wanted = Style(colour="orange", width=4, dash=Dash.DASHED, opacity=50)
    assert view.drawings.all[0].style == wanted
    assert draw(view, Kind.TREND_LINE, place(view, 30, 2000.5), place(view, 50, 2000.9)).style == wanted
    for _ in range(5):
        view.drawings.undo()
    assert view.drawings.all == (line,)


def test_that_the_menu_duplicates_extends_orders_and_deletes(view: ChartView) -> None:
    zone = draw(view, Kind.RECTANGLE, place(view, 40, 1999.4), place(view, 80, 2000.6))
    for words in ("Extend to the right", "Duplicate", "Send to back", "Delete"):
        chosen = view.drawings.selected
        assert chosen is not None
        menu = DrawingMenu(chosen, view.drawings, partial(ink_of, theme=DARK), view)
        trigger(menu, words)
        menu.close()
    (left,) = view.drawings.all
    assert left == Drawing(id=zone.id, kind=zone.kind, anchors=zone.anchors, style=zone.style, extends=True)


def test_that_a_style_is_kept_as_a_template_and_given_to_another_drawing(view: ChartView) -> None:
    tools = view.drawings.tools
    tools.save_template("Supply", Style(colour="#aa3311", width=3))
    line = draw(view, Kind.HORIZONTAL_LINE, place(view, 40, 2000.0))
    menu = DrawingMenu(line, view.drawings, partial(ink_of, theme=DARK), view)
    trigger(menu, "Template", "Supply")
    assert view.drawings.all[0].style == Style(colour="#aa3311", width=3)
    assert "#aa3311" in colours(picture(view.plot))
    trigger(menu, "Template", "Save style as …")
    (dialog,) = view.findChildren(QInputDialog)
    dialog.setTextValue("Demand")
    dialog.accept()
    assert list(tools.template_names) == ["Demand", "Supply"]
    trigger(menu, "Template", "Delete", "Supply")
    assert list(tools.template_names) == ["Demand"]
    menu.close()


def test_that_the_menu_of_the_chart_draws_and_measures_from_the_clicked_point(view: ChartView) -> None:
    view.drawings.tools.set_snapping(False)
    start = place(view, 60, 2000.1)
    _right_click(view, start)
    menu = popup()
    trigger(menu, "Draw", "Horizontal line")
    menu.close()
    assert view.drawings.all[0].first.price == pytest.approx(2000.1, abs=0.02)
    _right_click(view, place(view, 60, 1999.6))
    menu = popup()
    trigger(menu, "Measure from here")
    menu.close()
    click(view, place(view, 80, 2000.6))
    assert view.drawings.is_measured
    assert len(view.drawings.all) == 1
    click(view, place(view, 100, 1999.3))
    assert view.drawings.held is None


def test_that_a_measurement_says_price_percent_atr_r_candles_and_time() -> None:
    ruler = Ruler(digits=2, candles=90, atr=2.0, risk=Risk(1.5, "the BUY position"))
    assert measured(anchor(0, 2000.0), anchor(95, 2003.0), ruler) == (
        "+3.00 (+0.15 %)",
        "1.50 ATR(14)",
        "2.00 R of the BUY position",
        "90 candles, 1 h 35 min",
    )
    bare = Ruler(digits=2, candles=-1, atr=None, risk=None)
    assert measured(anchor(1, 2000.0), anchor(0, 1999.0), bare) == ("-1.00 (-0.05 %)", "-1 candle, -1 min")
    assert measured(anchor(0, 0.0), anchor(0, 1.0), bare)[0] == "+1.00"
    assert duration_text(2 * 86_400 + 3 * 3_600) == "2 d 3 h"
    assert duration_text(0) == "0 min"


def test_that_words_keep_to_what_a_file_can_hold() -> None:
    assert plain("  two\nlines \ud800 ") == "two lines ?"
    assert len(plain("x" * 500)) == 200


# -- painting


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_that_every_kind_is_painted_in_every_theme(view: ChartView, kind: Kind, theme: object) -> None:
    view.set_theme(theme)  # type: ignore[arg-type]
    before = picture(view.plot)
    ends = (anchor(60, 1999.5), anchor(100, 2000.5))[: kind.anchors]
    made = Drawing(id="a", kind=kind, anchors=ends, text="" if kind is Kind.MEASURE else "Words", style=Style(width=5))
    if kind is Kind.MEASURE:
        view.drawings.hold(made)
    else:
        view.drawings.add(made)
    assert picture(view.plot) != before


def test_that_a_drawing_out_of_view_is_not_painted_and_a_line_through_the_view_is(
    view: ChartView, model: ChartModel
) -> None:
    scale = view.plot.canvas.view_scale
    outside = [level(1900.0), trend(anchor(0, 1900.0), anchor(100, 1950.0)), trend(anchor(-900), anchor(-500))]
    assert shapes_in_view(outside, scale, model.axis) == []
    across = trend(Anchor(anchor(-9_000).time_s, 1800.0), Anchor(anchor(9_000).time_s, 2200.0))
    (shape,) = shapes_in_view([across], scale, model.axis)
    assert len(shape.lines) == 1
    assert all(abs(number) < 2_000.0 for number in shape.lines[0])


def test_that_a_tick_repaints_no_drawing(view: ChartView, model: ChartModel) -> None:
    for number in range(200):
        view.drawings.add(level(1999.0 + number / 100.0, name=str(number)))
    model.set_live(candle(120, open=2000.0, close=2000.2), quote(7200.0, bid=2000.2, spread=0.3))
    painted = Painted(view)
    painted.pop_region()
    frames = view.plot.canvas._still.drawings.shapes
    model.set_live(_forming(2000.3), quote(7201.0, bid=2000.3, spread=0.3))
    region = painted.pop_region()
    assert _share(region, view) < 0.2
    assert view.plot.canvas._still.drawings.shapes is frames


def _forming(close: float) -> Candle:
    return candle(120, open=2000.0, close=close)


def _share(region: QRegion, view: ChartView) -> float:
    area = sum(each.width() * each.height() for each in region)  # type: ignore[attr-defined]
    return float(area / (view.plot.width() * view.plot.height()))


def test_that_a_dragged_line_repaints_its_surroundings_only(view: ChartView) -> None:
    view.drawings.add(level(2000.0))
    view.drawings.hold(level(2000.1))
    painted = Painted(view)
    painted.pop_region()
    view.drawings.hold(level(2000.2))
    assert 0.0 < _share(painted.pop_region(), view) < 0.35


def test_that_a_drawing_keeps_its_place_while_the_chart_moves(view: ChartView, model: ChartModel) -> None:
    view.drawings.add(drawing(Kind.RECTANGLE, anchor(60, 1999.5), anchor(80, 2000.5)))
    for _ in range(3):
        turn_wheel(view, QPoint(300, 200), 120)
    (shape,) = view.plot.canvas.drawing_shapes
    assert shape.handles[0].x() == pytest.approx(view.plot.canvas.view_scale.x(60))
    assert model.axis.position(shape.drawing.first.time_s) == 60.0
