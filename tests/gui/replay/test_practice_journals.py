"""Practice journals in the window: kept at the end of a session, listed, opened in a window of their own, deleted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from engine.domain.messages.engine import Event
from engine.domain.practice import PracticeChanged
from engine.practice.journals import SUFFIX, PracticeJournals
from gui.features.opening.model import ChosenFile
from gui.features.practice.panel import Practice
from gui.features.practice.view.journals_dialog import JournalsDialog
from tests.engine.test_practice_journals import journal
from tests.gui.chart.builders import flush
from tests.gui.desk_window import DeskWindow


class Replay(DeskWindow):
    """A replay window whose session has two trades."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        super().__init__(qtbot)
        self.qtbot, self.folder = qtbot, folder
        self.desk.closing.is_replay = True
        self.practice.use_folder(folder)
        self.practice.use_markets([], 7)
        self.show(PracticeChanged(journal().session, ("p1-",)))
        for one in journal().session.trades:
            self.desk.trading.history.show(one.trade)

    def show(self, event: Event) -> None:
        assert isinstance(event, PracticeChanged)
        self.desk.practice.show(event)
        flush()

    @property
    def practice(self) -> Practice:
        return self.window.practice

    @property
    def kept(self) -> list[str]:
        return [each.name for each in PracticeJournals(self.folder).listed()]

    def keep_as(self, name: str) -> None:
        dialog = self.practice.name_dialog
        assert dialog is not None
        dialog.name.setText(name)
        QTest.keyClick(dialog.name, Qt.Key.Key_Return)
        flush()

    def list(self) -> JournalsDialog:
        self.action("practice.journals").trigger()
        dialog = self.practice.dialog
        assert dialog is not None
        self.qtbot.waitUntil(lambda: self.practice.journals.is_read)
        return dialog


@pytest.fixture
def replay(qtbot: QtBot, tmp_path: Path) -> Iterator[Replay]:
    replay = Replay(qtbot, tmp_path)
    yield replay
    replay.window.close_now()


def click(button: QPushButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    flush()


def test_that_closing_a_replay_states_the_score_and_keeps_the_session_under_a_name(replay: Replay) -> None:
    replay.window.close()
    guard = replay.window.closing
    assert guard is not None
    assert guard.dialog is not None
    assert "Score: 1 trade on 1 day, mean +0.50 R net (95 %: too few days)" in guard.dialog.words.text()
    click(guard.dialog.first)
    replay.keep_as("Gold on Monday")
    replay.qtbot.waitUntil(lambda: replay.kept == ["Gold on Monday"])
    replay.qtbot.waitUntil(lambda: replay.desk.practice.is_kept)
    replay.window.close()
    assert not replay.window.isVisible()


def test_that_a_name_is_checked_while_it_is_written(replay: Replay) -> None:
    replay.action("practice.keep").trigger()
    dialog = replay.practice.name_dialog
    assert dialog is not None
    assert dialog.name.text() == "XAUUSD 2026-03-02"
    dialog.name.setText("x" * 81)
    assert (dialog.keep.isEnabled(), dialog.fault.text()) == (False, "the name has 81 characters, max 80")


def test_that_the_list_shows_n_and_interval_and_opens_a_journal_beside_the_desk(replay: Replay) -> None:
    PracticeJournals(replay.folder).keep(journal())
    (replay.folder / "practice" / f"bad{SUFFIX}").write_text("{}")
    wanted: list[tuple[list[ChosenFile], datetime, str]] = []
    replay.practice.journal_wanted.connect(lambda *each: wanted.append(each))
    dialog = replay.list()
    table = replay.practice.journals.table
    replay.qtbot.waitUntil(lambda: table.rowCount() == 2)
    assert table.words(0)[:1] + table.words(0)[2:] == [
        *("Gold on Monday", "XAUUSD", "1 (1)", "+0.50 R", "too few days", "candle paths"),
    ]
    assert "no practice journal of this version" in table.words(1)[1]
    dialog.table.selectRow(1)
    assert not dialog.open_one.isEnabled()
    dialog.table.selectRow(0)
    click(dialog.open_one)
    ((files, start, path),) = wanted
    assert (files, start) == ([], journal().session.stretches[-1].ends_at)
    assert path.endswith(SUFFIX)


def test_that_a_journal_is_exported_and_deleted_only_after_a_question(replay: Replay) -> None:
    PracticeJournals(replay.folder).keep(journal())
    dialog = replay.list()
    replay.qtbot.waitUntil(lambda: replay.practice.journals.table.rowCount() == 1)
    dialog.table.selectRow(0)
    replay.practice.journals.export(0, replay.folder / "trades.csv")
    replay.qtbot.waitUntil(lambda: "was written" in dialog.message.text())
    assert len((replay.folder / "trades.csv").read_text().splitlines()) == 3
    click(dialog.delete)
    assert dialog.question is not None
    assert replay.kept == ["Gold on Monday"]
    dialog.question.accept()
    replay.qtbot.waitUntil(lambda: replay.kept == [])
    replay.qtbot.waitUntil(lambda: replay.practice.journals.table.rowCount() == 0)
