"""Marks say what they are, and are drawn as the user chose."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton, QToolTip
from pytestqt.qtbot import QtBot

from gui.features.chart.model.legend import LEGEND, LegendEntry
from gui.features.chart.model.overlay_styles import STYLINGS, ChartLook, OverlayStyle
from gui.features.chart.model.sample import ROWS, sample_chart
from gui.features.chart.view.chart_view import ChartView
from gui.features.chart.view.mark_pictures import MarkPictures
from gui.features.chart.view.styles.dialog import StyleDialog
from gui.features.chart.view.styles.looks import look_of, put_look
from gui.features.chart.view.styles.styling import chosen_colour
from gui.theme import DARK, LIGHT, SURFACES, Theme, contrast
from gui.theme.styled import MIN_CONTRAST, adjusted
from tests.gui.chart.builders import flush
from tests.gui.desk_window import DeskWindow
from tests.gui.layout.desk import Desk as LayoutDesk

NONE = LegendEntry("none", "", "")


@pytest.fixture
def view(qtbot: QtBot) -> ChartView:
    """A chart of the sample market, which has every mark once."""
    model = sample_chart()
    view = ChartView(model, DARK)
    model.setParent(view)
    qtbot.addWidget(view)
    view.resize(900, 500)
    view.show()
    model.appended.emit(0, ROWS)
    view.show_candles(2 * ROWS)
    flush()
    return view


def point(view: ChartView, row: float, price: float) -> QPoint:
    scale = view.plot.canvas.view_scale
    return QPoint(round(float(scale.x(row))), round(float(scale.y(price))))


@pytest.mark.parametrize(
    ("row", "price", "words"),
    [
        (7.4, 12.8, "Bearish order block 12.40 to 13.10, untouched"),
        (9.3, 11.05, "Bullish order block 10.40 to 11.20, touched"),
        (0.5, 9.6, "Prior day low (PDL) 9.60"),
        (0.5, 14.4, "Day high 14.40"),
        (0.5, 9.3, "Prior week low (PWL) 9.30"),
        (0.4, 11.0, "VWAP 11.00"),
        (0.4, 12.6, "VWAP +2σ at 12.60"),
        (0.4, 11.2, "VWAP micro band, 10.70 to 11.30"),
        (12.4, 13.3, "BOS up through 13.30"),
        (0.4, 14.2, "Target of a position"),
    ],
)
def test_that_a_mark_under_the_mouse_says_what_it_is(view: ChartView, row: float, price: float, words: str) -> None:
    found = view.plot.marks.mark_at(point(view, row, price))
    assert found is not None
    assert found.words.startswith(words)
    place = point(view, row, price)
    QApplication.sendEvent(view.plot.viewport(), QHelpEvent(QEvent.Type.ToolTip, place, view.mapToGlobal(place)))
    assert QToolTip.text() == found.explained


def test_that_marks_at_candles_are_found_beside_their_candle(view: ChartView) -> None:
    low = point(view, 9, float(view.plot.model.columns.low.values[9]))
    found = view.plot.marks.mark_at(low + QPoint(0, 12))
    assert found is not None
    assert found.words.startswith("SSL: sell-side liquidity swept at 9.60, bullish")
    setup = point(view, 4, float(view.plot.model.columns.low.values[4]))
    found = view.plot.marks.mark_at(setup + QPoint(0, 14))
    assert found is not None
    assert found.words == "Setup: BUY, score 6"


def test_that_a_hidden_overlay_is_not_found(view: ChartView) -> None:
    place = point(view, 7.4, 12.8)
    view.set_overlay_visible("order_blocks", False)
    found = view.plot.marks.mark_at(place)
    assert found is None or found.overlay != "order_blocks"


# -- the legend ---------------------------------------------------------------------------------------------------


def test_that_the_legend_knows_every_overlay_of_a_chart(view: ChartView) -> None:
    marks = {name for name, _ in view.overlays} - {"strip", "drawings"}
    assert {entry.overlay for entry in LEGEND} >= marks
    assert marks >= set(STYLINGS)


@pytest.mark.parametrize("theme", [DARK, LIGHT])
@pytest.mark.usefixtures("qapp")
def test_that_the_legend_paints_each_mark_as_the_chart_does(theme: Theme) -> None:
    pictures = MarkPictures(sample_chart(), theme, {})
    plain = pictures.picture(NONE).toImage()
    for entry in LEGEND:
        painted = pictures.picture(LegendEntry(entry.overlay, "", "", entry.first, entry.last)).toImage()
        bare = (
            plain
            if (entry.first, entry.last) == (0, ROWS)
            else pictures.picture(LegendEntry("none", "", "", entry.first, entry.last)).toImage()
        )
        assert painted != bare, entry.overlay


def test_that_the_legend_opens_by_its_key_and_switches_overlays(qtbot: QtBot) -> None:
    desk = DeskWindow(qtbot)
    desk.action("chart.legend").trigger()
    flush()
    (dialog,) = desk.window.overlays.dialogs.values()
    shown = dialog.switches["vwap"]  # type: ignore[attr-defined]
    assert shown.isChecked()
    shown.click()
    assert not any(view.is_overlay_visible("vwap") for view in desk.window.deck.views)
    assert dialog.pictures["vwap"].pixmap().width()  # type: ignore[attr-defined]
    dialog.close()
    flush()


# -- styles -------------------------------------------------------------------------------------------------------


def test_that_a_chosen_colour_is_drawn_and_can_be_taken_back(view: ChartView) -> None:
    before = view.plot.grab().toImage()
    style = OverlayStyle().with_colour("dark", "vwap", "#00ff00")
    view.set_styles({"vwap": msgspec.structs.replace(style, width=4)})
    flush()
    assert view.plot.grab().toImage() != before
    view.set_styles({})
    flush()
    assert view.plot.grab().toImage() == before


@pytest.mark.parametrize(
    ("overlay", "style"),
    [
        ("prior_day_levels", OverlayStyle(width=3)),
        ("order_blocks", OverlayStyle(opacity=30)),
        ("structure", OverlayStyle(has_labels=False)),
        ("crosshair", OverlayStyle().with_colour("dark", "crosshair", "#ff0000")),
    ],
)
def test_that_width_opacity_and_labels_are_of_one_overlay(view: ChartView, overlay: str, style: OverlayStyle) -> None:
    view.plot.canvas.move_cross(QPoint(100, 100))
    before = view.plot.grab().toImage()
    view.set_styles({overlay: style})
    flush()
    assert view.plot.grab().toImage() != before
    view.set_overlay_visible(overlay, False)
    hidden = view.plot.grab().toImage()
    view.set_styles({})
    flush()
    assert view.plot.grab().toImage() == hidden


@pytest.mark.usefixtures("qapp")
@given(st.from_regex(r"\A#[0-9a-f]{6}\Z"))
def test_that_a_colour_chosen_in_one_theme_can_be_seen_in_the_other(shade: str) -> None:
    for theme in SURFACES.values():
        assert contrast(adjusted(shade, theme.background), theme.background) >= MIN_CONTRAST - 0.1


def test_that_a_choice_of_its_own_theme_is_taken_as_it_is() -> None:
    style = OverlayStyle().with_colour("dark", "vwap", "#ffff99")
    assert chosen_colour(style, DARK, "vwap") == "#ffff99"
    assert chosen_colour(style, LIGHT, "vwap") == adjusted("#ffff99", LIGHT.background)
    assert chosen_colour(style.with_colour("light", "vwap", "#fefefe"), LIGHT, "vwap") == "#fefefe"
    assert chosen_colour(style, DARK, "band") is None


def test_that_the_dialog_styles_one_symbol_or_all(qtbot: QtBot) -> None:
    desk = DeskWindow(qtbot)
    dialog = desk.window.overlays.show_styles("vwap")
    assert isinstance(dialog, StyleDialog)
    gold, bitcoin = desk.window.deck.views
    dialog.choose_colour("vwap", "#00ff00")
    assert gold.styles == bitcoin.styles == {"vwap": OverlayStyle().with_colour("dark", "vwap", "#00ff00")}
    dialog.all_symbols.setChecked(False)
    dialog.put(OverlayStyle(width=2))
    assert (gold.styles["vwap"].width, bitcoin.styles["vwap"].width) == (2, 1)
    buttons = {button.text(): button for button in dialog.findChildren(QPushButton)}
    buttons["Reset all"].click()
    assert gold.styles == {}
    dialog.close()
    flush()


def test_that_a_right_click_on_a_mark_offers_its_style(view: ChartView, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    view.style_asked.connect(asked.append)
    place = point(view, 7.4, 12.8)
    monkeypatch.setattr("gui.widgets.staying_menu.StayingMenu.popup", lambda menu, _: menu.actions()[0].trigger())
    QTest.mouseClick(view.plot.viewport(), Qt.MouseButton.RightButton, pos=place)
    at = view.plot.viewport().mapToGlobal(place)
    QApplication.sendEvent(view, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, at))
    assert asked == ["order_blocks"]


def test_that_the_menu_of_the_chart_has_the_overlays_in_one_of_its_own(
    view: ChartView, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[QMenu] = []
    monkeypatch.setattr("gui.widgets.staying_menu.StayingMenu.popup", lambda menu, _: shown.append(menu))
    at = view.plot.viewport().mapToGlobal(QPoint(5, 5))
    QApplication.sendEvent(view, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(5, 5), at))
    overlays = shown[0].actions()[-1].menu()
    assert isinstance(overlays, QMenu)
    assert overlays.actions() == list(view.overlay_actions.values())
    assert not set(shown[0].actions()) & set(overlays.actions())


def test_that_the_price_at_the_crosshair_is_copied(view: ChartView) -> None:
    view.plot.canvas.move_cross(point(view, 5, 12.0))
    assert view.copy_price()
    assert abs(float(QGuiApplication.clipboard().text()) - 12.0) < 0.05
    view.plot.canvas.move_cross(None)
    view.copy_price()
    assert QGuiApplication.clipboard().text() == "13.70"


# -- templates and layouts ----------------------------------------------------------------------------------------


def test_that_a_look_is_put_back_as_it_was_taken(view: ChartView) -> None:
    view.set_overlay_visible("swings", False)
    view.set_styles({"vwap": OverlayStyle(width=3)})
    look = look_of(view)
    put_look(view, ChartLook())
    assert look_of(view) == ChartLook()
    put_look(view, look)
    assert (view.is_overlay_visible("swings"), view.styles["vwap"].width) == (False, 3)


def test_that_styles_and_templates_survive_a_restart(qtbot: QtBot, tmp_path: Path) -> None:
    first = LayoutDesk(qtbot, tmp_path / "layouts.json")
    gold, bitcoin = first.window.deck.views
    gold.set_styles({"vwap": OverlayStyle(width=3)})
    bitcoin.set_overlay_visible("grid", False)
    first.window.layouts.save_template("scalping", look_of(gold))
    first.window.close()
    second = LayoutDesk(qtbot, tmp_path / "layouts.json")
    gold, bitcoin = second.window.deck.views
    assert (gold.styles["vwap"].width, bitcoin.styles) == (3, {})
    assert (gold.is_overlay_visible("grid"), bitcoin.is_overlay_visible("grid")) == (True, False)
    put_look(bitcoin, second.window.layouts.templates["scalping"])
    assert bitcoin.styles["vwap"].width == 3
    second.window.layouts.delete_template("scalping")
    assert not second.window.layouts.templates
