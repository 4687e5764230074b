"""Notes on trades: written next to the history, kept by the engine, harmless with any content."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.domain.messages.commands import AnnotateTrade
from gui.features.trading.model.history import NOTE, WRITE
from gui.features.trading.view.note_dialog import NoteDialog
from tests.gui.trading.window import TradingWindow


@pytest.fixture
def window(qtbot: QtBot) -> TradingWindow:
    """A desk that has closed one trade."""
    window = TradingWindow(qtbot)
    window.propose()
    window.controls.desk.cards[window.card].approve.click()
    window.tick(61)
    window.tick(63, bid=1999.0)
    window.tick(64, bid=1999.0)
    assert window.model.history.rowCount() == 1
    return window


def written(window: TradingWindow, words: str = WRITE) -> NoteDialog:
    """The form that a click on the note of the newest trade opens."""
    tabs = window.controls.tabs
    tabs.setCurrentWidget(tabs.history)
    table = tabs.history
    table.scrollTo(table.model().index(0, NOTE))
    window.click_cell(table, 0, words)
    dialog = window.controls.note_dialog
    assert dialog is not None
    return dialog


def test_that_a_click_opens_a_form_whose_words_the_engine_keeps(window: TradingWindow) -> None:
    dialog = written(window)
    assert dialog.title.text().startswith("BUY XAUUSD, 03-02 08:01:0")
    QTest.keyClicks(dialog.note, "chased it")
    QTest.keyClicks(dialog.tags, "fomo, news")
    QTest.keyClick(dialog.note, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert window.model.history.words(0)[NOTE] == WRITE
    window.frame()
    assert window.model.history.words(0)[NOTE] == "[fomo, news] chased it"
    assert window.controls.note_dialog is None
    assert isinstance(window.asked[-1], AnnotateTrade)


def test_that_a_note_can_be_changed_and_taken_back(window: TradingWindow) -> None:
    dialog = written(window)
    dialog.note.setPlainText("one")
    dialog.save()
    window.frame()
    dialog = written(window, "one")
    assert dialog.note.toPlainText() == "one"
    dialog.note.setPlainText("")
    dialog.save()
    window.frame()
    assert window.model.history.words(0)[NOTE] == WRITE


def test_that_what_cannot_be_kept_is_reported_in_the_form_and_stays_there(window: TradingWindow) -> None:
    dialog = written(window)
    dialog.note.setPlainText("x" * 4_001)
    dialog.save()
    window.frame()
    assert dialog.fault.text() == "the note has 4,001 characters, max 4,000"
    assert len(dialog.note.toPlainText()) == 4_001
    assert window.controls.note_dialog is dialog


def test_that_a_form_that_is_closed_keeps_nothing(window: TradingWindow) -> None:
    dialog = written(window)
    dialog.note.setPlainText("never mind")
    dialog.reject()
    window.frame()
    assert window.model.history.words(0)[NOTE] == WRITE
    assert written(window).note.toPlainText() == ""


def test_that_markup_in_a_note_is_shown_as_it_was_written(window: TradingWindow) -> None:
    dialog = written(window)
    dialog.note.setPlainText("<img src=x> & <b>bold</b>")
    dialog.save()
    window.frame()
    index = window.model.history.index(0, NOTE)
    assert index.data() == "<img src=x> & <b>bold</b>"
    tip = index.data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "<span>&lt;img src=x&gt; &amp; &lt;b&gt;bold&lt;/b&gt;</span>"
    assert written(window, "<img src=x> & <b>bold</b>").title.textFormat() is Qt.TextFormat.PlainText


def test_that_a_market_that_restarts_forgets_no_note_of_the_store(window: TradingWindow) -> None:
    dialog = written(window)
    dialog.note.setPlainText("kept")
    dialog.save()
    window.frame()
    trade_id = window.desk.trades[0].trade_id
    window.model.open([])
    kept = window.desk.archive.plans.annotation(trade_id)
    assert kept is not None
    assert kept.note == "kept"
