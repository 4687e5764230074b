"""The introduction, which points at the real window and never stands in the way, and what the program is."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt, QThreadPool
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QToolTip
from pytestqt.qtbot import QtBot

from gui.features.help.model.introduced import IntroducedFile
from gui.features.help.model.introduction import STEPS
from gui.features.help.view.about import AboutDialog
from gui.features.help.view.bubble import Bubble, Ring
from gui.widgets.focus_tip import tip_of
from tests.gui.chart.builders import flush
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
    assert steps[0] == ("One candle a minute", "1 of 7")
    assert steps[-1] == ("Make it yours", "7 of 7")
    assert not bubble.isVisible()
    begin(desk)
    bubble.further.click()
    bubble.back.click()
    assert bubble.count.text() == "1 of 7"
    assert not bubble.back.isEnabled()


def test_that_the_introduction_offers_live_prices_from_the_next_start_on_and_the_demo_market_back(
    desk: DeskWindow,
) -> None:
    desk.window.help.introduction.model.may_choose = True
    bubble, _ = begin(desk)
    buttons = {offer.value: button for offer, button in bubble.offers.items()}
    assert list(buttons) == ["demo", "binance", "kraken"]

    def wanted() -> str:
        return desk.window.desk.settings.wanted.feeds.source

    QTest.mouseClick(buttons["binance"], Qt.MouseButton.LeftButton)
    assert wanted() == "binance"
    assert bubble.words.text().startswith("From the next start the desk shows live prices of gold (a perpetual)")
    buttons["demo"].click()
    assert wanted() == "demo"
    bubble.further.click()
    assert not buttons["binance"].isVisible()


def test_that_each_step_points_at_a_part_of_the_window_and_leaves_it_free(desk: DeskWindow) -> None:
    bubble, ring = begin(desk)
    for step in STEPS:
        assert ring.isVisible(), step.place
        assert desk.window.rect().contains(bubble.geometry()), step.place
        assert not bubble.geometry().intersects(ring.geometry()), step.place
        bubble.further.click()


def test_that_halt_is_ringed_and_can_be_pressed_through_the_ring(desk: DeskWindow) -> None:
    bubble, ring = begin(desk)
    for _ in range(3):
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
    qtbot.waitUntil(lambda: introduction.bubble is not None and introduction.bubble.isVisible(), timeout=3000)
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
    assert bubble.count.text() == "2 of 7"
    bubble.back.setFocus()
    QTest.keyClick(bubble.back, Qt.Key.Key_Enter)
    assert bubble.count.text() == "1 of 7"


def test_that_the_tooltip_of_what_has_the_keyboard_is_shown_by_a_key(desk: DeskWindow) -> None:
    button = desk.window.trading.modes.halt
    button.setEnabled(True)
    assert tip_of(button) == button.toolTip()
    assert tip_of(desk.window.view_bar.more) == "Buttons that do not fit into the row"
    desk.window.deck.setFocus()
    desk.action("help.tip").trigger()
    assert QToolTip.isVisible()
    QToolTip.hideText()
