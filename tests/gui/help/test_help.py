"""The introduction, which points at the real window and never stands in the way, and what the program is."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt, QThreadPool
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QToolTip
from pytestqt.qtbot import QtBot

from config.settings import Settings
from engine.domain.messages.engine import ChangeSettings
from gui.features.help.model.introduced import IntroducedFile
from gui.features.help.model.introduction import STEPS
from gui.features.help.model.stops import atr_values, classic_values, stop_example
from gui.features.help.view.about import AboutDialog
from gui.features.help.view.bubble import Bubble, Ring
from gui.widgets.focus_tip import tip_of
from tests.gui.chart.builders import flush, quiet_hours
from tests.gui.desk_window import DeskWindow


@pytest.fixture
def desk(qtbot: QtBot) -> DeskWindow:
    return DeskWindow(qtbot)


def begin(desk: DeskWindow) -> tuple[Bubble, Ring]:
    desk.action("help.introduction").trigger()
    flush()
    introduction = desk.window.help.introduction
    assert introduction.bubble is not None
    assert introduction.ring is not None
    return introduction.bubble, introduction.ring


def test_that_the_introduction_goes_through_its_steps_and_back(desk: DeskWindow) -> None:
    bubble, _ = begin(desk)
    steps = []
    for _ in STEPS:
        steps.append((bubble.title.text(), bubble.count.text()))
        QTest.mouseClick(bubble.further, Qt.MouseButton.LeftButton)
    assert steps[0] == ("One candle a minute", "1 of 8")
    assert steps[-1] == ("Make it yours", "8 of 8")
    assert not bubble.isVisible()
    begin(desk)
    bubble.further.click()
    bubble.back.click()
    assert bubble.count.text() == "1 of 8"
    assert not bubble.back.isEnabled()


def test_that_the_introduction_offers_live_prices_from_the_next_start_on_and_the_demo_market_back(
    desk: DeskWindow,
) -> None:
    desk.window.help.introduction.model.may_choose = True
    bubble, _ = begin(desk)
    buttons = {str(offer.values[0][1]): button for offer, button in bubble.offers.items()}
    assert list(buttons) == ["demo", "binance", "kraken"]

    def wanted() -> str:
        return desk.window.desk.settings.wanted.feeds.source

    def marked() -> list[str]:
        return [name for name, button in buttons.items() if button.isChecked()]

    assert marked() == ["demo"]
    QTest.mouseClick(buttons["binance"], Qt.MouseButton.LeftButton)
    assert (wanted(), marked()) == ("binance", ["binance"])
    QTest.mouseClick(buttons["binance"], Qt.MouseButton.LeftButton)
    assert marked() == ["binance"]
    assert bubble.words.text().startswith("From the next start the desk shows live prices of gold (a perpetual)")
    buttons["demo"].click()
    assert wanted() == "demo"
    bubble.further.click()
    assert not buttons["binance"].isVisible()


def at_stops(desk: DeskWindow) -> Bubble:
    """The step about stops, on the quiet hours of the chart."""
    bubble, _ = begin(desk)
    for _ in range(2):
        bubble.further.click()
    assert bubble.title.text() == "How wide is the stop?"
    return bubble


def test_that_both_kinds_of_stops_are_painted_to_scale_with_their_cost(desk: DeskWindow) -> None:
    chart = desk.desk.charts["XAUUSD"]
    chart.append(quiet_hours(60, first=300, atr14=2.0, range_avg=2.0))
    bubble = at_stops(desk)
    classic, atr = (stop_example(chart, Settings(), values) for values in (classic_values(), atr_values()))
    assert classic is not None
    assert atr is not None
    assert 0.5 <= classic.levels.stop_distance <= 1.2
    assert 2.4 <= atr.levels.stop_distance <= 5.0
    assert classic.cost_r == pytest.approx(0.2 / classic.levels.stop_distance)
    assert [words.text().splitlines() for _, words in bubble.pictures] == [list(classic.words), list(atr.words)]
    assert all(picture.isVisible() for picture, _ in bubble.pictures)
    pictures = [picture.grab().toImage() for picture, _ in bubble.pictures]
    assert pictures[0] != pictures[1]
    height = bubble.height()
    bubble.further.click()
    assert not any(picture.isVisible() for picture, _ in bubble.pictures)
    assert bubble.height() < height - pictures[0].height() // 2, "the next step is as high as its words"


def test_that_stops_change_only_once_the_user_chooses_and_can_be_chosen_by_keyboard(desk: DeskWindow) -> None:
    desk.window.help.introduction.model.may_choose = True
    bubble = at_stops(desk)
    assert "Now: Classic stops; nothing changes until you choose." in bubble.words.text()
    assert not any(isinstance(command, ChangeSettings) for command in desk.asked)
    button = next(button for offer, button in bubble.offers.items() if offer.mode == "atr")
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    wanted = desk.desk.settings.wanted
    assert {wanted.xauusd_rules.stop_mode, wanted.btcusd_rules.stop_mode} == {"atr"}
    assert wanted.xauusd_rules.sl_range == (1.2, 2.5)
    assert bubble.words.text().startswith("ATR stops from the next candle on")
    desk.answer()
    classic = next(button for offer, button in bubble.offers.items() if offer.mode == "price")
    classic.setFocus()
    QTest.keyClick(classic, Qt.Key.Key_Return)
    assert desk.desk.settings.wanted.xauusd_rules == Settings().xauusd_rules
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert desk.desk.settings.wanted.xauusd_rules.stop_mode == "atr"
    assert all(isinstance(command, ChangeSettings) for command in desk.asked)


def test_that_a_replay_shows_the_stops_and_offers_no_choice(desk: DeskWindow) -> None:
    bubble = at_stops(desk)
    assert not any(button.isVisible() for button in bubble.offers.values())


def test_that_each_step_points_at_a_part_of_the_window_and_leaves_it_free(desk: DeskWindow) -> None:
    bubble, ring = begin(desk)
    for step in STEPS:
        assert ring.isVisible(), step.place
        assert desk.window.rect().contains(bubble.geometry()), step.place
        assert not bubble.geometry().intersects(ring.geometry()), step.place
        bubble.further.click()


def test_that_halt_is_ringed_and_can_be_pressed_through_the_ring(desk: DeskWindow) -> None:
    bubble, ring = begin(desk)
    for _ in range(4):
        bubble.further.click()
    halt = desk.window.trading.modes.halt
    assert ring.geometry().contains(QRect(halt.mapTo(desk.window, QPoint(0, 0)), halt.size()))
    assert desk.window.childAt(halt.mapTo(desk.window, halt.rect().center())) is halt


def test_that_escape_skips_it_and_the_keyboard_goes_back_to_the_charts(desk: DeskWindow) -> None:
    before = desk.window.focusWidget()
    bubble, ring = begin(desk)
    assert desk.window.focusWidget() is bubble.further
    desk.press(Qt.Key.Key_Escape)
    assert not bubble.isVisible()
    assert not ring.isVisible()
    assert desk.window.focusWidget() is before


def test_that_a_place_that_is_hidden_is_reported_of_in_the_middle(desk: DeskWindow) -> None:
    desk.window.panels["conditions"].hide()
    bubble, ring = begin(desk)
    bubble.further.click()
    assert bubble.title.text() == "Why, and why not"
    assert not ring.isVisible()
    assert desk.window.rect().contains(bubble.geometry())


def test_that_it_comes_by_itself_once(desk: DeskWindow, qtbot: QtBot, tmp_path: Path) -> None:
    file = IntroducedFile(tmp_path / "config" / "introduced.txt")
    desk.window.help.introduce_once(file)
    introduction = desk.window.help.introduction
    qtbot.waitUntil(lambda: introduction.bubble is not None and introduction.bubble.isVisible())
    assert not file.has_been
    introduction.model.end()
    QThreadPool.globalInstance().waitForDone()
    assert file.has_been
    desk.window.help.introduce_once(file)
    assert introduction.model.step is None


def test_that_a_folder_that_cannot_be_written_is_no_reason_to_fail(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("a file where the folder should be")
    file = IntroducedFile(tmp_path / "config" / "introduced.txt")
    file.note()
    assert not file.has_been


def test_that_about_says_where_everything_is(desk: DeskWindow) -> None:
    desk.action("help.about").trigger()
    about = desk.window.findChild(AboutDialog)
    assert about is not None
    words = " ".join(label.text() for label in about.findChildren(QLabel))
    for part in (
        "Micro-scalp desk",
        "Settings and layouts",
        "Plans and journal",
        "Log",
        "Qt 6",
        "THIRD_PARTY_LICENSES.md",
    ):
        assert part in words
    about.close()


def test_that_return_presses_the_button_that_has_the_keyboard(desk: DeskWindow) -> None:
    bubble, _ = begin(desk)
    QTest.keyClick(bubble.further, Qt.Key.Key_Return)
    assert bubble.count.text() == "2 of 8"
    bubble.back.setFocus()
    QTest.keyClick(bubble.back, Qt.Key.Key_Enter)
    assert bubble.count.text() == "1 of 8"


def test_that_the_tooltip_of_what_has_the_keyboard_is_shown_by_a_key(desk: DeskWindow) -> None:
    button = desk.window.trading.modes.halt
    button.setEnabled(True)
    assert tip_of(button) == button.toolTip()
    assert tip_of(desk.window.view_bar.more) == "Buttons that do not fit into the row"
    desk.window.deck.setFocus()
    desk.action("help.tip").trigger()
    assert QToolTip.isVisible()
    QToolTip.hideText()


def test_that_tab_stays_within_the_bubble(desk: DeskWindow) -> None:
    bubble, _ = begin(desk)
    QTest.mouseClick(bubble.further, Qt.MouseButton.LeftButton)
    bubble.further.setFocus()
    way = []
    for _ in range(4):
        QTest.keyClick(desk.window.focusWidget(), Qt.Key.Key_Tab)
        way.append(desk.window.focusWidget())
    assert way == [bubble.skip, bubble.back, bubble.further, bubble.skip]
    QTest.keyClick(desk.window.focusWidget(), Qt.Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
    assert desk.window.focusWidget() is bubble.further
